"""Conversions between currencies: rates with their source, and the function that posts one."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).parent.parent / "sql" / "0008_conversions.sql"


class Migration(migrations.Migration):
    """Makes `fx_rate`, then runs `ledger/sql/0008_conversions.sql`."""

    dependencies = (("ledger", "0007_places"),)
    operations = (
        migrations.CreateModel(
            name="FxRate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("base", models.CharField(max_length=3)),
                ("quote", models.CharField(max_length=3)),
                ("rate", models.TextField()),
                ("of_day", models.DateField()),
                ("source", models.TextField()),
                ("made_by", models.UUIDField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "fx_rate",
                "indexes": [models.Index(fields=["base", "quote", "-of_day", "-id"], name="fx_rate_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(base__regex="^[A-Z]{3}$") & Q(quote__regex="^[A-Z]{3}$"), name="fx_rate_iso"
                    ),
                    models.CheckConstraint(condition=~Q(base=models.F("quote")), name="fx_rate_two"),
                    models.CheckConstraint(
                        condition=Q(rate__regex=r"^[0-9]{1,9}(\.[0-9]{1,12})?$"), name="fx_rate_plain"
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    )
