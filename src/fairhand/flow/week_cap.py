"""A plan's weekly cap of hours stops the offers: stages whose week is full give a person nothing but rework.

No lock is needed: hours only grow by work on claims that are made already, which goes on and is paid whole.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.queries import ClaimFacts
from fairhand.flow.stage_cards import StageCard
from fairhand.insight.week_hours import WeekHours, day_of_claim, week_hours
from fairhand.people.queries import known_zones
from fairhand.work.timesheet_commands import locked_sheet, note_over
from fairhand_pay import Terms, week_cap

_CAPPED = """
SELECT g.id, t.terms FROM stage g JOIN pay_plan t ON t.id = g.pay_plan_id
 WHERE g.id = ANY (%s) AND t.terms @> '{"primitives": [{"primitive": "CAP", "version": 2}]}'
"""


def weeks_full(person_id: UUID, cards: Sequence[StageCard], now: datetime) -> dict[UUID, WeekHours]:
    """Stage -> its hours, of those of these stages whose week is full. One query where a plan has a weekly cap, else
    none."""
    return _full(person_id, [(card.stage_id, *card.week_cap) for card in cards if card.week_cap is not None], now)


def weeks_full_among(person_id: UUID, stage_ids: Collection[UUID], now: datetime) -> dict[UUID, WeekHours]:
    """The same where only the stages are known: one query, a second one where a plan has a weekly cap."""
    if not stage_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_CAPPED, [list(stage_ids)])
        capped = [(stage_id, week_cap(Terms.parse(json.loads(terms)))) for stage_id, terms in cursor.fetchall()]
    return _full(person_id, [(stage_id, *cap) for stage_id, cap in capped if cap is not None], now)


def _full(person_id: UUID, caps: Sequence[tuple[UUID, int, str | None]], now: datetime) -> dict[UUID, WeekHours]:
    return {stage_id: found for stage_id, found in week_hours(person_id, caps, now).items() if found.reached}


def tell_beyond(facts: ClaimFacts, cap: tuple[int, str | None], actor: Actor, now: datetime) -> None:
    """After a hand-in: what of the week is paid beyond the cap is told to the project's managers, once a week and
    person. It is paid whole: it ran on a claim that was made before."""
    day = day_of_claim(facts.claim_id, cap[1])
    week = week_hours(facts.person_id, [(facts.stage_id, *cap)], now, day)[facts.stage_id]
    if week.paid_ms <= week.cap_ms:
        return
    over_ms = week.paid_ms - week.cap_ms
    sheet = locked_sheet(
        org_id=facts.org_id, project_id=facts.project_id, person_id=facts.person_id, week=week.week, now=now
    )  # fmt: skip
    if note_over(sheet_id=sheet.id, over_ms=over_ms):
        said = {"person_id": str(facts.person_id), "week": week.week.isoformat(), "over_ms": over_ms,
                "cap_ms": week.cap_ms}  # fmt: skip
        fact = Fact("timesheet:beyond_cap", "timesheet", sheet.id, facts.org_id, facts.project_id, said)
        record(actor=actor, now=now, happened=[fact])


def unknown_zone(terms: Terms) -> str | None:
    """The zone of a plan's week, if there is none of that name: no statement could say when its week begins."""
    cap = week_cap(terms)
    return None if cap is None or cap[1] is None or cap[1] in known_zones() else cap[1]


def given_anyway(cards: Sequence[StageCard], full: dict[UUID, WeekHours]) -> list[StageCard]:
    """The stages of which something may be given: those that are not full, and where rework is kept, which comes
    before anything else that is kept there."""
    return [card for card in cards if card.stage_id not in full or full[card.stage_id].rework]
