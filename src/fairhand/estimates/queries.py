"""Reads of estimates: the claims they are read from, what was published, and reviews."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from fairhand.estimates.models import EstimateLook, EstimateReview, EstimateRule, Pilot, StageEstimate
from fairhand.estimates.rules.back_pay import limit_of
from fairhand.estimates.rules.estimate import Estimate
from fairhand.estimates.rules.sample import Worked
from fairhand.estimates.states import OPEN
from fairhand.kernel.limits import CLAIMS_PER_LOOK_MAX, CLAIMS_SOUGHT_PER_LOOK_MAX, PILOTS_PER_STAGE_MAX
from fairhand.projects.models import Guideline, Stage, Template
from fairhand_pay import Terms

_ORDINALS_MAX = 21  # a person's later claims are all alike
# The latest ended claims of a stage, of its project's latest: a stage with hardly any work reads no whole history.
# How many claims of the person came before, bounded, tells the first ones.
_WORKED = """
SELECT c.person_id, c.work_ms + coalesce((SELECT sum(k.granted_ms) FROM time_correction k WHERE k.claim_id = c.id), 0),
       c.state, c.claimed_at, c.offer_id, o.terms,
       (SELECT count(*) FROM (SELECT 1 FROM claim e WHERE e.person_id = c.person_id AND e.project_id = c.project_id
                                AND e.claimed_at < c.claimed_at LIMIT %(ordinals)s) n)
  FROM (SELECT id, slot_id, person_id, work_ms, state, claimed_at, offer_id, project_id, ended_at FROM claim
         WHERE project_id = %(project)s AND round = 1 AND ended_at IS NOT NULL
           AND (%(since)s::timestamptz IS NULL OR claimed_at > %(since)s)
         ORDER BY ended_at DESC, id DESC LIMIT %(sought)s) c
  JOIN slot x ON x.id = c.slot_id AND x.stage_id = %(stage)s JOIN offer o ON o.id = c.offer_id
 ORDER BY c.ended_at DESC, c.id DESC LIMIT %(limit)s
"""
# Of them, those of batches that were launched as pilots.
_PILOTED = """
SELECT c.work_ms FROM batch b
  JOIN slot x ON x.batch_id = b.id AND x.stage_id = %(stage)s AND x.state IN ('submitted', 'settled')
  JOIN submission s ON s.slot_id = x.id AND s.round = 1 AND NOT s.surplus JOIN claim c ON c.id = s.claim_id
 WHERE b.project_id = %(project)s AND b.pilot AND c.work_ms > 0
   AND (%(since)s::timestamptz IS NULL OR c.claimed_at > %(since)s)
 ORDER BY c.id LIMIT %(limit)s
"""
_VOICES = """
SELECT person_id, max(work_ms) FROM overrun_report
 WHERE stage_id = %s AND (%s::timestamptz IS NULL OR at > %s) GROUP BY person_id ORDER BY person_id
"""
_PEOPLE = """
SELECT count(DISTINCT person_id) FROM tally
 WHERE project_id = %s AND stage_id = %s AND what = 'work_of' AND person_id IS NOT NULL
"""
# When the guideline or the template last changed what the work is, as its author marked it. What changes while a review
# is open counts from its decision on: the review goes by the work that it was opened for.
_SINCE = """
SELECT max(coalesce(v.decided_at, g.created_at))
  FROM (SELECT created_at FROM guideline WHERE project_id = %(project)s AND version > 1 AND affects <> '{}'
        UNION ALL SELECT created_at FROM template WHERE project_id = %(project)s AND changes_work) g
  LEFT JOIN estimate_review v
    ON v.stage_id = %(stage)s AND v.opened_at <= g.created_at AND (v.state = 'open' OR v.decided_at > g.created_at)
 WHERE v.state IS DISTINCT FROM 'open'
"""
_PEOPLE_PAID = "SELECT count(DISTINCT person_id) FROM pay_line WHERE line_key LIKE %s"


@dataclass(frozen=True, slots=True)
class Ended:
    """An ended claim as the rules see it, and when it was made."""

    worked: Worked
    claimed_at: datetime


def ended_claims(project_id: UUID, stage_id: UUID) -> list[Ended]:
    """The latest ended claims of a stage, first rounds alone, in the order they ended: those made since the work
    itself was changed."""
    values = {
        "project": project_id, "stage": stage_id, "ordinals": _ORDINALS_MAX, "limit": CLAIMS_PER_LOOK_MAX,
        "sought": CLAIMS_SOUGHT_PER_LOOK_MAX, "since": sample_since(project_id, stage_id),
    }  # fmt: skip
    found = []
    with connection.cursor() as cursor:
        cursor.execute(_WORKED, values)
        for person_id, work_ms, state, claimed_at, _, terms, before in cursor.fetchall():
            limit_s, promised_s = promised(terms)
            work_s = None if work_ms is None else float(work_ms) / 1000
            found.append(Ended(Worked(str(person_id), work_s, state, limit_s, promised_s, before + 1), claimed_at))
    return found[::-1]


def piloted_s(project_id: UUID, stage_id: UUID) -> list[float]:
    """Seconds of work of what was handed in of batches that were launched as pilots, of the work as it is now."""
    values = {
        "project": project_id, "stage": stage_id, "limit": PILOTS_PER_STAGE_MAX,
        "since": sample_since(project_id, stage_id),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PILOTED, values)
        return [float(row[0]) / 1000 for row in cursor.fetchall()]


@lru_cache(maxsize=1024)
def promised(terms: str) -> tuple[int | None, int | None]:
    """What frozen terms (as JSON text) promise: the limit after which less is paid, and the typical time, in seconds.

    None for a limit where the full rate ran on: the work over it was done like the work before it.
    """
    written = json.loads(terms)
    limit_s = None if "full_rate" in written else limit_of(Terms.parse(written["pay"]))
    return limit_s, (written.get("estimate") or {}).get("p50_s")


def voices_of(stage_id: UUID, since: datetime | None) -> dict[str, float | None]:
    """Person -> the longest work time (seconds) they reported that it takes longer at; None if none was measured."""
    with connection.cursor() as cursor:
        cursor.execute(_VOICES, [stage_id, since, since])
        return {str(person): None if ms is None else ms / 1000 for person, ms in cursor.fetchall()}


def people_who_worked(project_id: UUID, stage_id: UUID) -> int:
    """How many people handed something in on a stage."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [project_id, stage_id])
        return int(cursor.fetchone()[0])


def decided_last(stage_id: UUID) -> datetime | None:
    """When the estimate of a stage was last decided on: later claims are new evidence."""
    found = EstimateReview.objects.filter(stage_id=stage_id, decided_at__isnull=False).order_by("-decided_at").first()
    return found.decided_at if found else None


def sample_since(project_id: UUID, stage_id: UUID) -> datetime | None:
    """Claims made after this moment say how long the work of a stage takes; None: all of them do."""
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, {"project": project_id, "stage": stage_id})
        found: datetime | None = cursor.fetchone()[0]
    return found


def evidence_since(stage: Stage) -> datetime | None:
    """Claims made after this moment are evidence for a review: since the last decision, and the last change of the
    work."""
    moments = (decided_last(stage.id), sample_since(stage.project_id, stage.id))
    return max((each for each in moments if each is not None), default=None)


def changed_since(project_id: UUID, moment: datetime) -> bool:
    """Whether a guideline or a template that changes the work was published after a moment."""
    later = Guideline.objects.filter(project_id=project_id, created_at__gt=moment).exclude(affects=[])
    forms = Template.objects.filter(project_id=project_id, created_at__gt=moment, changes_work=True)
    return later.exists() or forms.exists()


def pilots_of(stage: Stage) -> list[Pilot]:
    """Pilots of a stage, those struck too, in the order they were written down: of the work as it is now."""
    found = Pilot.objects.filter(stage_id=stage.id)
    since = sample_since(stage.project_id, stage.id)
    return list((found if since is None else found.filter(noted_at__gt=since)).order_by("noted_at", "id"))


def pilot_in(project_id: UUID, pilot_id: UUID) -> Pilot | None:
    """A pilot of a project that wasn't struck."""
    return Pilot.objects.filter(id=pilot_id, project_id=project_id, struck_at=None).first()


def open_review_of(stage_id: UUID) -> EstimateReview | None:
    """The review of a stage that waits for its decision."""
    return EstimateReview.objects.filter(stage_id=stage_id, state=OPEN).first()


def decided_since(moment: datetime) -> list[EstimateReview]:
    """Reviews decided since a moment that put another estimate on the cards, the one decided first first."""
    published_ = StageEstimate.objects.filter(review_id=OuterRef("id"), stage_id=OuterRef("stage_id"))
    return list(EstimateReview.objects.filter(Exists(published_), decided_at__gt=moment).order_by("decided_at", "id"))


def decisions_since(stage_id: UUID, moment: datetime) -> list[StageEstimate]:
    """What decisions put on the cards of a stage after a moment, oldest first."""
    found = StageEstimate.objects.filter(stage_id=stage_id, made_at__gt=moment, review_id__isnull=False)
    return list(found.order_by("made_at", "id"))


def people_made_good(review_id: UUID) -> int:
    """How many people were paid something for a review."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE_PAID, [f"estimate:{review_id}:%"])
        return int(cursor.fetchone()[0])


def open_reviews(project_ids: Sequence[UUID]) -> list[EstimateReview]:
    """Reviews of some projects that wait, with their stage at hand, the next deadline first."""
    found = EstimateReview.objects.filter(project_id__in=project_ids, state=OPEN).select_related("stage")
    return list(found.order_by("decide_by", "id"))


def due_reviews(now: datetime, limit: int) -> list[UUID]:
    """Reviews that nobody decided in time."""
    found = EstimateReview.objects.filter(state=OPEN, decide_by__lte=now).order_by("decide_by")
    return list(found.values_list("id", flat=True)[:limit])


def reviews_of(project_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[EstimateReview]:
    """A project's reviews, newest first."""
    found = EstimateReview.objects.filter(project_id=project_id).select_related("stage")
    if before is not None:
        found = found.filter(opened_at__lte=before[0]).exclude(opened_at=before[0], id__gte=before[1])
    return list(found.order_by("-opened_at", "-id")[:limit])


def published(stage_id: UUID) -> StageEstimate | None:
    """The estimate that was published last for a stage; None where only its maker's stands, or none."""
    return StageEstimate.objects.filter(stage_id=stage_id).order_by("-made_at", "-id").first()


def published_before(stage_id: UUID, limit: int) -> list[StageEstimate]:
    """What was published for a stage, newest first."""
    return list(StageEstimate.objects.filter(stage_id=stage_id).order_by("-made_at", "-id")[:limit])


def rule_of(project_id: UUID) -> EstimateRule:
    """What a project agreed on; where nobody said anything, an unsaved row of what holds then."""
    found = EstimateRule.objects.filter(project_id=project_id).first()
    return found or EstimateRule(project_id=project_id)


def zones_of(project_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Project -> the zone whose weekends don't count as working time; one query for all."""
    wanted = list(project_ids)
    agreed = dict(EstimateRule.objects.filter(project_id__in=wanted).values_list("project_id", "zone"))
    return {project_id: agreed.get(project_id, EstimateRule().zone) for project_id in wanted}


def looked_at(stage_ids: Sequence[UUID]) -> dict[UUID, EstimateLook]:
    """Stage -> what its ended claims say now, where they were looked at."""
    return {row.stage_id: row for row in EstimateLook.objects.filter(stage_id__in=stage_ids)}


def reported(claim_id: UUID) -> bool:
    """Whether its expert said of a claim that the task takes longer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM overrun_report WHERE claim_id = %s", [claim_id])
        return cursor.fetchone() is not None


def estimate_row(measured: Estimate) -> dict[str, Any]:
    """An estimate as JSON; `estimate_from` reads it again."""
    return {**asdict(measured), "as_of": measured.as_of.isoformat()}


def estimate_from(row: Mapping[str, Any]) -> Estimate | None:
    """An estimate from its JSON, None from {}."""
    return Estimate(**{**row, "as_of": datetime.fromisoformat(row["as_of"])}) if row else None
