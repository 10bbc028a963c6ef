"""What people ask and report of their tasks."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

SQL = Path(__file__).parent.parent / "sql" / "0004_raised.sql"
_ON = django.db.models.deletion.PROTECT
_DONE = ("said", "guideline", "put_back", "taken_out")


class Migration(migrations.Migration):
    """A table, and `cases/sql/0004_raised.sql`."""

    dependencies = (
        ("cases", "0003_entries"),
        ("dispatch", "0022_interrupted"),
        ("projects", "0009_surge"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.CreateModel(
            name="Raised",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("org_id", models.UUIDField()),
                ("task_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("place", models.TextField(default="")),
                ("words", models.TextField()),
                ("at", models.DateTimeField()),
                ("state", models.TextField(default="open")),
                ("answer", models.TextField(default="")),
                ("answered_at", models.DateTimeField(null=True)),
                ("done", models.TextField(default="")),
                ("version", models.IntegerField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=_ON, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("claim", models.ForeignKey(on_delete=_ON, to="dispatch.claim")),
                ("person", models.ForeignKey(db_index=False, on_delete=_ON, to=settings.AUTH_USER_MODEL)),
                ("project", models.ForeignKey(db_index=False, on_delete=_ON, to="projects.project")),
            ],
            options={
                "db_table": "raised",
                "indexes": [
                    models.Index(fields=["project", "at", "id"], name="raised_waiting", condition=Q(state="open")),
                    models.Index(fields=["project", "at", "id"], name="raised_project"),
                    models.Index(fields=["person", "-at", "-id"], name="raised_person"),
                    models.Index(fields=["task_id", "kind"], name="raised_task"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(kind__in=("question", "mistake", "distressing", "illegal")), name="raised_kind"
                    ),
                    models.CheckConstraint(
                        condition=Q(state__in=("open", "answered", "closed")), name="raised_state"
                    ),
                    models.CheckConstraint(condition=~Q(words=""), name="raised_has_words"),
                    models.CheckConstraint(
                        condition=(
                            ~Q(state="answered")
                            & Q(answer="", done="", answered_at=None, answered_by=None, version=None)
                        )
                        | (
                            Q(state="answered", answered_at__isnull=False, answered_by__isnull=False)
                            & ~Q(answer="")
                            & ~Q(done="")
                        ),
                        name="raised_answer",
                    ),
                    models.CheckConstraint(condition=Q(done__in=("", *_DONE)), name="raised_done"),
                    models.CheckConstraint(
                        condition=Q(state="closed", closed_at__isnull=False)
                        | (~Q(state="closed") & Q(closed_at=None)),
                        name="raised_closed",
                    ),
                    models.CheckConstraint(
                        condition=Q(done="guideline", version__isnull=False)
                        | (~Q(done="guideline") & Q(version=None)),
                        name="raised_version",
                    ),
                    models.CheckConstraint(
                        condition=Q(answered_by=None) | ~Q(answered_by=F("person")), name="raised_other"
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), "DROP FUNCTION raised_keep CASCADE"),
    )
