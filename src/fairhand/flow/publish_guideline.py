"""publish_guideline: a new version of the guideline, for claims made from now on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.estimates.commands import lock_stage, start_anew
from fairhand.estimates.queries import open_review_of
from fairhand.flow.carry_offers import carry_offers
from fairhand.flow.review_estimates import look_at
from fairhand.insight.guideline_changes import marks_of
from fairhand.kernel.limits import REASON_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects.commands import add_guideline
from fairhand.projects.models import Guideline, Stage
from fairhand.projects.queries import guideline_of
from fairhand.projects.rules import Wrong, guideline_problems
from fairhand.tasks.wording import control_problem


def publish_guideline(
    *,
    project_id: UUID,
    base: int,
    texts: Mapping[str, str],
    note: str,
    actor: Actor,
    now: datetime,
    affects: Sequence[str] = (),
    rubric: Mapping[str, str] | None = None,
) -> Guideline | Refused:
    """Publish texts (language -> Markdown) as the version after `base`, the version they were written against.
    `rubric`: the part for reviewers; None: as it was.

    Work in hand is judged by the version its offer names. `affects`: what the change touches, of `marks_of`; whoever
    holds such a task is told, and may go on or give it back; and how long the work takes is measured anew: until eight
    tasks have ended, new ones run at the full rate to the paid-time maximum. Refusals: bad_input (facts["problems"]:
    Wrong), guideline_moved (somebody published meanwhile).
    """
    with transaction.atomic():
        made = _publish(project_id, base, texts, rubric, note, actor, now, affects)
    if not isinstance(made, Refused) and made.affects:
        carry_offers(now=now, project_id=project_id)
    return made


def _publish(
    project_id: UUID, base: int, texts: Mapping[str, str], rubric: Mapping[str, str] | None, note: str, actor: Actor,
    now: datetime, affects: Sequence[str],
) -> Guideline | Refused:  # fmt: skip
    before = guideline_of(project_id, base)
    judged = before.rubric if before and rubric is None else rubric or {}
    kept, judged = ({code: text for code, text in each.items() if text.strip()} for each in (texts, judged))

    problems = guideline_problems((before.texts, before.rubric) if before else ({}, {}), kept, judged, note)
    written = [
        (f"{part}.{code}", text) for part, each in (("text", kept), ("rubric", judged)) for code, text in each.items()
    ]
    for field, text in [*written, ("note", note)]:
        if (why := control_problem(text)) is not None:
            problems.append(Wrong(field, "bad_character", why))
    if len(note) > REASON_CHARS_MAX:
        problems.append(Wrong("note", "too_long", f"has more than {REASON_CHARS_MAX} characters"))
    if unknown := sorted(set(affects) - {mark.name for mark in marks_of(project_id)}):
        problems.append(Wrong("affects", "not_an_option", f"nothing here is called {', '.join(unknown)}"))
    if problems:
        return Refused("bad_input", "The guideline can't be published as it is.", {"problems": problems})

    # What the work of before says is heard first: if it took too long, its review opens now.
    stages = Stage.objects.filter(project_id=project_id).order_by("id").values_list("id", flat=True) if affects else ()
    for stage_id in stages:
        look_at(stage_id, actor, now)
    made = add_guideline(
        project_id=project_id, base=base, texts=kept, rubric=judged, note=note.strip(), actor=actor, now=now,
        affects=sorted(set(affects)),
    )  # fmt: skip
    if made is None:
        return Refused("guideline_moved", "Somebody published a newer version meanwhile; compare, and publish again.")
    for stage_id in stages:
        if open_review_of(stage_id) is None:  # a review goes by the work as it was, and its decision comes first
            start_anew(stage=lock_stage(stage_id), actor=actor, now=now)
    return made
