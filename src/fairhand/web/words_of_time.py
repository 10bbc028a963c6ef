"""The words of recorded work time: where it went, corrections, work away from the page, work outside tasks."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

# Merged into the table of `web.words`: kind -> code -> (word, tone). The tone of an interval is its colour in the bar.
WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "interval": {
        "active": (_in("interval", "Working"), "done"),
        "kept": (_in("interval", "Untouched, and you said that you worked"), "going"),
        "idle": (_in("interval", "Untouched for longer than the limit"), "wait"),
        "hidden": (_in("interval", "Page not in front"), "unseen"),
        "paused": (_in("interval", "Paused"), "rest"),
        "unknown": (_in("interval", "Nothing reported: closed, offline or asleep"), "open"),
    },
    "paid_kind": {
        "onboarding": (_("Onboarding"), ""),
        "reading": (_("Reading a changed guideline"), ""),
        "assessment": (_("Assessment"), ""),
        "meeting": (_("Meeting"), ""),
        "interrupted": (_("Interrupted work"), ""),
    },
    "paid_kind_about": {
        "onboarding": (_("Getting to know the project before the first task."), ""),
        "reading": (_("Offered to everybody with a seat when a version is published; each version once."), ""),
        "assessment": (_("A test or trial that the project asks for."), ""),
        "meeting": (_("A call or webinar that the project asks for."), ""),
        "interrupted": (
            _("Recorded time of tasks that staff took back, or whose guideline changed: paid by itself a day later."),
            "",
        ),
    },
    "paid_how": {
        "flat": (_("One amount each time"), ""),
        "timed": (_("By the time, at an hourly rate"), ""),
    },
    "entry": {"paid_time": (_in("entry", "work outside tasks paid"), "ok")},
    "happened": {
        "claim:time_declared": (_("Work away from the page declared"), ""),
        "claim:time_asked": (_("Correction of the record of time asked for"), "wait"),
        "claim:time_corrected": (_("Record of time corrected"), "ok"),
        "claim:time_refused": (_("Correction of the record of time not granted"), "wait"),
        "paid_kind:set": (_("A kind of work outside tasks is paid from now on"), "ok"),
        "paid_kind:stopped": (_("A kind of work outside tasks is no longer paid"), "wait"),
        "reading:started": (_("Reading of a version begun with the clock"), ""),
        "paid_time:entered": (_("Work outside tasks entered"), ""),
        "paid_time:paid": (_("Work outside tasks paid"), "ok"),
        "paid_time:refused": (_("Work outside tasks not granted"), "wait"),
        "timesheet:beyond_cap": (_("Hours paid beyond the weekly cap"), ""),
        "timesheet:confirmed": (_("A week's hours confirmed by whom they are of"), ""),
        "timesheet:questioned": (_("A question about a week's hours"), "wait"),
        "timesheet:answered": (_("A question about a week's hours answered"), ""),
        "timesheet:accepted": (_("A week's hours accepted"), "ok"),
    },
    "week_state": {
        "running": (_in("week", "running"), ""),
        "waiting": (_in("week", "not confirmed yet"), "wait"),
        "confirmed": (_in("week", "confirmed"), ""),
        "questioned": (_in("week", "questioned"), "wait"),
        "answered": (_in("week", "answered"), "wait"),
        "accepted": (_in("week", "accepted"), "ok"),
    },
}
REFUSALS: Mapping[str, Promise] = {
    "not_handed_in": _("The time of a task is corrected after it was handed in."),
    "correction_late": _("A record of time is corrected within 72 hours after the work was handed in."),
    "correction_open": _("Your last correction of this task is not decided yet. You will be told as soon as it is."),
    "correction_full": _("All the time that this task was in your hands is counted already."),
    "no_correction": _("The project has no such correction. Reload the page."),
    "correction_decided": _("Somebody decided this correction already. Nothing was changed."),
    "own_correction": _("Nobody decides on a correction of their own."),
    "claim_paused": _("This task is paused. Go on with it first."),
    "paid_kind_closed": _("The project is closed: nothing is promised in it any more."),
    "no_paid_kind": _("The project doesn't pay for this kind any more. Reload the page."),
    "paid_kind_changed": _("What the project pays for changed since you read it. Look again; nothing was entered."),
    "paid_kind_full": _("As many of these as are paid for one person are entered already."),
    "no_reading": _("Reading this version is not paid, or you entered it already."),
    "nothing_read": _("The clock has counted nothing yet. Read on, or enter your minutes yourself."),
    "no_paid_time": _("The project has no such entry. Reload the page."),
    "paid_time_decided": _("Somebody decided this entry already. Nothing was changed."),
    "paid_time_short": _(
        "The budget can't carry it, so nothing was paid. Have it funded, or let the operator's staff confirm it."
    ),
    "own_paid_time": _("Nobody decides on an entry of their own."),
    "bad_week": _("A week is named by its Monday, and none that is to come is spoken of."),
    "week_running": _("This week isn't over yet in its time zone. What is missing can be said at once, below."),
    "week_accepted": _("This week is accepted already. Nothing was changed."),
    "week_asked": _("Somebody asked about this week already. A week is asked about once."),
    "week_not_asked": _("Nobody asked about this week, or it is answered already."),
    "own_week": _("Nobody asks about, or accepts, a week of their own."),
    "time_paid": _("This task was taken back and your time on it has been paid, so it can't be handed in any more."),
}
PROBLEMS: Mapping[str, Promise] = {
    "correction_range": _(
        "A whole number of minutes, from one to all that the task was in your hands and is not counted yet."
    ),
    "declared_range": _("A whole number of minutes, from one to the time that passed and is not counted yet."),
    "paid_kind_timed": _("Interrupted work is paid by its recorded time. Choose an hourly rate."),
    "paid_kind_rate": _("The project's attempts are paid by the piece, so name an hourly rate here."),
    "paid_minutes": _("A whole number of minutes, from one to the most that is paid."),
    "paid_note": _("Say what it was: whoever confirms it reads this."),
}
