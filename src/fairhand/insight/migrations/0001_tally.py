"""The table of running counts, its triggers, and what there was before."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "0001_tally.sql"


class Migration(migrations.Migration):
    """Runs `insight/sql/0001_tally.sql`."""

    initial = True
    dependencies = (("dispatch", "0002_dispatch"), ("work", "0002_work"), ("pay", "0002_pay"), ("tasks", "0001_initial"))
    operations = (
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("project_id", models.UUIDField()),
                ("batch_id", models.UUIDField(null=True)),
                ("stage_id", models.UUIDField(null=True)),
                ("what", models.TextField()),
                ("state", models.TextField()),
                ("at", models.DateTimeField()),
                ("n", models.BigIntegerField()),
            ],
            options={"db_table": "tally"},
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    )
