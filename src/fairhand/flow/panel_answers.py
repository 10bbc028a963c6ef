"""What models say in answers: whether a template's models can be asked, and an answer proven by what they said."""

from collections.abc import Mapping, Sequence
from typing import Any

from fairhand.dispatch.queries import ClaimFacts
from fairhand.flow.ask_model import asking
from fairhand.inference.models import Generation
from fairhand.inference.queries import active, is_placed, money_of, order_of, said, said_to
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Project
from fairhand.tasks.questions._models import SLOTS
from fairhand.tasks.questions.panel.talk import asked_turns
from fairhand.tasks.questions.prompt.tries import asked_prompt

_WHY = "holds an answer that no model gave to this conversation"


def models_ready(template: Mapping[str, Any], project: Project) -> Refused | None:
    """Why a template's models can't be asked in a project: models_missing, models_unfunded; None where they can."""
    asked = asking(template)
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
    """What is wrong with the models' answers, as (question, code, sentence): forged_answer, forged_try, try_left_out.

    Each must be what the model of this place said, to the same words and files, to whoever hands it in for this slot;
    what a judge fixes takes what was said for the task. A try was said to its end, and whoever tried a prompt hands in
    every such answer to it. Shapes were checked before.
    """
    if not isinstance(answer, Mapping):
        return []
    found = []
    for terms in asking(template):
        given = answer.get(terms["name"])
        if isinstance(given, Mapping):
            fault = _tries_fault(facts, terms, given) if terms["type"] == "prompt" else _talk_fault(facts, terms, given)
            found += [(terms["name"], *fault)] if fault else []
    return found


def _talk_fault(facts: ClaimFacts, terms: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[str, str] | None:
    turns, order = given["turns"], _order(facts, terms)
    known = said(each["id"] for turn in turns for each in turn["answers"])
    for at, turn in enumerate(turns):
        wanted = content_hash(asked_turns(terms, turns[: at + 1]))
        if not all(_is_said(known.get(each["id"]), each, at, wanted, terms, facts, order) for each in turn["answers"]):
            return "forged_answer", _WHY
    return None


def _tries_fault(facts: ClaimFacts, terms: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[str, str] | None:
    tries, order, wanted = given.get("tries", []), _order(facts, terms), content_hash(asked_prompt(given["turns"]))
    whole = {id_: row for id_, row in said(each["id"] for each in tries).items() if row.state == "done"}
    if not all(_is_said(whole.get(each["id"]), each, 0, wanted, terms, facts, order) for each in tries):
        return "forged_try", "holds a try that no model answered to this prompt"
    if facts.stage_kind == "attempt":
        rows = said_to(facts.slot_id, facts.person_id, terms["name"], wanted)
        if {str(row.id) for row in rows if row.state == "done" and is_placed(row, order)} - set(whole):
            return "try_left_out", "leaves out what a model answered to this prompt"
    return None


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
