"""The version of the template that a claim works with."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0012_claim_template.sql"


class Migration(migrations.Migration):
    """Runs `work/sql/0012_claim_template.sql`."""

    dependencies = (("work", "0011_drafts"), ("dispatch", "0021_held"), ("projects", "0010_template_versions"))
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
