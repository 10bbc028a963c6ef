"""A template that somebody wrote: what is wrong with it by its place, and which of its first tasks fit."""

import json
from pathlib import Path
from typing import Any

import pytest

from fairhand.kernel.limits import OWN_TEMPLATE_BYTES_MAX, OWN_TEMPLATE_TASKS_MAX
from fairhand.tasks.library import ready, ready_names
from fairhand.tasks.own_template import own_template

FOLDER = Path(__file__).parents[1] / "data" / "label_studio"


@pytest.mark.parametrize("name", ready_names())
def test_every_ready_made_template_is_read_and_its_examples_fit(name: str) -> None:
    chosen = ready(name)
    assert chosen is not None
    rows = "\n".join(json.dumps({"key": each.key, "payload": each.payload}) for each in chosen.examples)
    found = own_template(json.dumps(chosen.template), rows)
    assert found.template == chosen.template
    assert list(found.payloads) == [each.payload for each in chosen.examples]
    assert (found.faults, found.wrong) == ((), ())


def _minimal(**more: Any) -> str:
    label = {"en": "A"}
    fields = [{"name": "text", "type": "text", "label": label}]
    questions = [{"name": "why", "type": "text", "label": label}]
    return json.dumps({"version": 1, "fields": fields, "questions": questions, **more})


@pytest.mark.parametrize(("text", "where", "why"), [
    ("", "", "not JSON"),
    ("[]", "", "braces"),
    ("{", "", "not JSON"),
    ("[" * 5000, "", "deep"),
    ('{"fields": []}', "fields", "at least 1"),
    (_minimal(extra=1), "extra", "not permitted"),
    (_minimal(layout={"kind": "pair", "left": "text", "right": "gone"}), "layout.right", "not a field"),
    (_minimal(questions=[{"name": "why", "type": "guess", "label": {"en": "A"}}]), "questions.0", "guess"),
    ("x" * (OWN_TEMPLATE_BYTES_MAX + 1), "", "longer than"),
    ("<View>", "line 1", "no whole XML"),
    ("<View><Text name='t' value='$t'/></View>", "line 1", "nothing is left"),
])  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(text: str, where: str, why: str) -> None:
    found = own_template(text)
    assert found.template is None
    assert [each for each in found.faults if each.where == where and why in each.why], found.faults


def test_the_first_tasks_are_tried_and_no_more() -> None:
    rows = [
        '{"text": "one"}',
        "",
        '{"payload": {"text": "two"}, "key": "t2"}',
        '{"txt": "three"}',
        "{",
        '{"payload": 5}',
    ]
    found = own_template(_minimal(), "\n".join(rows))
    assert list(found.payloads) == [{"text": "one"}, {"text": "two"}]
    assert [each.where for each in found.wrong] == ["line 4", "line 5", "line 6"]
    assert found.tasks_n == 5
    many = own_template(_minimal(), '{"text": "x"}\n' * 200)
    assert many.tasks_n == len(many.payloads) == OWN_TEMPLATE_TASKS_MAX


@pytest.mark.parametrize("tasks", ["{", "[1]", "[" * 100_000])
def test_tasks_of_label_studio_that_are_none_are_refused(tasks: str) -> None:
    assert "tasks" in own_template((FOLDER / "choices-sentiment.xml").read_text(), tasks).faults[0].why


def test_a_configuration_of_label_studio_is_tried_on_its_tasks() -> None:
    tasks = [*json.loads((FOLDER / "ranker-results.json").read_text()), {"query": "no list"}]
    found = own_template((FOLDER / "ranker-results.xml").read_text(), json.dumps(tasks))
    assert found.template is not None
    assert (len(found.payloads), [each.where for each in found.wrong]) == (1, ["task 2"])
    pictures = own_template((FOLDER / "image-choices.xml").read_text(), '{"image": "https://a.example/b/cat.png?x=1"}')
    assert (pictures.needs_files, pictures.payloads) == (True, ({"img": {"file": "cat.png"}},))
