"""Every plug-in keeps the contract of its kind: what the registry, the settings form and the docs take for granted.

What single parts do is tested beside their rules; here a new part is tested by being there.
"""

import importlib
import inspect
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from pydantic import BaseModel, ValidationError

from fairhand.delivery.formats import FORMATS
from fairhand.delivery.formats._format import Format, Record
from fairhand.dispatch.policies._facts import QueuePolicy, SlotPolicy
from fairhand.dispatch.policies.queue import QUEUE_POLICIES
from fairhand.dispatch.policies.slot import SLOT_POLICIES
from fairhand.kernel.registry import Registry
from fairhand.review.policies import POLICIES
from fairhand.review.policies._facts import Policy, SubmissionFacts
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.fields._field import FieldTerms, FieldType
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions._question import QuestionTerms, QuestionType
from fairhand.web.shown import asked, read_answer
from fairhand_pay import (
    PERIODS,
    SENTENCES,
    Facts,
    PeriodFacts,
    Terms,
    TermsError,
    ceiling,
    lines,
    preset_names,
    terms_from_preset,
    total,
    units_of,
    window_ceiling,
    window_lines,
)
from fairhand_pay.presets import PRESETS
from fairhand_pay.presets._part import Preset
from fairhand_pay.primitives import PRIMITIVES
from fairhand_pay.primitives._part import Frame, Params, Primitive
from fairhand_pay.walk import parts_in
from tests.forms import Sent
from tests.parts import example, terms_of

ROOT = Path(__file__).parents[2]
DOCS = "\n".join(page.read_text() for page in sorted((ROOT / "docs").rglob("*.md")))
KINDS: dict[str, tuple[type, list[Any]]] = {
    "field": (FieldType, list(FIELDS.all())),
    "question": (QuestionType, list(QUESTIONS.all())),
    "policy of slots": (SlotPolicy, list(SLOT_POLICIES.all())),
    "policy of queues": (QueuePolicy, list(QUEUE_POLICIES.all())),
    "review policy": (Policy, list(POLICIES.all())),
    "delivery format": (Format, list(FORMATS.all())),
    "pay primitive": (Primitive, list(PRIMITIVES.values())),
    "pay preset": (Preset, list(PRESETS.values())),
}
PARTS = [(kind, protocol, part) for kind, (protocol, parts) in KINDS.items() for part in parts]
NAMES = [f"{kind} {part.name} {part.version}" for kind, _, part in PARTS]
# Parts' own settings that are complete: a new part adds its line here and is tested like the others.
PRESET_PARAMS: dict[str, dict[str, Any]] = {
    "hourly": {"rate": "40.00", "full_rate_s": 3600, "after_rate": "21.16"},
    "per_unit": {"unit": "judgement", "price": "0.12"},
    "fairhand": {"rate": "40.00", "week_guarantee": "300.00", "mission_amount": "50.00"},
    "mercor": {"rate": "45.50"},
    "mercor-deliverable": {"price": "150.00"},
    "mindrift": {"rate": "30.00"},
    "mindrift-set": {"reward": "24.00"},
    "outlier": {"rate": "40.00"},
    "outlier-classic": {"rate": "45.00"},
    "outlier-estimate": {"rate": "40.00"},
    "prolific": {"reward": "4.00"},
    "remotasks": {"price": "2.50", "floor_rate": "5.00"},
    "turns": {"price": "20.00", "factors": {"3": "1.3"}, "hold_share": "65%"},
}
# Never promised by a plan, or only by terms of their own: tests/rules/test_pay_goldens.py.
IN_NO_PRESET = {"ADJUST", "EVENT"}
POLICY_TERMS = {"share": {"share": "0.05", "seed": "a seed"}, "sample": {"share": "0.25", "first": 3, "seed": "x"}}
FORMAT_SETTINGS = {
    "csv": {},
    "jsonl": {},
    "trl_preference": {
        "preference": {
            "prompt": "prompt", "left": "a", "right": "b", "question": "winner", "left_value": "left",
            "right_value": "right",
        }
    },
}  # fmt: skip


def test_no_kind_is_empty() -> None:
    assert {kind for kind, (_, parts) in KINDS.items() if not parts} == set()


@pytest.mark.parametrize(("kind", "protocol", "part"), PARTS, ids=NAMES)
def test_a_part_has_everything_its_protocol_names(kind: str, protocol: type, part: Any) -> None:
    wanted = {name for name in vars(protocol) if not name.startswith("_")} | set(inspect.get_annotations(protocol))
    assert wanted > {"name", "version"}
    for name in wanted:
        assert hasattr(part, name), f"{kind} {part.name} lacks {name}"
        asked = getattr(protocol, name, None)
        if inspect.isfunction(asked):
            given = list(inspect.signature(getattr(part, name)).parameters)
            assert given == list(inspect.signature(asked).parameters)[1:], f"{kind} {part.name}.{name}"
            assert getattr(part, name).__doc__, f"{kind} {part.name}.{name} says nothing"
    assert re.fullmatch(r"[a-z][a-z0-9_]*(-[a-z0-9]+)*|[A-Z]+", part.name)
    assert type(part.version) is int
    assert part.version >= 1


@pytest.mark.parametrize(("kind", "protocol", "part"), PARTS, ids=NAMES)
def test_a_part_has_its_line_in_the_docs(kind: str, protocol: type, part: Any) -> None:
    assert f"`{part.name}`" in DOCS, f"no page of docs/ names the {kind} `{part.name}`"


@pytest.mark.parametrize("kind", KINDS)
def test_name_and_version_are_unique_in_a_kind(kind: str) -> None:
    keys = [(part.name, part.version) for part in KINDS[kind][1]]
    assert len(keys) == len(set(keys))


def test_the_registries_refuse_a_name_used_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "twice"
    package.mkdir()
    (package / "__init__.py").write_text("")
    for file in ("one", "two"):
        (package / f"{file}.py").write_text("class Part:\n    name = 'same'\n    version = 1\n\n\nPART = Part()\n")
    (package / "_left_out.py").write_text("raise RuntimeError('a file of the kind itself is not a part')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found: ModuleType = importlib.import_module("twice")
    for walk in (Registry, parts_in):
        with pytest.raises(ValueError, match="same version 1 exists already"):
            walk(found)
    # Longer than before: a file of the same second and size would be taken for the one that is compiled already.
    (package / "two.py").write_text("class Part:\n    name = 'same'\n    version = 1 + 1\n\n\nPART = Part()\n")
    del sys.modules["twice.two"]
    importlib.invalidate_caches()
    registry: Registry[Any] = Registry(found)
    assert registry.names() == ["same"]
    assert [part.version for part in registry.all()] == [1, 2]
    assert registry.get("same", 3) is registry.get("other") is None


def _models() -> Iterator[tuple[str, type[BaseModel], type[BaseModel]]]:
    for part in FIELDS.all():
        yield f"field {part.name}", part.terms, FieldTerms
    for question in QUESTIONS.all():
        yield f"question {question.name}", question.terms, QuestionTerms
    for paid in [*PRIMITIVES.values(), *PRESETS.values()]:
        yield f"pay {paid.name}", paid.params, Params


@pytest.mark.parametrize(("name", "model", "base"), list(_models()), ids=[name for name, _, _ in _models()])
def test_settings_are_a_frozen_model_that_lets_nothing_unknown_in(name: str, model: Any, base: Any) -> None:
    assert issubclass(model, base)
    assert model is not base
    assert model.model_config["extra"] == "forbid"
    assert model.model_config["frozen"]
    assert model.model_json_schema()["properties"], "its settings form draws itself from this"


@pytest.mark.parametrize("kind", ["fields", "questions"])
def test_an_example_stands_beside_every_field_and_question(kind: str) -> None:
    registry: Registry[Any] = {"fields": FIELDS, "questions": QUESTIONS}[kind]
    for part in registry.all():
        told, terms = example(part), terms_of(part)
        assert told["good"]
        assert told["bad"]
        assert all(part.check(value, terms) == [] for value in told["good"])
        for bad in told["bad"]:
            assert {problem.code for problem in part.check(bad["value"], terms)} == {bad["code"]}
        with pytest.raises(ValidationError):
            part.terms.model_validate(told["terms"] | {"surprise": 1})


@pytest.mark.parametrize("question", list(QUESTIONS.all()), ids=QUESTIONS.names())
def test_distances_between_answers_are_a_metric_and_grades_know_the_right_one(question: Any) -> None:
    told, terms = example(question), terms_of(question)
    good = told["good"]
    for a, b, c in product(good, repeat=3):
        assert 0 <= question.distance(a, b, terms) == question.distance(b, a, terms) <= 1
        assert (question.distance(a, b, terms) == 0) == (a == b)
        assert question.distance(a, c, terms) <= question.distance(a, b, terms) + question.distance(b, c, terms)
        assert 0 <= question.grade(a, b, terms) <= 1
        assert question.grade(a, a, terms) == 1
    assert list(question.export_columns(terms)) == told["columns"]
    assert list(question.export_values(good[0], terms)) == told["values"]
    assert list(question.export_values(None, terms)) == [""] * len(told["columns"])


@pytest.mark.parametrize("question", list(QUESTIONS.all()), ids=QUESTIONS.names())
def test_what_a_form_shows_is_what_it_sends(question: Any) -> None:
    """Every good answer, drawn as a form and sent as a browser sends it, is read as it was; an empty form is none."""
    told, terms = example(question), terms_of(question)
    for value in [*told["good"], None]:
        (part,) = asked({"questions": [terms]}, {} if value is None else {terms["name"]: value})
        sent = Sent()
        sent.feed(render_to_string(part.template, {"part": part, "mode": "ask"}))
        sent.close()
        posted = MultiValueDict[str, str]()
        for name, given in sent.values:
            posted.appendlist(name, given)
        assert read_answer({"questions": [terms]}, posted) == ({} if value is None else {terms["name"]: value})
        if value is not None:
            for mode in ("read", "short"):
                said = render_to_string(part.template, {"part": part, "mode": mode})
                assert len(said.replace(" ", "")) > 20


@pytest.mark.parametrize("policy", list(POLICIES.all()), ids=POLICIES.names())
def test_a_review_policy_says_what_is_wrong_and_is_repeatable(policy: Any) -> None:
    terms = POLICY_TERMS[policy.name]
    assert policy.problems(terms) == []
    assert [field for field, _ in policy.problems(terms | {"surprise": 1})] == ["surprise"]
    for key in terms:
        field, why = policy.problems(terms | {key: object()})[0]
        assert field == key
        assert why
    facts = [SubmissionFacts(f"k{n}", 1 + n % 2, n) for n in range(200)]
    wanted = [policy.wanted(one, terms) for one in facts]
    assert wanted == [policy.wanted(one, terms) for one in facts]
    assert all(type(n) is int and n >= 0 for n in wanted)
    assert 0 <= policy.expected(0, 5, terms) <= policy.expected(10, 5, terms) <= policy.expected(1000, 5, terms)


def _records() -> list[Record]:
    return [
        Record(
            submission=f"s{n}", task=f"t{n // 3}", payload={"prompt": "شرح\n", "a": "A\u2028", "b": "B\""},
            answer={"winner": ("left", "left", "right")[n % 3]}, expert="E-7K2QF", expert_kind="person",
            stage="compare", round=1, work_ms=None if n % 2 else 10, submitted_at=datetime(2026, 3, 2, tzinfo=UTC),
            decided_by="plan", content_hash="0" * 64, guideline_version=1, template_version=1, reviews=[],
        )
        for n in range(9)
    ]  # fmt: skip


def _templates() -> dict[int, Any]:
    fields = [{"name": name, "type": "text", "label": {"en": name}} for name in ("prompt", "a", "b")]
    options = [{"value": value, "label": {"en": value}} for value in ("left", "right")]
    winner = {"name": "winner", "type": "choice", "label": {"en": "Which?"}, "options": options}
    return {1: {"version": 1, "fields": fields, "questions": [winner]}}


@pytest.mark.parametrize("form", list(FORMATS.all()), ids=lambda form: f"{form.name}@{form.version}")
def test_a_format_writes_the_same_whole_lines_every_time(form: Any) -> None:
    settings = FORMAT_SETTINGS[form.name]
    first, again = (list(form.lines(iter(_records()), settings, _templates)) for _ in range(2))
    assert first == again
    assert len(first) > form.heads
    assert all(line.endswith(b"\n") and (line.count(b"\n") == 1 or form.name == "csv") for line in first)
    assert all(line.decode() for line in first)
    assert len(list(form.lines(iter(()), settings, _templates))) == form.heads
    assert re.fullmatch(r"[a-z.]+", form.suffix)
    assert re.fullmatch(r"[a-z]+/[a-z.+-]+", form.media_type)
    if settings:
        with pytest.raises(ValueError, match="need"):
            list(form.lines(iter(_records()), {}, _templates))


def test_formats_write_files_of_different_names() -> None:
    suffixes = [FORMATS.newest(name).suffix for name in FORMATS.names()]
    assert len(suffixes) == len(set(suffixes))


@pytest.mark.parametrize("preset", preset_names())
def test_a_preset_composes_terms_that_survive_being_stored(preset: str) -> None:
    terms = terms_from_preset(preset, PRESET_PARAMS[preset], "USD")
    assert Terms.parse(json.loads(json.dumps(terms.to_json()))) == terms
    assert ceiling(terms) > 0
    with pytest.raises(TermsError) as refused:
        terms_from_preset(preset, PRESET_PARAMS[preset] | {"surprise": 1}, "USD")
    assert refused.value.path == "surprise"


@pytest.mark.parametrize("preset", preset_names())
def test_a_primitive_says_its_lines_and_no_preset_pays_more_than_its_most(preset: str) -> None:
    terms = terms_from_preset(preset, PRESET_PARAMS[preset], "USD")
    frame = Frame(terms.currency, terms.paid_s_max)
    for chosen in terms.primitives:
        primitive, params = chosen.part, chosen.params
        assert {key for key, _ in primitive.said(params, frame)} <= set(primitive.sentences) <= set(SENTENCES)
        assert set(primitive.singulars) <= set(primitive.sentences)
        assert primitive.settle(params, frame) == params
        assert primitive.scope(params) in ("task", *PERIODS)
    units = dict.fromkeys(units_of(terms), 10**6)
    for ms in (0, 1, 3_599_999, 3_600_000, 10**10):
        facts = Facts(ms, units, wall_ms=ms, timesheet_ms=ms, median_ms=ms, score="5")
        found = lines(facts, terms)
        assert found
        assert total(found) <= ceiling(terms)
        assert all(line.sentence_key in SENTENCES for line in found)
    for scope in PERIODS:
        busy = PeriodFacts(scope, {"tasks": 10**5, "good_tasks": 10**5, "ms": 10**9})
        assert 0 <= total(window_lines(busy, terms)) <= window_ceiling(terms, scope)


def test_every_preset_and_primitive_is_used_by_these_tests() -> None:
    assert set(PRESET_PARAMS) == set(preset_names())
    made = [terms_from_preset(name, PRESET_PARAMS[name], "USD") for name in preset_names()]
    used = {chosen.part.name for terms in made for chosen in terms.primitives}
    assert used | IN_NO_PRESET == {name for name, _ in PRIMITIVES}
    assert not used & IN_NO_PRESET
    assert set(POLICY_TERMS) == set(POLICIES.names())
    assert set(FORMAT_SETTINGS) == set(FORMATS.names())
