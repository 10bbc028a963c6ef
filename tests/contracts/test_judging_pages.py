"""Rubric, fact check and data validation as pages draw them: hostile words stay words, and come back as they were."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.template import bound, check_answer
from fairhand.web.shown import asked, read_answer
from tests.forms import Sent


def stored(name: str, **terms: Any) -> dict[str, Any]:
    """Terms as a template stores them."""
    kind = QUESTIONS.get(terms["type"])
    assert kind is not None
    model = kind.terms.model_validate({"name": name, "label": "Q", **terms})
    return dict(model.model_dump(mode="json", exclude_none=True))


HOSTILE = (
    "</textarea><script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "\u202eabc\u2066", "{{ 7 }}",
    "a\u0001b",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_come_back_as_they_were_and_are_never_markup(text: str) -> None:
    payload = {
        "criteria": [{"criterion": text, "weight": 1, "section": text, "help": text, "steps": [text, text]}],
        "claims": text, "rows": {"columns": [text], "rows": [[text]]},
    }  # fmt: skip
    template = {
        "version": 1, "fields": [],
        "questions": [
            stored("a", type="rubric", of="criteria"), stored("b", type="factcheck", of="claims", written=1),
            stored("c", type="validation", of="rows"),
        ],
    }  # fmt: skip
    source = {"source": text, "quote": text}
    answer = {
        "a": {"c1": {"score": 1, "evidence": text}},
        "b": [{"claim": "c1", "verdict": "refuted", "sources": [source], "why": text},
              {"text": text, "verdict": "supported", "sources": [source]}],
        "c": {"looked": [1], "cells": {"1:1": {"fix": text + "!"}}},
    }  # fmt: skip
    control = "\u0001" in text  # which a task may not hold, and an answer may
    task = bound(template, {**payload, "criteria": [] if control else payload["criteria"]})
    wanted = {name: given for name, given in answer.items() if name != "a" or not control}
    problems = [(problem.field, problem.code) for problem in check_answer(task, wanted)]
    assert problems == ([("a", "required")] if control else [])
    posted = MultiValueDict[str, str]()
    for each in asked(task, wanted):
        page = "".join(
            render_to_string(each.template, {"part": each, "mode": mode}) for mode in ("ask", "read", "short")
        )
        assert "<script" not in page
        assert "<img" not in page
        sent = Sent()
        sent.feed(render_to_string(each.template, {"part": each, "mode": "ask"}))
        sent.close()
        for name, given_ in sent.values:
            posted.appendlist(name, given_)
    assert read_answer(task, posted) == wanted
