"""The quick way of claiming leaves the same rows as the long way, shows the same claim, and claims or does nothing."""

import json
from typing import Any

import pytest
from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Claim, Offer
from fairhand.flow import claiming, quick_claim
from fairhand.flow.claim_next import claim_next
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.claim_shown import claim_shown
from fairhand.kernel.refusals import Refused
from tests.building import ACCEPT, HOURLY, RETURN, Small, small_project
from tests.commands.both_ways import Back, changed, rows
from tests.commands.test_offer_card import repriced

pytestmark = pytest.mark.usefixtures("rollback_db")


@pytest.fixture
def small() -> Small:
    found = small_project(tasks=4, pay=HOURLY)
    found.work(found.experts[0])
    found.review(ACCEPT)
    remember_offers()
    return found


def remember_offers() -> None:
    """What the process remembers once a claim has committed, and here nothing does."""
    for offer in Offer.objects.all():
        claiming._offers[(str(connection.settings_dict["NAME"]), offer.stage_id, offer.terms_hash)] = offer.id


def arguments(small: Small, kind: str, who: int = 0) -> dict[str, Any]:
    person = (small.reviewers if kind == "review" else small.experts)[who]
    return {
        "person_id": person, "project_id": small.project.id, "kind": kind, "terms_seen": small.hashes,
        "request_key": "asked once", "actor": Actor("person", person), "now": small.now,
    }  # fmt: skip


def quick(asked: dict[str, Any]) -> Any:
    return quick_claim._quick(*asked.values())


def left(small: Small, kind: str, way: Any) -> tuple[list[str], Any]:
    before = rows()
    try:
        with transaction.atomic():
            assert way(arguments(small, kind)) is not None
            claim = Claim.objects.get(request_key="asked once")
            shown = json.loads(claim_shown(claim.id, claim.person_id) or "")
            del shown["id"]
            found = changed(before), shown
            raise Back
    except Back:
        return found


@pytest.mark.parametrize("case", ["first", "review", "rework", "rework on an earlier card"])
def test_both_ways_leave_the_same_rows_and_show_the_same(small: Small, case: str) -> None:
    kind = "review" if case == "review" else "attempt"
    if case != "first":
        small.work(small.experts[0])
    rework = case.startswith("rework")
    if rework:
        small.review(RETURN)
    if case == "rework on an earlier card":
        repriced(small, "30.00")
        claiming._offers_of(stage_cards(small.project.id), small.now)
        remember_offers()
        small.hashes.clear()
    one = left(small, kind, quick)
    two = left(small, kind, lambda asked: claim_next(**asked))
    assert one == two
    # Rework uses up no cap of the seat.
    assert {row.partition(" ")[0] for row in one[0]} >= {"claim", "slot", "person_load", "event"} | (
        set() if rework else {"seat"}
    )
    assert bool(one[1]["earlier"]) == rework
    assert one[1]["offer"]["ceiling_minor"] == (8 if case == "review" else 3600)
    assert len(one[1]["subjects"]) == (case == "review")


def test_the_same_key_shows_the_same_claim(small: Small) -> None:
    asked = arguments(small, "attempt")
    first, again = quick(asked), quick(asked)
    assert (first[1], again) == (True, (first[0], False))
    assert len([verb for verb in small.verbs() if verb == "claim:made"]) == 3


def test_what_gives_nothing_writes_nothing_and_is_told_by_the_long_way(small: Small) -> None:
    asked = arguments(small, "attempt") | {"terms_seen": ["another"]}
    before = rows()
    assert quick(asked) is None
    refused = quick_claim.claim_and_show(**asked)
    assert isinstance(refused, Refused)
    assert refused.code == "terms_changed"
    assert rows() == before
