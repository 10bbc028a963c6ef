"""Ended claims of a project, the latest first. Outside a transaction, so that nobody waits for it."""

from django.db import migrations


class Migration(migrations.Migration):
    """An index on another package's table: only estimates read it so."""

    atomic = False
    dependencies = (("estimates", "0001_initial"), ("dispatch", "0017_claim"))
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS claim_ended ON claim (project_id, ended_at DESC, id DESC)"
            " WHERE round = 1 AND ended_at IS NOT NULL",
            "DROP INDEX CONCURRENTLY IF EXISTS claim_ended",
        ),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
