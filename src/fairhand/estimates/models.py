"""Estimates that were published, reviews of them, and what people say of them."""

from django.db import models
from django.db.models import F, Q, Value

from fairhand.dispatch.models import Claim
from fairhand.estimates.states import DECISIONS, OPEN, REVIEW_STATES, SOURCES, TRIGGERS
from fairhand.people.models import Person
from fairhand.projects.models import Project, Stage


class EstimateReview(models.Model):
    """Work on a stage regularly takes longer than its cards say; a person decides, or the new estimate holds.

    `evidence`: what the trigger saw, to be drawn; `decided_by` None of one that lapsed. `made_good`: what was paid for
    it: {"claims": 3, "people": 2, "minor": {"USD": 1413}, "goodwill_minor": ..., "looked_at": ..., "first_at": ...}.
    """

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, db_index=False)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT)
    trigger = models.TextField()
    evidence = models.JSONField()
    opened_at = models.DateTimeField()
    decide_by = models.DateTimeField()
    state = models.TextField(default=OPEN)
    decision = models.TextField(default="", db_default="")
    reason = models.TextField(default="", db_default="")
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False)
    decided_at = models.DateTimeField(null=True)
    made_good = models.JSONField(default=dict)
    # Work that was taken before the decision and handed in up to then got its difference; None: nobody looked yet.
    late_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "estimate_review"
        constraints = [
            models.UniqueConstraint(fields=["stage"], condition=Q(state=OPEN), name="estimate_review_one_open"),
            models.CheckConstraint(condition=Q(state__in=REVIEW_STATES), name="estimate_review_state"),
            models.CheckConstraint(condition=Q(trigger__in=TRIGGERS), name="estimate_review_trigger"),
            models.CheckConstraint(
                condition=Q(state=OPEN, decision="", decided_at=None, decided_by=None)
                | (
                    Q(state="decided", decision__in=DECISIONS, decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(reason="")
                )
                | Q(state="lapsed", decision="take", decided_at__isnull=False, decided_by=None),
                name="estimate_review_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-opened_at", "-id"], name="estimate_review_project"),
            models.Index(fields=["decide_by"], name="estimate_review_due", condition=Q(state=OPEN)),
        ]


class StageEstimate(models.Model):
    """An estimate as it was published on the cards of a stage; never changed, the newest holds.

    Times are whole seconds of work. `n` observations of `people` stand behind it, `open_n` of which say only "at least
    so long". `limit_s`: the full-rate limit to offer. `guideline_version`: the one that was worked by.
    """

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, db_index=False)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, db_index=False)
    guideline_version = models.IntegerField()
    source = models.TextField()
    p50_s = models.IntegerField()
    p80_s = models.IntegerField()
    limit_s = models.IntegerField()
    n = models.IntegerField()
    open_n = models.IntegerField()
    people = models.IntegerField()
    # Pilots it was read from; 0 where the work itself says enough.
    pilots = models.IntegerField(default=0, db_default=0)
    as_of = models.DateTimeField()
    review = models.ForeignKey(EstimateReview, on_delete=models.PROTECT, null=True, db_index=False)
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "stage_estimate"
        constraints = [
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="stage_estimate_source"),
            models.CheckConstraint(
                condition=Q(p50_s__gt=0, p80_s__gte=F("p50_s"), limit_s__gte=F("p80_s"), n__gte=0, people__gte=0)
                & Q(open_n__gte=0, open_n__lte=F("n")),
                name="stage_estimate_order",
            ),
        ]
        indexes = [models.Index(fields=["stage", "-made_at", "-id"], name="stage_estimate_latest")]


class Pilot(models.Model):
    """How long somebody took for one task of a stage, tried out before the work began. Seconds; never deleted.

    `who`, in the manager's words, did it on the day `done_on`. A struck one was written down by mistake.
    """

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, db_index=False)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, db_index=False)
    work_s = models.IntegerField()
    who = models.TextField()
    done_on = models.DateField()
    noted_by = models.UUIDField()
    noted_at = models.DateTimeField()
    struck_by = models.UUIDField(null=True)
    struck_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "stage_pilot"
        constraints = [
            models.CheckConstraint(condition=Q(work_s__gt=0) & ~Q(who=""), name="stage_pilot_said"),
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_by=None) | Q(struck_at__isnull=False, struck_by__isnull=False),
                name="stage_pilot_struck",
            ),
        ]
        indexes = [models.Index(fields=["stage", "noted_at", "id"], name="stage_pilot_stage")]


class EstimateLook(models.Model):
    """How far the ended claims of a stage were looked at, and what they say now. `measured`: an estimate, {} for none.

    `until`: claims that ended up to then are counted; `new_n` of them since the last look. `cost`: while a review is
    open, what taking that estimate would pay for work that was done, as EstimateReview.made_good.
    """

    stage = models.OneToOneField(Stage, on_delete=models.PROTECT, primary_key=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT)
    until = models.DateTimeField()
    new_n = models.IntegerField(default=0)
    measured = models.JSONField(default=dict)
    cost = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    looked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "estimate_look"


class OverrunReport(models.Model):
    """An expert says of a claim of theirs that the task takes longer than its card says; once a claim, kept for ever.

    `work_ms`: the work time on it by then, None where none was measured.
    """

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    work_ms = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "overrun_report"
        indexes = [models.Index(fields=["stage", "at"], name="overrun_report_stage")]


class EstimateRule(models.Model):
    """What a project agreed on: whether its client pays for overruns, and whether pay by the piece promised a wage.

    `wage_floor_minor`: an hour, below which a quarter of the people earning it opens a review; None: not watched.
    `zone`: whose weekends don't count for the deadline of a review.
    """

    project = models.OneToOneField(Project, on_delete=models.PROTECT, primary_key=True)
    covers_overrun = models.BooleanField(default=False)
    pieces = models.BooleanField(default=False)
    wage_floor_minor = models.BigIntegerField(null=True)
    zone = models.TextField(default="UTC")
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "estimate_rule"
        constraints = [
            models.CheckConstraint(
                condition=Q(wage_floor_minor=None) | Q(wage_floor_minor__gt=0), name="estimate_rule_floor"
            ),
        ]
