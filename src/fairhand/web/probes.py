"""What machines ask: does it live, is it ready, which version, and figures for a monitor."""

import hmac
from collections.abc import Iterator
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from fairhand import __version__
from fairhand.insight.figures_of_all import figures_of_all
from fairhand.insight.safe_start import is_loopback
from fairhand.kernel.clock import utc_now
from fairhand.people.access import ANYONE
from fairhand.web.entry import opens


@never_cache
@opens(ANYONE)
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nobody else, so that a lost database doesn't get it restarted."""
    return JsonResponse({"ok": True})


@never_cache
@opens(ANYONE)
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether it can serve pages: the database answers, and its tables are those of this version. Else 503."""
    try:
        done = frozenset(MigrationRecorder(connection).applied_migrations())
    except DatabaseError:
        return JsonResponse({"ready": False, "why": "database"}, status=503)
    if not ours() <= done:
        return JsonResponse({"ready": False, "why": "migrations"}, status=503)
    return JsonResponse({"ready": True})


@cache
def ours() -> frozenset[tuple[str, str]]:
    """The migrations that this version knows, as (app, name)."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


@never_cache
@opens(ANYONE)
def version(request: HttpRequest) -> HttpResponse:
    """Which Fairhand this is."""
    return JsonResponse({"name": "fairhand", "version": __version__})


@never_cache
@opens(ANYONE)
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' form, for whoever brings FAIRHAND_METRICS_TOKEN; without one, for this machine alone."""
    if not _may_measure(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_OfDatabase())
    return HttpResponse(generate_latest(REGISTRY) + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_measure(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode())
    # Behind a proxy on this machine everybody seems near, so what was passed on needs the token.
    # A proxy that tells nothing still asks under the public name.
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"))
    host, _port = split_domain_port(request.get_host())
    near = is_loopback(request.META.get("REMOTE_ADDR") or "") and is_loopback(host)
    return not forwarded and near


# Name -> (what it is, label). Told in docs/reference/metrics.md, which is made from here.
FAMILIES = {
    "fairhand_database_up": ("1 while the database answers.", ""),
    "fairhand_slots": ("Slots by state.", "state"),
    "fairhand_claims_live": ("Claims that somebody works on now.", ""),
    "fairhand_jobs": ("Background jobs that wait, run or have failed.", "status"),
    "fairhand_oldest_job_seconds": ("Age of the job that has waited longest.", ""),
    "fairhand_workers_alive": ("Workers that were heard of within a minute.", ""),
    "fairhand_ledger_imbalance_minor": ("Sum of all accounts, minor units; anything but 0 is wrong.", "currency"),
    "fairhand_events_total": ("Events recorded.", ""),
    "fairhand_mails": ("E-mails that wait or could not be sent.", "state"),
}


class _OfDatabase:
    """Read anew at each scrape. Without a database only `fairhand_database_up` is told, as 0."""

    def collect(self) -> Iterator[Metric]:
        try:
            found = figures_of_all(utc_now())
        except DatabaseError:
            yield _gauge("fairhand_database_up", 0)
            return
        yield _gauge("fairhand_database_up", 1)
        yield _gauges("fairhand_slots", found.slots)
        yield _gauge("fairhand_claims_live", found.claims_live)
        yield _gauges("fairhand_jobs", dict.fromkeys(("todo", "doing", "failed"), 0) | found.jobs)
        yield _gauge("fairhand_oldest_job_seconds", found.oldest_job_s)
        yield _gauge("fairhand_workers_alive", found.workers)
        yield _gauges("fairhand_ledger_imbalance_minor", found.ledger_imbalance_minor)
        yield CounterMetricFamily("fairhand_events_total", FAMILIES["fairhand_events_total"][0], value=found.events)
        yield _gauges("fairhand_mails", dict.fromkeys(("queued", "failed"), 0) | found.mails)


def _gauge(name: str, value: int) -> Metric:
    return GaugeMetricFamily(name, FAMILIES[name][0], value=value)


def _gauges(name: str, values: dict[str, int]) -> Metric:
    told, label = FAMILIES[name]
    family = GaugeMetricFamily(name, told, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
