"""ask_model and stop_model: whoever holds a claim asks the models of a question, and stops them."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued

from fairhand.dispatch.queries import ClaimFacts, is_in_work
from fairhand.files.queries import clean_ones
from fairhand.flow.answer_files import is_theirs
from fairhand.inference import commands as inference
from fairhand.inference.commands import NewGeneration
from fairhand.inference.models import Generation, ModelEndpoint
from fairhand.inference.queries import active, is_placed, of_slot, said_to, used, waiting
from fairhand.inference.rules import cost_pico, seed_of, text_bytes, tokens_in_most
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.limits import (
    ANSWER_BYTES_MAX,
    MODEL_ANSWER_BYTES_MAX,
    MODEL_LOST_S,
    MODEL_REQUEST_BYTES_MAX,
    MODEL_TOKEN_BYTES,
)
from fairhand.kernel.refusals import Refused, RefusedError
from fairhand.tasks.attached import files_in
from fairhand.tasks.messages import kind_taken
from fairhand.tasks.questions.panel.part import rules_of
from fairhand.tasks.questions.panel.talk import asked_turns
from fairhand.tasks.questions.prompt.part import turns_fault
from fairhand.tasks.questions.prompt.tries import asked_prompt
from fairhand.tasks.questions.prompt.turns import plain_turns, turn_fault

JOB_NAME = "ask_model"
_QUEUE = App(connector=DjangoConnector())
_SEED_BITS = 62
_AGAIN_PER_JOB = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page asks: of a panel the conversation up to the turn to be answered, `choice` naming the answer by
    which each turn before it went on; of a prompt all of its turns, as they are to be handed in; and the places (0 is
    A) of the models that are to answer."""

    question: str
    turns: Sequence[Any]
    places: Sequence[int]


def ask_model(*, facts: ClaimFacts, wanted: Wanted, now: datetime) -> list[Generation] | Refused:
    """Ask one or both models of a question for an answer to the last turn; a worker then streams it.

    The most that it can cost is set apart before anything is asked. Refusals: claim_ended, no_such_question,
    bad_conversation, bad_prompt (facts["code"]: what is wrong with it), file_gone, model_gone, model_kind,
    model_currency, model_limit, model_tokens, model_busy, model_money, request_too_large.
    """
    terms = next((each for each in asking(facts.template) if each["name"] == wanted.question), None)
    if terms is None or facts.stage_kind != "attempt":
        return Refused("no_such_question", "The task asks no model anything.")
    if facts.state != "live" or facts.paused_at is not None:
        return Refused("claim_ended", "This claim is not being worked on.")
    try:
        with transaction.atomic():
            return _ask(facts, terms, wanted, now)
    except RefusedError as refusal:
        return refusal.refused


def asking(template: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The questions of a template in whose answers models speak: conversations, and prompts that are tried."""
    return [each for each in template["questions"] if each["type"] in ("panel", "prompt") and each.get("models")]


def ask_again(*, now: datetime) -> int:
    """Hand out once more what a worker had in its queue when it ended, and what waits long; how many. An answer is
    begun once, however often it is handed out."""
    found = waiting(now - timedelta(seconds=MODEL_LOST_S), _AGAIN_PER_JOB)
    for generation_id in found:
        with suppress(AlreadyEnqueued), transaction.atomic():
            _QUEUE.configure_task(JOB_NAME, queueing_lock=f"model {generation_id}").defer(
                generation_id=str(generation_id)
            )
    return len(found)


def stop_model(*, generation_id: UUID, person_id: UUID, now: datetime) -> bool:
    """Stop one's own answer that is under way; True if it was."""
    return inference.ask_stop(generation_id=generation_id, person_id=person_id, now=now)


def _ask(facts: ClaimFacts, terms: Mapping[str, Any], wanted: Wanted, now: datetime) -> list[Generation]:
    # The row of the order is the lock of whoever works on this slot: what is counted below stays so.
    names = inference.draw_order(
        slot_id=facts.slot_id, person_id=facts.person_id, question=terms["name"], names=terms["models"],
        seed=secrets.randbits(_SEED_BITS),
    )  # fmt: skip
    if not is_in_work(facts.claim_id):  # what was read before the lock may be over
        raise RefusedError(Refused("claim_ended", "This claim is not being worked on."))
    at, sent = _sent(facts, terms, wanted, names)
    _within_limits(facts, terms, wanted, sent)
    made, endpoints, seed = [], active(names), secrets.randbits(_SEED_BITS)
    for place in sorted(set(wanted.places)):
        endpoint = endpoints.get(names[place])
        _fits(endpoint, sent, facts.currency)
        assert endpoint is not None
        params = {
            "temperature": terms.get("temperature", "0.7"), "max_tokens": terms.get("answer_tokens", 800),
            "seed": _seed(terms, seed, facts, at, place),
        }  # fmt: skip
        held = cost_pico(
            endpoint.in_micro, endpoint.out_micro, tokens_in_most(sent, endpoint.context_tokens), params["max_tokens"]
        )
        new = NewGeneration(
            facts.org_id, facts.project_id, facts.task_id, facts.slot_id, facts.claim_id, facts.person_id,
            terms["name"], at, place, endpoint, params, sent, content_hash(sent), held,
        )  # fmt: skip
        row = inference.add_generation(new=new, currency=facts.currency, now=now)
        if isinstance(row, Refused):
            raise RefusedError(row)
        _QUEUE.configure_task(JOB_NAME).defer(generation_id=str(row.id))
        made.append(row)
    return made


def _sent(
    facts: ClaimFacts, terms: Mapping[str, Any], wanted: Wanted, names: Sequence[str]
) -> tuple[int, list[dict[str, Any]]]:
    """Which turn is to be answered, and what is sent for it. Raises RefusedError."""
    if not wanted.places or not set(wanted.places) <= set(range(len(names))):
        raise RefusedError(_bad("asks a model that isn't there"))
    if terms["type"] == "panel":
        turns = _conversation(facts, terms, wanted, names)
        at, sent = len(turns) - 1, asked_turns(terms, turns)
    else:
        turns = plain_turns(list(wanted.turns))
        fault = turns_fault(turns, terms) if isinstance(turns, list) else ("bad_turn", "is no list of turns")
        if fault is not None:
            raise RefusedError(Refused("bad_prompt", f"The prompt {fault[1]}.", {"code": fault[0]}))
        at, sent = 0, asked_prompt(turns)
    _proven_files(facts, sent)
    return at, sent


def _conversation(
    facts: ClaimFacts, terms: Mapping[str, Any], wanted: Wanted, names: Sequence[str]
) -> list[dict[str, Any]]:
    """The turns with what was really answered to them. Raises RefusedError."""
    rules, most = rules_of(terms), terms.get("most", 6)
    if not 1 <= len(wanted.turns) <= most:
        raise RefusedError(_bad(f"has no turn, or more than {most}"))
    said = of_slot(facts.slot_id, facts.person_id, terms["name"]) if len(wanted.turns) > 1 else {}
    turns: list[dict[str, Any]] = []
    for at, given in enumerate(wanted.turns):
        turn = given if isinstance(given, Mapping) else {}
        fault = turn_fault({"role": "user", "text": turn.get("text"), "files": turn.get("files")}, rules)
        if fault is not None:
            raise RefusedError(Refused("bad_conversation", f"Turn {at + 1} {fault[1]}.", {"code": fault[0]}))
        if len(turn["files"]) > terms.get("files_most", 4):
            raise RefusedError(_bad("has too many files"))
        kept = {"text": turn["text"], "files": turn["files"], "answers": []}
        turns.append(kept)
        if at < len(wanted.turns) - 1:
            row = said.get(_uuid(turn.get("choice")))
            # It was said to this very conversation, so a talk can't be put together of pieces of others.
            if row is None or not is_placed(row, names) or row.turn != at:
                raise RefusedError(_bad("goes on by an answer that no model gave here"))
            if row.asked_hash != content_hash(asked_turns(terms, turns)):
                raise RefusedError(_bad("goes on by an answer that no model gave here"))
            kept |= {"answers": [{"id": str(row.id), "text": row.text}], "choice": str(row.id)}
    return turns


def _proven_files(facts: ClaimFacts, turns: Sequence[Mapping[str, Any]]) -> None:
    files = [file for turn in turns for file in files_in(turn["files"])]
    known = clean_ones(file["file"] for file in files) if files else {}
    if not all(is_theirs(known.get(file["file"]), file, facts) for file in files):
        raise RefusedError(Refused("file_gone", "A file was not sent for this answer, or is not checked yet."))
    if sum(file["bytes"] for file in files) * 4 // 3 > MODEL_REQUEST_BYTES_MAX:
        raise RefusedError(Refused("request_too_large", "The conversation's files are too large together."))


def _within_limits(
    facts: ClaimFacts, terms: Mapping[str, Any], wanted: Wanted, sent: Sequence[Mapping[str, Any]]
) -> None:
    so_far, n = used(facts.claim_id, terms["name"]), len(set(wanted.places))
    if so_far.under_way + n > len(terms["models"]):
        raise RefusedError(Refused("model_busy", "An answer is still being written."))
    most = terms.get("asked_max", 40)
    if so_far.asked + n > most:
        raise RefusedError(Refused("model_limit", f"At most {most} answers may be asked for.", {"most": most}))
    most = terms.get("tokens_max", 50_000)
    if so_far.tokens + n * terms.get("answer_tokens", 800) > most:
        raise RefusedError(Refused("model_tokens", f"At most {most} tokens may be asked for.", {"most": most}))
    # All of it is handed in as one answer, which must have room for what is said last.
    longest = min(terms.get("answer_tokens", 800) * MODEL_TOKEN_BYTES, MODEL_ANSWER_BYTES_MAX)
    if _written(facts, terms, sent, so_far.size) + n * longest > ANSWER_BYTES_MAX:
        raise RefusedError(Refused("model_tokens", "The conversation would not fit an answer.", {"most": most}))


def _written(facts: ClaimFacts, terms: Mapping[str, Any], sent: Sequence[Mapping[str, Any]], said: int) -> int:
    """Bytes of what stands in the answer already. Of a prompt, what was said to other words is not handed in, and what
    was said to these in an earlier round is."""
    if terms["type"] == "panel":
        return said + text_bytes([turn for turn in sent if turn["role"] == "user"])
    rows = said_to(facts.slot_id, facts.person_id, terms["name"], content_hash(list(sent)))
    return text_bytes(sent) + sum(len(row.text.encode()) for row in rows)


def _fits(endpoint: ModelEndpoint | None, sent: Sequence[Mapping[str, Any]], currency: str) -> None:
    if endpoint is None:
        raise RefusedError(Refused("model_gone", "A model of this task is not there any more."))
    kinds = {kind_taken(file["media_type"]) for turn in sent for file in turn["files"]}
    if not kinds <= set(endpoint.kinds):
        raise RefusedError(Refused("model_kind", "A model of this task takes no such files."))
    if (endpoint.in_micro or endpoint.out_micro) and endpoint.currency != currency:
        raise RefusedError(Refused("model_currency", "A model of this task is priced in another currency."))


def _seed(terms: Mapping[str, Any], drawn: int, facts: ClaimFacts, turn: int, place: int) -> int:
    """One for both models, so that they are compared fairly; of a seed that is set, the next one for each try more."""
    fixed = terms.get("seed", "drawn")
    if fixed == "drawn":
        return seed_of(drawn)
    tries = Generation.objects.filter(
        claim_id=facts.claim_id, question=terms["name"], turn=turn, place=place
    ).count()  # fmt: skip
    return seed_of(fixed + tries)


def _uuid(text: object) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        return UUID(int=0)


def _bad(why: str) -> Refused:
    return Refused("bad_conversation", f"The conversation {why}.")
