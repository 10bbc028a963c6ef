"""What rate cards ask of people, as it stands now."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection

from fairhand.pay.own_rate import NOBODY, Holder

_HOLDERS = """
SELECT p.id, coalesce(f.language_codes, '{}'), coalesce(f.country_code, ''),
       array_remove(array_agg(DISTINCT s.kind || ' ' || s.slug || ' ' || q.level), NULL)
  FROM person p LEFT JOIN profile f ON f.person_id = p.id
  LEFT JOIN qualification q ON q.person_id = p.id AND q.revoked_at IS NULL AND q.valid_from <= %(now)s
        AND (q.valid_until IS NULL OR q.valid_until > %(now)s)
  LEFT JOIN skill s ON s.id = q.skill_id
 WHERE p.id = ANY (%(people)s) GROUP BY p.id, f.person_id
"""


def holder_of(person_id: UUID, now: datetime) -> Holder:
    """One person's; of somebody unknown, nobody's."""
    return holders_of([person_id], now).get(person_id, NOBODY)


def holders_of(person_ids: Collection[UUID], now: datetime) -> dict[UUID, Holder]:
    """Person -> what they hold at this moment, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, {"people": list(person_ids), "now": now})
        return {row[0]: _holder(*row[1:]) for row in cursor.fetchall()}


def _holder(languages: list[str], country: str, held: list[str]) -> Holder:
    levels: dict[str, dict[str, int]] = {"tier": {}, "skill": {}}
    for each in held:
        kind, slug, level = each.split(" ")
        mine = levels.setdefault(kind, {})
        mine[slug] = max(int(level), mine.get(slug, 0))
    return Holder(levels["tier"], levels["skill"], frozenset(languages), country)
