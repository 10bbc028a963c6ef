"""What runs the tests: a silent skip fails, what the machine lacks is counted, what is proven is not run again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands_of import ROOT

CONFTEST = """
from tests import prove_plugin
from tests.needs import needs
from tests.prove_plugin import claim, leave_out_proven
import pytest

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(prove_plugin.Results(), "fairhand-results")

def pytest_collection_modifyitems(config, items):
    leave_out_proven(config, items)

@pytest.fixture
def seed():
    return 7
"""
TESTS = """
import os
from pathlib import Path
import pytest

def note(name):
    with open(Path(__file__).parent / "ran", "a") as file:
        file.write(name + " ")

def test_good(claim):
    note("good")
    claim("two and two are four", 4)

def test_bad():
    note("bad")
    assert "REPAIRED" in os.environ

def test_browser(needs):
    note("browser")
    needs("a-program-that-nobody-has")
"""
SKIPPING = """
import pytest

def test_skipped():
    pytest.skip("no time")
"""


def run(folder: Path, **more: str) -> tuple[int, dict[str, object], str]:
    """Runs the tests in `folder`: (exit code, figures, names of the tests that ran)."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "ran").unlink(missing_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FAIRHAND", "PYTEST"))}
    more |= {"PYTHONPATH": str(ROOT), "FAIRHAND_TEST_RESULT": str(folder / "result.json")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]
    code = subprocess.run(command, env=kept | more, cwd=folder, capture_output=True, check=False).returncode
    ran = (folder / "ran").read_text() if (folder / "ran").exists() else ""
    return code, json.loads((folder / "result.json").read_text()), ran


def test_a_plain_skip_fails_the_run(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(SKIPPING)
    code, result, _ = run(tmp_path)
    assert code == 1
    assert result["skipped"] == ["test_it.py::test_skipped: no time"]


def test_proving_goes_on_where_it_stopped(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    log, before = tmp_path / "log.jsonl", tmp_path / "before.jsonl"
    proving = {"FAIRHAND_PROVE_LOG": str(log), "FAIRHAND_PROVE_LOG_READ": str(before)}
    code, result, ran = run(tmp_path, **proving)
    assert (code, result["passed"], len(result["failed"]), ran) == (1, 1, 1, "good bad browser ")
    assert result["unavailable"] == {"a-program-that-nobody-has not found": 1}
    (row,) = [json.loads(line) for line in log.read_text().splitlines()]
    assert row["test"] == "test_it.py::test_good"
    assert [(claim["claim"], claim["count"], claim["seed"]) for claim in row["claims"]] == [
        ("two and two are four", 4, 7)
    ]

    before.write_text(log.read_text() + '{"test": "test_it.py::test_b')  # cut off while it was written
    code, result, ran = run(tmp_path, REPAIRED="1", **proving)
    assert (code, result["passed"], result["proven_before"], ran) == (0, 1, 1, "bad browser ")


@pytest.mark.parametrize(
    ("script", "word"),
    [
        (None, "no Python was found"),
        ("exit 1", "older than Python 3.11"),
        ('case "$2" in *version*) exit 0;; esac; exit 1', "no venv module"),
    ],
)
def test_set_up_without_a_python_that_will_do(tmp_path: Path, script: str | None, word: str) -> None:
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")
    if script is not None:
        (tmp_path / "python3").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "python3").chmod(0o755)
    command = ["/bin/sh", str(ROOT / "tools" / "setup.sh"), "run"]
    ran = subprocess.run(command, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert word in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


def test_the_lock_files_name_no_address() -> None:
    for name in ("run.lock", "dev.lock"):
        text = (ROOT / "requirements" / name).read_text()
        assert "://" not in text
        assert "--index" not in text
        assert text.count("--hash=sha256:") > 50
