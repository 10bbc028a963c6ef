"""What the order of work reads of tasks and batches."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Columns that may be empty: nothing is rewritten."""

    dependencies = (("tasks", "0005_fields_and_deadlines"),)
    operations = (
        migrations.AddField("task", "uncertainty", models.SmallIntegerField(null=True)),
        migrations.AddField("batch", "ranked_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "batch",
            models.Index(
                fields=["deadline"], name="batch_deadline", condition=Q(state="launched", deadline__isnull=False)
            ),
        ),
    )
