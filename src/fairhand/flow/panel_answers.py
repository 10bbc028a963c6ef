"""Conversations with models in an answer: proven against what was asked and said when it is handed in."""

from collections.abc import Mapping
from typing import Any

from fairhand.dispatch.queries import ClaimFacts
from fairhand.flow.ask_model import panels
from fairhand.inference.models import Generation
from fairhand.inference.queries import said
from fairhand.kernel.canonical import content_hash
from fairhand.tasks.questions.panel.talk import SLOTS, asked_turns

_WHY = "holds an answer that no model gave to this conversation"


def problems_of_panels(facts: ClaimFacts, template: Mapping[str, Any], answer: object) -> list[tuple[str, str, str]]:
    """What is wrong with the models' answers, as (question, code, sentence): forged_answer.

    Each must be what the model of this place said, to the same words and files, to whoever hands it in for this slot;
    what a judge fixes takes what was said for the task. Shapes were checked before.
    """
    asked = panels(template)
    if not asked or not isinstance(answer, Mapping):
        return []
    found = []
    for terms in asked:
        given = answer.get(terms["name"])
        turns = given["turns"] if isinstance(given, Mapping) else []
        known = said(each["id"] for turn in turns for each in turn["answers"]) if turns else {}
        for at, turn in enumerate(turns):
            wanted = content_hash(asked_turns(terms, turns[: at + 1]))
            if not all(_is_said(known.get(each["id"]), each, at, wanted, terms, facts) for each in turn["answers"]):
                found.append((terms["name"], "forged_answer", _WHY))
                break
    return found


def _is_said(
    row: Generation | None, given: Mapping[str, Any], at: int, wanted: str, terms: Mapping[str, Any], facts: ClaimFacts
) -> bool:
    if row is None or row.text != given["text"] or row.turn != at or SLOTS[row.place] != given["slot"]:
        return False
    if row.asked_hash != wanted or row.question != terms["name"]:
        return False
    if facts.stage_kind == "attempt":
        return row.slot_id == facts.slot_id and row.person_id == facts.person_id
    return row.task_id == facts.task_id
