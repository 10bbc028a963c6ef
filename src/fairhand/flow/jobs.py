"""Every timed job: load, call a command, done."""

from uuid import UUID

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from fairhand.audit.actor import JOB
from fairhand.dispatch.commands import give_back
from fairhand.flow.decide_due import decide_due
from fairhand.flow.end_claims import expire_claims
from fairhand.flow.forget_old_jobs import forget_old_jobs
from fairhand.flow.make_notices import make_notices
from fairhand.flow.open_waiting_reviews import open_waiting_reviews
from fairhand.insight.tally import compact
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import MAIL_TRIES_MAX, SLOTS_GIVEN_BACK_PER_JOB_MAX
from fairhand.notices.commands import JOB_NAME, deliver, send_digests
from fairhand.pay.commands import close_statements
from fairhand.tasks.commands import drop_uploads


@app.periodic(cron="* * * * *")
@app.task(name="expire_claims", queueing_lock="expire_claims", pass_context=False)
def expire_claims_job(timestamp: int) -> None:
    """Each minute: claims whose time is over end, and their slots open again."""
    expire_claims(actor=JOB, now=utc_now())


@app.periodic(cron="* * * * *")
@app.task(name="give_back", queueing_lock="give_back")
def give_back_job(timestamp: int) -> None:
    """Each minute: slots set aside and not taken in time return to the common queue."""
    give_back(actor=JOB, now=utc_now(), limit=SLOTS_GIVEN_BACK_PER_JOB_MAX)


@app.periodic(cron="*/5 * * * *")
@app.task(name="decide_due", queueing_lock="decide_due")
def decide_due_job(timestamp: int) -> None:
    """Every five minutes: what nobody decided in time is decided in the author's favour."""
    decide_due(actor=JOB, now=utc_now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="open_waiting_reviews", queueing_lock="open_waiting_reviews")
def open_waiting_reviews_job(timestamp: int) -> None:
    """Every five minutes: reviews that waited for money open where the pool has some again."""
    open_waiting_reviews(actor=JOB, now=utc_now())


@app.periodic(cron="* * * * *")
@app.task(name="compact_tallies", queueing_lock="compact_tallies")
def compact_tallies_job(timestamp: int) -> None:
    """Each minute: running counts that lie side by side are added up."""
    compact(utc_now())


@app.periodic(cron="5 0 * * 1")
@app.task(name="close_statements", queueing_lock="close_statements")
def close_statements_job(timestamp: int) -> None:
    """Mondays, five past midnight UTC: last week's lines are frozen on statements."""
    now = utc_now()
    close_statements(until=now, actor=JOB, now=now)


@app.periodic(cron="* * * * *")
@app.task(name="make_notices", queueing_lock="make_notices", lock="make_notices")
def make_notices_job(timestamp: int) -> None:
    """Each minute: people are told what happened to them."""
    make_notices(now=utc_now())


@app.periodic(cron="0 7 * * *")
@app.task(name="send_digests", queueing_lock="send_digests", lock="send_digests")
def send_digests_job(timestamp: int) -> None:
    """At seven UTC: one e-mail for the notices of a day, to those who want them so."""
    send_digests(now=utc_now())


@app.task(name=JOB_NAME, pass_context=True, retry=RetryStrategy(max_attempts=MAIL_TRIES_MAX - 1, exponential_wait=4))
def send_mail_job(context: JobContext, mail_id: str) -> None:
    """When an e-mail was asked for; tried again after 4 s, 16 s, 64 s and so on, for about six hours."""
    last = context.job.attempts >= MAIL_TRIES_MAX - 1  # the tries before this one
    deliver(mail_id=UUID(mail_id), last=last, now=utc_now())


@app.periodic(cron="40 3 * * *")
@app.task(name="forget_old_jobs", queueing_lock="forget_old_jobs")
def forget_old_jobs_job(timestamp: int) -> None:
    """Each night: jobs that were done long ago are forgotten; failed ones are kept."""
    forget_old_jobs(now=utc_now())


@app.periodic(cron="20 * * * *")
@app.task(name="drop_uploads", queueing_lock="drop_uploads")
def drop_uploads_job(timestamp: int) -> None:
    """Each hour: files of tasks that nobody decided on in time are thrown away."""
    drop_uploads(now=utc_now())
