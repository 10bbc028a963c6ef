"""In which project, and by which role, an exclusion was decided."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns and an index; the table is young and small."""

    dependencies = (("gates", "0002_verdict"),)
    operations = (
        migrations.AddField("exclusion", "made_in", models.UUIDField(null=True)),
        migrations.AddField("exclusion", "made_as", models.TextField(default="", db_default="")),
        migrations.AddIndex(
            "exclusion", models.Index(fields=["made_in", "-made_at", "-id"], name="exclusion_of_project")
        ),
    )
