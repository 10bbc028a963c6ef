"""A project's own files: what its tasks show besides text. They are sent here, and named by files of tasks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairhand.files.commands import begin, send_whole
from fairhand.files.queries import of_project
from fairhand.files.rules import value_of
from fairhand.files.sniff import KINDS
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import FILE_BYTES_MAX, FILES_SHOWN_MAX, UPLOAD_BYTES_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE, SEE_TASKS
from fairhand.projects.models import Project
from fairhand.web import words
from fairhand.web.entry import Signed
from fairhand.web.entry import of_project as door
from fairhand.web.files import refused, told
from fairhand.web.manager.frame import page, posted, whole


@door(SEE_TASKS)
def files(request: Signed, project: Project) -> HttpResponse:
    """Newest first: each file's name, what it is, and how far it is."""
    return _page(request, project, "", 200)


@door(MANAGE, "POST")
def send(request: Signed, project: Project) -> HttpResponse:
    """Files that come whole with the form; each is then checked by a job."""
    sent = request.FILES.getlist("file")
    if not sent:
        code = "file_size" if getattr(request, "upload_too_large", False) else "no_file"
        return _page(request, project, words.refusal(Refused(code, code)), 422)
    now = utc_now()
    for each in sent:
        row = begin(
            project_id=project.id, org_id=project.org_id, person_id=request.viewer.person_id, name=str(each.name),
            size=each.size or 0, asked=None, now=now,
        )  # fmt: skip
        done = row if isinstance(row, Refused) else send_whole(row=row, pieces=each.chunks())
        if isinstance(done, Refused):
            return _page(request, project, words.refusal(done), 422)
    said = ngettext(
        "%(n)s file came whole; it is being checked.", "%(n)s files came whole; they are being checked.", len(sent)
    )
    messages.success(request, said % {"n": len(sent)})
    return redirect("manage-files", slug=project.slug)


@door(MANAGE, "POST")
def announce(request: Signed, project: Project) -> HttpResponse:
    """One more file, for the page's script: its parts then go to its own address."""
    row = begin(
        project_id=project.id, org_id=project.org_id, person_id=request.viewer.person_id,
        name=posted(request, "name").replace("\x00", ""), size=whole(posted(request, "size")) or 0, asked=None,
        now=utc_now(),
    )  # fmt: skip
    return refused(row) if isinstance(row, Refused) else JsonResponse(told(row))


def _page(request: Signed, project: Project, problem: str, status: int) -> HttpResponse:
    found = of_project(project.id, FILES_SHOWN_MAX + 1, _before(request))
    rows = found[:FILES_SHOWN_MAX]
    context = {
        "rows": [(row, value_of(row), words.word("file_refused", row.why)) for row in rows],
        "following": rows[-1].id if len(found) > len(rows) else None, "first": bool(request.GET.get("before")),
        "problem": problem, "bytes_max": FILE_BYTES_MAX, "form_bytes_max": UPLOAD_BYTES_MAX, "kinds": KINDS,
        "listed": [] if not problem else [{"anchor": "f-file", "label": _("File"), "problem": problem}],
    }  # fmt: skip
    return page(request, project, "files", "files", context, status)


def _before(request: Signed) -> UUID | None:
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None
