"""Background jobs: how many stand where, the list, one job, and trying again or cancelling it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.audit.queries import of_subject
from fairhand.flow.manage_jobs import cancel_job, retry_job
from fairhand.insight import jobs as read
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import JOBS_COUNTED_MAX, ROWS_PER_PAGE_MAX
from fairhand.people.access import OPERATE, SEE_OPERATION, may_enter
from fairhand.web import words
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.operation.frame import Moment, asked, choices, event_rows, more, page_of_numbers, tabs

_NUMBER_DIGITS_MAX = 18
_ERRORS_SHOWN = 20


@opens(SEE_OPERATION)
def jobs(request: Signed) -> HttpResponse:
    """The queue and what came out of it, newest first."""
    now = utc_now()
    state, task = asked(request, "state"), asked(request, "task")
    state = state if state in read.STATES else ""
    before = asked(request, "before")
    number = int(before) if before.isascii() and before.isdigit() and len(before) <= _NUMBER_DIGITS_MAX else None
    found = read.jobs(number, ROWS_PER_PAGE_MAX + 1, state or None, task or None)
    rows, older = page_of_numbers(found, ROWS_PER_PAGE_MAX, "job_id")
    context = {
        "tabs": tabs(request.viewer), "rows": rows, "more": more(request, older), "counts": read.counts(now),
        "counted_max": JOBS_COUNTED_MAX, "state": state, "task": task, "filtered": bool(state or task),
        "states": choices("job", _("Any state")),
        "tasks": [("", _("Any job")), *((name, name) for name in read.task_names())],
        "periodic": [] if number else read.periodic(now),
    }  # fmt: skip
    return render(request, "operation/jobs.html", context)


@opens(SEE_OPERATION)
def job(request: Signed, job_id: int) -> HttpResponse:
    """One job: what it was given, what happened to it, what it said when it failed."""
    found = found_or_404(read.job(job_id) if len(str(job_id)) <= _NUMBER_DIGITS_MAX else None)
    events = event_rows(of_subject(found.subject_id, _ERRORS_SHOWN))
    history = [
        Moment(at=at, title=words.word("job_moved", moved), tone=words.tone("job_moved", moved))
        for at, moved in found.history
    ]
    context = {
        "tabs": tabs(request.viewer), "job": found, "history": history,
        "errors": [row.event for row in events if row.event.verb == "job:failed"],
        "done": [row for row in events if row.event.verb in ("job:retried", "job:cancelled")],
        "may_operate": may_enter(request.viewer, OPERATE),
    }  # fmt: skip
    return render(request, "operation/job.html", context)


@opens(OPERATE, "POST")
def retry(request: Signed, job_id: int) -> HttpResponse:
    """Put a failed job back into the queue."""
    refused = retry_job(job_id=_known(job_id), actor=Actor("person", request.viewer.person_id), now=utc_now())
    if refused:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    else:
        messages.success(request, _("The job is in the queue again."))
    return redirect("job", job_id=job_id)


@opens(OPERATE, "POST")
def cancel(request: Signed, job_id: int) -> HttpResponse:
    """Take a job out of the queue."""
    refused = cancel_job(job_id=_known(job_id), actor=Actor("person", request.viewer.person_id), now=utc_now())
    if refused:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    else:
        messages.success(request, _("The job is cancelled."))
    return redirect("job", job_id=job_id)


def _known(job_id: int) -> int:
    """The number, if a job has it; 404 otherwise."""
    found_or_404(read.job(job_id) if len(str(job_id)) <= _NUMBER_DIGITS_MAX else None)
    return job_id
