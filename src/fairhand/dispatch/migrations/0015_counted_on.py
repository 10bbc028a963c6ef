"""The day a claim counts to, so that giving it back gives the cap back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column without a default: nothing is rewritten."""

    dependencies = (("dispatch", "0008_kinds"),)
    operations = (migrations.AddField("claim", "counted_on", models.DateField(null=True)),)
