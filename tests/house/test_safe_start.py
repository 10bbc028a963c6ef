"""The doors stay shut where it would not be safe to open them, and a demo stays what it is."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fairhand.insight.safe_start import (
    DEMO,
    EMPTY,
    REAL,
    Choice,
    Danger,
    Start,
    choose_demo,
    dangers,
    is_loopback,
    nature_of,
)
from tests.commands_of import environment, fairhand, refused
from tests.house.test_cli_up import Running, up

KEY = "x0Fh7Tq2ZmWc9LrV4Kp8BnYs3Gd6JaEuQ1iRoXeH5tNyMvDzUw"
SAFE = Start(
    secret_key=KEY, secret_named=True, debug=False, demo=False, hosts=("work.example.org", "127.0.0.1"), https=True,
    plain_http=False,
)  # fmt: skip
# As docs/how-to/install-on-a-server.md tells it.
PRODUCTION = {
    "FAIRHAND_SECRET_KEY": KEY,
    "FAIRHAND_HOSTS": "work.example.org,127.0.0.1",
    "FAIRHAND_ORIGINS": "https://work.example.org",
    "FAIRHAND_URL": "https://work.example.org",
    "FAIRHAND_HTTPS": "1",
    "FAIRHAND_PROXIES": "1",
    "FAIRHAND_DATABASE_URL": "postgresql://fairhand_app:a-password@db.example.org:5432/fairhand?sslmode=verify-full",
    "FAIRHAND_MAIL": "smtp://fairhand:a-password@mail.example.org:587",
    "FAIRHAND_METRICS_TOKEN": "a-token-of-your-own",
}


def ids(start: Start) -> list[str]:
    return [danger.id for danger in dangers(start)]


def test_safe_settings_are_safe() -> None:
    assert ids(SAFE) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"secret_named": False}, "fairhand.E001"),
        ({"secret_key": KEY[:49]}, "fairhand.E001"),
        ({"secret_key": "ab" * 40}, "fairhand.E001"),
        ({"secret_key": "0123456789abcdef" * 4}, "fairhand.E001"),
        ({"secret_key": "django-insecure-" + KEY}, "fairhand.E001"),
        ({"debug": True}, "fairhand.E002"),
        ({"hosts": ()}, "fairhand.E003"),
        ({"hosts": ("*",)}, "fairhand.E003"),
        ({"hosts": (".example.org",)}, "fairhand.E003"),
        ({"hosts": ("127.0.0.1", "*.org")}, "fairhand.E003"),
        ({"https": False}, "fairhand.E004"),
        ({"demo": True}, "fairhand.E005"),
        ({"demo": True, "hosts": ("*",)}, "fairhand.E003"),
    ],
)
def test_each_danger_is_named_with_what_to_do(change: dict[str, object], found: str) -> None:
    start = replace(SAFE, **change)
    assert found in ids(start)
    for danger in dangers(start):
        assert danger.advice.endswith((".", "--no-demo"))
        assert start.secret_key not in danger.sentence


def test_plain_http_on_purpose_and_on_this_machine_alone() -> None:
    assert ids(replace(SAFE, https=False, plain_http=True)) == []
    assert ids(replace(SAFE, https=False, hosts=("localhost", "127.0.0.1", "[::1]"))) == []
    assert ids(replace(SAFE, demo=True, debug=True, secret_named=False, hosts=("localhost", "[::1]"))) == []


@pytest.mark.parametrize(
    ("host", "near"),
    [("localhost", True), ("127.8.0.1", True), ("[::1]", True), ("::1", True), ("demo.localhost", True),
     ("0.0.0.0", False), ("localhost.example.org", False), ("10.0.0.1", False), ("", False)],
)  # fmt: skip
def test_what_is_this_machine(host: str, near: bool) -> None:
    assert is_loopback(host) is near


def test_a_database_keeps_its_nature() -> None:
    assert nature_of(said=None, demo_people=False, rows=False) == EMPTY
    assert nature_of(said=None, demo_people=False, rows=True) == REAL
    assert nature_of(said=None, demo_people=True, rows=True) == DEMO
    assert nature_of(said=REAL, demo_people=True, rows=True) == REAL
    assert nature_of(said=DEMO, demo_people=False, rows=False) == DEMO


@pytest.mark.parametrize(
    ("wanted", "nature", "real_people", "demo"),
    [
        (None, EMPTY, False, True), (True, EMPTY, False, True), (False, EMPTY, False, False),
        (None, DEMO, False, True), (True, DEMO, False, True), (False, DEMO, False, False),
        (None, REAL, False, False), (False, REAL, True, False), (None, REAL, True, False),
        (None, DEMO, True, False), (False, DEMO, True, False),
    ],
)  # fmt: skip
def test_whether_it_runs_as_a_demo(wanted: bool | None, nature: str, real_people: bool, demo: bool) -> None:
    chosen = choose_demo(wanted, nature, real_people)
    assert isinstance(chosen, Choice)
    assert chosen.demo is demo
    if wanted is None and not demo:
        assert chosen.said, "what was not asked for is said"


@pytest.mark.parametrize(("nature", "real_people"), [(REAL, False), (REAL, True), (DEMO, True)])
def test_a_demo_over_real_data_is_refused(nature: str, real_people: bool) -> None:
    assert isinstance(choose_demo(True, nature, real_people), Danger)


def run(program: list[str], **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *program], env=environment(Path("/nonexistent"), {"FAIRHAND_HOME": "", **more}),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def check_deploy(**more: str) -> "subprocess.CompletedProcess[str]":
    return run(["-m", "django", "check", "--deploy", "--fail-level", "INFO", "--settings", "fairhand.settings"], **more)


def test_the_documented_production_settings_pass_every_check_of_django() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "install-on-a-server.md").read_text()
    for name in PRODUCTION:
        assert f"{name}=" in page, f"{name} is not told on the page"
    ran = check_deploy(**PRODUCTION)
    assert ran.returncode == 0, ran.stderr
    assert "no issues" in ran.stdout


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"FAIRHAND_SECRET_KEY": ""}, "fairhand.E001"),
        ({"FAIRHAND_SECRET_KEY": "short"}, "fairhand.E001"),
        ({"FAIRHAND_DEBUG": "1"}, "fairhand.E002"),
        ({"FAIRHAND_HOSTS": "*"}, "fairhand.E003"),
        ({"FAIRHAND_HTTPS": "0"}, "fairhand.E004"),
    ],
)
def test_django_s_check_names_what_is_unsafe(change: dict[str, str], found: str) -> None:
    ran = check_deploy(**PRODUCTION | change)
    assert ran.returncode == 1
    assert found in ran.stderr


def test_the_web_server_does_not_load_with_unsafe_settings() -> None:
    ran = run(["-c", "import fairhand.web.wsgi"], **PRODUCTION | {"FAIRHAND_DEBUG": "1", "FAIRHAND_HOSTS": "*"})
    assert ran.returncode == 1
    assert "FAIRHAND_DEBUG" in ran.stderr
    assert "FAIRHAND_HOSTS" in ran.stderr
    assert KEY not in ran.stderr
    assert run(["-c", "import fairhand.web.wsgi"], **PRODUCTION).returncode == 0


def test_up_says_what_is_unsafe_and_starts_nothing(home: Path) -> None:
    ran = fairhand(home, "up", "--port", "0", "--no-demo", FAIRHAND_HOSTS="*", FAIRHAND_HTTPS="1")
    refused(ran, "FAIRHAND_HOSTS")
    ran = fairhand(home, "up", "--port", "0", "--no-demo", FAIRHAND_SECRET_KEY="short")
    refused(ran, "FAIRHAND_SECRET_KEY")
    ran = fairhand(home, "up", "--port", "0", "--no-demo", FAIRHAND_DEBUG="1")
    refused(ran, "FAIRHAND_DEBUG")


def test_a_demo_listens_on_this_machine_alone(folder: Path) -> None:
    refused(fairhand(folder / "home", "up", "--port", "0", "--host", "0.0.0.0"), "--no-demo", "127.0.0.1")
    assert not (folder / "home" / "db").exists()


def test_a_database_with_real_work_is_never_turned_into_a_demo(home: Path) -> None:
    with up(home) as first:  # --no-demo
        assert first.interrupt() == 0
    refused(fairhand(home, "up", "--port", "0", "--demo"), "never turned into a demo", "FAIRHAND_HOME")
    running = Running(home)
    try:
        assert running.ready().page["sign_in"] == []
        assert "started without the demo" in running.told()
    finally:
        running.interrupt()


def test_a_wsgi_server_in_demo_mode_over_real_work_does_not_load(db) -> None:
    env = {"FAIRHAND_DATABASE_URL": db.url, "FAIRHAND_DEMO": "1"}
    code = "import django; django.setup(); from tests.house.test_safe_start import make_real; make_real()"
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join((root, os.path.join(root, "src")))
    assert run(["-c", "import fairhand.web.wsgi"], **env).returncode == 0
    made = run(["-c", code], **env | {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "fairhand.settings"})
    assert made.returncode == 0, made.stderr
    ran = run(["-c", "import fairhand.web.wsgi"], **env)
    assert ran.returncode == 1
    assert "holds real work" in ran.stderr


def make_real() -> None:
    from fairhand.audit.actor import COMMAND
    from fairhand.kernel.clock import utc_now
    from fairhand.people.commands import ensure_people

    ensure_people(people=[("somebody@example.org", "Somebody")], kind="person", actor=COMMAND, now=utc_now())


def test_a_demo_answers_no_other_machine(rollback_db, client_of, settings_of) -> None:
    with settings_of(DEMO=True):
        assert client_of(REMOTE_ADDR="10.1.2.3").get("/healthz").status_code == 403
        assert client_of(REMOTE_ADDR="127.0.0.1").get("/healthz").status_code == 200
    assert client_of(REMOTE_ADDR="10.1.2.3").get("/healthz").status_code == 200
