"""A project's guideline: its versions, what differs between two, and writing the next one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairhand.audit.actor import Actor
from fairhand.flow.publish_guideline import publish_guideline
from fairhand.flow.reopen_tasks import reopen_tasks
from fairhand.insight.guideline_changes import Mark, marks_of, reach_of
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import TASKS_REOPENED_PER_CALL_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE, SEE_BOARD
from fairhand.projects.models import Guideline, Project
from fairhand.projects.queries import guideline_of, guidelines_of
from fairhand.web import words
from fairhand.web.differences import differences
from fairhand.web.entry import Signed, found_or_404, of_project
from fairhand.web.figures import text_of
from fairhand.web.manager.frame import listed, page, posted, problems_of, whole
from fairhand.web.manager.languages import languages_of

_PARTS = ("text", "rubric")


@of_project(SEE_BOARD)
def guideline(request: Signed, project: Project) -> HttpResponse:
    """The version in force."""
    versions = guidelines_of(project.id)
    return _read(request, project, versions, versions[0].version if versions else 0)


@of_project(SEE_BOARD)
def version(request: Signed, project: Project, version: int) -> HttpResponse:
    """One version, as it was and stays."""
    return _read(request, project, guidelines_of(project.id), version)


def _read(
    request: Signed,
    project: Project,
    versions: list[Guideline],
    number: int,
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
) -> HttpResponse:
    shown = found_or_404(guideline_of(project.id, number))
    languages = [each for each in languages_of(project, shown.texts) if shown.texts.get(each[0])]
    context = {
        "versions": versions, "shown": shown, "newest": versions[0].version,
        "texts": [(code, name, shown.texts[code]) for code, name in languages],
        "rubric": [(code, name, shown.rubric[code]) for code, name in languages if shown.rubric.get(code)],
        "marks": _marked(project, shown.affects), "reach": reach_of(project.id, number) if shown.affects else None,
        "typed": typed or {}, "problems": problems or {}, "most": TASKS_REOPENED_PER_CALL_MAX,
        "listed": listed(problems or {}, {"limit": _("How many tasks"), "reason": _("Reason")}),
    }  # fmt: skip
    return page(request, project, "guideline", "guideline", context, 422 if problems else 200)


def _marked(project: Project, affects: list[str]) -> list[str]:
    """What a version touches, in words; a mark that means nothing any more says itself."""
    said = dict(_options(project))
    return [said.get(name, name.partition(":")[2]) for name in affects]


def _options(project: Project) -> list[tuple[str, str]]:
    """(mark, words) of all that a change may touch here."""
    return [(mark.name, _mark(mark)) for mark in marks_of(project.id)]


def _mark(mark: Mark) -> str:
    if mark.question is not None:
        return _("Question: %(label)s") % {"label": text_of(mark.label or {}) or mark.question}
    return _("Field: %(field)s") % {"field": mark.field} if mark.field else _("Tasks without a field")


@of_project(MANAGE, "POST")
def reopen(request: Signed, project: Project, version: int) -> HttpResponse:
    """One more attempt on accepted tasks that a version touches; nothing that was paid is undone."""
    typed = {"limit": posted(request, "limit"), "reason": posted(request, "reason")}
    done = reopen_tasks(
        project_id=project.id, version=version, limit=whole(typed["limit"]), reason=typed["reason"],
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        if done.code == "bad_input":
            return _read(request, project, guidelines_of(project.id), version, typed, problems_of(done))
        messages.warning(request, words.refusal(done), extra_tags="no")
    else:
        said = ngettext(
            "%(n)s task is open for one more attempt.", "%(n)s tasks are open for one more attempt.", done.tasks
        )
        messages.success(request, said % {"n": f"{done.tasks:,}"})
        if done.short:
            messages.warning(request, _("The pools paid for no more than these."), extra_tags="no")
    return redirect("manage-guideline-version", slug=project.slug, version=version)


@of_project(SEE_BOARD)
def compare(request: Signed, project: Project) -> HttpResponse:
    """Any two versions; without a choice the newest and the one before it."""
    versions = guidelines_of(project.id)
    newest = versions[0].version if versions else 0
    after = whole(request.GET.get("to", "")) or newest
    before = whole(request.GET.get("from", "")) or max(1, after - 1)
    old, new = (found_or_404(guideline_of(project.id, number)) for number in (before, after))
    languages = languages_of(project, {**old.texts, **new.texts})
    changed = [(name, differences(old.texts.get(code, ""), new.texts.get(code, ""))) for code, name in languages]
    changed += [
        (_("For reviewers: %(language)s") % {"language": name}, lines) for code, name in languages
        if (lines := differences(old.rubric.get(code, ""), new.rubric.get(code, "")))
    ]  # fmt: skip
    context = {
        "old": old, "new": new, "changed": changed,
        "options": [(each.version, _("Version %(n)s") % {"n": each.version}) for each in versions],
    }  # fmt: skip
    return page(request, project, "guideline", "guideline_compare", context)


@of_project(MANAGE, "GET", "POST")
def write(request: Signed, project: Project) -> HttpResponse:
    """The next version: written, looked at, published. What was typed comes back with whatever is wrong."""
    newest = found_or_404(next(iter(guidelines_of(project.id)), None))
    current = found_or_404(guideline_of(project.id, newest.version))
    if request.method == "GET":
        return _form(request, project, current, current.version, _named(current), "", {}, [], preview=False)
    base = whole(posted(request, "base")) or 0
    languages = [code for code, _name in languages_of(project, current.texts)]
    texts = {f"{part}.{code}": posted(request, f"{part}.{code}") for part in _PARTS for code in languages}
    note = posted(request, "note")
    affects = [name for name, _said in _options(project) if name in request.POST.getlist("affects")]
    if "preview" in request.POST:
        return _form(request, project, current, base, texts, note, {}, affects, preview=True)
    made = publish_guideline(
        project_id=project.id, base=base, note=note, affects=affects,
        texts={code: texts[f"text.{code}"] for code in languages},
        rubric={code: texts[f"rubric.{code}"] for code in languages},
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(made, Refused):
        if made.code == "guideline_moved":
            messages.warning(request, words.refusal(made), extra_tags="no")
            base = current.version
        return _form(request, project, current, base, texts, note, problems_of(made), affects, preview=True, status=422)
    messages.success(request, _("Version %(n)s is in force for every task taken from now on.") % {"n": made.version})
    return redirect("manage-guideline", slug=project.slug)


def _named(current: Guideline) -> dict[str, str]:
    """A version's texts under the names of their fields."""
    parts = zip(_PARTS, (current.texts, current.rubric), strict=True)
    return {f"{part}.{code}": text for part, texts in parts for code, text in texts.items()}


def _form(
    request: Signed,
    project: Project,
    current: Guideline,
    base: int,
    texts: dict[str, str],
    note: str,
    problems: dict[str, str],
    affects: list[str],
    *,
    preview: bool,
    status: int = 200,
) -> HttpResponse:
    languages = languages_of(project, current.texts)
    for_reviewers = {
        f"rubric.{code}": _("For reviewers: %(language)s") % {"language": name} for code, name in languages
    }
    labels = {f"text.{code}": name for code, name in languages} | for_reviewers | {"note": _("What changed")}
    before = _named(current)
    context = {
        "base": base, "current": current, "note": note, "problems": problems, "listed": listed(problems, labels),
        "fields": [
            (field, label, texts.get(field, ""), problems.get(field, ""), 16 if field.startswith("text.") else 8)
            for field, label in labels.items() if field != "note"
        ],
        "marks": _options(project), "affects": affects,
        "note_problem": problems.get("note", ""), "preview": preview,
        "previews": [
            (label, texts.get(field, ""), differences(before.get(field, ""), texts.get(field, "")))
            for field, label in labels.items()
            if texts.get(field, "").strip()
        ],
    }  # fmt: skip
    return page(request, project, "guideline", "guideline_write", context, status)
