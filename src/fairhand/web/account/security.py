"""The page Security: what opens this account, what is asked of its owner and why, and where it is open now."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairhand.kernel.clock import utc_now
from fairhand.people.access import OWN_ACCOUNT, needs_second_factor
from fairhand.people.accounts import end_visits, factors_of, visits_of
from fairhand.web.account.doors import providers
from fairhand.web.account.frame import tabs
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.proof import invented

_RECOVERY = Authenticator.Type.RECOVERY_CODES


@opens(OWN_ACCOUNT)
def security(request: Signed) -> HttpResponse:
    """Password, passkeys, code app, recovery codes, e-mail address, visits."""
    factors = factors_of(request.user.id)
    passkeys = [each for each in factors if each.type == Authenticator.Type.WEBAUTHN]
    app = next((each for each in factors if each.type == Authenticator.Type.TOTP), None)
    codes = next((each for each in factors if each.type == _RECOVERY), None)
    needed = needs_second_factor(request.viewer) and not invented(request.user)
    names = dict(providers())
    shown = {
        "tabs": tabs(),
        "passkeys": [(each, each.wrap().name) for each in passkeys],
        "app": app,
        "codes": codes,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "needed": needed,
        "lacking": needed and app is None and not passkeys,
        "visits": [(visit, device_of(visit.user_agent)) for visit in visits_of(request.user.id, utc_now())],
        "this_visit": request.session.session_key,
        "has_password": request.user.has_usable_password(),
        "waiting_email": EmailAddress.objects.filter(user=request.user, verified=False).first(),
        "providers": [names.get(each.provider, each.provider) for each in _connected(request)],
    }
    return render(request, "account/security.html", shown)


@opens(OWN_ACCOUNT, "POST")
def end_visit(request: Signed, number: int) -> HttpResponse:
    """End one visit: whoever sits there is out at the next click."""
    found = found_or_404(next((each for each in visits_of(request.user.id, utc_now()) if each.id == number), None))
    found.end()
    messages.success(request, _("That visit is ended."))
    return redirect("security")


@opens(OWN_ACCOUNT, "POST")
def end_others(request: Signed) -> HttpResponse:
    """End every visit beside this one."""
    count = end_visits(request.user.id, beside=request.session.session_key)
    said = ngettext("%(n)d other visit is ended.", "%(n)d other visits are ended.", count) % {"n": count}
    messages.success(request, said if count else _("There was no other visit."))
    return redirect("security")


@opens(OWN_ACCOUNT)
def to_security(request: HttpRequest) -> HttpResponse:
    """Where allauth has pages of its own for one part of ours."""
    return redirect("security")


def device_of(agent: str) -> tuple[str, str]:
    """(browser, system) as a browser names itself; empty where it doesn't. Names, so not translated."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    return browser, next((name for mark, name in _SYSTEMS if mark in agent), "")


# In order: browsers name those that they descend from.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def _connected(request: Signed) -> list[SocialAccount]:
    return list(SocialAccount.objects.filter(user=request.user).order_by("id"))
