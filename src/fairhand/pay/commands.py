"""Verbs that write pay lines and statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.kernel.ids import new_id
from fairhand.pay.models import PayHold
from fairhand.pay.queries import (
    CASE_KEY,
    ESTIMATE_KEY,
    MEDIAN_KEY,
    MISSION_KEY,
    PAID_KEY,
    REFERRAL_KEY,
    SCORE_KEY,
    TIME_KEY,
)
from fairhand_pay import Line

_LINE = """
INSERT INTO pay_line (id, org_id, project_id, person_id, submission_id, line_key, primitive, version, inputs, exact,
  amount_minor, currency, sentence_key, sentence_args, parents, hash, entry_id, made_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be written. `key` refuses a second one; `submission_id`, `entry_id`: None where there is none."""

    key: str
    org_id: UUID
    project_id: UUID
    person_id: UUID
    submission_id: UUID | None
    line: Line
    entry_id: int | None


def _write(new: Sequence[NewLine], now: datetime) -> None:
    rows = [
        (
            new_id(now), each.org_id, each.project_id, each.person_id, each.submission_id, each.key,
            each.line.primitive, each.line.version, Jsonb(each.line.inputs), each.line.exact, each.line.amount_minor,
            each.line.currency, each.line.sentence_key, Jsonb(each.line.sentence_args), list(each.line.parents),
            each.line.hash, each.entry_id, now,
        )
        for each in new
    ]  # fmt: skip
    with connection.cursor() as cursor:
        if len(rows) == 1:  # the usual case; a pipeline for one row costs more than the row
            cursor.execute(_LINE, rows[0])
        else:
            cursor.executemany(_LINE, rows)


def add_lines(
    *,
    org_id: UUID,
    project_id: UUID,
    person_id: UUID,
    submission_id: UUID,
    lines: Sequence[Line],
    entry_id: int | None,
    now: datetime,
) -> None:
    """Write the lines of a submission; their keys refuse a second set."""
    new = [
        NewLine(
            f"submission:{submission_id}:{line.primitive}:{line.index}", org_id, project_id, person_id, submission_id,
            line, entry_id if line.amount_minor else None,
        )
        for line in lines
    ]  # fmt: skip
    _write(new, now)


def add_case_line(
    *, case_id: UUID, step: int, org_id: UUID, project_id: UUID, person_id: UUID, submission_id: UUID | None,
    line: Line, entry_id: int | None, now: datetime,
) -> None:  # fmt: skip
    """Write the line that an answer in a case adds; `step` 1: the first answer, 2: that to the appeal."""
    key = f"{CASE_KEY}{case_id}:{step}"
    _write([NewLine(key, org_id, project_id, person_id, submission_id, line, entry_id)], now)


def add_mission_lines(
    *, key: str, org_id: UUID, project_id: UUID, person_id: UUID, lines: Sequence[Line], entry_id: int | None,
    now: datetime,
) -> None:  # fmt: skip
    """Write lines of a mission's window; `key` names mission, person, window and step, and refuses a second set."""
    new = [
        NewLine(
            f"{MISSION_KEY}{key}:{line.index}", org_id, project_id, person_id, None, line,
            entry_id if line.amount_minor else None,
        )
        for line in lines
    ]  # fmt: skip
    _write(new, now)


def add_referral_line(
    *, referral_id: UUID, org_id: UUID, project_id: UUID, person_id: UUID, line: Line, entry_id: int, now: datetime
) -> None:
    """Write what is paid for somebody who was brought; its key refuses a second line."""
    _write([NewLine(f"{REFERRAL_KEY}{referral_id}", org_id, project_id, person_id, None, line, entry_id)], now)


def add_paid_lines(
    *, paid_time_id: UUID, org_id: UUID, project_id: UUID, person_id: UUID, lines: Sequence[Line], entry_id: int | None,
    now: datetime,
) -> None:  # fmt: skip
    """Write the lines of work outside tasks; their keys refuse a second set of one entry."""
    new = [
        NewLine(
            f"{PAID_KEY}{paid_time_id}:{line.index}", org_id, project_id, person_id, None, line,
            entry_id if line.amount_minor else None,
        )
        for line in lines
    ]  # fmt: skip
    _write(new, now)


@dataclass(frozen=True, slots=True)
class AddedLine:
    """A line that a piece of work gets later, for a difference. `entry_id`: None for a line of nought."""

    org_id: UUID
    project_id: UUID
    person_id: UUID
    submission_id: UUID
    line: Line
    entry_id: int | None

    def under(self, key: str) -> NewLine:
        """To be written under a key."""
        return NewLine(
            key, self.org_id, self.project_id, self.person_id, self.submission_id, self.line, self.entry_id
        )  # fmt: skip


def add_time_line(*, correction_id: UUID, added: AddedLine, now: datetime) -> None:
    """Write what a correction of the record of time adds; its key refuses a second line of one correction."""
    _write([added.under(f"{TIME_KEY}{correction_id}")], now)


def add_estimate_lines(*, review_id: UUID, lines: Sequence[AddedLine], now: datetime) -> None:
    """Write what an estimate review adds; its key refuses a second line of one review for a piece of work."""
    _write([each.under(f"{ESTIMATE_KEY}{review_id}:{each.submission_id}") for each in lines], now)


def add_score_line(*, added: AddedLine, now: datetime) -> None:
    """Write what the score of a piece of work adds; its key refuses a second line for it."""
    _write([added.under(f"{SCORE_KEY}{added.submission_id}")], now)


def add_median_lines(*, until: datetime, lines: Sequence[AddedLine], now: datetime) -> None:
    """Write what the typical time adds to work handed in before a moment; its key refuses a second line for it."""
    _write([each.under(f"{MEDIAN_KEY}{until:%Y%m%d%H%M%S}:{each.submission_id}") for each in lines], now)


def add_hold(
    *, submission_id: UUID, project_id: UUID, person_id: UUID, currency: str, held_minor: int, free_minor: int,
    release_at: datetime, now: datetime,
) -> None:  # fmt: skip
    """Write down which part of a submission's pay waits, and till when at the latest."""
    PayHold.objects.create(
        submission_id=submission_id, project_id=project_id, person_id=person_id, currency=currency,
        held_minor=held_minor, free_minor=free_minor, made_at=now, release_at=release_at,
    )  # fmt: skip


def end_holds(*, submission_ids: Sequence[UUID], now: datetime) -> int:
    """What was held of these is released; how many were held still."""
    return PayHold.objects.filter(submission_id__in=submission_ids, released_at=None).update(released_at=now)


# Lines that stand on no statement yet, by person and currency. Their ids are read once and written as read, so a line
# that commits meanwhile waits for the next statement instead of standing on one whose total leaves it out.
_OPEN = """
SELECT l.person_id, l.currency, min(l.made_at), max(l.made_at), sum(l.amount_minor)::bigint, array_agg(l.id),
       coalesce((SELECT max(s.number) FROM statement s WHERE s.person_id = l.person_id AND s.currency = l.currency), 0)
  FROM pay_line l
 WHERE l.made_at <= %s AND NOT EXISTS (SELECT 1 FROM statement_line x WHERE x.line_id = l.id)
 GROUP BY l.person_id, l.currency
"""
_STATEMENT = """
INSERT INTO statement (id, person_id, number, currency, from_at, until_at, total_minor, lines_n, made_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_LINES_ON = "INSERT INTO statement_line (line_id, statement_id) SELECT unnest(%s::uuid[]), %s"


@transaction.atomic
def close_statements(*, until: datetime, actor: Actor, now: datetime) -> int:
    """Freeze a statement for everybody with lines on none yet, made up to `until`; returns how many were made.

    One at a time over the installation (an advisory lock), so that two runs can't number or gather the same lines.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('pay.close_statements'))")
        cursor.execute(_OPEN, [until])
        statements, lines_on = [], []
        for person, currency, first, last, total, line_ids, number in cursor.fetchall():
            statement_id = new_id(now)
            statements.append((statement_id, person, number + 1, currency, first, last, total, len(line_ids), now))
            lines_on.append((line_ids, statement_id))
        cursor.executemany(_STATEMENT, statements)
        cursor.executemany(_LINES_ON, lines_on)
    record(actor=actor, now=now, happened=[Fact("statement:closed", "statement", row[0]) for row in statements])
    return len(statements)
