"""A submission's slot is held by the key that names its organisation too (0001_work.sql); one look is enough."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Takes a key away; nothing is looked through."""

    dependencies = (("work", "0004_adjudicated"), ("dispatch", "0017_claim"))
    operations = (
        migrations.AlterField(
            "submission",
            "slot",
            models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="dispatch.slot"
            ),
        ),
    )
