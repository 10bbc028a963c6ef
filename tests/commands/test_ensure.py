"""Commands that make what is missing can be repeated: the second call changes nothing and tells nothing."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from fairhand.audit.actor import COMMAND
from fairhand.audit.models import Event
from fairhand.dispatch.commands import ensure_offer, ensure_queue, ensure_seats
from fairhand.dispatch.models import Offer, PersonLoad, Queue, Seat
from fairhand.flow.demo_people import DEMO_PEOPLE, ensure_demo_people, seat_demo_people
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.limits import OPEN_CLAIMS_MAX
from fairhand.people.commands import ensure_org, ensure_people, grant_role
from fairhand.people.models import Member, Org, Person
from fairhand.projects.models import Project, Stage
from tests.building import HOURLY, NOW, draft_project, small_project, stage

pytestmark = pytest.mark.usefixtures("rollback_db")


def test_an_organisation() -> None:
    first = ensure_org(slug="acme", name="Acme", kind="client", actor=COMMAND, now=NOW)
    again = ensure_org(slug="acme", name="Other", kind="client", actor=COMMAND, now=NOW)
    assert first.id == again.id
    assert again.name == "Acme"
    assert Event.objects.filter(verb="org:made").count() == 1


def test_one_operator() -> None:
    ensure_org(slug="one", name="One", kind="operator", actor=COMMAND, now=NOW)
    with pytest.raises(IntegrityError, match="org_one_operator"), transaction.atomic():
        ensure_org(slug="two", name="Two", kind="operator", actor=COMMAND, now=NOW)


def test_people_by_address_in_any_letter_case() -> None:
    made = ensure_people(
        people=[("Ann@x.example", "Ann"), ("bo@x.example", "Bo")], kind="person", actor=COMMAND, now=NOW
    )
    assert set(made) == {"ann@x.example", "bo@x.example"}
    later = NOW + timedelta(days=1)
    again = ensure_people(
        people=[("ANN@x.example", "Anna"), ("cy@x.example", "Cy")], kind="person", actor=COMMAND, now=later
    )
    assert again["ann@x.example"] == made["ann@x.example"]
    ann = Person.objects.get(email="ann@x.example")
    assert (ann.name, ann.joined_at, ann.has_usable_password()) == ("Ann", NOW, False)
    assert Event.objects.filter(verb="person:joined").count() == Person.objects.count() == 3
    assert ensure_people(people=[], kind="person", actor=COMMAND, now=NOW) == {}


def test_a_role() -> None:
    small = small_project(tasks=1)
    person, org = small.experts[0], small.project.org_id
    for _ in range(2):
        grant_role(person_id=person, org_id=org, role="client_viewer", actor=COMMAND, now=NOW)
        grant_role(
            person_id=person, org_id=org, role="client_viewer", actor=COMMAND, now=NOW, project_id=small.project.id
        )
    assert Member.objects.filter(person_id=person).count() == 2
    with pytest.raises(IntegrityError, match="member_role"), transaction.atomic():
        grant_role(person_id=person, org_id=org, role="king", actor=COMMAND, now=NOW)


def test_seats_with_a_pseudonym_each() -> None:
    project = draft_project([stage("attempt", HOURLY)])
    people = [(f"p{n}@x.example", f"P{n}") for n in range(30)]
    ids = list(ensure_people(people=people, kind="person", actor=COMMAND, now=NOW).values())
    assert ensure_seats(project=project, person_ids=ids[:20], actor=COMMAND, now=NOW) == 20
    before = dict(Seat.objects.values_list("person_id", "alias"))
    assert ensure_seats(project=project, person_ids=ids, actor=COMMAND, now=NOW) == 10
    assert ensure_seats(project=project, person_ids=ids, actor=COMMAND, now=NOW) == 0
    after = dict(Seat.objects.values_list("person_id", "alias"))
    assert before.items() <= after.items()
    assert len(set(after.values())) == 30
    assert all(re.fullmatch(r"E-[0-9A-HJKMNP-TV-Z]{5}", alias) for alias in after.values())
    assert set(PersonLoad.objects.values_list("open_n", "open_max")) == {(0, OPEN_CLAIMS_MAX)}
    assert Event.objects.filter(verb="seat:taken").count() == 30


def test_a_queue_and_an_offer_by_content() -> None:
    project = draft_project([stage("attempt", HOURLY)])
    only = Stage.objects.get()
    assert ensure_queue(stage=only) == ensure_queue(stage=only)
    assert ensure_queue(stage=only, tier=1) != ensure_queue(stage=only)
    assert Queue.objects.count() == 2
    (card,) = stage_cards(project.id)
    again = NOW + timedelta(days=1)
    first = ensure_offer(org_id=project.org_id, stage_id=only.id, card=card.card, now=NOW)
    assert ensure_offer(org_id=project.org_id, stage_id=only.id, card=card.card, now=again) == first
    offer = Offer.objects.get()
    assert (offer.terms, offer.made_at) == (card.card.terms, NOW)


def test_a_taken_slug_gets_a_suffix() -> None:
    first = draft_project([stage("attempt", HOURLY)], slug="pairs")
    second = draft_project([stage("attempt", HOURLY)], slug="pairs", client="globex")
    assert first.slug == "pairs"
    assert re.fullmatch(r"pairs-[0-9a-z]{5}", second.slug)
    assert first.org_id != second.org_id
    assert Org.objects.count() == Project.objects.count() == 2


def test_the_demos_people_and_their_places() -> None:
    found = [ensure_demo_people(now=NOW) for _ in range(2)]
    assert found[0] == found[1]
    assert set(found[0]) == {role for role, _, _ in DEMO_PEOPLE}
    proved = EmailAddress.objects.filter(verified=True, primary=True, user_id__in=found[0].values())
    assert proved.count() == len(DEMO_PEOPLE), "or no passkey could be added in a demo"
    small = small_project(tasks=1)
    for _ in range(2):
        seat_demo_people(project=small.project, now=NOW)
    assert Seat.objects.filter(project=small.project, person__demo=True).count() == 3
    roles = set(Member.objects.filter(person__demo=True).values_list("role", "project_id"))
    everywhere = {(role, None) for role in ("manager", "finance", "operator_admin", "client_viewer")}
    assert roles == everywhere | {("reviewer", small.project.id)}


def test_without_the_demos_people_nobody_is_seated() -> None:
    small = small_project(tasks=1)
    seats = Seat.objects.count()
    seat_demo_people(project=small.project, now=NOW)
    assert Seat.objects.count() == seats
