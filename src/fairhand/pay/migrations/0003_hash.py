"""A line says which lines it was computed from, and carries the hash of it all."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns with constant defaults: nothing is rewritten. Lines made before have no hash."""

    dependencies = (("pay", "0002_pay"),)
    operations = (
        migrations.AddField(
            "payline",
            "parents",
            django.contrib.postgres.fields.ArrayField(models.TextField(), default=list, db_default=[]),
        ),
        migrations.AddField("payline", "hash", models.TextField(default="", db_default="")),
    )
