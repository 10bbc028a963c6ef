"""Days of the books in a chain of heads, and a place for money on its way to a person."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "0005_books.sql"


class Migration(migrations.Migration):
    """Makes `ledger_day`, then runs `ledger/sql/0005_books.sql`."""

    dependencies = (("ledger", "0004_reading"),)
    operations = (
        migrations.CreateModel(
            name="Day",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("until_id", models.BigIntegerField()),
                ("entries", models.BigIntegerField()),
                ("legs", models.BigIntegerField()),
                ("previous", models.BinaryField()),
                ("head", models.BinaryField()),
                ("closed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "ledger_day",
                "constraints": [models.UniqueConstraint(fields=("until_id",), name="ledger_day_until")],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    )
