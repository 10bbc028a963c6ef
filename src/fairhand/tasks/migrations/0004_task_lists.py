"""A project's tasks by state and a batch's tasks, newest first, built without stopping anybody."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Outside a transaction, however long a table takes."""

    atomic = False
    dependencies = (("tasks", "0003_upload"),)
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "task", models.Index(fields=["project_id", "state", "-id"], name="task_project_state")
        ),
        AddIndexConcurrently("task", models.Index(fields=["batch", "-id"], name="task_batch")),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
