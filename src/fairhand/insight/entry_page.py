"""One entry of the ledger: all its legs, what caused it, what it pays, and the event that tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.accounts import ID_MAX, AccountRow, accounts_by_id
from fairhand.insight.rows import decoded

_EVENTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class EntryLeg:
    """What the entry did to one account."""

    account: AccountRow
    amount_minor: int
    net_after_minor: int
    seq: int


@dataclass(frozen=True, slots=True)
class Cause:
    """What the entry is about. `what`: submission, slot, batch or project; the rest as far as it applies."""

    what: str
    subject_id: UUID
    project_slug: str
    project_name: Mapping[str, str]
    stage_kind: str | None = None
    batch: int | None = None
    person_id: UUID | None = None
    person_name: str | None = None
    state: str | None = None

    @property
    def short(self) -> str:
        """The last digits of the id, as pages write them."""
        return str(self.subject_id)[-5:].upper()


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A pay line of the submission, and the statement it stands on, if it is frozen."""

    sentence_key: str
    sentence_args: Mapping[str, str]
    amount_minor: int
    currency: str
    statement_id: UUID | None
    statement: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """The event of the same moment, and who did it."""

    event_id: UUID
    verb: str
    at: datetime
    actor_kind: str
    actor_name: str | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Everything about one entry."""

    entry_id: int
    key: str
    kind: str
    at: datetime
    created_at: datetime
    meta: Mapping[str, Any]
    resolves: int | None
    resolved_by: int | None
    legs: list[EntryLeg]
    cause: Cause | None
    lines: list[PaidLine]
    told: list[Told]

    @property
    def currency(self) -> str:
        """An entry is in one currency; a conversion in two, of which this is the one that was taken."""
        return str(self.meta["from"]) if self.kind == "convert" else self.legs[0].account.currency

    @property
    def moved_minor(self) -> int:
        """What it put onto accounts in that currency; it took as much off others."""
        mine = [leg.amount_minor for leg in self.legs if leg.account.currency == self.currency]
        return sum(minor for minor in mine if minor > 0)


_ENTRY = """
SELECT e.id, e.idem_key, e.kind, e.effective_at, e.created_at, e.meta, e.resolves_id,
       (SELECT r.id FROM ledger_entry r WHERE r.resolves_id = e.id)
  FROM ledger_entry e WHERE e.id = %s
"""
_LEGS = "SELECT account_id, amount, net_after, seq FROM ledger_leg WHERE entry_id = %s ORDER BY id"


def entry_page(entry_id: int) -> EntryPage | None:
    """One entry, or None."""
    if entry_id > ID_MAX:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_ENTRY, [entry_id])
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute(_LEGS, [entry_id])
        legs = cursor.fetchall()
    found_id, key, kind, at, created_at, meta, resolves, resolved_by = decoded(row, 5)
    named = accounts_by_id([leg[0] for leg in legs])
    subject = _subject(key, meta)
    return EntryPage(
        found_id, key, kind, at, created_at, meta, resolves, resolved_by,
        [EntryLeg(named[leg[0]], *leg[1:]) for leg in legs],
        _cause(key, subject) if subject else None,
        _paid(subject) if subject and "submission" in meta else [],
        _told(subject, at) if subject else [],
    )  # fmt: skip


def _subject(key: str, meta: Mapping[str, Any]) -> UUID | None:
    """The id an entry is about: keys are `kind:id` or `kind:id:more`."""
    said = meta.get("submission") or key.partition(":")[2].partition(":")[0]
    try:
        return UUID(str(said))
    except ValueError:
        return None


# What an entry's key begins with -> (what it is about, the row of that).
_OF_SUBMISSION = """
SELECT s.id, p.slug, p.name, g.kind, NULL, h.id, h.name, s.state
  FROM submission s JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
  JOIN project p ON p.id = s.project_id JOIN person h ON h.id = s.person_id WHERE s.id = %s
"""
_OF_SLOT = """
SELECT x.id, p.slug, p.name, g.kind FROM slot x JOIN stage g ON g.id = x.stage_id JOIN project p ON p.id = x.project_id
 WHERE x.id = %s
"""
_OF_BATCH = """
SELECT b.id, p.slug, p.name, NULL, b.ordinal FROM batch b JOIN project p ON p.id = b.project_id WHERE b.id = %s
"""
_OF_PROJECT = "SELECT p.id, p.slug, p.name FROM project p WHERE p.id = %s"
_CAUSES = {
    "submit": ("submission", _OF_SUBMISSION),
    "accept": ("submission", _OF_SUBMISSION),
    "release_hold": ("submission", _OF_SUBMISSION),
    "reserve": ("slot", _OF_SLOT),
    "cancel": ("slot", _OF_SLOT),
    "launch": ("batch", _OF_BATCH),
    "close": ("batch", _OF_BATCH),
    "pool": ("batch", _OF_BATCH),
    "topup": ("batch", _OF_BATCH),
    "gold": ("batch", _OF_BATCH),
    "fund": ("project", _OF_PROJECT),
    "return": ("project", _OF_PROJECT),
}


def _cause(key: str, subject: UUID) -> Cause | None:
    what, sql = _CAUSES.get(key.partition(":")[0], ("", ""))
    if not sql:
        return None
    with connection.cursor() as cursor:
        cursor.execute(sql, [subject])
        row = cursor.fetchone()
    return Cause(what, *decoded(row, 2)) if row else None


_PAID = """
SELECT l.sentence_key, l.sentence_args, l.amount_minor, l.currency, t.id, t.number FROM pay_line l
  LEFT JOIN statement_line x ON x.line_id = l.id LEFT JOIN statement t ON t.id = x.statement_id
 WHERE l.submission_id = %s ORDER BY l.line_key
"""


def _paid(submission_id: UUID) -> list[PaidLine]:
    with connection.cursor() as cursor:
        cursor.execute(_PAID, [submission_id])
        return [PaidLine(*decoded(row, 1)) for row in cursor.fetchall()]


_TOLD = """
SELECT e.id, e.verb, e.at, e.actor_kind, p.name FROM event e LEFT JOIN person p ON p.id = e.actor_id
 WHERE e.subject_id = %s AND e.at = %s ORDER BY e.id LIMIT %s
"""


def _told(subject: UUID, at: datetime) -> list[Told]:
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [subject, at, _EVENTS_SHOWN])
        return [Told(*row) for row in cursor.fetchall()]
