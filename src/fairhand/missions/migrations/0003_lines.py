"""Lines that stand beside work are found without reading those of all work."""

from django.db import migrations


class Migration(migrations.Migration):
    """One partial index on pay lines, built while they are written."""

    atomic = False
    dependencies = (("missions", "0002_missions"), ("pay", "0003_hash"))
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS pay_line_beside_work ON pay_line (person_id, made_at DESC, id DESC) "
            "WHERE submission_id IS NULL",
            "DROP INDEX pay_line_beside_work",
        ),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
