"""The life of an API key: its text is nowhere but where it was made, and it opens what its person may see."""

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from fairhand.api import entry
from fairhand.audit.actor import COMMAND
from fairhand.audit.models import Event
from fairhand.cli import key as key_command
from fairhand.cli.main import COMMANDS, subparser
from fairhand.cli.output import CliError
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import API_CALLS_PER_MINUTE_MAX, API_KEY_OVERLAP_S, API_KEYS_PER_PERSON_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.keys import NewKey, make_key, read_key, revoke_key, rotate_key
from fairhand.people.models import ApiKey, Person
from fairhand.people.rules import SCOPES
from tests.browser.people import Cast, cast
from tests.signed import client_of

NOW = utc_now()


@pytest.fixture
def people(rollback_db: object) -> Cast:
    entry._calls.clear()
    return cast()


def made(person_id: UUID, *scopes: str, days: int = 30) -> NewKey:
    key = make_key(
        person_id=person_id, name="script", scopes=scopes or SCOPES, expires_at=utc_now() + timedelta(days=days),
        actor=COMMAND, now=utc_now(),
    )  # fmt: skip
    assert isinstance(key, NewKey), key
    return key


def call(text: str, address: str = "/api/v1/me", **more: Any) -> Any:
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    return client.get(address, headers={"Authorization": f"Bearer {text}"}, **more)


def test_only_the_hash_of_a_key_is_kept(people: Cast) -> None:
    new = made(people.expert)
    secret = new.text.rpartition("_")[2] if "_" not in new.text[12:] else new.text[12:]
    assert len(secret) == 43
    row = ApiKey.objects.get(id=new.key.id)
    assert bytes(row.hash) == hashlib.sha256(new.text.encode()).digest()
    assert row.prefix == new.text[:11]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(k)::text FROM api_key k UNION ALL SELECT row_to_json(e)::text FROM event e")
        kept = "\n".join(line for (line,) in cursor.fetchall())
    assert secret not in kept
    assert call(new.text).json()["person_id"] == str(people.expert)


def test_what_is_no_key_in_force_opens_nothing(people: Cast) -> None:
    now = utc_now()
    new = made(people.expert)
    for text in ("", "fh_", new.text[:-1], new.text + "x", new.text.swapcase(), "fh_aaaaaaaa_" + "A" * 43, "\x00"):
        assert call(text).status_code == 401
    assert read_key(new.text, now + timedelta(days=31)) is None
    assert revoke_key(person_id=people.expert, key_id=new.key.id, actor=COMMAND, now=now) is None
    refused = call(new.text)
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith("Bearer")
    assert refused.json()["code"] == "no_key"


def test_a_bad_key_does_not_fall_back_to_who_sits_at_the_browser(people: Cast) -> None:
    client = client_of(people.expert)
    assert client.get("/api/v1/me").status_code == 200
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer fh_no"}).status_code == 401


def test_a_key_does_only_what_it_was_made_for(people: Cast) -> None:
    new = made(people.expert, "me:read")
    assert call(new.text).json()["scopes"] == ["me:read"]
    refused = call(new.text, "/api/v1/me/earnings")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    # A scope gives no right: tasks stay out of an expert's sight.
    assert call(made(people.expert).text, f"/api/v1/projects/{people.slug}/tasks").status_code == 404


def test_a_key_loses_what_its_person_loses(people: Cast) -> None:
    new = made(people.manager)
    assert call(new.text, f"/api/v1/projects/{people.slug}").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("UPDATE member SET until = now() - interval '1 minute' WHERE person_id = %s", [people.manager])
    assert call(new.text, f"/api/v1/projects/{people.slug}").status_code == 404
    Person.objects.filter(id=people.manager).update(state="suspended")
    assert call(new.text).status_code == 401


def test_whoever_has_to_have_a_second_factor_gets_nowhere_without(people: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE member SET role = 'finance' WHERE person_id = %s", [people.manager])
    refused = call(made(people.manager).text)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor")


def test_a_replaced_key_opens_for_another_day(people: Cast) -> None:
    old = made(people.expert)
    now = utc_now()
    new = rotate_key(person_id=people.expert, key_id=old.key.id, actor=COMMAND, now=now)
    assert isinstance(new, NewKey)
    assert call(old.text).status_code == call(new.text).status_code == 200
    later = now + timedelta(seconds=API_KEY_OVERLAP_S + 1)
    assert read_key(old.text, later) is None
    assert read_key(new.text, later) is not None
    again = rotate_key(person_id=people.expert, key_id=old.key.id, actor=COMMAND, now=now)
    assert isinstance(again, Refused)
    assert [each.verb for each in Event.objects.filter(subject_id=old.key.id).order_by("at", "id")].count("key:rotated")


def test_the_last_use_is_written_once_a_minute(people: Cast) -> None:
    new = made(people.expert)
    read_key(new.text, NOW)
    read_key(new.text, NOW + timedelta(seconds=30))
    assert ApiKey.objects.get(id=new.key.id).last_used_at == NOW
    read_key(new.text, NOW + timedelta(seconds=90))
    assert ApiKey.objects.get(id=new.key.id).last_used_at == NOW + timedelta(seconds=90)


def test_too_many_calls_are_told_to_wait(people: Cast) -> None:
    new, now = made(people.expert), utc_now()
    minute = int(now.timestamp()) // 60
    for begun in (minute, minute + 1):  # whichever minute the next call falls into
        entry._calls[f"key {new.key.id}"] = (begun, API_CALLS_PER_MINUTE_MAX)
        refused = call(new.text)
        if refused.status_code == 429:
            break
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_calls")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert call(made(people.expert).text).status_code == 200


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "key_name"), ({"name": "x" * 201}, "key_name"), ({"scopes": []}, "key_scopes"),
        ({"scopes": ["root"]}, "key_scopes"), ({"days": 0}, "key_expiry"), ({"days": 366}, "key_expiry"),
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused(people: Cast, change: dict[str, Any], code: str) -> None:
    asked: dict[str, Any] = {"name": "script", "scopes": ["me:read"], "days": 30} | change
    now = utc_now()
    refused = make_key(
        person_id=people.expert, name=asked["name"], scopes=asked["scopes"], actor=COMMAND, now=now,
        expires_at=now + timedelta(days=asked["days"]),
    )  # fmt: skip
    assert isinstance(refused, Refused)
    assert refused.code == code


def test_keys_are_made_shown_once_replaced_and_revoked_on_a_page(people: Cast) -> None:
    client, address = client_of(people.expert), reverse("keys")
    assert b"No key yet" in client.get(address).content
    assert client_of(people.expert, proof=False).post(address, {"name": "x"}).status_code == 302
    wrong = client.post(address, {"name": "laptop", "days": "many"})
    assert wrong.status_code == 422
    assert b"laptop" in wrong.content

    answer = client.post(address, {"name": "laptop", "scopes": ["me:read", "work:read"], "days": "30"})
    text = answer.content.decode().partition('data-copy="')[2].partition('"')[0]
    assert call(text).status_code == 200
    assert answer["Cache-Control"] == "no-store"
    again = client.get(address).content.decode()
    assert text not in again
    assert text[:11] in again

    key = ApiKey.objects.get(person_id=people.expert)
    for name in ("key-rotate", "key-revoke"):
        assert client_of(people.colleague).post(reverse(name, args=[key.id])).status_code == 404
    replaced = client.post(reverse("key-rotate", args=[key.id])).content.decode()
    new = replaced.partition('data-copy="')[2].partition('"')[0]
    assert call(new).status_code == 200
    assert client.post(reverse("key-revoke", args=[key.id])).status_code == 302
    assert call(text).status_code == 401


def test_nobody_has_keys_without_number(people: Cast) -> None:
    for _ in range(API_KEYS_PER_PERSON_MAX):
        made(people.expert)
    refused = make_key(
        person_id=people.expert, name="more", scopes=["me:read"], expires_at=utc_now() + timedelta(days=1),
        actor=COMMAND, now=utc_now(),
    )  # fmt: skip
    assert isinstance(refused, Refused)
    assert refused.code == "key_limit"


def test_keys_are_made_listed_replaced_and_revoked_at_the_command_line(
    people: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    command = next(each for each in COMMANDS if each.name == "key")

    def fairhand_key(*words: str) -> dict[str, Any]:
        args = subparser(command).parse_args([*words, "--json"])
        assert key_command.run(args) == 0
        printed: dict[str, Any] = json.loads(capsys.readouterr().out)
        return printed

    email = Person.objects.get(id=people.expert).email
    new = fairhand_key("add", email, "nightly", "--scope", "me:read", "--days", "7")
    assert call(new["key"]).json()["scopes"] == ["me:read"]
    listed = fairhand_key("list", email)["keys"]
    assert [(each["prefix"], each["name"]) for each in listed] == [(new["key"][:11], "nightly")]
    assert new["key"] not in json.dumps(listed)
    other = fairhand_key("rotate", new["prefix"])
    assert call(other["key"]).status_code == 200
    fairhand_key("revoke", other["id"])
    assert call(other["key"]).status_code == 401
    for words in (("list", "nobody@people.example"), ("revoke", "fh_nothing"), ("add", email, "x", "--scope", "me:read",
                  "--days", "999")):  # fmt: skip
        with pytest.raises(CliError):
            fairhand_key(*words)
