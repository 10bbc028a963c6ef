"""Everything that is recorded about one person, as a stream of JSON: what they may take with them."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from fairhand.cases.raised_queries import KEPT_OUT_AS

_CHUNK = 200

# Section -> rows as JSON text. Other people appear under their pseudonym in that project; the client's tasks under
# their own content, which this person has seen; where it may be illegal, neither it nor what was answered to it is
# given out again. No secret is among them: no password, key or token, hashed or not.
_SECTIONS: dict[str, str] = {
    "person": """
SELECT jsonb_build_object('email', email, 'name', name, 'language', locale, 'time_zone', tz, 'state', state,
                          'joined_at', joined_at)::text FROM person WHERE id = %s""",
    "profile": """
SELECT jsonb_build_object('about', about, 'languages', languages, 'domains', domains, 'country', country,
                          'language_codes', language_codes, 'country_code', country_code,
                          'changed_at', changed_at)::text FROM profile WHERE person_id = %s""",
    "qualifications": """
SELECT jsonb_build_object('kind', s.kind, 'short_name', s.slug, 'level', q.level, 'from', q.valid_from,
         'until', q.valid_until, 'evidence', q.evidence, 'reason', q.reason, 'granted_at', q.granted_at,
         'revoked_at', q.revoked_at, 'revoke_reason', q.revoke_reason)::text
  FROM qualification q JOIN skill s ON s.id = q.skill_id WHERE q.person_id = %s ORDER BY q.granted_at, q.id""",
    "consents": """
SELECT jsonb_build_object('topic', topic, 'given_at', given_at, 'withdrawn_at', withdrawn_at)::text
  FROM consent WHERE person_id = %s ORDER BY given_at, id""",
    "exclusions": """
SELECT jsonb_build_object('project', p.slug, 'whole_client', e.project_id IS NULL, 'decided_by', e.made_as,
         'kind_of_reason', e.reason_code, 'reason', e.reason, 'made_at', e.made_at, 'until', e.until,
         'contested_at', e.contested_at, 'my_words', e.contest, 'upheld_at', e.upheld_at,
         'uphold_reason', e.uphold_reason, 'lifted_at', e.lifted_at,
         'lift_reason', e.lift_reason)::text
  FROM exclusion e LEFT JOIN project p ON p.id = e.made_in WHERE e.person_id = %s ORDER BY e.made_at, e.id""",
    "how_i_want_to_work": """
SELECT jsonb_build_object('fields', fields, 'hours', hours, 'quiet', quiet, 'told', told, 'muted', muted,
                          'changed_at', changed_at)::text FROM work_preference WHERE person_id = %s""",
    "roles": """
SELECT jsonb_build_object('role', role, 'until', until, 'project',
         (SELECT slug FROM project WHERE id = project_id))::text FROM member WHERE person_id = %s ORDER BY id""",
    "seats": """
SELECT jsonb_build_object('project', p.slug, 'pseudonym', e.alias, 'state', e.state, 'joined_at', e.joined_at,
         'handed_in', e.handed_in_n)::text FROM seat e JOIN project p ON p.id = e.project_id
 WHERE e.person_id = %s ORDER BY e.joined_at""",
    "claims": """
SELECT jsonb_build_object('id', c.id, 'project', p.slug, 'state', c.state, 'round', c.round, 'taken_at', c.claimed_at,
         'ended_at', c.ended_at, 'end_reason', c.end_reason, 'work_ms', c.work_ms, 'terms', o.terms)::text
  FROM claim c JOIN project p ON p.id = c.project_id JOIN offer o ON o.id = c.offer_id
 WHERE c.person_id = %s ORDER BY c.claimed_at, c.id""",
    "drafts": f"""
SELECT jsonb_build_object('claim', d.claim_id, 'fields', CASE WHEN k.kept_out IS NULL THEN d.fields END,
         'saved_at', d.saved_at, 'kept_out', k.kept_out)::text
  FROM claim c JOIN draft d ON d.claim_id = c.id CROSS JOIN LATERAL (SELECT {KEPT_OUT_AS} AS kept_out) k
 WHERE c.person_id = %s ORDER BY d.saved_at, d.claim_id""",  # noqa: S608  # put together from constants
    "asked_and_reported": """
SELECT jsonb_build_object('claim', r.claim_id, 'project', p.slug, 'kind', r.kind, 'about', r.place, 'my_words', r.words,
         'at', r.at, 'state', r.state, 'answer', r.answer, 'answered_at', r.answered_at, 'done', r.done,
         'guideline_version', r.version, 'taken_back_at', r.closed_at)::text
  FROM raised r JOIN project p ON p.id = r.project_id WHERE r.person_id = %s ORDER BY r.at, r.id""",
    "where_my_time_went": """
SELECT jsonb_build_object('claim', i.claim_id, 'device', i.device, 'kind', i.kind, 'from', i.from_at,
         'until', i.until_at)::text
  FROM claim c JOIN work_interval i ON i.claim_id = c.id WHERE c.person_id = %s ORDER BY c.claimed_at, c.id, i.id""",
    "reports_of_work_time": """
SELECT jsonb_build_object('claim', b.claim_id, 'device', b.device, 'number', b.seq, 'active_ms', b.active_ms,
         'counted_ms', b.counted_ms, 'received_at', b.received_at)::text
  FROM claim c JOIN beat b ON b.claim_id = c.id WHERE c.person_id = %s ORDER BY c.claimed_at, c.id, b.id""",
    "work_away_from_the_page": """
SELECT jsonb_build_object('claim', d.claim_id, 'declared_ms', d.declared_ms, 'counted_ms', d.counted_ms,
         'note', d.note, 'declared_at', d.declared_at)::text
  FROM claim c JOIN declared_time d ON d.claim_id = c.id WHERE c.person_id = %s ORDER BY d.declared_at, d.id""",
    "corrections_of_time": """
SELECT jsonb_build_object('id', x.id, 'claim', x.claim_id, 'asked_ms', x.asked_ms, 'my_words', x.reason,
         'asked_at', x.asked_at, 'granted_ms', x.granted_ms, 'decided_at', x.decided_at,
         'at_once', x.decided_at IS NOT NULL AND x.decided_by IS NULL, 'answer', x.why,
         'paid_minor', x.paid_minor)::text
  FROM claim c JOIN time_correction x ON x.claim_id = c.id WHERE c.person_id = %s ORDER BY x.asked_at, x.id""",
    "submissions": f"""
SELECT jsonb_build_object('id', s.id, 'claim', s.claim_id, 'project', p.slug, 'kind', g.kind, 'round', s.round,
         'task', CASE WHEN k.kept_out IS NULL THEN t.payload END,
         'answer', CASE WHEN k.kept_out IS NULL THEN s.answer END, 'kept_out', k.kept_out,
         'work_ms', s.work_ms, 'submitted_at', s.submitted_at,
         'state', s.state, 'decided_by', s.decided_by, 'decided_at', s.decided_at,
         'surplus', CASE WHEN s.state <> 'pending' THEN s.surplus END)::text
  FROM submission s JOIN project p ON p.id = s.project_id JOIN slot x ON x.id = s.slot_id
  JOIN stage g ON g.id = x.stage_id JOIN task t ON t.id = s.task_id JOIN claim c ON c.id = s.claim_id
  CROSS JOIN LATERAL (SELECT {KEPT_OUT_AS} AS kept_out) k
 WHERE s.person_id = %s ORDER BY s.submitted_at, s.id""",  # noqa: S608  # likewise
    "verdicts_on_my_work": """
SELECT jsonb_build_object('submission', r.subject_id, 'reviewer', CASE WHEN NOT o.terms ? 'blind' THEN e.alias END,
         'verdict', r.verdict, 'clause', r.clause,
         'note', r.note, 'at', b.submitted_at)::text
  FROM submission s JOIN review r ON r.subject_id = s.id AND r.kind = 'review'
  JOIN submission b ON b.id = r.submission_id
  JOIN seat e ON e.project_id = b.project_id AND e.person_id = b.person_id
  JOIN claim c ON c.id = b.claim_id JOIN offer o ON o.id = c.offer_id
 WHERE s.person_id = %s ORDER BY b.submitted_at, b.id""",
    "pay_lines": """
SELECT jsonb_build_object('id', l.id, 'submission', l.submission_id, 'primitive', l.primitive, 'version', l.version,
         'inputs', l.inputs, 'exact', l.exact, 'amount_minor', l.amount_minor, 'currency', l.currency,
         'sentence', l.sentence_key, 'sentence_args', l.sentence_args, 'parents', l.parents, 'hash', l.hash,
         'made_at', l.made_at,
         'paid_time', CASE WHEN l.line_key LIKE 'paid_time:%%' THEN split_part(l.line_key, ':', 2) END,
         'referral', CASE WHEN l.line_key LIKE 'referral:%%' THEN split_part(l.line_key, ':', 2) END,
         'mission', CASE WHEN l.line_key LIKE 'mission:%%' THEN split_part(l.line_key, ':', 2) END,
         'window', CASE WHEN l.line_key LIKE 'mission:%%' THEN split_part(l.line_key, ':', 4)::int END)::text
  FROM pay_line l WHERE l.person_id = %s ORDER BY l.made_at, l.id""",
    "work_outside_tasks": """
SELECT jsonb_build_object('id', t.id, 'project', p.slug, 'kind', k.kind, 'terms', k.terms, 'said_ms', t.said_ms,
         'my_words', t.note, 'guideline_version', t.version, 'claim', t.claim_id, 'entered_at', t.said_at,
         'granted_ms', t.granted_ms, 'decided_at', t.decided_at,
         'at_once', t.decided_at IS NOT NULL AND t.decided_by IS NULL, 'answer', t.why,
         'paid_minor', t.paid_minor)::text
  FROM paid_time t JOIN paid_kind k ON k.id = t.paid_kind_id JOIN project p ON p.id = t.project_id
 WHERE t.person_id = %s ORDER BY t.said_at, t.id""",
    "weeks_of_mine": """
SELECT jsonb_build_object('project', p.slug, 'week', t.week, 'confirmed_at', t.confirmed_at, 'question', t.question,
         'asked_at', t.asked_at, 'answer', t.answer, 'answered_at', t.answered_at, 'accepted_at', t.accepted_at,
         'told_beyond_the_cap_ms', t.over_ms)::text
  FROM timesheet t JOIN project p ON p.id = t.project_id WHERE t.person_id = %s ORDER BY t.week, p.slug""",
    "readings_with_the_clock": """
SELECT jsonb_build_object('project', p.slug, 'guideline_version', r.version, 'started_at', r.started_at,
         'work_ms', r.work_ms, 'entry', r.paid_time_id, 'reports', (
           SELECT jsonb_agg(jsonb_build_object('device', b.device, 'number', b.seq, 'active_ms', b.active_ms,
                    'counted_ms', b.counted_ms, 'received_at', b.received_at) ORDER BY b.id)
             FROM reading_beat b WHERE b.reading_id = r.id))::text
  FROM work_reading r JOIN project p ON p.id = r.project_id WHERE r.person_id = %s ORDER BY r.started_at, r.id""",
    "missions": """
SELECT jsonb_build_object('id', x.id, 'project', p.slug, 'name', x.name, 'zone', x.zone, 'from', x.from_at,
         'until', x.until_at, 'joined_at', m.joined_at, 'terms', m.terms, 'windows', (
           SELECT jsonb_agg(jsonb_build_object('window', w.number, 'from', w.from_at, 'until', w.until_at,
                    'tasks', w.tasks, 'good_tasks', w.good_tasks, 'work_ms', w.ms, 'paid_minor', w.paid_minor,
                    'settled_at', w.settled_at)
                  ORDER BY w.number)
             FROM mission_period w WHERE w.mission_id = x.id AND w.person_id = m.person_id))::text
  FROM mission_seat m JOIN mission x ON x.id = m.mission_id JOIN project p ON p.id = x.project_id
 WHERE m.person_id = %s ORDER BY m.joined_at, m.id""",
    "referrals": """
SELECT jsonb_build_object('id', r.id, 'project', p.slug, 'name', x.name, 'address', r.email, 'named_at', r.made_at,
         'state', r.state, 'until', r.until_at, 'tasks_asked', x.bring_tasks, 'days', x.bring_days, 'terms', x.terms,
         'paid_minor', r.paid_minor, 'ended_at', r.ended_at)::text
  FROM referral r JOIN mission x ON x.id = r.mission_id JOIN project p ON p.id = x.project_id
 WHERE r.referrer_id = %s ORDER BY r.made_at, r.id""",
    "brought_by_somebody": """
SELECT jsonb_build_object('project', p.slug, 'joined_at', r.joined_at, 'until', r.until_at, 'state', r.state,
         'tasks', r.tasks)::text
  FROM referral r JOIN mission x ON x.id = r.mission_id JOIN project p ON p.id = x.project_id
 WHERE r.referred_id = %s""",
    "cases": """
SELECT jsonb_build_object('id', k.id, 'line', k.line_id, 'entry', k.paid_time_id, 'state', k.state, 'my_words', k.words,
         'opened_at', k.opened_at, 'due_at', k.due_at, 'answer', k.answer, 'answer_reason', k.answer_reason,
         'answer_minor', k.answer_minor, 'answered_at', k.answered_at, 'my_appeal', k.appeal,
         'appealed_at', k.appealed_at, 'decision', k.decision, 'decision_reason', k.decision_reason,
         'decision_minor', k.decision_minor, 'decided_at', k.decided_at)::text
  FROM pay_case k WHERE k.person_id = %s ORDER BY k.opened_at, k.id""",
    "said_to_take_longer": """
SELECT jsonb_build_object('claim', claim_id, 'work_ms', work_ms, 'at', at)::text
  FROM overrun_report WHERE person_id = %s ORDER BY at, claim_id""",
    "shown_currency": """
SELECT jsonb_build_object('currency', currency)::text FROM shown_currency WHERE person_id = %s""",
    "statements": """
SELECT jsonb_build_object('number', number, 'currency', currency, 'from', from_at, 'until', until_at,
         'total_minor', total_minor, 'lines', lines_n)::text FROM statement WHERE person_id = %s ORDER BY made_at""",
    "events_about_me": """
SELECT jsonb_build_object('at', at, 'verb', verb, 'facts', facts)::text FROM event WHERE subject_id = %s
 ORDER BY at, seq""",
}


def everything_about(person_id: UUID, now: datetime) -> Iterator[str]:
    """One JSON object in pieces: `made_at`, then a list per section, a few hundred rows in memory at a time."""
    yield f'{{"made_at":"{now.isoformat()}"'
    with transaction.atomic():
        for name, sql in _SECTIONS.items():
            yield f',"{name}":['
            first = True
            with connection.chunked_cursor() as cursor:
                cursor.execute(sql, [person_id])
                while rows := cursor.fetchmany(_CHUNK):
                    yield ("" if first else ",") + ",".join(row[0] for row in rows)
                    first = False
            yield "]"
    yield "}\n"
