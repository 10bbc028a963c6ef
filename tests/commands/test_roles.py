"""Roles and accounts: each a named person's decision with a reason, and the last operator admin stays."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from fairhand.audit.actor import COMMAND, Actor
from fairhand.audit.models import Event
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OPERATE, may_enter
from fairhand.people.commands import ensure_org, ensure_people
from fairhand.people.models import Member, Org, Person
from fairhand.people.queries import viewer_of
from fairhand.people.roles import add_client, give_role, reactivate, suspend, take_role
from tests.races.together import together

NOW = utc_now()


def people(*names: str) -> list[UUID]:
    pairs = [(f"{name}@staff.example", name.title()) for name in names]
    by_email = ensure_people(people=pairs, kind="person", actor=COMMAND, now=NOW)
    return [by_email[email] for email, _ in pairs]


def operator() -> Org:
    return ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=NOW)


def admins(*names: str) -> list[UUID]:
    found = people(*names)
    for person_id in found:
        given = give_role(
            person_id=person_id, org_id=operator().id, role="operator_admin", reason="set up", actor=COMMAND, now=NOW
        )
        assert isinstance(given, Member)
    return found


def give(person_id: UUID, role: str, by: UUID, **more: object) -> Member | Refused:
    terms: dict[str, object] = {"org_id": operator().id, "reason": "needed", "now": NOW} | more
    return give_role(person_id=person_id, role=role, actor=Actor("person", by), **terms)  # type: ignore[arg-type]


def code(value: object) -> str:
    assert isinstance(value, Refused), value
    return value.code


@pytest.mark.usefixtures("rollback_db")
def test_a_role_is_given_taken_and_given_again_and_each_time_the_reason_stays() -> None:
    admin, other = admins("admin", "other")
    given = give(other, "finance", admin, reason="keeps the books", until=NOW + timedelta(days=30))
    assert isinstance(given, Member)

    later = NOW + timedelta(hours=1)
    taken = take_role(
        person_id=other, member_id=given.id, reason="left the team", actor=Actor("person", admin), now=later
    )
    assert taken is None
    held = viewer_of(Person.objects.get(id=other), later + timedelta(seconds=1))
    assert "finance" not in held.roles
    again = take_role(person_id=other, member_id=given.id, reason="again", actor=Actor("person", admin), now=later)
    assert code(again) == "not_there"

    back = give(other, "finance", admin, reason="came back", now=later + timedelta(hours=1))
    assert isinstance(back, Member)
    assert (back.id, back.until) == (given.id, None)
    events = Event.objects.filter(subject_id=other, facts__role="finance").order_by("at")
    assert [(each.verb, each.facts["reason"], each.actor_id) for each in events] == [
        ("role:granted", "keeps the books", admin),
        ("role:revoked", "left the team", admin),
        ("role:granted", "came back", admin),
    ]


@pytest.mark.usefixtures("rollback_db")
def test_what_is_no_role_for_somebody_is_refused() -> None:
    admin, other = admins("admin", "other")
    client = ensure_org(slug="acme", name="Acme", kind="client", actor=COMMAND, now=NOW)
    recorded = ensure_people(people=[("r@past.example", "R")], kind="recorded", actor=COMMAND, now=NOW)[
        "r@past.example"
    ]
    assert code(give(admin, "finance", admin)) == "own_role"
    assert code(give(other, "emperor", admin)) == "unknown_role"
    assert code(give(other, "finance", admin, org_id=client.id)) == "role_not_there"
    assert code(give(other, "finance", admin, project_id=UUID(int=1))) == "role_not_limited"
    assert code(give(other, "finance", admin, until=NOW)) == "until_past"
    assert code(give(other, "finance", admin, reason="  ")) == "reason_missing"
    assert code(give(other, "finance", admin, reason="x" * 5000)) == "reason_too_long"
    assert code(give(recorded, "manager", admin)) == "not_a_person"
    assert code(give(UUID(int=7), "manager", admin)) == "not_there"
    assert not Member.objects.filter(role="finance").exists()


@pytest.mark.usefixtures("rollback_db")
def test_the_last_operator_admin_stays() -> None:
    (admin,) = admins("admin")
    member = Member.objects.get(person_id=admin)
    by = {"actor": COMMAND, "now": NOW, "reason": "no more"}
    assert code(take_role(person_id=admin, member_id=member.id, **by)) == "last_admin"  # type: ignore[arg-type]
    assert code(suspend(person_id=admin, code="security", **by)) == "last_admin"  # type: ignore[arg-type]
    # An end is a taking too.
    ending = give_role(
        person_id=admin, org_id=operator().id, role="operator_admin", until=NOW + timedelta(days=1), **by  # type: ignore[arg-type]
    )  # fmt: skip
    assert code(ending) == "last_admin"
    # Somebody who can't sign in, or whose role will end, keeps no door open.
    (second,) = admins("second")
    assert suspend(person_id=second, code="other", **by) is None  # type: ignore[arg-type]
    assert code(take_role(person_id=admin, member_id=member.id, **by)) == "last_admin"  # type: ignore[arg-type]
    admins("third")
    assert take_role(person_id=admin, member_id=member.id, **by) is None  # type: ignore[arg-type]


def test_two_admins_who_revoke_each_other_leave_one(db: object) -> None:
    first, second = admins("first", "second")
    members = {each.person_id: each.id for each in Member.objects.all()}

    def revoke(person_id: UUID, by: UUID) -> Callable[[], Refused | None]:
        actor, member_id = Actor("person", by), members[person_id]
        return lambda: take_role(
            person_id=person_id, member_id=member_id, reason="race", actor=actor, now=utc_now()
        )  # fmt: skip

    done = together([revoke(first, second), revoke(second, first)])
    codes = sorted("done" if each is None else each.code for each in done)
    assert codes == ["done", "last_admin"]
    assert Member.objects.filter(role="operator_admin", until=None).count() == 1


@pytest.mark.usefixtures("rollback_db")
def test_a_suspension_is_a_decision_with_a_reason_and_is_taken_back_by_one() -> None:
    admin, other = admins("admin", "other")
    by = {"actor": Actor("person", admin), "now": NOW}
    assert code(suspend(person_id=admin, code="other", reason="me", **by)) == "own_account"  # type: ignore[arg-type]
    assert code(suspend(person_id=other, code="because", reason="x", **by)) == "unknown_reason"  # type: ignore[arg-type]
    assert code(suspend(person_id=other, code="conduct", reason="", **by)) == "reason_missing"  # type: ignore[arg-type]

    assert suspend(person_id=other, code="conduct", reason="Insulted a colleague.", **by) is None  # type: ignore[arg-type]
    person = Person.objects.get(id=other)
    assert (person.state, person.is_active) == ("suspended", False)
    assert not may_enter(viewer_of(person, NOW), OPERATE)
    assert code(suspend(person_id=other, code="conduct", reason="twice", **by)) == "not_active"  # type: ignore[arg-type]

    assert reactivate(person_id=other, reason="Apologised.", actor=by["actor"], now=NOW + timedelta(1)) is None  # type: ignore[arg-type]
    assert may_enter(viewer_of(Person.objects.get(id=other), NOW), OPERATE)
    assert code(reactivate(person_id=other, reason="twice", **by)) == "not_suspended"  # type: ignore[arg-type]
    told = Event.objects.filter(subject_id=other, verb__startswith="person:").exclude(verb="person:joined")
    assert [(each.verb, each.facts, each.actor_id) for each in told.order_by("at")] == [
        ("person:suspended", {"code": "conduct", "reason": "Insulted a colleague."}, admin),
        ("person:reactivated", {"reason": "Apologised."}, admin),
    ]


@pytest.mark.usefixtures("rollback_db")
def test_a_client_is_added_once() -> None:
    admin = admins("admin")[0]
    by = {"actor": Actor("person", admin), "now": NOW}
    made = add_client(slug="acme", name=" Acme Data ", **by)  # type: ignore[arg-type]
    assert isinstance(made, Org)
    assert (made.kind, made.name) == ("client", "Acme Data")
    assert code(add_client(slug="acme", name="Other", **by)) == "org_taken"  # type: ignore[arg-type]
    assert code(add_client(slug="Acme!", name="Other", **by)) == "org_slug"  # type: ignore[arg-type]
    assert code(add_client(slug="other", name="  ", **by)) == "org_name"  # type: ignore[arg-type]
    assert Event.objects.get(verb="org:made", subject_id=made.id).actor_id == admin
