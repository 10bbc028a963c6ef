"""Contested pay lines of a side of the world."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from fairhand.audit.actor import Actor
from fairhand.cases.commands import appeal
from fairhand.cases.models import Case
from fairhand.cases.rules import Answer
from fairhand.flow.answer_contest import answer_contest
from fairhand.flow.contest_line import contest_line
from fairhand.kernel.clock import utc_now
from fairhand.pay.models import PayLine
from tests.building import Small


def contested(small: Small, answerer: UUID, say: Callable[[str], str]) -> dict[str, Any]:
    """Two lines of the first expert: one case waits for its answer, one for the answer to an appeal."""
    now, project, expert = utc_now() - timedelta(hours=1), small.project, small.experts[0]
    lines = PayLine.objects.filter(project_id=project.id, person_id=expert, amount_minor__gt=0).order_by("made_at")
    found = []
    for line in lines[1:3]:
        made = contest_line(
            line_id=line.id, person_id=expert, words=say("words of a case"), actor=Actor("person", expert), now=now
        )
        assert isinstance(made, Case), made
        found.append(made.id)
    given = Answer("correct", 1, "goodwill", say("reason of an answer"), answerer, True)
    refused = answer_contest(
        project_id=project.id, case_id=found[1], given=given, actor=Actor("person", answerer), now=now
    )
    assert refused is None, refused
    words = say("words of an appeal")
    refused = appeal(case_id=found[1], person_id=expert, words=words, actor=Actor("person", expert), now=now)
    assert refused is None, refused
    return {"case_id": found[1]}
