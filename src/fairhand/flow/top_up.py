"""top_up: where a plan guarantees a wage by the typical time of everybody, what is short of it is paid once it's known.

When a month is over, its work is looked at with the typical time as it is then; when a project is closed, all of its
work once more. Each difference is a line of its own. One settlement of a stage is one transaction.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.estimates.commands import lock_pay
from fairhand.estimates.queries import looked_at
from fairhand.estimates.rules.back_pay import OF_TIME
from fairhand.flow.each_alone import each_alone
from fairhand.kernel.ids import new_id
from fairhand.ledger.accounts import AccountName, Leg, budget, goodwill, payable, pending, pool
from fairhand.ledger.commands import hold, post, refusal_of
from fairhand.pay.commands import AddedLine, add_median_lines
from fairhand.projects.models import Stage
from fairhand_pay import AdjustParams, Line, Terms, adjust, lines, scored_since
from fairhand_pay.recompute import recalled

VERB = "stage:typical_settled"
_MEDIAN = AdjustParams(cause="median")
_CHUNK = 1_000
_STAGES = """
SELECT DISTINCT stage_id FROM offer
 WHERE terms -> 'pay' -> 'primitives' @> '[{"primitive": "FLOOR", "basis": "median"}]'
"""
_LAST = """
SELECT (facts ->> 'until')::timestamptz, (facts ->> 'closed')::boolean FROM event
 WHERE subject_id = %s AND verb = %s ORDER BY at DESC LIMIT 1
"""
_ANY = """
SELECT EXISTS (SELECT 1 FROM submission s JOIN slot x ON x.id = s.slot_id
                WHERE s.project_id = %(project)s AND x.stage_id = %(stage)s
                  AND s.submitted_at >= %(since)s AND s.submitted_at < %(until)s)
"""
# Where too few claims ended for an estimate: the middle one of what was measured.
_MIDDLE = """
SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY s.work_ms))::bigint
  FROM submission s JOIN slot x ON x.id = s.slot_id
 WHERE s.project_id = %(project)s AND x.stage_id = %(stage)s AND s.work_ms > 0 AND s.submitted_at < %(until)s
"""
_WORK = """
SELECT s.id, s.person_id, s.state IN ('pending', 'returned'), x.batch_id, x.id, c.offer_id, l.lines
  FROM submission s JOIN slot x ON x.id = s.slot_id JOIN claim c ON c.id = s.claim_id
 CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(y.primitive, y.version, y.inputs, y.exact, y.amount_minor, y.currency,
                                       y.sentence_key, y.sentence_args, y.parents, y.hash)
                     ORDER BY y.made_at, y.line_key)
      FROM pay_line y WHERE y.submission_id = s.id) l (lines)
 WHERE s.project_id = %(project)s AND x.stage_id = %(stage)s AND c.offer_id = ANY (%(offers)s)
   AND s.submitted_at >= %(since)s AND s.submitted_at < %(until)s AND s.state IN ('pending', 'returned', 'accepted')
   AND l.lines IS NOT NULL
"""
_OFFERS = "SELECT id, terms -> 'pay' FROM offer WHERE stage_id = %s"
# The order of locks: slots before accounts. Whoever decides on the work waits here, and so do we for them.
_LOCK_SLOTS = "SELECT 1 FROM slot WHERE id = ANY (%s) ORDER BY id FOR UPDATE"
_STATES = "SELECT id, state IN ('pending', 'returned') FROM submission WHERE id = ANY (%s)"
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Owed:
    """What a piece of work is short of. `undecided`: it is paid with its decision."""

    submission_id: UUID
    person_id: UUID
    undecided: bool
    batch_id: UUID
    slot_id: UUID
    line: Line

    @property
    def target(self) -> AccountName:
        return pending(self.person_id) if self.undecided else payable(self.person_id)


def top_up(*, actor: Actor, now: datetime) -> int:
    """Settle each stage whose month is over, or whose project was closed; returns how many had work to look at."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGES)
        found = [row[0] for row in cursor.fetchall()]
    settled = 0
    with each_alone() as alone:
        for stage_id in found:
            with alone(), transaction.atomic():
                settled += _settle(stage_id, actor, now)
    return settled


def _settle(stage_id: UUID, actor: Actor, now: datetime) -> bool:
    lock_pay(stage_id)
    stage = Stage.objects.select_related("project").get(id=stage_id)
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [stage_id, VERB])
        last, final = cursor.fetchone() or (_EVER, False)
        closed = stage.project.state == "closed"
        until = now if closed else now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        values = {"project": stage.project_id, "stage": stage_id, "since": last, "until": until}
        cursor.execute(_ANY, values)
        if last >= until or not (cursor.fetchone()[0] or (closed and not final)):
            return False
        typical_ms = _typical_ms(stage_id, values)
    if typical_ms is None:
        return False
    if closed:
        values["since"] = _EVER

    owed = _under_locks(list(_short(stage_id, typical_ms, values)))
    of_goodwill = _pay(stage, owed, until, now) if owed else 0
    facts = {
        "until": until.isoformat(), "closed": closed, "typical_ms": typical_ms, "claims": len(owed),
        "people": len({each.person_id for each in owed}), "amount_minor": sum(e.line.amount_minor for e in owed),
        "goodwill_minor": of_goodwill, "currency": stage.project.currency, "stage": stage.name,
    }  # fmt: skip
    record(actor=actor, now=now, happened=[Fact(VERB, "stage", stage_id, stage.org_id, stage.project_id, facts)])
    return True


def _typical_ms(stage_id: UUID, values: dict[str, Any]) -> int | None:
    """The typical time as the stage's ended claims say; where they are too few, the middle one of those measured."""
    look = looked_at([stage_id]).get(stage_id)
    if look and look.measured:
        return int(look.measured["p50_s"]) * 1000
    with connection.cursor() as cursor:
        cursor.execute(_MIDDLE, values)
        found = cursor.fetchone()[0]
    return None if found is None else int(found)


def _short(stage_id: UUID, typical_ms: int, values: dict[str, Any]) -> Iterator[_Owed]:
    """Work that was paid less than its plan guarantees at this typical time."""
    with connection.cursor() as cursor:
        cursor.execute(_OFFERS, [stage_id])
        terms = {offer_id: Terms.parse(json.loads(pay)) for offer_id, pay in cursor.fetchall()}
        waiting = {offer_id: pay for offer_id, pay in terms.items() if _waits(pay)}
        cursor.execute(_WORK, values | {"offers": list(waiting)})
        while rows := cursor.fetchmany(_CHUNK):
            for *work, offer_id, written in rows:
                line = _difference(waiting[offer_id], [_line(each, n) for n, each in enumerate(json.loads(written))],
                                   typical_ms)  # fmt: skip
                if line is not None:
                    yield _Owed(*work, line)


def _waits(pay: Terms) -> bool:
    return any(each.primitive == "FLOOR" and each.params.model_dump()["basis"] == "median" for each in pay.primitives)


def _difference(pay: Terms, made: Sequence[Line], typical_ms: int) -> Line | None:
    """From what it was paid, and got since because of its time, to what it comes to; None: nothing more."""
    first = [line for line in made if line.primitive != "ADJUST"]
    added = [line for line in made if line.primitive == "ADJUST" and line.inputs.get("cause") in OF_TIME]
    facts = scored_since(recalled([line.inputs for line in first]), added)
    again = lines(replace(facts, median_ms=typical_ms), pay)
    return next(iter(adjust([*first, *added], again, _MEDIAN)), None)


def _line(row: Sequence[Any], index: int) -> Line:
    primitive, version, inputs, exact, amount_minor, currency, sentence_key, args, parents, hashed = row
    return Line(
        primitive, version, index, inputs, exact, amount_minor, currency, sentence_key, args, tuple(parents), hashed
    )


def _under_locks(owed: list[_Owed]) -> list[_Owed]:
    """The same with their slots locked, and as they are decided now."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_SLOTS, [sorted({each.slot_id for each in owed})])
        cursor.execute(_STATES, [[each.submission_id for each in owed]])
        undecided = dict(cursor.fetchall())
    return [replace(each, undecided=undecided[each.submission_id]) for each in owed]


def _pay(stage: Stage, owed: Sequence[_Owed], until: datetime, now: datetime) -> int:
    """From each batch's pool, else from the project's budget, else from goodwill; minor units of the last."""
    by_batch: dict[UUID, list[_Owed]] = {}
    for each in owed:
        by_batch.setdefault(each.batch_id, []).append(each)
    sources = [budget(stage.project_id), goodwill()]
    hold(
        accounts=[*sources, *(pool(batch_id) for batch_id in by_batch), *{each.target for each in owed}],
        currency=stage.project.currency,
    )
    of_goodwill = 0
    for batch_id, mine in sorted(by_batch.items()):
        for source in (pool(batch_id), *sources):
            entry_id = _post(stage, source, mine, now)
            if entry_id is not None:
                of = stage.org_id, stage.project_id
                rows = [AddedLine(*of, each.person_id, each.submission_id, each.line, entry_id) for each in mine]
                add_median_lines(until=until, lines=rows, now=now)
                of_goodwill += sum(each.line.amount_minor for each in mine) if source == goodwill() else 0
                break
        else:
            raise RuntimeError(f"goodwill has no lower limit, and refused stage {stage.id}")
    return of_goodwill


def _post(stage: Stage, source: AccountName, mine: Sequence[_Owed], now: datetime) -> int | None:
    """One entry for all of these; None where the source can't pay them all."""
    onto: Counter[AccountName] = Counter()
    for each in mine:
        onto[each.target] += each.line.amount_minor
    legs = [Leg(source, -onto.total()), *(Leg(account, minor) for account, minor in onto.items())]
    try:
        with transaction.atomic():
            return post(
                key=f"median:{stage.id}:{new_id(now)}", kind="correct", currency=stage.project.currency, legs=legs,
                now=now, meta={"typical_of_stage": str(stage.id)},
            )  # fmt: skip
    except DatabaseError as error:
        if refusal_of(error) is None:
            raise
    return None
