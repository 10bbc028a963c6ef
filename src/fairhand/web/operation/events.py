"""The event log: filters, one event with all its facts, and a download of bounded length."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from fairhand.audit.models import Event
from fairhand.audit.queries import Wanted, event_by_id, log, log_streamed, verbs
from fairhand.insight.people import org_choices, project_by_slug
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import EVENTS_PER_DOWNLOAD_MAX, ROWS_PER_PAGE_MAX
from fairhand.people.access import SEE_OPERATION
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.operation.frame import asked, event_rows, more, tabs, uuid_asked

_NOBODY = UUID(int=0)  # a filter that names nothing finds nothing
_ORGS_MAX = 500
_FILTERS = ("verb", "actor", "subject", "project", "org", "since", "until")
_FIELDS = (
    "id", "at", "verb", "subject_kind", "subject_id", "actor_kind", "actor_id", "org_id", "project_id", "facts",
)  # fmt: skip


@opens(SEE_OPERATION)
def events(request: Signed) -> HttpResponse:
    """Everything that happened, newest first."""
    wanted = _wanted(request)
    rows, older = page_of(log(wanted, before_of(request), ROWS_PER_PAGE_MAX + 1), place=lambda row: (row.at, row.id))
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "tabs": tabs(request.viewer), "rows": event_rows(rows), "more": more(request, older),
        "typed": {name: asked(request, name) for name in _FILTERS},
        "filtered": wanted != Wanted(), "verbs": [("", "–"), *((verb, verb) for verb in verbs())],
        "orgs": [("", "–"), *((slug, name) for _id, slug, name, _kind in org_choices(_ORGS_MAX))],
        "query": query.urlencode(), "download_max": EVENTS_PER_DOWNLOAD_MAX,
    }  # fmt: skip
    return render(request, "operation/events.html", context)


@opens(SEE_OPERATION)
def event(request: Signed, event_id: UUID) -> HttpResponse:
    """One event whole."""
    found = found_or_404(event_by_id(event_id))
    (row,) = event_rows([found])
    facts = [(name, _shown(value)) for name, value in sorted(found.facts.items())]
    return render(request, "operation/event.html", {"tabs": tabs(request.viewer), "row": row, "facts": facts})


@opens(SEE_OPERATION)
def download(request: Signed, form: str) -> StreamingHttpResponse:
    """The newest events of the filter as a file, streamed. 404 for a form that isn't one."""
    lines = found_or_404(_FORMS.get(form))
    found = log_streamed(_wanted(request), EVENTS_PER_DOWNLOAD_MAX)
    response = StreamingHttpResponse(lines(found), content_type=_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="events-{utc_now():%Y-%m-%d}.{form}"'
    return response


def _wanted(request: Signed) -> Wanted:
    project, org = asked(request, "project"), asked(request, "org")
    orgs = {slug: org_id for org_id, slug, _name, _kind in org_choices(_ORGS_MAX)} if org else {}
    return Wanted(
        verb=asked(request, "verb"),
        actor_id=_id_or_nobody(request, "actor"),
        subject_id=_id_or_nobody(request, "subject"),
        project_id=((project_by_slug(project) or (_NOBODY,))[0] if project else None),
        org_id=orgs.get(org, _NOBODY) if org else None,
        since=_midnight(asked(request, "since"), 0),
        until=_midnight(asked(request, "until"), 1),
    )


def _id_or_nobody(request: Signed, name: str) -> UUID | None:
    return (uuid_asked(request, name) or _NOBODY) if asked(request, name) else None


def _midnight(text: str, days: int) -> datetime | None:
    """A day's beginning in the reader's zone, so many days later; None for none and for what isn't a day."""
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(text) + timedelta(days=days), time.min))
    except (ValueError, OverflowError):
        return None


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def _row(event: Event) -> dict[str, Any]:
    values = {name: getattr(event, name) for name in _FIELDS}
    return {
        name: value if value is None or name == "facts" else (value.isoformat() if name == "at" else str(value))
        for name, value in values.items()
    }


def _jsonl(found: Iterable[Event]) -> Iterator[bytes]:
    for event in found:
        yield (json.dumps(_row(event), ensure_ascii=False) + "\n").encode()


def _csv(found: Iterable[Event]) -> Iterator[bytes]:
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(_FIELDS)
    for event in found:
        row = _row(event) | {"facts": json.dumps(event.facts, ensure_ascii=False)}  # begins with a brace: no formula
        writer.writerow(["" if row[name] is None else row[name] for name in _FIELDS])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()
    yield line.getvalue().encode()


_FORMS = {"csv": _csv, "jsonl": _jsonl}
_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
