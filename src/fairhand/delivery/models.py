"""A delivery is a numbered, sealed list of submissions; files are written from it, the same bytes every time."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fairhand.people.models import Org
from fairhand.projects.models import Project
from fairhand.work.models import Submission


class Delivery(models.Model):
    """What was handed over, under which rule, and the hash of each format's bytes."""

    id = models.UUIDField(primary_key=True)
    org = models.ForeignKey(Org, on_delete=models.PROTECT)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, db_index=False)
    number = models.IntegerField()
    # {"en": sentence, "ar": sentence}: what is in it and what isn't.
    rule = models.JSONField()
    rows_n = models.IntegerField()
    tasks_n = models.IntegerField()
    # Accepted, and kept out: the content of their tasks may be illegal, or was found to be.
    held_rows_n = models.IntegerField(default=0, db_default=0)
    held_tasks_n = models.IntegerField(default=0, db_default=0)
    # Format name -> {"rows": n, "bytes": n, "sha256": hex, "version": of the format; 1 where none is named}.
    files = models.JSONField(default=dict)
    released_at = models.DateTimeField()
    released_by = models.UUIDField(null=True)

    class Meta:
        db_table = "delivery"
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="delivery_number")]


class DeliveryItem(models.Model):
    """One delivered submission, in its place."""

    pk = models.CompositePrimaryKey("delivery_id", "ordinal")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, db_index=False)
    ordinal = models.IntegerField()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT)
    # The reviews it leaves with. Sealed by id: one that was in work at the release may carry an earlier moment.
    review_ids = ArrayField(models.UUIDField(), default=list)

    class Meta:
        db_table = "delivery_item"
        constraints = [
            models.UniqueConstraint(fields=["delivery", "submission"], name="delivery_item_once"),
        ]
