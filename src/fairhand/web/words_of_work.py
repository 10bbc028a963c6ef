"""The words of a claim's life: pauses, more time, tasks taken back, guidelines that change under work in hand."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

# Merged into the table of `web.words`: kind -> code -> (word, tone).
WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "claim": {"released": (_in("claim", "taken back by staff"), "wait")},
    "happened": {
        "claim:paused": (_("Paused"), ""),
        "claim:resumed": (_("Resumed"), ""),
        "claim:released": (_("Taken back by staff"), "wait"),
        "claim:extension_asked": (_("More time asked for"), "wait"),
        "claim:extended": (_("More time granted"), "ok"),
        "claim:extension_refused": (_("More time not granted"), "wait"),
        "task:reopened": (_("Opened for one more attempt: the guideline changed"), "wait"),
        "guideline:reopened": (_("Accepted tasks opened again for a new version of the guideline"), "wait"),
    },
    "extension_closed": {
        "no": (_in("extension", "not granted"), ""),
        "given_back": (_("closed: the task was given back"), ""),
        "handed_in": (_("closed: the task was handed in"), ""),
    },
    "skip": {"guideline_changed": (_("The guideline changed"), "")},
    "stage_number": {
        "pause_s_max": (_("Pause in all at most (seconds)"), ""),
        "extension_s_max": (_("More time in all at most (seconds)"), ""),
        "extension_s_auto": (_("More time granted at once (seconds)"), ""),
    },
    "stage_length": {
        "pause_s_max": (_("Pause in all at most"), ""),
        "extension_s_max": (_("More time in all at most"), ""),
        "extension_s_auto": (_("More time granted at once"), ""),
    },
}
REFUSALS: Mapping[str, Promise] = {
    "claim_due": _("This task's time is over. Hand in what you have: late work is still taken."),
    "held_again": _(
        "You hold this task again, under a newer claim: open it from the tasks in your hands and hand it in there. "
        "What you wrote stays here until then."
    ),
    "handed_in_again": _(
        "You handed this task in under another claim. That submission stands, and it is paid once; you find it among "
        "your submissions."
    ),
    "draft_moved": _(
        "Another window or device saved this answer meanwhile. Reload the page and choose one of the two."
    ),
    "too_large": _("That is larger than allowed. Shorten it."),
    "pause_used": _("The pause that this task's terms allow is used up. Go on, hand it in, or give it back."),
    "extension_open": _("Your last request for more time is not decided yet. You will be told as soon as it is."),
    "extension_used": _("This task may not be made longer: all that its terms allow was granted."),
    "no_extension": _("The project has no such request. Reload the page."),
    "extension_decided": _("Somebody decided this request already. Nothing was changed."),
    "claim_over": _("The task ended before this was decided, so no time was added. Its expert is told so."),
    "nothing_to_reopen": _("No accepted task that this version touches is left to open."),
    "pool_empty": _("The pools of these batches can't pay for one more attempt. Fund the project first."),
}
PROBLEMS: Mapping[str, Promise] = {
    "more_than_in_all": _("More can't be granted at once than is allowed in all."),
}
