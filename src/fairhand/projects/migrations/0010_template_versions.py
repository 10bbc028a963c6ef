"""A running project gets further versions of its template."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "0010_template_versions.sql"


class Migration(migrations.Migration):
    """Additive: columns with constant defaults, and a function."""

    dependencies = (("projects", "0009_surge"),)
    operations = (
        migrations.AddField("template", "note", models.TextField(default="", db_default="")),
        migrations.AddField("template", "made_by", models.UUIDField(null=True)),
        migrations.AddField("template", "changes_work", models.BooleanField(default=False, db_default=False)),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    )
