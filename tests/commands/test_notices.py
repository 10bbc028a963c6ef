"""Notices and e-mail: told once, as somebody wants it, in their language; sent once; nothing slips into a header."""

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import override_settings
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from fairhand.audit.actor import COMMAND
from fairhand.flow.forget_old_jobs import forget_old_jobs
from fairhand.kernel.clock import utc_now
from fairhand.notices.commands import choose, deliver, send, send_digests
from fairhand.notices.kinds import DAILY, EACH, KINDS, OFF, wish
from fairhand.notices.letters import write
from fairhand.notices.models import Mail, Notice, NoticeCursor
from fairhand.notices.ways import SERVICES, mail_settings
from fairhand.notices.words import said
from fairhand.pay.commands import close_statements
from fairhand.people.commands import ensure_org, grant_role, set_locale
from fairhand.people.models import Person
from tests.building import ACCEPT, RETURN, small_project
from tests.reading import read_events

LOCMEM = override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")


def notices_of(person_id: UUID) -> list[str]:
    return list(Notice.objects.filter(person_id=person_id).order_by("at", "id").values_list("kind", flat=True))


def test_people_are_told_what_happened_to_them_once(db) -> None:
    small = small_project(tasks=4)
    expert, reviewer = small.experts[0], small.reviewers[0]
    small.work(expert)
    small.review(RETURN)
    again = small.claim(expert)
    small.submit(again)
    small.review(ACCEPT)
    close_statements(until=small.now, actor=COMMAND, now=small.now)
    operator = ensure_org(slug="operator", name="Op", kind="operator", actor=COMMAND, now=small.now)
    grant_role(person_id=reviewer, org_id=operator.id, role="manager", actor=COMMAND, now=small.now)

    assert read_events(small.now) > 0
    assert set(notices_of(expert)) == {"work_returned", "work_accepted", "statement_ready"}
    assert "role_granted" in notices_of(reviewer)
    assert "work_accepted" not in notices_of(reviewer), "a review that was accepted is no news"
    before = (Notice.objects.count(), Mail.objects.count())
    NoticeCursor.objects.update(xid=0, seq=0)
    read_events(small.now)
    assert (Notice.objects.count(), Mail.objects.count()) == before, "read again after a restore, told once"
    for row in Notice.objects.filter(person_id=expert):
        for language in ("en", "ar"):
            title, sentence = said(row.kind, row.facts, language)
            assert title
            assert sentence
            assert "{" not in sentence


def test_what_happened_long_ago_is_no_news(db) -> None:
    small = small_project(tasks=1)
    small.work(small.experts[0])
    small.review(ACCEPT)
    small.wait(8 * 86_400)
    read_events(small.now)
    assert notices_of(small.experts[0]) == []


def test_recorded_people_are_told_nothing(db) -> None:
    small = small_project(tasks=1)
    Person.objects.filter(id=small.experts[0]).update(kind="recorded")
    small.work(small.experts[0])
    small.review(ACCEPT)
    read_events(small.now)
    assert notices_of(small.experts[0]) == []


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_can_be_said_and_safety_cannot_be_turned_off(kind) -> None:
    facts = {
        "project": {"en": "Small", "ar": "صغير"},
        "number": 3,
        "claims": 3,
        "role": "manager",
        "reason": "Because.",
        "name": "x",
    }
    for language in ("en", "ar"):
        title, sentence = said(kind.name, facts, language)
        assert 3 < len(title) < 80
        assert sentence.endswith((".", "。", "؟", "؛")) or sentence
    assert wish(kind, OFF) == (EACH if kind.always else OFF)
    assert wish(kind, "nonsense") == kind.mail


def test_choices_by_kind_and_the_day_s_news_in_one_e_mail(db) -> None:
    small = small_project(tasks=3)
    expert = small.experts[0]
    set_locale(person_id=expert, locale="ar")
    choose(
        person_id=expert, now=small.now,
        wishes={"work_accepted": DAILY, "statement_ready": OFF, "role_granted": OFF, "made_up": EACH},
    )  # fmt: skip
    for _ in range(2):
        small.work(expert)
        small.review(ACCEPT)
    close_statements(until=small.now, actor=COMMAND, now=small.now)
    read_events(small.now)
    assert Mail.objects.filter(recipient="expert0@people.example").count() == 0
    assert send_digests(now=small.now) == 1
    assert send_digests(now=small.now) == 0
    (digest,) = Mail.objects.filter(recipient="expert0@people.example")
    assert digest.language == "ar"
    assert digest.html.count("/submissions/") >= 2
    assert 'dir="rtl"' in digest.html


def test_an_e_mail_is_asked_for_once_and_leaves_once(db) -> None:
    now = utc_now()
    asked = {
        "template": "notice", "to": "a@example.org", "language": "en", "key": "k1", "now": now,
        "context": {"name": "Amal", "title": "A title", "sentence": "A sentence.", "path": "/x/", "always": False},
    }  # fmt: skip
    mail.outbox = []  # which every test of a process shares
    first = send(**asked)
    assert first is not None
    assert send(**asked) is None
    assert ProcrastinateJob.objects.filter(task_name="send_mail").count() == 1
    with LOCMEM:
        assert deliver(mail_id=first, last=False, now=now) is True
        assert deliver(mail_id=first, last=False, now=now) is False
        (sent,) = mail.outbox
    assert sent.subject == "A title"
    assert str(first) in sent.extra_headers["Message-ID"]
    row = Mail.objects.get(id=first)
    assert (row.state, row.text, row.html) == ("sent", "", ""), "links that open accounts are not kept"


def test_a_mail_server_that_refuses_is_tried_again_and_then_given_up(db) -> None:
    context = {"name": "Amal", "title": "T", "sentence": "S", "path": "/", "always": False}
    mail_id = send(template="notice", to="a@example.org", language="en", context=context, key="k2", now=utc_now())
    assert mail_id is not None
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=9
    ):
        with pytest.raises(OSError, match="refused"):
            deliver(mail_id=mail_id, last=False, now=utc_now())
        assert Mail.objects.get(id=mail_id).state == "queued"
        with pytest.raises(OSError, match="refused"):
            deliver(mail_id=mail_id, last=True, now=utc_now())
    row = Mail.objects.get(id=mail_id)
    assert (row.state, row.attempts, row.error) == ("failed", 2, "ConnectionRefusedError")


def test_nothing_slips_into_a_header_or_becomes_a_link(db, tmp_path: Path) -> None:
    evil = "Amal\r\nBcc: all@example.org\n\n[Open it] https://evil.example/\u202e"
    written = write(
        "notice", "en", {"name": evil, "title": evil, "sentence": f"<script>{evil}", "path": "/x/", "always": False}
    )
    assert "\n" not in written.subject
    assert written.html.count('href="') == 1, "our own link alone"
    assert "<script" not in written.html
    mail_id = send(
        template="notice", to="a@example.org", language="ar", key="k3", now=utc_now(),
        context={"name": evil, "title": evil, "sentence": "x", "path": "/x/", "always": True},
    )  # fmt: skip
    assert mail_id is not None
    files = override_settings(
        EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend", EMAIL_FILE_PATH=tmp_path
    )
    with files:
        deliver(mail_id=mail_id, last=False, now=utc_now())
    (file,) = tmp_path.iterdir()
    message = message_from_bytes(file.read_bytes().split(b"\n-----")[0], policy=policy.default)
    assert message["Bcc"] is None
    assert message["To"] == "a@example.org"
    assert {part.get_content_type() for part in message.walk()} >= {"text/plain", "text/html"}
    with pytest.raises(ValidationError):
        send(template="notice", to="a@example.org\nBcc: b@c.d", language="en", context={}, key="k4", now=utc_now())


def test_an_e_mail_loads_nothing_from_anywhere(db) -> None:
    context = {"name": "A", "title": "T", "sentence": "S", "path": "/x/", "always": False}
    html = write("notice", "ar", context).html
    assert not any(word in html for word in ("<img", "<script", "<link", "src=", "url(", "@import"))
    assert html.startswith("<!doctype html>")
    assert 'lang="ar" dir="rtl"' in html


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ("console", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
        ("file:/var/mail", {"EMAIL_FILE_PATH": "/var/mail"}),
        ("smtp://u%40x:p%3Aw@mail.example.org", {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True, "EMAIL_HOST_USER": "u@x"}),
        ("smtps://u:p@mail.example.org", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False}),
        ("smtp://localhost:25", {"EMAIL_USE_TLS": False, "EMAIL_HOST_PASSWORD": ""}),
    ],
)
def test_the_ways_by_which_e_mail_leaves(chosen: str, found: dict[str, object]) -> None:
    settings = mail_settings(chosen)
    assert {name: settings[name] for name in found} == found


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_one_that_anymail_can_load(service: str) -> None:
    settings = mail_settings(service, "a-key-of-the-service", "mg.example.org")
    with override_settings(**settings):
        assert mail.get_connection() is not None
    with pytest.raises(ValueError, match="FAIRHAND_MAIL_KEY"):
        mail_settings(service)


@pytest.mark.parametrize("wrong", ["smtp://u:secret-word@host:port", "pigeon", "file:", "http://x:secret-word@y"])
def test_a_way_that_is_none_is_said_without_its_password(wrong: str) -> None:
    with pytest.raises(ValueError, match="FAIRHAND_MAIL") as told:
        mail_settings(wrong)
    assert "secret-word" not in str(told.value)


def test_done_jobs_are_forgotten_and_failed_ones_kept(db) -> None:
    for n in range(3):
        app.configure_task("send_mail").defer(mail_id=str(n))
    ids = list(ProcrastinateJob.objects.order_by("id").values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [ids[0]])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [ids[1]])
    assert forget_old_jobs(now=utc_now()) == 0
    assert forget_old_jobs(now=utc_now() + timedelta(days=15)) == 1
    assert list(ProcrastinateJob.objects.order_by("id").values_list("id", flat=True)) == ids[1:]


def test_the_job_belongs_to_the_transaction_also_inside_a_worker(db) -> None:
    context = {"name": "A", "title": "T", "sentence": "S", "path": "/", "always": False}
    asked = {"template": "notice", "to": "a@example.org", "language": "en", "context": context, "now": utc_now()}
    with app.replace_connector(app.connector.get_worker_connector()):
        with transaction.atomic():
            send(**asked, key="undone")
            transaction.set_rollback(True)
        assert ProcrastinateJob.objects.filter(task_name="send_mail").count() == 0
        send(**asked, key="kept")
    assert ProcrastinateJob.objects.filter(task_name="send_mail", status="todo").count() == 1
    assert Mail.objects.filter(state="queued").count() == 1
