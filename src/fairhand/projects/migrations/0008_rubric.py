"""Guidelines have a part that is for reviewers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Additive: a column with a constant default."""

    dependencies = (("projects", "0007_plans"),)
    operations = (migrations.AddField("guideline", "rubric", models.JSONField(default=dict, db_default={})),)
