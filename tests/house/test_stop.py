"""A stop lets what is in hand end: a request is answered, a job is done."""

import http.client
import subprocess
import threading
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from fairhand.cli.database import embedded
from fairhand.cli.home import Home
from fairhand.cli.pgembed import APP, OWNER, Server
from tests.commands_of import wait_until
from tests.house.test_cli_up import up

STATE = "SELECT status::text FROM procrastinate_jobs WHERE id = %s"


def test_requests_and_jobs_in_hand_end_before_the_stop(home: Path) -> None:
    answers: list[int] = []
    with up(home) as running, psycopg.connect(Server(Home(home), print).url(OWNER)) as holder:
        where = urlsplit(str(running.page["address"]))

        def ask() -> None:
            connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=60)
            connection.request("GET", "/readyz")
            answers.append(connection.getresponse().status)

        with psycopg.connect(Server(Home(home), print).url(APP), autocommit=True) as app:
            holder.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
            asking = threading.Thread(target=ask)
            asking.start()
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            wait_until(lambda: app.execute(waiting).fetchone() == (1,), "the request waits for the database", 20)
        running.process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            running.process.wait(1.5)  # the request is still in hand
        holder.rollback()
        assert running.process.wait(60) == 0
        asking.join(10)
    assert answers == [200], "the request in hand was answered"
    assert "was killed" not in running.told()


def test_a_job_in_hand_is_done_before_the_stop(home: Path) -> None:
    with up(home) as running, psycopg.connect(Server(Home(home), print).url(OWNER)) as holder:
        url = Server(Home(home), print).url(APP)
        with psycopg.connect(url, autocommit=True) as app:
            holder.execute("LOCK TABLE mail IN ACCESS EXCLUSIVE MODE")
            row = app.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'send_mail', "
                '\'{"mail_id": "0197b3a2-7c00-7000-8000-000000000001"}\') RETURNING id'
            ).fetchone()
            assert row is not None
            wait_until(lambda: app.execute(STATE, [row[0]]).fetchone() == ("doing",), "the job is in hand", 60)
        threading.Timer(2, holder.rollback).start()
        running.process.terminate()
        assert running.process.wait(60) == 0
        assert "was killed" not in running.told()
    with embedded(Home(home)) as database, psycopg.connect(database.app_url) as app:
        assert app.execute(STATE, [row[0]]).fetchone() == ("succeeded",)
