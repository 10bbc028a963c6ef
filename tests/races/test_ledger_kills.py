"""PostgreSQL is SIGKILLed again and again while people are paid: what was acknowledged is there, to the cent."""

import contextlib
import json
import os
import random
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from fairhand.cli.grants import grant_statements
from fairhand.cli.home import Home
from fairhand.cli.pgembed import APP, OWNER, Server
from tests.commands_of import new_folder, postmaster
from tests.counts import count
from tests.races.ledger_book import AT, POST
from tests.races.ledger_mutants import TABLES, statements

WRITERS = 4
_RIGHT = """SELECT count(*) FILTER (WHERE b.net <> coalesce(l.net, 0) OR b.seq <> coalesce(l.n, 0))
  FROM ledger_balance b LEFT JOIN (SELECT account_id, sum(amount) AS net, count(*) AS n FROM ledger_leg GROUP BY 1) l
    ON l.account_id = b.account_id"""
_UNBALANCED = """SELECT count(*) FROM (SELECT e.id FROM ledger_entry e LEFT JOIN ledger_leg l ON l.entry_id = e.id
  GROUP BY e.id HAVING count(l.id) < 2 OR sum(l.amount) <> 0) wrong"""
_PAID = """SELECT coalesce(sum(b.net), 0)::bigint FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id
  WHERE a.owner_kind = 'person'"""
_KEYS = "SELECT idem_key, id FROM ledger_entry"


@dataclass(slots=True)
class Writer:
    """Pays one person after the other; a payment without an answer is sent again under its key until it has one."""

    url: str
    name: str
    draw: random.Random
    told: dict[str, int] = field(default_factory=dict)
    minor: int = 0
    again: int = 0
    stop: bool = False
    errors: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Until `stop`, and until the last payment was answered."""
        connection: psycopg.Connection[Any] | None = None
        while not self.stop:
            key, minor = f"{self.name} {len(self.told)}", self.draw.randrange(1, 500)
            person = f"00000000-0000-0000-0000-{self.draw.randrange(20):012}"
            legs = json.dumps([["operator", None, "goodwill", 0, -minor], ["person", person, "pending", 0, minor]])
            while key not in self.told:
                try:
                    connection = connection or psycopg.connect(self.url, autocommit=True, connect_timeout=5)
                    row = connection.execute(POST, [key, "pay", "USD", legs, AT, None, "{}"]).fetchone()
                    assert row is not None
                    self.told[key] = row[0]
                    self.minor += minor
                except (psycopg.OperationalError, psycopg.InterfaceError):
                    connection, self.again = None, self.again + 1
                    time.sleep(0.02)
                except psycopg.Error as error:
                    self.errors.append(f"{type(error).__name__} {error}")
                    return
        if connection:
            connection.close()


@pytest.mark.usefixtures("rollback_db")  # Django must be connected to write the ledger's SQL out
def test_what_was_acknowledged_outlives_every_kill(seed: int, claim) -> None:
    kills, sql = count(2, 120), statements()
    with new_folder() as folder:
        (folder / "home").mkdir()
        server = Server(Home(folder / "home"), lambda line: None)
        server.start()
        with psycopg.connect(server.url(OWNER), autocommit=True) as owner:
            owner.execute("\n".join(sql))
            owner.execute(";".join(each for each in grant_statements(APP, TABLES) if "dispatch_" not in each
                                   and "tally_" not in each))  # fmt: skip
        writers = [Writer(server.url(APP), f"writer {n}", random.Random(f"{seed} {n}")) for n in range(WRITERS)]
        threads = [threading.Thread(target=writer.run) for writer in writers]
        for thread in threads:
            thread.start()
        try:
            for _ in range(kills):
                paid_since(writers, 20)
                kill_everything(server, folder)
                server.start()
            paid_since(writers, 20)
        finally:
            for writer in writers:
                writer.stop = True
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
        look(server, writers)
        server.stop()
    assert sum(writer.again for writer in writers) > 0, "somebody was at work when it died"
    claim("PostgreSQL SIGKILLed under payments: acknowledged is persisted, to the cent", kills)


def paid_since(writers: list[Writer], many: int) -> None:
    """Waits until so many more payments were acknowledged."""
    before, end = sum(len(writer.told) for writer in writers), time.monotonic() + 60
    while sum(len(writer.told) for writer in writers) < before + many:
        assert time.monotonic() < end, [writer.errors for writer in writers]
        time.sleep(0.005)


def kill_everything(server: Server, folder: Any) -> None:
    """SIGKILL to the head of the server; its children notice and go."""
    head = postmaster(folder / "home")
    with contextlib.suppress(ProcessLookupError):
        os.kill(head, signal.SIGKILL)
    end = time.monotonic() + 30
    while server.alive():
        assert time.monotonic() < end
        time.sleep(0.01)


def look(server: Server, writers: list[Writer]) -> None:
    """Every acknowledged payment once, under the number that was told, and nothing else."""
    assert [writer.errors for writer in writers] == [[]] * WRITERS
    told = {key: number for writer in writers for key, number in writer.told.items()}
    with psycopg.connect(server.url(APP), autocommit=True) as app:
        assert dict(app.execute(_KEYS).fetchall()) == told
        assert app.execute(_PAID).fetchone() == (sum(writer.minor for writer in writers),)
        assert app.execute(_RIGHT).fetchone() == (0,)
        assert app.execute(_UNBALANCED).fetchone() == (0,)
