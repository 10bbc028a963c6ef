"""What a project pays for outside its tasks, and who worked so."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

_KINDS = ("onboarding", "reading", "assessment", "meeting", "interrupted")


class Migration(migrations.Migration):
    """Two new tables."""

    dependencies = (
        ("work", "0007_corrections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.CreateModel(
            name="PaidKind",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("org_id", models.UUIDField()),
                ("project_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("terms", models.JSONField()),
                ("minutes_max", models.IntegerField()),
                ("times_max", models.IntegerField()),
                ("at_once", models.BooleanField()),
                ("set_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "paid_kind",
                "indexes": [models.Index(fields=["project_id", "-set_at", "-id"], name="paid_kind_project")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["project_id", "kind"], condition=Q(ended_at=None), name="paid_kind_one"
                    ),
                    models.CheckConstraint(condition=Q(kind__in=_KINDS), name="paid_kind_known"),
                    models.CheckConstraint(condition=Q(minutes_max__gt=0, times_max__gt=0), name="paid_kind_bounds"),
                    models.CheckConstraint(
                        condition=Q(ended_at=None) | Q(ended_at__gte=F("set_at")), name="paid_kind_ends_after"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaidTime",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("org_id", models.UUIDField()),
                ("project_id", models.UUIDField()),
                (
                    "paid_kind",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="work.paidkind"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("said_ms", models.BigIntegerField()),
                ("note", models.TextField()),
                ("version", models.IntegerField(null=True)),
                (
                    "claim",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="dispatch.claim"
                    ),
                ),
                ("request_key", models.TextField(null=True)),
                ("said_at", models.DateTimeField()),
                ("granted_ms", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("why", models.TextField(default="", db_default="")),
                ("paid_minor", models.BigIntegerField(default=0, db_default=0)),
            ],
            options={
                "db_table": "paid_time",
                "indexes": [
                    models.Index(fields=["project_id", "said_at"], name="paid_time_open", condition=Q(decided_at=None)),
                    models.Index(
                        fields=["project_id", "-decided_at", "-id"],
                        name="paid_time_shut",
                        condition=Q(decided_at__isnull=False),
                    ),
                    models.Index(fields=["person", "-said_at", "-id"], name="paid_time_mine"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=Q(said_ms__gt=0), name="paid_time_said"),
                    models.CheckConstraint(
                        condition=Q(granted_ms=None, decided_at=None, decided_by=None, paid_minor=0)
                        | Q(granted_ms=0, decided_at__isnull=False, paid_minor=0)
                        | Q(granted_ms__gt=0, granted_ms__lte=F("said_ms"), decided_at__isnull=False, paid_minor__gte=0),
                        name="paid_time_decided",
                    ),
                    models.CheckConstraint(condition=Q(decided_by=None) | ~Q(why=""), name="paid_time_why"),
                    models.UniqueConstraint(
                        fields=["project_id", "person", "version"],
                        condition=Q(version__isnull=False) & (Q(granted_ms=None) | Q(granted_ms__gt=0)),
                        name="paid_time_version",
                    ),
                    models.UniqueConstraint(fields=["claim"], condition=Q(claim__isnull=False), name="paid_time_claim"),
                    models.UniqueConstraint(
                        fields=["person", "request_key"], condition=Q(request_key__isnull=False), name="paid_time_once"
                    ),
                ],
            },
        ),
    )
