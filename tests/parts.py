"""Examples of the fields and questions there are, as their folders hold them, and a template of them all."""

import inspect
import json
from pathlib import Path
from typing import Any

from fairhand.tasks.fields import FIELDS
from fairhand.tasks.questions import QUESTIONS


def example(part: Any) -> dict[str, Any]:
    """What a part's example.json says."""
    return dict(json.loads(Path(inspect.getfile(type(part))).with_name("example.json").read_text(encoding="utf-8")))


def stored(part: Any) -> dict[str, Any]:
    """The example's terms in the JSON form that a template stores."""
    return dict(part.terms.model_validate(example(part)["terms"]).model_dump(mode="json", exclude_none=True))


def terms_of(part: Any) -> dict[str, Any]:
    """The same as the part gets them: a question about a field has the field's value beside its terms."""
    told = example(part)
    return {**stored(part), "given": told["given"]} if "given" in told else stored(part)


def everything() -> tuple[dict[str, Any], dict[str, Any]]:
    """A template that shows and asks everything there is, and a payload for it. What models say may be left out."""
    fields = [({**stored(part), "name": f"{part.name}_x"}, example(part)["good"][0]) for part in FIELDS.all()]
    asked = []
    for part in QUESTIONS.all():
        told, terms = example(part), {**stored(part), "name": f"{part.name}_x"}
        if part.name == "panel":
            terms["required"] = False
        if "given" in told:
            terms["of"] = f"{part.name}_of"
            fields.append(({"version": 1, **told["field"], "name": terms["of"]}, told["given"]))
        asked.append(terms)
    template = {"version": 1, "fields": [terms for terms, _ in fields], "questions": asked}
    return template, {terms["name"]: value for terms, value in fields}
