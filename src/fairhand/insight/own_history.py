"""The life of a person's own work, and what changed for them lately. Own rows and own facts only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.own_work import ReviewSeen, reviews_of
from fairhand.insight.rows import decoded


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: the event's verb and facts, and the verdict it was about."""

    at: datetime
    verb: str
    facts: Mapping[str, Any]
    review: ReviewSeen | None = None


# Everything a person did in one slot, round by round: their claims, and what those handed in.
_OWN = """
SELECT c.id, s.id FROM claim c LEFT JOIN submission s ON s.claim_id = c.id
 WHERE c.slot_id = %(slot)s AND c.person_id = %(person)s
"""
_EVENTS = """
SELECT at, verb, facts FROM event WHERE subject_id = ANY (%s) AND verb = ANY (%s) ORDER BY at, seq
"""
_TOLD = ["claim:made", "claim:skipped", "claim:expired", "submission:made", "submission:reviewed",
         "submission:accepted"]  # fmt: skip
# A verdict that this person gave, as it acted on somebody else's submission.
_ACTED = """
SELECT e.at, 'verdict:acted', e.facts FROM review r JOIN event e ON e.subject_id = r.subject_id
 WHERE r.submission_id = ANY (%s) AND e.verb = 'submission:reviewed' AND e.facts ->> 'review' = r.submission_id::text
"""
_LATER = """
SELECT d.released_at, 'delivery:released', jsonb_build_object('number', d.number)
  FROM delivery_item i JOIN delivery d ON d.id = i.delivery_id WHERE i.submission_id = ANY (%(ids)s)
UNION ALL
SELECT t.made_at, 'statement:closed', jsonb_build_object('number', t.number, 'id', t.id, 'currency', t.currency)
  FROM (SELECT DISTINCT x.statement_id FROM pay_line l JOIN statement_line x ON x.line_id = l.id
         WHERE l.submission_id = ANY (%(ids)s)) own JOIN statement t ON t.id = own.statement_id
"""


def life_of(slot_id: UUID, person_id: UUID) -> list[Step]:
    """Everything that happened to a person's work in one slot, oldest first, over all its rounds."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, {"slot": slot_id, "person": person_id})
        own = cursor.fetchall()
        submissions = [row[1] for row in own if row[1] is not None]
        cursor.execute(_EVENTS, [[row[0] for row in own] + submissions, _TOLD])
        rows = cursor.fetchall()
        cursor.execute(_ACTED, [submissions])
        rows += cursor.fetchall()
        cursor.execute(_LATER, {"ids": submissions})
        rows += cursor.fetchall()
    verdicts = {str(review.review_id): review for review in reviews_of(submissions)}
    told = [decoded(row, 2) for row in rows]
    steps = [Step(at, verb, facts, verdicts.get(facts.get("review", ""))) for at, verb, facts in told]
    return sorted(steps, key=lambda step: step.at)  # stable: what happened at one moment keeps its order


@dataclass(frozen=True, slots=True)
class Change:
    """Something new for a person, beside decisions on their work. `facts` by `kind`:

    `guideline`: {slug, name, version}; `statement`: {id, number, currency, total_minor}; else the verb of an event
    about the person (`role:granted`, `seat:taken`): its facts, and {name, slug} of the project, if it names one.
    """

    at: datetime
    kind: str
    facts: Mapping[str, Any]


# New guideline versions of one's projects (the first one came with the project), statements, roles and seats.
_CHANGES = """
(SELECT l.created_at, 'guideline', jsonb_build_object('slug', p.slug, 'name', p.name, 'version', l.version)
   FROM seat e JOIN guideline l ON l.project_id = e.project_id JOIN project p ON p.id = e.project_id
  WHERE e.person_id = %(person)s AND e.state = 'active' AND l.version > 1 AND l.created_at >= %(since)s
    AND l.created_at > e.joined_at ORDER BY l.created_at DESC LIMIT %(limit)s)
UNION ALL
(SELECT t.made_at, 'statement', jsonb_build_object('id', t.id, 'number', t.number, 'currency', t.currency,
                                                   'total_minor', t.total_minor)
   FROM statement t WHERE t.person_id = %(person)s AND t.made_at >= %(since)s ORDER BY t.made_at DESC LIMIT %(limit)s)
UNION ALL
(SELECT v.at, v.verb, v.facts || jsonb_build_object('name', p.name, 'slug', p.slug)
   FROM event v LEFT JOIN project p ON p.id = v.project_id
  WHERE v.subject_id = ANY (ARRAY(SELECT id FROM seat WHERE person_id = %(person)s) || %(person)s)
    AND v.at >= %(since)s AND v.verb = ANY (%(verbs)s) ORDER BY v.at DESC LIMIT %(limit)s)
ORDER BY 1 DESC LIMIT %(limit)s
"""


def changes_for(person_id: UUID, since: datetime, verbs: list[str], limit: int) -> list[Change]:
    """The newest changes; `verbs` are those of events about the person that its caller has words for."""
    values = {"person": person_id, "since": since, "verbs": verbs, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, values)
        return [Change(*decoded(row, 2)) for row in cursor.fetchall()]
