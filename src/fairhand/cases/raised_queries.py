"""Reads of what people raised: one's own, and how much waits in projects."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from fairhand.cases.models import Raised
from fairhand.cases.states import ILLEGAL, RAISED_OPEN, TAKEN_OUT
from fairhand.kernel.limits import RAISED_COUNTED_MAX, RAISED_HELD_PER_PERSON_MAX, RAISED_PER_CLAIM_MAX

# Counted up to a limit, each project by its own index.
_WAITING = f"""
SELECT p.id, n.n FROM unnest(%s::uuid[]) p (id) CROSS JOIN LATERAL (
  SELECT count(*) AS n FROM (
    SELECT 1 FROM raised r WHERE r.project_id = p.id AND r.state = 'open' LIMIT {RAISED_COUNTED_MAX}) x) n
"""  # noqa: S608  # put together from constants


def raised_of_claim(claim_id: UUID) -> list[Raised]:
    """What the holder of a claim raised about it, oldest first."""
    return list(Raised.objects.filter(claim_id=claim_id).order_by("at", "id")[:RAISED_PER_CLAIM_MAX])


def raised_in(project_id: UUID, raised_id: UUID) -> Raised | None:
    """One of a project."""
    return Raised.objects.filter(id=raised_id, project_id=project_id).first()


def is_own(raised_id: UUID, person_id: UUID) -> bool:
    """Whether somebody raised it themselves."""
    return Raised.objects.filter(id=raised_id, person_id=person_id).exists()


def claim_raised_on(raised_id: UUID, person_id: UUID) -> UUID | None:
    """The claim that somebody raised something on."""
    return Raised.objects.filter(id=raised_id, person_id=person_id).values_list("claim_id", flat=True).first()


def own_raised(person_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[Raised]:
    """What somebody raised anywhere, newest first, with its project at hand."""
    found = Raised.objects.filter(person_id=person_id).select_related("project", "claim")
    if before is not None:
        found = found.filter(at__lte=before[0]).exclude(at=before[0], id__gte=before[1])
    return list(found.order_by("-at", "-id")[:limit])


def reported_as(claim_id: UUID, kind: str) -> bool:
    """Whether the holder of a claim reported its task so, and didn't take it back."""
    return Raised.objects.filter(claim_id=claim_id, kind=kind).exclude(state="closed").exists()


def is_confirmed(claim_id: UUID) -> bool:
    """Whether staff took a task out of work on a report of its holder's."""
    return Raised.objects.filter(claim_id=claim_id, done=TAKEN_OUT).exists()


def raised_waiting(project_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Project -> how much waits for an answer, up to RAISED_COUNTED_MAX; every project is there."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [list(project_ids)])
        return {project_id: int(n) for project_id, n in cursor.fetchall()}


# Of a row `r`: it took its task out of work, and nobody put it back since.
STANDS = """(r.done = 'taken_out' AND NOT EXISTS (SELECT 1 FROM task_return w WHERE w.raised_id = r.id))"""
# Of a row `r`: its task is given to nobody.
HOLDS = f"(r.kind = 'illegal' AND r.state = 'open' OR {STANDS})"
# Of a row `r`: nothing of its task is shown or handed over to its client.
KEEPS_OUT = f"(r.kind = 'illegal' AND {HOLDS})"
# Of a claim `c`: `taken_out` where its task is kept out by a decision, `held` while a report of it waits for one (of
# both the first, which is greater), else NULL. Whoever is at work on a task goes on seeing it.
KEPT_OUT_AS = f"""
(CASE WHEN c.state <> 'live' THEN (
   SELECT max(CASE r.state WHEN 'open' THEN 'held' ELSE 'taken_out' END) FROM raised r
    WHERE r.task_id = c.task_id AND {KEEPS_OUT}) END)
"""  # noqa: S608  # put together from constants
_KEPT_OUT = f"""
SELECT DISTINCT r.task_id FROM raised r WHERE r.project_id = %s AND {KEEPS_OUT}
"""  # noqa: S608  # put together from constants
_KEPT_OUT_AS = f"SELECT {KEPT_OUT_AS} FROM claim c WHERE c.id = %s"  # noqa: S608  # likewise
_WAIT_FOR = f"""
SELECT r.project_id FROM raised r WHERE r.person_id = %s AND r.kind = 'illegal' AND r.state = 'open'
 GROUP BY 1 HAVING count(DISTINCT r.task_id) >= {RAISED_HELD_PER_PERSON_MAX}
"""  # noqa: S608  # put together from constants
# Of a project `p` and a person: how many tasks wait there for a decision on their reports; whether that is as many as
# one person's may hold back; and the same of whoever has a seat `e`.
_REPORTED_N = """
(SELECT count(DISTINCT r.task_id) FROM raised r
  WHERE r.person_id = {} AND r.project_id = p.id AND r.kind = 'illegal' AND r.state = 'open')
"""
REPORTED_N = _REPORTED_N.format("%(person)s")
REPORTS_WAIT = f"({REPORTED_N} >= {RAISED_HELD_PER_PERSON_MAX})"
REPORTS_OF_SEAT_WAIT = f"({_REPORTED_N.format('e.person_id')} >= {RAISED_HELD_PER_PERSON_MAX})"


def kept_out(project_id: UUID) -> list[UUID]:
    """Tasks of a project whose content may be illegal, as far as anybody decided: no delivery has their work."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT_OUT, [project_id])
        return [row[0] for row in cursor.fetchall()]


def kept_out_as(claim_id: UUID) -> str | None:
    """Whether the holder of a claim is shown nothing of its task any more: KEPT_OUT_AS."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT_OUT_AS, [claim_id])
        row = cursor.fetchone()
    return row[0] if row else None


def reports_wait(person_id: UUID) -> set[UUID]:
    """Projects in which as many tasks as one person's reports may hold back wait for a decision on theirs."""
    with connection.cursor() as cursor:
        cursor.execute(_WAIT_FOR, [person_id])
        return {row[0] for row in cursor.fetchall()}


def taken_out_by(task_id: UUID) -> list[Raised]:
    """The answers by which a task is out of work, oldest first; none once it was put back."""
    found = Raised.objects.filter(task_id=task_id, done=TAKEN_OUT, taskreturn=None)
    return list(found.order_by("answered_at", "id"))


def is_taken_out(task_id: UUID) -> bool:
    """Whether a manager took a task out of work, and nobody put it back."""
    return Raised.objects.filter(task_id=task_id, done=TAKEN_OUT, taskreturn=None).exists()


def is_held(task_id: UUID) -> bool:
    """Whether a task waits for a manager's decision, or was taken out."""
    waits = Raised.objects.filter(task_id=task_id, kind=ILLEGAL, state=RAISED_OPEN).exists()
    return waits or is_taken_out(task_id)
