"""A pause between open and closed, whom experts ask, and what changed in a guideline. Additive: old code goes on."""

from django.db import migrations, models
from django.db.models import Q

_STATES = ("draft", "open", "paused", "closed")


class Migration(migrations.Migration):
    """The state's check is widened, so no row can be against it."""

    dependencies = (("projects", "0001_initial"),)
    operations = (
        migrations.RemoveConstraint("project", "project_state"),
        migrations.AddConstraint(
            "project", models.CheckConstraint(condition=Q(state__in=_STATES), name="project_state")
        ),
        migrations.AddField("project", "contact", models.TextField(default="", db_default="")),
        migrations.AddField("guideline", "note", models.TextField(default="", db_default="")),
        migrations.AddField("guideline", "made_by", models.UUIDField(null=True)),
    )
