"""Running counts of work and pay in fewer writes."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0005_work_tally.sql"


class Migration(migrations.Migration):
    """Runs `insight/sql/0005_work_tally.sql`: the old triggers go as the new ones come, so nothing is counted twice."""

    dependencies = (("insight", "0004_people_tally"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
