"""That a contested exclusion stands, said by somebody else than who decided it, with a reason."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """Three columns that are empty, and a rule that empty ones keep; the table is small: one row a decision."""

    dependencies = (
        ("gates", "0003_exclusion_made_in"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.AddField("exclusion", "upheld_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "exclusion",
            "upheld_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="exclusions_upheld",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("exclusion", "uphold_reason", models.TextField(default="", db_default="")),
        migrations.AddConstraint(
            "exclusion",
            models.CheckConstraint(
                condition=Q(upheld_at=None, upheld_by=None, uphold_reason="")
                | (
                    Q(upheld_at__isnull=False, upheld_by__isnull=False, contested_at__isnull=False)
                    & ~Q(uphold_reason="")
                    & ~Q(upheld_by=F("made_by"))
                ),
                name="exclusion_upheld_by_another",
            ),
        ),
    )
