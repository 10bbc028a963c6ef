"""What is wrong with a template is said in the reader's language: every code that can arise has its words."""

import copy
import json
import random
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from django.utils.translation import override
from pydantic_core import core_schema

from fairhand.tasks.importers.jsonl import Jsonl
from fairhand.tasks.importing import read_tasks, report_of
from fairhand.tasks.label_studio.reasons import REASONS
from fairhand.tasks.library import ready, ready_names
from fairhand.tasks.own_template import Own, own_template, whole_template
from fairhand.tasks.template_spec import Template
from fairhand.tasks.wording import because
from fairhand.web.template_words import fault_of_row, fault_said, said
from fairhand.web.words_of_faults import FAULTS, PATTERNS
from fairhand.web.words_of_templates import LOST
from tests.counts import count

TASKS = Path(__file__).resolve().parents[2] / "src" / "fairhand" / "tasks"
ARABIC = re.compile("[\u0600-\u06ff]")
# Kind of schema -> what pydantic says of a value that isn't so. `model-fields` stands for its model.
_KINDS: dict[str, set[str]] = {
    "any": set(), "default": set(), "definition-ref": set(), "definitions": set(), "function-after": set(),
    "function-before": set(), "function-wrap": set(), "nullable": set(), "union": set(), "bool": {"bool_type"},
    "dict": {"dict_type"},
    "int": {"int_type"}, "list": {"list_type"}, "literal": {"literal_error"}, "model": {"model_type"},
    "model-fields": {"missing", "extra_forbidden", "model_type", "invalid_key"},
    "str": {"string_type", "string_unicode"},
    "tagged-union": {"union_tag_invalid", "union_tag_not_found", "model_attributes_type"},
}  # fmt: skip
_BOUNDS = {
    "ge": "greater_than_equal", "le": "less_than_equal", "gt": "greater_than", "lt": "less_than",
    "multiple_of": "multiple_of", "pattern": "string_pattern_mismatch",
}  # fmt: skip
_LONG = {"str": ("string_too_short", "string_too_long"), "list": ("too_short", "too_long")}


def _schemas(found: Any, seen: set[int]) -> list[dict[str, Any]]:
    """Every schema below one."""
    if isinstance(found, list | tuple):
        return [each for one in found for each in _schemas(one, seen)]
    if not isinstance(found, dict) or id(found) in seen:
        return []
    seen.add(id(found))
    own = [found] if found.get("type") in get_args(core_schema.CoreSchemaType) else []
    return own + [each for one in found.values() for each in _schemas(one, seen)]


def test_whatever_pydantic_can_find_has_its_words() -> None:
    codes: set[str] = set()
    for each in _schemas(Template.__pydantic_core_schema__, set()):
        codes |= _KINDS[each["type"]]
        codes |= {code for name, code in _BOUNDS.items() if name in each}
        if each["type"] in _LONG:
            codes |= {
                code
                for name, code in zip(("min_length", "max_length"), _LONG[each["type"]], strict=True)
                if name in each
            }
        if isinstance(each.get("pattern"), str):
            assert each["pattern"] in PATTERNS
    assert len(codes) > 15
    assert codes - set(FAULTS) == set()


def test_every_code_of_our_own_has_its_words_and_no_words_lack_their_code() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in TASKS.rglob("*.py"))
    ours = set(re.findall(r'\b(?:unfit|because)\(\s*"([a-z_]+)"', source)) | {"value_twice", "key_twice"}
    pydantics = {code for codes in _KINDS.values() for code in codes} | set(_BOUNDS.values())
    pydantics |= {code for pair in _LONG.values() for code in pair}
    assert len(ours) > 50
    assert ours - set(FAULTS) == {"task_wrong"}, "this is said by the code of what is wrong"
    assert set(FAULTS) - ours - pydantics == set()
    assert set(REASONS) == set(LOST)
    checks = "\n".join(path.read_text(encoding="utf-8") for path in (TASKS / "questions").rglob("*.py"))
    assert "raise ValueError" not in checks, "`unfit` gives a code"


_WRONG = [
    None, 0, -1, 10**15, 1.5, "", " ", "X y", "a" * 5_000, True, [], {}, [{}], {"en": ""}, {"ar": "x"},
    {"en": "\u202e"}, {"en": "\u2060"}, {"EN": "x"}, "\ud800", ["a", "a"], [1, 1], {"question": "q", "any_of": ["x"]},
]  # fmt: skip


def _places(found: Any) -> list[tuple[Any, Any]]:
    keys = list(found) if isinstance(found, dict) else list(range(len(found))) if isinstance(found, list) else []
    return [(found, key) for key in keys] + [place for key in keys for place in _places(found[key])]


def _spoilt(template: dict[str, Any], by: random.Random) -> dict[str, Any]:
    made = copy.deepcopy(template)
    for _ in range(by.randint(1, 3)):
        holder, key = by.choice(_places(made))
        what = by.randrange(4)
        if what == 0 and isinstance(holder, dict):
            del holder[key]
        elif what == 1 and isinstance(holder, dict):
            holder["extra"] = 1
        elif what == 2 and isinstance(holder, list):
            holder += [copy.deepcopy(holder[key])] * by.choice([1, 1, 300])
        else:
            holder[key] = copy.deepcopy(by.choice(_WRONG))
    return made


@pytest.mark.parametrize("name", ready_names())
def test_templates_with_something_wrong_are_answered_in_arabic(name: str) -> None:
    chosen = ready(name)
    assert chosen is not None
    by, wrong = random.Random(name), 0
    for _ in range(count(60, 3_000)):
        found = whole_template(_spoilt(chosen.template, by))
        if not isinstance(found, Own):
            continue
        wrong += 1
        assert found.faults
        for fault in found.faults:
            assert fault.why.code in FAULTS, fault
            with override("ar"):
                where, why = fault_said(fault)
            assert where == fault.where
            # What isn't Arabic is quoted, and keeps its own direction.
            assert ARABIC.search(re.sub("\u2066[^\u2069]*\u2069", "", why)), (fault.why.code, why)
            assert not re.search("[A-Za-z]{4,}", re.sub("\u2066[^\u2069]*\u2069|true|false", "", why)), why
    assert wrong > 20


def test_questions_that_a_submission_was_asked_are_told_by_their_places() -> None:
    asked = [{"type": "text", "name": "why", "label": {"en": "A"}},
             {"type": "rating", "name": "good", "label": {"en": "A"}},
             {"type": "number", "name": "n", "label": {"en": "A"}, "least": "5", "most": "1"},
             {"type": "text", "name": "why", "label": {"en": "A"}}, {"type": "file", "name": "f", "label": {"en": "A"}},
             {"type": "guess"}]  # fmt: skip
    fields = [{"type": "text", "name": "t", "label": {"en": "A"}},
              {"type": "submission", "name": "s", "label": {"en": "A"}, "asked": asked}]  # fmt: skip
    questions = [{"type": "text", "name": "q", "label": {"en": "A"}}]
    found = whole_template({"version": 1, "fields": fields, "questions": questions})
    assert isinstance(found, Own)
    codes = {fault.where.removeprefix("fields.1.submission.asked."): fault.why.code for fault in found.faults}
    assert codes["2.number"] == "least_below_most"
    assert codes["3"] == "asked_twice"
    assert codes["4"] == "asked_files"
    assert codes["5"] == "union_tag_invalid"
    with override("ar"):
        assert all(ARABIC.search(fault_said(fault)[1]) for fault in found.faults)


@pytest.mark.parametrize(("code", "facts"), [
    ("model_twice", {}), ("asked_few", {"n": 1}), ("items_or_of", {}), ("tree_deep", {"most": 5}),
])  # fmt: skip
def test_words_take_the_facts_of_their_codes(code: str, facts: dict[str, int]) -> None:
    assert "%" not in said(because(code, "x", **facts))


def test_a_code_without_words_is_still_said() -> None:
    made = because("never_heard_of", "is of another %(kind)s", kind="kind")
    with override("ar"):
        assert "is of another kind" in said(made)
        assert ARABIC.search(said(made))


def test_first_tasks_are_told_in_arabic_too() -> None:
    text = json.dumps({
        "version": 1, "fields": [{"type": "text", "name": "text", "label": {"en": "A"}}],
        "questions": [{"type": "text", "name": "why", "label": {"en": "A"}}],
    })  # fmt: skip
    rows = ["{", "[1]", '{"text": 1.5}', '{"text": "a", "text": "b"}', '{"txt": "x"}', "{}", '{"payload": 5}',
            '{"text": NaN}', "[" * 200]  # fmt: skip
    found = own_template(text, "\n".join(rows))
    assert len(found.wrong) == len(rows)
    with override("ar"):
        told = [fault_said(fault) for fault in found.wrong]
    assert [where for where, _ in told] == [f"السطر \u2066{n}\u2069" for n in range(1, len(rows) + 1)]
    assert all(ARABIC.search(why) for _, why in told), told
    assert not any(re.search("[A-Za-z]{5,}", re.sub("\u2066[^\u2069]*\u2069|payload", "", why)) for _, why in told), (
        told
    )


def test_rows_of_an_upload_are_told_in_arabic_too() -> None:
    template = {"fields": [{"name": "text", "type": "text", "version": 1, "label": {"en": "A"}}], "questions": []}
    rows = [
        "{",
        "[1]",
        '{"a": 1.5}',
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        "[" * 200,
        '{"key": "k", "payload": {"text": 5}}',
        '{"key": "l", "payload": {}}',
    ]
    form = Jsonl()
    kept = json.loads(json.dumps(report_of(read_tasks(form, ["\n".join(rows).encode()], template, 1)).to_json()))
    with override("ar"):
        told = [fault_of_row(each) for each in kept["faults"]]
    assert len(told) == len(rows)
    assert all(ARABIC.search(why) for why, _ in told)
    assert [bool(english) for _, english in told] == [False] * 6 + [True, False]
    assert "\u2066'1.5'\u2069" in told[2][0]
    # One that an earlier version of ours kept.
    assert fault_of_row({"line": 1, "field": "", "code": "not_json", "why": "is not JSON"})[1] == "is not JSON"
