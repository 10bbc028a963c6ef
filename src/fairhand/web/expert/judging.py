"""The form of a claim that judges: one submission under review or audit, or all attempts at a task."""

from collections.abc import Mapping
from typing import Any

from django.utils.datastructures import MultiValueDict

from fairhand.dispatch.queries import ClaimFacts
from fairhand.insight.work_page import subjects
from fairhand.review.rules import OVERALL, OVERALL_SCORES, VERDICTS
from fairhand.tasks.keys import REVIEW
from fairhand.tasks.template import bound
from fairhand.web.shown import answered, asked, read_answer

_FIXED, _FINAL = "answer.fixed.", "answer.answer."


def read_judgement(posted: MultiValueDict[str, str], facts: ClaimFacts) -> dict[str, Any]:
    """What a form says, as `submit_work` takes it."""
    answer: dict[str, Any] = {}
    names = ("note",) if facts.stage_kind == "adjudicate" else ("note", "clause")
    for name in names:
        if text := posted.get(f"answer.{name}", "").replace("\r\n", "\n"):
            answer[name] = text
    if facts.stage_kind == "adjudicate":
        return {"answer": read_answer(facts.template, posted, _FINAL), **answer}
    answer["verdict"] = posted.get("answer.verdict", "")
    if "answer.scored" in posted and answer["verdict"] != "return":  # else the form has no score, or needs none
        chosen = posted.get("answer.score", "")
        answer["scores"] = {OVERALL: int(chosen) if chosen in map(str, OVERALL_SCORES) else None}
    if answer["verdict"] == "accept_with_fixes":
        answer["fixed_answer"] = read_answer(facts.template, posted, _FIXED)
    return answer


def judging_form(
    facts: ClaimFacts, payload: Mapping[str, Any], filled: Mapping[str, Any], wrong: Mapping[str, str]
) -> dict[str, Any]:
    """What the page shows of the work that is judged, and what it asks. A blind stage names no author. Each work is
    shown with the version of the template that its author worked with."""
    about = subjects(facts.subject_ids, facts.blind)
    final = facts.stage_kind == "adjudicate"
    part, prefix = ("answer", _FINAL) if final else ("fixed_answer", _FIXED)
    theirs = about[0].answer if about and not final else {}
    inner = {name.partition(".")[2]: why for name, why in wrong.items() if name.startswith(f"{part}.")}
    form = asked(facts.template, filled.get(part) or theirs, prefix, inner, REVIEW)
    return {
        "review": True, "adjudicates": final, "audits": facts.stage_kind == "audit", "blind": facts.blind,
        "subjects": [(each, answered(bound(each.template, payload), each.answer)) for each in about],
        "scored": facts.stage_kind == "review" and any(each.scored for each in about), "scores": OVERALL_SCORES,
        "score": (filled.get("scores") or {}).get(OVERALL),
        "verdicts": VERDICTS, "fixed": form, "filled": filled,
        "wrong": {name: why for name, why in wrong.items() if not name.startswith(f"{part}.")},
        "problems": [each for each in form if each.problem],
    }  # fmt: skip
