"""What a search finds, group by group. Every function takes how far its reader reaches, and finds nothing beyond it.

Names and words are compared as `search_fold` (tasks/sql/0002_search.sql) writes them. Each group is bounded and read by
an index; a count of what else there would be is never taken.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL

from fairhand.cases.raised_queries import KEEPS_OUT
from fairhand.insight.accounts import ID_MAX, like
from fairhand.insight.rows import decoded
from fairhand.kernel.limits import SEARCH_CHARS_MAX
from fairhand.projects.models import Project

_NUMBER = re.compile(r"[^0-9\W]{0,3}[.#\s]{0,3}([0-9]{1,19})")
_SHORT = re.compile("[0-9a-fA-F]{5}")
_TRIGRAM = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search as it can be meant: an id, the end of an id, a number, and a text in any case. `folded` is for LIKE."""

    text: str
    folded: str
    id: UUID | None = None
    short: str | None = None
    number: int | None = None

    @property
    def pattern(self) -> str:
        """What holds the folded text."""
        return like(self.folded)


def wanted(typed: str) -> Wanted | None:
    """Read a search; None for one that asks for nothing."""
    text = " ".join(typed.replace("\x00", "").split())[:SEARCH_CHARS_MAX]
    if not text:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_fold(%s)", [text])
        folded: str = cursor.fetchone()[0]
    if not folded.strip():
        return None
    found_id, short, number = meanings(text)
    return Wanted(text, folded, found_id, short, number)


def meanings(text: str) -> tuple[UUID | None, str | None, int | None]:
    """(id, last digits of one, number) that a text may be. `No. 12`, `#12` and Arabic digits are numbers. Pure."""
    plain = "".join(str(unicodedata.digit(char)) if char.isdecimal() else char for char in text)
    try:
        found_id = UUID(plain)
    except ValueError:
        found_id = None
    short = plain.lower() if _SHORT.fullmatch(plain) else None
    numbered = _NUMBER.fullmatch(plain)
    number = int(numbered.group(1)) if numbered else None
    return found_id, short, number if number is not None and number <= ID_MAX else None


# -- what is a person's own ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnWork:
    """A submission of the reader's own."""

    submission_id: UUID
    kind: str
    state: str
    project_name: Mapping[str, str]
    submitted_at: datetime

    @property
    def short(self) -> str:
        """As its page calls it."""
        return str(self.submission_id)[-5:].upper()


_OWN_WORK = """
SELECT s.id, g.kind, s.state, p.name, s.submitted_at FROM submission s JOIN slot x ON x.id = s.slot_id
  JOIN stage g ON g.id = x.stage_id JOIN project p ON p.id = s.project_id
 WHERE s.person_id = %(person)s AND {part} ORDER BY s.submitted_at DESC LIMIT %(limit)s
"""


def own_work(person_id: UUID, asked: Wanted, limit: int) -> list[OwnWork]:
    """By the id of the submission or of its claim, or by its last five digits."""
    if asked.id is not None:
        part = "(s.id = %(id)s OR s.claim_id = %(id)s)"
    elif asked.short is not None:
        part = '"right"(s.id::text, 5) = %(short)s'
    else:
        return []
    values = {"person": person_id, "id": asked.id, "short": asked.short, "limit": limit}
    return [OwnWork(*row) for row in _rows(_OWN_WORK.format(part=part), values, 3)]


_OWN_STATEMENTS = """
SELECT id, number, currency, until_at FROM statement
 WHERE person_id = %(person)s AND (number = %(number)s OR id = %(id)s) ORDER BY until_at DESC LIMIT %(limit)s
"""


def own_statements(person_id: UUID, asked: Wanted, limit: int) -> list[Any]:
    """(id, number, currency, until) of the reader's own statements of that number or id."""
    number = asked.number if asked.number is not None and asked.number < 2**31 else None
    if number is None and asked.id is None:
        return []
    return _rows(_OWN_STATEMENTS, {"person": person_id, "number": number, "id": asked.id, "limit": limit})


_OWN_PROJECTS = """
SELECT p.slug, p.name FROM seat e JOIN project p ON p.id = e.project_id
 WHERE e.person_id = %(person)s AND (
   p.id = %(id)s OR search_fold(p.slug || ' ' || p.name::text) LIKE %(pattern)s AND (
     lower(p.slug) LIKE %(pattern)s OR EXISTS (
       SELECT 1 FROM jsonb_each_text(p.name) v WHERE search_fold(v.value) LIKE %(pattern)s)))
 ORDER BY e.joined_at DESC LIMIT %(limit)s
"""


def own_projects(person_id: UUID, asked: Wanted, limit: int) -> list[Any]:
    """(slug, name) of projects the reader has a seat in."""
    values = {"person": person_id, "id": asked.id, "pattern": asked.pattern, "limit": limit}
    return _rows(_OWN_PROJECTS, values, 1)


# -- what is of projects that somebody reaches -----------------------------------------------------------------------


def projects_among(reached: QuerySet[Project], asked: Wanted, limit: int) -> list[Project]:
    """Of the projects somebody reaches, those of that id, or with the text in address or name; the newest first.

    A text too short for the index finds addresses that begin with it.
    """
    if asked.id is not None:
        return list(reached.filter(id=asked.id)[:limit])
    if len(asked.folded) < _TRIGRAM:
        return list(reached.filter(slug__startswith=asked.folded).order_by("-created_at")[:limit])
    said = RawSQL("search_fold(project.slug || ' ' || project.name::text)", [], TextField())
    found = reached.annotate(said=said).filter(said__contains=asked.folded).order_by("-created_at")
    # What only the keys of the table of languages hold is none of its texts.
    return [row for row in found[: limit * 4] if _holds(row, asked)][:limit]


def _holds(project: Project, asked: Wanted) -> bool:
    """Whether slug or a name holds the text; a name in marks that only the database folds counts as holding it."""
    names = [name.lower() for name in project.name.values()]
    known = {"en", "ar"} | {key.lower() for key in project.name}
    return asked.folded not in known or asked.folded in project.slug or any(asked.folded in name for name in names)


_TASK_OF = """
SELECT t.id, t.key, p.slug, p.name FROM task t JOIN project p ON p.id = t.project_id
 WHERE t.project_id = ANY (%(projects)s) AND (t.id = %(id)s OR t.id = (
   SELECT s.task_id FROM submission s WHERE s.id = %(id)s AND s.project_id = ANY (%(projects)s)))
"""
_TASKS_NAMED = """
SELECT t.id, t.key, p.slug, p.name FROM task t JOIN project p ON p.id = t.project_id
 WHERE t.id = ANY (%(ids)s) AND t.project_id = ANY (%(projects)s) ORDER BY t.id DESC
"""
_ACCEPTED = f"""
SELECT t.id, t.key, p.slug, p.name FROM task t JOIN project p ON p.id = t.project_id
 WHERE t.id = ANY (%(ids)s) AND t.project_id = ANY (%(projects)s) AND EXISTS (
   SELECT 1 FROM submission s JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
    WHERE s.task_id = t.id AND s.state = 'accepted' AND NOT s.surplus AND s.excluded_at IS NULL AND g.kind = 'attempt')
   AND NOT EXISTS (SELECT 1 FROM raised r WHERE r.task_id = t.id AND {KEEPS_OUT})
 ORDER BY t.id DESC
"""  # noqa: S608  # put together from constants


def task_by_id(project_ids: Collection[UUID], task_or_submission_id: UUID) -> list[Any]:
    """(id, key, slug, project name) of a task by its id or by that of a submission to it."""
    return _rows(_TASK_OF, {"projects": list(project_ids), "id": task_or_submission_id}, 3)


def tasks_named(project_ids: Collection[UUID], task_ids: Collection[UUID]) -> list[Any]:
    """(id, key, slug, project name) of some tasks of these projects, newest first."""
    return _rows(_TASKS_NAMED, {"projects": list(project_ids), "ids": list(task_ids)}, 3)


def tasks_accepted(project_ids: Collection[UUID], task_ids: Collection[UUID]) -> list[Any]:
    """The same, of those with accepted work: what a client sees samples of. None whose content may be illegal."""
    return _rows(_ACCEPTED, {"projects": list(project_ids), "ids": list(task_ids)}, 3)


_ALIASES = """
SELECT e.alias, p.slug, p.name FROM seat e JOIN project p ON p.id = e.project_id
 WHERE e.project_id = ANY (%(projects)s) AND lower(e.alias) LIKE %(pattern)s ORDER BY e.alias LIMIT %(limit)s
"""


def aliases(project_ids: Collection[UUID], asked: Wanted, limit: int) -> list[Any]:
    """(pseudonym, slug, project name) of people of these projects."""
    values = {"projects": list(project_ids), "pattern": like(asked.text.lower()), "limit": limit}
    return _rows(_ALIASES, values, 2)


_DELIVERIES = """
SELECT d.number, p.slug, p.name, d.released_at FROM delivery d JOIN project p ON p.id = d.project_id
 WHERE d.project_id = ANY (%(projects)s) AND (d.number = %(number)s OR d.id = %(id)s)
 ORDER BY d.released_at DESC LIMIT %(limit)s
"""


def deliveries(project_ids: Collection[UUID], asked: Wanted, limit: int) -> list[Any]:
    """(number, slug, project name, released at) of deliveries of these projects, by number or id."""
    number = asked.number if asked.number is not None and asked.number < 2**31 else None
    if number is None and asked.id is None:
        return []
    values = {"projects": list(project_ids), "number": number, "id": asked.id, "limit": limit}
    return _rows(_DELIVERIES, values, 2)


# -- what the operator's staff sees ----------------------------------------------------------------------------------

_PEOPLE = """
SELECT p.id, p.name, p.email, p.kind FROM person p WHERE {part} ORDER BY p.id DESC LIMIT %(limit)s
"""


def people(asked: Wanted, limit: int) -> list[Any]:
    """(id, name, e-mail, kind) of people by part of name or e-mail, or by id. For those who see names."""
    part = "p.id = %(id)s" if asked.id else "(search_fold(p.name) LIKE %(pattern)s OR lower(p.email) LIKE %(plain)s)"
    values = {"id": asked.id, "pattern": asked.pattern, "plain": like(asked.text.lower()), "limit": limit}
    return _rows(_PEOPLE.format(part=part), values)


_ORGS = """
SELECT o.slug, o.name, o.kind FROM org o
 WHERE o.id = %(id)s OR search_fold(o.name) LIKE %(pattern)s OR o.slug LIKE %(pattern)s
 ORDER BY o.id DESC LIMIT %(limit)s
"""


def orgs(asked: Wanted, limit: int) -> list[Any]:
    """(slug, name, kind) of organisations."""
    return _rows(_ORGS, {"id": asked.id, "pattern": asked.pattern, "limit": limit})


_STATEMENTS = """
SELECT t.id, t.number, t.currency, h.name FROM statement t JOIN person h ON h.id = t.person_id WHERE t.id = %(id)s
"""
_ACCOUNTS_OF = """
SELECT a.id, a.purpose, a.currency FROM ledger_account a
 WHERE a.id = %(number)s OR (a.owner_kind IN ('client', 'project', 'batch', 'person') AND a.owner_id = %(id)s)
 ORDER BY a.id LIMIT %(limit)s
"""


def statements_by_id(asked: Wanted) -> list[Any]:
    """(id, number, currency, name) of anybody's statement, by its id."""
    return _rows(_STATEMENTS, {"id": asked.id}) if asked.id else []


def accounts_by(asked: Wanted, limit: int) -> list[Any]:
    """(id, purpose, currency) of accounts by number, or by the id of whose they are."""
    if asked.id is None and asked.number is None:
        return []
    return _rows(_ACCOUNTS_OF, {"id": asked.id, "number": asked.number, "limit": limit})


_EVENT = "SELECT id, verb, at FROM event WHERE id = %(id)s"


def events(asked: Wanted) -> list[Any]:
    """(id, verb, at) of an event by its id."""
    return _rows(_EVENT, {"id": asked.id}) if asked.id else []


def _rows(sql: str, values: Mapping[str, Any], *json_at: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [decoded(row, *json_at) for row in cursor.fetchall()]
