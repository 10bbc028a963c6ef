"""Slots that wait for money are marked; seats carry the first tasks that were promised. Nobody waits for the indexes."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """May be repeated from where it broke off."""

    atomic = False
    dependencies = (("dispatch", "0009_operations"),)
    operations = (
        migrations.AddField("slot", "waits_since", models.DateTimeField(null=True)),
        migrations.AddField("seat", "promised_n", models.SmallIntegerField(default=0, db_default=0)),
        migrations.AddField("seat", "promised_until", models.DateTimeField(null=True)),
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "slot",
            models.Index(
                fields=["waits_since"], name="slot_waits", condition=Q(state="planned", waits_since__isnull=False)
            ),
        ),
        AddIndexConcurrently(
            "seat", models.Index(fields=["promised_until"], name="seat_promised", condition=Q(promised_n__gt=0))
        ),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
