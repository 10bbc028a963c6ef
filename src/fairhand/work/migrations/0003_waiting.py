"""What waits longest for its decision in a project, found without reading the rest; built without stopping anybody."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Outside a transaction, however long a table takes."""

    atomic = False
    dependencies = (("work", "0002_work"),)
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "submission",
            models.Index(fields=["project_id", "submitted_at"], name="submission_waiting", condition=Q(state="pending")),
        ),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
