"""What the tutorial shows is what works: its files are taken from the page, read and imported."""

import re
from pathlib import Path
from typing import Any

from fairhand.audit.actor import COMMAND
from fairhand.flow.import_pack import import_pack
from fairhand.insight.books import project_counts
from fairhand.kernel.clock import utc_now
from fairhand.packs import read_pack
from fairhand.projects.models import Project

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "your-first-project.md"


def test_the_first_project_of_the_tutorial_is_imported(rollback_db: Any, tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, body in re.findall(r"^`([\w.]+)`\n\n```\w+\n(.*?)```$", page, re.M | re.S):
        (tmp_path / name).write_text(body, encoding="utf-8")

    project = import_pack(pack=read_pack(tmp_path), actor=COMMAND, now=utc_now())

    assert isinstance(project, Project), project
    counts = project_counts(project.id)
    assert f"`Project colours: {counts['tasks']} tasks, {counts['attempts_open']} attempts open.`" in page
