"""publish_template: a new version of what tasks show and ask, for claims made from now on."""

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.estimates.commands import lock_stage, start_anew
from fairhand.estimates.queries import open_review_of
from fairhand.flow.carry_offers import carry_offers
from fairhand.flow.order_plan import plan_of
from fairhand.flow.panel_answers import models_ready
from fairhand.flow.review_estimates import look_at
from fairhand.insight.template_fit import Misfit, batches_to_fit, known_misfits, misfits
from fairhand.kernel.limits import TEMPLATE_MISFITS_SHOWN_MAX, TEMPLATE_NOTE_CHARS_MAX
from fairhand.kernel.refusals import Refused, RefusedError
from fairhand.projects.commands import add_template
from fairhand.projects.models import Project, Stage, Template
from fairhand.projects.queries import stages_of, template_of
from fairhand.projects.rules import Wrong
from fairhand.review import redundancy
from fairhand.tasks.commands import retire
from fairhand.tasks.own_template import Own, as_written_now, whole_template
from fairhand.tasks.template_changes import template_changes
from fairhand.tasks.wording import control_problem
from fairhand_pay import Terms, units_of

# While a file of tasks is imported no version is published, and while one is published none is imported: of two at once
# the later one sees what the earlier one did.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('projects.template'), hashtext(%s))"
_SHARE = "SELECT pg_advisory_xact_lock_shared(hashtext('projects.template'), hashtext(%s))"
_WRITTEN = frozenset({"word", "turn"})  # units that are counted in free text alone
_FREE_TEXT = frozenset({"text", "turns"})


def hold_template(project_id: UUID) -> None:
    """Keep the version in force until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARE, [str(project_id)])


def publish_template(
    *, project_id: UUID, base: int, body: object, note: str, changes_work: bool, actor: Actor, now: datetime
) -> Template | Refused:
    """Publish a template (as JSON) as the version after `base`, the version it was written against.

    Work in hand, its further rounds and its reviews go on with the version that the offer of the work names. Every task
    that may still be given out has to fit: they are looked at one by one before anything is locked, and once more those
    that were imported meanwhile. Gold whose known answer doesn't fit is retired. `changes_work`: how long the work
    takes is measured anew, as after a guideline that changes it.
    Refusals: bad_input (facts["problems"]: Wrong), template_moved (somebody published meanwhile), tasks_unfit
    (facts: n, first), project_closed, models_missing and models_unfunded (of a project that gives out work).
    """
    template = whole_template(body)
    if isinstance(template, Own):
        faults = [Wrong("template", each.why.code, f"{each.where} {each.why}".strip()) for each in template.faults]
        return _refused([*faults, *_note_problems(note)])
    known = batches_to_fit(project_id)
    if refused := _unfit(misfits(known, template)):
        return refused
    try:
        with transaction.atomic():
            made = _publish(project_id, base, template, note.strip(), changes_work, frozenset(known), actor, now)
    except RefusedError as refusal:
        return refusal.refused
    if made.changes_work:
        carry_offers(now=now, project_id=project_id)
    return made


def _publish(
    project_id: UUID, base: int, template: Mapping[str, Any], note: str, changes_work: bool, known: frozenset[UUID],
    actor: Actor, now: datetime,
) -> Template:  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [str(project_id)])
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    if project.state == "closed":
        raise RefusedError(Refused("project_closed", "The project is closed; nothing is given out in it any more."))
    before = template_of(project_id)
    if before is None or before.version != base:
        why = "Somebody published a newer version meanwhile; compare, and publish again."
        raise RefusedError(Refused("template_moved", why))
    changed = template_changes(as_written_now(before.body), template)
    problems = _note_problems(note) + _problems(project_id, template, same=not changed)
    if problems:
        raise RefusedError(_refused(problems))
    if project.state != "draft" and (refused := models_ready(template, project)):  # a draft is asked as it is launched
        raise RefusedError(refused)
    if refused := _unfit(misfits([each for each in batches_to_fit(project_id) if each not in known], template)):
        raise RefusedError(refused)

    # What the work of before says is heard first: if it took too long, its review opens now.
    stages = list(Stage.objects.filter(project_id=project_id).order_by("id").values_list("id", flat=True))
    for stage_id in stages if changes_work else ():
        look_at(stage_id, actor, now)
    gold = known_misfits(project_id, template).gold
    for task_id, _misfit in gold:
        retire(task_id=task_id, project_id=project_id, by=actor.id, why=f"template {base + 1}: {note}", now=now)
    said = {"changed": [f"{each.part}.{each.name}" for each in changed], "gold_retired": len(gold)}
    made = add_template(
        project_id=project_id, base=base, body=template, note=note, changes_work=changes_work, said=said, actor=actor,
        now=now,
    )  # fmt: skip
    if made is None:
        raise RuntimeError(f"the template of project {project_id} moved under its lock")
    for stage_id in stages if changes_work else ():
        if open_review_of(stage_id) is None:  # a review goes by the work as it was, and its decision comes first
            start_anew(stage=lock_stage(stage_id), actor=actor, now=now)
    return made


def _refused(problems: list[Wrong]) -> Refused:
    return Refused("bad_input", "The template can't be published as it is.", {"problems": problems})


def _note_problems(note: str) -> list[Wrong]:
    if not note.strip():
        return [Wrong("note", "required", "say what changed: experts read it")]
    if len(note) > TEMPLATE_NOTE_CHARS_MAX:
        return [Wrong("note", "too_long", f"has more than {TEMPLATE_NOTE_CHARS_MAX} characters")]
    why = control_problem(note)
    return [Wrong("note", "bad_character", why)] if why is not None else []


def _problems(project_id: UUID, template: Mapping[str, Any], *, same: bool) -> list[Wrong]:
    """What the project as it stands has against the version."""
    if same:
        return [Wrong("template", "template_same", "nothing differs from the version in force")]
    found = []
    chosen = plan_of(project_id).redundancy
    names = [str(each["name"]) for each in template["questions"]]
    if chosen is not None and redundancy.problems(chosen, names):
        why = "the order of work compares answers to a question that isn't there any more; change that first"
        found.append(Wrong("template", "template_compared", why))
    written = any(each["type"] in _FREE_TEXT for each in template["questions"])
    for stage in stages_of([project_id], "attempt"):
        if not written and _WRITTEN & set(units_of(Terms.parse(stage.pay_plan.terms))):
            why = "the pay plan counts what is written in free text, and nothing asks for any"
            found.append(Wrong("template", "template_unpaid", why))
    return found


def _unfit(found: Any) -> Refused | None:
    """The refusal, if any task doesn't fit; all are counted, the first few named."""
    first: list[Misfit] = list(islice(found, TEMPLATE_MISFITS_SHOWN_MAX))
    if not first:
        return None
    n = len(first) + sum(1 for _ in found)
    why = f"{n} tasks that may still be given out don't fit the new version; the first is {first[0].key}"
    return Refused("tasks_unfit", f"{why} ({first[0].field} {first[0].why}).", {"n": n, "first": first})
