"""Every open slot gets its place; then the old order goes. Outside a transaction, so that nobody waits for it."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

_ROWS = 10_000
_PLACE = """
UPDATE slot SET place = nextval('slot_place')
 WHERE id IN (SELECT id FROM slot WHERE place IS NULL AND state = 'open' ORDER BY queue_id, shuffle LIMIT %s)
"""


def give_places(apps: Any, schema_editor: Any) -> None:
    """In steps of so many rows, each on its own."""
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(_PLACE, [_ROWS])
            if cursor.rowcount < _ROWS:
                return


class Migration(migrations.Migration):
    """May be repeated from where it broke off."""

    atomic = False
    dependencies = (("dispatch", "0005_queues"),)
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        migrations.RunPython(give_places, migrations.RunPython.noop),
        ValidateConstraint("slot", "slot_open_has_place"),
        ValidateConstraint("claim", "claim_state"),
        ValidateConstraint("claim", "claim_paused_is_live"),
        AddIndexConcurrently(
            "slot",
            models.Index(fields=["queue", "place"], name="slot_turn", condition=Q(state="open", for_person=None)),
        ),
        RemoveIndexConcurrently("slot", "slot_open"),
        migrations.RemoveField("slot", "shuffle"),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
