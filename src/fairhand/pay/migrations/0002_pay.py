"""A pay line's ledger entry."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0001_pay.sql"


class Migration(migrations.Migration):
    """Runs `pay/sql/0001_pay.sql`."""

    dependencies = (("pay", "0001_initial"), ("ledger", "0002_ledger"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
