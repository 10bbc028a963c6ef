"""The embedded database: started by whoever needs it, stopped by who ends last, found again after every crash."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from fairhand.cli.pgaccount import Account, choose
from tests.commands_of import command, environment, fairhand, postmaster, refused, servers_of, wait_until

HOLD = """
import sys
from fairhand.cli.database import ready_database
with ready_database(migrated=False) as database:
    print(database.app_url, database.owner_url, flush=True)
    sys.stdin.readline()
"""


@contextmanager
def holding(home: Path) -> Iterator[tuple["subprocess.Popen[str]", str, str]]:
    """A process that uses the database until told otherwise: (process, application's URL, owner's URL)."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], env=environment(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            app, owner = process.stdout.readline().split()
            yield process, app, owner
        finally:
            process.communicate("go\n")


def test_the_database_answers_only_with_a_password_and_not_on_the_network(home: Path) -> None:
    with holding(home) as (_, app, owner):
        parts = psycopg.conninfo.conninfo_to_dict(app)
        for change in ({"password": None}, {"password": "wrong"}, {"user": "postgres"}, {"user": "root"}):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(**{**parts, **change})
        with psycopg.connect(app) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert connection.execute("SELECT current_user").fetchone() == ("fairhand_app",)
        with psycopg.connect(owner) as connection:
            supers = connection.execute(
                "SELECT rolname FROM pg_roles WHERE rolsuper AND rolname ~ 'fairhand'"
            ).fetchall()
            assert supers == []
    assert stat.S_IMODE((home / "db" / "run").stat().st_mode) == 0o700


def test_the_application_role_makes_nothing(home: Path) -> None:
    with holding(home) as (_, app, _owner), psycopg.connect(app, autocommit=True) as connection:
        for statement in (
            "CREATE TABLE x ()",
            "CREATE SCHEMA x",
            "CREATE DATABASE x",
            "CREATE ROLE x",
            "DROP TABLE person",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_after_a_killed_server_the_next_command_finds_everything(home: Path) -> None:
    with holding(home) as (_, _app, owner):
        with psycopg.connect(owner) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        os.kill(postmaster(home), signal.SIGKILL)
        wait_until(lambda: not servers_of(home), "the database's processes are gone")
    with holding(home) as (_, _app, owner), psycopg.connect(owner) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
    assert servers_of(home) == []


@pytest.mark.parametrize("left", ["a living process of somebody else", "nothing: cut off while written", "rubbish"])
def test_a_stale_lock_file_is_put_aside(home: Path, left: str) -> None:
    lock = home / "db" / "data" / "postmaster.pid"
    with holding(home):
        content = lock.read_text().split("\n")
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        content[0] = str(sleeper.pid)
        lock.write_text(
            "\n".join(content) if left.startswith("a living") else "" if left.startswith("nothing") else "?\n"
        )
        (home / "db" / "run" / ".s.PGSQL.5432.lock").write_text("\n".join(content))
        ran = fairhand(home, "migrate")
        assert ran.returncode == 0, ran.stderr
        assert "stale lock file" in ran.stderr
        assert sleeper.poll() is None
    finally:
        sleeper.communicate(b"\n")


def test_a_data_folder_of_another_version(home: Path) -> None:
    version = home / "db" / "data" / "PG_VERSION"
    version.write_text("15\n")
    refused(fairhand(home, "migrate"), "PostgreSQL 15", "FAIRHAND_PG_BIN", str(home))
    version.unlink()
    refused(fairhand(home, "migrate"), "holds no readable database", str(home))


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    (home / "postgresql.conf").write_text("shared_buffers = 'lots'\n")
    refused(fairhand(home, "migrate"), "did not start", "shared_buffers")


def test_lost_passwords(home: Path) -> None:
    (home / "database.json").unlink()
    refused(fairhand(home, "migrate"), "database.json", "backup")


def test_a_folder_that_is_no_folder(folder: Path) -> None:
    (folder / "file").write_text("")
    refused(fairhand(folder / "file", "migrate"), str(folder / "file"), "FAIRHAND_HOME")
    refused(fairhand(folder / "file" / "home", "migrate"), "not a folder", "FAIRHAND_HOME")


def test_a_folder_with_other_things_in_it_is_left_alone(folder: Path) -> None:
    folder.chmod(0o755)
    (folder / "letters.txt").write_text("mine")
    refused(fairhand(folder, "migrate"), "other files", str(folder))
    assert sorted(path.name for path in folder.iterdir()) == ["letters.txt"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_a_folder_without_permission(folder: Path) -> None:
    shut = folder / "shut"
    shut.mkdir(mode=0o500)
    other: dict[str, object] = {}
    if os.geteuid() == 0:  # root may write everywhere, so the command runs without root's powers over files
        other = {"preexec_fn": _give_up_power}
    ran = subprocess.run(
        command("migrate"), env=environment(shut / "home"), capture_output=True, text=True, check=False, **other
    )
    refused(ran, "this account may not use it", str(shut / "home"), "FAIRHAND_HOME")


def _give_up_power() -> None:
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: dropped from the bounding set for after exec
        if libc.prctl(24, capability, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


def test_a_deep_folder_puts_its_socket_in_a_short_one(folder: Path) -> None:
    home = folder / ("deep" * 20) / "it's, a folder" / "home"
    with holding(home) as (_, app, _owner):
        sockets = Path(str(psycopg.conninfo.conninfo_to_dict(app)["host"]))
        assert sockets.parent == Path("/tmp")
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        with psycopg.connect(app) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not sockets.exists()


def test_two_first_commands_at_once_make_one_private_folder_and_change_no_other(folder: Path) -> None:
    folder.chmod(0o751)
    home = folder / "home"
    both = [
        subprocess.Popen(
            command("migrate", "--json"),
            env=environment(home),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert [json.loads(said.splitlines()[-1]) for said, _ in told] == [{"migrated": True}] * 2
    assert stat.S_IMODE(folder.stat().st_mode) == 0o751
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for name in ("secret.key", "database.json"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    assert servers_of(home) == []


def test_an_index_whose_building_was_broken_off_is_built_again(home: Path) -> None:
    with holding(home) as (_, _app, owner), psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("DROP INDEX event_newest")
        connection.execute(
            "INSERT INTO event (id, at, actor_kind, verb, subject_kind, facts) "
            "SELECT gen_random_uuid(), '2026-01-01', 'job', 'a:b', 'x', '{}' FROM generate_series(1, 2)"
        )
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("CREATE UNIQUE INDEX CONCURRENTLY event_newest ON event (at)")
        connection.execute("DELETE FROM django_migrations WHERE app = 'audit' AND name LIKE '0003%'")
        connection.execute("DROP INDEX event_verb, event_org, event_actor")
    ran = fairhand(home, "migrate")
    assert ran.returncode == 0, ran.stderr


def test_who_ends_last_stops_the_server(home: Path) -> None:
    with holding(home) as (_, app, _owner):
        assert fairhand(home, "migrate").returncode == 0
        with psycopg.connect(app) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert servers_of(home) == []


def test_a_killed_command_leaves_the_server_to_the_next(home: Path) -> None:
    with holding(home) as (process, _app, _owner):
        server = postmaster(home)
        process.kill()
        process.wait()
    assert servers_of(home)
    assert postmaster(home) == server
    assert fairhand(home, "migrate").returncode == 0
    assert servers_of(home) == []


def test_a_database_of_ones_own(home: Path, folder: Path) -> None:
    with holding(home) as (_, app, owner):
        other = folder / "other"
        ran = fairhand(other, "migrate", FAIRHAND_DATABASE_URL=app, FAIRHAND_OWNER_DATABASE_URL=owner)
        assert ran.returncode == 0, ran.stderr
        ran = fairhand(other, "migrate", FAIRHAND_DATABASE_URL=app)
        assert ran.returncode == 0, ran.stderr
        assert not (other / "db").exists()
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute("CREATE DATABASE empty")
        empty = app.replace("/fairhand?", "/empty?")
        refused(fairhand(other, "migrate", FAIRHAND_DATABASE_URL=empty), "FAIRHAND_OWNER_DATABASE_URL")


def test_a_database_that_is_not_there(folder: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        url = f"postgresql://app:secret-word@127.0.0.1:{port}/x"
        told = refused(fairhand(folder / "home", "migrate", FAIRHAND_DATABASE_URL=url), "FAIRHAND_DATABASE_URL")
    assert "secret-word" not in told
    refused(fairhand(folder / "home", "migrate", FAIRHAND_OWNER_DATABASE_URL=url), "Set both")


def test_the_owner_s_password_does_not_reach_a_command(home: Path) -> None:
    with holding(home) as (process, _app, owner):
        password = str(psycopg.conninfo.conninfo_to_dict(owner)["password"])
        assert password.encode() not in Path(f"/proc/{process.pid}/environ").read_bytes()
    ran = fairhand(home, "migrate")
    assert password not in ran.stdout + ran.stderr


def test_help_lists_the_commands_and_a_mistyped_one_is_named(folder: Path) -> None:
    ran = fairhand(folder / "home", "--help")
    assert ran.returncode == 0
    for name in ("up", "migrate", "import", "replay", "check"):
        assert f"  {name} " in ran.stdout
        assert fairhand(folder / "home", name, "--help").returncode == 0
    wrong = fairhand(folder / "home", "reply")
    assert wrong.returncode == 2
    assert "'reply'" in wrong.stderr
    assert not (folder / "home").exists(), "asking for help makes nothing"


def test_root_without_namespaces_runs_the_server_as_nobody_or_says_why_not(folder: Path) -> None:
    home = folder / "home"
    if os.geteuid() != 0:
        assert choose(home, home / "db" / "data", Path("/bin/true")) == Account()
        return
    folder.chmod(0o700)  # nobody cannot pass
    refused(fairhand(home, "migrate", PATH="/nonexistent"), "unshare", "ordinary user", str(home))
    folder.chmod(0o711)
    ran = fairhand(home, "migrate", PATH="/nonexistent")
    if ran.returncode != 0:  # nor can it reach this checkout
        refused(ran, "unshare", "ordinary user")
        return
    assert (home / "db" / "data").owner() == "nobody"
    assert stat.S_IMODE((home / "db").stat().st_mode) == 0o700
    # Back where namespaces are allowed, the same data are found by the same account.
    assert fairhand(home, "migrate").returncode == 0
