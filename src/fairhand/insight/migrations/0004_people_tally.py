"""Running counts of people in a project; adding up leaves alone what needs none of it."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "0004_people_tally.sql"


class Migration(migrations.Migration):
    """Runs `insight/sql/0004_people_tally.sql`; what was there before is counted once, however long that takes."""

    dependencies = (("insight", "0003_search"), ("work", "0002_work"), ("pay", "0002_pay"))
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"),
            state_operations=[migrations.AddField("tally", "person_id", models.UUIDField(null=True))],
        ),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
