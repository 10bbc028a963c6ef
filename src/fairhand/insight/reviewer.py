"""A reviewer's own figures. Every query is of one person's reviews."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded


@dataclass(frozen=True, slots=True)
class ReviewFigures:
    """One person's reviews in one project. Times in milliseconds, money in minor units of `currency`.

    `compared` answers also have a colleague's verdict; on `agreed` of these both let the answer pass or both sent it
    back. Of what this person returned, `reworked` came back and was decided, `taken` of it by a reviewer's acceptance.
    """

    name: dict[str, str]
    slug: str
    currency: str
    done: int
    accepted: int
    fixed: int
    returned: int
    compared: int
    agreed: int
    reworked: int
    taken: int
    earned_minor: int
    measured_n: int
    typical_ms: int | None

    @property
    def agreed_share(self) -> int | None:
        """Percent of the compared ones, rounded half up; None where nothing can be compared."""
        return (200 * self.agreed + self.compared) // (2 * self.compared) if self.compared else None


# A colleague's verdict on the same submission; and what became of the round after a return.
_FIGURES = """
WITH own AS (
  SELECT b.id, b.project_id, b.work_ms, r.subject_id, r.verdict,
         (SELECT bool_and((o.verdict = 'return') = (r.verdict = 'return')) FROM review o
            JOIN submission c ON c.id = o.submission_id
           WHERE o.subject_id = r.subject_id AND o.submission_id <> r.submission_id
             AND c.person_id <> b.person_id) AS same,
         CASE WHEN r.verdict = 'return' THEN (
           SELECT n.decided_by FROM submission s JOIN submission n ON n.slot_id = s.slot_id AND n.round = s.round + 1
            WHERE s.id = r.subject_id AND NOT n.surplus AND n.state = 'accepted' LIMIT 1) END AS after,
         (SELECT sum(l.amount_minor) FROM pay_line l WHERE l.submission_id = b.id) AS minor
    FROM submission b CROSS JOIN LATERAL (SELECT * FROM review v WHERE v.submission_id = b.id OFFSET 0) r
   WHERE b.person_id = %(person)s)
SELECT p.name, p.slug, p.currency, count(*), count(*) FILTER (WHERE verdict = 'accept'),
       count(*) FILTER (WHERE verdict = 'accept_with_fixes'), count(*) FILTER (WHERE verdict = 'return'),
       count(same), count(*) FILTER (WHERE same), count(after), count(*) FILTER (WHERE after = 'review'),
       coalesce(sum(minor), 0)::bigint, count(*) FILTER (WHERE work_ms > 0),
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY work_ms) FILTER (WHERE work_ms > 0))::bigint
  FROM own JOIN project p ON p.id = own.project_id
 GROUP BY p.id, p.name, p.slug, p.currency ORDER BY 4 DESC, p.slug LIMIT %(limit)s
"""


def review_figures(person_id: UUID, limit: int) -> list[ReviewFigures]:
    """A row for each project a person reviewed in, the most reviewed first."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"person": person_id, "limit": limit})
        return [ReviewFigures(*decoded(row, 0)) for row in cursor.fetchall()]
