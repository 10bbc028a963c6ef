"""Cases about entries of work outside tasks that were not granted, and who may not answer a case."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

SQL = Path(__file__).parent.parent / "sql" / "0003_entries.sql"
_ON = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    """Three columns, and `cases/sql/0003_entries.sql`. A case that there is has its line and bars nobody more."""

    dependencies = (
        ("cases", "0002_cases"),
        ("work", "0008_paid_kinds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.AlterField("case", "line_id", models.UUIDField(null=True, unique=True)),
        migrations.AddField(
            "case", "paid_time", models.OneToOneField(null=True, on_delete=_ON, to="work.paidtime")
        ),
        migrations.AddField(
            "case",
            "not_by",
            models.ForeignKey(
                db_index=False, null=True, on_delete=_ON, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            "case",
            models.CheckConstraint(
                condition=Q(line_id=None, paid_time__isnull=False) | Q(line_id__isnull=False, paid_time=None),
                name="pay_case_about",
            ),
        ),
        migrations.AddConstraint(
            "case",
            models.CheckConstraint(
                condition=(Q(not_by=None) | Q(answered_by=None) | ~Q(answered_by=F("not_by")))
                & (Q(not_by=None) | Q(decided_by=None) | ~Q(decided_by=F("not_by"))),
                name="pay_case_not_by",
            ),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    )
