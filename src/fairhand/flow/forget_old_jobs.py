"""forget_old_jobs: the queue's table keeps what waits, runs or failed, not what went well long ago."""

from datetime import datetime, timedelta

from django.db import connection

from fairhand.kernel.limits import OLD_JOBS_KEPT_DAYS, OLD_JOBS_PER_RUN_MAX

# In the order of numbers, so that the walk ends at the first young one.
_FORGET = """
DELETE FROM procrastinate_jobs WHERE id IN (
  SELECT j.id FROM procrastinate_jobs j WHERE j.status IN ('succeeded', 'cancelled', 'aborted')
     AND NOT EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > %s)
   ORDER BY j.id LIMIT %s)
"""


def forget_old_jobs(*, now: datetime) -> int:
    """Remove done jobs that ended before the time kept; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [now - timedelta(days=OLD_JOBS_KEPT_DAYS), OLD_JOBS_PER_RUN_MAX])
        return int(cursor.rowcount)
