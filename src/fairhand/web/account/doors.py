"""allauth's pages behind our doors: those that we want, each with its right, with status 422 for a form with mistakes.

Which of them exist is decided in urls.py; allauth's own list of addresses is included nowhere.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from qrcode.main import QRCode

from fairhand.people.access import ANYONE, OWN_ACCOUNT, Right
from fairhand.web.account.frame import tabs
from fairhand.web.entry import View, opens


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, at which field; as `<c-errors>` lists it."""

    anchor: str
    label: str
    problem: str


def anyone(view: View, *methods: str) -> View:
    """A page for whoever isn't signed in."""
    return _behind(ANYONE, view, methods)


def own(view: View, *methods: str, fresh: bool = False) -> View:
    """A page of one's own account; `fresh` for what would let somebody at an unattended browser stay."""
    return _behind(OWN_ACCOUNT, view, methods, fresh)


def _behind(right: Right, view: View, methods: tuple[str, ...], fresh: bool = False) -> View:
    @opens(right, *(methods or ("GET", "POST")), fresh=fresh)
    def handle(request: HttpRequest, /, **kwargs: Any) -> HttpResponse:
        response = view(request, **kwargs)
        if isinstance(response, TemplateResponse):
            return _drawn(request, response)
        return response

    return handle


def _drawn(request: HttpRequest, response: TemplateResponse) -> HttpResponse:
    context = response.context_data if response.context_data is not None else {}
    form = context.get("form")
    wrong = form is not None and form.is_bound and bool(form.errors)
    context["tabs"] = tabs()
    context["providers"] = providers()
    context["open_sign_up"] = settings.SIGN_UP == "open"
    context["problems"] = problems(form) if wrong else []
    context["numeric_host"] = request.get_host().partition(":")[0].replace(".", "").isdigit()
    if "js_data" in context:
        asked = context["js_data"].get("request_options") or context["js_data"]["creation_options"]
        context["options"] = json.dumps(asked, cls=DjangoJSONEncoder)
    if "totp_url" in context:
        context["qr"] = square(context["totp_url"])
    response.context_data = context
    if wrong and response.status_code == 200:
        response.status_code = 422
    return response.render()


def problems(form: Any) -> list[Problem]:
    """What is wrong with a form; what is wrong with all of it stands at its first field."""
    labels, first = _labels(), next(iter(form.fields), "")
    found = []
    for name, errors in form.errors.items():
        field = first if name == "__all__" else name
        found += [Problem(f"f-{field}", labels.get(field, ""), str(error)) for error in errors]
    return found


def _labels() -> dict[str, str]:
    return {
        "login": _("E-mail address"), "email": _("E-mail address"), "name": _("Name"), "code": _("Code"),
        "password": _("Password"), "password1": _("New password"), "password2": _("New password, once more"),
        "oldpassword": _("Current password"), "credential": _("Passkey"),
    }  # fmt: skip


def square(text: str) -> SafeString:
    """A text as a picture for cameras: black on white in every theme, with the four modules of margin they want."""
    code = QRCode(border=0)
    code.add_data(text)
    rows = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    size = len(rows) + 8
    return format_html(
        '<svg viewBox="-4 -4 {} {}" width="224" height="224" shape-rendering="crispEdges">'
        '<rect x="-4" y="-4" width="{}" height="{}" fill="#fff"/><path d="{}" fill="#000"/></svg>',
        size, size, size, size, dark,
    )  # fmt: skip


def providers() -> list[tuple[str, str]]:
    """(id, name) of the organisations that sign their people in themselves."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return [(app["provider_id"], app["name"]) for app in apps]
