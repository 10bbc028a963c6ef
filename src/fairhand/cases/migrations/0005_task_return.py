"""Tasks that were taken out come back; and whose reports hold tasks back."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).parent.parent / "sql" / "0005_task_return.sql"
_ON = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    """A table, and `cases/sql/0005_task_return.sql`."""

    dependencies = (
        ("cases", "0004_raised"),
        ("projects", "0009_surge"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.CreateModel(
            name="TaskReturn",
            fields=[
                (
                    "raised",
                    models.OneToOneField(on_delete=_ON, primary_key=True, serialize=False, to="cases.raised"),
                ),
                ("org_id", models.UUIDField()),
                ("task_id", models.UUIDField()),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(db_index=False, on_delete=_ON, to=settings.AUTH_USER_MODEL)),
                ("project", models.ForeignKey(db_index=False, on_delete=_ON, to="projects.project")),
            ],
            options={
                "db_table": "task_return",
                "constraints": [models.CheckConstraint(condition=~Q(reason=""), name="task_return_reason")],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), "DROP FUNCTION task_return_keep CASCADE"),
    )
