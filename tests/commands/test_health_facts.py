"""The facts that health, probes and figures read are those of the database."""

import re

import psycopg
import pytest
from django.db import connections
from django.test import Client, override_settings

from fairhand.audit.actor import COMMAND
from fairhand.insight.figures_of_all import figures_of_all
from fairhand.insight.health import BAD, OK, WARN
from fairhand.insight.health_facts import gather, look_over
from fairhand.insight.installation import nature, real_people, write_nature
from fairhand.insight.safe_start import DEMO, EMPTY, REAL
from fairhand.kernel.clock import utc_now
from fairhand.people.commands import ensure_org, ensure_people, grant_role
from tests.building import small_project
from tests.databases import django_on

NAMES = re.compile(r"^fairhand_[a-z_]+(_total|_seconds|_created|_bucket|_count|_sum)?(\{.*\})? [0-9.e+-]+(\n|$)")


def client(**more: str) -> Client:
    return Client(SERVER_NAME="localhost", **more)


def test_facts_of_a_small_installation(db) -> None:
    small = small_project(tasks=2)
    operator = ensure_org(slug="operator", name="Op", kind="operator", actor=COMMAND, now=small.now)
    ids = ensure_people(people=[("f@example.org", "F")], kind="person", actor=COMMAND, now=small.now)
    grant_role(person_id=ids["f@example.org"], org_id=operator.id, role="finance", actor=COMMAND, now=small.now)
    health = gather(utc_now(), connect_mail=False)
    assert health.postgres >= 16
    assert health.database_settings["fsync"] == "on"
    assert abs(health.skew_s) < 1
    assert health.migrations_left == ()
    assert health.without_second_factor == 1
    assert health.worker_heard_at is None
    assert health.database_bytes > 1_000_000
    levels = {each.name: each.level for each in look_over(utc_now())}
    assert levels["second_factor"] == WARN
    assert levels["migrations"] == OK


def test_a_mail_server_that_is_not_there_is_found(db) -> None:
    smtp = override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=9
    )
    with smtp:
        found = [each for each in look_over(utc_now(), connect_mail=True) if each.name == "mail"]
    assert [each.level for each in found] == [BAD]
    assert "ConnectionRefusedError" in found[0].what


def test_a_database_says_what_it_is_for_ever(db) -> None:
    assert nature() == EMPTY
    write_nature(demo=True, now=utc_now())
    write_nature(demo=False, now=utc_now())
    assert nature() == DEMO
    assert real_people() is False


def test_a_database_with_work_in_it_is_real(db) -> None:
    small_project(tasks=1)
    assert nature() == REAL
    assert real_people() is True


def test_probes(db) -> None:
    assert client().get("/healthz").json() == {"ok": True}
    assert client().get("/readyz").json() == {"ready": True}
    assert client().get("/version").json()["name"] == "fairhand"
    for path in ("/healthz", "/readyz", "/version", "/metrics"):
        assert client().post(path).status_code == 405
        assert "no-store" in client().get(path)["Cache-Control"]


def test_not_ready_without_its_tables(db) -> None:
    with psycopg.connect(db.owner_url, autocommit=True) as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'notices'")
    answer = client().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "why": "migrations"})
    assert client().get("/healthz").status_code == 200


def test_not_ready_without_its_database() -> None:
    with django_on("postgresql://nobody:x@127.0.0.1:9/none"):
        answer = client().get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"ready": False, "why": "database"})
        assert "fairhand_database_up 0.0" in client().get("/metrics").content.decode()
    connections.close_all()


def test_figures_are_those_of_the_database(db) -> None:
    small = small_project(tasks=3)
    small.claim(small.experts[0])
    figures = figures_of_all(utc_now())
    assert figures.slots["open"] == 2
    assert figures.slots["claimed"] == 1
    assert figures.claims_live == 1
    assert set(figures.ledger_imbalance_minor.values()) == {0}
    assert figures.events >= len(small.verbs())
    assert figures.jobs.get("failed", 0) == 0


def test_metrics_are_told_in_the_form_and_names_of_prometheus(db) -> None:
    small_project(tasks=1)
    client().get("/healthz")
    told = client().get("/metrics").content.decode()
    ours = [line for line in told.splitlines() if line.startswith("fairhand")]
    assert len(ours) > 15
    for line in ours:
        assert NAMES.match(line), line
    assert 'fairhand_http_requests_total{method="GET",route="healthz",status="200"}' in told
    for line in (line for line in told.splitlines() if line.startswith("# TYPE fairhand")):
        name, kind = line.split()[2:]
        assert (kind == "counter") is name.endswith("_total"), line


@pytest.mark.parametrize(
    ("token", "headers", "address", "status"),
    [
        ("", {}, "127.0.0.1", 200),
        ("", {}, "10.0.0.7", 404),
        ("", {"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", 404),
        ("", {"Via": "1.1 proxy"}, "127.0.0.1", 404),
        ("", {"Host": "10.0.0.7"}, "127.0.0.1", 400),
        ("right", {}, "127.0.0.1", 404),
        ("right", {"Authorization": "Bearer wrong"}, "127.0.0.1", 404),
        ("right", {"Authorization": "Bearer right"}, "10.0.0.7", 200),
        ("right", {"Authorization": "Bearer righ\u00e9"}, "10.0.0.7", 404),
    ],
)
def test_who_may_measure(db, token: str, headers: dict[str, str], address: str, status: int) -> None:
    with override_settings(METRICS_TOKEN=token):
        assert client(REMOTE_ADDR=address).get("/metrics", headers=headers).status_code == status
