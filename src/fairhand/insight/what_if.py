"""A stage's recorded work under another plan: what each expert was paid, and what they would have been. Writes nothing.

Every submission that was paid is computed again from what is stored of it: its measured work time, the units in its
answer, and whether it was accepted. Both sides count what a score adds, and the supplement of high demand where the
offer had one. Both leave out what else was added later (cases, make-whole), missions, and work whose facts the other
plan asks for and nobody recorded; how much of it is said. People would have worked otherwise under another plan; that
can't be known from records.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.insight.rows import decoded
from fairhand.pay.holders import holders_of
from fairhand.pay.own_rate import NOBODY, Holder, is_personal, own_terms
from fairhand.pay.rules import dims_of, facts_of
from fairhand_pay import FactsError, Terms, lines, resolved, total, with_score, with_surge
from fairhand_pay.primitives.hold import DECIDED

_CHUNK = 500


@dataclass(slots=True)
class Tried:
    """One expert's, or everybody's: submissions, minor units paid and under the other plan, and work time.

    `left_out`: submissions on neither side, for want of facts. `less`: submissions that would be paid less.
    """

    alias: str
    submissions: int = 0
    paid_minor: int = 0
    tried_minor: int = 0
    work_ms: int = 0
    less: int = 0
    left_out: int = 0

    @property
    def difference_minor(self) -> int:
        """Above zero where the other plan pays more."""
        return self.tried_minor - self.paid_minor

    def hour_minor(self, minor: int) -> int | None:
        """An hour of measured work at so much, rounded half up; None without any."""
        return (2 * minor * 3_600_000 + self.work_ms) // (2 * self.work_ms) if self.work_ms else None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`people`: by difference, what loses most first. `cut`: there is more work than was looked at."""

    whole: Tried
    people: tuple[Tried, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class OneTried:
    """A submission on both sides; `tried_minor` None where the other plan's facts are missing."""

    submission_id: UUID
    alias: str
    work_ms: int | None
    paid_minor: int
    tried_minor: int | None


_WORK = """
SELECT s.id, s.person_id, e.alias, s.work_ms, s.answer, s.state, g.name, g.kind, c.claimed_at, t.body,
       r.verdict, r.score, o.terms -> 'surge' ->> 'factor',
       (SELECT sum(l.amount_minor)::bigint FROM pay_line l
         WHERE l.submission_id = s.id AND (l.primitive <> 'ADJUST' OR l.inputs ->> 'cause' IN ('score', 'unscored')))
  FROM submission s JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
  JOIN claim c ON c.id = s.claim_id JOIN offer o ON o.id = c.offer_id
  JOIN template t ON t.project_id = c.project_id AND t.version = claim_template(o.terms, c.subject_ids)
  JOIN seat e ON e.project_id = s.project_id AND e.person_id = s.person_id
  LEFT JOIN LATERAL (
    SELECT v.verdict, (v.scores ->> 'overall') AS score FROM review v JOIN submission b ON b.id = v.submission_id
     WHERE v.subject_id = s.id AND v.kind = 'review' ORDER BY b.submitted_at DESC LIMIT 1) r ON true
 WHERE s.project_id = %(project)s AND x.stage_id = %(stage)s ORDER BY s.submitted_at DESC, s.id DESC LIMIT %(limit)s
"""


def work_under(terms: Terms, project_id: UUID, stage_id: UUID, limit: int, now: datetime) -> Iterator[OneTried]:
    """The latest `limit` submissions of a stage, the newest first; some hundred in memory at a time.

    Of a rate card everybody is tried at the row of what they hold `now`.
    """
    personal, holders = is_personal(terms), dict[UUID, Holder]()
    values = {"project": project_id, "stage": stage_id, "limit": limit}
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_WORK, values)
        while rows := cursor.fetchmany(_CHUNK):
            holders |= holders_of({row[1] for row in rows} - set(holders), now) if personal else {}
            for row in (decoded(each, 4, 9) for each in rows):
                submission_id, person_id, alias, work_ms, answer, state, name, kind, taken_at, body, *rest = row
                verdict, score, surge, paid = rest
                if paid is not None:
                    dims = dims_of(name, kind, taken_at)
                    own, mine = own_terms(with_surge(terms, surge) if surge else terms,
                                          holders.get(person_id, NOBODY), dims)  # fmt: skip
                    judged = (state == "accepted", verdict, score)
                    tried = _tried(own, body, answer, work_ms, {**dims, **mine}, judged)
                    yield OneTried(submission_id, alias, work_ms, paid, tried)


def _tried(
    terms: Terms, template: Mapping[str, Any], answer: Mapping[str, Any], work_ms: int | None, dims: dict[str, str],
    judged: tuple[bool, str | None, str | None],
) -> int | None:  # fmt: skip
    """`judged`: accepted or not, the latest verdict, and the score with it."""
    accepted, verdict, score = judged
    try:
        facts = facts_of(terms, template, answer, work_ms, dims)
        if accepted:
            facts = replace(facts, flags=facts.flags | {DECIDED})
        if accepted and verdict != "return":  # as flow/pay_score.py pays it
            facts = with_score(facts, score)
        return total(lines(facts, resolved(terms, dims)))
    except FactsError:
        return None


def what_if(terms: Terms, project_id: UUID, stage_id: UUID, limit: int, now: datetime) -> WhatIf:
    """The whole of it, and person by person."""
    whole, people, looked = Tried(""), {}, 0
    for each in work_under(terms, project_id, stage_id, limit, now):
        looked += 1
        mine = people.setdefault(each.alias, Tried(each.alias))
        for side in (whole, mine):
            _count(side, each)
    ordered = sorted(people.values(), key=lambda one: (one.difference_minor, one.alias))
    return WhatIf(whole, tuple(ordered), looked >= limit)


def _count(side: Tried, each: OneTried) -> None:
    if each.tried_minor is None:
        side.left_out += 1
        return
    side.submissions += 1
    side.paid_minor += each.paid_minor
    side.tried_minor += each.tried_minor
    side.work_ms += each.work_ms or 0
    side.less += each.tried_minor < each.paid_minor
