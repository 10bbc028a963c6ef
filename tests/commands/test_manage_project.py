"""A project's words, stages, states, guideline and seats: each change has its event, and none reaches backwards."""

from datetime import timedelta
from typing import Any

import pytest

from fairhand.audit.actor import COMMAND, Actor
from fairhand.audit.models import Event
from fairhand.dispatch.models import PersonLoad, Seat
from fairhand.flow.cap_person import cap_person
from fairhand.flow.cap_seat import cap_seat
from fairhand.flow.change_project import change_project
from fairhand.flow.change_stage import change_stage
from fairhand.flow.launch_batch import launch_batch
from fairhand.flow.move_project import move_project
from fairhand.flow.publish_guideline import publish_guideline
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.limits import GUIDELINE_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, reserved
from fairhand.ledger.queries import balance_minor
from fairhand.projects.models import Guideline, Project, Stage
from fairhand.tasks.models import Task
from tests.building import NONE, NOW, RETURN, Small, check_books, draft_batch, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
NUMBERS = {
    "lease_s": 600, "claim_s_max": 7200, "idle_s": 180, "rework_s": 3600, "rounds_max": 2, "review_deadline_h": 168,
}  # fmt: skip


def wrong(done: object) -> set[tuple[str, str]]:
    """(field, code) of each problem."""
    assert isinstance(done, Refused), done
    assert done.code == "bad_input"
    return {(problem.field, problem.code) for problem in done.facts["problems"]}


def publish(small: Small, text: str, base: int = 1, note: str = "Clearer.", **more: str) -> Guideline | Refused:
    return publish_guideline(
        project_id=small.project.id, base=base, texts={"en": text, **more}, note=note, actor=COMMAND, now=small.now
    )


def restage(small: Small, policy: dict[str, Any] | None = None, number: int = 1, reason: str = "Too short.",
            **numbers: int | None) -> Any:  # fmt: skip
    return change_stage(
        project_id=small.project.id, number=number, numbers=NUMBERS | numbers, policy_terms=policy, reason=reason,
        actor=COMMAND, now=small.now,
    )  # fmt: skip


def move(small: Small, to: str, reason: str = "The client asked.") -> int | Refused:
    return move_project(project_id=small.project.id, to=to, reason=reason, actor=COMMAND, now=small.now)


# -- guideline


def test_a_new_version_holds_for_the_next_claim_and_not_for_the_one_in_work() -> None:
    small = small_project()
    claim = small.claim(small.experts[0])
    made = publish(small, "# New", ar="# جديد")
    assert isinstance(made, Guideline)
    assert made.version == 2
    claim.refresh_from_db()
    assert claim.offer.terms["guideline_version"] == 1
    refused = small.take(small.experts[1])
    assert isinstance(refused, Refused)
    assert refused.code == "terms_changed", "nobody works on terms they did not see"
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    assert small.claim(small.experts[1]).offer.terms["guideline_version"] == 2
    assert "guideline:published" in small.verbs()


def test_of_two_who_write_at_once_the_second_is_told() -> None:
    small = small_project()
    publish(small, "# First")
    late = publish(small, "# Second")
    assert isinstance(late, Refused)
    assert late.code == "guideline_moved"
    assert isinstance(publish(small, "# Second", base=2), Guideline)
    assert list(Guideline.objects.order_by("version").values_list("version", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "note", "problem"),
    [
        (" ", "n", ("text.en", "required")),
        ("x", " ", ("note", "required")),
        ("# Guideline", "n", ("text.en", "guideline_same")),
        ("x" * (GUIDELINE_CHARS_MAX + 1), "n", ("text.en", "too_long")),
        ("a\u0000b", "n", ("text.en", "bad_character")),
        ("x", "n\ud800", ("note", "bad_character")),
    ],
)
def test_what_is_no_guideline_is_refused(text: str, note: str, problem: tuple[str, str]) -> None:
    small = small_project()
    assert problem in wrong(publish(small, text, note=note))
    assert Guideline.objects.count() == 1


# -- stage


def test_a_stage_changes_forward_only() -> None:
    small = small_project()
    claim = small.claim(small.experts[0])
    changed = restage(small, lease_s=1200, rework_s=60)
    assert changed == {"lease_s": [600, 1200], "rework_s": [3600, 60]}
    small.beat(claim, 30)
    claim.refresh_from_db()
    assert claim.expires_at == small.now + timedelta(seconds=600), "the lease is the offer's"
    small.submit(claim)
    small.review(RETURN)
    slot = claim.slot
    slot.refresh_from_db()
    assert slot.for_until == small.now + timedelta(seconds=3600), "so is the time for rework"
    assert Stage.objects.get(id=slot.stage_id).rework_s == 60
    stage_event = Event.objects.get(verb="stage:changed")
    assert stage_event.facts["reason"] == "Too short."


def test_a_share_of_reviews_changes_for_what_is_handed_in_afterwards() -> None:
    small = small_project(policy=NONE)
    assert small.work(small.experts[0]).state == "accepted"
    changed = restage(small, {"share": "1", "first": 0}, number=2)
    assert set(changed) == {"review_policy"}
    assert small.work(small.experts[1]).state == "pending"


def test_numbers_that_can_not_be_are_named() -> None:
    small = small_project()
    assert wrong(restage(small, lease_s=5, idle_s=None)) == {("lease_s", "not_in_range"), ("idle_s", "not_in_range")}
    assert wrong(restage(small, lease_s=7200, claim_s_max=3601)) == {("lease_s", "lease_too_long")}
    assert wrong(restage(small, reason=" ")) == {("reason", "reason_missing")}
    assert wrong(restage(small, {"share": "2", "first": None}, number=2)) == {
        ("policy.share", "not_in_range"), ("policy.first", "not_in_range"),
    }  # fmt: skip
    missing = restage(small, number=9)
    assert isinstance(missing, Refused)
    assert missing.code == "no_stage"
    assert restage(small) == {}
    assert not Event.objects.filter(verb="stage:changed").exists()


# -- words


def test_words_change_with_an_event_that_says_what() -> None:
    small = small_project()

    def change(**more: Any) -> bool | Refused:
        given = {"name": {"en": "Small", "ar": "صغير"}, "summary": {"en": ""}, "contact": " Layla, room 2 "} | more
        return change_project(project_id=small.project.id, actor=COMMAND, now=NOW, **given)

    assert change() is True
    assert change() is False
    small.project.refresh_from_db()
    assert (small.project.name["ar"], small.project.contact) == ("صغير", "Layla, room 2")
    event = Event.objects.get(verb="project:changed")
    assert event.facts["before"]["contact"] == ""
    assert wrong(change(name={"en": " "})) == {("name.en", "required")}
    assert wrong(change(name={"en": "a\u202eb"})) == {("name.en", "bad_character")}
    assert wrong(change(contact="x" * 301)) == {("contact", "too_long")}


# -- states


def test_a_paused_project_gives_out_nothing_new_and_takes_nothing_away() -> None:
    small = small_project()
    held = small.claim(small.experts[0])
    assert move(small, "paused") == 0
    refused = small.take(small.experts[1])
    assert isinstance(refused, Refused)
    assert refused.code == "project_rests"
    small.submit(held)
    small.review(RETURN)  # reviews go on
    again = small.claim(small.experts[0])
    assert (again.slot_id, again.round) == (held.slot_id, 2), "so does rework"
    assert move(small, "open") == 0
    small.claim(small.experts[1])
    moves = [verb for verb in small.verbs() if verb in ("project:paused", "project:opened")]
    assert moves == ["project:opened", "project:paused", "project:opened"]
    check_books()


def test_closing_frees_the_money_of_what_nobody_took_and_leaves_the_rest() -> None:
    small = small_project(tasks=5, want=2, reviewers=2)
    held = small.claim(small.experts[0])
    done = small.work(small.experts[1])
    free = balance_minor(budget(small.project.id), "USD")
    cancelled = move(small, "closed")
    assert cancelled == 8
    assert balance_minor(budget(small.project.id), "USD") == free + 8 * 3600
    assert {slot.state for slot in small.slots()} == {"claimed", "submitted", "cancelled"}
    assert balance_minor(reserved(small.batch_id, 0), "USD") > 0
    small.submit(held)
    for reviewer in small.reviewers:  # nobody judges two works on one task
        small.review({"verdict": "accept"}, reviewer)
    done.refresh_from_db()
    assert done.state == "accepted"
    assert Task.objects.filter(state="withdrawn").count() == 5 - len({held.task_id, done.task_id})
    check_books()


def test_late_work_on_a_slot_that_closing_cancelled_is_still_paid() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    small.wait(8000)
    small.expire()
    assert move(small, "closed") == 1
    late = small.submit(claim)
    assert late.surplus
    assert late.amount_minor > 0
    check_books()


def test_only_moves_that_exist_are_made_and_each_needs_a_reason() -> None:
    small = small_project()
    assert wrong(move(small, "closed", " ")) == {("reason", "reason_missing")}
    for to, expected in (("open", "project_not_movable"), ("draft", "project_not_movable")):
        refused = move(small, to)
        assert isinstance(refused, Refused)
        assert refused.code == expected
    move(small, "closed")
    for to in ("open", "paused", "closed"):
        assert isinstance(move(small, to), Refused), "closed is closed"
    batch_id = draft_batch(Project.objects.get(id=small.project.id), tasks=1)
    launched = launch_batch(batch_id=batch_id, actor=COMMAND, now=NOW)
    assert isinstance(launched, Refused)
    assert launched.code == "project_closed"


# -- seats


def test_limits_of_a_seat_hold_from_the_next_claim_on() -> None:
    small = small_project()
    expert, actor = small.experts[0], Actor("person", small.reviewers[0])
    seat = Seat.objects.get(project=small.project, person_id=expert)

    def cap(
        day_max: int | None, total_max: int | None, reason: str = "Learning.", week_max: int | None = None
    ) -> bool | Refused:
        return cap_seat(
            project_id=small.project.id, alias=seat.alias, day_max=day_max, week_max=week_max, total_max=total_max,
            reason=reason, actor=actor, now=small.now,
        )  # fmt: skip

    held = small.claim(expert)
    assert cap(1, None) is True
    assert cap(1, None) is False
    small.submit(held)
    refused = small.take(expert)
    assert isinstance(refused, Refused)
    assert refused.code == "cap_seat"
    assert cap(None, 2) is True
    small.submit(small.claim(expert))
    assert isinstance(small.take(expert), Refused)
    assert cap(None, None, week_max=2) is True  # two are taken this week
    assert isinstance(small.take(expert), Refused)
    assert wrong(cap(-1, 10**9, " ")) == {
        ("day_max", "not_in_range"), ("total_max", "not_in_range"), ("reason", "reason_missing"),
    }  # fmt: skip
    told = {(event.subject_id, *map(tuple, (event.facts["before"], event.facts["after"])))
            for event in Event.objects.filter(verb="seat:capped")}  # fmt: skip
    none, day, total, week = (None, None, None), (1, None, None), (None, None, 2), (None, 2, None)
    assert told == {(expert, none, day), (expert, day, total), (expert, total, week)}


def test_limits_over_all_projects_are_somebody_elses_decision_and_hold_from_the_next_claim_on() -> None:
    small = small_project()
    expert, admin = small.experts[0], Actor("person", small.reviewers[0])

    def cap(open_max: int | None, hours: int | None, reason: str = "Learning.", actor: Actor = admin) -> bool | Refused:
        return cap_person(
            person_id=expert, open_max=open_max, week_hours=hours, no_hours=hours is None, reason=reason, actor=actor,
            now=small.now,
        )  # fmt: skip

    held = small.claim(expert)
    assert cap(1, 20) is True
    assert cap(1, 20) is False
    refused = small.take(expert)
    assert isinstance(refused, Refused)
    assert refused.code == "cap_open"
    small.submit(held)
    PersonLoad.objects.filter(person_id=expert).update(week=small.now.date(), week_ms=20 * 3_600_000)
    refused = small.take(expert)
    assert isinstance(refused, Refused)
    assert refused.code == "cap_week"
    assert cap(2, None) is True
    small.claim(expert)
    assert wrong(cap(0, 169, " ")) == {
        ("open_max", "not_in_range"), ("week_hours", "not_in_range"), ("reason", "reason_missing"),
    }  # fmt: skip
    own = cap(9, None, actor=Actor("person", expert))
    assert isinstance(own, Refused)
    assert own.code == "own_account"
    assert [event.facts["after"] for event in Event.objects.filter(verb="person:capped", subject_id=expert)] == [
        [1, 72_000_000], [2, None]
    ]  # fmt: skip
