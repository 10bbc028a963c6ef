"""Verbs of notices and e-mail: choose how to hear, tell people, gather a day's news, keep an e-mail and send it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector

from fairhand.audit.queries import Cursor
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import DIGEST_LINES_MAX, DIGESTS_PER_JOB_MAX
from fairhand.notices.kinds import DAILY, EACH, KINDS, WISHES
from fairhand.notices.letters import write
from fairhand.notices.models import Mail, Notice, NoticeChoice, NoticeCursor
from fairhand.notices.queries import wishes_of
from fairhand.notices.words import said
from fairhand.people.models import Person

JOB_NAME = "send_mail"
# Always on Django's connection, so that a job belongs to the transaction that asks for it. Inside the worker, the
# usual app has another connection, and a job would run before what it is about is there.
_QUEUE = App(connector=DjangoConnector())


@dataclass(frozen=True, slots=True)
class News:
    """What one person is to be told because of one event. `path` is a page of ours."""

    person_id: UUID
    kind: str
    event_id: UUID
    at: datetime
    path: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def choose(*, person_id: UUID, wishes: Mapping[str, str], now: datetime) -> None:
    """Keep somebody's own choices by kind; what can't be chosen is left out."""
    for name, mail in wishes.items():
        kind = KINDS.get(name)
        if kind is None or kind.always or mail not in WISHES:
            continue
        NoticeChoice.objects.update_or_create(
            person_id=person_id, kind=name, defaults={"mail": mail}, create_defaults={"id": new_id(now), "mail": mail}
        )


@transaction.atomic
def tell(*, news: Sequence[News], now: datetime) -> int:
    """Write notices and ask for their e-mails; what was told before is not told again. Only people with an account."""
    people = {p.id: p for p in Person.objects.filter(id__in={each.person_id for each in news}, kind="person")}
    wishes = wishes_of(list(people))
    rows = [
        Notice(
            id=new_id(now), person_id=each.person_id, kind=each.kind, event_id=each.event_id, at=each.at,
            path=each.path, facts=dict(each.facts),
            mail={EACH: "each", DAILY: "daily"}.get(wishes[each.person_id][each.kind], "none"),
        )
        for each in news
        if each.person_id in people
    ]  # fmt: skip
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    made = list(Notice.objects.filter(id__in=[row.id for row in rows]))
    for row in made:
        if row.mail == "each":
            _mail(row, people[row.person_id], now)
    return len(made)


def _mail(row: Notice, person: Person, now: datetime) -> None:
    language = person.locale or settings.LANGUAGE_CODE
    title, sentence = said(row.kind, row.facts, language)
    context = {
        "name": person.name, "title": title, "sentence": sentence, "path": row.path, "always": KINDS[row.kind].always,
    }  # fmt: skip
    try:
        send(template="notice", to=person.email, language=language, context=context, key=f"notice {row.id}", now=now)
    except ValidationError:
        return  # an address of a pack's or a demo's people that no server would take: the page still tells it


def cursor_of(name: str) -> Cursor:
    """How far a reader has come, its row locked; the start for one that never read."""
    NoticeCursor.objects.get_or_create(name=name)
    row = NoticeCursor.objects.select_for_update().get(name=name)
    return Cursor(row.xid, row.seq)


def keep_cursor(*, name: str, cursor: Cursor) -> None:
    """Remember how far a reader has come, in the transaction of what it did on the way."""
    NoticeCursor.objects.filter(name=name).update(xid=cursor.xid, seq=cursor.seq)


def send_digests(*, now: datetime) -> int:
    """One e-mail to each person for the notices that they wanted gathered; a transaction each."""
    waiting = Notice.objects.filter(mail="daily").order_by("person_id").distinct("person_id")
    people = list(waiting.values_list("person_id", flat=True)[:DIGESTS_PER_JOB_MAX])
    return sum(_digest(person_id, now) for person_id in people)


@transaction.atomic
def _digest(person_id: UUID, now: datetime) -> bool:
    person = Person.objects.get(id=person_id)
    language = person.locale or settings.LANGUAGE_CODE
    rows = list(Notice.objects.select_for_update().filter(person_id=person_id, mail="daily").order_by("at"))
    told = [
        {"title": title, "sentence": sentence, "path": row.path}
        for row in rows[:DIGEST_LINES_MAX]
        for title, sentence in [said(row.kind, row.facts, language)]
    ]
    # Those of a person who can't sign in (any more), or of a week in which no mail left, are not sent late.
    fresh = bool(rows) and person.is_active and rows[-1].at > now - timedelta(days=7)
    context = {"name": person.name, "rows": told, "count": len(rows), "more": len(rows) > len(told)}
    Notice.objects.filter(id__in=[row.id for row in rows]).update(mail="done")
    if not fresh:
        return False
    key = f"digest {person_id} {now.date().isoformat()} {rows[-1].id}"
    try:
        send(template="digest", to=person.email, language=language, context=context, key=key, now=now)
    except ValidationError:
        return False
    return True


@transaction.atomic
def send(*, template: str, to: str, language: str, context: Mapping[str, Any], key: str, now: datetime) -> UUID | None:
    """Keeps an e-mail and asks the worker to send it once this transaction is done; None if `key` was sent before.

    `context["path"]` and the like are yours; `public_url` is added. Raises ValidationError for what is no address.
    """
    validate_email(to)
    written = write(template, language, context)
    row = Mail(
        id=new_id(now), key=key[:200], recipient=to, template=template, language=language, subject=written.subject,
        text=written.text, html=written.html, made_at=now,
    )  # fmt: skip
    kept = Mail.objects.bulk_create([row], ignore_conflicts=True)
    if not Mail.objects.filter(id=kept[0].id).exists():
        return None
    _QUEUE.configure_task(JOB_NAME, lock=f"mail {row.id}").defer(mail_id=str(row.id))
    return row.id


def deliver(*, mail_id: UUID, last: bool, now: datetime) -> bool:
    """Hands one kept e-mail to the mail server; False if it has left before. `last`: no try follows this one.

    Raises what the server said. A crash between its yes and our note sends it twice, under one Message-ID.
    """
    row = Mail.objects.filter(id=mail_id, state="queued").first()
    if row is None:
        return False
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    message = EmailMultiAlternatives(
        subject=row.subject, body=row.text, to=[row.recipient],
        headers={
            "Message-ID": f"<{row.id}@{domain}>", "Auto-Submitted": "auto-generated", "Content-Language": row.language,
        },
    )  # fmt: skip
    message.attach_alternative(row.html, "text/html")
    try:
        message.send()
    except Exception as error:  # whatever the way of sending raises, the row says that it failed
        state = {"state": "failed", "text": "", "html": ""} if last else {}
        Mail.objects.filter(id=mail_id, state="queued").update(
            attempts=row.attempts + 1, error=type(error).__name__, **state
        )
        raise
    Mail.objects.filter(id=mail_id, state="queued").update(
        state="sent", sent_at=now, attempts=row.attempts + 1, error="", text="", html=""
    )
    return True
