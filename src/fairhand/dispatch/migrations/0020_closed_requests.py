"""Requests for more time that the hand-in closes."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "0020_closed_requests.sql"


class Migration(migrations.Migration):
    """A column with a default in the database, and `dispatch/sql/0020_closed_requests.sql`."""

    dependencies = (("dispatch", "0019_rework_offer"),)
    operations = (
        migrations.AddField("extension", "closed", models.TextField(default="no", db_default="no")),
        migrations.AddConstraint(
            "extension",
            models.CheckConstraint(
                condition=models.Q(closed__in=("no", "given_back", "handed_in")), name="extension_closed"
            ),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    )
