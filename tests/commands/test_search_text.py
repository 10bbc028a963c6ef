"""Tasks are found by the words they hold and by key, within the projects asked about and nowhere else."""

import pytest
from django.db import connection

from fairhand.audit.actor import COMMAND
from fairhand.projects.models import Project
from fairhand.tasks.commands import NewTask, make_batch
from fairhand.tasks.queries import search_text
from tests.building import HOURLY, NOW, draft_project, stage

pytestmark = pytest.mark.usefixtures("rollback_db")


def _fold(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_fold(%s)", [text])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد", "احمد"),
        ("إسلام", "اسلام"),
        ("آخر", "اخر"),
        ("ٱلرحمن", "الرحمن"),
        ("كـــتاب", "كتاب"),
        ("كِتَابٌ", "كتاب"),
        ("مستشفى", "مستشفي"),
        ("ترجمة", "ترجمه"),
        ("مسؤول", "مسوول"),
        ("۱۲۳ ٤٥٦", "123 456"),
        ("ﻻ", "لا"),
        ("Café", "cafe"),
        ("STRASSE", "strasse"),
        ("a\u200fb\u2067c", "abc"),
    ],
)
def test_what_reads_the_same_is_compared_the_same(one: str, other: str) -> None:
    assert _fold(one) == _fold(other)


@pytest.mark.parametrize(("one", "other"), [("كتب", "كتاب"), ("باب", "تاب"), ("ا", "ل"), ("cat", "car")])
def test_what_reads_otherwise_stays_apart(one: str, other: str) -> None:
    assert _fold(one) != _fold(other)


def _project(slug: str, payloads: list[dict[str, object]]) -> Project:
    project = draft_project([stage("attempt", HOURLY)], slug=slug, client=f"client-{slug}")
    tasks = (NewTask(key=f"{slug}-{n}", payload=payload, want=1) for n, payload in enumerate(payloads))
    make_batch(project=project, kind="real", tasks=tasks, actor=COMMAND, now=NOW)
    return project


def _keys(projects: list[Project], words: str, limit: int = 50) -> list[str]:
    return [task.key for task in search_text([project.id for project in projects], words, limit)]


def test_words_and_keys_find_tasks_of_these_projects_only() -> None:
    mine = _project("mine", [{"prompt": "A brown fox"}, {"deep": {"er": ["Brown\nbears", 7]}}, {"prompt": "أَحْمَد"}])
    other = _project("other", [{"prompt": "A brown fox"}])
    assert sorted(_keys([mine], "brown")) == ["mine-0", "mine-1"]
    assert _keys([mine], "brown bears") == ["mine-1"]
    assert _keys([mine], "7") == ["mine-1"]
    assert _keys([mine], "احمد") == ["mine-2"]
    assert _keys([mine], "MINE-2") == ["mine-2"]
    assert _keys([mine], "prompt") == []  # a name of ours, not a word of the task
    assert sorted(_keys([mine, other], "fox")) == ["mine-0", "other-0"]
    assert _keys([mine], "other-0") == []
    assert _keys([], "fox") == []


@pytest.mark.parametrize("words", ["", " ", "\x00", "!!!", "&|!", "'project:", "%", "___", "\\", "a" * 10_000, "(:*"])
def test_a_search_for_nothing_finds_nothing(words: str) -> None:
    mine = _project("mine", [{"prompt": "A brown fox"}])
    assert _keys([mine], words) == []


def test_no_word_reaches_the_project_of_others() -> None:
    mine, other = _project("mine", [{"prompt": "fox"}]), _project("other", [{"prompt": "fox"}])
    assert _keys([mine], f"project:{other.id}") == []
    assert _keys([mine], f"'project:{other.id}' | fox") == []


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    mine = _project("mine", [{"prompt": "fox"} for _ in range(25)])
    seen, before = [], None
    while page := search_text([mine.id], "fox", 10, before):
        seen += [task.key for task in page]
        before = page[-1].id
    assert len(seen) == len(set(seen)) == 25


def test_a_text_of_any_size_and_shape_can_be_stored() -> None:
    words = "-".join(f"{n:x}" for n in range(60_000))
    emoji = "𒀀-" * 40_000
    mine = _project("mine", [{"prompt": words}, {"prompt": emoji}, {"prompt": "x" * 500_000}, {}])
    assert len(_keys([mine], "mine-")) == 4
