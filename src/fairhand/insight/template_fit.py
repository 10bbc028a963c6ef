"""What a version of a template that isn't in force yet would find in its project: tasks that it doesn't fit, and known
answers.

Only tasks that may still be given out count: of real batches, and not settled or withdrawn. Who may ask is decided
before these are called.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded
from fairhand.kernel.limits import TEMPLATE_MISFITS_SHOWN_MAX, TEMPLATE_TASKS_CHECKED_MAX, TEMPLATE_TASKS_SHOWN_MAX
from fairhand.tasks.template import bound, check_answer, check_payload

_CHUNK = 500
_OPEN = """
  FROM task t JOIN batch b ON b.id = t.batch_id AND b.kind = 'real' AND b.state <> 'closed'
 WHERE t.project_id = %(project)s AND t.state = 'open'
"""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A task, or a known answer, that doesn't fit: by its key and the number of its batch. `field`: the field of the
    task, or the question, that is wrong; "" for all of it."""

    key: str
    batch: int
    field: str
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Looked:
    """Some tasks that were looked at, the newest first: how many, how many of them don't fit, and the first of those.
    `following`: the last one, to go on from; None where nothing is left."""

    looked: int
    wrong_n: int
    wrong: tuple[Misfit, ...]
    following: UUID | None


def waiting_n(project_id: UUID) -> int:
    """How many tasks a version has to fit."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_OPEN}", {"project": project_id})  # a constant of this file
        return int(cursor.fetchone()[0])


_PAGE = f"""
SELECT t.id, t.key, b.ordinal, t.payload {_OPEN} AND (%(before)s::uuid IS NULL OR t.id < %(before)s::uuid)
 ORDER BY t.id DESC LIMIT %(limit)s
"""  # a constant of this file


def look(project_id: UUID, template: Mapping[str, Any], before: UUID | None, limit: int | None = None) -> Looked:
    """Look at up to `limit` tasks (TEMPLATE_TASKS_CHECKED_MAX), behind the one that an earlier look ended at."""
    limit = limit or TEMPLATE_TASKS_CHECKED_MAX
    wrong: list[Misfit] = []
    looked = wrong_n = 0
    last = before
    while looked < limit:
        most = min(_CHUNK, limit - looked)
        rows = _rows(_PAGE, {"project": project_id, "before": last, "limit": most})
        looked += len(rows)
        for task_id, key, batch, payload in rows:
            last = task_id
            if (misfit := _misfit(template, key, batch, payload)) is not None:
                wrong_n += 1
                wrong += [misfit] if len(wrong) < TEMPLATE_MISFITS_SHOWN_MAX else []
        if len(rows) < most:
            return Looked(looked, wrong_n, tuple(wrong), None)
    return Looked(looked, wrong_n, tuple(wrong), last)


_BATCHES = (
    "SELECT id FROM batch WHERE project_id = %(project)s AND kind = 'real' AND state <> 'closed' ORDER BY ordinal"
)
# A batch comes with all of its tasks in one transaction, and none is added later.
_OF_BATCH = """
SELECT t.id, t.key, b.ordinal, t.payload FROM task t JOIN batch b ON b.id = t.batch_id
 WHERE t.batch_id = %(batch)s AND t.state = 'open' AND (%(before)s::uuid IS NULL OR t.id < %(before)s::uuid)
 ORDER BY t.id DESC LIMIT %(limit)s
"""


def batches_to_fit(project_id: UUID) -> list[UUID]:
    """The batches whose tasks a version has to fit."""
    return [row[0] for row in _rows(_BATCHES, {"project": project_id}, at=())]


def misfits(batch_ids: Collection[UUID], template: Mapping[str, Any]) -> Iterator[Misfit]:
    """Every task of some batches that doesn't fit, some hundred in memory at a time."""
    for batch_id in batch_ids:
        last: UUID | None = None
        while rows := _rows(_OF_BATCH, {"batch": batch_id, "before": last, "limit": _CHUNK}):
            last = rows[-1][0]
            for _, key, batch, payload in rows:
                if (misfit := _misfit(template, key, batch, payload)) is not None:
                    yield misfit


# Two ranges of one index: what is open, then what is done, each from the oldest on.
_FIRST_OF = """
(SELECT t.id, t.key, b.ordinal, t.payload FROM task t JOIN batch b ON b.id = t.batch_id AND b.kind = 'real'
  WHERE t.project_id = %(project)s AND t.state = '{state}' ORDER BY t.id LIMIT %(limit)s)
"""
_FIRST = f"{_FIRST_OF.format(state='open')} UNION ALL {_FIRST_OF.format(state='settled')} LIMIT %(limit)s"


@dataclass(frozen=True, slots=True)
class First:
    """The first tasks of a project. `fit`: those that fit, (key, payload); `wrong`: those that don't."""

    n: int
    fit: tuple[tuple[str, Mapping[str, Any]], ...]
    wrong: tuple[Misfit, ...]


def first_tasks(project_id: UUID, template: Mapping[str, Any]) -> First:
    """The first fifty, tried: those that may still be given out before those that are done."""
    rows = _rows(_FIRST, {"project": project_id, "limit": TEMPLATE_TASKS_SHOWN_MAX})
    judged = [(key, payload, _misfit(template, key, batch, payload)) for _, key, batch, payload in rows]
    return First(
        len(judged), tuple((key, payload) for key, payload, misfit in judged if misfit is None),
        tuple(misfit for _, _, misfit in judged if misfit is not None),
    )  # fmt: skip


def _misfit(template: Mapping[str, Any], key: str, batch: int, payload: Any) -> Misfit | None:
    found = check_payload(template, payload)
    return Misfit(key, batch, found[0].field, found[0].code, found[0].why) if found else None


_KNOWN = """
SELECT t.id, t.key, b.ordinal, t.payload, y.answer, y.use
  FROM batch b JOIN task t ON t.batch_id = b.id JOIN gold y ON y.task_id = t.id AND y.retired_at IS NULL
 WHERE b.project_id = %(project)s AND b.kind IN ('gold', 'practice')
   AND (%(before)s::uuid IS NULL OR t.id < %(before)s::uuid)
 ORDER BY t.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Known answers that wouldn't fit. `gold`: (task, misfit) of evaluation gold, which would be retired; `examples`:
    those that wouldn't be shown any more."""

    gold: tuple[tuple[UUID, Misfit], ...]
    examples: tuple[Misfit, ...]


def known_misfits(project_id: UUID, template: Mapping[str, Any]) -> Unknown:
    """The known answers of a project that don't fit, the newest first."""
    gold: list[tuple[UUID, Misfit]] = []
    examples: list[Misfit] = []
    last: UUID | None = None
    while rows := _rows(_KNOWN, {"project": project_id, "before": last, "limit": _CHUNK}, at=(3, 4)):
        last = rows[-1][0]
        for task_id, key, batch, payload, answer, use in rows:
            misfit = _misfit(template, key, batch, payload)
            if misfit is None and (wrong := check_answer(bound(template, payload), answer)):
                misfit = Misfit(key, batch, wrong[0].field, wrong[0].code, wrong[0].why)
            if misfit is not None and use == "evaluation":
                gold.append((task_id, misfit))
            elif misfit is not None:
                examples.append(misfit)
    return Unknown(tuple(gold), tuple(examples))


def _rows(sql: str, values: Mapping[str, Any], at: Sequence[int] = (3,)) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [decoded(row, *at) for row in cursor.fetchall()]
