"""Facts about people that gates read, and the gates. Triggers in the migrations' SQL note every change of a fact."""

from django.db import models
from django.db.models import F, Q

from fairhand.gates.states import CONSENT_TOPICS, EXCLUSION_REASONS, SKILL_KINDS
from fairhand.people.models import Org, Person


class Skill(models.Model):
    """A named ability, or a tier, with levels from 1 to `level_max`. One catalogue for the installation."""

    id = models.UUIDField(primary_key=True)
    slug = models.TextField(unique=True)
    kind = models.TextField(default="skill")
    name = models.JSONField()
    # What it takes, in words: for a tier these are the published rules.
    about = models.JSONField(default=dict)
    level_max = models.SmallIntegerField(default=1)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "skill"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SKILL_KINDS), name="skill_kind"),
            models.CheckConstraint(condition=Q(level_max__gte=1, level_max__lte=9), name="skill_levels"),
            models.CheckConstraint(condition=Q(slug__regex=r"^[a-z0-9][a-z0-9-]{0,59}$"), name="skill_slug"),
        ]


class Qualification(models.Model):
    """A person's skill or tier at a level, for a time, granted by a named person. Ended, never erased."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT)
    level = models.SmallIntegerField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    evidence = models.TextField(default="")
    reason = models.TextField(default="")
    # None: at the command line, or by a pack that is played.
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="qualifications_granted")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="qualifications_revoked")
    revoke_reason = models.TextField(default="")

    class Meta:
        db_table = "qualification"
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=9), name="qualification_level"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="qualification_lasts"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoke_reason="") | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
                name="qualification_revoked_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["person", "skill"], name="qualification_of_person")]


class Consent(models.Model):
    """A person agreed to see content of a topic, until they withdraw. One row each time."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    topic = models.TextField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "consent"
        constraints = [
            models.CheckConstraint(condition=Q(topic__in=CONSENT_TOPICS), name="consent_topic"),
            models.UniqueConstraint(fields=["person", "topic"], condition=Q(withdrawn_at=None), name="consent_once"),
        ]


class Exclusion(models.Model):
    """A named human's decision that a client's work is not given to somebody: with a reason that they are told.

    `project_id` None: all projects of the client. The person may contest it; somebody else lifts it.
    """

    id = models.UUIDField(primary_key=True)
    org = models.ForeignKey(Org, on_delete=models.PROTECT)
    # Opaque: projects live on a higher floor.
    project_id = models.UUIDField(null=True)
    # The project in which it was decided, under whose pseudonym it is listed: no other project shows it, so that
    # nobody can put two pseudonyms of one person together.
    made_in = models.UUIDField(null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    reason_code = models.TextField()
    reason = models.TextField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exclusions_made")
    # The role by which it was decided: the person is told it, and not the name.
    made_as = models.TextField(default="", db_default="")
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    contest = models.TextField(default="")
    contested_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="exclusions_lifted")
    lift_reason = models.TextField(default="")
    # A contest is answered: by lifting, or by somebody else than who decided saying why it stands.
    upheld_at = models.DateTimeField(null=True)
    upheld_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="exclusions_upheld")
    uphold_reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "exclusion"
        constraints = [
            models.CheckConstraint(condition=Q(reason_code__in=EXCLUSION_REASONS), name="exclusion_reason_code"),
            models.CheckConstraint(condition=~Q(reason=""), name="exclusion_has_reason"),
            models.CheckConstraint(
                condition=Q(contested_at=None, contest="") | (Q(contested_at__isnull=False) & ~Q(contest="")),
                name="exclusion_contested_with_words",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lift_reason="") | (Q(lifted_at__isnull=False) & ~Q(lift_reason="")),
                name="exclusion_lifted_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(upheld_at=None, upheld_by=None, uphold_reason="")
                | (
                    Q(upheld_at__isnull=False, upheld_by__isnull=False, contested_at__isnull=False)
                    & ~Q(uphold_reason="")
                    & ~Q(upheld_by=F("made_by"))
                ),
                name="exclusion_upheld_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="exclusion_in_force", condition=Q(lifted_at=None)),
            models.Index(fields=["org", "-made_at", "-id"], name="exclusion_of_org"),
            models.Index(fields=["made_in", "-made_at", "-id"], name="exclusion_of_project"),
        ]


class Gate(models.Model):
    """A rule of who may, stored once by content (`gates.rules` reads it). Never updated."""

    id = models.UUIDField(primary_key=True)
    rule_hash = models.CharField(max_length=64, unique=True)
    rule = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "gate"
