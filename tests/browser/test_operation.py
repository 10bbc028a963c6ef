"""The operator's pages: organisations, people and roles, jobs, health, the event log."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app

from fairhand.audit.actor import COMMAND, Actor
from fairhand.audit.models import Event
from fairhand.audit.queries import Wanted, log
from fairhand.insight import health
from fairhand.insight.jobs import job
from fairhand.kernel.clock import utc_now
from fairhand.people.commands import ensure_org, ensure_people, grant_role
from fairhand.people.models import Member, Org, Person
from fairhand.people.roles import give_role
from fairhand.web import words
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.signed import client_of, give_factor

ROLES = ("operator_admin", "auditor", "recruiter", "finance")


@pytest.fixture
def staff(rollback_db: object) -> dict[str, UUID]:
    """Role at the operator -> somebody who holds it, with a second factor."""
    return make_staff()


def make_staff() -> dict[str, UUID]:
    now = utc_now()
    operator = ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=now)
    pairs = [(f"{role}@staff.example", f"Named {role}") for role in (*ROLES, "second")]
    found = ensure_people(people=pairs, kind="person", actor=COMMAND, now=now)
    ids = {role: found[f"{role}@staff.example"] for role in (*ROLES, "second")}
    for role in ROLES:
        grant_role(person_id=ids[role], org_id=operator.id, role=role, actor=COMMAND, now=now)
        give_factor(ids[role])
    return ids


def page(client: Client, name: str, *args: Any, query: str = "", status: int = 200) -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status, (name, response.status_code)
    return b"".join(response).decode()


def test_roles_are_given_and_taken_on_a_persons_page(staff: dict[str, UUID]) -> None:
    admin, other = client_of(staff["operator_admin"]), staff["second"]
    grant = reverse("role-grant", args=[other])
    typed = {"role": "finance", "org": "operator", "project": "", "until": "2099-01-31", "reason": "Keeps the books"}

    wrong = admin.post(grant, typed | {"reason": " "})
    assert wrong.status_code == 422
    assert b"2099-01-31" in wrong.content
    assert b"Say why, in a sentence" in wrong.content
    for bad, said in (
        ({"until": "yesterday"}, b"could not be read"),
        ({"project": "nowhere"}, b"no project of that short name"),
        ({"org": "nowhere"}, b"has ended already"),
    ):
        response = admin.post(grant, typed | bad)
        assert response.status_code == 422
        assert said in response.content, bad
    assert not Member.objects.filter(person_id=other).exists()

    assert admin.post(grant, typed).status_code == 302
    member = Member.objects.get(person_id=other)
    assert member.until is not None
    assert member.until.date().isoformat() == "2099-01-31"
    shown = page(admin, "person", other)
    assert "Keeps the books" in shown
    assert "Named operator_admin" in shown

    revoke = reverse("role-revoke", args=[other])
    assert admin.post(revoke, {"member": "x", "reason": "r"}).status_code == 422
    assert admin.post(revoke, {"member": str(member.id), "reason": ""}).status_code == 422
    assert admin.post(revoke, {"member": str(member.id), "reason": "Moved on"}).status_code == 302
    assert Member.objects.get(id=member.id).until <= utc_now()
    assert Event.objects.filter(verb="role:revoked", subject_id=other, facts__reason="Moved on").count() == 1


def test_a_suspended_person_is_out_at_the_next_click_and_comes_back(staff: dict[str, UUID]) -> None:
    admin, theirs = client_of(staff["operator_admin"]), client_of(staff["recruiter"])
    assert theirs.get(reverse("people")).status_code == 200
    suspend = reverse("person-suspend", args=[staff["recruiter"]])
    assert admin.post(suspend, {"code": "", "reason": "Something"}).status_code == 422
    assert admin.post(suspend, {"code": "conduct", "reason": "Shouted at a client."}).status_code == 302
    assert theirs.get(reverse("people")).status_code == 302
    shown = page(admin, "person", staff["recruiter"])
    assert "Shouted at a client." in shown
    back = reverse("person-reactivate", args=[staff["recruiter"]])
    assert admin.post(back, {"reason": "Talked about it."}).status_code == 302
    assert Person.objects.get(id=staff["recruiter"]).state == "active"


def test_decisions_about_oneself_and_without_the_right_are_not_taken(staff: dict[str, UUID]) -> None:
    admin = staff["operator_admin"]
    own = client_of(admin).post(
        reverse("role-grant", args=[admin]), {"role": "finance", "org": "operator", "reason": "me"}
    )
    assert own.status_code == 422
    suspended = client_of(admin).post(reverse("person-suspend", args=[admin]), {"code": "other", "reason": "me"})
    assert suspended.status_code == 422
    for role in ("auditor", "recruiter", "finance"):
        for name in ("role-grant", "role-revoke", "person-suspend", "person-reactivate"):
            refused = client_of(staff[role]).post(reverse(name, args=[staff["second"]]), {"reason": "no"})
            assert refused.status_code == 404, (role, name)
    # Without a proof of identity given just now, nothing is done either.
    stale = client_of(admin, proof=False).post(
        reverse("role-grant", args=[staff["second"]]), {"role": "finance", "org": "operator", "reason": "why"}
    )
    assert stale.status_code == 302
    assert not Member.objects.filter(person_id=staff["second"]).exists()


def test_people_are_found_by_role_organisation_state_and_name(staff: dict[str, UUID]) -> None:
    admin = client_of(staff["operator_admin"])
    for query, here, away in (
        ("?role=finance", "finance@", "recruiter@"),
        ("?org=operator", "auditor@", "second@"),
        ("?text=SECOND", "second@", "finance@"),
        ("?text=100%25", "Nobody fits", "finance@"),
        ("?state=suspended", "Nobody fits", "finance@"),
        ("?role=nonsense&before=nonsense", "second@", "Nobody fits"),
    ):
        shown = page(admin, "people", query=query)
        assert here in shown, query
        assert away not in shown, query


def test_a_client_is_added_and_has_a_page(staff: dict[str, UUID]) -> None:
    admin = client_of(staff["operator_admin"])
    assert admin.post(reverse("org-add"), {"slug": "Bad Slug", "name": "Acme"}).status_code == 422
    made = admin.post(reverse("org-add"), {"slug": "acme-data", "name": "Acme Data"})
    assert made.status_code == 302
    assert Org.objects.get(slug="acme-data").kind == "client"
    assert "Nobody holds a role here" in page(admin, "org", "acme-data")
    assert "Acme Data" in page(admin, "operation")
    assert client_of(staff["auditor"]).post(reverse("org-add"), {"slug": "x1", "name": "X"}).status_code == 404


def test_jobs_are_listed_shown_and_cancelled(staff: dict[str, UUID]) -> None:
    admin = client_of(staff["operator_admin"])
    job_id = app.tasks["expire_claims"].configure(schedule_in={"hours": 1}).defer(timestamp=1)
    shown = page(admin, "jobs", query="?state=todo&task=expire_claims")
    assert f"/jobs/{job_id}/" in shown
    assert "close_statements" in page(admin, "jobs")
    assert "No job fits" in page(admin, "jobs", query="?state=failed")
    assert page(admin, "jobs", query=f"?before={job_id}")
    assert "timestamp" in page(admin, "job", job_id)
    page(admin, "job", 10**30, status=404)
    assert client_of(staff["auditor"]).post(reverse("job-cancel", args=[job_id])).status_code == 404
    assert admin.post(reverse("job-cancel", args=[job_id])).status_code == 302
    found = job(job_id)
    assert found is not None
    assert found.state == "cancelled"
    assert "Cancelled by" in page(admin, "job", job_id)
    refused = admin.post(reverse("job-retry", args=[job_id]), follow=True)
    assert b"Only a failed job" in refused.content


def test_health_says_what_the_database_says(staff: dict[str, UUID]) -> None:
    shown = page(client_of(staff["auditor"]), "health")
    for part in ("PostgreSQL", "Workers alive", "Largest tables", "No worker", "Start a worker"):
        assert part in shown
    page(client_of(staff["recruiter"]), "health", status=404)


def test_every_finding_has_its_words() -> None:
    named = set(re.findall(r'Finding\(\s*"(\w+)"', Path(health.__file__).read_text(encoding="utf-8")))
    assert len(named) > 10
    assert named <= set(words.codes("finding"))
    assert named <= set(words.codes("advice"))


def test_the_event_log_is_filtered_paged_and_taken_along(staff: dict[str, UUID]) -> None:
    auditor = client_of(staff["auditor"])
    now, org = utc_now(), Org.objects.get(slug="operator")
    for n in range(60):
        give_role(
            person_id=staff["second"], org_id=org.id, role="manager", reason=f"=cmd {n}",
            actor=Actor("person", staff["operator_admin"]), now=now + timedelta(seconds=n),
        )  # fmt: skip
    first = page(auditor, "events", query=f"?verb=role:granted&subject={staff['second']}")
    assert first.count("role:granted</bdi>") == 50
    older = first.partition('href="?verb=role%3Agranted')[2].partition('"')[0].replace("&amp;", "&")
    assert "before=" in older
    assert page(auditor, "events", query=f"?verb=role%3Agranted{older}").count("role:granted</bdi>") == 10
    for query, found in (
        ("?org=operator&verb=org:made", "org:made</bdi>"),
        ("?org=nowhere", "Nothing fits"),
        ("?project=nowhere", "Nothing fits"),
        ("?actor=nobody", "Nothing fits"),
        (f"?actor={staff['operator_admin']}&since=2000-01-01", "role:granted</bdi>"),
        ("?until=2000-01-01", "Nothing fits"),
        ("?since=never", "role:granted</bdi>"),
    ):
        assert found in page(auditor, "events", query=query), query
    event = Event.objects.filter(subject_id=staff["second"]).latest("at")
    assert "=cmd 59" in page(auditor, "event", event.id)
    page(auditor, "event", uuid4(), status=404)

    lines = page(auditor, "events-download", "jsonl", query="?verb=role:granted").splitlines()
    assert len(lines) == len(ROLES) + 60
    assert json.loads(lines[0])["facts"]["reason"] == "=cmd 59"
    table = page(auditor, "events-download", "csv", query="?verb=role:granted").splitlines()
    assert len(table) == len(ROLES) + 61
    assert not any(cell.startswith(("=", "+", "@")) for line in table for cell in line.split(","))
    page(auditor, "events-download", "exe", status=404)


def test_the_event_log_of_many_events_walks_its_indexes(rollback_db: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO event (id, at, actor_kind, actor_id, verb, subject_kind, subject_id, org_id, project_id,"
            " facts) SELECT gen_random_uuid(), now() - n * interval '1 second', 'person', md5((n % 50)::text)::uuid,"
            " chr(97 + n % 5) || ':done', 'task', md5(n::text)::uuid, md5((n % 3)::text)::uuid,"
            " md5((n % 9)::text)::uuid, '{}' FROM generate_series(1, 20000) n"
        )
        cursor.execute("SELECT dispatch_analyze()")
        first = Event.objects.order_by("-at").first()
        assert first is not None
        before = (first.at - timedelta(seconds=5), first.id)
        for wanted in (
            Wanted(), Wanted(verb="b:done"), Wanted(actor_id=first.actor_id), Wanted(subject_id=first.subject_id),
            Wanted(org_id=first.org_id), Wanted(project_id=first.project_id),
            Wanted(since=datetime(2000, 1, 1, tzinfo=UTC)),
        ):  # fmt: skip
            with _explained() as plans:
                log(wanted, before, 51)
            assert plans
            assert "Seq Scan" not in plans[0], (wanted, plans[0])
            assert "Index" in plans[0]


class _explained:
    """The plan of every read that Django makes meanwhile."""

    def __enter__(self) -> list[str]:
        self.plans: list[str] = []
        self.wrapper = connection.execute_wrapper(self._plan)
        self.wrapper.__enter__()
        return self.plans

    def _plan(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        execute(f"EXPLAIN {sql}", params, many, context)
        self.plans.append("\n".join(row[0] for row in context["cursor"].fetchall()))
        return execute(sql, params, many, context)

    def __exit__(self, *_: object) -> None:
        self.wrapper.__exit__(None, None, None)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_operator_finds_somebody_and_gives_a_role_by_keyboard(visitors: Visitors, language: str) -> None:
    cast()
    ids = make_staff()
    tab = visitors.page(ids["operator_admin"], language=language)
    tab.goto(f"{visitors.site}{reverse('people')}?text=second")
    tab.locator("td.lead a").first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/people/{ids['second']}/")
    tab.locator("#f-grant-role").focus()
    tab.locator("#f-grant-role").select_option("manager")
    tab.locator("#f-grant-org").select_option("operator")
    tab.locator("#f-grant-reason").focus()
    tab.keyboard.type("Runs the next project")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".said")
    assert Member.objects.get(person_id=ids["second"]).role == "manager"
    for name in ("operation", "jobs", "health", "events"):
        tab.goto(f"{visitors.site}{reverse(name)}")
        assert tab.locator("nav.tabs [aria-current=page]").count() == 1
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
