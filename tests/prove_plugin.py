"""What `make test` and `make prove` add to pytest: claims with their counts, results in a file, tests already proven.

FAIRHAND_TEST_RESULT names the file for the figures of the run. FAIRHAND_PROVE_LOG names the file that lists what has
been proven at this state of the code, a line each: those tests are not run again.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.needs import UNAVAILABLE

CLAIM, PRINTED = "claim", "printed"


@pytest.fixture
def claim(request: pytest.FixtureRequest, seed: int) -> Callable[[str, int], None]:
    """`claim("no draw of money overspends a budget", 500)`: what this test shows and over how many cases.

    Call it after the cases are through. In `make prove` it becomes a row of docs/reference/proof.json.
    """
    began = time.monotonic()

    def note(name: str, cases: int) -> None:
        row = {"claim": name, "count": cases, "seed": seed, "seconds": round(time.monotonic() - began, 1)}
        request.node.user_properties.append((CLAIM, row))

    return note


@pytest.fixture
def printed(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """`printed("2,408 cells")`: a line that stands below the dots, also with -q and from a worker."""
    return lambda line: request.node.user_properties.append((PRINTED, line))


class Results:
    """Counts the outcomes and refuses silent skips; lives in the process that reports, not in its workers."""

    def __init__(self) -> None:
        self.passed = 0
        self.good: set[str] = set()
        self.failed: list[str] = []
        self.unavailable: Counter[str] = Counter()
        self.skipped: list[str] = []
        self.printed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(f"{report.nodeid} ({report.when})")
            self.good.discard(report.nodeid)
            _told_at_once(report)
        elif report.skipped:
            self._skipped(report)
        elif report.when == "call":
            self.good.add(report.nodeid)
        if report.when == "teardown":
            self.printed += [str(value) for key, value in report.user_properties if key == PRINTED]
        if report.when == "teardown" and report.nodeid in self.good:
            self.passed += 1
            self._proven(report.nodeid, [value for key, value in report.user_properties if key == CLAIM])

    def _skipped(self, report: pytest.TestReport) -> None:
        why = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr).removeprefix(
            "Skipped: "
        )
        if why.startswith(UNAVAILABLE):
            self.unavailable[why.removeprefix(UNAVAILABLE)] += 1
        else:
            self.skipped.append(f"{report.nodeid}: {why}")

    def _proven(self, test: str, claims: list[dict[str, Any]]) -> None:
        log = os.environ.get("FAIRHAND_PROVE_LOG")
        if log:
            with open(log, "a") as file:
                file.write(json.dumps({"test": test, "claims": claims}) + "\n")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and proven():
            session.exitstatus = pytest.ExitCode.OK
        target = os.environ.get("FAIRHAND_TEST_RESULT")
        if target:
            Path(target).write_text(
                json.dumps(
                    {
                        "passed": self.passed,
                        "failed": self.failed,
                        "skipped": self.skipped,
                        "unavailable": self.unavailable,
                        "proven_before": len(proven()),
                    }
                )
            )

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self.printed:
            terminalreporter.write_line(line)
        for line in self.skipped:
            terminalreporter.write_line(f"NOT ALLOWED, a skip without `needs(...)`: {line}")


def _told_at_once(report: pytest.TestReport) -> None:
    """A run of hours tells its failures as they come, in a file beside its log."""
    if log := os.environ.get("FAIRHAND_PROVE_LOG"):
        with open(f"{log}.failed", "a") as file:
            file.write(f"{report.nodeid} ({report.when})\n{report.longreprtext}\n\n")


def proven() -> set[str]:
    """The tests that passed at this state of the code in an earlier, perhaps interrupted run."""
    log = os.environ.get("FAIRHAND_PROVE_LOG_READ")
    if not log or not Path(log).exists():
        return set()
    lines = Path(log).read_text().splitlines()
    return {json.loads(line)["test"] for line in lines if line.endswith("}")}


def leave_out_proven(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Takes the proven tests out of the run."""
    done = proven()
    if done:
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in done])
        items[:] = [item for item in items if item.nodeid not in done]
