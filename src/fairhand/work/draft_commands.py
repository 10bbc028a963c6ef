"""Drafts of answers: saved while somebody types, read when the page opens, thrown away when they have served."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from fairhand.dispatch.models import Claim
from fairhand.kernel.limits import DRAFT_BYTES_MAX, DRAFTS_DROPPED_PER_RUN_MAX, DRAFTS_KEPT_DAYS
from fairhand.kernel.refusals import Refused

Fields = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it stands: (name, value) of its form's fields, and which version it is."""

    number: int
    fields: list[list[str]]
    device: str
    saved_at: datetime

    @property
    def as_json(self) -> str:
        """The fields, for the page's script."""
        return json.dumps(self.fields, ensure_ascii=False)


# The claim's row says whose it is. The version that was changed must be the one that stands, or it was saved by the
# same page, whose answers may come in another order, or says the same.
_SAVE = """
INSERT INTO draft AS d (claim_id, fields, device, number, saved_at)
SELECT c.id, %(fields)s, %(device)s, 1, %(now)s FROM claim c
 WHERE c.id = %(claim)s AND c.person_id = %(person)s AND c.state NOT IN ('submitted', 'skipped')
ON CONFLICT (claim_id) DO UPDATE
   SET fields = excluded.fields, device = excluded.device, number = d.number + 1, saved_at = excluded.saved_at
 WHERE d.number = %(base)s OR d.device = excluded.device OR d.fields = excluded.fields
RETURNING number
"""
_KEPT = """
SELECT d.number, d.fields, d.device, d.saved_at FROM draft d JOIN claim c ON c.id = d.claim_id
 WHERE d.claim_id = %s AND c.person_id = %s AND c.state NOT IN ('submitted', 'skipped')
"""
_DROP = """
DELETE FROM draft WHERE claim_id IN (
  SELECT d.claim_id FROM draft d JOIN claim c ON c.id = d.claim_id
   WHERE c.state IN ('submitted', 'skipped') OR d.saved_at < %s LIMIT %s)
"""


def save_draft(
    *, claim_id: UUID, person_id: UUID, fields: Fields, base: int, device: str, now: datetime
) -> int | Refused:
    """Keep what is typed so far as the version after `base` (0: none). Returns its number; 0 where it was handed
    in, or given back, meanwhile and nothing is kept.

    Refusals: no_claim (not theirs), too_large, draft_moved (facts["kept"]: Kept, the one that another
    page saved meanwhile).
    """
    kept = [list(field) for field in fields]
    if len(json.dumps(kept, ensure_ascii=False).encode()) > DRAFT_BYTES_MAX:
        return Refused("too_large", f"A draft has at most {DRAFT_BYTES_MAX} bytes.")
    values = {
        "claim": claim_id, "person": person_id, "fields": Jsonb(kept), "device": device, "base": base, "now": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, values)
        row = cursor.fetchone()
    if row is not None:
        return int(row[0])
    found = kept_draft(claim_id, person_id)
    if found is None:
        own = Claim.objects.filter(id=claim_id, person_id=person_id).exists()
        return 0 if own else Refused("no_claim", "You hold no such claim.")
    return Refused("draft_moved", "Another page saved a draft of this answer meanwhile.", {"kept": found})


def kept_draft(claim_id: UUID, person_id: UUID) -> Kept | None:
    """The draft of one's own claim, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [claim_id, person_id])
        row = cursor.fetchone()
    return Kept(row[0], json.loads(row[1]), row[2], row[3]) if row else None


def drop_drafts(*, now: datetime) -> int:
    """Throw away what was handed in or given back, and what nobody touched for long; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_DROP, [now - timedelta(days=DRAFTS_KEPT_DAYS), DRAFTS_DROPPED_PER_RUN_MAX])
        return int(cursor.rowcount)
