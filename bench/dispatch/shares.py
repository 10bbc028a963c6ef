"""Where the time of one pair goes: the product's own code, one caller, timers around its parts.

Run in a process of its own (`python -m bench.dispatch.shares WORLD.json PAIRS`) with the product's settings. Each
part's time is its own: what a part calls that is a part itself is counted there. What happens inside the database's
functions is read from its own counters (track_functions) before and after.
"""

import importlib
import io
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import psycopg

from fairhand.web.wsgi import application

# part -> where its calls are made from
PARTS = (
    ("sign-in", "fairhand.api.entry", "read_key"),
    ("seat and role", "fairhand.api.work", "project_of_slug"),
    ("offer: terms, queues, order", "fairhand.flow.quick_claim", "ready_of"),
    ("offer: terms, queues, order", "fairhand.flow.quick_claim", "ordered_of"),
    ("gate, caps, claim, its event, what it shows: one function", "fairhand.flow.quick_claim", "_quick"),
    ("claiming: the long way", "fairhand.flow.quick_claim", "claim_next"),
    ("facts of the submission", "fairhand.flow.submit_work", "live_attempt"),
    ("rules: answer, time, pay, review", "fairhand.flow.submit_work", "_problems"),
    ("rules: answer, time, pay, review", "fairhand.flow.submit_work", "_decide"),
    ("rules: answer, time, pay, review", "fairhand.flow.submit_work", "_drawn"),
    ("handing in: one function", "fairhand.flow.submit_work", "hand_in"),
    ("handing in: the long way", "fairhand.flow.submit_work", "_submit"),
)
REST = "web: server gateway, routes, JSON, log"
# Inside the database: part -> functions whose own time it is.
INSIDE = {
    "ledger": ("ledger_post", "ledger_leg_in", "ledger_account_of", "ledger_balanced", "ledger_hold"),
    "claim, caps, gate": ("dispatch_claim_next", "dispatch_passes", "dispatch_seat_bar", "dispatch_excluded"),
    "end of the claim, time": ("dispatch_end_claim", "dispatch_spend"),
    "running counts": ("tally_slots", "tally_work", "tally_paid"),
    "search words": ("task_words", "search_fold"),
    "event, submission, pay lines, task": ("flow_hand_in",),
    "event of the claim": ("flow_claim",),
    "what the claim shows": ("flow_claim_shown",),
}
WARM_UP = 40


class Timers:
    """Own time of each part, in seconds: a part that runs inside another stops the other's clock."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self.running: list[list[Any]] = []

    def around(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            self.running.append([0.0])
            try:
                return function(*args, **kwargs)
            finally:
                took = time.perf_counter() - began
                (inside,) = self.running.pop()
                self.spent[part] = self.spent.get(part, 0.0) + took - inside
                if self.running:
                    self.running[-1][0] += took

        return timed


def main() -> None:
    """Print one JSON object: microseconds a pair, by part, and inside the database."""
    with open(sys.argv[1], encoding="utf-8") as file:
        world = json.load(file)
    pairs = int(sys.argv[2])
    timers = Timers()
    for part, module, name in PARTS:
        place = importlib.import_module(module)
        setattr(place, name, timers.around(part, getattr(place, name)))
    caller = _Caller(timers.around(REST, application), world)
    for number in range(WARM_UP):
        caller.pair(number)
    timers.spent.clear()
    with psycopg.connect(world["owner_url"], autocommit=True) as owner:
        before = _functions(owner)
        began = time.perf_counter()
        for number in range(WARM_UP, WARM_UP + pairs):
            caller.pair(number)
        total = time.perf_counter() - began
        time.sleep(1.5)  # counters are told a second late
        after = _functions(owner)
    inside = {
        part: round(sum(after.get(name, 0.0) - before.get(name, 0.0) for name in names) * 1000 / pairs)
        for part, names in INSIDE.items()
    }
    spent = {part: round(seconds * 1e6 / pairs) for part, seconds in timers.spent.items()}
    print(json.dumps({"pairs": pairs, "us": round(total * 1e6 / pairs), "parts_us": spent, "inside_us": inside}))


class _Caller:
    """Calls the application as the web server does, without one."""

    def __init__(self, application: Any, world: dict[str, Any]) -> None:
        self.application, self.world, self.run = application, world, os.urandom(4).hex()

    def pair(self, number: int) -> None:
        """Claim and hand in."""
        key = self.world["keys"][number % len(self.world["keys"])]
        wanted = {"kind": "attempt", "terms_seen": self.world["terms"], "request_key": f"{self.run}-{number}"}
        claim = self._call(f"/api/v1/projects/{self.world['slug']}/claims", key, wanted)
        self._call(f"/api/v1/claims/{claim['id']}/submission", key, {"answer": self.world["answer"]})

    def _call(self, path: str, key: str, body: dict[str, Any]) -> Any:
        raw = json.dumps(body).encode()
        told: list[str] = []
        found = self.application(
            {
                "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "127.0.0.1",
                "SERVER_PORT": "80", "HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1",
                "CONTENT_LENGTH": str(len(raw)), "CONTENT_TYPE": "application/json",
                "HTTP_AUTHORIZATION": f"Bearer {key}", "wsgi.input": io.BytesIO(raw),
                "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr,
            },
            lambda status, headers: told.append(status),
        )  # fmt: skip
        content = b"".join(found)
        found.close()
        assert told[0].startswith("201"), (told, content)
        return json.loads(content)


def _functions(owner: psycopg.Connection) -> dict[str, float]:
    rows = owner.execute("SELECT funcname, sum(self_time) FROM pg_stat_user_functions GROUP BY 1").fetchall()
    return {name: float(ms) for name, ms in rows}


if __name__ == "__main__":
    main()
