"""Every timed job: load, call a command, done."""

from uuid import UUID

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from fairhand.audit.actor import JOB
from fairhand.dispatch.commands import fold_hints
from fairhand.flow.announce_end import remind_of_ends
from fairhand.flow.ask_model import JOB_NAME as ASK_MODEL
from fairhand.flow.ask_model import ask_again
from fairhand.flow.change_plan import apply_plan_changes
from fairhand.flow.close_period import close_periods
from fairhand.flow.close_referrals import close_referrals
from fairhand.flow.close_rest import close_rest
from fairhand.flow.count_card_figures import count_card_figures
from fairhand.flow.decide_due import decide_due, release_holds
from fairhand.flow.decide_estimate import lapse_estimates
from fairhand.flow.each_alone import each_alone
from fairhand.flow.end_claims import expire_claims
from fairhand.flow.forget_old_jobs import forget_old_jobs
from fairhand.flow.make_notices import make_notices
from fairhand.flow.model_money import post_model_costs
from fairhand.flow.model_streams import Streams, end_lost
from fairhand.flow.nightly_books import nightly_books
from fairhand.flow.open_waiting import open_waiting
from fairhand.flow.open_waiting_reviews import open_waiting_reviews
from fairhand.flow.pay_latecomers import pay_latecomers
from fairhand.flow.read_guideline import enter_left_readings
from fairhand.flow.record_paid_time import pay_interrupted
from fairhand.flow.reprioritise import rank_by_deadline
from fairhand.flow.review_estimates import review_estimates
from fairhand.flow.set_aside import end_set_asides, keep_promises
from fairhand.flow.surge import move_surges
from fairhand.flow.tell_of_work import tell_of_work
from fairhand.flow.top_up import top_up
from fairhand.flow.watch_budgets import watch_budgets
from fairhand.insight.tally import compact
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import MAIL_TRIES_MAX
from fairhand.notices.commands import JOB_NAME, deliver, send_digests
from fairhand.pay.commands import close_statements
from fairhand.tasks.commands import drop_uploads
from fairhand.work.draft_commands import drop_drafts

# The answers of models that this process reads; whoever ends it closes them.
STREAMS = Streams(utc_now)


@app.task(name=ASK_MODEL)
def ask_model_job(generation_id: str) -> None:
    """When a model was asked: a thread of this process reads its answer, and the job is done."""
    STREAMS.take(UUID(generation_id))


@app.periodic(cron="* * * * *")
@app.task(name="end_lost_answers", queueing_lock="end_lost_answers", lock="end_lost_answers")
def end_lost_answers_job(timestamp: int) -> None:
    """Each minute: answers of models whose worker died are over; what none took on is handed out once more."""
    with each_alone() as alone:
        for step in (end_lost, ask_again):
            with alone():
                step(now=utc_now())


@app.periodic(cron="35 * * * *")
@app.task(name="post_model_costs", queueing_lock="post_model_costs", lock="post_model_costs")
def post_model_costs_job(timestamp: int) -> None:
    """Each hour: what models cost is posted, one entry for a project."""
    post_model_costs(actor=JOB, now=utc_now())


@app.periodic(cron="* * * * *")
@app.task(name="expire_claims", queueing_lock="expire_claims", pass_context=False)
def expire_claims_job(timestamp: int) -> None:
    """Each minute: claims whose time is over end, and their slots open again."""
    expire_claims(actor=JOB, now=utc_now())


@app.periodic(cron="* * * * *")
@app.task(name="give_back", queueing_lock="give_back", lock="give_back")
def give_back_job(timestamp: int) -> None:
    """Each minute: what was kept for somebody and not taken in time is everybody's again; promises are kept."""
    end_set_asides(actor=JOB, now=utc_now())
    keep_promises(actor=JOB, now=utc_now())


@app.periodic(cron="* * * * *")
@app.task(name="close_rest", queueing_lock="close_rest", lock="close_rest")
def close_rest_job(timestamp: int) -> None:
    """Each minute: of closed projects, what came back untaken is cancelled, and pools of what is done are emptied."""
    close_rest(actor=JOB, now=utc_now())


@app.periodic(cron="* * * * *")
@app.task(name="fold_hints", queueing_lock="fold_hints", lock="fold_hints")
def fold_hints_job(timestamp: int) -> None:
    """Each minute: queues that were woken are open, empty ones close."""
    fold_hints()


@app.periodic(cron="* * * * *")
@app.task(name="apply_plan_changes", queueing_lock="apply_plan_changes", lock="apply_plan_changes")
def apply_plan_changes_job(timestamp: int) -> None:
    """Each minute: a plan that was announced for by now is what new offers pay by; windows of high demand open and
    end."""
    with each_alone() as alone:
        for step in (apply_plan_changes, move_surges):
            with alone():
                step(actor=JOB, now=utc_now())


@app.periodic(cron="20 * * * *")
@app.task(name="drop_drafts", queueing_lock="drop_drafts", lock="drop_drafts")
def drop_drafts_job(timestamp: int) -> None:
    """Each hour: drafts of what was handed in are thrown away."""
    drop_drafts(now=utc_now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="rank_by_deadline", queueing_lock="rank_by_deadline", lock="rank_by_deadline")
def rank_by_deadline_job(timestamp: int) -> None:
    """Every ten minutes: where a deadline has come nearer, what waits moves up."""
    rank_by_deadline(actor=JOB, now=utc_now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="decide_due", queueing_lock="decide_due")
def decide_due_job(timestamp: int) -> None:
    """Every five minutes: what nobody decided in time is decided in the author's favour; holds end by their date."""
    now = utc_now()
    decide_due(actor=JOB, now=now)
    release_holds(actor=JOB, now=now)


@app.periodic(cron="*/5 * * * *")
@app.task(name="close_periods", queueing_lock="close_periods", lock="close_periods")
def close_periods_job(timestamp: int) -> None:
    """Every five minutes: windows of missions that are over are counted and paid, and what was accepted later;
    likewise whoever was brought by somebody."""
    now = utc_now()
    close_referrals(actor=JOB, now=now)
    close_periods(actor=JOB, now=now)


@app.periodic(cron="*/5 * * * *")
@app.task(name="review_estimates", queueing_lock="review_estimates", lock="review_estimates")
def review_estimates_job(timestamp: int) -> None:
    """Every five minutes: where five more claims ended, they are held against the estimate; overdue reviews lapse; and
    work that was taken before a decision and came in since gets its difference."""
    with each_alone() as alone:
        for step in (lapse_estimates, pay_latecomers, review_estimates):
            with alone():
                step(actor=JOB, now=utc_now())


@app.periodic(cron="* * * * *")
@app.task(name="open_waiting_reviews", queueing_lock="open_waiting_reviews", lock="open_waiting_reviews")
def open_waiting_reviews_job(timestamp: int) -> None:
    """Each minute: reviews and other slots that waited for money open where the pool has some again."""
    with each_alone() as alone:
        for opens in (open_waiting_reviews, open_waiting):
            with alone():
                opens(actor=JOB, now=utc_now())


@app.periodic(cron="* * * * *")
@app.task(name="compact_tallies", queueing_lock="compact_tallies")
def compact_tallies_job(timestamp: int) -> None:
    """Each minute: running counts that lie side by side are added up."""
    compact(utc_now())


@app.periodic(cron="15 * * * *")
@app.task(name="pay_interrupted", queueing_lock="pay_interrupted", lock="pay_interrupted")
def pay_interrupted_job(timestamp: int) -> None:
    """Each hour: work that was interrupted a day ago, and not by its expert, is paid where its project pays that; and
    what was read with the clock and never entered is entered."""
    with each_alone() as alone:
        for step in (pay_interrupted, enter_left_readings):
            with alone():
                step(actor=JOB, now=utc_now())


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


@app.periodic(cron="* * * * *")
@app.task(name="tell_of_work", queueing_lock="tell_of_work", lock="tell_of_work")
def tell_of_work_job(timestamp: int) -> None:
    """Each minute: people are told of work that opened and that they may take."""
    tell_of_work(now=utc_now())


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


@app.periodic(cron="15 0 * * *")
@app.task(name="nightly_books", queueing_lock="nightly_books", lock="nightly_books")
def nightly_books_job(timestamp: int) -> None:
    """A quarter past midnight UTC: yesterday's books are closed, the latest heads verified, everything recounted."""
    nightly_books(actor=JOB, now=utc_now())


@app.periodic(cron="50 * * * *")
@app.task(name="count_card_figures", queueing_lock="count_card_figures", lock="count_card_figures")
def count_card_figures_job(timestamp: int) -> None:
    """Each hour: what past work says beside the offer cards is counted anew."""
    count_card_figures(utc_now())


@app.periodic(cron="25 * * * *")
@app.task(name="watch_budgets", queueing_lock="watch_budgets", lock="watch_budgets")
def watch_budgets_job(timestamp: int) -> None:
    """Each hour: finance and managers are told of budgets that run low."""
    watch_budgets(actor=JOB, now=utc_now())


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


@app.periodic(cron="30 2 * * *")
@app.task(name="top_up", queueing_lock="top_up", lock="top_up")
def top_up_job(timestamp: int) -> None:
    """Each night: where a plan guarantees a wage by the typical time, months that are over and closed projects."""
    top_up(actor=JOB, now=utc_now())


@app.periodic(cron="0 6 * * *")
@app.task(name="remind_of_ends", queueing_lock="remind_of_ends")
def remind_of_ends_job(timestamp: int) -> None:
    """At six UTC: a project past its announced end is brought to mind; nothing is closed by a machine."""
    remind_of_ends(actor=JOB, now=utc_now())
