"""Keys of the page of a task: none does two things, whatever a template gives and whatever was stored before."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.tasks.keys import PAGE, REVIEW, dealt, heard, key_faults
from fairhand.tasks.library import ready, ready_names
from fairhand.tasks.own_template import as_written_now, whole_template
from fairhand.tasks.questions import QUESTIONS
from fairhand.web.shown import asked
from tests.counts import count
from tests.parts import stored
from tests.rules.test_templates import faults, question, template

FEW = [{"value": value, "label": {"en": value}} for value in ("one", "two", "three")]


def _options(*keys: str | None) -> list[dict[str, Any]]:
    rows = [{"value": f"v{at}", "label": {"en": "x"}, "key": key} for at, key in enumerate(keys)]
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def test_a_key_of_the_page_of_a_part_or_of_another_question_is_refused() -> None:
    steps = {"name": "steps", "type": "bestworst", "label": {"en": "S"}, "items": FEW}
    body = template(
        question("first", options=_options("a", "1", "b")), steps,
        question("second", "choices", options=_options("1", "j", "z")),
    )  # fmt: skip
    assert faults(body) == [
        (["questions", 0, "options", 0, "key"], "'a' is a key of the page itself, which has a, g, n, p, r, s, t, x"),
        (["questions", 0, "options", 2, "key"], "'b' is a key that 'steps' listens to"),
        (["questions", 2, "options", 0, "key"], "'1' is the key of something in 'first' already"),
        (["questions", 2, "options", 1, "key"], "'j' is a key that 'steps' listens to"),
    ]
    # What was stored before works on: it is read, compared and drawn, its options under keys that nothing else has.
    kept = as_written_now(body)
    assert kept["questions"][1]["version"] == 1
    assert getattr(whole_template(kept), "template", kept) is None
    assert dealt(kept) == {"first": {"v0": "2", "v1": "1", "v2": "3"}, "second": {"v2": "z", "v0": "4", "v1": "5"}}
    assert [each["key"] for each in asked(kept, {})[0].terms["options"]] == ["2", "1", "3"]


def test_digits_are_left_to_scales_and_a_reviewers_page_keeps_its_own() -> None:
    scale = {"name": "scale", "type": "rating", "label": {"en": "S"}, "least": 1, "most": 5}
    body = template(scale, question("one", options=FEW), question("two", options=FEW * 1))
    assert dealt(body) == {
        "one": {"one": "6", "two": "7", "three": "8"}, "two": {"one": "q", "two": "w", "three": "d"}
    }  # fmt: skip
    body = template(question("one", options=_options("1", "c", "m")))
    assert set(dealt(body, REVIEW)["one"].values()).isdisjoint(REVIEW)
    # More options than there are keys have none, and leave them to others.
    many = [{"value": f"v{at}", "label": {"en": "x"}} for at in range(40)]
    assert dealt(template(question("many", options=many), question("one", options=FEW))) == {
        "many": {}, "one": {"one": "1", "two": "2", "three": "3"}
    }  # fmt: skip


@pytest.mark.parametrize("name", ready_names())
def test_ready_made_templates_have_a_key_for_every_option(name: str) -> None:
    found = ready(name)
    assert found is not None
    assert list(key_faults(found.template)) == []
    keys = dealt(found.template)
    for each in found.template["questions"]:
        if each["type"] in ("choice", "choices"):
            assert len(keys[each["name"]]) == len(each["options"])
            assert all(keys[each["name"]][one["value"]] == one["key"] for one in each["options"] if "key" in one)


_KEY = st.none() | st.sampled_from("0123456789abcdefghijklmnopqrstuvwxyz")
_ASKED = st.tuples(st.sampled_from(("choice", "choices")), st.lists(_KEY, min_size=2, max_size=12))
_PARTS = st.lists(st.sampled_from([part.name for part in QUESTIONS.all()]), max_size=3, unique=True)


@given(_ASKED, _ASKED, _PARTS)
@settings(max_examples=count(60, 3_000), deadline=None)
def test_no_two_things_of_a_page_share_a_key(first: Any, second: Any, types: list[str]) -> None:
    questions = [question(f"q{at}", kind, options=_options(*keys)) for at, (kind, keys) in enumerate((first, second))]
    parts = [
        {**stored(QUESTIONS.get(each)), "name": f"part_{each}"} for each in types if each not in ("choice", "choices")
    ]
    body = template(*questions, *parts)
    keys = [key for options in dealt(body).values() for key in options.values()]
    assert max(Counter(keys).values(), default=1) == 1
    others = {key for each in parts for combo, _ in heard("questions", each) for key in combo.split()}
    assert not set(keys) & (set(PAGE) | others)
