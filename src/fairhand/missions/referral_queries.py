"""Reads of referrals: who was named, what of their work counts, and what is open to an expert."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q

from fairhand.missions.models import Mission, Referral
from fairhand.missions.referral_rules import Brought, mailbox
from fairhand.missions.states import JOINED, LIVE, NAMED, OPEN, OVER, REFERRAL
from fairhand.people.models import Invitation

# Tasks as a mission counts them: handed in first within the time. Work that the referrer judged doesn't count: nobody
# accepts what they are paid for.
_LIVE = """
SELECT r.id,
       count(s.id) FILTER (WHERE s.state = 'accepted'), count(s.id) FILTER (WHERE s.state <> 'accepted'),
       EXISTS (SELECT 1 FROM invitation i WHERE r.state = 'named' AND i.email = r.email AND i.project_id = m.project_id
                  AND i.role IS NULL AND i.made_at >= r.made_at AND i.withdrawn_at IS NULL
                  AND i.invited_by_id IS DISTINCT FROM r.referrer_id
                  AND i.accepted_at IS NULL AND i.expires_at > %(now)s)
  FROM referral r JOIN mission m ON m.id = r.mission_id
  LEFT JOIN LATERAL (
    SELECT b.id, b.state
      FROM submission b JOIN slot x ON x.id = b.slot_id JOIN stage g ON g.id = x.stage_id
     WHERE b.person_id = r.referred_id AND b.submitted_at >= r.joined_at AND b.submitted_at < r.until_at
       AND b.project_id = m.project_id AND g.kind = 'attempt'
       AND NOT EXISTS (SELECT 1 FROM submission e WHERE e.slot_id = b.slot_id AND e.person_id = b.person_id
                          AND e.round < b.round AND NOT e.surplus)
       AND NOT EXISTS (SELECT 1 FROM submission e JOIN review v ON v.subject_id = e.id
                         JOIN submission w ON w.id = v.submission_id
                        WHERE e.slot_id = b.slot_id AND e.person_id = b.person_id AND w.person_id = r.referrer_id)
  ) s ON true
 WHERE r.mission_id = %(mission)s AND r.state IN ('named', 'joined')
 GROUP BY r.id, m.project_id
"""


def live_of(mission_id: UUID, now: datetime) -> list[tuple[Referral, Brought]]:
    """Referrals of a mission that may still come to something, with what counts of each; two queries."""
    rows = {row.id: row for row in Referral.objects.filter(mission_id=mission_id, state__in=LIVE).order_by("made_at")}
    with connection.cursor() as cursor:
        cursor.execute(_LIVE, {"mission": mission_id, "now": now})
        found = cursor.fetchall()
    return [
        (row := rows[referral_id], Brought(row.state, row.until_at, tasks, undecided, invited))
        for referral_id, tasks, undecided, invited in found
    ]


def missions_with_live() -> list[UUID]:
    """Missions with referrals that may still come to something."""
    return list(Referral.objects.filter(state__in=LIVE).values_list("mission_id", flat=True).distinct())


def live_n(mission_id: UUID) -> int:
    """How many referrals of a mission may still be paid."""
    return Referral.objects.filter(mission_id=mission_id, state__in=LIVE).count()


def waiting_n(referrer_id: UUID) -> int:
    """How many whom somebody named have no seat yet."""
    return Referral.objects.filter(referrer_id=referrer_id, state=NAMED).count()


def named_already(email: str) -> bool:
    """Whether an address of this mailbox holds a place."""
    return Referral.objects.filter(~Q(state=OVER), mailbox=mailbox(email)).exists()


def referrals_open(project_ids: Collection[UUID], now: datetime) -> list[Mission]:
    """Referrals of these projects for which somebody could be named now; the one that ends first stands first."""
    found = Mission.objects.filter(project_id__in=project_ids, kind=REFERRAL, state=OPEN, until_at__gt=now)
    left = found.filter(people_n__lt=F("seats")).exclude(project__state="closed")
    return list(left.select_related("project").order_by("until_at", "id"))


def referrals_by(referrer_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[Referral]:
    """Whom somebody named, newest first; `before` is the moment and id of the last one of the page before."""
    return _page(Q(referrer_id=referrer_id), before, limit)


def referrals_in(mission_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[Referral]:
    """Who was named for a mission, newest first."""
    return _page(Q(mission_id=mission_id), before, limit)


def _page(of: Q, before: tuple[datetime, UUID] | None, limit: int) -> list[Referral]:
    found = Referral.objects.filter(of)
    if before is not None:
        at, row_id = before
        found = found.filter(Q(made_at__lt=at) | Q(made_at=at, id__lt=row_id))
    return list(found.select_related("mission__project").order_by("-made_at", "-id")[:limit])


def to_invite(now: datetime, limit: int) -> list[Referral]:
    """Addresses that experts named and nobody has invited since, the one whose place is lost first at the head."""
    invited = Invitation.objects.filter(
        email=OuterRef("email"), project_id=OuterRef("mission__project_id"), role=None, withdrawn_at=None,
        made_at__gte=OuterRef("made_at"),
    ).filter(Q(expires_at__gt=now) | ~Q(accepted_at=None))  # fmt: skip
    found = Referral.objects.filter(~Exists(invited), state=NAMED, until_at__gt=now)
    return list(found.select_related("mission__project", "referrer").order_by("made_at", "id")[:limit])


def referral_by(referrer_id: UUID, referral_id: UUID) -> Referral | None:
    """One of those whom somebody named."""
    return Referral.objects.filter(id=referral_id, referrer_id=referrer_id).select_related("mission__project").first()


def joined_of(rows: Sequence[tuple[Referral, Brought]]) -> dict[UUID, int]:
    """Of those who work: what counts of each."""
    return {row.id: found.tasks for row, found in rows if row.state == JOINED}
