"""What pages and calls said wrongly once: each test fails without its mend."""

import importlib
import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from fairhand.api import entry
from fairhand.audit.actor import COMMAND, Actor
from fairhand.dispatch.commands import ensure_seats
from fairhand.dispatch.models import Claim, Seat
from fairhand.flow.move_project import move_project
from fairhand.flow.publish_guideline import publish_guideline
from fairhand.flow.save_profile import save_profile
from fairhand.flow.set_aside import make_cohort, set_aside_for_cohort
from fairhand.flow.stage_cards import stage_cards
from fairhand.gates.commands import consent, ensure_gate, grant, make_skill
from fairhand.gates.models import Skill
from fairhand.insight.gates import try_out
from fairhand.insight.own_work import decided_since, handed_in
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.commands import grant_role
from fairhand.people.models import Person
from fairhand.people.profile import NewProfile
from fairhand.people.queries import known_zones
from fairhand.projects.models import Project, Stage
from fairhand.work.models import Submission
from tests.browser.people import cast
from tests.building import EVERY, PER_JUDGEMENT, PER_REVIEW, RETURN, Small, draft_project, small_project, stage
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")
MANAGER = Actor("person", UUID(int=7))


@pytest.mark.parametrize("to", ["paused", "closed"])
def test_rework_is_taken_where_a_project_rests(to: str) -> None:
    people = cast(pay=PER_JUDGEMENT, policy=EVERY, tasks=20, want=1)
    people.small.work(people.expert)
    people.small.review(RETURN)
    small = people.small
    done = move_project(project_id=small.project.id, to=to, reason="It rests.", actor=MANAGER, now=small.now)
    assert not isinstance(done, Refused)
    client = client_of(people.expert)
    forms = {}
    for page in ("/", "/next/", "/projects/", f"/projects/{people.slug}/"):
        forms[page] = re.findall(r'name="terms" value="([0-9a-f]+)"', client.get(page).content.decode())
    assert all(forms.values()), forms
    client.post(f"/projects/{people.slug}/take/", {"terms": forms["/"][0], "request_key": "again"})
    assert Claim.objects.get(person_id=people.expert, state="live").round == 2


def test_a_zone_that_only_python_knows_is_none() -> None:
    small = small_project(tasks=1, reviewed=False)
    zones = known_zones()
    assert "Africa/Cairo" in zones
    assert "localtime" not in zones
    new = NewProfile(name="Ann", about="", languages=(), domains=(), country="", tz="localtime")
    done = save_profile(
        person_id=small.experts[0], new=new, zones=zones, actor=Actor("person", small.experts[0]), now=small.now
    )
    assert isinstance(done, Refused)
    assert done.facts["problems"] == {"tz": "unknown_zone"}
    for names, sound in ((["Africa/Cairo", "Europe/"], True), (["Europe/Berln"], False), (["Europa/"], False)):
        gate = ensure_gate(rule={"version": 1, "all": [{"kind": "zone", "any": names}]}, now=small.now)
        assert isinstance(gate, Refused) is not sound, names
    page = client_of(small.experts[0])
    page.cookies["fairhand_zone"] = "localtime"
    assert page.get("/earnings/").status_code == 200
    Person.objects.filter(id=small.experts[0]).update(tz="localtime")
    with connection.cursor() as cursor:
        cursor.execute(importlib.import_module("fairhand.people.migrations.0006_known_zones").UNKNOWN_TO_UTC)
    assert set(Person.objects.values_list("tz", flat=True)) == {"UTC"}


def test_more_time_asked_for_wrongly_is_refused_in_words() -> None:
    entry._calls.clear()
    people = cast(pay=PER_JUDGEMENT, tasks=2)
    Stage.objects.filter(project=people.small.project).update(extension_s_max=3600)
    people.small.hashes = [card.card.terms_hash for card in stage_cards(people.small.project.id)]
    claim = people.small.claim(people.expert)
    answer = client_of(people.expert).post(
        f"/api/v1/claims/{claim.id}/more-time", {"seconds": 1, "reason": "because"}, content_type="application/json"
    )
    assert answer.status_code == 422, answer.content
    assert [each["field"] for each in answer.json()["fields"]] == ["seconds"]


def test_giving_back_for_a_changed_guideline_says_so() -> None:
    people = cast(pay=PER_JUDGEMENT, tasks=2)
    claim = people.small.claim(people.expert)
    publish_guideline(
        project_id=people.small.project.id, base=1, texts={"en": "# Two"}, note="Sources are named.",
        affects=["question:winner"], actor=MANAGER, now=people.small.now,
    )  # fmt: skip
    page = client_of(people.expert).post(f"/work/{claim.id}/skip/", {"reason": "guideline_changed"}, follow=True)
    assert "The time you worked on it is recorded" in page.content.decode()


def test_a_page_of_twenty_projects_shows_those_with_work() -> None:
    people = cast(pay=PER_JUDGEMENT, policy=EVERY, tasks=4, want=1)
    small = people.small
    small.work(people.expert)
    grant_role(person_id=people.reviewer, org_id=small.project.org_id, role="reviewer", actor=COMMAND, now=small.now)
    for n in range(CARDS_PER_PAGE_MAX):
        made = draft_project(
            [stage("attempt", PER_JUDGEMENT), stage("review", PER_REVIEW, policy=EVERY)], slug=f"a-{n}", now=small.now
        )
        Project.objects.filter(id=made.id).update(state="paused" if n % 2 else "open")
        ensure_seats(project=made, person_ids=[people.expert], actor=COMMAND, now=small.now)
    Project.objects.filter(slug="a-0").update(state="paused")
    assert f"/reviews/{people.slug}/" in client_of(people.reviewer).get("/reviews/").content.decode()
    client = client_of(people.expert)
    for days in (9, -9):  # the last of their seats, and the first
        seat = Seat.objects.filter(project=small.project, person_id=people.expert)
        seat.update(joined_at=small.now + timedelta(days=days))
        for page in ("/", "/next/"):
            assert f'data-open="{people.slug}"' in client.get(page).content.decode(), (page, days)
    assert client.get("/next/open.json", {"of": people.slug}).json()["projects"][people.slug]["n"]


def _rare(small: Small, person_id: UUID) -> None:
    skill = make_skill(
        kind="skill", slug="rare", name={"en": "Rare"}, about={}, level_max=1, actor=COMMAND, now=small.now
    )
    assert isinstance(skill, Skill)
    grant(
        person_id=person_id, skill_id=skill.id, level=1, valid_from=small.now, valid_until=None, evidence="",
        reason="They showed it.", actor=COMMAND, now=small.now,
    )  # fmt: skip


def test_trying_a_gate_out_tells_nothing_personal_of_one() -> None:
    small = small_project(tasks=1, experts=6, reviewed=False)
    one = small.experts[2]
    _rare(small, one)
    agreed = {"kind": "consent", "topic": "sexual"}
    rule = {"version": 1, "all": [{"kind": "skill", "skill": "rare", "level": 1}, agreed]}
    before = try_out(small.project.id, rule, small.now)
    consent(person_id=one, topic="sexual", given=True, actor=Actor("person", one), now=small.now)
    assert try_out(small.project.id, rule, small.now) == before
    assert (before.few, before.passing, before.fails_at) == (True, None, (6, None))
    alone = try_out(small.project.id, {"version": 1, "all": [agreed]}, small.now)
    assert (alone.few, alone.passing, alone.fails_at) == (False, 1, (6,)), "of seven people it may be told"


def test_late_work_doesnt_say_before_its_decision_that_it_is_a_surplus() -> None:
    small = small_project(tasks=1, policy=EVERY, pay=PER_JUDGEMENT)
    first, second = small.experts
    claim = small.claim(first)
    small.wait(601)
    small.expire()
    small.claim(second)
    done = small.submit(claim)
    assert done.surplus
    assert [row.surplus for row in handed_in(first, None, 5)] == [None]
    client = client_of(first)
    for page in ("/my-work/", f"/submissions/{done.submission_id}/"):
        shown = client.get(page)
        assert (shown.status_code, "late, taken as surplus" in shown.content.decode()) == (200, False)


def test_a_cap_of_nought_is_shown_and_what_an_adjudication_decided_is_news() -> None:
    people = cast(pay=PER_JUDGEMENT, policy=EVERY, tasks=2, want=1)
    done = people.small.work(people.expert)
    at = people.small.now
    Submission.objects.filter(id=done.id).update(state="accepted", decided_by="adjudication", decided_at=at)
    assert [row.submission_id for row in decided_since(people.expert, at - timedelta(days=1), 5)] == [done.id]
    Seat.objects.filter(person_id=people.expert).update(day_max=0, week_max=0, total_max=0)
    page = client_of(people.expert).get(f"/projects/{people.slug}/").content.decode()
    assert re.findall(r"Tasks (?:a day|a week|in all), at most</dt><dd>(?:<[^>]+>)*(\d)", page) == ["0", "0", "0"]


def test_batch_nought_is_no_batch() -> None:
    small = small_project(tasks=2, reviewed=False)
    alias = Seat.objects.get(project=small.project, person_id=small.experts[0]).alias
    cohort = make_cohort(project_id=small.project.id, name="First", aliases=[alias], actor=MANAGER, now=small.now)
    done = set_aside_for_cohort(
        project_id=small.project.id, cohort_id=cohort, batch_number=0, slots=2, days=3, reason="They are new here.",
        actor=MANAGER, now=small.now,
    )  # fmt: skip
    assert isinstance(done, Refused)
