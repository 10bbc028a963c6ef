"""The words of audits, adjudications, gold and set-asides; merged into the tables of `web.words`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "stage_number": {
        "cool_s": (_("Rest between two tasks (seconds)"), ""),
    },
    "stage_length": {
        "cool_s": (_("Rest between two tasks"), ""),
    },
    "stage": {
        "audit": (_("audit"), ""),
        "adjudicate": (_("adjudication"), ""),
    },
    "cost": {
        "audit": (_("audits"), ""),
        "adjudicate": (_("adjudications"), ""),
    },
    "decided_by": {
        "adjudication": (_("Accepted when the final answer of its task was given."), ""),
    },
    "happened": {
        "submission:audited": (_("Audited: looked at a second time"), ""),
        "task:agreed": (_("The answers agree: no further attempt is needed"), "ok"),
        "task:disagreed": (_("The answers differ: somebody is to adjudicate"), "wait"),
        "task:unresolved": (_("Settled as it is: the answers differ, and nothing more was planned"), "wait"),
        "task:adjudicated": (_("Final answer given"), "ok"),
        "gold:graded": (_("Graded against the known answer"), ""),
        "gold:added": (_("Known answers added"), ""),
        "gold:retired": (_("Known answer retired"), "wait"),
        "cohort:made": (_("Cohort made"), ""),
        "cohort:changed": (_("Cohort changed"), ""),
        "cohort:set_aside": (_("Tasks set aside for a cohort"), ""),
        "cohort:given_back": (_("Not taken by a cohort in time, open to everybody again"), ""),
        "project:promised": (_("First tasks for newcomers changed"), ""),
    },
}
REFUSALS: Mapping[str, Promise] = {
    "no_cohort": _("The project has no such cohort."),
    "no_gold": _("The project has no such known answer."),
}
PROBLEMS: Mapping[str, Promise] = {
    "cohort_known": _("Another cohort of this project has that name."),
    "nobody_so_named": _("Nobody has a seat here under one of these pseudonyms."),
    "too_many": _("That is more than is possible here."),
    "score_range": _("Choose a score from 1 to 5: the author's pay looks at it."),
    "no_batch": _("The project has no batch of that number."),
}
