"""Reads of corrections, declared work and of how a claim's time went."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from fairhand.kernel.limits import CLAIM_S_MAX_MAX, INTERVALS_SHOWN_MAX
from fairhand.work.models import DeclaredTime, Interval, TimeCorrection
from fairhand.work.time_rules import Stretch


def corrections_of(claim_id: UUID) -> list[TimeCorrection]:
    """Of one claim, newest first."""
    return list(TimeCorrection.objects.filter(claim_id=claim_id).order_by("-asked_at", "-id"))


def correction_in(project_id: UUID, correction_id: UUID) -> TimeCorrection | None:
    """A correction asked for in a project, or None."""
    return TimeCorrection.objects.filter(id=correction_id, project_id=project_id).first()


def corrected_ms(claim_ids: list[UUID]) -> dict[UUID, int]:
    """What corrections added to the time of some claims, those that were handed in; a claim without any isn't there."""
    rows = TimeCorrection.objects.filter(claim_id__in=claim_ids, granted_ms__gt=0).values_list("claim_id")
    return {claim_id: int(total) for claim_id, total in rows.annotate(total=Sum("granted_ms")).order_by()}


# What of a claim's life, outside its pauses, counts for other work of its person: reports and work away from the page
# of other claims, and reading, stand where they came in. Corrections that others got, and others that were paid by our
# own clock because nothing was measured, have no place: they may lie anywhere where both lived.
_BESIDE = """
WITH own AS (SELECT * FROM claim WHERE id = %(claim)s),
beside AS (
  SELECT o.id, o.work_ms, s.id AS handed_in, (f.terms -> 'pay' ->> 'paid_s_max') IS NOT NULL AS timed,
         extract(epoch FROM least(%(until)s, coalesce(s.submitted_at, o.ended_at, %(until)s))
                            - greatest(own.claimed_at, o.claimed_at)) * 1000 AS both_ms
    FROM own JOIN claim o ON o.person_id = own.person_id AND o.id <> own.id AND o.claimed_at < %(until)s
     AND o.claimed_at > own.claimed_at - %(longest)s AND coalesce(o.ended_at, %(until)s) > own.claimed_at
    LEFT JOIN submission s ON s.claim_id = o.id JOIN offer f ON f.id = o.offer_id),
placed AS (
  SELECT b.received_at AS at, b.counted_ms AS ms FROM beside o JOIN beat b ON b.claim_id = o.id
  UNION ALL SELECT d.declared_at, d.counted_ms FROM beside o JOIN declared_time d ON d.claim_id = o.id
  UNION ALL SELECT b.received_at, b.counted_ms
              FROM own JOIN work_reading r ON r.person_id = own.person_id AND r.started_at < %(until)s
               AND r.last_beat_at > own.claimed_at
              JOIN reading_beat b ON b.reading_id = r.id)
SELECT coalesce((SELECT sum(least(p.ms, extract(epoch FROM p.at - own.claimed_at) * 1000)) FROM placed p
                  WHERE p.at > own.claimed_at AND p.at <= %(until)s
                    AND NOT EXISTS (SELECT 1 FROM generate_series(1, cardinality(own.pauses), 2) n
                                     WHERE p.at > own.pauses[n] AND p.at <= own.pauses[n + 1])), 0)
     + coalesce((SELECT sum(least(greatest(o.both_ms, 0),
                                  CASE WHEN o.work_ms IS NULL AND o.handed_in IS NOT NULL AND o.timed THEN o.both_ms
                                       ELSE 0 END
                                  + coalesce((SELECT sum(x.granted_ms) FROM time_correction x
                                               WHERE x.claim_id = o.id), 0)))
                   FROM beside o), 0)
  FROM own
"""


def beside_ms(claim_id: UUID, until: datetime) -> int:
    """Milliseconds of a claim's life, up to a moment, that count for other work of the same person."""
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, {"claim": claim_id, "until": until, "longest": timedelta(seconds=CLAIM_S_MAX_MAX)})
        row = cursor.fetchone()
    return 0 if row is None else int(row[0])


def declared_of(claim_id: UUID) -> list[DeclaredTime]:
    """Of one claim, oldest first."""
    return list(DeclaredTime.objects.filter(claim_id=claim_id).order_by("declared_at", "id"))


def said_of(claim_id: UUID, until: datetime) -> tuple[list[Stretch], bool]:
    """Stretches that pages told of, and whether there are more than are shown."""
    rows = Interval.objects.filter(claim_id=claim_id, from_at__lt=until).order_by("id")
    found = list(rows.values_list("kind", "from_at", "until_at")[: INTERVALS_SHOWN_MAX + 1])
    return [Stretch(*row) for row in found[:INTERVALS_SHOWN_MAX]], len(found) > INTERVALS_SHOWN_MAX
