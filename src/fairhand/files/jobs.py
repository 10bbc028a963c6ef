"""The jobs of files: look at what came, give up what was left."""

from uuid import UUID

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from fairhand.audit.actor import JOB
from fairhand.files.commands import JOB_NAME, expire_files, give_up, look_at
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import FILE_TRIES_MAX


@app.task(name=JOB_NAME, pass_context=True, retry=RetryStrategy(max_attempts=FILE_TRIES_MAX - 1, exponential_wait=4))
def look_at_file_job(context: JobContext, file_id: str) -> None:
    """A file came whole: it is scanned, cleaned and kept, or refused with a reason; tried again where that fails."""
    try:
        look_at(file_id=UUID(file_id), actor=JOB, now=utc_now())
    except Exception:  # whatever failed, whoever sent the file is told in the end, and the job's failure is kept
        if context.job.attempts >= FILE_TRIES_MAX - 1:
            give_up(file_id=UUID(file_id), actor=JOB, now=utc_now())
        raise


@app.periodic(cron="23 * * * *")
@app.task(name="expire_files", queueing_lock="expire_files", lock="expire_files", pass_context=False)
def expire_files_job(timestamp: int) -> None:
    """Each hour: what was begun a day ago and never ended is given up."""
    expire_files(actor=JOB, now=utc_now())
