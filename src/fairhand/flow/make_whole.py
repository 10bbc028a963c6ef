"""make_whole: whoever was promised too little time gets the difference, by a line of its own for each claim.

Each claim is computed again with its own facts on its own frozen terms with the new limit (estimates/rules/back_pay).
One decision is one run: its lines, its entries and its event commit together, or none of them does. What was taken
before a decision and is handed in after it is paid by a run of its own (pay_latecomers).
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from fairhand.estimates.models import EstimateReview
from fairhand.estimates.rules.back_pay import OF_TIME, BackPay, Owed, PaidClaim, Times, differences, limit_of
from fairhand.kernel.ids import new_id
from fairhand.ledger.accounts import AccountName, Leg, goodwill, payable, pending, pool
from fairhand.ledger.commands import hold, post, refusal_of
from fairhand.pay.commands import AddedLine, add_estimate_lines
from fairhand.pay.queries import ESTIMATE_KEY
from fairhand.projects.models import Stage
from fairhand_pay import Line, Terms
from fairhand_pay.recompute import recalled

_CHUNK = 1_000
# Of each offer of the stage: its terms. Few rows: offers are stored once by content.
_OFFERS = "SELECT id, terms FROM offer WHERE stage_id = %s AND (%s::timestamptz IS NULL OR made_at <= %s)"
# Paid work of the stage in the order it was handed in, from the first that took longer than its offer promised, with
# its lines: those it was paid by, and those it got since because of its time.
_WORK = """
WITH o AS (SELECT * FROM unnest(%(offers)s::uuid[], %(ms)s::bigint[]) AS o (id, ms)),
paid AS (
  SELECT s.id, s.person_id, s.state, s.submitted_at, s.slot_id, c.offer_id, x.batch_id, s.work_ms, coalesce((
           SELECT sum(k.granted_ms) FROM time_correction k WHERE k.claim_id = c.id), 0)::bigint AS corrected_ms
    FROM submission s JOIN claim c ON c.id = s.claim_id JOIN slot x ON x.id = s.slot_id
   WHERE s.project_id = %(project)s AND x.stage_id = %(stage)s AND s.state IN ('pending', 'returned', 'accepted')
"""
_FIRST = """),
first AS (
  SELECT min(p.submitted_at) AS at FROM paid p JOIN o ON o.id = p.offer_id WHERE p.work_ms + p.corrected_ms > o.ms)
"""
# Of work on offers made before a decision: what was handed in since, and has no line of that decision.
_LATE = """
     AND s.submitted_at > %(after)s AND c.offer_id = ANY (%(offers)s)
     AND NOT EXISTS (SELECT 1 FROM pay_line z WHERE z.line_key = %(key)s || s.id::text)),
first AS (SELECT %(first)s::timestamptz AS at)
"""
_LINES = """
SELECT p.id, p.person_id, p.state, p.offer_id, p.batch_id, p.slot_id, p.work_ms, p.corrected_ms, p.submitted_at, l.lines
  FROM paid p JOIN first f ON p.submitted_at >= f.at
 CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(y.primitive, y.version, y.inputs, y.exact, y.amount_minor, y.currency,
                                       y.sentence_key, y.sentence_args, y.parents, y.hash)
                     ORDER BY y.made_at, y.line_key)
      FROM pay_line y WHERE y.submission_id = p.id) l (lines)
 WHERE l.lines IS NOT NULL ORDER BY p.submitted_at, p.id LIMIT %(most)s
"""
_PAID, _PAID_LATE = _WORK + _FIRST + _LINES, _WORK + _LATE + _LINES
# The order of locks: slots before accounts. Whoever decides on the work waits here, and so do we for them.
_LOCK_SLOTS = "SELECT 1 FROM slot WHERE id = ANY (%s) ORDER BY id FOR UPDATE"
_STATES = "SELECT id, state FROM submission WHERE id = ANY (%s)"
_UNDECIDED = ("pending", "returned")


@dataclass(frozen=True, slots=True)
class _Work:
    """What a claim's line is paid on."""

    submission_id: UUID
    person_id: UUID
    undecided: bool
    batch_id: UUID
    slot_id: UUID
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Affected:
    """Everything that a decision would pay, before it is posted."""

    back_pay: BackPay
    works: Mapping[str, _Work]

    def summary(self) -> dict[str, Any]:
        """As it is kept with the review: claims, people, minor units by currency, claims looked at, and the moment
        (ISO, None: there is none) from which on they were."""
        first = self.back_pay.first
        return {
            "claims": len(self.back_pay.owed), "people": self.back_pay.people, "minor": dict(self.back_pay.totals),
            "looked_at": self.back_pay.looked_at,
            "first_at": None if first is None else self.works[first].submitted_at.isoformat(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Since:
    """Work handed in `after` a moment, on offers made before the review was decided; `first`: from which one on its
    decision paid, None where none had taken longer."""

    review_id: UUID
    decided_at: datetime
    after: datetime
    first: datetime | None


def affected(
    stage: Stage, new: Times, *, pieces: bool, since: Since | None = None, most: int | None = None
) -> Affected:  # fmt: skip
    """What is owed for the paid work of a stage, had its estimate been `new` all along. Writes nothing.

    most: only so many pieces of work, the first ones.
    """
    terms = _terms_of(stage.id, since.decided_at if since else None)
    claims: list[PaidClaim] = []
    works: dict[str, _Work] = {}
    if terms:
        values: dict[str, Any] = {
            "project": stage.project_id, "stage": stage.id, "offers": list(terms), "most": most,
            "ms": [promised_s * 1000 for _, promised_s, _ in terms.values()],
        }  # fmt: skip
        if since is not None:
            values |= {"after": since.after, "first": since.first or since.after,
                       "key": f"{ESTIMATE_KEY}{since.review_id}:"}  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_PAID_LATE if since else _PAID, values)
            while rows := cursor.fetchmany(_CHUNK):
                for submission_id, person_id, state, offer_id, batch_id, slot_id, work_ms, more_ms, at, lines in rows:
                    if offer_id not in terms:
                        continue
                    pay, _, typical_s = terms[offer_id]
                    key = str(submission_id), str(person_id)
                    claims.append(_claim(key, pay, typical_s, (work_ms, more_ms), json.loads(lines)))
                    undecided = state in _UNDECIDED
                    works[str(submission_id)] = _Work(submission_id, person_id, undecided, batch_id, slot_id, at)
    began = since is not None and since.first is not None
    return Affected(differences(claims, new, pieces=pieces, began=began), works)


def _terms_of(stage_id: UUID, until: datetime | None) -> dict[UUID, tuple[Terms, int, int | None]]:
    """Offer -> its terms, the time it promised (the limit, else the typical time), the typical time on its card; of
    offers made until a moment, or of all."""
    found: dict[UUID, tuple[Terms, int, int | None]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OFFERS, [stage_id, until, until])
        for offer_id, written in cursor.fetchall():
            terms = json.loads(written)
            pay, typical_s = Terms.parse(terms["pay"]), (terms.get("estimate") or {}).get("p50_s")
            promised_s = limit_of(pay) or typical_s
            if promised_s:
                found[offer_id] = (pay, promised_s, typical_s)
    return found


def _claim(
    key: tuple[str, str], pay: Terms, typical_s: int | None, time_ms: tuple[int | None, int],
    rows: Sequence[Sequence[Any]],
) -> PaidClaim:  # fmt: skip
    """`key`: submission and person; `time_ms`: recorded, and added to the record since."""
    made = [_line(row, n) for n, row in enumerate(rows)]
    first = [line for line in made if line.primitive != "ADJUST"]
    added = tuple(line for line in made if line.primitive == "ADJUST" and line.inputs.get("cause") in OF_TIME)
    facts = recalled([line.inputs for line in first])
    if facts.worked_ms is None:  # pay by the piece: no line says how long it took
        facts = replace(facts, active_ms=time_ms[0])
    return PaidClaim(*key, facts, pay, typical_s, added, time_ms[1])


def _line(row: Sequence[Any], index: int) -> Line:
    primitive, version, inputs, exact, amount_minor, currency, sentence_key, args, parents, hashed = row
    return Line(
        primitive, version, index, inputs, exact, amount_minor, currency, sentence_key, args, tuple(parents), hashed
    )


def make_whole(
    *, review: EstimateReview, stage: Stage, found: Affected, covers: bool, now: datetime
) -> dict[str, Any]:  # fmt: skip
    """Pay what is owed, within the caller's transaction and under the locks of stage and review; the summary.

    covers: whether the client pays for overruns: then its batches' pools do, each all of its own or nothing.
    Undecided work gets its difference as pending, and it is decided with the work; accepted work gets it as payable.
    """
    if not found.back_pay.owed:
        return found.summary() | {"goodwill_minor": 0}
    found = _under_locks(found)
    currency = stage.project.currency
    by_batch: dict[UUID, list[Owed]] = {}
    for owed in found.back_pay.owed:
        by_batch.setdefault(found.works[owed.claim].batch_id, []).append(owed)
    hold(accounts=_accounts(found, covers), currency=currency)
    rows: list[AddedLine] = []
    from_goodwill: list[Owed] = []
    for batch_id, mine in sorted(by_batch.items()):
        entry_id = _post(review, found, mine, pool(batch_id), currency, now) if covers else None
        if entry_id is None:
            from_goodwill += mine
        else:
            rows += _rows(review, stage, found, mine, entry_id)
    if from_goodwill:
        entry_id = _post(review, found, from_goodwill, goodwill(), currency, now)
        if entry_id is None:
            raise RuntimeError(f"goodwill has no lower limit, and refused {review.id}")
        rows += _rows(review, stage, found, from_goodwill, entry_id)
    add_estimate_lines(review_id=review.id, lines=rows, now=now)
    return found.summary() | {"goodwill_minor": sum(owed.line.amount_minor for owed in from_goodwill)}


def _under_locks(found: Affected) -> Affected:
    """The same work with its slots locked, and as it is decided now."""
    slots = sorted({found.works[owed.claim].slot_id for owed in found.back_pay.owed})
    ids = [found.works[owed.claim].submission_id for owed in found.back_pay.owed]
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_SLOTS, [slots])
        cursor.execute(_STATES, [ids])
        state = dict(cursor.fetchall())
    works = {
        key: replace(work, undecided=state[work.submission_id] in _UNDECIDED)
        for key, work in found.works.items()
        if work.submission_id in state
    }  # fmt: skip
    return Affected(found.back_pay, works)


def _target(work: _Work) -> AccountName:
    return pending(work.person_id) if work.undecided else payable(work.person_id)


def _accounts(found: Affected, covers: bool) -> Iterable[AccountName]:
    works = [found.works[owed.claim] for owed in found.back_pay.owed]
    pools = {pool(work.batch_id) for work in works} if covers else set()
    return [goodwill(), *pools, *{_target(work) for work in works}]


def _post(
    review: EstimateReview, found: Affected, mine: Sequence[Owed], source: AccountName, currency: str, now: datetime
) -> int | None:
    """One entry for all of these; None where the source can't pay them all."""
    onto: Counter[AccountName] = Counter()
    for owed in mine:
        onto[_target(found.works[owed.claim])] += owed.line.amount_minor
    legs = [Leg(source, -onto.total()), *(Leg(account, minor) for account, minor in onto.items())]
    key = f"estimate:{review.id}:{source.owner_id or source.purpose}:{new_id(now)}"
    try:
        with transaction.atomic():
            return post(
                key=key, kind="correct", currency=currency, legs=legs, now=now, meta={"estimate_review": str(review.id)}
            )
    except DatabaseError as error:
        if refusal_of(error) is None:
            raise
    return None


def _rows(
    review: EstimateReview, stage: Stage, found: Affected, mine: Sequence[Owed], entry_id: int
) -> list[AddedLine]:
    works = ((found.works[owed.claim], owed) for owed in mine)
    return [
        AddedLine(stage.org_id, stage.project_id, work.person_id, work.submission_id, owed.line, entry_id)
        for work, owed in works
    ]
