"""A stage's slots by state, and those in a later round, by task; built without stopping anybody."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Outside a transaction, however long a table takes."""

    atomic = False
    dependencies = (("dispatch", "0003_offered_lease"),)
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently("slot", models.Index(fields=["stage", "state", "-task"], name="slot_stage_state")),
        AddIndexConcurrently(
            "slot", models.Index(fields=["stage", "-task"], name="slot_again", condition=Q(round__gt=1))
        ),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
