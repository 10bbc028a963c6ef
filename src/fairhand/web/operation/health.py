"""The installation's health: what `fairhand check` finds, its database, its tables, its workers, its queue."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render

from fairhand.insight.health import BAD, OK, WARN, worst
from fairhand.insight.health_facts import look_over
from fairhand.insight.jobs import counts
from fairhand.insight.operation import database, workers
from fairhand.kernel.clock import utc_now
from fairhand.people.access import SEE_OPERATION
from fairhand.web.entry import Signed, opens
from fairhand.web.operation.frame import tabs

_ORDER = (BAD, WARN, OK)
_PULSE = timedelta(seconds=60)  # a worker gives a sign of life every ten seconds


@opens(SEE_OPERATION)
def health(request: Signed) -> HttpResponse:
    """As of now."""
    now = utc_now()
    found, checked = workers(), look_over(now)
    context = {
        "findings": sorted(checked, key=lambda each: _ORDER.index(each.level)), "worst": worst(checked),
        "tabs": tabs(request.viewer), "database": database(), "jobs": counts(now), "at": now,
        "workers": [(worker, worker.seen_at > now - _PULSE) for worker in found],
        "alive": sum(worker.seen_at > now - _PULSE for worker in found),
    }  # fmt: skip
    return render(request, "operation/health.html", context)
