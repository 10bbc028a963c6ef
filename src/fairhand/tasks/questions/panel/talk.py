"""The conversation of a panel: what a model is sent for a turn, and what is wrong with a turn as it is kept. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from fairhand.kernel.limits import MODEL_ASKED_PER_CLAIM_MAX, PARAGRAPH_CHARS_MAX
from fairhand.tasks.questions._models import SLOTS, is_answer, slots_of
from fairhand.tasks.questions.prompt.turns import Fault, TurnRules, text_fault, turn_fault

_KEYS = frozenset({"text", "files", "answers"})
_MORE = frozenset({"choice", "preference", "reason"})


def asked_turns(terms: Mapping[str, Any], turns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a model is sent to answer the last of these turns: the set-up, then each turn with the answer by which the
    conversation went on. Turns as an answer keeps them; KeyError where one before the last has no such answer."""
    sent: list[dict[str, Any]] = []
    if terms.get("system"):
        sent.append({"role": "system", "text": terms["system"], "files": []})
    for place, turn in enumerate(turns):
        sent.append({"role": "user", "text": turn["text"], "files": list(turn["files"])})
        if place < len(turns) - 1:
            sent.append({"role": "assistant", "text": chosen(turn)["text"], "files": []})
    return sent


def chosen(turn: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer by which a conversation goes on after a turn. KeyError: there is none."""
    for answer in turn["answers"]:
        if answer["id"] == turn.get("choice"):
            return answer  # type: ignore[no-any-return]
    raise KeyError("choice")


def talk_fault(turn: object, terms: Mapping[str, Any], rules: TurnRules) -> Fault | None:
    """What is wrong with a turn that was held. Codes: bad_talk, unanswered, no_choice, no_preference, reason_missing,
    those of a turn that is written (questions/prompt/turns.py)."""
    if not isinstance(turn, Mapping) or not _KEYS <= set(turn) <= _KEYS | _MORE:
        return "bad_talk", "needs a text, a list of files and the answers to it"
    fault = turn_fault({"role": "user", "text": turn["text"], "files": turn["files"]}, rules)
    if fault is not None:
        return fault
    answers, slots = turn["answers"], slots_of(terms)
    if not isinstance(answers, list) or len(answers) > MODEL_ASKED_PER_CLAIM_MAX:
        return "bad_talk", "has no list of answers, or too long a one"
    if not all(is_answer(each, slots) for each in answers):
        return "bad_talk", "holds something that is no answer of a model"
    if len({each["id"] for each in answers}) < len(answers):
        return "bad_talk", "holds an answer twice"
    if {each["slot"] for each in answers} != set(slots):
        return "unanswered", "is not answered yet"
    if not any(each["id"] == turn.get("choice") for each in answers):
        return "no_choice", "does not say by which answer the conversation goes on"
    return _judged_fault(turn, terms) if len(slots) == 2 else _bare_fault(turn)


def _bare_fault(turn: Mapping[str, Any]) -> Fault | None:
    return ("bad_talk", "compares answers though one model is asked") if set(turn) & {"preference", "reason"} else None


def _judged_fault(turn: Mapping[str, Any], terms: Mapping[str, Any]) -> Fault | None:
    step, strength = turn.get("preference"), terms.get("strength", 3)
    if not isinstance(step, int) or isinstance(step, bool) or abs(step) > strength:
        return "no_preference", "does not say which answer is better"
    if step == 0 and not terms.get("tie", True):
        return "no_preference", "calls both equally good, and the template asks to decide for one"
    better = None if step == 0 else SLOTS[step > 0]
    if better is not None and chosen(turn)["slot"] != better:
        return "no_choice", "goes on by an answer that was not the better one"
    reason, asked = turn.get("reason", ""), terms.get("reason", "optional")
    if not isinstance(reason, str) or ("reason" in turn and (asked == "none" or not reason.strip())):
        return "bad_talk", "has a reason that is no text, is blank or is not asked for"
    if asked == "required" and not reason:
        return "reason_missing", "does not say why"
    return text_fault(reason, PARAGRAPH_CHARS_MAX)
