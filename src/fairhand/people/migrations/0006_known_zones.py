"""Time zones of people that the database doesn't know: statements that ask about such a person fail for everybody."""

from django.db import migrations

UNKNOWN_TO_UTC = "UPDATE person SET tz = 'UTC' WHERE tz NOT IN (SELECT name FROM pg_timezone_names)"


class Migration(migrations.Migration):
    """Rows of `person`; the tables stay as they are. A second run finds nothing more to do."""

    dependencies = (("people", "0005_codes_of_profiles"),)
    operations = (migrations.RunSQL(UNKNOWN_TO_UTC, migrations.RunSQL.noop),)
