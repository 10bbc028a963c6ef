"""What models say in answers: whether a template's models can be asked, and an answer proven by what they said."""

from collections.abc import Mapping, Sequence
from typing import Any

from fairhand.dispatch.queries import ClaimFacts
from fairhand.flow.ask_model import asking, is_try, rows_to, try_of
from fairhand.inference.models import Generation
from fairhand.inference.queries import active, is_placed, money_of, order_of, said
from fairhand.inference.states import UNDER_WAY
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Project
from fairhand.tasks.questions._models import SLOTS
from fairhand.tasks.questions.panel.talk import asked_turns
from fairhand.tasks.questions.prompt.tries import unjudged, wording_of
from fairhand.work.queries import answers_of

_WHY = "holds an answer that no model gave to this conversation"
_NO_TRY = "holds a try that no model answered to this prompt"
_LEFT_OUT = "leaves out what a model answered to this prompt"


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
    """What is wrong with the models' answers, as (question, code, sentence): forged_answer, forged_try, try_left_out,
    still_asked.

    Each must be what the model of this place said, to the same words and files, to whoever hands it in for this slot;
    what a judge fixes takes what was said for the task. Whoever tried a prompt hands in every answer to it, once none
    is under way; a judge leaves the tries as they came. Shapes were checked before.
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
    if facts.stage_kind != "attempt":
        return _fixed_fault(facts, terms, given)
    tries, order = given.get("tries", []), _order(facts, terms)
    rows = rows_to(facts, terms["name"], given["turns"])
    if any(row.state in UNDER_WAY for row in rows):
        return "still_asked", "is handed in while a model still answers to this prompt"
    said_to_it = unjudged([try_of(row) for row in rows if is_try(row) and is_placed(row, order)])
    named = unjudged(tries)
    if any(said_to_it.get(id_) != each for id_, each in named.items()):
        return "forged_try", _NO_TRY
    return ("try_left_out", _LEFT_OUT) if said_to_it.keys() - named.keys() else None


def _fixed_fault(facts: ClaimFacts, terms: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[str, str] | None:
    """Whoever judges neither drops a try nor brings in another one: words that were handed in to be judged keep the
    tries they came with, other words have none."""
    named, wanted = unjudged(given.get("tries", [])), wording_of(given["turns"])
    judged = [each.get(terms["name"]) for each in answers_of(facts.subject_ids) if isinstance(each, Mapping)]
    came = [
        unjudged(each.get("tries", [])) for each in judged
        if isinstance(each, Mapping) and wording_of(each["turns"]) == wanted
    ]  # fmt: skip
    if named in came or not (named or came):
        return None
    if any(named.items() <= each.items() for each in came):
        return "try_left_out", _LEFT_OUT
    return "forged_try", _NO_TRY


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
