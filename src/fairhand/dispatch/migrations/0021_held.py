"""A lane for what is given to nobody until a manager decided about its task."""

from pathlib import Path

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).parent.parent / "sql" / "0021_held.sql"


class Migration(migrations.Migration):
    """One more word in a list, and `dispatch/sql/0021_held.sql`: the claim, and which queue is like another."""

    dependencies = (("dispatch", "0020_closed_requests"),)
    operations = (
        migrations.RemoveConstraint("queue", "queue_lane"),
        AddConstraintNotValid(
            "queue",
            models.CheckConstraint(
                condition=Q(lane__in=("real", "calibration", "rework", "gold", "held")), name="queue_lane"
            ),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    )
