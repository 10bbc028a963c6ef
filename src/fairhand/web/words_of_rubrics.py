"""The words of rubrics that are written, of labelled steps and of agents' traces; merged into `web.words`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "hint": {
        "atomic": (_("This seems to ask for two things. Split it, so that each counts by itself."), ""),
        "alone": (_("This leans on something outside. Say it so that it can be read alone."), ""),
        "vague": (_("Two people may read this in two ways. Say what would be seen in the answer."), ""),
        "overlap": (_("This says nearly what an earlier criterion says. A thing would count twice."), ""),
        "no_negative": (_("No criterion takes points away. What should cost an answer points?"), ""),
    },
}
PROBLEMS: Mapping[str, Promise] = {
    "bad_weight": _("Every criterion needs a weight: a whole number that is not 0, and not larger than allowed."),
    "bad_steps": _("The steps of a criterion are two or more short lines, the worst first, or none at all."),
    "bad_tags": _("Tags are short words between commas."),
    "too_deep": _("Groups stand in groups deeper than is asked for. Move some out."),
    "few_criteria": _("That are fewer criteria than are asked for."),
    "hint_atomic": _("A criterion seems to ask for two things. Split it."),
    "hint_alone": _("A criterion leans on something outside. Say it so that it can be read alone."),
    "hint_vague": _("A criterion has a word that two people read in two ways. Say what would be seen."),
    "hint_overlap": _("Two criteria say nearly the same. Take one out, or tell them apart."),
    "hint_no_negative": _("At least one criterion must take points away: something a bad answer does."),
    "no_steps": _("This task brought no steps along. Tell the project's manager."),
    "no_label_yet": _("Every step needs its label."),
    "after_error": _("Steps after the first mistake are not labelled here."),
    "why_wrong": _("Say of every wrong step why it is wrong."),
    "bad_trace": _("The trace is not in the form ATIF 1.0 to 1.7."),
}
