"""What is written down: ids on every line, routes instead of addresses, and no secret, whatever was sent."""

import http.cookiejar
import json
import logging
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import psycopg
import pytest

from fairhand.audit.actor import JOB
from fairhand.audit.commands import Fact, record
from fairhand.cli.home import Home
from fairhand.cli.worker import told
from fairhand.kernel.logs import HIDDEN, Formatter, doing, hide
from fairhand.people.sign_in import make_token
from tests.building import NOW
from tests.house.test_cli_up import up

SIGNED = "ImFiYyI:1tXyZ0:kqN3p0b1Yc7d2RrT5mZs8vXwA4uHfGj6LqEoBnCiDkM"


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("Authorization: Bearer abc.def-123", "abc.def-123"),
        ("headers {'Authorization': 'Basic dXNlcjpwYXNz'}", "dXNlcjpwYXNz"),
        ("Cookie: fairhand_session=xyz12345; other=1", "xyz12345"),
        ("set-cookie: a=b12345678", "b12345678"),
        ("connect postgresql://fairhand_app:pa55w0rd@db/x", "pa55w0rd"),
        ("smtp://user:p%40ss@mail.example.org:587", "p%40ss"),
        ("password=hunter2345", "hunter2345"),
        ('{"new_password": "with \\" quote", "x": 1}', "quote"),
        ("{'csrfmiddlewaretoken': 'AbCdEf12345'}", "AbCdEf12345"),
        ("FAIRHAND_SECRET_KEY=qwertyuiop", "qwertyuiop"),
        ("api_key: 0123456789", "0123456789"),
        ("the key fh_abcdefgh_0123456789abcdefghij was used", "0123456789abcdefghij"),
        ("AGE-SECRET-KEY-1QQQQQQQQ", "1QQQQQQQQ"),
        (f"GET /in/{SIGNED}/", SIGNED),
        (f"signed {SIGNED} value", SIGNED),
        ("GET /sign-up/invited/4Fh7Tq2ZmWc9LrV4Kp8BnYs3/", "4Fh7Tq2ZmWc9LrV4Kp8BnYs3"),
        ("GET /password/new/3q7/cs1k2l-0a9b8c7d6e5f/", "cs1k2l-0a9b8c7d6e5f"),
        ("GET /sign-up/confirm/MTI:1tXyZ0:abcdefghijkl/", "abcdefghijkl"),
    ],
)
def test_a_secret_is_hidden_and_the_rest_stays(line: str, secret: str) -> None:
    hidden = hide(line)
    assert secret not in hidden
    assert HIDDEN in hidden


@pytest.mark.parametrize(
    "line",
    [
        "GET submission 200 in 12 ms events 0197b3a2-7c00-7000-8000-000000000001",
        "Playing the demo project llmfao: 8931 judgements",
        "in/out of 3, at https://work.example.org/my-work/",
    ],
)
def test_what_is_no_secret_stays_as_it_is(line: str) -> None:
    assert hide(line) == line


def test_a_known_secret_is_hidden_wherever_it_stands() -> None:
    assert hide("xxKnownSecretyy", ["KnownSecret"]) == f"xx{HIDDEN}yy"


def lines_of(form: str, message: str, *args: object, error: bool = False) -> str:
    trouble = None
    if error:
        try:
            raise ValueError("dsn was postgresql://a:top-secret-1@h/d")
        except ValueError:
            trouble = sys.exc_info()
    row = logging.LogRecord("fairhand.x", logging.INFO, "f", 1, message, args, trouble)
    return Formatter(form, ["known-secret-2"]).format(row)


@pytest.mark.parametrize("form", ["line", "json"])
def test_a_traceback_is_searched_too(form: str) -> None:
    told = lines_of(form, "it holds %s", "known-secret-2", error=True)
    assert "top-secret-1" not in told
    assert "known-secret-2" not in told
    assert "ValueError" in told


def test_json_is_one_object_a_line() -> None:
    with doing("request-1"):
        row = json.loads(lines_of("json", "two\nlines"))
    assert row["message"] == "two\nlines"
    assert row["request"] == "request-1"
    assert row["level"] == "info"
    assert set(row) == {"at", "level", "logger", "message", "request"}


def test_events_are_named_in_the_line_that_ends_what_made_them(rollback_db) -> None:
    with doing("job-1") as job:
        record(actor=JOB, now=NOW, happened=[Fact("test:made", "test", uuid4()), Fact("test:kept", "test", uuid4())])
    assert len(job.events) == 2
    record(actor=JOB, now=NOW, happened=[Fact("test:made", "test", None)])
    assert len(job.events) == 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abcdef-12345678", True),
        ("short", False),
        ("has space in it", False),
        ("x" * 65, False),
        ("a\nb-12345678", False),
    ],
)
def test_a_sane_request_id_is_kept_and_another_made_anew(
    rollback_db, client_of, caplog, given: str, kept: bool
) -> None:
    answer = client_of().get("/version", headers={"X-Request-ID": given})
    assert (answer["X-Request-ID"] == given) is kept
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", answer["X-Request-ID"])


class Visitor:
    """A browser without a face: cookies, forms, and whatever somebody sends."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def send(self, path: str, form: dict[str, str] | None = None, **headers: str) -> str:
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        sent = {name.replace("_", "-"): value for name, value in headers.items()} | {"Referer": self.site + path}
        try:
            with self.opener.open(urllib.request.Request(self.site + path, body, sent), timeout=20) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return str(error.read().decode())

    def post(self, path: str, form: dict[str, str], **headers: str) -> str:
        page = self.send(path)
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert found, page[:500]
        return self.send(path, form | {"csrfmiddlewaretoken": found.group(1)}, **headers)


def test_no_secret_reaches_the_log_of_a_running_installation(home: Path, secret) -> None:
    """A password, a key, a reset link, a sign-in link and cookies, by every door, with the database gone at the end."""
    password, key = secret("Correct-horse-77-battery"), "fh_abcdefgh_" + secret("Z9" * 20 + "abc")
    link, reset = secret(make_token(uuid4())), secret("c2k9x1-" + "5e" * 16)
    token = secret("metrics-token-31415926")
    with up(home, FAIRHAND_LOG="json", FAIRHAND_METRICS_TOKEN=token) as running:
        site = str(running.page["address"]).rstrip("/")
        visitor = Visitor(site)
        visitor.post("/sign-in/", {"login": "nobody@example.org", "password": password})
        visitor.post("/password/forgotten/", {"email": "nobody@example.org"})
        visitor.send(f"/password/new/3x/{reset}/")
        visitor.send(f"/in/{link}/")
        visitor.send("/api/v1/me", Authorization=f"Bearer {key}")
        visitor.send(f"/my-work/?token={key}&password={password}", Cookie=f"fairhand_session={link}")
        visitor.send("/metrics", Authorization=f"Bearer {token}")
        visitor.send("/nowhere/" + reset + "/")
        cookies = [cookie.value for cookie in visitor.jar if cookie.value]
        server = psycopg.conninfo.conninfo_to_dict(_owner_url(home))["password"]
        running.interrupt()
        told = running.told()
    assert "account_login" in told, "the requests were logged"
    rows = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    assert len([row for row in rows if row["logger"] == "fairhand.access"]) >= 8
    assert all(row["request"] for row in rows if row["logger"] == "fairhand.access")
    signing = json.loads((home / "secret.key").read_text())["key"]
    for what in (password, key, link, reset, server, signing, *cookies, token, "nobody@example.org"):
        assert what not in told, f"a secret of {len(what)} characters stands in the log"


def _owner_url(home: Path) -> str:
    passwords = Home(home).read_secrets("database.json", ("fairhand_owner",))
    return f"postgresql://fairhand_owner:{passwords['fairhand_owner']}@/fairhand"


def test_the_line_of_a_job_names_its_events(rollback_db, caplog) -> None:
    job = SimpleNamespace(job=SimpleNamespace(id=7, task_name="decide_due"))

    def work() -> str:
        record(actor=JOB, now=NOW, happened=[Fact("test:made", "test", uuid4())])
        return "done"

    with caplog.at_level(logging.INFO, "fairhand.worker"):
        logging.getLogger("fairhand").addHandler(caplog.handler)
        try:
            assert told(work, job, None) == "done"
        finally:
            logging.getLogger("fairhand").removeHandler(caplog.handler)
    (row,) = [row for row in caplog.records if row.name == "fairhand.worker"]
    assert row.fields["job"] == "decide_due"
    assert row.fields["ended"] == "done"
    assert len(row.fields["events"]) == 1
