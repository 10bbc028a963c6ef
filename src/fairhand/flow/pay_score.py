"""pay_score: a plan that pays more for very good work pays it when the work is decided, by a line of its own.

A reviewer's score decides how much. Where nobody gave one (the clock or an adjudication decided, or a review without a
score), the work counts as the best: what nobody looked at is not the expert's loss. Rework that its author did not take
was looked at, and gets nothing more. The money lies in the slot's reserve until then.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from fairhand.estimates.queries import decisions_since, rule_of
from fairhand.estimates.rules.back_pay import OF_TIME, PaidClaim, terms_under
from fairhand.ledger.accounts import AccountName, Leg, goodwill, payable, pool
from fairhand.ledger.commands import post, refusal_of
from fairhand.pay.commands import AddedLine, add_score_line
from fairhand.pay.models import PayLine
from fairhand.pay.queries import SCORE_KEY, line_of, lines_of_submissions
from fairhand_pay import AdjustParams, Line, Terms, adjust, lines, score_steps, with_score
from fairhand_pay.recompute import recalled

# Whether an offer `o` looks at a score.
LOOKS_AT_SCORE = """o.terms -> 'pay' -> 'primitives' @> '[{"primitive": "MULT", "by": "score"}]'"""
_ANY_LOOKS = f"""
SELECT EXISTS (SELECT 1 FROM submission s JOIN claim c ON c.id = s.claim_id JOIN offer o ON o.id = c.offer_id
  WHERE (s.id = ANY (%s) OR s.task_id = %s AND s.state = 'pending') AND {LOOKS_AT_SCORE})
"""  # noqa: S608  # put together from constants
_CLAIM = """
SELECT c.claimed_at, o.stage_id, o.terms, coalesce((
         SELECT sum(k.granted_ms) FROM time_correction k WHERE k.claim_id = c.id), 0)::bigint
  FROM submission s JOIN claim c ON c.id = s.claim_id JOIN offer o ON o.id = c.offer_id WHERE s.id = %s
"""


@dataclass(frozen=True, slots=True)
class Scored:
    """Accepted work whose plan looks at a score. `score`: the reviewer's, None where nobody gave one.

    `source`: the account of its slot's reserve, with `reserve_minor` behind it; None for a surplus, which has none.
    """

    submission_id: UUID
    org_id: UUID
    project_id: UUID
    person_id: UUID
    batch_id: UUID
    currency: str
    score: int | None
    source: AccountName | None
    reserve_minor: int


def pay_score(*, work: Scored, now: datetime) -> tuple[int, int]:
    """Pay what the score adds; (minor units, of them from the slot's reserve). Within the caller's transaction, which
    holds the accounts, goodwill among them."""
    made, beyond = _line(work.submission_id, work.score)
    if made is None:
        return 0, 0
    from_reserve = min(made.amount_minor, work.reserve_minor) if work.source is not None else 0
    entry_id = _post(work, made.amount_minor, from_reserve, beyond, now) if made.amount_minor else None
    added = AddedLine(work.org_id, work.project_id, work.person_id, work.submission_id, made, entry_id)
    add_score_line(added=added, now=now)
    return made.amount_minor, from_reserve


def may_be_scored(submission_ids: Sequence[UUID], task_id: UUID | None) -> bool:
    """Whether deciding some submissions, and what is undecided of a task, may pay for a score: then goodwill is held
    with everything else that the decision moves."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY_LOOKS, [list(submission_ids), task_id])
        return bool(cursor.fetchone()[0])


def left_for(line_id: UUID, submission_id: UUID, score: int) -> int:
    """What work would have got beyond the line that paid its score, had its score been this one; minor units, from 0.

    Of any other line 0: work has one line for its score, and a line one case, so that no score is corrected twice.
    """
    of_score = PayLine.objects.filter(id=line_id, line_key=f"{SCORE_KEY}{submission_id}")
    paid = of_score.values_list("amount_minor", flat=True).first()
    made, _beyond = _line(submission_id, score)
    return 0 if paid is None or made is None else max(0, made.amount_minor - paid)


def _line(submission_id: UUID, score: int | None) -> tuple[Line | None, bool]:
    """The line, and whether a decision on the estimate since made it more than the claim's own offer says."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [submission_id])
        claimed_at, stage_id, written, more_ms = cursor.fetchone()
    frozen: dict[str, Any] = json.loads(written)
    terms = Terms.parse(frozen["pay"])
    rows = lines_of_submissions([submission_id]).get(submission_id, [])
    first = recalled([row.inputs for row in rows if row.primitive != "ADJUST"])
    added = tuple(
        line_of(row) for row in rows
        if row.primitive == "ADJUST" and row.inputs.get("cause") in OF_TIME and not row.line_key.startswith(SCORE_KEY)
    )  # fmt: skip
    typical_s = (frozen.get("estimate") or {}).get("p50_s")
    claim = PaidClaim(str(submission_id), "", first, terms, typical_s, added, int(more_ms))
    without = claim.corrected
    told = with_score(without, None if score is None else str(score))
    cause = AdjustParams(cause="unscored")
    if score is not None:
        cause = AdjustParams(cause="score", score=str(score), begins=score_steps(terms)[0])
    under = [(terms, False)]
    under += [(terms_under(claim, decided), True) for decided in decisions_since(stage_id, claimed_at)]
    found = [
        (line, beyond) for own, beyond in under for line in adjust(lines(without, own), lines(told, own), cause)
    ]  # fmt: skip
    return max(found, key=lambda each: each[0].amount_minor, default=(None, False))


def _post(work: Scored, minor: int, from_reserve: int, beyond: bool, now: datetime) -> int | None:
    """From the reserve; what it can't carry (a surplus, a longer limit since) from the pool if the client agreed to
    that, else from goodwill."""
    rest = minor - from_reserve
    covers = rest and (not beyond or rule_of(work.project_id).covers_overrun)
    for source in ([pool(work.batch_id)] if covers else []) + [goodwill()]:
        legs = [Leg(payable(work.person_id), minor)]
        legs += [Leg(work.source, -from_reserve)] if work.source is not None and from_reserve else []
        legs += [Leg(source, -rest)] if rest else []
        try:
            with transaction.atomic():
                return post(
                    key=f"score:{work.submission_id}", kind="correct", currency=work.currency, legs=legs, now=now,
                    meta={"submission": str(work.submission_id)},
                )  # fmt: skip
        except DatabaseError as error:
            if refusal_of(error) is None:
                raise
    raise RuntimeError(f"goodwill has no lower limit, and refused the score of {work.submission_id}")
