"""A million random entries against a ledger of a few lines of Python: the same balances, the same refusals."""

import json
import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import psycopg

from fairhand.insight.books import run_checks
from fairhand.ledger.chart import CHART
from tests.counts import count
from tests.races.ledger_book import AT, POST

_MANY = """SELECT count(ledger_post(p ->> 0, 'random', p ->> 1, p -> 2, %s, NULL, '{}'))
  FROM (SELECT p FROM jsonb_array_elements(%s) WITH ORDINALITY AS x (p, n) ORDER BY n) each"""
_BALANCES = """SELECT a.owner_kind, a.owner_id::text, a.purpose, a.shard, a.currency, b.net, b.seq
  FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id"""
_ENTRIES = "SELECT count(*) FROM ledger_entry"
AT_ONCE = 400
Key = tuple[str, str | None, str, int, str]


@dataclass(slots=True)
class Model:
    """What the ledger should be: balances and counts of legs, and what it would say to a request."""

    net: Counter[Key] = field(default_factory=Counter)
    seq: Counter[Key] = field(default_factory=Counter)
    done: dict[str, tuple[str, str]] = field(default_factory=dict)
    unlimited: frozenset[str] = frozenset(place.purpose for place in CHART if place.below_zero)

    def post(self, key: str, currency: str, legs: list[list[Any]]) -> str | None:
        """The refusal's SQLSTATE, or None: posted, or posted before."""
        request = (currency, json.dumps(legs))
        if key in self.done:
            return None if self.done[key] == request else "23L07"
        moved: Counter[Key] = Counter()
        for kind, owner, purpose, shard, amount in legs:
            moved[kind, owner, purpose, shard, currency] += amount
        moved = Counter({account: amount for account, amount in moved.items() if amount})
        if any(
            self.net[account] + amount < 0 and account[2] not in self.unlimited for account, amount in moved.items()
        ):
            return "23L04"
        if len(moved) < 2:
            return "23L05"
        if sum(moved.values()):
            return "23L06"
        self.net.update(moved)
        self.seq.update(moved.keys())
        self.done[key] = request
        return None


def drawn(draw: random.Random, accounts: list[list[Any]], keys: list[str]) -> tuple[str, str, list[list[Any]]]:
    """A request: mostly a plain transfer, sometimes of many legs, a wrong one, or one that was sent before."""
    currency = draw.choice(("USD", "USD", "USD", "JPY"))
    legs = [[*draw.choice(accounts), draw.randrange(1, 2000)] for _ in range(draw.choice((1, 1, 1, 2, 3, 6)))]
    total = sum(leg[-1] for leg in legs)
    legs.append([*draw.choice(accounts[:2] if draw.random() < 0.5 else accounts), -total])
    if draw.random() < 0.02:
        legs[0][-1] += draw.choice((-1, 1))
    if keys and draw.random() < 0.01:
        return draw.choice(keys), currency, legs
    return uuid.UUID(int=draw.getrandbits(128)).hex, currency, legs


def test_random_entries_leave_what_a_small_model_says(db, seed: int, claim) -> None:
    entries, draw, model = count(3_000, 1_000_000), random.Random(f"{seed} entries"), Model()
    accounts: list[list[Any]] = [["operator", None, "goodwill", 0], ["client", str(uuid.UUID(int=1)), "outside", 0]]
    for place in CHART[1:-1]:
        accounts += [[place.owner_kind, str(uuid.UUID(int=n)), place.purpose, n % 3] for n in range(12)]
    refused: Counter[str] = Counter()
    keys: list[str] = []
    with psycopg.connect(db.url, autocommit=True) as app:
        while len(model.done) < entries:
            batch = []
            for _ in range(AT_ONCE):
                key, currency, legs = drawn(draw, accounts, keys)
                code = model.post(key, currency, legs)
                if code is None:
                    batch.append([key, currency, legs])
                elif refused[code] < 50 + entries // 100:
                    _flush(app, batch)
                    refused[code] += 1
                    _refused(app, code, key, currency, legs)
            keys = [*keys, *(each[0] for each in batch[:2])][-200:]
            _flush(app, batch)
        found = {tuple(row[:5]): row[5:] for row in app.execute(_BALANCES).fetchall()}
        assert {account: net for account, (net, _) in found.items() if net} == {a: n for a, n in model.net.items() if n}
        assert {account: seq for account, (_, seq) in found.items() if seq} == dict(model.seq)
        (posted,) = app.execute(_ENTRIES).fetchone() or (0,)
        assert posted == len(model.done)
    assert {"23L04", "23L05", "23L06", "23L07"} <= set(refused), refused
    assert {"wrong_balances", "unbalanced_entries", "wrong_running"} & set(run_checks()) == set()
    claim("random ledger entries leave the balances of a model, to the cent", posted)


def _flush(app: psycopg.Connection[Any], batch: list[list[Any]]) -> None:
    if batch:
        app.execute(_MANY, [AT, json.dumps(batch)])
    batch.clear()


def _refused(app: psycopg.Connection[Any], code: str, key: str, currency: str, legs: list[list[Any]]) -> None:
    try:
        app.execute(POST, [key, "random", currency, json.dumps(legs), AT, None, "{}"])
    except psycopg.Error as error:
        found = error.sqlstate
    else:
        found = None
    assert found == code, (key, currency, legs)
