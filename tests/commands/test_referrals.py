"""Referrals: a place is kept when somebody is named, paid for once, and free again if nothing came."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.flow.close_period import close_periods
from fairhand.flow.close_referrals import close_referrals
from fairhand.flow.invite_people import Invited, invite_people
from fairhand.flow.join import join as take_seat
from fairhand.flow.name_referred import name_referred
from fairhand.flow.open_mission import open_mission, shut_mission
from fairhand.insight.own_export import everything_about
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, mission_reserve, payable
from fairhand.missions.models import Mission, Referral
from fairhand.missions.queries import offered
from fairhand.pay.models import PayLine
from fairhand.people.commands import ensure_org, grant_role
from fairhand.people.models import Person
from fairhand.projects.models import Project
from fairhand_pay import recomputed
from tests.building import ACCEPT, PER_JUDGEMENT, Small, check_books, small_project
from tests.commands.test_missions import GOAL, ZONES
from tests.commands.test_missions import join as join_mission

pytestmark = pytest.mark.usefixtures("rollback_db")
BRINGS = {"kind": "referral", "tiers": ((2, "50.00"),), "days": 14, "seats": 2}


def opened(small: Small, key: str = "form", **changed: Any) -> Mission:
    new = type(GOAL)(**{name: getattr(GOAL, name) for name in GOAL.__slots__} | BRINGS | changed)
    made = open_mission(
        project_id=small.project.id, new=new, request_key=key, zones=ZONES, actor=COMMAND, now=small.now
    )
    assert isinstance(made, Mission), made
    return made


def name(small: Small, mission: Mission, person_id: UUID, email: str, **changed: Any) -> Referral | Refused:
    return name_referred(**{
        "mission_id": mission.id, "person_id": person_id, "email": email, "asked": True,
        "terms_seen": mission.terms_hash, "actor": Actor("person", person_id), "now": small.now,
    } | changed)  # fmt: skip


def refused(small: Small, mission: Mission, person_id: UUID, email: str, **changed: Any) -> str:
    found = name(small, mission, person_id, email, **changed)
    assert isinstance(found, Refused), found
    return found.code


def invited(small: Small, email: str, actor: Actor = COMMAND) -> UUID:
    """As a recruiter does it; the id of the invitation."""
    operator = ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=small.now)
    done = invite_people(
        emails=[email], org_id=operator.id, project_id=small.project.id, actor=actor, now=small.now
    )  # fmt: skip
    assert isinstance(done, Invited), done
    (made,) = done.made
    return made.invitation.id


def seated(small: Small, email: str) -> UUID:
    """Somebody takes an invitation that was just made."""
    new = take_seat(invitation_id=invited(small, email), name="New", password=None, locale="en", now=small.now)
    assert isinstance(new, Person), new
    return new.id


def look(small: Small) -> int:
    return close_referrals(actor=JOB, now=small.now)


def state() -> str:
    return Referral.objects.get().state


def test_whoever_brought_somebody_is_paid_once_when_they_did_enough() -> None:
    small = small_project(tasks=3, pay=PER_JUDGEMENT)
    referrer, before = small.experts[0], small.money(budget(small.project.id))
    mission = opened(small)
    assert small.money(mission_reserve(mission.id)) == 2 * 5000
    assert isinstance(name(small, mission, referrer, "Friend@new.example "), Referral)
    assert [look(small), state()] == [0, "named"]
    small.wait(3600)
    friend = seated(small, "friend@new.example")
    assert [look(small), state()] == [0, "joined"]
    for _ in range(2):
        small.submit(small.claim(friend))
    small.review(ACCEPT)
    assert look(small) == 0
    small.wait(20 * 86_400)  # a late review: what was handed in within its time counts
    small.review(ACCEPT)
    earned = small.money(payable(referrer))
    assert [look(small), look(small), state()] == [1, 0, "paid"]
    assert small.money(payable(referrer)) == earned + 5000
    line = PayLine.objects.get(line_key__startswith="referral:")
    assert (line.person_id, line.primitive, line.sentence_key) == (referrer, "EVENT", "event_referral")
    assert str(friend) not in json.dumps([line.inputs, line.sentence_args])

    close_periods(actor=JOB, now=small.now)
    mission.refresh_from_db()
    assert (mission.state, mission.paid_minor, mission.people_n) == ("settled", 5000, 1)
    assert small.money(budget(small.project.id)) == before - 5000
    check_books()
    own = "".join(everything_about(referrer, small.now))
    assert recomputed(json.loads(own)).clean, recomputed(json.loads(own)).differences
    assert str(friend) not in own
    theirs = json.loads("".join(everything_about(friend, small.now)))
    assert [row["state"] for row in theirs["brought_by_somebody"]] == ["paid"]
    assert str(referrer) not in json.dumps(theirs)


def test_who_can_be_named_and_by_whom() -> None:
    small = small_project(tasks=1, experts=3)
    one, other, _third = small.experts
    mission = opened(small)
    mine = Person.objects.get(id=one).email
    local, _at, domain = mine.partition("@")
    stranger = ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=small.now).id
    assert refused(small, mission, one, "no address") == "bad_email"
    assert refused(small, mission, one, "a" * 999 + "@new.example") == "bad_email"
    assert refused(small, mission, one, f"{local.upper()}+two@{domain}") == "own_address"
    assert refused(small, mission, one, "x@new.example", asked=False) == "not_asked"
    assert refused(small, mission, one, "x@new.example", terms_seen="") == "terms_changed"
    assert refused(small, mission, one, "x@new.example", mission_id=stranger) == "no_mission"
    assert isinstance(name(small, mission, one, "x@new.example"), Referral)
    assert refused(small, mission, other, "x+again@new.example") == "referred_again"
    assert isinstance(name(small, mission, other, "y@new.example"), Referral)
    assert refused(small, mission, one, "z@new.example") == "mission_full"
    assert offered(one, [small.project.id], small.now) == []
    assert join_mission(small, mission, one).code == "no_mission"
    wide = opened(small, "wide", seats=30)
    for n in range(9):
        assert isinstance(name(small, wide, one, f"{n}@new.example"), Referral)
    assert refused(small, wide, one, "ten@new.example") == "referrals_wait"
    shut_mission(project_id=small.project.id, mission_id=wide.id, actor=COMMAND, now=small.now)
    assert small.money(mission_reserve(wide.id)) == 9 * 5000
    assert refused(small, wide, other, "late@new.example") == "mission_closed"
    check_books()


def test_nothing_is_paid_for_who_was_here_or_invited_before_or_is_judged_by_their_referrer() -> None:
    small = small_project(tasks=4, experts=3, pay=PER_JUDGEMENT)
    one, colleague, _third = small.experts
    reviewer = small.reviewers[0]
    mission = opened(small, seats=4, tiers=((1, "50.00"),))
    before = invited(small, "early@new.example")
    small.wait(60)
    name(small, mission, one, "early@new.example")
    name(small, mission, one, Person.objects.get(id=colleague).email)
    name(small, mission, colleague, "own@new.example")
    operator = ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=small.now)
    grant_role(person_id=colleague, org_id=operator.id, role="recruiter", actor=COMMAND, now=small.now)
    by_referrer = invited(small, "own@new.example", Actor("person", colleague))
    own = take_seat(invitation_id=by_referrer, name="Own", password=None, locale="en", now=small.now)
    assert isinstance(own, Person), own
    name(small, mission, reviewer, "friend@new.example")
    take_seat(invitation_id=before, name="Early", password=None, locale="en", now=small.now)
    friend = seated(small, "friend@new.example")
    small.submit(small.claim(friend))
    small.review(ACCEPT)  # by the referrer
    assert look(small) == 0
    assert sorted(Referral.objects.values_list("state", "tasks")) == [("joined", 0), *[("named", 0)] * 3]
    small.wait(31 * 86_400)
    look(small)
    assert set(Referral.objects.values_list("state", "email")) == {("over", "")}
    mission.refresh_from_db()
    assert mission.people_n == 0
    close_periods(actor=JOB, now=small.now)
    mission.refresh_from_db()
    assert (mission.state, mission.paid_minor) == ("settled", 0)
    check_books()


def test_a_place_is_kept_while_an_invitation_is_open_and_paid_after_the_project_closed() -> None:
    small = small_project(tasks=1, pay=PER_JUDGEMENT, reviewed=False)
    referrer = small.experts[0]
    mission = opened(small, tiers=((1, "50.00"),), seats=1)
    name(small, mission, referrer, "friend@new.example")
    small.wait(29 * 86_400)
    invitation = invited(small, "friend@new.example")
    small.wait(2 * 86_400)
    assert [look(small), state()] == [0, "named"]
    shut = shut_mission(project_id=small.project.id, mission_id=mission.id, actor=COMMAND, now=small.now)
    assert isinstance(shut, Mission)
    close_periods(actor=JOB, now=small.now)
    friend = take_seat(invitation_id=invitation, name="F", password=None, locale="en", now=small.now)
    assert isinstance(friend, Person), friend
    small.submit(small.claim(friend.id))
    Project.objects.filter(id=small.project.id).update(state="closed")
    assert look(small) == 1
    assert small.money(payable(referrer)) == 5000
    check_books()


@pytest.mark.parametrize(
    "change",
    [{"state": "paid", "paid_minor": 1}, {"referrer_id": None}, {"email": "b@new.example"}, {"state": "over"}],
)
def test_what_a_referral_promised_stays(change: dict[str, Any]) -> None:
    small = small_project(tasks=1)
    mission = opened(small)
    name(small, mission, small.experts[0], "a@new.example")
    with pytest.raises(DatabaseError), transaction.atomic():
        Referral.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Referral.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Mission.objects.update(bring_tasks=1)
