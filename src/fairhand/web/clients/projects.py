"""What a client sees of its own projects: progress, samples of accepted judgements, and deliveries to download."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi

from fairhand.delivery.queries import by_number, deliveries_of, file_lines, form_of, formats_of
from fairhand.insight import board as figures
from fairhand.insight.client import samples_page
from fairhand.insight.forecast import forecast
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.people.access import SEE_AS_CLIENT
from fairhand.projects.models import Project
from fairhand.projects.queries import visible_as
from fairhand.tasks.template import bound
from fairhand.web import charts
from fairhand.web.clients.frame import frame
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, of_project, opens
from fairhand.web.shown import answered, blocks_of

_SAMPLES_SHOWN = 4
_SAMPLES_PER_PAGE = 20


@opens(SEE_AS_CLIENT)
def projects(request: Signed) -> HttpResponse:
    """A client's own projects, newest first, a page at a time; 404 for whoever has no such role."""
    found = visible_as(request.viewer, SEE_AS_CLIENT.roles).order_by("-created_at", "-id")
    if (before := before_of(request)) is not None:
        found = found.filter(created_at__lt=before[0]) | found.filter(created_at=before[0], id__lt=before[1])
    read = list(found[: CARDS_PER_PAGE_MAX + 1])
    shown, older = page_of(read, CARDS_PER_PAGE_MAX, lambda project: (project.created_at, project.id))
    progress = figures.progress_of([project.id for project in shown])
    context = {
        "rows": [(project, progress[project.id]) for project in shown],
        "older": older, "first": bool(request.GET.get("before")),
    }  # fmt: skip
    return render(request, "clients/projects.html", context)


@of_project(SEE_AS_CLIENT)
def project(request: Signed, found: Project) -> HttpResponse:
    """One project of the client's own; another client's is not found."""
    progress = figures.progress_of([found.id])[found.id]
    totals = figures.accepted_over_time(found.id)
    ahead = forecast(totals, progress.wanted, utc_now()) if found.state == "open" else None
    context = frame(request, found, "project") | {
        "progress": progress,
        "forecast": ahead,
        "line": charts.line(totals, progress.wanted, get_language_bidi()),
        "samples": [_shown(each.sample) for each in samples_page(found.id, None, _SAMPLES_SHOWN)],
        "deliveries": [(each, formats_of(each)) for each in deliveries_of(found.id)[:1]],
    }
    return render(request, "clients/project.html", context)


@of_project(SEE_AS_CLIENT)
def samples(request: Signed, found: Project) -> HttpResponse:
    """Accepted judgements, newest first, a page at a time."""
    read = samples_page(found.id, before_of(request), _SAMPLES_PER_PAGE + 1)
    rows, older = page_of(read, _SAMPLES_PER_PAGE)
    context = frame(request, found, "samples")
    context |= {"samples": [_shown(each.sample) for each in rows], "older": older}
    return render(request, "clients/samples.html", context | {"first": bool(request.GET.get("before"))})


@of_project(SEE_AS_CLIENT)
def deliveries(request: Signed, found: Project) -> HttpResponse:
    """Every sealed delivery, newest first."""
    rows = [(each, formats_of(each)) for each in deliveries_of(found.id)]
    return render(request, "clients/deliveries.html", frame(request, found, "deliveries") | {"deliveries": rows})


@of_project(SEE_AS_CLIENT)
def delivery(request: Signed, found: Project, number: int) -> HttpResponse:
    """One delivery: what is in it, where every row comes from, and how to check the file."""
    sealed = found_or_404(by_number(found.id, number))
    forms = [(form, sealed.files[form.name]) for form in formats_of(sealed)]
    context = frame(request, found, "deliveries") | {"delivery": sealed, "forms": forms}
    return render(request, "clients/delivery.html", context)


@of_project(SEE_AS_CLIENT)
def download(request: Signed, found: Project, number: int, form: str) -> HttpResponse:
    """One format of a sealed delivery, streamed: the same bytes every time, whose hash stands on the page."""
    delivery = found_or_404(by_number(found.id, number))
    kind = found_or_404(form_of(delivery, form))
    response = StreamingHttpResponse(file_lines(delivery, kind), content_type=kind.media_type)
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-{number}.{kind.suffix}"'
    response["X-Content-SHA256"] = delivery.files[form]["sha256"]
    return response


def _shown(sample: figures.Sample) -> tuple[object, object, object]:
    template = bound(sample.template, sample.payload)
    return sample, blocks_of(template, sample.payload), answered(template, sample.answer)
