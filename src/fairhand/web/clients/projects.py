"""What a client sees of its own projects: progress, a few accepted judgements, and the deliveries to download."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi

from fairhand.delivery.formats import FORMATS
from fairhand.delivery.queries import by_number, deliveries_of, file_lines, formats_of
from fairhand.insight import board as figures
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.people.access import SEE_AS_CLIENT
from fairhand.projects.models import Project
from fairhand.projects.queries import visible_as
from fairhand.web import charts
from fairhand.web.entry import Signed, found_or_404, of_project, opens
from fairhand.web.shown import answered, blocks_of

_SAMPLES_SHOWN = 4


@opens(SEE_AS_CLIENT)
def projects(request: Signed) -> HttpResponse:
    """A client's own projects; 404 for whoever has no such role."""
    found = list(visible_as(request.viewer, SEE_AS_CLIENT.roles).order_by("-created_at")[:CARDS_PER_PAGE_MAX])
    progress = figures.progress_of([project.id for project in found])
    return render(request, "clients/projects.html", {"rows": [(project, progress[project.id]) for project in found]})


@of_project(SEE_AS_CLIENT)
def project(request: Signed, found: Project) -> HttpResponse:
    """One project of the client's own; another client's is not found."""
    progress = figures.progress_of([found.id])[found.id]
    context = {
        "project": found,
        "progress": progress,
        "line": charts.line(figures.accepted_over_time(found.id), progress.wanted, get_language_bidi()),
        "samples": [
            (each, blocks_of(each.template, each.payload), answered(each.template, each.answer))
            for each in figures.samples_of(found.id, _SAMPLES_SHOWN)
        ],
        "deliveries": [(each, formats_of(each)) for each in deliveries_of(found.id)],
    }
    return render(request, "clients/project.html", context)


@of_project(SEE_AS_CLIENT)
def download(request: Signed, found: Project, number: int, form: str) -> HttpResponse:
    """One format of a sealed delivery, streamed: the same bytes every time, whose hash stands on the page."""
    delivery = found_or_404(by_number(found.id, number))
    kind = found_or_404(FORMATS.get(form) if form in delivery.files else None)
    response = StreamingHttpResponse(file_lines(delivery, kind), content_type=kind.media_type)
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-{number}.{kind.suffix}"'
    response["X-Content-SHA256"] = delivery.files[form]["sha256"]
    return response
