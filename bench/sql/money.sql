-- Ledger entries and legs in their order, pay lines, statements. The triggers that number legs one by one stand aside,
-- and what they would have written is computed for all legs at once.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE ledger_leg DISABLE TRIGGER USER;
ALTER TABLE ledger_entry DISABLE TRIGGER USER;

CREATE TEMP TABLE movement (
  at timestamptz, kind text, key text, resolves text, submission_id uuid,
  from_kind text, from_owner uuid, from_purpose text, to_kind text, to_owner uuid, to_purpose text, amount bigint
) ON COMMIT DROP;

INSERT INTO movement
SELECT now() - interval '180 days', 'fund', 'fund:' || h.project_id || ':load:' || clock_timestamp(), NULL, NULL, 'client', h.org_id, 'outside',
       'project', h.project_id, 'budget', :tasks: * 40 + 1000000
  FROM here h;
INSERT INTO movement
SELECT now() - interval '179 days', 'launch', 'launch:' || b.id || ':reserved', NULL, NULL, 'project', h.project_id, 'budget',
       'batch', b.id, 'reserved', 12 * (SELECT count(*) FROM plan WHERE batch_id = b.id)
  FROM batches b, here h;
INSERT INTO movement
SELECT now() - interval '179 days', 'launch', 'launch:' || b.id, NULL, NULL, 'project', h.project_id, 'budget',
       'batch', b.id, 'pool', 20 * (SELECT count(*) FROM plan WHERE batch_id = b.id)
  FROM batches b, here h;
-- The attempt: pending until it is decided, payable at once where the plan accepts it.
INSERT INTO movement
SELECT p.at, 'submit', 'submit:' || p.submission_id, NULL, p.submission_id, 'batch', p.batch_id, 'reserved', 'person', p.person_id,
       CASE WHEN p.state = 'settled' AND NOT p.reviewed THEN 'payable' ELSE 'pending' END, 12
  FROM plan p WHERE p.state IN ('settled', 'submitted', 'returned');
INSERT INTO movement
SELECT p.at, 'reserve', 'reserve:' || p.review_slot_id || ':1', NULL, NULL, 'batch', p.batch_id, 'pool', 'batch', p.batch_id, 'reserved', 8
  FROM plan p WHERE (p.state = 'settled' AND p.reviewed) OR p.state IN ('submitted', 'returned');
INSERT INTO movement
SELECT p.at + interval '55 minutes', 'submit', 'submit:' || p.review_id, NULL, p.review_id, 'batch', p.batch_id, 'reserved', 'person',
       p.judge_id, 'payable', 8
  FROM plan p WHERE (p.state = 'settled' AND p.reviewed) OR p.state = 'returned';
INSERT INTO movement
SELECT p.at + interval '55 minutes', 'accept', 'accept:' || p.submission_id, 'submit:' || p.submission_id, p.submission_id, 'person',
       p.person_id, 'pending', 'person', p.person_id, 'payable', 12
  FROM plan p WHERE p.state = 'settled' AND p.reviewed;
INSERT INTO movement
SELECT p.at + interval '55 minutes', 'reserve', 'reserve:' || p.slot_id || ':2', NULL, NULL, 'batch', p.batch_id, 'pool', 'batch',
       p.batch_id, 'reserved', 12
  FROM plan p WHERE p.state = 'returned';

CREATE TEMP TABLE named ON COMMIT DROP AS
SELECT DISTINCT kind, owner, purpose FROM (
  SELECT from_kind AS kind, from_owner AS owner, from_purpose AS purpose FROM movement
  UNION SELECT to_kind, to_owner, to_purpose FROM movement) every;
ALTER TABLE named ADD COLUMN account_id bigint;
UPDATE named SET account_id = ledger_account_of(kind, owner, purpose, (SELECT currency FROM here), 0);
ANALYZE named;

CREATE TEMP TABLE entry ON COMMIT DROP AS
SELECT m.*, (SELECT coalesce(max(id), 0) FROM ledger_entry) + row_number() OVER (ORDER BY m.at, m.kind, m.key) AS id
  FROM movement m;
CREATE INDEX ON entry (key);
ANALYZE entry;

INSERT INTO ledger_entry (id, idem_key, req_hash, kind, resolves_id, effective_at, created_at, meta)
SELECT e.id, e.key, sha256(e.key::bytea), e.kind, r.id, e.at, e.at,
       CASE WHEN e.submission_id IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('submission', e.submission_id) END
  FROM entry e LEFT JOIN entry r ON r.key = e.resolves ORDER BY e.id;

INSERT INTO ledger_leg (entry_id, account_id, currency, amount, seq, net_after)
SELECT g.entry_id, g.account_id, (SELECT currency FROM here), g.amount,
       b.seq + row_number() OVER w, b.net + sum(g.amount) OVER w
  FROM (SELECT e.id AS entry_id, a.account_id, -e.amount AS amount FROM entry e JOIN named a
            ON (a.kind, a.owner, a.purpose) = (e.from_kind, e.from_owner, e.from_purpose)
        UNION ALL
        SELECT e.id, a.account_id, e.amount FROM entry e JOIN named a
            ON (a.kind, a.owner, a.purpose) = (e.to_kind, e.to_owner, e.to_purpose)) g
  JOIN ledger_balance b ON b.account_id = g.account_id
WINDOW w AS (PARTITION BY g.account_id ORDER BY g.entry_id)
 ORDER BY g.entry_id;

UPDATE ledger_balance b SET seq = t.seq, net = t.net
  FROM (SELECT account_id, count(*) AS seq, sum(amount) AS net FROM ledger_leg GROUP BY 1) t WHERE t.account_id = b.account_id;
SELECT setval(pg_get_serial_sequence('ledger_entry', 'id'), (SELECT max(id) FROM ledger_entry));
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE ledger_leg ENABLE TRIGGER USER;
ALTER TABLE ledger_entry ENABLE TRIGGER USER;

INSERT INTO pay_line (id, org_id, project_id, person_id, submission_id, line_key, primitive, version, inputs, exact,
                      amount_minor, currency, sentence_key, sentence_args, entry_id, made_at)
SELECT uuidv7(), h.org_id, h.project_id, e.to_owner, e.submission_id, 'submission:' || e.submission_id || ':UNIT:0', 'UNIT', 1,
       jsonb_build_object('band', 0, 'from', 0, 'unit', 'judgement', 'count', 1, 'price', '0.12', 'units', 1, 'units_max', 1),
       e.amount::text, e.amount, h.currency, 'unit_judgement',
       jsonb_build_object('count', '1', 'price', '$0.' || lpad(e.amount::text, 2, '0'), 'amount', '$0.' || lpad(e.amount::text, 2, '0')),
       e.id, e.at
  FROM entry e, here h WHERE e.kind = 'submit' ORDER BY e.id;

-- The submissions learn the entries that accrued their pay. A submission is sealed but for its decision, of which this is part.
UPDATE submission s SET entry_ids = ARRAY[e.id] FROM entry e WHERE e.kind = 'submit' AND e.submission_id = s.id;

-- A statement a week, until last week.
CREATE TEMP TABLE week ON COMMIT DROP AS
SELECT uuidv7() AS id, l.person_id, date_trunc('week', l.made_at) AS week,
       (SELECT coalesce(max(t.number), 0) FROM statement t WHERE t.person_id = l.person_id)
         + row_number() OVER (PARTITION BY l.person_id ORDER BY date_trunc('week', l.made_at)) AS number,
       sum(l.amount_minor) AS total, count(*) AS n, min(l.made_at) AS first_at
  FROM pay_line l WHERE l.line_key LIKE 'submission:%:UNIT:0' AND l.made_at < now() - interval '8 days'
   AND l.project_id = :project: AND NOT EXISTS (SELECT 1 FROM statement_line x WHERE x.line_id = l.id)
 GROUP BY l.person_id, date_trunc('week', l.made_at);
INSERT INTO statement (id, person_id, number, currency, from_at, until_at, total_minor, lines_n, made_at)
SELECT w.id, w.person_id, w.number, h.currency, w.first_at, w.week + interval '7 days', w.total, w.n, w.week + interval '7 days'
  FROM week w, here h;
INSERT INTO statement_line (line_id, statement_id)
SELECT l.id, w.id FROM pay_line l JOIN week w ON w.person_id = l.person_id AND w.week = date_trunc('week', l.made_at)
 WHERE l.line_key LIKE 'submission:%:UNIT:0' AND l.project_id = :project: AND l.made_at < now() - interval '8 days'
   AND NOT EXISTS (SELECT 1 FROM statement_line x WHERE x.line_id = l.id);
