"""Projects and their versioned parts. Versions are append-only: what a claim was made on stays readable for ever."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fairhand.gates.models import Gate
from fairhand.people.models import Org
from fairhand.projects.states import PROJECT_STATES, STAGE_KINDS, STAGE_SUBJECTS, SURGE_STATES


class Project(models.Model):
    """A client's project. Texts (`name`, `summary`) are tables of language -> text with `en` always there."""

    id = models.UUIDField(primary_key=True)
    org = models.ForeignKey(Org, on_delete=models.PROTECT)
    # Unique over the installation: it stands in addresses; a taken slug gets a suffix when the project is made.
    slug = models.TextField(unique=True)
    state = models.TextField(default="draft")
    name = models.JSONField()
    summary = models.JSONField(default=dict)
    currency = models.CharField(max_length=3)
    languages = models.JSONField(default=list)
    experts_wanted = models.IntegerField(default=0)
    reviewers_wanted = models.IntegerField(default=0)
    # Where it came from: {"pack": slug, "hash": ..., "licence": {...}, "delivery": {...}, "history": {...}};
    # {} if made by hand.
    source = models.JSONField(default=dict)
    # Whom experts ask, in the words they read: a name and a way to reach them.
    contact = models.TextField(default="", db_default="")
    # Which of several projects comes first where a policy looks at it: 0 first, 9 last.
    priority = models.SmallIntegerField(default=5, db_default=5)
    # The announced end: moved on with notice, never brought forward without it.
    ends_at = models.DateTimeField(null=True)
    # How many hours a week the project promises each of its people, about; None where nothing is promised.
    target_hours = models.SmallIntegerField(null=True)
    # So many first tasks are kept for whoever joins, for so many days; 0: none.
    promised_n = models.SmallIntegerField(default=0, db_default=0)
    promised_days = models.SmallIntegerField(default=7, db_default=7)
    # So many days before it holds, a version of a plan that pays less is announced.
    notice_days = models.SmallIntegerField(default=7, db_default=7)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "project"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PROJECT_STATES), name="project_state"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="project_iso"),
            models.UniqueConstraint(fields=["org", "id"], name="project_org"),
        ]


class Version(models.Model):
    """What every versioned part has."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT)
    version = models.IntegerField()
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class Guideline(Version):
    """What experts are asked to do, as Markdown per language."""

    texts = models.JSONField()
    # What changed against the version before, and who published it; empty for the first one.
    note = models.TextField(default="", db_default="")
    made_by = models.UUIDField(null=True)
    # The fields of tasks that the change touches, as the manager marked them; empty: none, work goes on.
    affects = ArrayField(models.TextField(), default=list, db_default=[])
    # What reviewers go by, as Markdown per language; {}: the guideline alone.
    rubric = models.JSONField(default=dict, db_default={})

    class Meta:
        db_table = "guideline"
        constraints = [models.UniqueConstraint(fields=["project", "version"], name="guideline_version")]


class Template(Version):
    """What a task shows (fields) and asks (questions), as `tasks.template` reads it."""

    body = models.JSONField()
    # What changed against the version before, and who published it; empty for the first one.
    note = models.TextField(default="", db_default="")
    made_by = models.UUIDField(null=True)
    # Its publisher said that the work is another one: how long it takes was measured anew from then on.
    changes_work = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "template"
        constraints = [models.UniqueConstraint(fields=["project", "version"], name="template_version")]


class PayPlan(Version):
    """Rules of pay, as `fairhand_pay.Terms` reads them. One plan may serve several stages."""

    terms = models.JSONField()
    # What it was made from, {"preset": name, parameters}; {} where the terms were written out.
    preset = models.JSONField(default=dict, db_default={})
    note = models.TextField(default="", db_default="")
    made_by = models.UUIDField(null=True)

    class Meta:
        db_table = "pay_plan"
        constraints = [models.UniqueConstraint(fields=["project", "version"], name="pay_plan_version")]


class DispatchPlan(Version):
    """In which order work is given out, as `dispatch.plan` reads it: composed policies, each (name, version, terms)."""

    body = models.JSONField()
    note = models.TextField(default="")
    made_by = models.UUIDField(null=True)

    class Meta:
        db_table = "dispatch_plan"
        constraints = [models.UniqueConstraint(fields=["project", "version"], name="dispatch_plan_version")]


class Stage(models.Model):
    """One step of a task's way: who works on what, for how long, for which pay."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT)
    ordinal = models.SmallIntegerField()
    name = models.TextField()
    kind = models.TextField()
    subject = models.TextField(default="none")
    template = models.ForeignKey(Template, on_delete=models.PROTECT)
    pay_plan = models.ForeignKey(PayPlan, on_delete=models.PROTECT)
    # Which submissions of this stage are reviewed: {"name": "sample", "version": 1, "terms": {...}}; {} for none.
    review_policy = models.JSONField(default=dict)
    lease_s = models.IntegerField()
    claim_s_max = models.IntegerField()
    idle_s = models.IntegerField()
    rework_s = models.IntegerField()
    rounds_max = models.SmallIntegerField()
    review_deadline_h = models.IntegerField()
    # Typical and long work time, when known: {"p50_s": 9, "p80_s": 20, "n": 6030, "basis": "..."}.
    estimate = models.JSONField(default=dict)
    # Who may work here beside having a seat; None: whoever has one.
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, null=True, db_index=False)
    # Nobody sees whose work it is, nor what others said of it.
    blind = models.BooleanField(default=False, db_default=False)
    # Rest between handing in and the next claim.
    cool_s = models.IntegerField(default=0, db_default=0)
    # How long a claim may be paused in all, and how much longer it may be made: asked for, or at once.
    pause_s_max = models.IntegerField(default=1800, db_default=1800)
    extension_s_max = models.IntegerField(default=7200, db_default=7200)
    extension_s_auto = models.IntegerField(default=0, db_default=0)
    # Two people who judge each other's work: so often each way once both have. None: no limit.
    pair_max = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "stage"
        constraints = [
            models.UniqueConstraint(fields=["project", "ordinal"], name="stage_ordinal"),
            models.UniqueConstraint(fields=["org_id", "id"], name="stage_org"),
            models.CheckConstraint(condition=Q(kind__in=STAGE_KINDS), name="stage_kind"),
            models.CheckConstraint(condition=Q(subject__in=STAGE_SUBJECTS), name="stage_subject"),
            models.CheckConstraint(
                condition=Q(kind="attempt", subject="none") | (~Q(kind="attempt") & ~Q(subject="none")),
                name="stage_attempt_has_no_subject",
            ),
            models.CheckConstraint(condition=Q(lease_s__lte=F("claim_s_max")), name="stage_lease_within_claim"),
            models.CheckConstraint(
                condition=Q(cool_s__gte=0, pause_s_max__gte=0, extension_s_auto__gte=0)
                & Q(extension_s_auto__lte=F("extension_s_max")),
                name="stage_rests",
            ),
        ]


class PlanChange(models.Model):
    """A stage gets another version of its plan: at once, or, where that pays less, from an announced day on."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, db_index=False)
    plan = models.ForeignKey(PayPlan, on_delete=models.PROTECT)
    before = models.ForeignKey(PayPlan, on_delete=models.PROTECT, related_name="+", db_index=False)
    # It pays less than the version before for some work.
    lowers = models.BooleanField()
    announced_at = models.DateTimeField()
    holds_from = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "plan_change"
        constraints = [
            models.UniqueConstraint(
                fields=["stage"], condition=Q(applied_at=None, withdrawn_at=None), name="plan_change_waits"
            ),
            models.CheckConstraint(condition=Q(applied_at=None) | Q(withdrawn_at=None), name="plan_change_one_end"),
            models.CheckConstraint(
                condition=Q(lowers=False) | Q(holds_from__gt=F("announced_at")), name="plan_change_notice"
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None) | Q(applied_at__gte=F("holds_from")), name="plan_change_not_before"
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "-announced_at", "-id"], name="plan_change_of_stage"),
            models.Index(
                fields=["holds_from"], name="plan_change_due", condition=Q(applied_at=None, withdrawn_at=None)
            ),
        ]


class Surge(models.Model):
    """A window of high demand: tasks of a stage that are taken in it pay `factor` times as much, by their offers.

    `reserve_max_minor`: what it may set apart at most behind tasks that wait; `reserved_minor`: what it did.
    """

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, db_index=False)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, db_index=False)
    # From 1 to 3, as decimal text.
    factor = models.TextField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    reserve_max_minor = models.BigIntegerField()
    reserved_minor = models.BigIntegerField(default=0, db_default=0)
    reason = models.TextField()
    state = models.TextField()
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # `time`, `staff`, `short` (there was no money when it was to open), `closed` (its project doesn't give out work).
    end_reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "surge"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SURGE_STATES), name="surge_state"),
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="surge_lasts"),
            models.CheckConstraint(
                condition=Q(reserve_max_minor__gt=0, reserved_minor__gte=0)
                & Q(reserved_minor__lte=F("reserve_max_minor")),
                name="surge_reserve",
            ),
            models.CheckConstraint(
                condition=Q(state="planned", opened_at=None, ended_at=None)
                | Q(state="open", opened_at__isnull=False, ended_at=None)
                | Q(state="over", ended_at__isnull=False),
                name="surge_times",
            ),
            models.UniqueConstraint(fields=["stage"], condition=~Q(state="over"), name="surge_one"),
        ]
        indexes = [
            models.Index(fields=["stage", "-made_at", "-id"], name="surge_of_stage"),
            models.Index(fields=["from_at"], name="surge_planned", condition=Q(state="planned")),
            models.Index(fields=["until_at"], name="surge_open", condition=Q(state="open")),
        ]
