"""Batches that are launched to find out how long their tasks take."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A column with a default in the database: nothing is rewritten. Its index is empty."""

    dependencies = (("tasks", "0008_fold_ascii"),)
    operations = (
        migrations.AddField("batch", "pilot", models.BooleanField(default=False, db_default=False)),
        migrations.AddIndex(
            "batch", models.Index(fields=["project"], name="batch_pilot", condition=Q(pilot=True))
        ),
    )
