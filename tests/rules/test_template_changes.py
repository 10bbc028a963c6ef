"""What differs between two versions of a template: nothing is left out, and nothing is said that isn't so."""

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.tasks.library import ready, ready_names
from fairhand.tasks.template_changes import template_changes
from tests.counts import count

FIELD = {"name": "text", "type": "text", "version": 1, "label": {"en": "Text"}}


def question(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "choice", "version": 1, "label": {"en": name.title()}, "required": True,
            "options": [{"value": "a", "label": {"en": "A"}}, {"value": "b", "label": {"en": "B"}}]} | more  # fmt: skip


def template(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"version": 1, "fields": [FIELD], "questions": list(questions)} | more


def said(before: dict[str, Any], now: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (each.part, each.kind, each.name, each.moved, [(one.path, one.before, one.now) for one in each.settings])
        for each in template_changes(before, now)
    ]


def test_what_was_added_removed_changed_and_moved_is_told_apart() -> None:
    one, two, three = question("one"), question("two"), question("three")
    assert said(template(one, two), template(one, two)) == []
    assert said(template(one), template(one, two))[0][:4] == ("questions", "added", "two", False)
    assert said(template(one, two), template(one))[0][:4] == ("questions", "removed", "two", False)
    assert said(template(one, two, three), template(three, one, two)) == [("questions", "changed", "three", True, [])]
    required = question("one", required=False)
    assert said(template(one), template(required)) == [
        ("questions", "changed", "one", False, [("required", True, False)])
    ]


def test_options_are_told_apart_by_their_value_and_not_by_their_place() -> None:
    options = question("one")["options"]
    fewer = question("one", options=options[1:])
    assert said(template(question("one")), template(fewer)) == [
        ("questions", "changed", "one", False, [("options.a", options[0], None)])
    ]
    turned = question("one", options=options[::-1])
    assert said(template(question("one")), template(turned)) == [
        ("questions", "changed", "one", False, [("options", ["a", "b"], ["b", "a"])])
    ]
    named = deepcopy(options)
    named[0]["label"]["ar"] = "أ"
    assert said(template(question("one")), template(question("one", options=named))) == [
        ("questions", "changed", "one", False, [("options.a.label.ar", None, "أ")])
    ]


def test_a_layout_is_told_too() -> None:
    pair = {"kind": "pair", "left": "text", "right": "text"}
    assert said(template(question("one")), template(question("one"), layout=pair))[0][:3] == (
        "layout",
        "added",
        "layout",
    )


_VALUES = st.recursive(
    st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "x", "y"]), inner, max_size=3)
    ),
    max_leaves=8,
)
_PARTS = st.lists(st.sampled_from(["p", "q", "r", "s"]), unique=True, min_size=1, max_size=4)


@st.composite
def _templates(draw: Any) -> dict[str, Any]:
    return template(*[question(name, extra=draw(_VALUES)) for name in draw(_PARTS)])


@settings(max_examples=count(200, 5_000), deadline=None)
@given(_templates(), _templates())
def test_nothing_differs_exactly_where_nothing_is_said(before: dict[str, Any], now: dict[str, Any]) -> None:
    found = template_changes(before, now)
    assert (found == []) == (before == now)
    back = template_changes(now, before)
    flipped = {"added": "removed", "removed": "added", "changed": "changed"}
    # Of two that changed places either may be called the one that was moved.
    told = [(each.name, flipped[each.kind]) for each in found if each.settings]
    assert sorted(told) == sorted((each.name, each.kind) for each in back if each.settings)
    assert sum(each.moved for each in found) == sum(each.moved for each in back)


def test_every_ready_made_template_differs_from_every_other_and_not_from_itself() -> None:
    made = {name: found.template for name in ready_names() if (found := ready(name))}
    for one, first in made.items():
        for other, second in made.items():
            assert (template_changes(first, second) == []) == (one == other)
