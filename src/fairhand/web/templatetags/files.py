"""What was sent for a question so far, for the part that asks for files."""

from typing import Any

from django import template

from fairhand.files.queries import of_answer
from fairhand.files.rules import value_of
from fairhand.tasks.questions.file.part import written
from fairhand.web import words

register = template.Library()


@register.simple_tag(takes_context=True)
def sent_files(context: Any, part: Any) -> list[dict[str, Any]]:
    """The files of this claim's slot that the answer as it is drawn does not hold, oldest first; on a page that brings
    no answer back, those of this claim are chosen."""
    claim, request = context.get("claim"), context.get("request")
    if claim is None or claim.stage_kind != "attempt" or request is None:
        return []
    held = {each[0]["file"] for each in part.drawn["files"]}
    found = []
    for row in of_answer(claim.slot_id, claim.person_id, part.name):
        if str(row.id) in held:
            continue
        clean = row.state == "clean"
        found.append({
            "row": row, "value": value_of(row), "raw": written(value_of(row)) if clean else "", "clean": clean,
            "at": len(held) + len(found),
            "chosen": clean and row.claim_id == claim.claim_id and request.method == "GET",
            "why": words.word("file_refused", row.why),
        })  # fmt: skip
    return found
