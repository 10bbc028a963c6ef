"""Written rubrics, labelled steps and agents' traces as pages draw them: hostile words stay words, and come back."""

import json
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from fairhand.tasks.template import bound, check_answer, check_payload
from fairhand.web.shown import asked, blocks_of, read_answer
from tests.contracts.test_judging_pages import HOSTILE, stored
from tests.forms import Sent


def _trace(text: str) -> dict[str, Any]:
    call = {"tool_call_id": text, "function_name": text, "arguments": {text: text, "deep": [text, {text: 1}]}}
    step = {
        "step_id": 1, "source": "agent", "message": text, "reasoning_content": text, "tool_calls": [call],
        "observation": {"results": [{"source_call_id": text, "content": [{"type": "text", "text": text}]}]},
    }  # fmt: skip
    told = {"name": text, "version": text, "model_name": text}
    return {"schema_version": "ATIF-v1.7", "agent": told, "steps": [step, {**step, "step_id": 2, "source": "agent"}]}


@pytest.mark.parametrize("text", [each for each in HOSTILE if "\u0001" not in each])
def test_hostile_words_are_never_markup_and_come_back_as_they_were(text: str) -> None:
    fields = [{"name": name, "type": kind, "version": 1, "label": {"en": name}} for name, kind in (
        ("solution", "steps"), ("trace", "trajectory"), ("file", "trajectory"),
    )]  # fmt: skip
    questions = [
        stored("a", type="rubricdraft", least=1), stored("b", type="steps", of="solution"),
        stored("c", type="steps", of="trace"), stored("d", type="steps", of="file"),
    ]  # fmt: skip
    template = {"version": 1, "fields": fields, "questions": questions}
    payload = {"solution": [text, text], "trace": _trace(text), "file": json.dumps(_trace(text))}
    assert check_payload(template, payload) == ()
    tag = text.replace(",", "")
    rows = [{"step": 1, "rating": 1, "why": text}, {"step": 2, "rating": -1}]
    inner = {"criterion": text, "weight": -3, "tags": [tag], "steps": [text, tag]}
    answer = {
        "a": [{"criterion": text, "criteria": [inner]}],
        "b": rows, "c": rows, "d": rows,
    }  # fmt: skip
    task = bound(template, payload)
    assert check_answer(task, answer) == ()
    drawn = "".join(
        render_to_string(part.template, {"part": part})
        for block in blocks_of(template, payload)
        for part in block.parts
    )
    posted = MultiValueDict[str, str]()
    for each in asked(task, answer):
        drawn += "".join(render_to_string(each.template, {"part": each, "mode": mode}) for mode in ("read", "short"))
        form = render_to_string(each.template, {"part": each, "mode": "ask"})
        drawn += form
        sent = Sent()
        sent.feed(form)
        sent.close()
        for name, given in sent.values:
            posted.appendlist(name, given)
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert read_answer(task, posted) == answer
