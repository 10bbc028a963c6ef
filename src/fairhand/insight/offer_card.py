"""What past work says beside an offer card: wages over people, time, reviews and cases of a project, by kind of stage.

The figures are counted each hour and kept (table `card_figures`), so a list of cards reads as quickly as one, every
page says the same, and nobody can read a colleague's task off a figure that moved. Under five people none is kept.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight import wages
from fairhand.insight.models import CardFigures
from fairhand.insight.wages import PEOPLE_MIN, PERSON_MS_MIN, Spread, per_hour
from fairhand.kernel.limits import WAGE_CLAIMS_PER_PERSON_MAX, WAGE_HAND_INS_MAX
from fairhand.projects.models import Project


@dataclass(frozen=True, slots=True)
class Past:
    """Counts of the latest hand-ins of one kind in a project, of all people together. Times in seconds.

    `timed` of them had their time measured and an estimate on their card; `decided` were decided by a person or the
    clock, `reviewed` judged by a reviewer. `contested`: pay lines whose case has an answer.
    """

    people: int
    handed_in: int
    reviewed: int
    returned: int
    timed: int
    over_typical: int
    over_long: int
    decided: int
    decided_after_s: int | None
    contested: int
    corrected: int

    @property
    def returned_share(self) -> int | None:
        """Percent of what was reviewed that came back for rework, rounded half up."""
        return _percent(self.returned, self.reviewed)

    @property
    def over_typical_share(self) -> int | None:
        """Percent of the measured tasks that took longer than the typical time on their card."""
        return _percent(self.over_typical, self.timed)

    @property
    def over_long_share(self) -> int | None:
        """The same for the long time."""
        return _percent(self.over_long, self.timed)

    @property
    def corrected_share(self) -> int | None:
        """Percent of the answered cases that ended with more pay."""
        return _percent(self.corrected, self.contested)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is kept of one kind of work in a project; None in each part that fewer than five people stand behind."""

    as_of: datetime
    wage: Spread | None
    past: Past | None


def _percent(part: int, whole: int) -> int | None:
    return (200 * part + whole) // (2 * whole) if whole else None


# The latest hand-ins of a project, by kind. `at once` (plan) is no decision that anybody waited for.
_PAST = """
WITH s AS MATERIALIZED (
  SELECT id, person_id, claim_id, work_ms, submitted_at, decided_at, decided_by FROM submission
   WHERE project_id = %(project)s ORDER BY submitted_at DESC, id DESC LIMIT %(latest)s),
k AS (
  SELECT s.*, coalesce(o.terms ->> 'kind', 'attempt') AS kind,
         (o.terms -> 'estimate' ->> 'p50_s')::numeric * 1000 AS p50_ms,
         (o.terms -> 'estimate' ->> 'p80_s')::numeric * 1000 AS p80_ms,
         r.n > 0 AS reviewed, r.returned > 0 AS returned
    FROM s JOIN claim c ON c.id = s.claim_id JOIN offer o ON o.id = c.offer_id
    CROSS JOIN LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE v.verdict = 'return') AS returned
                          FROM review v WHERE v.subject_id = s.id AND v.kind = 'review') r)
SELECT kind, count(DISTINCT person_id), count(*), count(*) FILTER (WHERE reviewed), count(*) FILTER (WHERE returned),
       count(*) FILTER (WHERE work_ms > 0 AND p50_ms > 0),
       count(*) FILTER (WHERE work_ms > p50_ms AND p50_ms > 0),
       count(*) FILTER (WHERE work_ms > p80_ms AND p50_ms > 0),
       count(*) FILTER (WHERE decided_by IN ('review', 'clock', 'staff', 'adjudication')),
       round(extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY decided_at - submitted_at)
             FILTER (WHERE decided_by IN ('review', 'clock', 'staff', 'adjudication'))))::bigint
  FROM k GROUP BY kind
"""
_CASES = """
SELECT count(*) FILTER (WHERE answer <> ''), count(*) FILTER (WHERE 'correct' IN (answer, decision))
  FROM (SELECT answer, decision FROM pay_case WHERE project_id = %s ORDER BY opened_at DESC, id DESC LIMIT %s) latest
"""


def past_of(project_id: UUID) -> dict[str, Past]:
    """Kind of stage -> counts of its latest hand-ins; only kinds that at least five people worked on."""
    with connection.cursor() as cursor:
        cursor.execute(_CASES, [project_id, WAGE_HAND_INS_MAX])
        contested, corrected = cursor.fetchone()
        cursor.execute(_PAST, {"project": project_id, "latest": WAGE_HAND_INS_MAX})
        return {
            row[0]: Past(*[*row[1:], contested, corrected]) for row in cursor.fetchall() if row[1] >= PEOPLE_MIN
        }  # fmt: skip


# Projects that give out work or reviews, and in which somebody handed in.
_DUE = """
SELECT p.id, p.org_id, ARRAY(SELECT DISTINCT g.kind FROM stage g WHERE g.project_id = p.id)
  FROM project p
 WHERE p.state IN ('open', 'paused')
   AND EXISTS (SELECT 1 FROM submission s WHERE s.project_id = p.id AND s.submitted_at <= %s)
 ORDER BY p.id
"""


def projects_to_count(now: datetime) -> list[tuple[UUID, UUID, list[str]]]:
    """(project, its organisation, the kinds of its stages) of every running project in which somebody handed in."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [now])
        return list(cursor.fetchall())


def facts_of(project_id: UUID, kinds: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Kind of stage -> what is kept of it (`CardFigures.facts`)."""
    past = past_of(project_id)
    found = {}
    for kind in kinds:
        wage, counts = wages.of_project(project_id, kind), past.get(kind)
        found[kind] = {"wage": asdict(wage) if wage else None, "past": asdict(counts) if counts else None}
    return found


def figures_of(project_ids: Iterable[UUID]) -> dict[tuple[UUID, str], Figures]:
    """(project, kind of stage) -> its figures; none for what was not counted yet. One statement for all."""
    found = CardFigures.objects.filter(project_id__in=list(project_ids))
    return {(row.project_id, row.kind): _read(row) for row in found}


def _read(row: CardFigures) -> Figures:
    wage, past = row.facts.get("wage"), row.facts.get("past")
    return Figures(row.as_of, Spread(**wage) if wage else None, Past(**past) if past else None)


@dataclass(frozen=True, slots=True)
class OwnHere:
    """One person's own latest work on one kind of a project's stages. `typical_ms`: the median of what was handed in.

    `wage_minor`: what an hour of all their recorded work time here came to; None under ten minutes of it.
    """

    handed_in: int
    typical_ms: int | None
    wage_minor: int | None


_OWN = """
SELECT sum(w.minor)::bigint, sum(w.all_ms)::bigint, count(*) FILTER (WHERE w.handed_in),
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY w.all_ms) FILTER (WHERE w.handed_in))::bigint
  FROM (SELECT c.work_ms AS all_ms, s.id IS NOT NULL AS handed_in,
               (SELECT sum(l.amount_minor) FROM pay_line l WHERE l.submission_id = s.id) AS minor
          FROM (SELECT id, offer_id, project_id, state, work_ms FROM claim WHERE person_id = %(person)s
                 ORDER BY claimed_at DESC LIMIT %(claims)s) c
          JOIN offer o ON o.id = c.offer_id LEFT JOIN submission s ON s.claim_id = c.id
         WHERE c.project_id = %(project)s AND c.state <> 'live' AND c.work_ms > 0
           AND coalesce(o.terms ->> 'kind', 'attempt') = %(kind)s) w
"""


def own_here(person_id: UUID, project_id: UUID, kind: str) -> OwnHere | None:
    """Of the person's latest claims those of a project and kind; None before the first with measured time."""
    values: dict[str, Any] = {
        "person": person_id, "project": project_id, "kind": kind, "claims": WAGE_CLAIMS_PER_PERSON_MAX,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_OWN, values)
        minor, all_ms, handed_in, typical_ms = cursor.fetchone()
    if not all_ms:
        return None
    return OwnHere(handed_in, typical_ms, per_hour(minor or 0, all_ms) if all_ms >= PERSON_MS_MIN else None)


def names_of(project_ids: Iterable[UUID]) -> dict[UUID, tuple[dict[str, str], str, dict[str, Any]]]:
    """Project -> its name by language, its slug, and where it came from (`Project.source`)."""
    found = Project.objects.filter(id__in=list(project_ids)).values_list("id", "name", "slug", "source")
    return {project_id: (name, slug, source) for project_id, name, slug, source in found}


_STORED = """
SELECT DISTINCT ON (g.id) g.id, o.terms FROM stage g JOIN offer o ON o.org_id = g.org_id AND o.stage_id = g.id
 WHERE g.id = ANY (%s) AND o.terms_hash = ANY (%s) ORDER BY g.id, o.made_at DESC, o.id DESC
"""


def stored_terms(stage_ids: Sequence[UUID], hashes: Sequence[str]) -> dict[UUID, dict[str, Any]]:
    """Stage -> the terms of its latest stored offer that has one of these hashes."""
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [list(stage_ids), list(hashes)])
        return {stage_id: json.loads(terms) for stage_id, terms in cursor.fetchall()}


def told(figures: Figures | None) -> dict[str, Any] | None:
    """The figures as JSON values, with their shares; None where nothing may be said."""
    if figures is None or (figures.wage is None and figures.past is None):
        return None
    past = figures.past
    shares = (
        {name: getattr(past, name) for name in (
            "returned_share", "over_typical_share", "over_long_share", "corrected_share",
        )} if past else {}
    )  # fmt: skip
    return {
        "as_of": figures.as_of, "wage": asdict(figures.wage) if figures.wage else None,
        "past": asdict(past) | shares if past else None,
    }  # fmt: skip
