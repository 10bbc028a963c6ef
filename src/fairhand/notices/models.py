"""E-mail that is to leave, what people are told, and how they want to be told."""

from django.db import models
from django.db.models import Q

from fairhand.notices.kinds import WISHES
from fairhand.people.models import Person

MAIL_STATES = ("queued", "sent", "failed")


class Mail(models.Model):
    """One e-mail to one address. `key` makes it leave once; its text is blanked once it has left or was given up."""

    id = models.UUIDField(primary_key=True)
    key = models.TextField(unique=True)
    recipient = models.TextField()
    template = models.TextField()
    language = models.TextField()
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    state = models.TextField(default="queued")
    attempts = models.IntegerField(default=0)
    # The class of the last error, never its text: servers repeat addresses and passwords in it.
    error = models.TextField(default="")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "mail"
        indexes = [models.Index(fields=["made_at"], name="mail_unsent", condition=~Q(state="sent"))]
        constraints = [models.CheckConstraint(condition=Q(state__in=MAIL_STATES), name="mail_state")]


class Notice(models.Model):
    """One thing a person is told, because of one event. `mail`: what became of it: none, each, daily, done."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    kind = models.TextField()
    # Opaque: the event may have been archived.
    event_id = models.UUIDField()
    at = models.DateTimeField()
    path = models.TextField()
    facts = models.JSONField(default=dict)
    mail = models.TextField(default="none")

    class Meta:
        db_table = "notice"
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notice_of_person"),
            models.Index(fields=["person", "at"], name="notice_daily", condition=Q(mail="daily")),
        ]
        constraints = [models.UniqueConstraint(fields=["event_id", "person", "kind"], name="notice_once")]


class NoticeChoice(models.Model):
    """How a person wants to hear of one kind by e-mail; without a row the kind's own default holds."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    kind = models.TextField()
    mail = models.TextField()

    class Meta:
        db_table = "notice_choice"
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="notice_choice_once"),
            models.CheckConstraint(condition=Q(mail__in=WISHES), name="notice_choice_mail"),
        ]


class WorkArrival(models.Model):
    """A queue in which something was open when it was last looked at. Opaque: queues live on a higher floor."""

    queue_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "work_arrival"


class WorkNews(models.Model):
    """Whether somebody is still to be told that work arrived in a project (`due_at`), and when it was."""

    pk = models.CompositePrimaryKey("person_id", "project_id")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    # Opaque, as above.
    project_id = models.UUIDField()
    due_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "work_news"
        indexes = [models.Index(fields=["due_at"], name="work_news_due", condition=Q(due_at__isnull=False))]


class NoticeCursor(models.Model):
    """How far a reader of events has come; `xid` and `seq` as in audit.queries.Cursor."""

    name = models.TextField(primary_key=True)
    xid = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)

    class Meta:
        db_table = "notice_cursor"
