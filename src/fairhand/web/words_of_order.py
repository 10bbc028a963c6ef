"""The words of the order of work: policies, their terms, queues; merged into the tables of `web.words`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "policy": {
        "first_in": (_("In the order of the file"), ""),
        "deadline": (_("Deadline"), ""),
        "client_priority": (_("Priority"), ""),
        "breadth_first": (_("Every task once before any task twice"), ""),
        "depth_first": (_("A task that was begun first"), ""),
        "uncertainty": (_("Least certain first"), ""),
        "scarce_skill": (_("Scarce people first"), ""),
        "tier": (_("Low tiers first"), ""),
        "weights": (_("Shares by field"), ""),
        "variety": (_("Variety"), ""),
        "own_field_first": (_("Own field first"), ""),
        "wishes": (_("The expert's own wishes"), ""),
        "calibration_first": (_("Calibration first"), ""),
        "gold_share": (_("Share of gold tasks"), ""),
        "fixed": (_("As many as wanted"), ""),
        "agree": (_("Until enough agree"), ""),
    },
    "policy_about": {
        "first_in": (_("Tasks come in the order of their file."), ""),
        "deadline": (
            _("The fewer hours are left to a batch's deadline, the lower its tier; what waits moves up by itself."),
            "",
        ),
        "client_priority": (_("Priority 0 comes first, 9 last."), ""),
        "breadth_first": (_("First attempts of all tasks, then second ones, and so on."), ""),
        "depth_first": (_("All attempts of a task stand side by side; extra ones go before tasks not yet begun."), ""),
        "uncertainty": (_("Reads how unsure a task's answer is, from its file; without that a task comes last."), ""),
        "scarce_skill": (_("The fewer people pass the gate of a stage, the lower its tier."), ""),
        "tier": (_("Without this policy the tier decides after all others."), ""),
        "weights": (_("A field of weight 3 is tried first three times as often as one of weight 1."), ""),
        "variety": (_("After so many tasks of one field another field comes first, if it has work."), ""),
        "own_field_first": (_("Fields that an expert's profile names come first."), ""),
        "wishes": (
            _("Fields that experts would rather work in come first. Nobody sees these wishes, nor what came of them."),
            "",
        ),
        "calibration_first": (_("Whoever is new here begins with the calibration tasks."), ""),
        "gold_share": (
            _(
                "So many of a hundred tasks are gold: their answer is known, and nobody is told which before it is "
                "accepted."
            ),
            "",
        ),
        "fixed": (_("The attempts wanted from the start are enough, whatever they say."), ""),
        "agree": (_("One more attempt at a time, up to a task's cap, until enough answers agree."), ""),
    },
    "policy_term": {
        "deadline.hours": (_("Bounds, in hours left"), ""),
        "client_priority.by": (_("Whose priority"), ""),
        "client_priority.steps": (_("Tiers from first to last"), ""),
        "breadth_first.tiers": (_("Tiers between attempts"), ""),
        "depth_first.tiers": (_("Tiers that new tasks wait"), ""),
        "uncertainty.steps": (_("Tiers from unsure to sure"), ""),
        "scarce_skill.people": (_("Bounds, in people"), ""),
        "tier.mixed": (_("Mix: a tier gets half as many claims as the one before it"), ""),
        "weights.fields": (_("Weights"), ""),
        "weights.otherwise": (_("Weight of every other field"), ""),
        "variety.alike": (_("In a row at most"), ""),
        "calibration_first.tasks": (_("New until so many are handed in"), ""),
        "gold_share.percent": (_("Of a hundred"), ""),
        "gold_share.first": (_("Not before so many are handed in"), ""),
        "agree.question": (_("Question that is compared (empty: all)"), ""),
        "agree.share": (_("Share of equal answers that is enough"), ""),
        "agree.budget": (_("Extra attempts at most"), ""),
    },
    "policy_choice": {
        "batch": (_("the batch's"), ""),
        "project": (_("the project's"), ""),
        "both": (_("both, the mean"), ""),
    },
    "lane": {
        "real": (_in("lane", "work"), ""),
        "calibration": (_in("lane", "calibration"), ""),
        "rework": (_in("lane", "rework"), ""),
        "gold": (_in("lane", "gold"), ""),
    },
    "happened": {
        "order:changed": (_("New order of work"), ""),
        "batch:reprioritised": (_("What waited was ranked anew"), ""),
    },
}
REFUSALS: Mapping[str, Promise] = {
    "order_stale": _(
        "Somebody else set the order of work meanwhile. Yours was not saved: look at theirs, and set yours again."
    ),
    "no_batch": _("The project has no such batch that is open. Reload the page."),
}
PROBLEMS: Mapping[str, Promise] = {
    "bad_terms": _("That does not fit here. Look at what the field takes."),
    "bad_moment": _("A day and an hour are needed here, such as 2026-12-01 17:00."),
    "cap_bad": _("Attempts at most are a whole number, not below the attempts wanted, up to 1,000."),
    "field_bad": _("A field of work is one line of visible text of at most 60 characters."),
    "too_many_fields": _("The file names more fields of work than one batch may have. Name fewer."),
    "uncertainty_bad": _("Uncertainty is text from 0 to 1 with at most three decimals, such as 0.35."),
    "unknown_policy": _("This version does not know this policy."),
    "twice": _("Each policy stands in the order once."),
}
