"""What the list of jobs is read by. Made without stopping the worker."""

from django.db import migrations


class Migration(migrations.Migration):
    """Two indexes on the table of jobs, which isn't ours, so no model names them."""

    atomic = False
    dependencies = (("insight", "0001_tally"), ("procrastinate", "0041_post_retry_failed_job"))
    operations = (
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS job_state ON procrastinate_jobs (status, id DESC)",
            "DROP INDEX CONCURRENTLY IF EXISTS job_state",
        ),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS job_task ON procrastinate_jobs (task_name, id DESC)",
            "DROP INDEX CONCURRENTLY IF EXISTS job_task",
        ),
    )
