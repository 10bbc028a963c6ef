"""What a client sees of its own projects: progress, a few accepted judgements, and the deliveries to download."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_GET

from fairhand.delivery.formats import FORMATS
from fairhand.delivery.queries import by_number, file_lines, formats_of, of_project
from fairhand.insight import board as figures
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.projects.models import Project
from fairhand.projects.queries import visible_as
from fairhand.web import charts
from fairhand.web.context import IS_CLIENT
from fairhand.web.entry import Signed, found_or_404, signed_in
from fairhand.web.shown import answered, blocks_of

# The operator's managers see what the client sees.
_SEES = IS_CLIENT | {"operator_admin", "manager"}
_SAMPLES_SHOWN = 4


@require_GET
@signed_in
def projects(request: Signed) -> HttpResponse:
    """A client's own projects; 404 for whoever has no such role."""
    found_or_404(any(grant.role in _SEES for grant in request.viewer.grants) or None)
    found = list(visible_as(request.viewer, _SEES).order_by("-created_at")[:CARDS_PER_PAGE_MAX])
    progress = figures.progress_of([project.id for project in found])
    return render(request, "client.html", {"rows": [(project, progress[project.id]) for project in found]})


@require_GET
@signed_in
def project(request: Signed, slug: str) -> HttpResponse:
    """One project of the client's own; another client's is not found."""
    found = _project(request, slug)
    progress = figures.progress_of([found.id])[found.id]
    context = {
        "project": found,
        "progress": progress,
        "line": charts.line(figures.accepted_over_time(found.id), progress.wanted, get_language_bidi()),
        "samples": [
            (each, blocks_of(each.template, each.payload), answered(each.template, each.answer))
            for each in figures.samples_of(found.id, _SAMPLES_SHOWN)
        ],
        "deliveries": [(each, formats_of(each)) for each in of_project(found.id)],
    }
    return render(request, "client_project.html", context)


@require_GET
@signed_in
def download(request: Signed, slug: str, number: int, form: str) -> HttpResponse:
    """One format of a sealed delivery, streamed: the same bytes every time, whose hash stands on the page."""
    found = _project(request, slug)
    delivery = found_or_404(by_number(found.id, number))
    kind = found_or_404(FORMATS.get(form) if form in delivery.files else None)
    response = StreamingHttpResponse(file_lines(delivery, kind), content_type=kind.media_type)
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-{number}.{kind.suffix}"'
    response["X-Content-SHA256"] = delivery.files[form]["sha256"]
    return response


def _project(request: Signed, slug: str) -> Project:
    project: Project = found_or_404(visible_as(request.viewer, _SEES).filter(slug=slug).first())
    return project
