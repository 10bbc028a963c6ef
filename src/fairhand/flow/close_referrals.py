"""close_referrals: whoever was named and has a seat is counted; what is complete is paid, what came to nothing ends.

A referral is paid with the task that completes it, whatever became of its referrer or its project since: its money was
set apart when the mission opened.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.flow.close_period import release_rest
from fairhand.flow.each_alone import each_alone
from fairhand.ledger.accounts import mission_reserve, move, payable
from fairhand.ledger.commands import post
from fairhand.missions.commands import end_referrals, locked, note_joined, note_paid, note_tasks
from fairhand.missions.models import Mission, Referral
from fairhand.missions.referral_queries import joined_of, live_of, missions_with_live
from fairhand.missions.referral_rules import next_state
from fairhand.missions.states import OVER, PAID
from fairhand.pay.commands import add_referral_line
from fairhand.projects.models import Project
from fairhand_pay import Facts, Happened, Terms, total
from fairhand_pay import lines as computed


def close_referrals(*, actor: Actor, now: datetime) -> int:
    """Look at every mission with referrals that go on, one at a time; how many referrals were paid."""
    paid = 0
    with each_alone() as alone:
        for mission_id in missions_with_live():
            with alone():
                paid += close_referrals_of(mission_id=mission_id, actor=actor, now=now)
    return paid


@transaction.atomic
def close_referrals_of(*, mission_id: UUID, actor: Actor, now: datetime) -> int:
    """The same for one mission, under its lock; two at once wait for each other, and the second finds nothing to do."""
    mission = locked(mission_id)
    note_joined(mission=mission, actor=actor, now=now)
    found = live_of(mission_id, now)
    wanted = mission.bring_tasks or 0

    paid = [row for row, brought in found if next_state(brought, wanted, now) == PAID]
    over = [row for row, brought in found if next_state(brought, wanted, now) == OVER]

    note_tasks(joined_of(found))
    for row in paid:
        _pay(mission, row, actor, now)
    if over:
        end_referrals(mission=mission, referrals=over, actor=actor, now=now)
        release_rest(mission_id=mission_id, now=now)
    return len(paid)


def _pay(mission: Mission, referral: Referral, actor: Actor, now: datetime) -> None:
    facts = Facts(None, events=(Happened("referral", str(referral.id), None),))
    lines = computed(facts, Terms.parse(mission.terms))
    currency = Project.objects.values_list("currency", flat=True).get(id=mission.project_id)
    meta = {"mission": str(mission.id), "referral": str(referral.id)}
    legs = move(mission_reserve(mission.id), payable(referral.referrer_id), total(lines))
    key = f"mission:refer:{referral.id}"
    entry_id = post(key=key, kind="mission_pay", currency=currency, legs=legs, now=now, meta=meta)
    (line,) = lines
    add_referral_line(
        referral_id=referral.id, org_id=mission.org_id, project_id=mission.project_id,
        person_id=referral.referrer_id, line=line, entry_id=entry_id, now=now,
    )  # fmt: skip
    note_paid(
        mission=mission, referral=referral, amount_minor=total(lines), currency=currency, actor=actor, now=now
    )  # fmt: skip
