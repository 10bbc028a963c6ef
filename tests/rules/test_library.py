"""Every ready-made template is whole: parts that fit, texts in both languages, examples that the template takes."""

import hashlib
import re
from pathlib import Path

import pytest

from fairhand.files.cleaning import clean
from fairhand.kernel.limits import PARAGRAPH_CHARS_MAX
from fairhand.tasks.attached import files_in
from fairhand.tasks.library import _FOLDER, ready, ready_names, shipped_files
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.template import bound, check_answer, check_payload
from fairhand.tasks.wording import storable_problem

NAMES = ready_names()


def test_there_are_some_and_none_beside_them() -> None:
    assert len(NAMES) >= 7
    assert {each.name for each in _FOLDER.iterdir() if each.is_dir()} - {"__pycache__"} == set(NAMES)
    assert ready("../library") is None
    assert ready("no-such") is None


@pytest.mark.parametrize("slug", NAMES)
def test_a_ready_made_template_is_whole(slug: str) -> None:
    found = ready(slug)
    assert found is not None
    assert set(found.name) == set(found.summary) == set(found.guideline) == set(found.rubric) == {"en", "ar"}
    for text in (*found.guideline.values(), *found.rubric.values()):
        assert text.startswith("# ")
        assert storable_problem(text) is None
        assert 200 < len(text) < PARAGRAPH_CHARS_MAX * 10
    clauses = {language: len(re.findall(r"^## ", text, re.MULTILINE)) for language, text in found.guideline.items()}
    assert clauses["en"] == clauses["ar"] >= 3, "a verdict names a clause"
    labels = [part["label"] for part in (*found.template["fields"], *found.template["questions"])]
    assert all(set(label) == {"en", "ar"} for label in labels)
    assert found.attribution.strip()


@pytest.mark.parametrize("slug", NAMES)
def test_its_files_are_those_that_its_examples_show(slug: str, tmp_path: Path) -> None:
    found = ready(slug)
    assert found is not None
    shown = {file["name"]: file for example in found.examples
             for file in files_in([example.payload, example.answer])}  # fmt: skip
    assert set(shown) == set(found.files)
    for name, file in shown.items():
        content = found.files[name].read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert shipped_files()[file["file"]] == (file, found.files[name])
        # A project takes it in as one that is sent: whoever starts one is not refused.
        kept = clean(found.files[name], tmp_path / "kept")
        assert kept.found.media_type == file["media_type"]
        assert kept.facts == {key: file[key] for key in ("width", "height", "ms") if key in file}


@pytest.mark.parametrize("slug", NAMES)
def test_its_examples_are_tasks_of_it_with_right_answers(slug: str) -> None:
    found = ready(slug)
    assert found is not None
    assert found.examples
    for example in found.examples:
        assert check_payload(found.template, example.payload) == ()
        template = bound(found.template, example.payload)
        assert check_answer(template, example.answer) == ()
        assert set(example.reason) == {"en", "ar"}
        for terms in template["questions"]:
            kind = QUESTIONS.get(terms["type"], terms["version"])
            assert kind is not None
            columns = kind.export_columns(terms)
            assert len(kind.export_values(example.answer.get(terms["name"]), terms)) == len(columns) > 0
