"""A project's announced end, what it promises its people, and invitations beyond what the expected work feeds."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from fairhand.audit.actor import JOB, Actor
from fairhand.audit.models import Event
from fairhand.flow import end_news
from fairhand.flow.announce_end import announce_end, promise_hours, remind_of_ends
from fairhand.flow.invite_people import Invited, invite_people, room_in
from fairhand.flow.move_project import move_project
from fairhand.insight.expected import expected_for, expected_of_person
from fairhand.kernel.refusals import Refused
from fairhand.notices.commands import News
from fairhand.notices.words import said
from fairhand.people.commands import ensure_org, grant_role
from fairhand.people.models import Invitation
from fairhand.projects.models import Project, Stage
from tests.building import Small, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
DAY = timedelta(days=1)


def staff(small: Small) -> Actor:
    """Somebody who may decide: who exactly is not looked at here."""
    return Actor("person", small.reviewers[0])


def announce(small: Small, ends_at: datetime | None, reason: str = "The client's budget ends.") -> object:
    """As a manager does it."""
    return announce_end(
        project_id=small.project.id, ends_at=ends_at, reason=reason, actor=staff(small), now=small.now
    )  # fmt: skip


def codes(refused: object) -> list[str]:
    """Of a refusal, what is wrong at which field."""
    assert isinstance(refused, Refused)
    return [problem.code for problem in refused.facts["problems"]]


def test_an_end_is_announced_a_week_ahead_extended_and_never_brought_forward() -> None:
    small = small_project()
    assert codes(announce(small, small.now + 6 * DAY)) == ["end_too_soon"]
    assert codes(announce(small, small.now + 9 * DAY, " ")) == ["reason_missing"]
    assert announce(small, small.now + 9 * DAY) == "project:end_announced"
    assert announce(small, small.now + 9 * DAY) is None
    small.wait(8 * 86_400)
    assert announce(small, small.now + 2 * DAY) == "project:extended"
    assert codes(announce(small, small.now + 1.5 * DAY)) == ["end_too_soon"]
    assert announce(small, None) == "project:extended"
    assert Project.objects.get(id=small.project.id).ends_at is None


def test_a_project_past_its_end_goes_on_and_is_brought_to_mind_once() -> None:
    small = small_project()
    announce(small, small.now + 9 * DAY)
    assert remind_of_ends(actor=JOB, now=small.now) == 0
    small.wait(10 * 86_400)
    assert [remind_of_ends(actor=JOB, now=small.now) for _ in range(2)] == [1, 0]
    assert Project.objects.get(id=small.project.id).state == "open"
    announce(small, small.now + 9 * DAY)
    small.wait(10 * 86_400)
    assert remind_of_ends(actor=JOB, now=small.now) == 1


def test_everybody_seated_is_told_of_an_end_and_managers_that_it_passed() -> None:
    small = small_project(experts=3)
    announce(small, small.now + 9 * DAY)
    told = news("project:end_announced")
    assert {each.person_id for each in told} == {*small.experts, *small.reviewers}
    assert said(told[0].kind, told[0].facts, "en")[1].startswith(
        f"“Small” gives out work until {small.now + 9 * DAY:%Y-%m-%d}."
    )
    announce(small, None)
    assert "no end is announced" in said("project_extended", news("project:extended")[0].facts, "en")[1]
    announce(small, small.now + 9 * DAY)
    operator = ensure_org(slug="operator", name="Operator", kind="operator", actor=JOB, now=small.now)
    grant_role(person_id=small.experts[0], org_id=operator.id, role="manager", actor=JOB, now=small.now)
    small.wait(10 * 86_400)
    remind_of_ends(actor=JOB, now=small.now)
    assert [each.person_id for each in news("project:end_passed")] == [small.experts[0]]


def test_everybody_seated_is_told_of_a_close_that_nobody_announced() -> None:
    small = small_project(experts=3)
    move_project(project_id=small.project.id, to="closed", reason="The client is done.", actor=JOB, now=small.now)
    told = news("project:closed")
    assert {each.person_id for each in told} == {*small.experts, *small.reviewers}
    for language in ("en", "ar"):
        assert "The client is done." in said(told[0].kind, told[0].facts, language)[1]


def news(verb: str) -> list[News]:
    """What the events of a verb tell whom."""
    events = Event.objects.filter(verb=verb).values("id", "at", "verb", "project_id", "facts")
    return end_news.READERS[verb](list(events))


def promised(hours: int, tasks: int, seconds: int, experts: int = 2) -> Small:
    """A project with so much open work, promising so many hours a week."""
    small = small_project(tasks=tasks, experts=experts, reviewed=False)
    Stage.objects.filter(project=small.project, kind="attempt").update(estimate={"p50_s": seconds, "p80_s": seconds})
    done = promise_hours(
        project_id=small.project.id, target_hours=hours, reason="As the contract says.", actor=staff(small),
        now=small.now,
    )  # fmt: skip
    assert done is True
    return small


def invite(small: Small, n: int, reason: str = "") -> Invited | Refused:
    """So many new addresses, with a seat in the project."""
    operator = ensure_org(slug="operator", name="Operator", kind="operator", actor=staff(small), now=small.now)
    emails = [f"new{at}@people.example" for at in range(n)]
    return invite_people(
        emails=emails, org_id=operator.id, project_id=small.project.id, reason=reason, actor=staff(small),
        now=small.now,
    )  # fmt: skip


def test_more_people_than_the_work_feeds_are_invited_only_with_a_reason() -> None:
    small = promised(hours=5, tasks=100, seconds=1800)  # 50 hours in two weeks: enough for five, three are here
    fits = invite(small, 2)
    assert isinstance(fits, Invited)
    assert len(fits.made) == 2
    again = invite(small, 2)  # the same addresses: nobody more
    assert isinstance(again, Invited)
    refused = invite(small, 3)
    assert isinstance(refused, Refused)
    assert refused.code == "work_too_little"
    room = refused.facts["seating"]
    assert (room.fits, room.seated, room.more, room.beyond) == (5, 5, 1, 1)
    assert Invitation.objects.filter(accepted_at=None, withdrawn_at=None).count() == 2
    assert not Event.objects.filter(verb="project:overseated").exists()
    with_reason = invite(small, 3, "Two of them leave next week.")
    assert isinstance(with_reason, Invited)
    assert Event.objects.get(verb="project:overseated").facts["reason"] == "Two of them leave next week."
    assert invite_people(
        emails=["x@people.example"],
        org_id=small.project.org_id,
        actor=staff(small),
        now=small.now,
        role="client_viewer",
    )


def test_nothing_promised_or_nobody_knows_how_long_is_no_limit() -> None:
    small = small_project(tasks=1)
    assert isinstance(invite(small, 20), Invited)
    promise_hours(
        project_id=small.project.id, target_hours=40, reason="Now.", actor=staff(small), now=small.now
    )  # fmt: skip
    assert room_in(small.project.id, 5, small.now) is None
    bad = promise_hours(project_id=small.project.id, target_hours=0, reason="", actor=staff(small), now=small.now)
    assert codes(bad) == ["reason_missing", "not_in_range"]


def of(small: Small, person_id: UUID) -> float:
    """Tasks expected for somebody."""
    return expected_of_person(person_id, [small.project.id], small.now)[small.project.id].tasks.likely


def test_expected_work_follows_what_is_open_and_who_did_it() -> None:
    small = small_project(tasks=60, experts=2, reviewed=False)
    before = expected_for([small.project.id], small.now)[small.project.id]
    assert (before.tasks.likely, before.ms) == (60, None)
    # Whoever has a seat may come: two experts and a reviewer.
    assert of(small, small.experts[0]) == of(small, small.experts[1]) == 20
    for _ in range(24):
        small.work(small.experts[0], 60)
    for _ in range(6):
        small.work(small.experts[1], 60)
    after = expected_for([small.project.id], small.now)[small.project.id]
    assert after.tasks.likely == 30
    assert after.ms is not None
    assert after.ms.likely == pytest.approx(30 * 60_000)
    # Four in five of it fell to the first one.
    assert (of(small, small.experts[0]), of(small, small.experts[1])) == (pytest.approx(24), pytest.approx(6))
    assert of(small, small.reviewers[0]) == pytest.approx(10)  # a newcomer: one of three
    assert expected_of_person(small.experts[0], [], small.now) == {}
