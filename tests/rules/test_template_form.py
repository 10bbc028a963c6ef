"""A template goes through its form and comes back as it was; whatever a form sends is read, and shown again."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.tasks.fields import FIELDS
from fairhand.tasks.library import ready, ready_names
from fairhand.tasks.own_template import Own, whole_template
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.template_form import Setting, form_of, new_part, read_form, types_of
from tests.counts import count

TEXT = {"name": "shown", "type": "text", "label": {"en": "Shown"}}
CHOICE = {"name": "asked", "type": "choice", "label": {"en": "Asked"},
          "options": [{"value": "a", "label": {"en": "A"}}, {"value": "b", "label": {"en": "B"}}]}  # fmt: skip


def sent(template: dict[str, Any]) -> dict[str, list[str]]:
    """What a browser would send of the form."""
    form = form_of(template)
    assert form is not None
    out: dict[str, list[str]] = {}
    for part in form:
        out[f"{part.name}.type"] = [part.type]
        _fill(out, part.settings)
    layout = template.get("layout") or {}
    names = layout.get("fields") or [layout[side] for side in ("left", "right") if side in layout]
    return out | {"layout": [", ".join(names)], "layout_kind": [layout.get("kind", "")]}


def _fill(out: dict[str, list[str]], settings_: tuple[Setting, ...]) -> None:
    for each in settings_:
        if each.kind == "rows":
            for row in each.rows:
                _fill(out, row)
        elif each.kind == "texts":
            out |= {f"{each.name}.{code}": [text] for code, text in each.value}
        elif each.kind == "flag":
            out |= {each.name: ["yes"]} if each.value else {}
        elif each.kind == "checks":
            out[each.name] = list(each.value or [])
        elif each.kind == "when":
            out |= {f"{each.name}.question": [each.value[0]], f"{each.name}.any_of": [each.value[1]]}
        elif each.kind == "json":
            out[f"{each.name}.json"] = [each.value]
        else:
            out[each.name] = ["" if each.value is None else str(each.value)]


@pytest.mark.parametrize("name", ready_names())
def test_every_ready_made_template_comes_back_as_it_was(name: str) -> None:
    found = ready(name)
    assert found is not None
    assert whole_template(read_form(sent(found.template))) == found.template


@pytest.mark.parametrize(("kind", "type_"), [
    *(("fields", part.name) for part in FIELDS.all()), *(("questions", part.name) for part in QUESTIONS.all()),
])  # fmt: skip
def test_every_type_has_a_form_that_gives_back_its_example(kind: str, type_: str) -> None:
    registry = FIELDS if kind == "fields" else QUESTIONS
    part = registry.get(type_)
    assert part is not None
    module = __import__(type(part).__module__, fromlist=["__file__"])
    folder = module.__file__.rpartition("/")[0]
    with open(f"{folder}/example.json", encoding="utf-8") as file:
        example = json.load(file)["terms"]
    terms = part.terms.model_validate(example).model_dump(mode="json", exclude_none=True)
    other: dict[str, Any] = {"fields": [TEXT], "questions": [CHOICE]}
    template = {"version": 1, **other, kind: [terms]}
    back = part.terms.model_validate(read_form(sent(template))[kind][0])
    assert back.model_dump(mode="json", exclude_none=True) == terms
    assert new_part(kind, type_, template)["name"] not in [each["name"] for each in template[kind]]
    assert form_of({**template, kind: [new_part(kind, type_, template)]}) is not None


def test_a_condition_has_the_values_of_its_question() -> None:
    rating = {"name": "stars", "type": "rating", "label": {"en": "Stars"}, "least": 1, "most": 5}
    made = read_form(sent({"fields": [TEXT], "questions": [rating, CHOICE | {
        "show_if": {"question": "stars", "any_of": [1, 2]}}]}))  # fmt: skip
    assert made["questions"][1]["show_if"] == {"question": "stars", "any_of": [1, 2]}
    assert isinstance(whole_template(made), dict)


def test_what_can_not_be_read_stays_as_it_was_typed_and_is_said() -> None:
    form = sent({"fields": [TEXT], "questions": [{"name": "t", "type": "text", "label": {"en": "T"}}]})
    made = read_form(form | {"questions.0.chars_max": ["many"], "fields.0.name": ["Not a name"]})
    assert made["questions"][0]["chars_max"] == "many"
    found = whole_template(made)
    assert isinstance(found, Own)
    assert {each.where for each in found.faults} >= {"questions.0.text.chars_max", "fields.0.text.name"}
    again = form_of(made)
    assert again is not None
    assert sent(made)["questions.0.chars_max"] == ["many"]


_STEPS = st.lists(
    st.sampled_from(["fields", "questions", "0", "1", "7", "type", "name", "label", "en", "options", "value", "show_if",
                     "any_of", "json", "of", "items", "criteria", "steps", "asked", "layout", "least", "", "99999999"]),
    min_size=1, max_size=6,
).map(".".join)  # fmt: skip
_TEXTS = st.sampled_from(["", "x", "choice", "tree", "rubric", "submission", "1", "-3", "٣", "{", "[1, 2]",
                          '{"en": 1}', "null",
                          "\x00", "yes"])  # fmt: skip


@settings(max_examples=count(300, 10_000), deadline=None)
@given(st.dictionaries(_STEPS, st.lists(_TEXTS, max_size=2), max_size=25), st.sampled_from([*types_of("questions")]))
def test_whatever_a_form_sends_is_read_shown_and_read_the_same_again(posted: dict[str, list[str]], type_: str) -> None:
    made = read_form({"questions.0.type": [type_], "questions.0.name": ["q"]} | posted)
    form = form_of(made)
    if form is None:
        return
    whole_template(made)
    assert read_form(sent(made)) == read_form(sent(read_form(sent(made))))
