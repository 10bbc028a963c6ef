"""Tasks that no reviewer sent back or changed are counted too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column with a default that the database knows."""

    dependencies = (("missions", "0003_lines"),)
    operations = (
        migrations.AddField("missionperiod", "good_tasks", models.IntegerField(db_default=0, default=0)),
    )
