"""Checks of the books: each a query of its own that returns what is wrong, so that no figure vouches for itself."""

from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Sums:
    """The same money, counted three times, per currency, in minor units.

    `lines`: what the pay lines say. `legs`: what the ledger moved onto people's accounts for them.
    `statements`: totals of frozen statements; `unstated`: lines that wait for the next one.
    """

    currency: str
    lines_minor: int
    legs_minor: int
    statements_minor: int
    unstated_minor: int

    @property
    def equal(self) -> bool:
        """Whether the three agree."""
        return self.lines_minor == self.legs_minor == self.statements_minor + self.unstated_minor


_LINES = "SELECT currency, sum(amount_minor)::bigint FROM pay_line GROUP BY currency"
# Entries that pay somebody for the first time; `accept` only moves it from one of the person's accounts to another.
# A conversion pays nothing: what was owed in one currency is owed in another. `wrong_conversions` looks at these.
_LEGS = """
SELECT l.currency, sum(l.amount)::bigint FROM ledger_leg l JOIN ledger_account a ON a.id = l.account_id
  JOIN ledger_entry e ON e.id = l.entry_id
 WHERE a.owner_kind = 'person' AND e.kind <> 'convert' GROUP BY l.currency
"""
_STATEMENTS = "SELECT currency, sum(total_minor)::bigint FROM statement GROUP BY currency"
_UNSTATED = """
SELECT l.currency, sum(l.amount_minor)::bigint FROM pay_line l
 WHERE NOT EXISTS (SELECT 1 FROM statement_line x WHERE x.line_id = l.id) GROUP BY l.currency
"""


def three_sums() -> list[Sums]:
    """One row per currency, from four separate queries."""
    parts = [_by_currency(sql) for sql in (_LINES, _LEGS, _STATEMENTS, _UNSTATED)]
    currencies = sorted({currency for part in parts for currency in part})
    return [Sums(currency, *(part.get(currency, 0) for part in parts)) for currency in currencies]


def _by_currency(sql: str) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())


# Name -> (what a found row means, query). Each query returns rows only where something is wrong.
CHECKS: dict[str, tuple[str, str]] = {
    "unbalanced_entries": (
        "a ledger entry whose legs do not add up to zero, or that has fewer than two",
        """SELECT e.id::text FROM ledger_entry e
             LEFT JOIN (SELECT entry_id, currency, count(*) AS n, sum(amount) AS net FROM ledger_leg GROUP BY 1, 2) l
               ON l.entry_id = e.id
            GROUP BY e.id HAVING coalesce(sum(l.n), 0) < 2 OR bool_or(l.net <> 0)""",
    ),
    "wrong_conversions": (
        "a conversion whose legs are not what was taken and, at its rate and rounded half up, what was given; whose "
        "rate nobody entered; or that went through other accounts than the person's and the operator's",
        """SELECT e.id::text FROM ledger_entry e LEFT JOIN ledger_leg l ON l.entry_id = e.id
             LEFT JOIN ledger_account a ON a.id = l.account_id
            WHERE e.kind = 'convert' GROUP BY e.id
           HAVING count(*) <> 4 OR count(DISTINCT l.currency) <> 2
               OR count(*) FILTER (WHERE a.owner_kind = 'operator' AND a.purpose = 'fx') <> 2
               OR count(*) FILTER (WHERE a.owner_kind = 'person' AND a.purpose = 'payable') <> 2
               OR min(l.amount) FILTER (WHERE a.owner_kind = 'person' AND l.currency = e.meta ->> 'from')
                  IS DISTINCT FROM -(e.meta ->> 'from_minor')::bigint
               OR max(l.amount) FILTER (WHERE a.owner_kind = 'person' AND l.currency = e.meta ->> 'to')
                  IS DISTINCT FROM round((e.meta ->> 'from_minor')::numeric * (e.meta ->> 'rate')::numeric
                                         * 10::numeric ^ (e.meta ->> 'digits')::int)::bigint
               OR NOT EXISTS (SELECT 1 FROM fx_rate f
                               WHERE f.id = (e.meta ->> 'rate_id')::bigint AND f.rate = e.meta ->> 'rate'
                                 AND f.base = e.meta ->> 'from' AND f.quote = e.meta ->> 'to')""",
    ),
    "wrong_balances": (
        "an account whose running balance differs from the sum of its legs",
        """SELECT b.account_id::text FROM ledger_balance b LEFT JOIN ledger_leg l ON l.account_id = b.account_id
            GROUP BY b.account_id, b.net, b.seq HAVING b.net <> coalesce(sum(l.amount), 0) OR b.seq <> count(l.id)""",
    ),
    "wrong_running": (
        "an account whose legs don't carry the balance from one to the next, or whose places among them have a gap",
        """SELECT DISTINCT account_id::text FROM
             (SELECT account_id, seq, net_after, row_number() OVER mine AS n, sum(amount) OVER mine AS net
                FROM ledger_leg WINDOW mine AS (PARTITION BY account_id ORDER BY seq)) l
            WHERE seq <> n OR net_after <> net""",
    ),
    "wrong_reserves": (
        "a batch shard whose reserved account differs from the reserves of its slots",
        """SELECT coalesce(s.batch_id, a.owner_id)::text || ' shard ' || coalesce(s.shard, a.shard)
             FROM (SELECT batch_id, shard, sum(reserve_minor) AS reserve FROM slot GROUP BY 1, 2) s
             FULL JOIN (SELECT x.owner_id, x.shard, b.net FROM ledger_account x
                          JOIN ledger_balance b ON b.account_id = x.id
                         WHERE x.owner_kind = 'batch' AND x.purpose = 'reserved') a
               ON a.owner_id = s.batch_id AND a.shard = s.shard
            WHERE coalesce(s.reserve, 0) <> coalesce(a.net, 0)""",
    ),
    "wrong_missions": (
        "a mission whose account differs from its reserve, that could pay more than stands behind it, or that paid "
        "another amount than its windows, or a window or referral another amount than its lines",
        """SELECT coalesce(m.id, a.owner_id)::text FROM mission m
             FULL JOIN (SELECT x.owner_id, b.net FROM ledger_account x JOIN ledger_balance b ON b.account_id = x.id
                         WHERE x.owner_kind = 'mission' AND x.purpose = 'reserved') a ON a.owner_id = m.id
             LEFT JOIN (SELECT w.mission_id, count(DISTINCT w.person_id) AS people, sum(w.paid_minor) AS paid,
                               sum(v.window_minor - w.paid_minor) FILTER (WHERE w.settled_at IS NULL) AS owed
                          FROM mission_period w JOIN mission v ON v.id = w.mission_id GROUP BY 1
                        UNION ALL
                        SELECT r.mission_id, count(*) FILTER (WHERE r.state <> 'over'), sum(r.paid_minor),
                               sum(v.window_minor) FILTER (WHERE r.state IN ('named', 'joined'))
                          FROM referral r JOIN mission v ON v.id = r.mission_id GROUP BY 1) p
               ON p.mission_id = m.id
            WHERE m.id IS NULL OR coalesce(a.net, 0) <> m.reserve_minor OR coalesce(p.paid, 0) <> m.paid_minor
               OR coalesce(p.people, 0) <> m.people_n OR coalesce(p.owed, 0) > m.reserve_minor
           UNION ALL
           SELECT w.id::text FROM mission_period w
            WHERE w.paid_minor <> (SELECT coalesce(sum(l.amount_minor), 0) FROM pay_line l
                                    WHERE l.line_key LIKE 'mission:' || w.mission_id || ':' || w.person_id || ':'
                                                          || w.number || ':%')
           UNION ALL
           SELECT r.id::text FROM referral r
            WHERE r.paid_minor <> (SELECT coalesce(sum(l.amount_minor), 0) FROM pay_line l
                                    WHERE l.line_key = 'referral:' || r.id)""",
    ),
    "wrong_models": (
        "a project whose account for models differs from its limit less what was posted, whose money for them is not "
        "what its answers hold and cost, or that posted more than they cost",
        """SELECT coalesce(m.project_id, a.owner_id)::text FROM model_money m
             FULL JOIN (SELECT x.owner_id, b.net FROM ledger_account x JOIN ledger_balance b ON b.account_id = x.id
                         WHERE x.owner_kind = 'project' AND x.purpose = 'models') a ON a.owner_id = m.project_id
             LEFT JOIN (SELECT g.project_id, sum(g.held_pico) FILTER (WHERE g.ended_at IS NULL) AS held,
                               sum(g.cost_pico) AS spent
                          FROM generation g GROUP BY 1) u ON u.project_id = m.project_id
            WHERE m.project_id IS NULL OR coalesce(a.net, 0) <> m.limit_minor - m.posted_minor
               OR coalesce(u.held, 0) <> m.held_pico OR coalesce(u.spent, 0) <> m.spent_pico
           UNION ALL
           SELECT 'what models took in' FROM (SELECT currency, sum(posted_minor) AS posted FROM model_money m
                    JOIN project p ON p.id = m.project_id GROUP BY 1) m
             FULL JOIN (SELECT x.currency, b.net FROM ledger_account x JOIN ledger_balance b ON b.account_id = x.id
                         WHERE x.owner_kind = 'operator' AND x.purpose = 'models') a ON a.currency = m.currency
            WHERE coalesce(m.posted, 0) <> coalesce(a.net, 0)""",
    ),
    "wrong_paid_time": (
        "an entry of work outside tasks that paid another amount than its line",
        """SELECT t.id::text FROM paid_time t LEFT JOIN pay_line l ON l.line_key = 'paid_time:' || t.id || ':0'
            WHERE t.paid_minor <> coalesce(l.amount_minor, 0)""",
    ),
    "wrong_open_n": (
        "a person whose count of live claims differs from their live claims",
        """SELECT p.person_id::text FROM person_load p
             LEFT JOIN claim c ON c.person_id = p.person_id AND c.state = 'live'
            GROUP BY p.person_id, p.open_n HAVING p.open_n <> count(c.id)""",
    ),
    "wrong_pending": (
        "a person whose pending account differs from the pay of their undecided work",
        """SELECT coalesce(a.owner_id, w.person_id)::text
             FROM (SELECT x.owner_id, x.currency, b.net FROM ledger_account x
                     JOIN ledger_balance b ON b.account_id = x.id
                    WHERE x.owner_kind = 'person' AND x.purpose = 'pending') a
             FULL JOIN (SELECT u.person_id, u.currency, sum(u.minor) AS due
                          FROM (SELECT l.submission_id, l.person_id, l.currency, l.amount_minor AS minor FROM pay_line l
                                UNION ALL  -- what is payable before the decision, because the plan holds only a part
                                SELECT h.submission_id, h.person_id, h.currency, -h.free_minor
                                       - CASE WHEN h.released_at IS NULL THEN 0 ELSE h.held_minor END
                                  FROM pay_hold h) u
                          JOIN submission s ON s.id = u.submission_id AND s.state IN ('pending', 'returned')
                         GROUP BY 1, 2) w ON w.person_id = a.owner_id AND w.currency = a.currency
            WHERE coalesce(a.net, 0) <> coalesce(w.due, 0)""",
    ),
    "wrong_statements": (
        "a statement whose total differs from its lines",
        """SELECT t.id::text FROM statement t LEFT JOIN statement_line x ON x.statement_id = t.id
             LEFT JOIN pay_line l ON l.id = x.line_id
            GROUP BY t.id, t.total_minor, t.lines_n
           HAVING t.total_minor <> coalesce(sum(l.amount_minor), 0) OR t.lines_n <> count(l.id)""",
    ),
    "lines_beside_legs": (
        "a ledger entry that pays a person another amount than the pay lines that name it",
        """SELECT coalesce(g.entry_id, s.entry_id)::text
             FROM (SELECT l.entry_id, a.owner_id, sum(l.amount) AS paid FROM ledger_leg l
                     JOIN ledger_account a ON a.id = l.account_id AND a.owner_kind = 'person'
                     JOIN ledger_entry e ON e.id = l.entry_id AND e.kind <> 'convert' GROUP BY 1, 2) g
             FULL JOIN (SELECT entry_id, person_id, sum(amount_minor) AS said FROM pay_line
                         WHERE entry_id IS NOT NULL GROUP BY 1, 2) s
               ON s.entry_id = g.entry_id AND s.person_id = g.owner_id
            WHERE coalesce(g.paid, 0) <> coalesce(s.said, 0)""",
    ),
    "unpaid_submissions": (
        "a submission without a pay line",
        "SELECT s.id::text FROM submission s WHERE NOT EXISTS (SELECT 1 FROM pay_line l WHERE l.submission_id = s.id)",
    ),
    "doubles": (
        "a task that one person handed in twice through different slots",
        """SELECT task_id::text || ' ' || person_id FROM submission GROUP BY task_id, person_id
           HAVING count(DISTINCT slot_id) > 1""",
    ),
    "slots_beside_claims": (
        "a claimed slot without its live claim, or a live claim whose slot is not claimed by it",
        """SELECT coalesce(s.id, c.slot_id)::text FROM (SELECT * FROM slot WHERE state = 'claimed') s
             FULL JOIN (SELECT * FROM claim WHERE state = 'live') c ON c.id = s.current_claim_id
            WHERE s.id IS NULL OR c.id IS NULL""",
    ),
    "planned_with_reserve": (
        "a slot that is planned, settled or cancelled and has money behind it, or waits for money and is not planned",
        "SELECT id::text FROM slot WHERE state IN ('planned', 'settled', 'cancelled') AND reserve_minor <> 0 "
        "OR waits_since IS NOT NULL AND state <> 'planned'",
    ),
    "wrong_cohorts": (
        "an open slot in a cohort's queue of another project, or a cohort's member without a seat",
        """SELECT x.id::text FROM slot x JOIN queue q ON q.id = x.queue_id JOIN cohort c ON c.id = q.cohort_id
            WHERE x.state = 'open' AND c.project_id <> x.project_id
           UNION ALL
           SELECT m.cohort_id || ' ' || m.person_id FROM cohort_member m JOIN cohort c ON c.id = m.cohort_id
            WHERE NOT EXISTS (SELECT 1 FROM seat e WHERE e.project_id = c.project_id AND e.person_id = m.person_id)""",
    ),
    "gold_delivered": (
        "a delivered submission on gold, or gold outside its own lane",
        """SELECT i.submission_id::text FROM delivery_item i JOIN submission s ON s.id = i.submission_id
             JOIN gold d ON d.task_id = s.task_id AND d.use = 'evaluation'
           UNION ALL
           SELECT x.id::text FROM slot x JOIN queue q ON q.id = x.queue_id JOIN batch b ON b.id = x.batch_id
            WHERE (q.lane = 'gold') <> (b.kind = 'gold')
           UNION ALL
           SELECT x.id::text FROM slot x JOIN queue q ON q.id = x.queue_id
            WHERE q.lane = 'gold' AND x.state = 'open' AND x.for_person_id IS NULL""",
    ),
    "wrong_tasks": (
        "a settled task with an attempt or an adjudication to come, or one that is open and has nothing to come",
        """SELECT t.id::text FROM task t JOIN batch b ON b.id = t.batch_id AND b.kind = 'real' AND b.state <> 'draft'
            CROSS JOIN LATERAL (
              SELECT count(*) AS n,
                     count(*) FILTER (WHERE x.state IN ('planned', 'open', 'claimed', 'submitted')) AS going
                FROM slot x JOIN stage g ON g.id = x.stage_id AND g.kind IN ('attempt', 'adjudicate')
               WHERE x.task_id = t.id) s
            WHERE s.n > 0 AND t.state <> 'withdrawn' AND (t.state = 'settled') <> (s.going = 0)""",
    ),
    "wrong_tallies": (
        "a running count of a project that differs from the rows it counts",
        """SELECT project_id || ' ' || what || ' ' || state FROM
             (SELECT project_id, batch_id, stage_id, person_id, what, state, -sum(n) AS n
                FROM tally GROUP BY 1, 2, 3, 4, 5, 6
              UNION ALL
              SELECT project_id, batch_id, stage_id, NULL::uuid, 'slots',
                     state || CASE WHEN round > 1 THEN '+' ELSE '' END, count(*)
                FROM slot GROUP BY 1, 2, 3, 6
              UNION ALL
              SELECT s.project_id, x.batch_id, x.stage_id, NULL::uuid, 'accepted', s.decided_by, count(*)
                FROM submission s JOIN slot x ON x.id = s.slot_id
               WHERE s.state = 'accepted' AND NOT s.surplus GROUP BY 1, 2, 3, 6
              UNION ALL
              SELECT l.project_id, x.batch_id, x.stage_id, NULL::uuid, 'paid', l.currency, sum(l.amount_minor)
                FROM pay_line l LEFT JOIN submission s ON s.id = l.submission_id LEFT JOIN slot x ON x.id = s.slot_id
               GROUP BY 1, 2, 3, 6
              UNION ALL
              SELECT project_id, batch_id, NULL::uuid, NULL::uuid, 'tasks', '', count(*) FROM task GROUP BY 1, 2
              UNION ALL
              SELECT s.project_id, NULL::uuid, x.stage_id, s.person_id, 'work_of', s.state, count(*)
                FROM submission s JOIN slot x ON x.id = s.slot_id GROUP BY 1, 3, 4, 6
              UNION ALL
              SELECT project_id, NULL::uuid, NULL::uuid, person_id, 'paid_to', currency, sum(amount_minor)
                FROM pay_line GROUP BY 1, 4, 6) sides
            GROUP BY project_id, batch_id, stage_id, person_id, what, state HAVING sum(n) <> 0""",
    ),
}
_ROWS_SHOWN_MAX = 5


def run_checks() -> dict[str, list[str]]:
    """Check name -> the first few offenders, for the checks that found any."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for name, (_, sql) in CHECKS.items():
            # Both parts are constants of this file.
            cursor.execute(f"SELECT * FROM ({sql}) found LIMIT {_ROWS_SHOWN_MAX}")  # noqa: S608
            if rows := [row[0] for row in cursor.fetchall()]:
                found[name] = rows
    return found


_COUNTS = """
SELECT (SELECT count(*) FROM task t JOIN batch b ON b.id = t.batch_id WHERE t.project_id = %(p)s AND b.kind = 'real'),
  (SELECT count(*) FROM submission s JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
    WHERE s.project_id = %(p)s AND g.kind = 'attempt'),
  (SELECT count(DISTINCT s.person_id) FROM submission s JOIN slot x ON x.id = s.slot_id
     JOIN stage g ON g.id = x.stage_id
    WHERE s.project_id = %(p)s AND g.kind = 'attempt'),
  (SELECT count(*) FROM submission s JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
    WHERE s.project_id = %(p)s AND g.kind = 'review'),
  (SELECT count(*) FROM slot x JOIN stage g ON g.id = x.stage_id
    WHERE x.project_id = %(p)s AND g.kind = 'review' AND x.state IN ('open', 'claimed')),
  (SELECT count(*) FROM (SELECT 1 FROM submission WHERE project_id = %(p)s GROUP BY task_id, person_id
                         HAVING count(DISTINCT slot_id) > 1) d),
  (SELECT count(*) FROM claim WHERE project_id = %(p)s AND state = 'live'),
  (SELECT count(*) FROM slot x JOIN stage g ON g.id = x.stage_id
    WHERE x.project_id = %(p)s AND g.kind = 'attempt' AND x.state = 'open')
"""
_COUNT_NAMES = (
    "tasks", "attempt_submissions", "experts", "review_submissions", "reviews_open", "doubles", "open_claims",
    "attempts_open",
)  # fmt: skip


def project_counts(project_id: Any) -> dict[str, int]:
    """Counts of one project by name, for the replay's report."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"p": project_id})
        return dict(zip(_COUNT_NAMES, cursor.fetchone(), strict=True))
