"""What models say in answers: whether a template's models can be asked, and an answer proven by what they said."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fairhand.dispatch.queries import ClaimFacts
from fairhand.flow.ask_model import asking
from fairhand.inference.models import Generation
from fairhand.inference.queries import active, is_placed, money_of, order_of, said
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
    """What is wrong with the models' answers, as (question, code, sentence): forged_answer, forged_try.

    Each must be what the model of this place said, to the same words and files, to whoever hands it in for this slot;
    what a judge fixes takes what was said for the task. A try was said to its end. Shapes were checked before.
    """
    if not isinstance(answer, Mapping):
        return []
    return [
        (terms["name"], "forged_try" if terms["type"] == "prompt" else "forged_answer", _WHY)
        for terms in asking(template)
        if not _all_said(facts, terms, list(_held(terms, answer.get(terms["name"]))))
    ]


_Held = tuple[int, list[dict[str, Any]], Sequence[Mapping[str, Any]]]


def _held(terms: Mapping[str, Any], given: object) -> Iterator[_Held]:
    """(turn, what was sent for it, what models said to it), as an answer holds it."""
    if not isinstance(given, Mapping):
        return
    if terms["type"] == "prompt":
        if given.get("tries"):
            yield 0, asked_prompt(given["turns"]), given["tries"]
        return
    for at, turn in enumerate(given["turns"]):
        yield at, asked_turns(terms, given["turns"][: at + 1]), turn["answers"]


def _all_said(facts: ClaimFacts, terms: Mapping[str, Any], held: Sequence[_Held]) -> bool:
    if not held:
        return True
    known, order = said(each["id"] for _, _, answers in held for each in answers), _order(facts, terms)
    for at, sent, answers in held:
        wanted = content_hash(sent)
        for each in answers:
            row = known.get(each["id"])
            if row is None or not _is_said(row, each, at, wanted, terms, facts, order):
                return False
            if terms["type"] == "prompt" and row.state != "done":
                return False
    return True


def _is_said(
    row: Generation, given: Mapping[str, Any], at: int, wanted: str, terms: Mapping[str, Any], facts: ClaimFacts,
    order: Sequence[str],
) -> bool:  # fmt: skip
    if row.text != given["text"] or row.turn != at or SLOTS[row.place] != given["slot"]:
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
