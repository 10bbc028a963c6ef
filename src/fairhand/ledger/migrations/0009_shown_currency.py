"""In which currency somebody wants to see besides what they are owed."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Makes `shown_currency`."""

    dependencies = (("ledger", "0008_conversions"),)
    operations = (
        migrations.CreateModel(
            name="ShownCurrency",
            fields=[
                ("person_id", models.UUIDField(primary_key=True, serialize=False)),
                ("currency", models.CharField(max_length=3)),
            ],
            options={
                "db_table": "shown_currency",
                "constraints": [
                    models.CheckConstraint(condition=Q(currency__regex="^([A-Z]{3})?$"), name="shown_currency_iso")
                ],
            },
        ),
    )
