"""Conversations with models: whether a template's models can be asked, and an answer proven by what they said."""

from collections.abc import Mapping, Sequence
from typing import Any

from fairhand.dispatch.queries import ClaimFacts
from fairhand.flow.ask_model import panels
from fairhand.inference.models import Generation
from fairhand.inference.queries import active, is_placed, money_of, order_of, said
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Project
from fairhand.tasks.questions.panel.talk import SLOTS, asked_turns

_WHY = "holds an answer that no model gave to this conversation"


def models_ready(template: Mapping[str, Any], project: Project) -> Refused | None:
    """Why a template's models can't be asked in a project: models_missing, models_unfunded; None where they can."""
    asked = panels(template)
    known = active({name for terms in asked for name in terms["models"]}) if asked else {}
    costs = False
    for terms in asked:
        for name in terms["models"]:
            endpoint = known.get(name)
            priced = endpoint is not None and bool(endpoint.in_micro or endpoint.out_micro)
            foreign = endpoint is not None and priced and endpoint.currency != project.currency
            if endpoint is None or foreign or not set(terms.get("kinds") or ()) <= set(endpoint.kinds):
                return Refused("models_missing", f"The model {name} can't be asked in this project.", {"name": name})
            costs = costs or priced
    money = money_of(project.id) if costs else None
    if costs and (money is None or not money.limit_minor):
        return Refused("models_unfunded", "The project has no money for models.")
    return None


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
        order = _order(facts, terms) if turns else []
        for at, turn in enumerate(turns):
            wanted = content_hash(asked_turns(terms, turns[: at + 1]))
            if not all(
                _is_said(known.get(each["id"]), each, at, wanted, terms, facts, order) for each in turn["answers"]
            ):
                found.append((terms["name"], "forged_answer", _WHY))
                break
    return found


def _is_said(
    row: Generation | None, given: Mapping[str, Any], at: int, wanted: str, terms: Mapping[str, Any], facts: ClaimFacts,
    order: Sequence[str],
) -> bool:  # fmt: skip
    if row is None or row.text != given["text"] or row.turn != at or SLOTS[row.place] != given["slot"]:
        return False
    if row.asked_hash != wanted or row.question != terms["name"]:
        return False
    if facts.stage_kind == "attempt":
        return row.slot_id == facts.slot_id and row.person_id == facts.person_id and is_placed(row, order)
    return row.task_id == facts.task_id and row.endpoint.name in order


def _order(facts: ClaimFacts, terms: Mapping[str, Any]) -> Sequence[str]:
    """Which model stands in which place for an author, as a newer template may ask others; for a judge, all of them."""
    if facts.stage_kind != "attempt":
        return list(terms["models"])
    order = order_of(facts.slot_id, facts.person_id, terms["name"])
    return order if sorted(order) == sorted(terms["models"]) else []
