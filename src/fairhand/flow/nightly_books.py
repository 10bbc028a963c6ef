"""nightly_books: closes the finished days of the books, holds the latest against their heads, and recounts everything.

What it finds is an event; the page Health and `fairhand check` say so, and nothing is put right by a machine.
"""

import time
from datetime import UTC, datetime

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.insight.recount import RECOUNTED, Recount, recount
from fairhand.kernel.limits import DAYS_VERIFIED_NIGHTLY_MAX
from fairhand.ledger.chain import verify
from fairhand.ledger.commands import close_days


def nightly_books(*, actor: Actor, now: datetime, wait_ms: int = 60_000) -> Recount:
    """The recount, with `chain` among what is wrong where a head doesn't hold. Must not run inside a transaction."""
    began = time.monotonic()
    days = close_days(before=now.astimezone(UTC).date(), now=now, wait_ms=wait_ms)
    chain = verify(last=DAYS_VERIFIED_NIGHTLY_MAX)
    counted = recount()
    wrong = counted.wrong | ({"chain": chain.wrong[:5]} if chain.wrong else {})
    facts = {
        "wrong": wrong, "accounts": counted.accounts, "legs": counted.legs,
        "days_closed": [str(day) for day in days or []], "waited": days is None,
        "head": chain.head, "until": str(chain.until) if chain.until else None,
        "ms": round(1000 * (time.monotonic() - began)),
    }  # fmt: skip
    with transaction.atomic():
        record(actor=actor, now=now, happened=[Fact(RECOUNTED, "installation", None, facts=facts)])
    return Recount(counted.accounts, counted.legs, wrong)
