"""First tasks promised to whoever joins a project."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Additive."""

    dependencies = (("projects", "0003_dispatch"),)
    operations = (
        migrations.AddField("project", "promised_n", models.SmallIntegerField(default=0, db_default=0)),
        migrations.AddField("project", "promised_days", models.SmallIntegerField(default=7, db_default=7)),
    )
