"""Every timed job: load, call a command, done."""

from procrastinate.contrib.django import app

from fairhand.audit.actor import JOB
from fairhand.dispatch.commands import give_back
from fairhand.flow.decide_due import decide_due
from fairhand.flow.end_claims import expire_claims
from fairhand.flow.open_waiting_reviews import open_waiting_reviews
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import SLOTS_GIVEN_BACK_PER_JOB_MAX
from fairhand.pay.commands import close_statements


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


@app.periodic(cron="5 0 * * 1")
@app.task(name="close_statements", queueing_lock="close_statements")
def close_statements_job(timestamp: int) -> None:
    """Mondays, five past midnight UTC: last week's lines are frozen on statements."""
    now = utc_now()
    close_statements(until=now, actor=JOB, now=now)
