"""Search from anywhere: by id, number or text, in what the reader may see. What they may not see is not hinted at."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fairhand.insight import search as reads
from fairhand.insight.entries import EntryFilter, entries
from fairhand.insight.search import Wanted
from fairhand.insight.statements import paid_people
from fairhand.kernel.limits import SEARCH_CHARS_MAX, SEARCH_PROJECTS_MAX, SEARCH_ROWS_PER_GROUP_MAX
from fairhand.people.access import (
    OWN_ROWS,
    SEE_AS_CLIENT,
    SEE_BOARD,
    SEE_BOOKS,
    SEE_OPERATION,
    SEE_PEOPLE,
    SEE_PROJECT_PEOPLE,
    SEE_TASKS,
    Right,
    Viewer,
    may_enter,
)
from fairhand.projects.queries import visible_as
from fairhand.tasks.queries import search_text
from fairhand.web import words
from fairhand.web.entry import Signed, opens
from fairhand.web.figures import amount, isolated, moment, text_of

# One more than is shown is read, to say that there is more.
_READ = SEARCH_ROWS_PER_GROUP_MAX + 1
_SAMPLES_READ = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: where it is, what it is called, and what else is said of it."""

    address: str
    name: SafeString
    notes: tuple[SafeString, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind. `more`: there are others, which a longer search would find."""

    title: Promise
    hits: list[Hit]
    more: bool


@opens(OWN_ROWS)
def search(request: Signed) -> HttpResponse:
    """Everything found, in groups; with nothing typed, what can be typed."""
    typed = request.GET.get("q", "")[: SEARCH_CHARS_MAX * 2]
    asked = reads.wanted(typed)
    groups = found(request.viewer, asked) if asked else []
    return render(request, "search.html", {"q": typed, "asked": asked, "groups": groups})


def found(viewer: Viewer, asked: Wanted) -> list[Group]:
    """The groups in which something was found."""
    groups = []
    for title, seek in _SEEKERS:
        hits = list(seek(viewer, asked))
        if hits:
            groups.append(Group(title, hits[:SEARCH_ROWS_PER_GROUP_MAX], len(hits) > SEARCH_ROWS_PER_GROUP_MAX))
    return groups


Hits = Iterable[Hit]


def _reached(viewer: Viewer, right: Right) -> list[UUID]:
    """The newest projects that a right reaches."""
    if not may_enter(viewer, right):
        return []
    return list(
        visible_as(viewer, right.roles).order_by("-created_at").values_list("id", flat=True)[:SEARCH_PROJECTS_MAX]
    )


def _bdi(text: object) -> SafeString:
    return format_html("<bdi>{}</bdi>", text)


def _own_work(viewer: Viewer, asked: Wanted) -> Hits:
    for row in reads.own_work(viewer.person_id, asked, _READ):
        said = (_bdi(text_of(row.project_name)), _bdi(words.word("submission", row.state)), moment(row.submitted_at))
        name = format_html("{} {}", words.word("stage", row.kind), isolated(row.short))
        yield Hit(reverse("submission", args=[row.submission_id]), name, said)


def _own_statements(viewer: Viewer, asked: Wanted) -> Hits:
    for statement_id, number, currency, until in reads.own_statements(viewer.person_id, asked, _READ):
        yield Hit(reverse("statement", args=[statement_id]), _numbered(number, currency), (moment(until),))


def _numbered(number: int, currency: str) -> SafeString:
    return _bdi(_("No. %(n)s in %(currency)s") % {"n": number, "currency": currency})


def _projects(viewer: Viewer, asked: Wanted) -> Hits:
    """A project once, on the page that shows most of it to this reader."""
    seen = set()
    for right, address in ((SEE_BOARD, "board"), (SEE_AS_CLIENT, "client-project")):
        if may_enter(viewer, right):
            for project in reads.projects_among(visible_as(viewer, right.roles), asked, _READ):
                if project.slug not in seen:
                    seen.add(project.slug)
                    note = _bdi(words.word("project", project.state))
                    yield Hit(reverse(address, args=[project.slug]), _bdi(text_of(project.name)), (note,))
    for slug, name in reads.own_projects(viewer.person_id, asked, _READ):
        if slug not in seen:
            yield Hit(reverse("project", args=[slug]), _bdi(text_of(name)))


def _tasks(viewer: Viewer, asked: Wanted) -> Hits:
    projects = _reached(viewer, SEE_TASKS)
    if not projects:
        return
    if asked.id is not None:
        rows = reads.task_by_id(projects, asked.id)
    else:
        rows = reads.tasks_named(projects, [task.id for task in search_text(projects, asked.text, _READ)])
    for task_id, key, slug, name in rows:
        yield Hit(reverse("manage-task", args=[slug, task_id]), isolated(key), (_bdi(text_of(name)),))


def _samples(viewer: Viewer, asked: Wanted) -> Hits:
    """For a client: tasks whose work is accepted, on the page of samples. Staff finds the tasks themselves."""
    projects = [] if may_enter(viewer, SEE_TASKS) else _reached(viewer, SEE_AS_CLIENT)
    if not projects:
        return
    found_ids = [task.id for task in search_text(projects, asked.text, _SAMPLES_READ)]
    for _task, key, slug, name in reads.tasks_accepted(projects, found_ids)[:_READ]:
        yield Hit(reverse("client-samples", args=[slug]), isolated(key), (_bdi(text_of(name)),))


def _aliases(viewer: Viewer, asked: Wanted) -> Hits:
    projects = _reached(viewer, SEE_PROJECT_PEOPLE)
    for alias, slug, name in reads.aliases(projects, asked, _READ) if projects else []:
        yield Hit(reverse("manage-person", args=[slug, alias]), _bdi(alias), (_bdi(text_of(name)),))


def _deliveries(viewer: Viewer, asked: Wanted) -> Hits:
    projects = _reached(viewer, SEE_AS_CLIENT)
    for number, slug, name, at in reads.deliveries(projects, asked, _READ) if projects else []:
        said = _bdi(_("No. %(n)s") % {"n": number})
        yield Hit(reverse("client-delivery", args=[slug, number]), said, (_bdi(text_of(name)), moment(at)))


def _people(viewer: Viewer, asked: Wanted) -> Hits:
    if may_enter(viewer, SEE_PEOPLE):
        for person_id, name, email, kind in reads.people(asked, _READ):
            note = isolated(email) if kind == "person" else _bdi(words.word("person", kind))
            yield Hit(reverse("person", args=[person_id]), _bdi(name), (note,))


def _orgs(viewer: Viewer, asked: Wanted) -> Hits:
    if may_enter(viewer, SEE_PEOPLE):
        for slug, name, kind in reads.orgs(asked, _READ):
            yield Hit(reverse("org", args=[slug]), _bdi(name), (_bdi(words.word("owner", kind)),))


def _earners(viewer: Viewer, asked: Wanted) -> Hits:
    if may_enter(viewer, SEE_BOOKS):
        for row in paid_people(asked.text, None, _READ):
            pair = {
                "pending": amount(row.pending_minor, row.currency),
                "payable": amount(row.payable_minor, row.currency),
            }
            said = format_html(_("{pending} pending, {payable} payable"), **pair)
            yield Hit(reverse("finance-person", args=[row.person_id]), _bdi(row.name), (said,))


def _entries(viewer: Viewer, asked: Wanted) -> Hits:
    if may_enter(viewer, SEE_BOOKS):
        for row in entries(EntryFilter(text=asked.text, number=asked.number), None, _READ):
            said = (_bdi(words.word("entry", row.kind)), amount(row.moved_minor, row.currency), moment(row.at))
            name = _bdi(_("Entry %(n)s") % {"n": row.entry_id})
            yield Hit(reverse("finance-entry", args=[row.entry_id]), name, said)


def _accounts(viewer: Viewer, asked: Wanted) -> Hits:
    if may_enter(viewer, SEE_BOOKS):
        for account_id, purpose, currency in reads.accounts_by(asked, _READ):
            name = _bdi(_("Account %(n)s") % {"n": account_id})
            notes = (_bdi(words.word("purpose", purpose)), isolated(currency))
            yield Hit(reverse("finance-account", args=[account_id]), name, notes)


def _statements(viewer: Viewer, asked: Wanted) -> Hits:
    if may_enter(viewer, SEE_BOOKS):
        for statement_id, number, currency, name in reads.statements_by_id(asked):
            yield Hit(reverse("finance-statement", args=[statement_id]), _numbered(number, currency), (_bdi(name),))


def _events(viewer: Viewer, asked: Wanted) -> Hits:
    if may_enter(viewer, SEE_OPERATION):
        for event_id, verb, at in reads.events(asked):
            yield Hit(reverse("event", args=[event_id]), isolated(verb), (moment(at),))


_SEEKERS: tuple[tuple[Promise, Callable[[Viewer, Wanted], Hits]], ...] = (
    (gettext_lazy("Projects"), _projects),
    (gettext_lazy("Your submissions"), _own_work),
    (gettext_lazy("Your statements"), _own_statements),
    (gettext_lazy("Tasks"), _tasks),
    (gettext_lazy("People of projects, by pseudonym"), _aliases),
    (gettext_lazy("Accepted work"), _samples),
    (gettext_lazy("Deliveries"), _deliveries),
    (gettext_lazy("People"), _people),
    (gettext_lazy("Organisations"), _orgs),
    (gettext_lazy("What people earned"), _earners),
    (gettext_lazy("Statements of people"), _statements),
    (gettext_lazy("Entries"), _entries),
    (gettext_lazy("Accounts"), _accounts),
    (gettext_lazy("Events"), _events),
)
