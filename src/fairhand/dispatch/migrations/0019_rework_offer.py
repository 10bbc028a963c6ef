"""A further round holds the offer that it is claimed on."""

from pathlib import Path

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).parent.parent / "sql" / "0019_rework_offer.sql"
_KEY = "ALTER TABLE slot ADD CONSTRAINT slot_offer FOREIGN KEY (offer_id) REFERENCES offer (id) NOT VALID"


class Migration(migrations.Migration):
    """A column without a default, checks of new rows only (in every old one it is empty), then the claim function.

    Rounds that are open already keep none: they are claimed on the stage's card, as was said when they were opened.
    """

    dependencies = (("dispatch", "0018_mended"),)
    operations = (
        migrations.AddField(
            "slot",
            "offer",
            models.ForeignKey(
                db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                to="dispatch.offer", related_name="+",
            ),
        ),
        migrations.RunSQL(_KEY, migrations.RunSQL.noop),
        AddConstraintNotValid(
            "slot", models.CheckConstraint(condition=Q(offer=None) | Q(round__gt=1), name="slot_offer_of_rework")
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    )
