"""What a plan holds of a submission's pay, and till when at the latest."""

import datetime

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """A table of its own: nothing is rewritten."""

    dependencies = (("pay", "0003_hash"), ("people", "0001_initial"))
    operations = (
        migrations.CreateModel(
            name="PayHold",
            fields=[
                ("submission_id", models.UUIDField(primary_key=True, serialize=False)),
                ("project_id", models.UUIDField()),
                ("currency", models.CharField(max_length=3)),
                ("held_minor", models.BigIntegerField()),
                ("free_minor", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("release_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="people.person"
                    ),
                ),
            ],
            options={
                "db_table": "pay_hold",
                "constraints": [
                    models.CheckConstraint(condition=Q(held_minor__gt=0, free_minor__gte=0), name="pay_hold_some"),
                    models.CheckConstraint(
                        condition=Q(
                            release_at__gt=F("made_at"), release_at__lte=F("made_at") + datetime.timedelta(days=14)
                        ),
                        name="pay_hold_ends",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["person", "release_at"], name="pay_hold_mine", condition=Q(released_at=None)),
                    models.Index(fields=["release_at"], name="pay_hold_due", condition=Q(released_at=None)),
                ],
            },
        ),
    )
