"""What a delivered submission leaves with is sealed by id."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds `delivery_item.review_ids`."""

    dependencies = (("delivery", "0001_initial"),)
    operations = (
        migrations.AddField(
            model_name="deliveryitem",
            name="review_ids",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
        ),
    )
