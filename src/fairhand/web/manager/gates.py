"""Who may work on a stage: its conditions put together in a plain form, tried out on the project's people, saved.

The draft travels in the form itself: nothing is stored before it is saved with a reason.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fairhand.audit.actor import Actor
from fairhand.flow.change_gate import change_gate
from fairhand.gates.queries import catalogue, rule_of, skill_names
from fairhand.gates.rules import EMPTY, canonical_rule, count, problems_of_rule
from fairhand.gates.states import CONSENT_TOPICS
from fairhand.insight.gates import try_out
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import GATE_CONDITIONS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE
from fairhand.people.codes import country_code, language_code
from fairhand.people.profile import tags_of
from fairhand.people.queries import known_zones
from fairhand.projects.models import Project, Stage
from fairhand.projects.queries import stage_in
from fairhand.web import words
from fairhand.web.entry import Signed, found_or_404, of_project
from fairhand.web.figures import text_of
from fairhand.web.manager.frame import Mistake, page, posted, whole
from fairhand.web.words_of_gates import condition_said

_RULE_CHARS_MAX = 200_000
_LABELS = {
    "skill": gettext_noop("Skill or tier"), "level": gettext_noop("Level at least"), "topic": gettext_noop("Topic"),
    "language": gettext_noop("Languages"), "country": gettext_noop("Countries"),
    "not_country": gettext_noop("Countries that are left out"), "zone": gettext_noop("Time zones"),
    "reason": gettext_noop("Reason"), "rule": gettext_noop("Conditions"),
}  # fmt: skip
_LISTS = ("language", "country", "not_country", "zone")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being put together. `wrong`: field -> what is wrong with it. `seen`: the gate that was looked at."""

    rule: Mapping[str, Any]
    seen: UUID | None
    wrong: Mapping[str, str]
    typed: Mapping[str, str]
    is_draft: bool = True


@of_project(MANAGE, "GET", "POST")
def gate(request: Signed, project: Project, number: int) -> HttpResponse:
    """The conditions of one stage."""
    stage: Stage = found_or_404(stage_in(project.id, number))
    if request.method == "GET":
        return _page(request, project, stage, Draft(rule_of(stage.gate_id), stage.gate_id, {}, {}, is_draft=False))
    draft = _draft(request)
    do = posted(request, "do")
    if do == "save" and not draft.wrong:
        return _save(request, project, stage, draft)
    if do == "add" and not draft.wrong:
        draft = _added(request, draft)
    elif do.startswith("remove-") and not draft.wrong:
        draft = _removed(draft, whole(do.removeprefix("remove-")))
    return _page(request, project, stage, draft, 422 if draft.wrong else 200)


def _save(request: Signed, project: Project, stage: Stage, draft: Draft) -> HttpResponse:
    reason = posted(request, "reason").replace("\x00", "")
    done = change_gate(
        project_id=project.id, number=stage.ordinal, rule=draft.rule, seen=draft.seen, reason=reason,
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused) and done.code == "gate_moved":
        messages.warning(request, words.refusal(done), extra_tags="no")
        return redirect("manage-gate", slug=project.slug, number=stage.ordinal)
    if isinstance(done, Refused):
        field = "reason" if done.code.startswith("reason") else "rule"
        wrong = {field: words.refusal(done)}
        return _page(request, project, stage, replace(draft, wrong=wrong, typed={"reason": reason}), 422)
    said = _("The conditions hold from the next task on; what is claimed stays.") if done else _("Nothing was changed.")
    messages.success(request, said)
    return redirect("manage-gate", slug=project.slug, number=stage.ordinal)


def _draft(request: Signed) -> Draft:
    """The rule as the form brings it; a tampered one is told and dropped."""
    text = posted(request, "rule")
    try:
        seen = UUID(posted(request, "seen")) if posted(request, "seen") else None
        rule = json.loads(text) if len(text) <= _RULE_CHARS_MAX else None
    except (ValueError, RecursionError):
        rule, seen = None, None
    if problems_of_rule(rule):
        return Draft(EMPTY, None, {"rule": words.refusal(Refused("bad_rule", ""))}, {})
    return Draft(canonical_rule(rule), seen, {}, {})


def _added(request: Signed, draft: Draft) -> Draft:
    kind = posted(request, "kind")
    typed = {name: posted(request, name).replace("\x00", "") for name in ("skill", "level", "topic", "values", "into")}
    made, wrong = _condition(kind, typed)
    if made is None:
        return replace(draft, wrong=wrong, typed={**typed, "kind": kind})
    conditions = [dict(each) for each in draft.rule["all"]]
    place = whole(typed["into"])
    if place is not None and place < len(conditions):
        held = conditions[place]
        of = [*held["of"], made] if held["kind"] == "any" else [held, made]
        conditions[place] = {"kind": "any", "of": of}
    else:
        conditions.append(made)
    rule = {"version": 1, "all": conditions}
    if problems := problems_of_rule(rule):
        return replace(draft, wrong={kind: problems[0].why}, typed={**typed, "kind": kind})
    return replace(draft, rule=canonical_rule(rule))


def _condition(kind: str, typed: Mapping[str, str]) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """A condition from a form's fields, or what is wrong with them."""
    if kind == "skill":
        sort, _colon, slug = typed["skill"].partition(":")
        level = whole(typed["level"])
        found = next((row for row in catalogue() if (row.kind, row.slug) == (sort, slug)), None)
        if found is None:
            return None, {"skill": words.refusal(Refused("no_skill", ""))}
        if level is None or not 1 <= level <= found.level_max:
            return None, {"level": words.refusal(Refused("bad_level", ""))}
        return {"kind": sort, sort: slug, "level": level}, {}
    if kind == "consent":
        if typed["topic"] not in CONSENT_TOPICS:
            return None, {"topic": words.refusal(Refused("unknown_topic", ""))}
        return {"kind": "consent", "topic": typed["topic"]}, {}
    if kind not in _LISTS:
        return None, {"rule": words.refusal(Refused("bad_rule", ""))}
    return _list_condition(kind, tags_of(typed["values"]))


def _list_condition(kind: str, tags: tuple[str, ...]) -> tuple[dict[str, Any] | None, dict[str, str]]:
    if not tags:
        return None, {kind: _("Write at least one, with commas between.")}
    if kind == "zone":
        made = {"kind": kind, "any": list(tags)}
        if problems_of_rule({"version": 1, "all": [made]}, known_zones()):
            return None, {kind: _("A time zone is written like Africa/Cairo, or Europe/ for all that begin so.")}
        return made, {}
    coded = [(tag, language_code(tag) if kind == "language" else country_code(tag)) for tag in tags]
    if unknown := [tag for tag, code in coded if not code]:
        return None, {kind: _("Not known: %(names)s. Write a name or an ISO code.") % {"names": ", ".join(unknown)}}
    return {"kind": kind, "any": [code for _tag, code in coded]}, {}


def _removed(draft: Draft, place: int | None) -> Draft:
    kept = [each for n, each in enumerate(draft.rule["all"]) if n != place]
    return replace(draft, rule={"version": 1, "all": kept})


def _page(request: Signed, project: Project, stage: Stage, draft: Draft, status: int = 200) -> HttpResponse:
    names = skill_names(draft.rule)
    said = [condition_said(asked, names) for asked in draft.rule["all"]]
    tried = try_out(project.id, draft.rule, utc_now())
    conditions = [
        {"place": place, "said": each, "fails": tried.fails_at[place], "number": place + 1}
        for place, each in enumerate(said)
    ]
    wrong = dict(draft.wrong)
    context = {
        "stage": stage, "conditions": conditions, "tried": tried, "typed": draft.typed, "wrong": wrong,
        "failing": [(group, [said[place] for place in group.places]) for group in tried.failing],
        "rule": json.dumps(draft.rule, ensure_ascii=False), "seen": draft.seen or "",
        "changed": draft.is_draft and draft.rule != rule_of(stage.gate_id),
        "full": count(draft.rule) >= GATE_CONDITIONS_MAX,
        "into": [("", _("As a further condition")),
                 *[(place, _("Or instead of: %(said)s") % {"said": each}) for place, each in enumerate(said)]],
        "skills": [(f"{row.kind}:{row.slug}", f"{text_of(row.name)} · {words.word('skill_kind', row.kind)}")
                   for row in catalogue()],
        "topics": [(topic, words.word("topic", topic)) for topic in CONSENT_TOPICS],
        "lists": [(kind, _(_LABELS[kind]), words.word("condition", kind)) for kind in _LISTS],
        "problems": [Mistake(f"f-{name}", _(_LABELS[name]), why) for name, why in wrong.items()],
    }  # fmt: skip
    return page(request, project, "settings", "gate", context, status)
