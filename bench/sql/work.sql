-- Tasks, slots, claims, submissions, reviews. A table `plan` has a row per task and decides what became of it.

CREATE TEMP TABLE here ON COMMIT DROP AS
SELECT p.id AS project_id, p.org_id, p.currency,
       (SELECT count(*) FROM batch WHERE project_id = p.id) AS batches,
       (SELECT id FROM queue WHERE stage_id = :attempt: LIMIT 1) AS attempt_queue,
       (SELECT id FROM queue WHERE stage_id = :review: LIMIT 1) AS review_queue,
       (SELECT o.id FROM offer o WHERE o.stage_id = :attempt: ORDER BY made_at DESC LIMIT 1) AS attempt_offer,
       (SELECT o.id FROM offer o WHERE o.stage_id = :review: ORDER BY made_at DESC LIMIT 1) AS review_offer
  FROM project p WHERE p.id = :project:;

-- People with seats. The first ones are those whose own pages are looked at.
CREATE TEMP TABLE crowd ON COMMIT DROP AS
SELECT row_number() OVER () - 1 AS k, id
  FROM (SELECT unnest(:experts:) AS id UNION ALL SELECT uuidv7() FROM generate_series(1, :people:)) every;

-- Who reviews: the one whose own pages are looked at, and some colleagues.
CREATE TEMP TABLE judges ON COMMIT DROP AS
SELECT 0 AS k, :reviewer:::uuid AS id UNION ALL SELECT k, uuidv7() FROM generate_series(1, :people: / 25) k;

INSERT INTO person (id, email, name, kind, locale, tz, state, demo, joined_at, password)
SELECT id, 'crowd.' || k || '.' || id || '@people.example', 'Person ' || k, 'person', '', 'UTC', 'active', false,
       now() - interval '300 days', '!'
  FROM (SELECT k, id FROM crowd UNION ALL SELECT 10000 + k, id FROM judges) every
 WHERE NOT id = ANY (:experts: || :reviewer:::uuid);

INSERT INTO seat (id, org_id, project_id, person_id, alias, state, joined_at, day_n, total_n, handed_in_n)
SELECT uuidv7(), h.org_id, h.project_id, c.id, 'E-' || upper(substr(md5(c.id::text), 1, 8)), 'active',
       now() - interval '200 days', 0, 0, 0
  FROM (SELECT id FROM crowd UNION ALL SELECT id FROM judges) c, here h WHERE NOT c.id = ANY (:experts: || :reviewer:::uuid);

INSERT INTO person_load (person_id, open_n, open_max)
SELECT c.id, 0, 3 FROM (SELECT id FROM crowd UNION ALL SELECT id FROM judges) c ON CONFLICT DO NOTHING;

INSERT INTO batch (id, org_id, project_id, ordinal, kind, state, shards, created_at, launched_at)
SELECT uuidv7(), h.org_id, h.project_id, h.batches + n, 'real', 'launched', 1, now() - interval '180 days',
       now() - interval '179 days'
  FROM here h, generate_series(1, least(:rows:, :tasks:)) n;

CREATE TEMP TABLE batches ON COMMIT DROP AS
SELECT id, row_number() OVER (ORDER BY ordinal) - 1 AS k FROM batch, here
 WHERE batch.project_id = here.project_id AND ordinal > here.batches;

-- What became of each task. `at` is when it was handed in; `state` is that of its attempt's slot.
CREATE TEMP TABLE plan ON COMMIT DROP AS
SELECT n, uuidv7() AS task_id, uuidv7() AS slot_id, uuidv7() AS claim_id, uuidv7() AS submission_id,
       uuidv7() AS review_slot_id, uuidv7() AS review_claim_id, uuidv7() AS review_id,
       CASE WHEN n % 100 < 70 THEN 'settled' WHEN n % 100 < 80 THEN 'submitted' WHEN n % 100 < 83 THEN 'returned'
            WHEN n % 100 = 83 AND n < 20000 THEN 'claimed' ELSE 'open' END AS state,
       n % 4 = 0 AS reviewed,
       n % 8 = 1 AS expired,
       CASE WHEN n % 3 = 0 AND n % 100 < 83 AND :tasks: < 5000 OR n % 40 = 0
            THEN (n / 3) % cardinality(:experts:)
            ELSE cardinality(:experts:) + (n * 7919::bigint) % (SELECT count(*) - cardinality(:experts:) FROM crowd)
       END AS who,
       (n - 1) * (SELECT count(*) FROM batches) / :tasks: AS batch_k,  -- one batch after the other
       (n / 4) % (SELECT count(*) FROM judges) AS judge_k,
       now() - interval '170 days' * (1 - n::float8 / (:tasks: + 1)) - interval '3 hours' AS at
  FROM generate_series(1, :tasks:) n;
ALTER TABLE plan ADD COLUMN person_id uuid, ADD COLUMN batch_id uuid, ADD COLUMN judge_id uuid;
UPDATE plan p SET person_id = c.id, batch_id = b.id, judge_id = j.id FROM crowd c, batches b, judges j
 WHERE c.k = p.who AND b.k = p.batch_k AND j.k = p.judge_k;
CREATE INDEX ON plan (submission_id);
ANALYZE plan;

INSERT INTO task (id, org_id, project_id, batch_id, key, content_hash, payload, want, cap, state)
SELECT p.task_id, h.org_id, h.project_id, p.batch_id, 'item-' || p.n, md5(p.n::text) || md5(p.task_id::text),
       jsonb_build_object('prompt', 'Question ' || p.n || ': which of the two answers about '
         || (ARRAY['contracts', 'kidneys', 'bridges', 'verbs', 'taxes', 'sails', 'proofs'])[1 + p.n % 7]
         || ' would you send to a reader who asked it in a hurry? ' || repeat(md5(p.n::text) || ' ', 6)),
       1, 1, CASE WHEN p.state = 'settled' THEN 'settled' ELSE 'open' END
  FROM plan p, here h ORDER BY p.n;

INSERT INTO slot (id, org_id, project_id, batch_id, task_id, stage_id, root_slot_id, seq, round, state, queue_id,
                  shard, for_person_id, for_until, reserve_minor, current_claim_id, result_id)
SELECT p.slot_id, h.org_id, h.project_id, p.batch_id, p.task_id, :attempt:, p.slot_id, 1,
       CASE WHEN p.state = 'returned' THEN 2 ELSE 1 END,
       CASE WHEN p.state = 'returned' THEN 'open' ELSE p.state END, h.attempt_queue, 0,
       CASE WHEN p.state = 'returned' THEN p.person_id END,
       CASE WHEN p.state = 'returned' THEN now() + interval '2 days' END,
       CASE WHEN p.state IN ('open', 'claimed', 'returned') THEN 12 ELSE 0 END,
       CASE WHEN p.state = 'claimed' THEN p.claim_id END,
       CASE WHEN p.state IN ('settled', 'submitted') THEN p.submission_id END
  FROM plan p, here h ORDER BY p.n;

-- A review of each that is to be reviewed: done where the attempt is decided, open where it waits.
INSERT INTO slot (id, org_id, project_id, batch_id, task_id, stage_id, root_slot_id, subject_slot_id, seq, round, state,
                  queue_id, shard, reserve_minor, result_id)
SELECT p.review_slot_id, h.org_id, h.project_id, p.batch_id, p.task_id, :review:, p.review_slot_id, p.slot_id, 1, 1,
       CASE WHEN p.state = 'submitted' THEN 'open' ELSE 'settled' END, h.review_queue,
       0, CASE WHEN p.state = 'submitted' THEN 8 ELSE 0 END,
       CASE WHEN p.state <> 'submitted' THEN p.review_id END
  FROM plan p, here h WHERE (p.state = 'settled' AND p.reviewed) OR p.state IN ('submitted', 'returned') ORDER BY p.n;

INSERT INTO hand (org_id, task_id, person_id, root_slot_id)
SELECT h.org_id, p.task_id, p.person_id, p.slot_id FROM plan p, here h WHERE p.state <> 'open'
UNION ALL
SELECT h.org_id, p.task_id, p.judge_id, p.review_slot_id FROM plan p, here h
 WHERE (p.state = 'settled' AND p.reviewed) OR p.state = 'returned';

INSERT INTO claim (id, org_id, project_id, task_id, slot_id, root_slot_id, round, person_id, offer_id, subject_ids,
                   request_key, state, claimed_at, expires_at, hard_until, work_ms, ended_at)
SELECT p.claim_id, h.org_id, h.project_id, p.task_id, p.slot_id, p.slot_id, 1, p.person_id, h.attempt_offer, '{}',
       p.claim_id::text, CASE WHEN p.state = 'claimed' THEN 'live' ELSE 'submitted' END,
       CASE WHEN p.state = 'claimed' THEN now() - interval '2 minutes' ELSE p.at - interval '2 minutes' END,
       CASE WHEN p.state = 'claimed' THEN now() + interval '8 minutes' ELSE p.at + interval '8 minutes' END,
       CASE WHEN p.state = 'claimed' THEN now() + interval '2 hours' ELSE p.at + interval '2 hours' END,
       20000 + (p.n * 37::bigint) % 100000, CASE WHEN p.state <> 'claimed' THEN p.at END
  FROM plan p, here h WHERE p.state <> 'open' ORDER BY p.n;

-- An earlier claim of a colleague that ran out.
INSERT INTO hand (org_id, task_id, person_id, root_slot_id)
SELECT h.org_id, p.task_id, c.id, p.slot_id FROM plan p, here h, crowd c
 WHERE p.expired AND c.k = (p.who + 1) % (SELECT count(*) FROM crowd);
INSERT INTO claim (id, org_id, project_id, task_id, slot_id, root_slot_id, round, person_id, offer_id, subject_ids,
                   request_key, state, claimed_at, expires_at, hard_until, ended_at)
SELECT uuidv7(), h.org_id, h.project_id, p.task_id, p.slot_id, p.slot_id, 1, c.id, h.attempt_offer, '{}',
       'expired ' || p.claim_id, 'expired', p.at - interval '1 hour', p.at - interval '50 minutes', p.at,
       p.at - interval '50 minutes'
  FROM plan p, here h, crowd c WHERE p.expired AND c.k = (p.who + 1) % (SELECT count(*) FROM crowd);

INSERT INTO claim (id, org_id, project_id, task_id, slot_id, root_slot_id, round, person_id, offer_id, subject_ids,
                   request_key, state, claimed_at, expires_at, hard_until, work_ms, ended_at)
SELECT p.review_claim_id, h.org_id, h.project_id, p.task_id, p.review_slot_id, p.review_slot_id, 1, p.judge_id,
       h.review_offer, ARRAY[p.submission_id], p.review_claim_id::text, 'submitted', p.at + interval '50 minutes',
       p.at + interval '60 minutes', p.at + interval '2 hours', 9000 + p.n % 9000, p.at + interval '55 minutes'
  FROM plan p, here h WHERE (p.state = 'settled' AND p.reviewed) OR p.state = 'returned' ORDER BY p.n;

INSERT INTO submission (id, org_id, project_id, task_id, slot_id, claim_id, person_id, round, surplus, answer,
                        content_hash, work_ms, submitted_at, decide_by, state, decided_by, decided_at, entry_ids)
SELECT p.submission_id, h.org_id, h.project_id, p.task_id, p.slot_id, p.claim_id, p.person_id, 1, false,
       jsonb_build_object('winner', CASE WHEN p.n % 2 = 0 THEN 'left' ELSE 'right' END, 'why',
                          'Because of ' || md5(p.n::text)),
       md5(p.submission_id::text) || md5(p.n::text), 20000 + (p.n * 37::bigint) % 100000, p.at, p.at + interval '7 days',
       CASE p.state WHEN 'settled' THEN 'accepted' WHEN 'submitted' THEN 'pending' ELSE 'returned' END,
       CASE WHEN p.state = 'submitted' THEN NULL WHEN p.state = 'settled' AND NOT p.reviewed THEN 'plan' ELSE 'review' END,
       CASE WHEN p.state = 'submitted' THEN NULL WHEN p.state = 'settled' AND NOT p.reviewed THEN p.at
            ELSE p.at + interval '55 minutes' END, '{}'
  FROM plan p, here h WHERE p.state IN ('settled', 'submitted', 'returned') ORDER BY p.n;

INSERT INTO submission (id, org_id, project_id, task_id, slot_id, claim_id, person_id, round, surplus, answer,
                        content_hash, work_ms, submitted_at, decide_by, state, decided_by, decided_at, entry_ids)
SELECT p.review_id, h.org_id, h.project_id, p.task_id, p.review_slot_id, p.review_claim_id, p.judge_id, 1, false,
       CASE WHEN p.state = 'returned' THEN '{"verdict": "return", "note": "Say which one.", "clause": "2"}'::jsonb
            ELSE '{"verdict": "accept"}'::jsonb END,
       md5(p.review_id::text) || md5(p.n::text), 9000 + p.n % 9000, p.at + interval '55 minutes', p.at + interval '7 days',
       'accepted', 'plan', p.at + interval '55 minutes', '{}'
  FROM plan p, here h WHERE (p.state = 'settled' AND p.reviewed) OR p.state = 'returned' ORDER BY p.n;

INSERT INTO review (submission_id, org_id, subject_id, verdict, scores, clause, note)
SELECT p.review_id, h.org_id, p.submission_id, CASE WHEN p.state = 'returned' THEN 'return' ELSE 'accept' END, '{}',
       CASE WHEN p.state = 'returned' THEN '2' END, CASE WHEN p.state = 'returned' THEN 'Say which one.' ELSE '' END
  FROM plan p, here h WHERE (p.state = 'settled' AND p.reviewed) OR p.state = 'returned' ORDER BY p.n;

UPDATE seat s SET handed_in_n = s.handed_in_n + w.n, attempts_n = s.attempts_n + w.n, total_n = s.total_n + w.n
  FROM (SELECT person_id, count(*) AS n FROM plan WHERE state IN ('settled', 'submitted', 'returned') GROUP BY 1) w
 WHERE s.person_id = w.person_id AND s.project_id = :project:;
UPDATE seat s SET handed_in_n = s.handed_in_n + w.n, total_n = s.total_n + w.n
  FROM (SELECT judge_id, count(*) AS n FROM plan WHERE (state = 'settled' AND reviewed) OR state = 'returned' GROUP BY 1) w
 WHERE s.person_id = w.judge_id AND s.project_id = :project:;
UPDATE person_load l SET open_n = l.open_n + w.n
  FROM (SELECT person_id, count(*) AS n FROM plan WHERE state = 'claimed' GROUP BY 1) w WHERE l.person_id = w.person_id;
