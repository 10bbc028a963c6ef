"""Missions, who joined them, and each person's windows. Terms never change; what was paid is only ever added to."""

from django.db import models
from django.db.models import F, Q

from fairhand.missions.states import LIVE, MISSION_KINDS, MISSION_STATES, MISSION_WORK, REFERRAL_STATES, SCOPES
from fairhand.people.models import Person
from fairhand.projects.models import Project


class Mission(models.Model):
    """Extra pay that a project promises for so much work in a day, week or window, to so many people.

    `terms` as `fairhand_pay.Terms` reads them; `window_minor` is the most that they pay one person for one window.
    `reserve_minor` is what its account holds: the most that it can still come to.
    """

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, db_index=False)
    # Of the form that opened it, so that a form sent twice opens one.
    request_key = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    work = models.TextField()
    scope = models.TextField()
    zone = models.TextField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    windows_n = models.SmallIntegerField()
    terms = models.JSONField()
    terms_hash = models.CharField(max_length=64)
    # Of a referral alone: so many accepted tasks within so many days of the seat, of whoever was brought.
    bring_tasks = models.SmallIntegerField(null=True)
    bring_days = models.SmallIntegerField(null=True)
    window_minor = models.BigIntegerField()
    seats = models.IntegerField()
    people_n = models.IntegerField(default=0)
    state = models.TextField(default="open")
    reserve_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    shut_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "mission"
        constraints = [
            models.UniqueConstraint(fields=["project", "request_key"], name="mission_once"),
            models.CheckConstraint(condition=Q(state__in=MISSION_STATES), name="mission_state"),
            models.CheckConstraint(condition=Q(kind__in=MISSION_KINDS), name="mission_kind"),
            models.CheckConstraint(condition=Q(work__in=MISSION_WORK), name="mission_work"),
            models.CheckConstraint(condition=Q(scope__in=SCOPES), name="mission_scope"),
            models.CheckConstraint(
                condition=Q(seats__gt=0, people_n__gte=0, people_n__lte=F("seats")), name="mission_seats"
            ),
            models.CheckConstraint(
                condition=Q(window_minor__gt=0, reserve_minor__gte=0, paid_minor__gte=0), name="mission_money"
            ),
            models.CheckConstraint(
                condition=Q(state="settled", settled_at__isnull=False, reserve_minor=0)
                | (~Q(state="settled") & Q(settled_at=None)),
                name="mission_settled",
            ),
            models.CheckConstraint(
                condition=Q(kind="referral", bring_tasks__gt=0, bring_days__gt=0)
                | (~Q(kind="referral") & Q(bring_tasks=None, bring_days=None)),
                name="mission_brings",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-opened_at", "-id"], name="mission_project"),
            models.Index(fields=["until_at"], name="mission_going", condition=~Q(state="settled")),
        ]

    @property
    def places_left(self) -> int:
        """Seats that nobody took yet."""
        return self.seats - self.people_n


class MissionSeat(models.Model):
    """Somebody who joined a mission, with the terms as they stood then."""

    id = models.UUIDField(primary_key=True)
    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    terms = models.JSONField()
    terms_hash = models.CharField(max_length=64)
    joined_at = models.DateTimeField()

    class Meta:
        db_table = "mission_seat"
        constraints = [models.UniqueConstraint(fields=["mission", "person"], name="mission_seat_once")]
        indexes = [models.Index(fields=["person", "-joined_at", "-id"], name="mission_seat_person")]


class MissionPeriod(models.Model):
    """One window of one person: what counted in it when it was last looked at, and what it paid so far.

    `closed_at`: when it was first looked at after its end; `settled_at`: when nothing of it was undecided any more.
    """

    id = models.UUIDField(primary_key=True)
    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    number = models.SmallIntegerField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    tasks = models.IntegerField(default=0)
    good_tasks = models.IntegerField(default=0, db_default=0)
    ms = models.BigIntegerField(default=0)
    steps = models.SmallIntegerField(default=0)
    paid_minor = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "mission_period"
        constraints = [
            models.UniqueConstraint(fields=["mission", "person", "number"], name="mission_period_once"),
            models.CheckConstraint(condition=Q(from_at__lt=F("until_at")), name="mission_period_span"),
            models.CheckConstraint(condition=Q(paid_minor__gte=0, steps__gte=0), name="mission_period_paid"),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(closed_at__isnull=False), name="mission_period_closed_first"
            ),
        ]
        indexes = [
            models.Index(
                F("looked_at").asc(nulls_first=True),
                F("until_at"),
                name="mission_period_due",
                condition=Q(settled_at=None),
            ),
            models.Index(fields=["person", "-until_at", "-id"], name="mission_period_person"),
        ]


class Referral(models.Model):
    """Somebody whom an expert named for a seat, and what came of it.

    `email` is the address that was named, `mailbox` where it leads (`referral_rules.mailbox`); both are blanked when
    the referral comes to nothing. `until_at`: work handed
    in before it counts; of one who has no seat yet, until when the place is kept.
    """

    id = models.UUIDField(primary_key=True)
    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, db_index=False)
    referrer = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="referrals_made")
    email = models.TextField()
    mailbox = models.TextField()
    state = models.TextField(default="named")
    made_at = models.DateTimeField()
    until_at = models.DateTimeField()
    referred = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    joined_at = models.DateTimeField(null=True)
    # Accepted so far within the time, as last counted.
    tasks = models.SmallIntegerField(default=0)
    paid_minor = models.BigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "referral"
        constraints = [
            models.UniqueConstraint(fields=["mailbox"], condition=~Q(state="over"), name="referral_once"),
            models.UniqueConstraint(fields=["referred"], name="referral_of_person"),
            models.CheckConstraint(condition=Q(state__in=REFERRAL_STATES), name="referral_state"),
            models.CheckConstraint(condition=Q(email=models.functions.Lower("email")), name="referral_email_lower"),
            models.CheckConstraint(condition=~Q(referred=F("referrer")), name="referral_of_another"),
            models.CheckConstraint(
                condition=Q(state="named", referred=None, ended_at=None)
                | Q(state="joined", referred__isnull=False, ended_at=None)
                | Q(state="paid", referred__isnull=False, ended_at__isnull=False)
                | Q(state="over", ended_at__isnull=False, email="", mailbox=""),
                name="referral_of_state",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_minor__gt=0) | (~Q(state="paid") & Q(paid_minor=0)),
                name="referral_paid",
            ),
        ]
        indexes = [
            models.Index(fields=["referrer", "-made_at", "-id"], name="referral_referrer"),
            models.Index(fields=["mission", "-made_at", "-id"], name="referral_mission"),
            models.Index(fields=["mission"], name="referral_live", condition=Q(state__in=LIVE)),
            models.Index(fields=["-made_at", "-id"], name="referral_waits", condition=Q(state="named")),
        ]
