"""A delivery says how much accepted work it keeps out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two counts, 0 for what was sealed before."""

    dependencies = (("delivery", "0002_review_ids"),)
    operations = (
        migrations.AddField("delivery", "held_rows_n", models.IntegerField(default=0, db_default=0)),
        migrations.AddField("delivery", "held_tasks_n", models.IntegerField(default=0, db_default=0)),
    )
