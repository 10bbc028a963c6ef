"""Verbs that write endpoints, what models are asked and say, and a project's money for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.inference.models import Generation, ModelEndpoint, ModelMoney, ModelOrder
from fairhand.inference.rules import (
    NewEndpoint,
    cost_pico,
    has_room,
    micro_of,
    problems_of,
    shuffled,
    tokens_guessed,
    tokens_of_text,
)
from fairhand.inference.seal import seal
from fairhand.inference.states import UNDER_WAY
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import MODELS_MAX
from fairhand.kernel.refusals import Refused


@transaction.atomic
def add_endpoint(*, new: NewEndpoint, actor: Actor, now: datetime) -> ModelEndpoint | Refused:
    """Write an endpoint down; one of the same name that is in use is retired by it.

    Refusals: endpoint_problems (facts["problems"]: field -> code), models_full.
    """
    problems = problems_of(new)
    if problems:
        return Refused("endpoint_problems", "The endpoint is not right yet.", {"problems": problems})
    if ModelEndpoint.objects.filter(state="active").exclude(name=new.name).count() >= MODELS_MAX:
        return Refused("models_full", f"At most {MODELS_MAX} endpoints are in use.")
    _retire(new.name, now)
    made = ModelEndpoint.objects.create(
        id=new_id(now), name=new.name, base_url=new.base_url.rstrip("/"), model=new.model.strip(),
        sealed_key=seal(new.key), currency=new.currency, in_micro=micro_of(new.price_in),
        out_micro=micro_of(new.price_out), context_tokens=new.context_tokens, kinds=list(new.kinds),
        private_ok=new.private_ok, silence_s=new.silence_s, total_s=new.total_s, made_by=actor.id, made_at=now,
    )  # fmt: skip
    _record("model:added", made, actor, now)
    return made


@transaction.atomic
def retire_endpoint(*, name: str, actor: Actor, now: datetime) -> Refused | None:
    """Ask this endpoint nothing more. Refusal: no_model (none of this name is in use)."""
    found = ModelEndpoint.objects.filter(name=name, state="active").first()
    if found is None or not _retire(name, now):
        return Refused("no_model", "No model of this name is in use.")
    _record("model:retired", found, actor, now)
    return None


def _retire(name: str, now: datetime) -> bool:
    return bool(ModelEndpoint.objects.filter(name=name, state="active").update(state="retired", retired_at=now))


def _record(verb: str, row: ModelEndpoint, actor: Actor, now: datetime) -> None:
    facts = {"name": row.name, "model": row.model, "address": row.base_url}
    record(actor=actor, now=now, happened=[Fact(verb, "model_endpoint", row.id, facts=facts)])


def draw_order(*, slot_id: UUID, person_id: UUID, question: str, names: Sequence[str], seed: int) -> list[str]:
    """The order in which somebody sees a question's models; the first draw stays, as long as the template asks the same
    ones. The caller's transaction holds it."""
    drawn = shuffled(names, seed)
    ModelOrder.objects.get_or_create(
        slot_id=slot_id, person_id=person_id, question=question, defaults={"seed": seed, "names": drawn}
    )
    rows = ModelOrder.objects.filter(slot_id=slot_id, person_id=person_id, question=question)
    kept = list(rows.select_for_update().get().names)
    if sorted(kept) == sorted(names):
        return kept
    rows.update(seed=seed, names=drawn)  # who takes the slot again does it by a newer template
    return drawn


@dataclass(frozen=True, slots=True)
class NewGeneration:
    """What is about to be asked."""

    org_id: UUID
    project_id: UUID
    task_id: UUID
    slot_id: UUID
    claim_id: UUID
    person_id: UUID
    question: str
    turn: int
    place: int
    endpoint: ModelEndpoint
    params: Mapping[str, Any]
    turns: Sequence[Mapping[str, Any]]
    asked_hash: str
    held_pico: int


def add_generation(*, new: NewGeneration, currency: str, now: datetime) -> Generation | Refused:
    """Write down what is to be asked, with the most that it can cost set apart first. Refusal: model_money.

    The caller's transaction. What costs nothing needs no money, nor a limit.
    """
    if new.held_pico:
        money = ModelMoney.objects.select_for_update().filter(project_id=new.project_id).first()
        if money is None or not has_room(
            money.limit_minor, int(money.spent_pico), int(money.held_pico), new.held_pico, currency
        ):
            return Refused("model_money", "The project's money for models does not carry another answer.")
        ModelMoney.objects.filter(project_id=new.project_id).update(held_pico=F("held_pico") + Decimal(new.held_pico))
    return Generation.objects.create(
        id=new_id(now), org_id=new.org_id, project_id=new.project_id, task_id=new.task_id, slot_id=new.slot_id,
        claim_id=new.claim_id, person_id=new.person_id, question=new.question, turn=new.turn, place=new.place,
        endpoint=new.endpoint, params=dict(new.params), turns=list(new.turns), asked_hash=new.asked_hash,
        held_pico=new.held_pico, asked_at=now,
    )  # fmt: skip


def begin(*, generation_id: UUID, now: datetime) -> bool:
    """A worker takes it on; True if this call did it."""
    asked = Generation.objects.filter(id=generation_id, state="asked")
    return bool(asked.update(state="running", begun_at=now, heard_at=now))


# Several at once, in one statement: a worker has many under way. What is stopped or over takes nothing more.
_APPEND = """
UPDATE generation g SET text = left(g.text, v.at) || v.piece, heard_at = %(now)s,
       first_at = CASE WHEN v.piece <> '' THEN coalesce(g.first_at, %(now)s) ELSE g.first_at END
  FROM unnest(%(ids)s::uuid[], %(ats)s::int[], %(pieces)s::text[]) AS v (id, at, piece)
 WHERE g.id = v.id AND g.state = 'running'
"""
_STOPPED = "SELECT id FROM generation WHERE id = ANY (%s) AND (stop_asked OR state <> 'running')"


def append(*, texts: Mapping[UUID, tuple[int, str]], now: datetime) -> None:
    """Add what came of several answers: (after so many characters, the text). Done again it changes nothing; an empty
    text says that its worker is there."""
    if not texts:
        return
    ats, pieces = [at for at, _ in texts.values()], [piece for _, piece in texts.values()]
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, {"ids": list(texts), "ats": ats, "pieces": pieces, "now": now})


def to_be_stopped(ids: Sequence[UUID]) -> set[UUID]:
    """Those of them that their asker stopped, or that are over for another reason."""
    with connection.cursor() as cursor:
        cursor.execute(_STOPPED, [list(ids)])
        return {row[0] for row in cursor.fetchall()}


def ask_stop(*, generation_id: UUID, person_id: UUID, now: datetime) -> bool:
    """Stop one's own; what no worker took on yet is over at once. True if it was under way."""
    mine = Generation.objects.filter(id=generation_id, person_id=person_id, state__in=UNDER_WAY)
    asked = mine.update(stop_asked=True)
    if Generation.objects.filter(id=generation_id, person_id=person_id, state="asked").exists():
        end(generation_id=generation_id, how=End("stopped"), now=now, only_from=("asked",))
    return bool(asked)


@dataclass(frozen=True, slots=True)
class End:
    """How an answer ended. Tokens as its server counted them, or None where it did not; `pieces` of text that came."""

    state: str
    problem: str = ""
    finish_reason: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    pieces: int = 0
    # All of it; None where what was written stays as it is.
    text: str | None = None


@transaction.atomic
def end(
    *, generation_id: UUID, how: End, now: datetime, only_from: Sequence[str] = UNDER_WAY,
    heard_before: datetime | None = None,
) -> bool:  # fmt: skip
    """End it with what it cost: what was set apart is free again, what it cost is spent. True if this call did it.

    Its project never pays more for it than was set apart: a server that counts more than it was allowed to is the
    operator's affair. Where a server counted nothing, the texts are.
    """
    # Money before the answer, in the order in which asking locks them.
    facts = Generation.objects.filter(id=generation_id).values_list("project_id", "held_pico").first()
    if facts is None:
        return False
    if facts[1]:
        ModelMoney.objects.select_for_update().filter(project_id=facts[0]).first()
    rows = Generation.objects.select_for_update(of=("self",)).select_related("endpoint")
    row = rows.filter(id=generation_id, state__in=only_from).first()
    if row is None or (heard_before is not None and row.heard_at is not None and row.heard_at >= heard_before):
        return False
    told = how.tokens_in is not None and how.tokens_out is not None
    began = row.state == "running" and (told or how.pieces or how.state != "failed")
    tokens_in = how.tokens_in if told else tokens_guessed(row.turns) if began else 0
    tokens_out = how.tokens_out if told else how.pieces if began else 0
    priced = cost_pico(row.endpoint.in_micro, row.endpoint.out_micro, tokens_in or 0, tokens_out or 0)
    cost = min(priced, int(row.held_pico))
    Generation.objects.filter(id=row.id, state=row.state).update(
        state=how.state, problem=how.problem, finish_reason=how.finish_reason, tokens_in=tokens_in,
        tokens_out=tokens_out, told=told, cost_pico=cost, ended_at=now,
        text=row.text if how.text is None else how.text, first_at=row.first_at or (now if how.text else None),
    )  # fmt: skip
    if row.held_pico:
        ModelMoney.objects.filter(project_id=row.project_id).update(
            held_pico=F("held_pico") - row.held_pico, spent_pico=F("spent_pico") + Decimal(cost),
            ended_n=F("ended_n") + 1,
        )  # fmt: skip
    return True


def lost(*, now: datetime, lost_s: int, waits_s: int, limit: int) -> list[UUID]:
    """Answers under way whose worker was not heard of, or that none took on; of these none is ended here."""
    running = Generation.objects.filter(state="running", heard_at__lt=now - timedelta(seconds=lost_s))
    waiting = Generation.objects.filter(state="asked", asked_at__lt=now - timedelta(seconds=waits_s))
    return [*running.values_list("id", flat=True)[:limit], *waiting.values_list("id", flat=True)[:limit]]


def end_lost(*, generation_id: UUID, lost_s: int, now: datetime) -> bool:
    """End one that nobody reads any more; True if this call did it. What came of it stays, and is paid for as ours is
    counted: about four characters a token."""
    row = Generation.objects.filter(id=generation_id).values_list("state", "text").first()
    if row is None:
        return False
    how = End("failed", "worker_lost" if row[0] == "running" else "no_worker", pieces=tokens_of_text(row[1]))
    return end(generation_id=generation_id, how=how, now=now, heard_before=now - timedelta(seconds=lost_s))


def money_locked(*, project_id: UUID, org_id: UUID) -> ModelMoney:
    """A project's money for models, its row made if there is none, locked until the transaction ends."""
    ModelMoney.objects.get_or_create(project_id=project_id, defaults={"org_id": org_id})
    return ModelMoney.objects.select_for_update().get(project_id=project_id)


def set_limit(*, project_id: UUID, limit_minor: int) -> None:
    """What the ledger holds for models besides what was posted, in all. The caller holds the row."""
    ModelMoney.objects.filter(project_id=project_id).update(limit_minor=limit_minor)


def note_posted(*, project_id: UUID, posted_minor: int, ended_n: int) -> None:
    """So much was posted in all, for so many answers. The caller holds the row."""
    ModelMoney.objects.filter(project_id=project_id).update(posted_minor=posted_minor, posted_n=ended_n)
