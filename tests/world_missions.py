"""A mission of a side of the world, which its first expert joined and its second one could; and a referral, for which
the first named somebody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from fairhand.audit.actor import COMMAND, Actor
from fairhand.flow.join_mission import join_mission
from fairhand.flow.name_referred import name_referred
from fairhand.flow.open_mission import open_mission
from fairhand.kernel.clock import utc_now
from fairhand.missions.models import Mission, MissionSeat, Referral
from fairhand.missions.rules import NewMission
from tests.building import Small
from tests.world_texts import typed


def with_mission(small: Small, say: Callable[[str], str]) -> dict[str, Any]:
    """It began yesterday and goes on for days."""
    now = utc_now()
    new = NewMission(
        name=typed(say("name of a mission"), "C")[:120], kind="goal", work="attempt", scope="window", of="tasks",
        zone="UTC",
        first=now.date() - timedelta(days=1), last=now.date() + timedelta(days=5),
        tiers=((1, "0.10"), (50, "0.20")), how="highest", seats=3,
    )  # fmt: skip
    made = open_mission(
        project_id=small.project.id, new=new, request_key="of the world", zones=frozenset({"UTC"}), actor=COMMAND,
        now=now,
    )  # fmt: skip
    assert isinstance(made, Mission), made
    seat = join_mission(
        mission_id=made.id, person_id=small.experts[0], terms_seen=made.terms_hash,
        actor=Actor("person", small.experts[0]), now=now,
    )  # fmt: skip
    assert isinstance(seat, MissionSeat), seat
    brings = replace(
        new, kind="referral", tiers=((2, "0.10"),), days=14, name=typed(say("name of a referral"), "C")[:120]
    )
    referral = open_mission(
        project_id=small.project.id, new=brings, request_key="of the world too", zones=frozenset({"UTC"}),
        actor=COMMAND, now=now,
    )  # fmt: skip
    assert isinstance(referral, Mission), referral
    named = name_referred(
        mission_id=referral.id, person_id=small.experts[0], email=f"{referral.id}@brought.example", asked=True,
        terms_seen=referral.terms_hash, actor=Actor("person", small.experts[0]), now=now,
    )  # fmt: skip
    assert isinstance(named, Referral), named
    return {"mission_id": made.id, "referral-name.mission_id": referral.id}
