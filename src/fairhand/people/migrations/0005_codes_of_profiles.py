"""What profiles say of languages and countries in words, as codes where the words are known; other words stay."""

from django.db import migrations

from fairhand.people.codes import country_code, language_code

PAGE = 500


def forwards(apps, schema_editor):
    """Page by page in the order of the key. A second run finds nothing more to do."""
    profile = apps.get_model("people", "Profile")
    last = None
    while True:
        rows = profile.objects.order_by("person_id")
        page = list((rows if last is None else rows.filter(person_id__gt=last))[:PAGE])
        for row in page:
            codes = [language_code(text) for text in row.languages]
            rest = [text for text, code in zip(row.languages, codes, strict=True) if not code]
            found = list(dict.fromkeys([*row.language_codes, *(code for code in codes if code)]))
            country = row.country_code or country_code(row.country)
            after = (found, rest, country, "" if country else row.country)
            if after == (row.language_codes, row.languages, row.country_code, row.country):
                continue
            row.language_codes, row.languages, row.country_code, row.country = after
            row.save(update_fields=["language_codes", "languages", "country_code", "country"])
        if len(page) < PAGE:
            return
        last = page[-1].person_id


class Migration(migrations.Migration):
    """Rows of `profile`; the tables stay as they are."""

    dependencies = (("people", "0004_codes"),)
    operations = (migrations.RunPython(forwards, migrations.RunPython.noop),)
