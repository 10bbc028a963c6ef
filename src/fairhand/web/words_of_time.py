"""The words of recorded work time: where it went, corrections, work away from the page."""

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
    "happened": {
        "claim:time_declared": (_("Work away from the page declared"), ""),
        "claim:time_asked": (_("Correction of the record of time asked for"), "wait"),
        "claim:time_corrected": (_("Record of time corrected"), "ok"),
        "claim:time_refused": (_("Correction of the record of time not granted"), "wait"),
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
}
PROBLEMS: Mapping[str, Promise] = {
    "correction_range": _(
        "A whole number of minutes, from one to all that the task was in your hands and is not counted yet."
    ),
    "declared_range": _("A whole number of minutes, from one to the time that passed and is not counted yet."),
}
