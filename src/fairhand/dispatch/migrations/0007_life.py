"""The claim's life: pause, extension, ends and work time; and where time is owed for claims that were taken back."""

from pathlib import Path

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).parent.parent / "sql" / "0007_life.sql"


class Migration(migrations.Migration):
    """The index is built without stopping anybody, so outside a transaction; each step may be repeated."""

    atomic = False
    dependencies = (("dispatch", "0006_places"),)
    operations = (
        migrations.AddField("claim", "lease_left_ms", models.BigIntegerField(null=True)),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "claim",
            models.Index(
                fields=["project_id", "-ended_at", "-id"],
                name="claim_taken_back",
                condition=Q(state="released") | Q(end_reason="guideline_changed"),
            ),
        ),
        AddIndexConcurrently(
            "extension",
            models.Index(
                fields=["project_id", "-decided_at", "-id"], name="extension_shut", condition=Q(decided_at__isnull=False)
            ),
        ),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
