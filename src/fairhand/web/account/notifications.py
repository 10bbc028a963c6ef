"""What somebody was told, and what comes to them by e-mail."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_noop, pgettext
from django.utils.translation import gettext as _

from fairhand.kernel.clock import utc_now
from fairhand.notices.commands import choose
from fairhand.notices.kinds import DAILY, EACH, KINDS, OFF
from fairhand.notices.queries import latest, wishes_of
from fairhand.notices.words import said
from fairhand.people.access import OWN_ACCOUNT
from fairhand.web.account.frame import tabs
from fairhand.web.entry import Signed, opens

# What each kind is about, in the order of the page.
_ABOUT = (
    ("work_accepted", gettext_noop("Work of mine was accepted")),
    ("work_returned", gettext_noop("Work of mine came back for another round")),
    ("extension_decided", gettext_noop("My request for more time was decided")),
    ("time_decided", gettext_noop("A correction of my record of time was decided")),
    ("paid_time_decided", gettext_noop("Work of mine outside tasks was decided on or paid")),
    ("week_questioned", gettext_noop("Somebody asks about a week's hours of mine")),
    ("reading_paid", gettext_noop("A project of mine pays for reading its changed guideline")),
    ("claim_released", gettext_noop("A task I hold was taken back by staff")),
    ("guideline_changed", gettext_noop("The guideline of a task I hold changed")),
    ("template_changed", gettext_noop("The tasks of a project of mine show and ask something else")),
    ("work_arrived", gettext_noop("Work that I may take has arrived")),
    ("work_kept", gettext_noop("Tasks are kept for me for a while")),
    ("statement_ready", gettext_noop("A statement of what I earned is ready")),
    ("delivery_ready", gettext_noop("A delivery of my project is ready")),
    ("qualification_granted", gettext_noop("I was granted a qualification")),
    ("qualification_revoked", gettext_noop("A qualification of mine was revoked")),
    ("exclusion_made", gettext_noop("Work of a client is no longer given to me")),
    ("exclusion_lifted", gettext_noop("Such a decision about me was lifted")),
    ("exclusion_upheld", gettext_noop("My contest of such a decision was answered: it stands")),
    ("exclusion_contested", gettext_noop("Somebody contests an exclusion on which I may decide")),
    ("case_answered", gettext_noop("A case about a pay line of mine was answered")),
    ("raised_answered", gettext_noop("What I asked or reported of a task was answered")),
    ("estimate_paid", gettext_noop("I get a difference because an estimate was too short")),
    ("mission_opened", gettext_noop("A mission opens in a project of mine")),
    ("mission_paid", gettext_noop("A mission pays me")),
    ("referral_opened", gettext_noop("A project of mine pays for bringing somebody")),
    ("referral_joined", gettext_noop("Somebody whom I named has a seat")),
    ("referral_paid", gettext_noop("I am paid for somebody whom I brought")),
    ("paid_time_waits", gettext_noop("Work outside tasks waits for me to confirm it")),
    ("week_beyond_cap", gettext_noop("Hours were paid beyond a weekly cap in a project that I manage")),
    ("week_answered", gettext_noop("My question about a week's hours was answered")),
    ("line_contested", gettext_noop("Somebody contests a pay line in a project that I manage")),
    ("raised_urgent", gettext_noop("An expert reports content in a project that I manage")),
    ("raised_waits", gettext_noop("Experts ask, or found a mistake, in a project that I manage")),
    ("plan_lowered", gettext_noop("A project of mine will pay less")),
    ("plan_kept", gettext_noop("A project of mine takes an announced cut of pay back")),
    ("surge_opened", gettext_noop("A project of mine pays more for a while")),
    ("surge_dropped", gettext_noop("A window of high demand that I planned did not open")),
    ("project_ends", gettext_noop("A project of mine announced its end")),
    ("project_extended", gettext_noop("A project of mine goes on longer than announced")),
    ("project_closed", gettext_noop("A project of mine was closed")),
    ("project_end_passed", gettext_noop("A project that I manage has passed its announced end")),
    ("payable_converted", gettext_noop("Money that I am owed was converted into another currency")),
    ("budget_mostly_used", gettext_noop("The budget of a project that I look after is mostly used")),
    ("budget_falls_short", gettext_noop("The budget of a project that I look after will not last")),
    ("role_granted", gettext_noop("I was given a role")),
    ("role_revoked", gettext_noop("A role was taken from me")),
    ("account_suspended", gettext_noop("My account was suspended")),
    ("account_reactivated", gettext_noop("My account was opened again")),
    ("key_made", gettext_noop("An API key for my account was made")),
)


@opens(OWN_ACCOUNT, "GET", "POST")
def notifications(request: Signed) -> HttpResponse:
    """The newest notices, and a choice for each kind that leaves one."""
    person_id = request.viewer.person_id
    if request.method == "POST":
        wishes = {kind: request.POST.get(kind, "") for kind, _about in _ABOUT}
        choose(person_id=person_id, wishes=wishes, now=utc_now())
        messages.success(request, _("Your choice is kept."))
        return redirect("notifications")
    language = get_language() or "en"
    told = [(row, *said(row.kind, row.facts, language)) for row in latest(person_id)]
    wishes = wishes_of([person_id])[person_id]
    options = [
        (OFF, pgettext("e-mail", "none")), (EACH, pgettext("e-mail", "at once")),
        (DAILY, pgettext("e-mail", "once a day")),
    ]  # fmt: skip
    return render(request, "account/notifications.html", {
        "tabs": tabs(),
        "told": told,
        "choices": [(kind, _(about), wishes[kind]) for kind, about in _ABOUT if not KINDS[kind].always],
        "always": [_(about) for kind, about in _ABOUT if KINDS[kind].always],
        "options": options,
    })  # fmt: skip
