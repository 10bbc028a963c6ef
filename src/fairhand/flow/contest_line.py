"""contest_line and contest_entry: somebody says that a pay line of theirs is wrong, or that work outside tasks was
wrongly not granted; a case opens that the project's managers answer."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.cases.commands import open_case
from fairhand.cases.models import Case
from fairhand.cases.queries import case_of_entry, waiting_of_person
from fairhand.cases.rules import LineFacts
from fairhand.kernel.refusals import Refused
from fairhand.pay.queries import made_by_case
from fairhand.work.paid_queries import decider_of_line, entry_of, entry_of_line

_LINE = "SELECT person_id, line_key, submission_id, org_id, project_id FROM pay_line WHERE id = %s"
# Two requests of one person stand in line, so that the bound on what waits holds.
_LOCK_PERSON = "SELECT pg_advisory_xact_lock(hashtext('cases.open'), hashtext(%s))"


@transaction.atomic
def contest_line(*, line_id: UUID, person_id: UUID, words: str, actor: Actor, now: datetime) -> Case | Refused:
    """Open a case about one's own line, on a statement or not. Nothing of the line is held back meanwhile.

    Refusals: no_line, line_of_case, too_many_cases, line_contested, reason_missing, reason_too_long.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_PERSON, [str(person_id)])
        cursor.execute(_LINE, [line_id])
        row = cursor.fetchone()
    if row is None or row[0] != person_id:
        return Refused("no_line", "You have no such pay line.")
    owner_id, line_key, submission_id, org_id, project_id = row

    entry_id = entry_of_line(line_key)
    by_case = made_by_case(line_key) or (entry_id is not None and case_of_entry(entry_id, person_id) is not None)
    facts = LineFacts(owner_id, by_case, waiting_of_person(person_id))
    return open_case(
        line=facts, line_id=line_id, submission_id=submission_id, org_id=org_id, project_id=project_id, words=words,
        actor=actor, now=now, not_by=decider_of_line(line_key),
    )  # fmt: skip


@transaction.atomic
def contest_entry(*, entry_id: UUID, person_id: UUID, words: str, actor: Actor, now: datetime) -> Case | Refused:
    """Open a case about one's own entry of work outside tasks that was not granted; whoever decided it answers no case.

    Refusals: no_paid_time, entry_not_refused, too_many_cases, line_contested, reason_missing, reason_too_long.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_PERSON, [str(person_id)])
    entry = entry_of(person_id, entry_id)
    if entry is None:
        return Refused("no_paid_time", "You have no such entry.")
    if entry.granted_ms != 0:
        return Refused("entry_not_refused", "This entry was not refused; what it paid is contested at its line.")

    return open_case(
        line=LineFacts(person_id, False, waiting_of_person(person_id)), line_id=None, submission_id=None,
        org_id=entry.org_id, project_id=entry.project_id, words=words, actor=actor, now=now, paid_time_id=entry.id,
        not_by=entry.decided_by,
    )  # fmt: skip
