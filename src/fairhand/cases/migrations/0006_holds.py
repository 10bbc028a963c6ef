"""Whose reports hold tasks back is found by an index. Outside a transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """One small index."""

    atomic = False
    dependencies = (("cases", "0005_task_return"),)
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "raised",
            models.Index(
                fields=["person", "project", "task_id"], name="raised_holds", condition=Q(kind="illegal", state="open")
            ),
        ),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
