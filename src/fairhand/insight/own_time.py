"""Where the time of one claim of one's own went: what its page reported, its pauses, and what was said afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from fairhand.dispatch.queries import ClaimFacts
from fairhand.work.models import DeclaredTime, TimeCorrection
from fairhand.work.states import PAUSED
from fairhand.work.time_queries import corrections_of, declared_of, said_of
from fairhand.work.time_rules import Stretch, stretches, sums


@dataclass(frozen=True, slots=True)
class ClaimTime:
    """`found`: the whole of the claim in order; `by_kind`: its milliseconds. `cut`: more was reported than is shown."""

    since: datetime
    until: datetime
    found: list[Stretch]
    by_kind: Mapping[str, int]
    cut: bool
    corrections: list[TimeCorrection]
    declared: list[DeclaredTime]


_PAUSES = """
SELECT verb, at FROM event WHERE subject_id = %s AND verb IN ('claim:paused', 'claim:resumed') ORDER BY at, seq
"""


def time_of(facts: ClaimFacts, handed_in_at: datetime | None, now: datetime) -> ClaimTime:
    """The record of a claim's time up to its end: when it was handed in, when it ended without that, or `now`."""
    until = max(facts.claimed_at, handed_in_at or (facts.ended_at if facts.state != "live" else None) or now)
    said, cut = said_of(facts.claim_id, until)
    found = stretches(facts.claimed_at, until, [*said, *_pauses(facts.claim_id, until)])
    return ClaimTime(
        facts.claimed_at, until, found, sums(found), cut, corrections_of(facts.claim_id), declared_of(facts.claim_id)
    )


def _pauses(claim_id: UUID, until: datetime) -> list[Stretch]:
    with connection.cursor() as cursor:
        cursor.execute(_PAUSES, [claim_id])
        rows = cursor.fetchall()
    found, since = [], None
    for verb, at in rows:
        if verb == "claim:paused":
            since = since or at
        elif since is not None:
            found.append(Stretch(PAUSED, since, at))
            since = None
    return [*found, Stretch(PAUSED, since, until)] if since is not None else found
