-- Rows of every other list, :rows: of each, so that no list is short by chance.

CREATE TEMP TABLE model ON COMMIT DROP AS
SELECT s.id AS attempt_id, r.id AS review_id, s.template_id, s.pay_plan_id, r.pay_plan_id AS review_plan_id
  FROM stage s, stage r WHERE s.id = :attempt: AND r.id = :review:;

-- Clients, and projects of this one, each with all its parts, and seats in them for those whose pages are looked at.
INSERT INTO org (id, slug, name, kind, created_at)
SELECT uuidv7(), 'client-of-load-' || n, 'Client ' || n, 'client', now() - n * interval '1 hour' FROM generate_series(1, :rows:) n;

CREATE TEMP TABLE more ON COMMIT DROP AS
SELECT n, uuidv7() AS id, uuidv7() AS template_id, uuidv7() AS plan_id, uuidv7() AS review_plan_id, uuidv7() AS attempt_id,
       uuidv7() AS review_id
  FROM generate_series(1, :rows:) n;
INSERT INTO project (id, org_id, slug, state, name, summary, currency, languages, experts_wanted, reviewers_wanted, source, created_at)
SELECT m.id, p.org_id, 'load-' || m.n, 'open', jsonb_build_object('en', 'Project ' || m.n, 'ar', 'مشروع ' || m.n), p.summary,
       p.currency, p.languages, 3, 1, '{}', now() - interval '10 days' - m.n * interval '1 hour'
  FROM more m, project p WHERE p.id = :project:;
INSERT INTO guideline (id, org_id, project_id, version, created_at, texts)
SELECT uuidv7(), g.org_id, m.id, 1, g.created_at, g.texts FROM more m, guideline g WHERE g.project_id = :project: AND g.version = 1;
INSERT INTO template (id, org_id, project_id, version, created_at, body)
SELECT m.template_id, t.org_id, m.id, 1, t.created_at, t.body FROM more m, model o JOIN template t ON t.id = o.template_id;
INSERT INTO pay_plan (id, org_id, project_id, version, created_at, terms)
SELECT m.plan_id, t.org_id, m.id, 1, t.created_at, t.terms FROM more m, model o JOIN pay_plan t ON t.id = o.pay_plan_id
UNION ALL
SELECT m.review_plan_id, t.org_id, m.id, 2, t.created_at, t.terms FROM more m, model o JOIN pay_plan t ON t.id = o.review_plan_id;
INSERT INTO stage (id, org_id, project_id, ordinal, name, kind, subject, template_id, pay_plan_id, review_policy, lease_s, claim_s_max,
                   idle_s, rework_s, rounds_max, review_deadline_h, estimate)
SELECT CASE s.kind WHEN 'attempt' THEN m.attempt_id ELSE m.review_id END, s.org_id, m.id, s.ordinal, s.name, s.kind, s.subject,
       m.template_id, CASE s.kind WHEN 'attempt' THEN m.plan_id ELSE m.review_plan_id END, s.review_policy, s.lease_s, s.claim_s_max,
       s.idle_s, s.rework_s, s.rounds_max, s.review_deadline_h, s.estimate
  FROM more m, stage s WHERE s.id IN (:attempt:, :review:);
INSERT INTO queue (org_id, project_id, stage_id, lane, tier)
SELECT s.org_id, s.project_id, s.id, 'real', 0 FROM stage s JOIN more m ON m.id = s.project_id;
INSERT INTO seat (id, org_id, project_id, person_id, alias, state, joined_at, day_n, total_n, handed_in_n)
SELECT uuidv7(), h.org_id, m.id, c.id, 'E-' || upper(substr(md5(m.id::text || c.id), 1, 8)), 'active', now(), 0, 0, 0
  FROM more m, here h, crowd c WHERE c.id = ANY (:experts: || :reviewer:::uuid);
INSERT INTO member (id, org_id, person_id, project_id, role)
SELECT uuidv7(), h.org_id, :reviewer:, m.id, 'reviewer' FROM more m, here h;

-- Versions of the guideline, deliveries, files that wait.
INSERT INTO guideline (id, org_id, project_id, version, created_at, texts)
SELECT uuidv7(), g.org_id, g.project_id, 10 + n, now() - n * interval '1 minute', g.texts
  FROM guideline g, generate_series(1, :rows:) n WHERE g.project_id = :project: AND g.version = 1;
INSERT INTO delivery (id, org_id, project_id, number, rule, rows_n, tasks_n, files, released_at)
SELECT uuidv7(), d.org_id, d.project_id, 10 + n, d.rule, d.rows_n, d.tasks_n, d.files, now() - n * interval '1 hour'
  FROM delivery d, generate_series(1, :rows:) n WHERE d.project_id = :project: AND d.number = 1;
INSERT INTO delivery_item (delivery_id, ordinal, submission_id, review_ids)
SELECT d.id, i.ordinal, i.submission_id, i.review_ids
  FROM delivery d, delivery o JOIN delivery_item i ON i.delivery_id = o.id
 WHERE d.project_id = :project: AND d.number > 10 AND o.project_id = :project: AND o.number = 1;
INSERT INTO attachment (id, org_id, project_id, person_id, name, sent_bytes, received, takes, question, state, why, media_type, size,
                        sha256, sent_sha256, facts, made_at, done_at)
SELECT uuidv7(), h.org_id, h.project_id, c.id, 'picture-' || n || '.png', 1000, 1000, '[]', '', 'clean', '', 'image/png', 1000,
       repeat('a', 64), repeat('a', 64), '{"width": 10, "height": 10}', now(), now()
  FROM here h, crowd c, generate_series(1, :rows:) n WHERE c.k = 0;
INSERT INTO model_endpoint (id, name, base_url, model, sealed_key, currency, in_micro, out_micro, context_tokens, kinds, private_ok,
                            silence_s, total_s, state, made_at, retired_at)
SELECT uuidv7(), 'listed_' || n, 'https://models.example/v1', 'listed-' || n, '', 'USD', 150000, 600000, 8192, '{image}', false, 30,
       300, CASE n % 10 WHEN 0 THEN 'active' ELSE 'retired' END, now(), CASE n % 10 WHEN 0 THEN NULL ELSE now() END
  FROM generate_series(1, :rows:) n;
INSERT INTO generation (id, org_id, project_id, task_id, slot_id, claim_id, person_id, question, turn, place, endpoint_id, params,
                        turns, asked_hash, state, stop_asked, text, finish_reason, problem, tokens_in, tokens_out, told, held_pico,
                        cost_pico, asked_at, begun_at, first_at, heard_at, ended_at)
SELECT uuidv7(), c.org_id, c.project_id, c.task_id, c.slot_id, c.id, c.person_id, 'talk', 0, 0, e.id,
       '{"temperature": "0.7", "seed": 1, "max_tokens": 100}', '[{"role": "user", "text": "Hello", "files": []}]', repeat('a', 64),
       'done', false, 'Words.', 'stop', '', 5, 5, true, 0, 0, now(), now(), now(), now(), now()
  FROM (SELECT * FROM claim WHERE project_id = :project: LIMIT :rows:) c,
       (SELECT id FROM model_endpoint WHERE name = 'listed_10') e;
INSERT INTO upload (id, org_id, project_id, person_id, file, form, version, want, sha256, size, report, state, made_at, expires_at)
SELECT uuidv7(), h.org_id, h.project_id, c.id, 'tasks-' || n || '.jsonl', 'jsonl', 1, 1, md5(n::text) || md5(n::text), 100, '{}',
       'waiting', now(), now() + interval '1 day'
  FROM here h, crowd c, generate_series(1, :rows:) n WHERE c.k = 0;

-- People: roles, invitations, keys, visits, what they are told.
INSERT INTO member (id, org_id, person_id, role)
SELECT uuidv7(), h.org_id, c.id, 'client_viewer' FROM here h, crowd c WHERE c.k > 5;
INSERT INTO person (id, email, name, kind, locale, tz, state, demo, joined_at, password)
SELECT uuidv7(), 'listed.' || n || '@people.example', 'Listed ' || n, 'person', '', 'UTC', 'active', false,
       now() - n * interval '1 hour', '!'
  FROM generate_series(1, :rows:) n;
INSERT INTO member (id, org_id, person_id, role)
SELECT uuidv7(), (SELECT id FROM org WHERE kind = 'operator'), p.id, 'recruiter' FROM person p WHERE p.email LIKE 'listed.%';
INSERT INTO member (id, org_id, person_id, role)
SELECT uuidv7(), h.org_id, p.id, 'client_viewer' FROM here h, person p WHERE p.email LIKE 'listed.%';
INSERT INTO profile (person_id, about, languages, domains, country, changed_at)
SELECT p.id, 'About ' || p.name, '{en}', '{}', '', now() FROM person p WHERE p.email LIKE 'listed.%';
INSERT INTO invitation (id, email, org_id, role, made_at, expires_at, token_hash)
SELECT uuidv7(), 'invited.' || n || '@load.example', h.org_id, 'client_viewer', now() - n * interval '1 minute', now() + interval '7 days',
       sha256(('load ' || n)::bytea)
  FROM here h, generate_series(1, :rows:) n;
INSERT INTO api_key (id, person_id, name, prefix, hash, scopes, made_at, expires_at)
SELECT uuidv7(), c.id, 'Key ' || n, 'fh_' || n, sha256(('key ' || n)::bytea), '{}', now() - n * interval '1 minute', now() + interval '30 days'
  FROM crowd c, generate_series(1, :rows:) n WHERE c.k = 0;
INSERT INTO notice (id, person_id, kind, event_id, at, path, facts, mail)
SELECT uuidv7(), c.id, 'work_accepted', uuidv7(), now() - n * interval '1 minute', '/my-work/', '{}', 'none'
  FROM crowd c, generate_series(1, :rows:) n WHERE c.k = 0;
INSERT INTO mail (id, key, recipient, template, language, subject, text, html, state, attempts, error, made_at, sent_at)
SELECT uuidv7(), 'load ' || n, 'listed.' || n || '@people.example', 'notice', 'en', '', '', '', 'sent', 1, '', now(), now()
  FROM generate_series(1, :rows:) n;

INSERT INTO work_preference (person_id, fields, hours, quiet, told, muted, changed_at)
SELECT p.id, '{law}', '[]', '[]', true, '{}', now() FROM person p WHERE p.email LIKE 'listed.%';
INSERT INTO work_news (person_id, project_id, due_at) SELECT p.id, h.project_id, now() FROM here h, person p WHERE p.email LIKE 'listed.%';
INSERT INTO work_arrival (queue_id, at) SELECT 1000000000 + n, now() FROM generate_series(1, :rows:) n;

-- Jobs.
INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at, attempts)
SELECT 'default', 'give_back', '{"timestamp": 0}',
       (ARRAY['todo', 'failed', 'succeeded', 'failed', 'cancelled'])[1 + n % 5]::procrastinate_job_status, now() - n * interval '1 minute', 1
  FROM generate_series(1, :rows:) n;

-- More time asked for and decided, and tasks that staff took back.
INSERT INTO extension (id, org_id, project_id, claim_id, asked_s, reason, asked_at, why)
SELECT uuidv7(), c.org_id, c.project_id, c.id, 600, 'The sources are long.', now() - interval '1 minute', ''
  FROM claim c WHERE c.project_id = :project: AND c.state = 'live'
   AND NOT EXISTS (SELECT 1 FROM extension x WHERE x.claim_id = c.id AND x.decided_at IS NULL) LIMIT :rows:;
INSERT INTO extension (id, org_id, project_id, claim_id, asked_s, reason, asked_at, granted_s, decided_at, why)
SELECT uuidv7(), c.org_id, c.project_id, c.id, 600, 'The sources are long.', c.claimed_at, 0, c.ended_at, 'The client waits.'
  FROM claim c WHERE c.project_id = :project: AND c.state <> 'live' LIMIT :rows:;
UPDATE claim SET state = 'released', end_reason = 'Needed elsewhere.', work_ms = 60000
 WHERE id IN (SELECT id FROM claim WHERE project_id = :project: AND state = 'expired' LIMIT :rows:);

-- What experts asked and reported, some of it answered.
INSERT INTO raised (id, org_id, project_id, task_id, claim_id, person_id, kind, place, words, at, state, answer, answered_by_id, answered_at, done)
SELECT uuidv7(), c.org_id, c.project_id, c.task_id, c.id, c.person_id, (ARRAY['question', 'mistake', 'distressing'])[1 + c.n % 3],
       '', 'Is the second source meant?', c.claimed_at, CASE WHEN c.n % 2 = 0 THEN 'answered' ELSE 'open' END,
       CASE WHEN c.n % 2 = 0 THEN 'Yes.' ELSE '' END, CASE WHEN c.n % 2 = 0 THEN c.other END,
       CASE WHEN c.n % 2 = 0 THEN c.claimed_at END, CASE WHEN c.n % 2 = 0 THEN 'said' ELSE '' END
  FROM (SELECT c.*, row_number() OVER () AS n, (SELECT p.id FROM person p WHERE p.id <> c.person_id LIMIT 1) AS other
          FROM claim c WHERE c.project_id = :project: LIMIT :rows:) c;
INSERT INTO task_return (raised_id, org_id, project_id, task_id, reason, by_id, at)
SELECT r.id, r.org_id, r.project_id, r.task_id, 'It was looked at again.', r.answered_by_id, r.answered_at
  FROM raised r WHERE r.project_id = :project: AND r.state = 'answered' LIMIT :rows:;

-- Where the time of tasks went, work away from the page, and corrections of the record: some wait, some were decided.
INSERT INTO work_interval (claim_id, device, kind, from_at, until_at)
SELECT c.id, 'load', (ARRAY['active', 'idle', 'hidden'])[1 + n % 3], c.claimed_at + n * interval '1 minute',
       c.claimed_at + (n + 1) * interval '1 minute'
  FROM (SELECT id, claimed_at FROM claim WHERE project_id = :project: LIMIT :rows:) c CROSS JOIN generate_series(0, 2) n;
INSERT INTO declared_time (id, org_id, project_id, claim_id, declared_ms, counted_ms, note, declared_at)
SELECT uuidv7(), c.org_id, c.project_id, c.id, 60000, 60000, 'A paper.', c.claimed_at
  FROM claim c WHERE c.project_id = :project: LIMIT :rows:;
INSERT INTO time_correction (id, org_id, project_id, claim_id, asked_ms, reason, asked_at, why, paid_minor)
SELECT uuidv7(), c.org_id, c.project_id, c.id, 60000, 'A paper.', now() - interval '1 minute', '', 0
  FROM claim c WHERE c.project_id = :project: AND c.state = 'submitted'
   AND NOT EXISTS (SELECT 1 FROM time_correction x WHERE x.claim_id = c.id AND x.decided_at IS NULL) LIMIT :rows:;
INSERT INTO time_correction (id, org_id, project_id, claim_id, asked_ms, reason, asked_at, granted_ms, decided_at, why, paid_minor)
SELECT uuidv7(), c.org_id, c.project_id, c.id, 60000, 'A paper.', c.claimed_at, 0, c.ended_at, '', 0
  FROM claim c WHERE c.project_id = :project: AND c.state = 'submitted' LIMIT :rows:;

-- Work outside tasks that is paid: kinds that held and that hold, entries that wait, and some that were decided.
INSERT INTO paid_kind (id, org_id, project_id, kind, terms, minutes_max, times_max, at_once, set_at, ended_at)
SELECT uuidv7(), h.org_id, h.project_id, k.kind, jsonb_build_object('currency', p.currency, 'paid_s_max', 3600, 'primitives',
         jsonb_build_array(jsonb_build_object('primitive', 'TIME', 'version', 1, 'basis', 'active',
           'segments', jsonb_build_array(jsonb_build_object('upto_s', NULL, 'rate', '30.00'))))),
       60, 1000, false, now() - interval '1 day', NULL
  FROM here h JOIN project p ON p.id = h.project_id, (VALUES ('onboarding'), ('reading'), ('interrupted')) k (kind)
 WHERE NOT EXISTS (SELECT 1 FROM paid_kind x WHERE x.project_id = h.project_id AND x.kind = k.kind AND x.ended_at IS NULL);
INSERT INTO paid_time (id, org_id, project_id, paid_kind_id, person_id, said_ms, note, said_at)
SELECT uuidv7(), k.org_id, k.project_id, k.id, e.person_id, 60000, 'A call.', now() - n * interval '1 second'
  FROM paid_kind k JOIN seat e ON e.project_id = k.project_id CROSS JOIN generate_series(1, 5) n
 WHERE k.project_id = :project: AND k.kind = 'onboarding' AND k.ended_at IS NULL LIMIT :rows:;
INSERT INTO paid_time (id, org_id, project_id, paid_kind_id, person_id, said_ms, note, said_at, granted_ms, decided_at, why)
SELECT uuidv7(), k.org_id, k.project_id, k.id, x.id, 60000, 'A call.', now() - n * interval '1 minute', 0, now() - n * interval '1 second', ''
  FROM paid_kind k, unnest(:experts:::uuid[]) x (id), generate_series(1, :rows:) n
 WHERE k.project_id = :project: AND k.kind = 'onboarding' AND k.ended_at IS NULL;
INSERT INTO work_reading (id, org_id, project_id, paid_kind_id, person_id, version, started_at, work_ms, last_beat_at, paid_time_id)
SELECT uuidv7(), t.org_id, t.project_id, t.paid_kind_id, t.person_id, 2, t.said_at, t.said_ms, t.said_at, t.id
  FROM paid_time t WHERE t.project_id = :project: AND NOT EXISTS (SELECT 1 FROM work_reading r WHERE r.paid_time_id = t.id) LIMIT :rows:;

-- Answers that are not handed in yet.
INSERT INTO draft (claim_id, fields, device, number, saved_at)
SELECT c.id, '[["answer.comment", "So far."]]', 'bench', 1, now()
  FROM claim c WHERE c.project_id = :project: AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.claim_id = c.id) LIMIT :rows:;

-- What was said of weeks.
INSERT INTO timesheet (id, org_id, project_id, person_id, week, confirmed_at)
SELECT uuidv7(), e.org_id, e.project_id, e.person_id, date_trunc('week', now())::date - 7 * n, now()
  FROM seat e CROSS JOIN generate_series(1, 40) n WHERE e.project_id = :project: LIMIT :rows:;

-- The catalogue, what people were granted, what they agreed to, whose work is withheld from them; gates and verdicts.
INSERT INTO skill (id, slug, kind, name, about, level_max, made_at)
SELECT uuidv7(), 'skill-of-load-' || n, (ARRAY['skill', 'tier'])[1 + n % 2], jsonb_build_object('en', 'Skill ' || n),
       '{"en": "Shown by a test."}', 3, now() - interval '100 days'
  FROM generate_series(1, :rows:) n;
INSERT INTO qualification (id, person_id, skill_id, level, valid_from, valid_until, evidence, reason, granted_at,
                           revoked_at, revoke_reason)
SELECT uuidv7(), c.id, s.id, 2, now() - interval '90 days', now() + interval '90 days', '', 'Seen.',
       now() - interval '90 days',
       CASE WHEN c.k % 3 = 1 THEN now() END, CASE WHEN c.k % 3 = 1 THEN 'Over.' ELSE '' END
  FROM crowd c, skill s WHERE c.k < 50 AND s.slug LIKE 'skill-of-load-%';
INSERT INTO consent (id, person_id, topic, given_at)
SELECT uuidv7(), c.id, t.topic, now() FROM crowd c, unnest('{violence,hate,medical}'::text[]) t (topic);
INSERT INTO exclusion (id, org_id, project_id, made_in, person_id, reason_code, reason, made_by_id, made_as, made_at, until, contest,
                       lift_reason)
SELECT uuidv7(), h.org_id, h.project_id, h.project_id, c.id, 'quality', 'Of load.', :reviewer:, 'manager',
       now() - interval '80 days' - n * interval '1 minute', now() - interval '70 days', '', ''
  FROM here h, crowd c, generate_series(1, :rows:) n WHERE c.k = 0;
INSERT INTO gate (id, rule_hash, rule, made_at)
SELECT uuidv7(), md5('a' || n) || md5('b' || n),
       jsonb_build_object('version', 1, 'all', jsonb_build_array(
         jsonb_build_object('kind', 'skill', 'skill', 'skill-of-load-' || n, 'level', 1))), now()
  FROM generate_series(1, :rows:) n;
INSERT INTO gate_pass (person_id, gate_id, passes, until, facts_version)
SELECT c.id, g.id, true, now() + interval '1 day', 0 FROM crowd c, gate g WHERE c.k < 20 ON CONFLICT DO NOTHING;

-- Cohorts, plans of the order of work, pairs of judges, final answers and measurements on known ones.
INSERT INTO cohort (id, org_id, project_id, name, made_at)
SELECT uuidv7(), h.org_id, h.project_id, 'Cohort ' || n, now() - n * interval '1 minute' FROM here h, generate_series(1, :rows:) n;
INSERT INTO cohort_member (cohort_id, person_id)
SELECT o.id, c.id FROM cohort o, crowd c WHERE o.name LIKE 'Cohort %' AND c.k < 3 ON CONFLICT DO NOTHING;
INSERT INTO consent (id, person_id, topic, given_at, withdrawn_at)
SELECT uuidv7(), c.id, 'violence', now() - n * interval '1 day', now() - n * interval '1 day' + interval '1 hour'
  FROM crowd c, generate_series(1, :rows:) n WHERE c.k = 0;
INSERT INTO dispatch_plan (id, org_id, project_id, version, body, note, created_at)
SELECT uuidv7(), h.org_id, h.project_id, n + 1000, '{"version": 1, "slot": [], "queue": [], "redundancy": null}', 'Of load.',
       now() - interval '200 days' - n * interval '1 minute'
  FROM here h, generate_series(1, :rows:) n;
INSERT INTO review_pair (project_id, low_id, high_id, low_n, high_n)
SELECT h.project_id, a.id, b.id, 1, 1 FROM here h, person a, person b
 WHERE a.id < b.id AND a.email LIKE 'listed.%' AND b.email LIKE 'listed.1%' LIMIT :rows:;
INSERT INTO adjudication (submission_id, org_id, task_id, answer, note, surplus)
SELECT s.id, s.org_id, s.task_id, s.answer, '', true FROM submission s WHERE s.project_id = :project: LIMIT :rows:;
INSERT INTO gold_result (submission_id, org_id, project_id, task_id, person_id, right_pm, parts, graded_at)
SELECT s.id, s.org_id, s.project_id, s.task_id, s.person_id, 1000, '{}', now() FROM submission s
 WHERE s.project_id = :project: LIMIT :rows:;

-- Closed days of the books, before all entries there are: those stay open.
INSERT INTO ledger_day (day, until_id, entries, legs, previous, head, closed_at)
SELECT current_date - n, -n, 0, 0, sha256(('day ' || n + 1)::bytea), sha256(('day ' || n)::bytea), now() - n * interval '1 day'
  FROM generate_series(1, :rows:) n;

-- Cases about pay lines: some wait, some were answered.
INSERT INTO pay_case (id, org_id, project_id, person_id, line_id, submission_id, state, words, opened_at, due_at, answer, answer_reason,
                      answer_minor, answered_by_id, answered_at, appeal, decision, decision_reason, decision_minor)
SELECT uuidv7(), l.org_id, l.project_id, l.person_id, l.id, l.submission_id, CASE WHEN l.n % 2 = 0 THEN 'open' ELSE 'answered' END, 'Of load.',
       now() - l.n * interval '1 minute', CASE WHEN l.n % 2 = 0 THEN now() + l.n * interval '1 minute' END,
       CASE WHEN l.n % 2 = 0 THEN '' ELSE 'uphold' END, CASE WHEN l.n % 2 = 0 THEN '' ELSE 'Seen.' END, 0,
       CASE WHEN l.n % 2 = 1 THEN s.id END, CASE WHEN l.n % 2 = 1 THEN now() END, '', '', '', 0
  FROM (SELECT k.*, row_number() OVER () AS n FROM pay_line k
         WHERE k.project_id = :project: AND NOT EXISTS (SELECT 1 FROM pay_case c WHERE c.line_id = k.id) LIMIT 2 * :rows:) l
 CROSS JOIN LATERAL (SELECT p.id FROM person p WHERE p.id <> l.person_id LIMIT 1) s;

-- Parts of pay that are held until a review.
INSERT INTO pay_hold (submission_id, project_id, person_id, currency, held_minor, free_minor, made_at, release_at)
SELECT DISTINCT ON (l.submission_id) l.submission_id, l.project_id, l.person_id, l.currency, 1, 0, l.made_at, l.made_at + interval '7 days'
  FROM pay_line l WHERE l.project_id = :project: AND l.submission_id IS NOT NULL LIMIT :rows:;

-- Versions of what the attempts pay, each in the other's place.
INSERT INTO plan_change (id, org_id, project_id, stage_id, plan_id, before_id, lowers, announced_at, holds_from, applied_at)
SELECT uuidv7(), g.org_id, g.project_id, g.id, g.pay_plan_id, g.pay_plan_id, false, now() - n * interval '1 hour',
       now() - n * interval '1 hour', now() - n * interval '1 hour'
  FROM stage g CROSS JOIN generate_series(1, :rows:) n WHERE g.project_id = :project: AND g.kind = 'attempt';

-- Missions that are over and paid, each with those whose pages are looked at; and one that goes on, with a crowd in it.
CREATE TEMP TABLE promised ON COMMIT DROP AS
SELECT n, uuidv7() AS id FROM generate_series(0, :rows:) n;
INSERT INTO mission (id, org_id, project_id, request_key, name, kind, work, scope, zone, from_at, until_at, windows_n, terms, terms_hash,
                     window_minor, seats, people_n, state, reserve_minor, paid_minor, opened_at, shut_at, settled_at)
SELECT m.id, h.org_id, h.project_id, 'load ' || m.n, 'Mission ' || m.n, 'goal', 'attempt', 'window', 'UTC',
       date_trunc('day', now()) - interval '7 days', CASE m.n WHEN 0 THEN date_trunc('day', now()) + interval '7 days' ELSE date_trunc('day', now()) END,
       1, jsonb_build_object('currency', p.currency, 'paid_s_max', NULL, 'primitives', jsonb_build_array(jsonb_build_object(
         'primitive', 'GOAL', 'version', 1, 'scope', 'window', 'of', 'tasks', 'how', 'highest',
         'tiers', jsonb_build_array(jsonb_build_object('at', 10, 'amount', '1.00'))))),
       repeat('0', 64), 100, 2 * :rows: + 10, 0, CASE m.n WHEN 0 THEN 'shut' ELSE 'settled' END, 0, 0, now() - m.n * interval '1 hour', now(),
       CASE m.n WHEN 0 THEN NULL ELSE now() END
  FROM promised m, here h JOIN project p ON p.id = h.project_id;
INSERT INTO mission_seat (id, mission_id, person_id, terms, terms_hash, joined_at)
SELECT uuidv7(), m.id, c.id, x.terms, x.terms_hash, now() - m.n * interval '1 hour'
  FROM promised m JOIN mission x ON x.id = m.id CROSS JOIN crowd c WHERE c.id = ANY (:experts: || :reviewer:::uuid)
UNION ALL
SELECT uuidv7(), m.id, e.person_id, x.terms, x.terms_hash, now() - interval '1 day'
  FROM promised m JOIN mission x ON x.id = m.id JOIN seat e ON e.project_id = x.project_id
 WHERE m.n = 0 AND e.person_id <> ALL (:experts: || :reviewer:::uuid);
INSERT INTO mission_period (id, mission_id, person_id, number, from_at, until_at, tasks, ms, steps, paid_minor, closed_at, settled_at)
SELECT uuidv7(), m.mission_id, m.person_id, 1, x.from_at, x.until_at, 0, 0, 0, 0, x.settled_at, x.settled_at
  FROM mission_seat m JOIN mission x ON x.id = m.mission_id JOIN promised l ON l.id = m.mission_id;

-- A referral for which many were named: some wait for a seat, some came to nothing.
INSERT INTO mission (id, org_id, project_id, request_key, name, kind, work, scope, zone, from_at, until_at, windows_n, terms, terms_hash,
                     bring_tasks, bring_days, window_minor, seats, people_n, state, reserve_minor, paid_minor, opened_at, shut_at)
SELECT uuidv7(), h.org_id, h.project_id, 'load referral', 'Referral', 'referral', 'attempt', 'window', 'UTC',
       date_trunc('day', now()) - interval '7 days', date_trunc('day', now()) + interval '7 days', 1,
       jsonb_build_object('currency', p.currency, 'paid_s_max', NULL, 'primitives', jsonb_build_array(jsonb_build_object(
         'primitive', 'EVENT', 'version', 1, 'kind', 'referral', 'amount', '1.00'))),
       repeat('0', 64), 5, 30, 100, 2 * :rows: + 10, :rows:, 'shut', 0, 0, now(), now()
  FROM here h JOIN project p ON p.id = h.project_id;
INSERT INTO referral (id, mission_id, referrer_id, email, mailbox, state, made_at, until_at, tasks, paid_minor, ended_at)
SELECT uuidv7(), m.id, c.id, CASE n % 2 WHEN 0 THEN c.k || '.' || n || '@brought.example' ELSE '' END,
       CASE n % 2 WHEN 0 THEN c.k || '.' || n || '@brought.example' ELSE '' END, CASE n % 2 WHEN 0 THEN 'named' ELSE 'over' END,
       now() - n * interval '1 minute', now() + interval '30 days', 0, 0, CASE n % 2 WHEN 0 THEN NULL ELSE now() END
  FROM mission m CROSS JOIN crowd c CROSS JOIN generate_series(1, 2 * :rows:) n
 WHERE m.request_key = 'load referral' AND c.id = ANY (:experts: || :reviewer:::uuid);

-- Estimates that were published, reviews that were decided, and what people said of their tasks.
INSERT INTO estimate_review (id, org_id, project_id, stage_id, trigger, evidence, opened_at, decide_by, state, decision, reason,
                             decided_by_id, decided_at, made_good)
SELECT uuidv7(), g.org_id, g.project_id, g.id, 'voices', '{}', now() - n * interval '1 hour', now(), 'decided', 'keep', 'Of load.',
       (SELECT p.id FROM person p LIMIT 1), now() - n * interval '1 hour', '{}'
  FROM stage g CROSS JOIN generate_series(1, :rows:) n WHERE g.project_id = :project: AND g.kind = 'attempt';
INSERT INTO stage_estimate (id, org_id, project_id, stage_id, guideline_version, source, p50_s, p80_s, limit_s, n, open_n, people, as_of,
                            made_at)
SELECT uuidv7(), g.org_id, g.project_id, g.id, 1, 'learned', 60, 90, 120, n, 0, 3, now(), now() - n * interval '1 hour'
  FROM stage g CROSS JOIN generate_series(1, :rows:) n WHERE g.project_id = :project: AND g.kind = 'attempt';
INSERT INTO stage_pilot (id, org_id, project_id, stage_id, work_s, who, done_on, noted_by, noted_at)
SELECT uuidv7(), g.org_id, g.project_id, g.id, 60 + n, 'Pilot ' || n, now()::date, (SELECT p.id FROM person p LIMIT 1), now()
  FROM stage g CROSS JOIN generate_series(1, least(:rows:, 50)) n WHERE g.project_id = :project: AND g.kind = 'attempt';
INSERT INTO overrun_report (claim_id, org_id, project_id, stage_id, person_id, work_ms, at)
SELECT c.id, c.org_id, c.project_id, x.stage_id, c.person_id, c.work_ms, now()
  FROM claim c JOIN slot x ON x.id = c.slot_id
 WHERE c.project_id = :project: AND NOT EXISTS (SELECT 1 FROM overrun_report r WHERE r.claim_id = c.id) LIMIT :rows:;

-- Rates of currencies.
INSERT INTO fx_rate (base, quote, rate, of_day, source, made_by, made_at)
SELECT 'USD', 'EUR', '0.9213', (now() - n * interval '1 day')::date, 'Rate ' || n, (:experts:)[1], now() - n * interval '1 day'
  FROM generate_series(1, :rows:) n;
