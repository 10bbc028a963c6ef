"""Endpoints, what was asked of them, and each project's money for that."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fairhand.inference.states import ENDPOINT_STATES, GENERATION_STATES, UNDER_WAY
from fairhand.projects.models import Project


class ModelEndpoint(models.Model):
    """A model behind an address that speaks as OpenAI's chat completions do. Never changed: a new row takes its name.

    Prices are millionths of the currency's unit for a million tokens, so a token costs a whole number of its 10^-12.
    """

    id = models.UUIDField(primary_key=True)
    # By which templates name it; experts never see it.
    name = models.TextField()
    base_url = models.TextField()
    model = models.TextField()
    # Its key, encrypted with the installation's secret; empty for none.
    sealed_key = models.TextField(default="")
    currency = models.CharField(max_length=3)
    in_micro = models.BigIntegerField()
    out_micro = models.BigIntegerField()
    # How much it reads at once, which bounds what a question can cost.
    context_tokens = models.IntegerField()
    # What it takes beside text, of `image`, `audio` and `pdf`.
    kinds = ArrayField(models.TextField(), default=list)
    # Its host may be this machine, or one of its own network.
    private_ok = models.BooleanField(default=False)
    silence_s = models.IntegerField()
    total_s = models.IntegerField()
    state = models.TextField(default="active")
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "model_endpoint"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ENDPOINT_STATES), name="model_endpoint_state"),
            models.CheckConstraint(
                condition=Q(state="active", retired_at=None) | Q(state="retired", retired_at__isnull=False),
                name="model_endpoint_times",
            ),
            models.CheckConstraint(
                condition=Q(in_micro__gte=0, out_micro__gte=0, context_tokens__gt=0, silence_s__gt=0, total_s__gt=0),
                name="model_endpoint_numbers",
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="model_endpoint_iso"),
            models.UniqueConstraint(fields=["name"], condition=Q(state="active"), name="model_endpoint_one"),
        ]


class ModelOrder(models.Model):
    """In which order somebody sees the models of a question: drawn once, kept, and told to nobody who works on it."""

    pk = models.CompositePrimaryKey("slot_id", "person_id", "question")
    slot_id = models.UUIDField()
    person_id = models.UUIDField()
    question = models.TextField()
    seed = models.BigIntegerField()
    # Names of endpoints: the first is shown as A.
    names = ArrayField(models.TextField())

    class Meta:
        db_table = "model_order"


class Generation(models.Model):
    """What one model was asked and what it said. Never changed after its end; asking again makes a new row."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, db_index=False)
    task_id = models.UUIDField()
    slot_id = models.UUIDField()
    claim_id = models.UUIDField()
    person_id = models.UUIDField()
    question = models.TextField()
    # Which turn of the conversation, from 0; and where it is shown: 0 is A, 1 is B.
    turn = models.SmallIntegerField()
    place = models.SmallIntegerField()
    endpoint = models.ForeignKey(ModelEndpoint, on_delete=models.PROTECT, db_index=False)
    # {"temperature": decimal text, "seed": number, "max_tokens": number}
    params = models.JSONField()
    # The conversation that was sent, with its files by their id, and the hash of it.
    turns = models.JSONField()
    asked_hash = models.CharField(max_length=64)
    state = models.TextField(default="asked")
    stop_asked = models.BooleanField(default=False)
    text = models.TextField(default="")
    # As the model gave it (`stop`, `length`); why there is no more, where it failed.
    finish_reason = models.TextField(default="")
    problem = models.TextField(default="")
    # By the server's own count, or by ours where it gave none (`told` is false).
    tokens_in = models.IntegerField(null=True)
    tokens_out = models.IntegerField(null=True)
    told = models.BooleanField(null=True)
    # 10^-12 of the currency's unit: what was set apart for it, and what it cost the project.
    held_pico = models.DecimalField(max_digits=30, decimal_places=0)
    cost_pico = models.DecimalField(max_digits=30, decimal_places=0, null=True)
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    first_at = models.DateTimeField(null=True)
    # When its worker was last heard of.
    heard_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "generation"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=GENERATION_STATES), name="generation_state"),
            models.CheckConstraint(
                condition=(Q(state="asked") | Q(state="running")) & Q(ended_at=None, cost_pico=None)
                | ~Q(state="asked") & ~Q(state="running") & Q(ended_at__isnull=False, cost_pico__isnull=False),
                name="generation_end",
            ),
            models.CheckConstraint(
                condition=Q(held_pico__gte=0)
                & (Q(cost_pico=None) | Q(cost_pico__gte=0, cost_pico__lte=F("held_pico"))),
                name="generation_within_its_hold",
            ),
        ]
        indexes = [
            models.Index(fields=["claim_id", "question"], name="generation_of_claim"),
            models.Index(fields=["slot_id", "person_id"], name="generation_of_slot"),
            models.Index(fields=["task_id"], name="generation_of_task"),
            models.Index(fields=["asked_at"], name="generation_under_way", condition=Q(state__in=UNDER_WAY)),
            models.Index(fields=["project", "endpoint"], name="generation_of_project"),
        ]


class ModelMoney(models.Model):
    """A project's money for models. The ledger holds `limit_minor` less `posted_minor` of it, apart from the budget.

    `held_pico` is set apart for what is under way, `spent_pico` is what ended cost, to the 10^-12 of the unit.
    """

    project = models.OneToOneField(Project, on_delete=models.PROTECT, primary_key=True)
    org_id = models.UUIDField()
    limit_minor = models.BigIntegerField(default=0)
    held_pico = models.DecimalField(max_digits=30, decimal_places=0, default=0)
    spent_pico = models.DecimalField(max_digits=30, decimal_places=0, default=0)
    posted_minor = models.BigIntegerField(default=0)
    # How many ended answers the posted ones were.
    posted_n = models.BigIntegerField(default=0)
    ended_n = models.BigIntegerField(default=0)

    class Meta:
        db_table = "model_money"
        constraints = [
            models.CheckConstraint(
                condition=Q(limit_minor__gte=0, held_pico__gte=0, spent_pico__gte=0, posted_minor__gte=0)
                & Q(posted_minor__lte=F("limit_minor")),
                name="model_money_amounts",
            )
        ]
