"""What keeps cases as they were written."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0001_cases.sql"


class Migration(migrations.Migration):
    """Runs `cases/sql/0001_cases.sql`."""

    dependencies = (("cases", "0001_initial"), ("pay", "0002_pay"))
    operations = (
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"),
            "ALTER TABLE pay_case DROP CONSTRAINT pay_case_line; DROP FUNCTION pay_case_keep CASCADE",
        ),
    )
