"""The load: clients that claim and hand in over HTTP, in a process of their own. Reads a job, prints one JSON object.

    python -m bench.dispatch.drive JOB.json

Closed loop: each client begins its next pair when it has the answer to the last. Open loop: pairs begin at moments
drawn beforehand, whether or not the earlier ones are over, and their latency counts from that moment.
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from typing import Any

HEAD_END = b"\r\n\r\n"


class Refused(Exception):
    """An answer that is not what a pair needs."""


@dataclass(slots=True)
class Connection:
    """One kept-alive connection. By hand: a client library would use more of the machine than the server."""

    host: str
    port: int
    keep: bool = True
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def call(self, method: str, path: str, headers: str, body: bytes = b"") -> tuple[int, bytes]:
        """Status and body of one request."""
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port, limit=2**22)
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{headers}Content-Length: {len(body)}\r\n"
        if not self.keep:
            head += "Connection: close\r\n"
        self.writer.write(head.encode() + b"\r\n" + body)
        raw = (await self.reader.readuntil(HEAD_END)).decode("latin-1")
        lines = raw.split("\r\n")
        given = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
        if "content-length" in given:
            found = await self.reader.readexactly(int(given["content-length"]))
        elif given.get("transfer-encoding") == "chunked":
            found = await self._chunks()
        else:
            found = await self.reader.read()
            self.close()
        if not self.keep or given.get("connection", "").lower() == "close":
            self.close()
        return int(lines[0].split(" ", 2)[1]), found

    async def _chunks(self) -> bytes:
        assert self.reader is not None
        parts = []
        while size := int((await self.reader.readline()).split(b";")[0], 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return b"".join(parts)

    def close(self) -> None:
        """The next call opens anew."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


@dataclass(slots=True)
class Told:
    """What came out: milliseconds of the two steps, tasks given out, refusals by what they said."""

    next_ms: list[float] = field(default_factory=list)
    submit_ms: list[float] = field(default_factory=list)
    pair_ms: list[float] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)


_beats: list[float] = []
_numbers = iter(range(10**12))
JSON_HEAD = "Content-Type: application/json\r\n"


async def fairhand(job: dict[str, Any], key: str, wire: Connection) -> tuple[float, float, str]:
    """Claim on the terms read beforehand, hand the answer in."""
    headers = f"Authorization: Bearer {key}\r\n{JSON_HEAD}"
    wanted = {"kind": "attempt", "terms_seen": job["terms"], "request_key": f"{job['run']}-{next(_numbers)}"}
    begun = time.perf_counter()
    status, body = await wire.call("POST", job["claim_path"], headers, json.dumps(wanted).encode())
    if status != 201:
        raise Refused(f"claim {status} {body[:160]!r}")
    got = time.perf_counter()
    claim = json.loads(body)["id"]
    for seq in range(job.get("beats", 0)):
        report = json.dumps({"device": "bench", "seq": seq, "active_ms": 1}).encode()
        sent = time.perf_counter()
        status, body = await wire.call("POST", f"/api/v1/claims/{claim}/beats", headers, report)
        if status != 200:
            raise Refused(f"beat {status} {body[:160]!r}")
        _beats.append((time.perf_counter() - sent) * 1000)
    answer = json.dumps({"answer": job["answer"]}).encode()
    put = time.perf_counter()
    status, body = await wire.call("POST", f"/api/v1/claims/{claim}/submission", headers, answer)
    if status != 201:
        raise Refused(f"submit {status} {body[:160]!r}")
    return got - begun, time.perf_counter() - put, claim


_held: dict[str, str] = {}  # key -> the claim that came with its last hand-in


async def fairhand_onward(job: dict[str, Any], key: str, wire: Connection) -> tuple[float, float, str]:
    """Hand the answer in and take the next in the same call, as the page does it; a key's first is claimed alone."""
    headers = f"Authorization: Bearer {key}\r\n{JSON_HEAD}"
    wanted = {"kind": "attempt", "terms_seen": job["terms"], "request_key": f"{job['run']}-{next(_numbers)}"}
    begun = time.perf_counter()
    claim = _held.pop(key, None)
    if claim is None:
        status, body = await wire.call("POST", job["claim_path"], headers, json.dumps(wanted).encode())
        if status != 201:
            raise Refused(f"claim {status} {body[:160]!r}")
        claim = json.loads(body)["id"]
        wanted["request_key"] = f"{job['run']}-{next(_numbers)}"
    got = time.perf_counter()
    answer = json.dumps({"answer": job["answer"], "next": wanted | {"project": job["project"]}}).encode()
    status, body = await wire.call("POST", f"/api/v1/claims/{claim}/submission", headers, answer)
    told = json.loads(body)
    if status != 201 or told["next"] is None:
        raise Refused(f"submit {status} {body[:160]!r}")
    _held[key] = told["next"]["id"]
    return got - begun, time.perf_counter() - got, claim


async def bare(job: dict[str, Any], key: str, wire: Connection) -> tuple[float, float, str]:
    """The bare endpoint: claim a row, insert an answer."""
    begun = time.perf_counter()
    status, body = await wire.call("POST", "/api/claim", JSON_HEAD, json.dumps({"person": key}).encode())
    if status != 200:
        raise Refused(f"claim {status} {body[:160]!r}")
    got = time.perf_counter()
    task = json.loads(body)["id"]
    answer = json.dumps({"person": key, "answer": job["answer"]}).encode()
    status, body = await wire.call("POST", f"/api/tasks/{task}/submission", JSON_HEAD, answer)
    if status != 200:
        raise Refused(f"submit {status} {body[:160]!r}")
    return got - begun, time.perf_counter() - got, str(task)


async def label_studio(job: dict[str, Any], key: str, wire: Connection) -> tuple[float, float, str]:
    """What its page calls: the next task of a project, then the annotation of it."""
    headers = f"Authorization: Token {key}\r\n{JSON_HEAD}"
    begun = time.perf_counter()
    status, body = await wire.call("GET", f"/api/projects/{job['project']}/next", headers)
    if status != 200:
        raise Refused(f"next {status} {body[:160]!r}")
    got = time.perf_counter()
    task = json.loads(body)["id"]
    answer = json.dumps({"result": job["answer"], "lead_time": 1.0}).encode()
    path = f"/api/tasks/{task}/annotations/?project={job['project']}"
    status, body = await wire.call("POST", path, headers, answer)
    if status != 201:
        raise Refused(f"submit {status} {body[:160]!r}")
    return got - begun, time.perf_counter() - got, str(task)


PAIRS = {"fairhand": fairhand, "fairhand_onward": fairhand_onward, "bare": bare, "label_studio": label_studio}


async def _one(job: dict[str, Any], key: str, wire: Connection, told: Told, since: float | None = None) -> None:
    begun = since if since is not None else time.perf_counter()
    try:
        got, put, task = await PAIRS[job["pair"]](job, key, wire)
    except (Refused, OSError, asyncio.IncompleteReadError) as error:
        wire.close()
        said = str(error)[:200] or type(error).__name__
        told.wrong[said] = told.wrong.get(said, 0) + 1
        await asyncio.sleep(0.05)
        return
    told.next_ms.append(got * 1000)
    told.submit_ms.append(put * 1000)
    told.pair_ms.append((time.perf_counter() - begun) * 1000)
    told.given.append(task)


async def closed(job: dict[str, Any], told: Told) -> float:
    """So many clients for so long; returns the seconds that passed."""
    keys, clients = job["keys"], job["clients"]
    begun = time.perf_counter()
    end = begun + job["seconds"]

    async def client(number: int) -> None:
        wire = Connection(job["host"], job["port"], job.get("keep", True))
        mine = keys[number::clients]  # nobody's key is in two hands, and no key meets its limit of calls
        turn = 0
        while time.perf_counter() < end:
            await _one(job, mine[turn % len(mine)], wire, told)
            turn += 1
        wire.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    seconds = time.perf_counter() - begun
    await _hand_in_held(job)
    return seconds


async def _hand_in_held(job: dict[str, Any]) -> None:
    """What came with a last hand-in is handed in too, uncounted: the next turn finds everybody with empty hands."""
    wire, answer = Connection(job["host"], job["port"]), json.dumps({"answer": job["answer"]}).encode()
    for key, claim in _held.items():
        headers = f"Authorization: Bearer {key}\r\n{JSON_HEAD}"
        status, body = await wire.call("POST", f"/api/v1/claims/{claim}/submission", headers, answer)
        assert status == 201, (status, body[:160])
    wire.close()


async def opened(job: dict[str, Any], told: Told) -> float:
    """So many pairs a second, at random moments, for so long."""
    keys = list(job["keys"])
    idle: list[Connection] = []
    running: set[asyncio.Task[None]] = set()
    draw = random.Random(job.get("seed", 1))
    begun = due = time.perf_counter()
    end = begun + job["seconds"]

    async def pair(since: float, key: str) -> None:
        wire = idle.pop() if idle else Connection(job["host"], job["port"], job.get("keep", True))
        await _one(job, key, wire, told, since)
        idle.append(wire)

    turn = 0
    while (due := due + draw.expovariate(job["rate"])) < end:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(pair(due, keys[turn % len(keys)]))
        running.add(task)
        task.add_done_callback(running.discard)
        turn += 1
    await asyncio.gather(*running)
    for wire in idle:
        wire.close()
    return time.perf_counter() - begun


def quantiles(found: list[float]) -> dict[str, float]:
    """p50, p95, p99, rounded to a tenth of a millisecond."""
    rows = sorted(found)
    if not rows:
        return {}
    return {f"p{part}": round(rows[min(len(rows) - 1, len(rows) * part // 100)], 1) for part in (50, 95, 99)}


def main() -> None:
    """Read the job, do it, print what came out."""
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    told = Told()
    seconds = asyncio.run(opened(job, told) if "rate" in job else closed(job, told))
    spent = time.process_time()
    out = {
        "pairs": len(told.pair_ms), "seconds": round(seconds, 3), "pairs_s": round(len(told.pair_ms) / seconds, 1),
        "next_ms": quantiles(told.next_ms), "submit_ms": quantiles(told.submit_ms), "pair_ms": quantiles(told.pair_ms),
        "beat_ms": quantiles(_beats), "twice": len(told.given) - len(set(told.given)), "wrong": told.wrong,
        "client_cpu_s": round(spent, 2),
    }  # fmt: skip
    print(json.dumps(out))


if __name__ == "__main__":
    main()
