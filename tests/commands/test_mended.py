"""Faults that were found in use and mended, below the pages: each test fails without its mend."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import RequestDataTooBig

from fairhand.audit.actor import COMMAND
from fairhand.flow.change_stage import change_stage
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import ROLE_UNTIL_YEAR_MAX, UPLOAD_LINES_MAX
from fairhand.kernel.logs import Brief
from fairhand.kernel.refusals import Refused
from fairhand.people.rules import RoleFacts, may_grant
from fairhand.tasks.importers import IMPORTERS
from fairhand.tasks.importing import Fault, read_tasks
from tests.building import RETURN, small_project

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_no_role_ends_where_the_calendar_does() -> None:
    def refused(until: datetime) -> str:
        facts = RoleFacts(
            person_id=new_id(NOW), actor_id=None, person_kind="person", role="finance", org_kind="operator",
            project_limited=False, reason="needed", until=until,
        )  # fmt: skip
        found = may_grant(facts, NOW)
        return found.code if found else ""

    assert refused(datetime.max.replace(tzinfo=UTC)) == "until_far"
    assert refused(datetime(ROLE_UNTIL_YEAR_MAX + 1, 1, 1, tzinfo=UTC)) == "until_far"
    assert refused(datetime(ROLE_UNTIL_YEAR_MAX, 12, 31, tzinfo=UTC)) == ""


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_file_of_blank_lines_is_read_to_a_bound(form: str) -> None:
    taken = 0

    def pieces() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield b"\n" * 100_000

    importer = IMPORTERS.get(form)
    assert importer is not None
    (found,) = read_tasks(importer, pieces(), {"fields": [], "questions": []}, 1)
    assert isinstance(found, Fault)
    assert (found.line, found.code) == (UPLOAD_LINES_MAX + 1, "too_many_lines")
    assert taken == UPLOAD_LINES_MAX // 100_000 + 1


def test_a_request_that_anybody_could_send_is_one_line_in_the_log() -> None:
    def written(name: str, error: Exception) -> logging.LogRecord:
        record = logging.LogRecord(name, logging.ERROR, "", 0, "Too\nlarge", (), (type(error), error, None))
        assert Brief().filter(record)
        return record

    for name in ("django.security.RequestDataTooBig", "django.security.SuspiciousOperation"):
        record = written(name, RequestDataTooBig("large"))
        assert (record.exc_info, record.getMessage()) == (None, "Too large")
    assert written("django.request", ValueError("ours")).exc_info


@pytest.mark.usefixtures("rollback_db")
def test_fewer_rounds_hold_for_work_in_hand_and_the_refusal_says_so() -> None:
    small = small_project(tasks=1, rounds_max=3)
    small.work(small.experts[0])
    claim = small.claim(small.reviewers[0], "review")
    numbers = {
        "lease_s": 3600, "claim_s_max": 7200, "idle_s": 300, "rework_s": 3600, "rounds_max": 1, "review_deadline_h": 24,
    }  # fmt: skip
    changed = change_stage(
        project_id=small.project.id, number=1, numbers=numbers, policy_terms=None, reason="Too slow.", actor=COMMAND,
        now=small.now + timedelta(seconds=1),
    )  # fmt: skip
    assert isinstance(changed, dict)
    done = small.hand_in(claim, RETURN)
    assert isinstance(done, Refused)
    assert done.code == "rounds_over"
    assert "in round 1, and this project allows 1" in done.why
