"""From when to when a claim was paused; late work that staff took back counts on the caps again."""

from pathlib import Path

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.expressions import Value

SQL = Path(__file__).parent.parent / "sql" / "0018_mended.sql"


class Migration(migrations.Migration):
    """A column with a constant default, then `dispatch/sql/0018_mended.sql`."""

    dependencies = (("dispatch", "0017_claim"),)
    operations = (
        migrations.AddField(
            "claim",
            "pauses",
            ArrayField(
                models.DateTimeField(), default=list, db_default=Value([], ArrayField(models.DateTimeField()))
            ),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    )
