"""A project's settings: its words, the numbers of its stages, and whether it gives out work."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairhand.audit.actor import Actor
from fairhand.flow.change_project import change_project
from fairhand.flow.change_stage import change_stage
from fairhand.flow.move_project import move_project
from fairhand.gates.queries import rules_of, skill_names
from fairhand.gates.rules import EMPTY
from fairhand.insight.batches import money_of
from fairhand.insight.timeline import decisions_on
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE
from fairhand.projects.models import Project, Stage
from fairhand.projects.queries import stages_of
from fairhand.projects.rules import STAGE_NUMBERS
from fairhand.projects.states import PROJECT_MOVES
from fairhand.web import words
from fairhand.web.entry import Signed, of_project
from fairhand.web.figures import number, spell
from fairhand.web.manager.frame import listed, page, posted, problems_of, whole
from fairhand.web.manager.languages import languages_of
from fairhand.web.manager.tasks import told
from fairhand.web.words_of_gates import condition_said

_TOLD = [
    "project:made", "project:opened", "project:paused", "project:closed", "project:changed", "guideline:published",
    "stage:changed", "gate:changed",
]  # fmt: skip
_DECISIONS_SHOWN = 30
_POLICY = ("share", "first")


@of_project(MANAGE, "GET", "POST")
def settings(request: Signed, project: Project) -> HttpResponse:
    """Names, description and whom experts ask."""
    if request.method == "GET":
        return _page(request, project)
    codes = [code for code, _name in languages_of(project, {})]
    typed = {f"{part}.{code}": posted(request, f"{part}.{code}") for part in ("name", "summary") for code in codes}
    typed["contact"] = posted(request, "contact")
    done = change_project(
        project_id=project.id, name={code: typed[f"name.{code}"] for code in codes},
        summary={code: typed[f"summary.{code}"] for code in codes}, contact=typed["contact"],
        actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        return _page(request, project, typed, problems_of(done), "words", 422)
    messages.success(request, _("Saved.") if done else _("Nothing was changed."))
    return redirect("manage-settings", slug=project.slug)


@of_project(MANAGE, "POST")
def stage(request: Signed, project: Project, number: int) -> HttpResponse:
    """Numbers of one stage, for claims made from now on."""
    typed = {name: posted(request, name) for name in (*STAGE_NUMBERS, *_POLICY, "pair_max", "blind", "reason")}
    policy: dict[str, Any] | None = None
    if "share" in request.POST:
        policy = {"share": typed["share"].strip()}
        if "first" in request.POST:
            policy["first"] = whole(typed["first"])
    done = change_stage(
        project_id=project.id, number=number, numbers={name: whole(typed[name]) for name in STAGE_NUMBERS},
        policy_terms=policy, reason=typed["reason"],
        judging=(typed["blind"] == "yes", whole(typed["pair_max"])) if "pair_max" in request.POST else None,
        actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        if done.code == "bad_input":
            return _page(request, project, typed, problems_of(done), f"stage-{number}", 422)
        messages.warning(request, words.refusal(done), extra_tags="no")
    elif done:
        messages.success(request, _("Saved for every claim made from now on; claims in work keep their terms."))
    else:
        messages.success(request, _("Nothing was changed."))
    return redirect("manage-settings", slug=project.slug)


@of_project(MANAGE, "POST", fresh=True)
def move(request: Signed, project: Project) -> HttpResponse:
    """Pause, open again, or close."""
    to = posted(request, "to")
    if (project.state, to) not in PROJECT_MOVES:
        messages.warning(request, words.refusal(Refused("project_not_movable", to)), extra_tags="no")
        return redirect("manage-settings", slug=project.slug)
    typed = {"reason": posted(request, "reason")}
    done = move_project(
        project_id=project.id, to=to, reason=typed["reason"], actor=_actor(request), now=utc_now()
    )  # fmt: skip
    if isinstance(done, Refused):
        if done.code == "bad_input":
            return _page(request, project, typed, problems_of(done), f"move-{to}", 422)
        messages.warning(request, words.refusal(done), extra_tags="no")
        return redirect("manage-settings", slug=project.slug)
    messages.success(request, _moved(to, done))
    return redirect("manage-settings", slug=project.slug)


def _moved(to: str, cancelled: int) -> str:
    if to == "open":
        return _("The project is open again: its slots can be taken.")
    if to == "paused":
        return _("The project is paused: nothing new is given out; what is in work goes on.")
    said = ngettext(
        "The project is closed. %(n)s slot that nobody had taken was cancelled; its money is back in the budget.",
        "The project is closed. %(n)s slots that nobody had taken were cancelled; their money is back in the budget.",
        cancelled,
    )
    return said % {"n": f"{cancelled:,}"}


def _actor(request: Signed) -> Actor:
    return Actor("person", request.viewer.person_id)


def _page(
    request: Signed,
    project: Project,
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
    form: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole page; the form named `form` comes back as it was typed, with what is wrong."""
    stages = stages_of([project.id])
    rules = rules_of([each.gate_id for each in stages if each.gate_id])
    names = skill_names(*rules.values())
    wrong = problems or {}
    events = decisions_on([project.id, *(each.id for each in stages)], _TOLD, project.id, _DECISIONS_SHOWN)
    context = {
        "form": form, "problems": wrong, "listed": listed(wrong, _labels(project), _suffix(form)),
        "words": _words(project, typed if form == "words" else None, wrong),
        "contact": typed["contact"] if form == "words" and typed else project.contact,
        "contact_problem": wrong.get("contact", ""),
        "stages": [
            _stage(each, typed, wrong, form)
            | {"gate": [condition_said(asked, names) for asked in rules.get(each.gate_id, EMPTY)["all"]]}
            for each in stages
        ],
        "moves": [to for to in ("paused", "open", "closed") if (project.state, to) in PROJECT_MOVES and _used(project)],
        "reason": typed.get("reason", "") if typed and form.startswith("move-") else "",
        "reason_problem": wrong.get("reason", "") if form.startswith("move-") else "",
        "money": money_of(project.id),
        "history": [told(each, project.currency) for each in events],
    }  # fmt: skip
    return page(request, project, "settings", "settings", context, status)


def _suffix(form: str) -> str:
    """What the ids of a form's fields end in: each stage and each move has one of its own."""
    return f"-{form.partition('-')[2]}" if "-" in form else ""


def _used(project: Project) -> bool:
    """Whether work was ever given out: before that there is nothing to pause or to end."""
    return project.state != "draft"


def _labels(project: Project) -> dict[str, str]:
    found = {"contact": _("Whom experts ask"), "reason": _("Reason")}
    found |= {name: words.word("stage_number", name) for name in STAGE_NUMBERS}
    found |= {"pair_max": _("Two who judge each other: at most")}
    found |= {"policy.share": _("Share reviewed"), "policy.first": _("First submissions of each expert reviewed")}
    for code, name in languages_of(project, {}):
        found[f"name.{code}"] = f"{_('Name')} ({name})"
        found[f"summary.{code}"] = f"{_('Description')} ({name})"
    return found


def _words(project: Project, typed: dict[str, str] | None, wrong: dict[str, str]) -> list[dict[str, str]]:
    found = []
    for code, name in languages_of(project, {}):
        for part, texts in (("name", project.name), ("summary", project.summary)):
            field = f"{part}.{code}"
            value = typed.get(field, "") if typed is not None else texts.get(code, "")
            found.append({
                "part": part, "field": field, "language": name, "code": code, "value": value,
                "problem": wrong.get(field, ""),
            })  # fmt: skip
    return found


def _said(name: str, value: int) -> str:
    """A number of a stage as people say it: lengths of time spelled out."""
    if name.endswith("_s") or name == "claim_s_max":
        return spell(value)
    return spell(value * 3600) if name.endswith("_h") else number(value)


def _stage(stage: Stage, typed: dict[str, str] | None, wrong: dict[str, str], form: str) -> dict[str, Any]:
    mine = form == f"stage-{stage.ordinal}"
    here, bad = (typed or {}, wrong) if mine else ({}, {})
    terms = (stage.review_policy or {}).get("terms")
    return {
        "stage": stage,
        "numbers": [
            {
                "name": name, "label": words.word("stage_number", name), "short": words.word("stage_length", name),
                "low": low, "high": high,
                "value": here.get(name, str(getattr(stage, name))), "problem": bad.get(name, ""),
                "said": _said(name, getattr(stage, name)),
            }
            for name, (low, high) in STAGE_NUMBERS.items()
        ],
        "policy": terms and {
            "share": here.get("share", str(terms.get("share", ""))),
            "first": here.get("first", str(terms["first"])) if "first" in terms else None,
            "share_problem": bad.get("policy.share", ""), "first_problem": bad.get("policy.first", ""),
        },
        "judging": stage.kind != "attempt" and {
            "pair_max": here.get("pair_max", str(stage.pair_max or 0)), "pair_problem": bad.get("pair_max", ""),
            "blind": here["blind"] == "yes" if here else stage.blind,
        },
        "reason": here.get("reason", ""), "reason_problem": bad.get("reason", ""), "bad": bool(bad),
    }  # fmt: skip
