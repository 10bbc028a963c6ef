"""What was said of somebody's week in a project."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

_ON = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    """One new table."""

    dependencies = (
        ("work", "0009_readings"),
        ("projects", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.CreateModel(
            name="Timesheet",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("org_id", models.UUIDField()),
                ("project", models.ForeignKey(db_index=False, on_delete=_ON, to="projects.project")),
                ("person", models.ForeignKey(db_index=False, on_delete=_ON, to=settings.AUTH_USER_MODEL)),
                ("week", models.DateField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("asked_by", models.UUIDField(null=True)),
                ("question", models.TextField(db_default="", default="")),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(db_default="", default="")),
                ("accepted_at", models.DateTimeField(null=True)),
                ("accepted_by", models.UUIDField(null=True)),
                ("over_ms", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "timesheet",
                "indexes": [models.Index(fields=["person", "-week"], name="timesheet_mine")],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "person", "week"), name="timesheet_once"),
                    models.CheckConstraint(condition=Q(week__iso_week_day=1), name="timesheet_monday"),
                    models.CheckConstraint(
                        condition=Q(asked_at=None, asked_by=None, question="")
                        | (Q(asked_at__isnull=False, asked_by__isnull=False) & ~Q(question="")),
                        name="timesheet_asked",
                    ),
                    models.CheckConstraint(
                        condition=Q(answered_at=None, answer="")
                        | (Q(answered_at__isnull=False, asked_at__isnull=False) & ~Q(answer="")),
                        name="timesheet_answered",
                    ),
                    models.CheckConstraint(
                        condition=Q(accepted_at=None, accepted_by=None)
                        | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                        name="timesheet_accepted",
                    ),
                    models.CheckConstraint(condition=Q(over_ms=None) | Q(over_ms__gt=0), name="timesheet_over"),
                ],
            },
        ),
    )
