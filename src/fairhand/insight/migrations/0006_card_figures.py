"""What past work says beside an offer card."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A new table; the hourly job fills it."""

    dependencies = (("insight", "0005_work_tally"),)
    operations = (
        migrations.CreateModel(
            name="CardFigures",
            fields=[
                ("pk", models.CompositePrimaryKey("project_id", "kind", blank=True, editable=False, primary_key=True,
                                                  serialize=False)),
                ("project_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("org_id", models.UUIDField()),
                ("as_of", models.DateTimeField()),
                ("facts", models.JSONField()),
            ],
            options={"db_table": "card_figures"},
        ),
    )
