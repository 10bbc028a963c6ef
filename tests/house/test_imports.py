"""The import contract holds, and each of its parts notices what it is there for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"


def lint(root: Path) -> tuple[int, str]:
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "200", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", RUN], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_house_keeps_its_floors() -> None:
    code, said = lint(ROOT)
    assert code == 0, said


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("fairhand/tasks/queries.py", "from fairhand.work import queries", "lower floors"),
        ("fairhand/delivery/queries.py", "import fairhand.packs", "lower floors"),
        ("fairhand/web/views_x.py", "import fairhand.api", "lower floors"),
        ("fairhand/gossip/__init__.py", "", "lower floors"),
        ("fairhand/packs/errors.py", "from fairhand.packs import pack", "No knots"),
        ("fairhand_pay/facts.py", "import fairhand.kernel.limits", "runs alone"),
        ("fairhand/kernel/ids.py", "import django", "touch no framework"),
        ("fairhand/work/rules.py", "import fairhand.work.models", "touch no framework"),
        ("fairhand/review/policies/sample.py", "import psycopg", "touch no framework"),
        ("fairhand/packs/reader.py", "from fairhand.tasks import models", "touch no framework"),
        ("fairhand/insight/x.py", "from fairhand.ledger.models import Balance", "Only the ledger"),
        ("fairhand/web/views_x.py", "from fairhand.ledger import commands", "Doors move no money"),
    ],
)
def test_a_forbidden_import_is_noticed(tmp_path: Path, file: str, line: str, broken: str) -> None:
    left_out = shutil.ignore_patterns("__pycache__", "shipped", "static", "locale", "templates")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=left_out)
    shutil.copy(ROOT / ".importlinter", tmp_path)
    target = tmp_path / "src" / file
    target.parent.mkdir(exist_ok=True)
    text = target.read_text() if target.exists() else ""
    target.write_text(text + "\n" + line + "\n")
    code, said = lint(tmp_path)
    assert code == 1
    assert any(broken in row and row.rstrip().endswith("BROKEN") for row in said.splitlines()), said
