"""Running counts, kept by the database itself (insight/sql/0001_tally.sql). Read through `insight.tally`."""

from django.db import models


class Tally(models.Model):
    """A difference of a count; the count is the sum. `at` is the minute (later hour, day) it belongs to."""

    project_id = models.UUIDField()
    batch_id = models.UUIDField(null=True)
    stage_id = models.UUIDField(null=True)
    # Only in counts of people.
    person_id = models.UUIDField(null=True)
    what = models.TextField()
    state = models.TextField()
    at = models.DateTimeField()
    n = models.BigIntegerField()

    class Meta:
        db_table = "tally"


class CardFigures(models.Model):
    """What past work says beside an offer card, counted each hour (`insight.offer_card`): a row per kind of stage.

    Nothing is kept of what fewer than five people stand behind.
    """

    pk = models.CompositePrimaryKey("project_id", "kind")
    project_id = models.UUIDField()
    kind = models.TextField()
    org_id = models.UUIDField()
    as_of = models.DateTimeField()
    # {"wage": ..., "past": ...}, each None or the fields of `wages.Spread` and `offer_card.Past`.
    facts = models.JSONField()

    class Meta:
        db_table = "card_figures"
