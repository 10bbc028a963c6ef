"""The field that shows somebody's answers: checked and drawn as their questions check and draw them."""

from typing import Any

import pytest
from pydantic import ValidationError

from fairhand.tasks.fields import FIELDS
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.template import check_payload, misplaced
from fairhand.tasks.template_spec import Template, template_faults
from fairhand.web.shown import blocks_of
from tests.parts import example, stored

PART = FIELDS.get("submission")
TEXT = {"name": "answer", "type": "text", "version": 1, "label": {"en": "Answer"}, "blank": False}
ASKS = {"name": "fair", "type": "text", "version": 1, "label": {"en": "Is it fair?"}, "chars_max": 200}
GIVEN = "The Nile flows north."


def _template(*asked: dict[str, Any]) -> dict[str, Any]:
    theirs = {"name": "theirs", "type": "submission", "label": {"en": "Theirs"}, "asked": list(asked)}
    made = Template.model_validate({"fields": [TEXT, theirs], "questions": [ASKS]})
    assert list(template_faults(made)) == []
    return dict(made.model_dump(mode="json", exclude_none=True))


def test_answers_about_a_field_of_the_task_are_checked_against_it_and_drawn_on_it() -> None:
    template = _template(stored(QUESTIONS.get("spans")))
    mark = {"start": 4, "end": 8, "label": "fact", "quote": "Nile"}
    good = {"answer": GIVEN, "theirs": {"faults": {"marks": [mark]}}}
    assert check_payload(template, good) == ()
    wrong = {"answer": GIVEN, "theirs": {"faults": {"marks": [{**mark, "quote": "Oder"}]}}}
    assert [(each.field, each.code) for each in check_payload(template, wrong)] == [("theirs", "bad_submission")]
    broken = {"answer": 5, "theirs": {"faults": {"marks": [mark]}}}
    assert [each.field for each in check_payload(template, broken)] == ["answer"], "the field itself comes first"
    theirs = blocks_of(template, good)[1].parts[0]
    assert [part.name for part in theirs.drawn] == ["faults"]
    assert theirs.drawn[0].terms["given"] == GIVEN


def test_a_question_about_a_field_that_is_not_there_is_told_at_the_field() -> None:
    template = _template(stored(QUESTIONS.get("spans")))
    lost = {**template, "fields": [{**TEXT, "name": "other"}, template["fields"][1]]}
    ((kind, place, why),) = misplaced(lost)
    assert (kind, place) == ("fields", 1)
    assert "'answer'" in why


@pytest.mark.parametrize("change", [
    {"type": "file"}, {"type": "nothing"}, {"label": 4}, {"options": []}, {"surprise": 1}, {"version": 9},
])  # fmt: skip
def test_questions_that_are_none_are_refused(change: dict[str, Any]) -> None:
    asked = example(PART)["terms"]["asked"]
    _template(*asked)
    with pytest.raises(ValidationError, match=r"asked\.0"):
        _template({**asked[0], **change}, *asked[1:])
    with pytest.raises(ValidationError, match="earlier question"):
        _template(asked[0], asked[0])


@pytest.mark.parametrize(("answers", "said"), [
    ({"winner": "up"}, "'winner'"), ({"winner": "left", "scores": 9}, "'scores'"), ({"looser": "left"}, "'looser'"),
    ({"why": 5}, "'why'"), ({"winner": None}, "'winner'"), ({"": 1}, "''"),
])  # fmt: skip
def test_an_answer_that_its_question_does_not_take_is_named(answers: dict[str, Any], said: str) -> None:
    template = _template(*example(PART)["terms"]["asked"])
    ((field, code, why),) = ((one.field, one.code, one.why) for one in check_payload(
        template, {"answer": GIVEN, "theirs": answers}
    ))  # fmt: skip
    assert (field, code) == ("theirs", "bad_submission")
    assert why.startswith(said)
