"""The words of states, verdicts, reasons and refusals, as pages say them; the glossary decides which."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

from fairhand.kernel.refusals import Refused

# kind -> code -> (word, tone of its tag)
_WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "submission": {
        "pending": (_in("submission", "pending"), "wait"),
        "accepted": (_in("submission", "accepted"), "ok"),
        "returned": (_in("submission", "returned for rework"), "wait"),
    },
    "money": {
        "pending": (_in("money", "pending"), "wait"),
        "accepted": (_in("money", "payable"), "ok"),
        "returned": (_in("money", "pending"), "wait"),
    },
    "claim": {
        "live": (_in("claim", "in work"), "wait"),
        "submitted": (_in("claim", "handed in"), "ok"),
        "skipped": (_in("claim", "given back"), ""),
        "expired": (_in("claim", "expired"), "wait"),
    },
    "project": {
        "draft": (_in("project", "draft"), ""),
        "open": (_in("project", "open"), "ok"),
        "closed": (_in("project", "closed"), ""),
    },
    "decided_by": {
        "review": (_("Decided by a reviewer."), ""),
        "plan": (_("Accepted at once: the plan asks no review of this one."), ""),
        "clock": (_("Nobody decided in time, so it was accepted in your favour."), ""),
        "staff": (_("Decided by the project's staff."), ""),
    },
    "verdict": {
        "accept": (_("Accept"), "ok"),
        "accept_with_fixes": (_("Accept with fixes"), "ok"),
        "return": (_("Return for rework"), "wait"),
    },
    "skip": {
        "too_long": (_("It takes longer than the terms say"), ""),
        "not_my_field": (_("Not my field"), ""),
        "unclear": (_("The task or the guideline is unclear"), ""),
        "technical": (_("Something does not work"), ""),
        "other": (_("Another reason"), ""),
    },
    "unit": {
        "judgement": (_("per judgement"), ""),
        "review": (_("per review"), ""),
        "task": (_("per task"), ""),
        "turn": (_("per turn"), ""),
        "item": (_("per item"), ""),
        "word": (_("per word"), ""),
    },
    "stage": {
        "attempt": (_("judgement"), ""),
        "review": (_("review"), ""),
    },
    "verdict_part": {
        "verdict": (_("Your verdict"), ""),
        "note": (_("Note to the author"), ""),
        "clause": (_("Part of the guideline"), ""),
        "fixed_answer": (_("The answer as you would have it"), ""),
    },
    "event": {
        "claim:made": (_("You took the task"), ""),
        "submission:made": (_("You handed it in"), ""),
        "submission:reviewed": (_("A reviewer gave a verdict"), ""),
        "submission:accepted": (_("It was accepted"), ""),
    },
    "cost": {
        "attempt": (_("judgements"), ""),
        "review": (_("reviews"), ""),
    },
    "person": {
        "recorded": (_("recorded"), ""),
        "synthetic": (_("synthetic"), "wait"),
    },
    "format": {
        "jsonl": (_("Every judgement, one JSON object a line"), ""),
        "trl_preference": (_("Preference rows: prompt, chosen, rejected"), ""),
    },
}

# Refusal code -> sentence: what happened and what to do.
_REFUSALS: Mapping[str, Promise] = {
    "cap_open": _("You hold as many tasks as one person may at a time. Hand one in or skip it first."),
    "terms_changed": _("The terms changed since you saw them. Read the new card and take the task again."),
    "no_seat": _("You have no seat in this project. Ask its manager for one."),
    "cap_seat": _("You have reached your number of tasks in this project for today. Come back tomorrow."),
    "no_work": _("No task is open to you in this project just now. Look again later."),
    "no_claim": _("You hold no such claim."),
    "claim_ended": _("This claim has ended, so there is nothing to hand in. Take the next task."),
    "already_submitted": _("This claim was handed in already; its submission stands."),
    "surplus_limit": _(
        "This claim expired, its slot went to a colleague, and as many late answers as a week takes were taken from "
        "you. Take the next task; nothing you handed in is lost."
    ),
    "answer_problems": _("The answer is not complete yet."),
    "bad_request_key": _("The form was changed on its way. Reload the page and take the task again."),
    "no_reason": _("Choose a reason for skipping the task."),
    "rounds_over": _("This work was returned as often as the project allows. Decide it as it is."),
    "pool_short": _(
        "The batch's pool can't pay for another round. Accept the work, or ask the manager to fund the pool."
    ),
    "nothing_accepted": _("No work of this project is accepted yet, so there is nothing to deliver."),
}

# What is wrong with one part of an answer.
_PROBLEMS: Mapping[str, Promise] = {
    "required": _("An answer is needed here."),
    "too_long": _("The text is longer than allowed. Shorten it."),
    "too_short": _("The text is shorter than asked. Add to it."),
    "too_large": _("The answer is larger than allowed. Shorten it."),
    "not_an_option": _("Choose one of the options."),
    "unknown": _("This is not part of the task. Reload the page and answer again."),
    "not_text": _("Text is needed here."),
    "characters": _("The text holds a character that can't be stored. Remove it."),
    "not_an_object": _("The answer could not be read. Reload the page and answer again."),
    "unknown_type": _("This version does not know this kind of question. Tell the project's manager."),
    "not_numbers": _("Whole numbers are needed here."),
    "bad_character": _("The text holds a character that can't be stored. Remove it."),
}


def word(kind: str, code: str) -> str:
    """The word, or the code itself where we have none."""
    found = _WORDS.get(kind, {}).get(code)
    return str(found[0]) if found else code


def tone(kind: str, code: str) -> str:
    """ok, wait, bad or nothing."""
    found = _WORDS.get(kind, {}).get(code)
    return found[1] if found else ""


def codes(kind: str) -> list[str]:
    """The codes we have words for."""
    return list(_WORDS[kind])


def refusal(refused: Refused) -> str:
    """A refusal in the reader's language."""
    found = _REFUSALS.get(refused.code)
    return str(found) if found else gettext("That was not done: %(why)s") % {"why": refused.why}


def problem(code: str, why: str) -> str:
    """What is wrong with a part of an answer, in the reader's language."""
    found = _PROBLEMS.get(code)
    return str(found) if found else why
