"""Findings about an installation: each rule on both sides of its bound, and each bad one with advice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fairhand.insight.health import BAD, OK, WARN, Health, findings, worst
from fairhand.insight.safe_start import Danger

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WELL = Health(
    now=NOW, dangers=(), demo=False, demo_people=False, postgres=18,
    database_settings={"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "TimeZone": "UTC"},
    connections=10, connections_max=100, database_bytes=10**9, skew_s=0.01, migrations_left=(),
    worker_heard_at=NOW - timedelta(seconds=10), jobs_failed=0, oldest_job_at=None, jobs_stuck=0,
    without_second_factor=0, keys_ending=0, backup_at=NOW - timedelta(hours=8), mails_failed=0,
    mails_waiting_since=None, mail_way="smtp", mail_error=None, home_writable=True, disk_free=10**11, secret_chars=64,
    secret_made_at=NOW - timedelta(days=30),
)  # fmt: skip
AGO = {n: NOW - timedelta(minutes=n) for n in (1, 5, 9, 11, 59, 61, 90)}


def level(change: dict[str, object], name: str) -> str:
    found = [each for each in findings(replace(WELL, **change)) if each.name == name]
    return worst(found) if found else "none"


def test_a_well_installation_is_well() -> None:
    assert [each for each in findings(WELL) if each.level != OK] == []
    assert worst(findings(WELL)) == OK


@pytest.mark.parametrize(
    ("change", "name", "expected"),
    [
        ({"dangers": (Danger("fairhand.E001", "What.", "Do."),)}, "settings", BAD),
        ({"demo_people": True}, "demo", WARN),
        ({"postgres": 15}, "postgres", BAD),
        ({"postgres": 16}, "postgres", WARN),
        ({"database_settings": {"fsync": "off"}}, "database_settings", BAD),
        ({"database_settings": {"full_page_writes": "off"}}, "database_settings", BAD),
        ({"database_settings": {"synchronous_commit": "off"}}, "database_settings", BAD),
        ({"database_settings": {"synchronous_commit": "remote_apply"}}, "database_settings", OK),
        ({"database_settings": {"TimeZone": "Europe/Oslo"}}, "database_settings", WARN),
        ({"connections": 80}, "connections", "none"),
        ({"connections": 81}, "connections", WARN),
        ({"skew_s": -1.9}, "clock", OK),
        ({"skew_s": 2.1}, "clock", WARN),
        ({"skew_s": -31.0}, "clock", BAD),
        ({"migrations_left": ("work.0009_x",)}, "migrations", BAD),
        ({"worker_heard_at": AGO[1]}, "worker", OK),
        ({"worker_heard_at": AGO[5]}, "worker", BAD),
        ({"worker_heard_at": None}, "worker", WARN),
        ({"oldest_job_at": AGO[9]}, "jobs", OK),
        ({"oldest_job_at": AGO[11]}, "jobs_waiting", WARN),
        ({"oldest_job_at": AGO[61]}, "jobs_waiting", BAD),
        ({"jobs_failed": 1}, "jobs_failed", WARN),
        ({"jobs_stuck": 1}, "jobs_stuck", WARN),
        ({"mail_error": "ConnectionRefusedError"}, "mail", BAD),
        ({"mail_way": "file"}, "mail", WARN),
        ({"mail_way": "file", "demo": True}, "mail", OK),
        ({"mails_failed": 2}, "mail_failed", WARN),
        ({"mails_waiting_since": AGO[59]}, "mail", OK),
        ({"mails_waiting_since": AGO[90]}, "mail_waiting", WARN),
        ({"home_writable": False}, "storage", BAD),
        ({"disk_free": 4 * 10**9}, "disk", WARN),
        ({"disk_free": 9 * 10**8}, "disk", BAD),
        ({"secret_chars": 49}, "secret", BAD),
        ({"secret_made_at": NOW - timedelta(days=800)}, "secret", WARN),
        ({"keys_ending": 1}, "api_keys", WARN),
        ({"without_second_factor": 1}, "second_factor", WARN),
        ({"backup_at": None}, "backup", WARN),
        ({"backup_at": None, "demo": True}, "backup", OK),
        ({"backup_at": NOW - timedelta(days=3)}, "backup", WARN),
        ({"backup_at": NOW - timedelta(days=9)}, "backup", BAD),
    ],
)
def test_each_rule(change: dict[str, object], name: str, expected: str) -> None:
    assert level(change, name) == expected
    for each in findings(replace(WELL, **change)):
        assert each.what.endswith((".", ":")) or each.what[-1] == "."
        assert each.level == OK or each.advice.endswith(".")
