"""Organisations, people and their roles."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fairhand.people.states import PERSON_KINDS, PERSON_STATES, ROLES


class Org(models.Model):
    """An organisation: the operator of this installation, or a client of it."""

    id = models.UUIDField(primary_key=True)
    slug = models.TextField(unique=True)
    name = models.TextField()
    kind = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "org"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["operator", "client"]), name="org_kind"),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="operator"), name="org_one_operator"),
        ]


class PersonManager(BaseUserManager["Person"]):
    """Looks people up by e-mail, written in lower case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Django's sign-in machinery asks by e-mail."""
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """A human with an account, or one whose past work came with a pack (`recorded`, `synthetic`: can't sign in)."""

    id = models.UUIDField(primary_key=True)
    email = models.TextField(unique=True)
    name = models.TextField()
    kind = models.TextField(default="person")
    # Empty until somebody chooses: then the browser's language holds.
    locale = models.TextField(default="")
    tz = models.TextField(default="UTC")
    state = models.TextField(default="active")
    demo = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ()
    objects = PersonManager()

    class Meta:
        db_table = "person"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PERSON_KINDS), name="person_kind"),
            models.CheckConstraint(condition=Q(state__in=PERSON_STATES), name="person_state"),
            models.CheckConstraint(condition=Q(email=models.functions.Lower("email")), name="person_email_lower"),
        ]

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django's own class attribute
        """Whether this person may sign in: recorded and synthetic people never may, the demo's only in a demo."""
        return self.kind == "person" and self.state == "active" and (settings.DEMO or not self.demo)


class Member(models.Model):
    """A role somebody holds in an organisation, for all its projects or one of them (`project_id`)."""

    id = models.UUIDField(primary_key=True)
    org = models.ForeignKey(Org, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    # Opaque: projects live on a higher floor.
    project_id = models.UUIDField(null=True)
    role = models.TextField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "member"
        constraints = [
            models.UniqueConstraint(
                fields=["org", "person", "project_id", "role"], nulls_distinct=False, name="member_once"
            ),
            models.CheckConstraint(condition=Q(role__in=ROLES), name="member_role"),
        ]


class Invitation(models.Model):
    """A way in for one e-mail address: an account, and what it holds from the start.

    `role` None: an expert, with a seat in `project_id` if one is named. The token itself is in the e-mail alone; here
    lies its SHA-256. Open until accepted, withdrawn or expired.
    """

    id = models.UUIDField(primary_key=True)
    email = models.TextField()
    org = models.ForeignKey(Org, on_delete=models.PROTECT)
    role = models.TextField(null=True)
    # Opaque: projects live on a higher floor.
    project_id = models.UUIDField(null=True)
    # None: invited at the command line.
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="invitations_made")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    token_hash = models.BinaryField(max_length=32, unique=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="invitations_accepted")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invitation"
        indexes = [
            models.Index(fields=["org", "-made_at", "-id"], name="invitation_of_org"),
            models.Index(fields=["email"], name="invitation_email"),
            models.Index(fields=["-made_at", "-id"], name="invitation_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(email=models.functions.Lower("email")), name="invitation_email_lower"),
            models.CheckConstraint(condition=Q(role=None) | Q(role__in=ROLES), name="invitation_role"),
            models.CheckConstraint(condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_one_end"),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            ),
        ]


class ApiKey(models.Model):
    """A key of one person for the API. The secret is shown once, at its making; here lies its SHA-256.

    A hash without salt is enough for a secret of 256 random bits, and lets the key be found by it.
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    name = models.TextField()
    # The first characters of the key, shown in lists so that its owner knows it again.
    prefix = models.TextField()
    hash = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.TextField(), default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    rotated_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True)

    class Meta:
        db_table = "api_key"
        indexes = [models.Index(fields=["person", "-made_at", "-id"], name="api_key_of_person")]


class CacheRow(models.Model):
    """A counter of the sign-in's rate limits (`fairhand.web.account.counters`); of no worth after `expires_at`."""

    key = models.TextField(primary_key=True)
    value = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "cache_row"


class Profile(models.Model):
    """What a person tells about themselves, beside their account; no row until they do. `country`: in their words."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True)
    about = models.TextField(default="")
    languages = ArrayField(models.TextField(), default=list)
    domains = ArrayField(models.TextField(), default=list)
    country = models.TextField(default="")
    # The same for rules to read: ISO 639 codes of the languages, the ISO 3166 code of the country; "" where unknown.
    language_codes = ArrayField(models.TextField(), default=list, db_default=[])
    country_code = models.TextField(default="", db_default="")
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "profile"
