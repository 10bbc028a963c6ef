"""Dispatch tables. Composite keys, partial indexes and the claim function are in the migrations' SQL."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value

from fairhand.dispatch import states
from fairhand.gates.models import Gate
from fairhand.people.models import Person
from fairhand.projects.models import Project, Stage
from fairhand.tasks.models import Task


class Seat(models.Model):
    """A person's place in one project, its caps, and the pseudonym others know them by there."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    alias = models.TextField()
    state = models.TextField(default="active")
    day = models.DateField(null=True)
    day_n = models.IntegerField(default=0)
    day_max = models.IntegerField(null=True)
    total_n = models.IntegerField(default=0)
    total_max = models.IntegerField(null=True)
    # All that was handed in, and how much of it was attempts: a review policy looks at an author's first ones.
    handed_in_n = models.IntegerField(default=0)
    attempts_n = models.IntegerField(default=0, db_default=0)
    # The week of the person's zone, named by its Monday. Neither it nor the day ever runs backwards.
    week = models.DateField(null=True)
    week_n = models.IntegerField(default=0, db_default=0)
    week_max = models.IntegerField(null=True)
    cool_until = models.DateTimeField(null=True)
    # Queue id -> the place up to which the person has looked: what opens later opens behind it.
    places = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    # First tasks promised to whoever joins, not set aside yet; and until when they are promised.
    promised_n = models.SmallIntegerField(default=0, db_default=0)
    promised_until = models.DateTimeField(null=True)
    joined_at = models.DateTimeField()

    class Meta:
        db_table = "seat"
        constraints = [
            models.UniqueConstraint(fields=["project", "person"], name="seat_once"),
            models.UniqueConstraint(fields=["project", "alias"], name="seat_alias"),
            models.CheckConstraint(condition=Q(state__in=states.SEAT_STATES), name="seat_state"),
        ]
        indexes = [
            models.Index(fields=["promised_until"], name="seat_promised", condition=Q(promised_n__gt=0)),
            # Who works in a project, the latest first.
            models.Index("project", F("week").desc(nulls_last=True), name="seat_at_work", condition=Q(state="active")),
        ]


class PersonLoad(models.Model):
    """Caps across projects. Its row lock puts one person's claims and work time in a line.

    `clock_at`: up to this moment the person's time is counted; no two claims count the same second.
    `facts_version`: moved on by every change of a fact that gates read (triggers), so that a verdict knows its age.
    `week_ms`: work time of this week, over all projects.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True)
    open_n = models.IntegerField(default=0)
    open_max = models.IntegerField()
    clock_at = models.DateTimeField(null=True)
    facts_version = models.BigIntegerField(default=0, db_default=0)
    week = models.DateField(null=True)
    week_ms = models.BigIntegerField(default=0, db_default=0)
    week_ms_max = models.BigIntegerField(null=True)

    class Meta:
        db_table = "person_load"
        constraints = [models.CheckConstraint(condition=Q(open_n__gte=0), name="person_load_open_n")]


class GatePass(models.Model):
    """A verdict of a gate on a person, kept: it holds before `until`, while the person's facts are of this version."""

    pk = models.CompositePrimaryKey("person_id", "gate_id")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, db_index=False)
    passes = models.BooleanField()
    until = models.DateTimeField()
    facts_version = models.BigIntegerField()

    class Meta:
        db_table = "gate_pass"


class Cohort(models.Model):
    """Some of a project's people, for whom slots may be set aside."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT)
    name = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "cohort"
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="cohort_name")]


class CohortMember(models.Model):
    """A person in a cohort."""

    pk = models.CompositePrimaryKey("cohort_id", "person_id")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)

    class Meta:
        db_table = "cohort_member"


class Queue(models.Model):
    """Open slots with the same who-may and the same rank, taken in the order of `slot.place`.

    `hint`: whether anything may be open (never set by a claim). `head`: no open slot lies before this place.
    """

    id = models.BigAutoField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, db_index=False)
    lane = models.TextField(default="real")
    tier = models.SmallIntegerField(default=0)
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, null=True, db_index=False)
    field = models.TextField(default="", db_default="")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, null=True, db_index=False)
    # Of a cohort's queue: when its slots go back to everybody's.
    until = models.DateTimeField(null=True)
    hint = models.SmallIntegerField(default=states.HINT_OPEN, db_default=states.HINT_OPEN)
    head = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "queue"
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "gate", "lane", "tier", "field", "cohort"], nulls_distinct=False, name="queue_alike"
            ),
            models.CheckConstraint(condition=Q(hint__in=states.HINTS), name="queue_hint"),
            models.CheckConstraint(
                condition=Q(cohort=None, until=None) | Q(cohort__isnull=False, until__isnull=False),
                name="queue_of_cohort",
            ),
            models.CheckConstraint(condition=Q(lane__in=states.LANES), name="queue_lane"),
        ]


class Slot(models.Model):
    """One unit of wanted work on a task, at a stage. Open means reserved."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    batch_id = models.UUIDField()
    # Keys over several columns hold these two to rows of the same organisation (0001_dispatch.sql).
    task = models.ForeignKey(Task, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    root_slot_id = models.UUIDField()
    subject_slot_id = models.UUIDField(null=True)
    seq = models.IntegerField()
    round = models.SmallIntegerField(default=1)
    state = models.TextField(default="planned")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, db_index=False)
    # Its turn in the queue, from one sequence: what opens again opens at the end.
    place = models.BigIntegerField(null=True)
    # Of a slot that judges: whose work it is.
    subject_person_id = models.UUIDField(null=True)
    shard = models.SmallIntegerField(default=0)
    for_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False)
    for_until = models.DateTimeField(null=True)
    # Of an author's further round: the offer it is claimed on, chosen when it opened (flow/rework.py).
    offer = models.ForeignKey(
        "Offer", on_delete=models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    reserve_minor = models.BigIntegerField(default=0)
    current_claim_id = models.UUIDField(null=True)
    # Planned, wanted now, and unpaid: it opens once the batch's pool can carry it.
    waits_since = models.DateTimeField(null=True)
    # The counted submission of the current round; opaque, submissions live above.
    result_id = models.UUIDField(null=True)

    class Meta:
        db_table = "slot"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "stage", "subject_slot_id", "seq"], nulls_distinct=False, name="slot_once"
            ),
            models.UniqueConstraint(fields=["org_id", "id"], name="slot_org"),
            models.UniqueConstraint(fields=["id", "task"], name="slot_task"),
            models.UniqueConstraint(fields=["id", "task", "root_slot_id"], name="slot_root"),
            models.CheckConstraint(condition=Q(state__in=states.SLOT_STATES), name="slot_state"),
            models.CheckConstraint(
                condition=Q(state="claimed", current_claim_id__isnull=False)
                | (~Q(state="claimed") & Q(current_claim_id=None)),
                name="slot_claimed_has_claim",
            ),
            models.CheckConstraint(
                condition=Q(for_person=None, for_until=None) | Q(for_person__isnull=False, for_until__isnull=False),
                name="slot_set_aside",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["planned", "settled", "cancelled"]) | Q(reserve_minor=0),
                name="slot_reserve_only_when_open",
            ),
            models.CheckConstraint(condition=Q(reserve_minor__gte=0), name="slot_reserve_positive"),
            models.CheckConstraint(condition=~Q(state="open") | Q(place__isnull=False), name="slot_open_has_place"),
            models.CheckConstraint(condition=Q(offer=None) | Q(round__gt=1), name="slot_offer_of_rework"),
        ]
        indexes = [
            models.Index(fields=["queue", "place"], name="slot_turn", condition=Q(state="open", for_person=None)),
            models.Index(fields=["for_person"], name="slot_mine", condition=Q(state="open", for_person__isnull=False)),
            models.Index(fields=["for_until"], name="slot_back", condition=Q(state="open", for_person__isnull=False)),
            models.Index(fields=["batch_id", "state"], name="slot_batch"),
            models.Index(fields=["subject_slot_id"], name="slot_subject", condition=Q(subject_slot_id__isnull=False)),
            models.Index(fields=["stage", "state", "-task"], name="slot_stage_state"),
            models.Index(fields=["stage", "-task"], name="slot_again", condition=Q(round__gt=1)),
            models.Index(
                fields=["batch_id", "stage", "waits_since"],
                name="slot_waits_of",
                condition=Q(state="planned", waits_since__isnull=False),
            ),
        ]


class Hand(models.Model):
    """A person meets a task through one slot only, so author and reviewer of a task differ without further checks."""

    pk = models.CompositePrimaryKey("task_id", "person_id")
    org_id = models.UUIDField()
    task_id = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    root_slot_id = models.UUIDField()

    class Meta:
        db_table = "hand"
        constraints = [
            models.UniqueConstraint(fields=["task_id", "person", "root_slot_id"], name="hand_root"),
        ]


class Offer(models.Model):
    """The terms of a claim, frozen, stored once by content. Never updated."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, db_index=False)
    terms_hash = models.CharField(max_length=64)
    terms = models.JSONField()
    currency = models.CharField(max_length=3)
    ceiling_minor = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "offer"
        constraints = [
            models.UniqueConstraint(fields=["org_id", "stage", "terms_hash"], name="offer_once"),
            models.CheckConstraint(condition=Q(ceiling_minor__gte=0), name="offer_ceiling"),
        ]


class Claim(models.Model):
    """An expert's exclusive, expiring right to a slot, on the terms whose card they saw."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    task_id = models.UUIDField()
    # Held to a slot of the same task and organisation by keys over several columns (0001_dispatch.sql).
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, db_constraint=False)
    root_slot_id = models.UUIDField()
    round = models.SmallIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, db_index=False)
    subject_ids = ArrayField(models.UUIDField(), default=list)
    request_key = models.TextField()
    state = models.TextField(default="live")
    claimed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    hard_until = models.DateTimeField()
    last_beat_at = models.DateTimeField(null=True)
    # Work time so far; NULL until something was measured. An unknown time is never written as a number.
    work_ms = models.BigIntegerField(null=True)
    # While paused neither work time nor the lease runs; `pause_ms` is what was paused so far, within the offer's
    # budget.
    paused_at = models.DateTimeField(null=True)
    pause_ms = models.BigIntegerField(default=0, db_default=0)
    # Of pauses that were ended by going on: from, until, from, until, ...
    pauses = ArrayField(models.DateTimeField(), default=list, db_default=Value([], ArrayField(models.DateTimeField())))
    # Of a paused claim: how much of its lease waits until it is resumed.
    lease_left_ms = models.BigIntegerField(null=True)
    extended_s = models.IntegerField(default=0, db_default=0)
    # The day of the person's zone it counts to in the seat's caps; None for rework, which uses up nothing.
    counted_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(null=True)

    class Meta:
        db_table = "claim"
        constraints = [
            models.UniqueConstraint(fields=["person", "request_key"], name="claim_request"),
            models.UniqueConstraint(fields=["slot"], condition=Q(state="live"), name="claim_live"),
            models.CheckConstraint(condition=Q(state__in=states.CLAIM_STATES), name="claim_state"),
            models.CheckConstraint(
                condition=Q(state="live", ended_at=None) | (~Q(state="live") & Q(ended_at__isnull=False)),
                name="claim_ended_at",
            ),
            models.CheckConstraint(condition=Q(expires_at__lte=F("hard_until")), name="claim_expiry_within_hard_end"),
            models.CheckConstraint(condition=Q(work_ms__gte=0) | Q(work_ms=None), name="claim_work_ms"),
            models.CheckConstraint(condition=Q(state="live") | Q(paused_at=None), name="claim_paused_is_live"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="claim_due", condition=Q(state="live")),
            models.Index(fields=["project_id", "claimed_at", "id"], name="claim_held", condition=Q(state="live")),
            models.Index(fields=["person", "-claimed_at"], name="claim_person"),
            models.Index(
                fields=["project_id", "-ended_at", "-id"],
                name="claim_interrupted",
                condition=Q(state="released") | Q(end_reason__in=states.OWED_REASONS),
            ),
            models.Index(fields=["project_id", "-ended_at"], name="claim_skipped", condition=Q(state="skipped")),
        ]


class Extension(models.Model):
    """More time that somebody asked for on a claim, and what staff (or the stage's own allowance) said to it."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT)
    asked_s = models.IntegerField()
    reason = models.TextField()
    asked_at = models.DateTimeField()
    # None while open. 0: not granted.
    granted_s = models.IntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    # None beside a moment: granted at once, by the stage's own allowance.
    decided_by = models.UUIDField(null=True)
    why = models.TextField(default="")
    # By what it was closed that nobody decided: the task was given back, or handed in (0020_closed_requests.sql).
    closed = models.TextField(default="no", db_default="no")

    class Meta:
        db_table = "extension"
        constraints = [
            models.CheckConstraint(condition=Q(closed__in=states.EXTENSION_CLOSED), name="extension_closed"),
            models.CheckConstraint(condition=Q(asked_s__gt=0), name="extension_asked"),
            models.CheckConstraint(
                condition=Q(granted_s=None, decided_at=None) | Q(granted_s__gte=0, decided_at__isnull=False),
                name="extension_decided",
            ),
            models.UniqueConstraint(fields=["claim"], condition=Q(decided_at=None), name="extension_one_open"),
        ]
        indexes = [
            models.Index(fields=["project_id", "asked_at"], name="extension_open", condition=Q(decided_at=None)),
            models.Index(
                fields=["project_id", "-decided_at", "-id"],
                name="extension_shut",
                condition=Q(decided_at__isnull=False),
            ),
        ]


class ReviewPair(models.Model):
    """How often two people judged each other's work in a project: the low id the high one's, and the other way."""

    pk = models.CompositePrimaryKey("project_id", "low_id", "high_id")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, db_index=False)
    low = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="+")
    high = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="+")
    low_n = models.IntegerField(default=0)
    high_n = models.IntegerField(default=0)

    class Meta:
        db_table = "review_pair"
        constraints = [models.CheckConstraint(condition=Q(low__lt=F("high")), name="review_pair_order")]


class WorkPreference(models.Model):
    """How somebody wants to work: theirs alone, nobody may hold it against them, and no page of staff shows it.

    `hours`, `quiet`: [[weekday 0-6, from minute, to minute], ...] in the person's zone.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True)
    fields = ArrayField(models.TextField(), default=list)
    hours = models.JSONField(default=list)
    quiet = models.JSONField(default=list)
    # Told when work arrives; not about these projects.
    told = models.BooleanField(default=True)
    muted = ArrayField(models.UUIDField(), default=list)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "work_preference"
