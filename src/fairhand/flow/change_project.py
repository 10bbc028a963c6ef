"""change_project: its name, its summary and whom experts ask."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.kernel.limits import LABEL_CHARS_MAX, PARAGRAPH_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects.commands import change_words
from fairhand.projects.rules import Wrong
from fairhand.tasks.wording import wording_problem


@transaction.atomic
def change_project(
    *, project_id: UUID, name: Mapping[str, str], summary: Mapping[str, str], contact: str, actor: Actor, now: datetime
) -> bool | Refused:
    """Whether anything changed. Refusal: bad_input (facts["problems"]: Wrong)."""
    names = {language: text.strip() for language, text in name.items() if text.strip()}
    summaries = {language: text.strip() for language, text in summary.items() if text.strip()}

    problems = [Wrong("name.en", "required", "the project needs an English name")] if "en" not in names else []
    for field, texts, most in (("name", names, LABEL_CHARS_MAX), ("summary", summaries, PARAGRAPH_CHARS_MAX)):
        for language, text in texts.items():
            problems += _problems(f"{field}.{language}", text, most)
    problems += _problems("contact", contact.strip(), LABEL_CHARS_MAX) if contact.strip() else []
    if problems:
        return Refused("bad_input", "The project can't be changed like this.", {"problems": problems})

    return change_words(
        project_id=project_id, name=names, summary=summaries, contact=contact.strip(), actor=actor, now=now
    )


def _problems(field: str, text: str, chars_max: int) -> list[Wrong]:
    if len(text) > chars_max:
        return [Wrong(field, "too_long", f"has more than {chars_max} characters")]
    why = wording_problem(text)
    return [Wrong(field, "bad_character", why)] if why else []
