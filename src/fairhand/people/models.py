"""Organisations, people and their roles."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
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
