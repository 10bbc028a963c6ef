"""Words of what experts ask and report of their tasks; `fairhand.web.words` holds them together with the rest."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "raised": {
        "question": (_in("raised", "Question"), ""),
        "mistake": (_in("raised", "Mistake in the task"), "wait"),
        "distressing": (_in("raised", "Distressing content"), "bad"),
        "illegal": (_in("raised", "Perhaps illegal content"), "bad"),
    },
    # As its author chooses it.
    "raise": {
        "question": (_("Ask a question"), ""),
        "mistake": (_("Flag a mistake in the task"), ""),
        "distressing": (_("Report distressing content"), ""),
        "illegal": (_("Report content that may be illegal"), ""),
    },
    "raised_state": {
        "open": (_in("raised", "waits for an answer"), "wait"),
        "answered": (_in("raised", "answered"), "ok"),
        "closed": (_in("raised", "taken back"), ""),
    },
    "raised_done": {
        "said": (_in("raised", "Nothing more: the answer says it"), ""),
        "guideline": (_in("raised", "The guideline says it now"), "ok"),
        "put_back": (_in("raised", "The task goes back to work"), "ok"),
        "taken_out": (_in("raised", "The task is taken out of work"), "wait"),
    },
    "skip": {
        "distressing": (_("Its content is distressing"), ""),
        "illegal": (_("Its content may be illegal"), ""),
    },
    "lane": {"held": (_in("lane", "held back"), "wait")},
}

# Joins what can happen to a project.
HAPPENED: dict[str, tuple[Promise, str]] = {
    "raised:made": (_("An expert asked or reported something"), "wait"),
    "raised:answered": (_("What an expert asked or reported was answered"), "ok"),
    "raised:closed": (_("An expert took a question back"), ""),
    "task:held": (_("Held back: its content may be illegal"), "bad"),
    "task:put_back": (_("Given out again"), "ok"),
    "task:taken_out": (_("Taken out of work"), "wait"),
}

REFUSALS: Mapping[str, Promise] = {
    "raised_full": _(
        "You asked or reported as much of this task as can be taken down. The project's staff read all of it; if you "
        "can't go on, give the task back."
    ),
    "no_raised": _("The project has nothing like that. Reload the page."),
    "raised_answered": _("It was answered, or taken back, meanwhile. Nothing was changed."),
    "raised_counts": _(
        "You gave the task back for it, so the project's staff look at it. It can't be taken back any more."
    ),
    "raised_more": _("What waits about this task changed since you opened the page. Read it, then decide."),
    "reports_wait": _(
        "You reported several tasks of this project as perhaps illegal. Staff decide on them first; then you are given "
        "more of it. What is kept for you stays yours, and nothing is held against you."
    ),
    "not_taken_out": _("The task is not out of work any more: somebody put it back. Nothing was changed."),
    "no_task": _("The project has no such task. Reload the page."),
    "own_raised": _("Nobody answers what they asked or reported themselves: somebody else does."),
}
PROBLEMS: Mapping[str, Promise] = {
    "raised_no_kind": _("Choose what it is."),
    "raised_no_words": _("Say it in words."),
    "raised_no_done": _("Choose what was done."),
    "raised_no_version": _("Choose the version of the guideline that says it now, with that choice alone."),
}
