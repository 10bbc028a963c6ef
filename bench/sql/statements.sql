-- People with a statement each: two submissions a person, handed in and accepted on one day, and that day closed.
-- Written around the ledger's function and triggers, with the balances that these would have given.
ALTER TABLE ledger_leg DISABLE TRIGGER leg_in;
ALTER TABLE ledger_entry DISABLE TRIGGER balanced;
INSERT INTO org (id, slug, name, kind, created_at) VALUES (uuidv7(), 'bench', 'Bench', 'client', now());
INSERT INTO project (id, org_id, slug, name, summary, state, currency, languages, experts_wanted, reviewers_wanted, source, created_at)
SELECT uuidv7(), id, 'bench', '{"en": "Bench", "ar": "قياس"}', '{}', 'open', 'USD', '[]', 1, 1, '{}', now() FROM org WHERE slug = 'bench';
CREATE TABLE bench_person AS SELECT n, uuidv7() AS id FROM generate_series(1, :people:) n;
INSERT INTO person (id, email, name, kind, locale, tz, state, demo, joined_at, password)
SELECT id, n || '@bench.example', 'Person ' || n, 'synthetic', '', 'UTC', 'active', false, now(), '' FROM bench_person;
INSERT INTO ledger_account (owner_kind, owner_id, purpose, currency, shard, min_net)
SELECT 'person', id, purpose, 'USD', 0, 0 FROM bench_person, unnest(ARRAY['pending', 'payable']) purpose;
INSERT INTO ledger_account (owner_kind, purpose, currency, shard) VALUES ('operator', 'goodwill', 'USD', 0);
CREATE TABLE bench_entry AS
SELECT 4 * (p.n - 1) + 2 * (k - 1) + w AS id, p.n, p.id AS person_id, k, w, 1000 + (p.n * 7 + k) % 5000 AS minor,
       pending.id AS pending_id, payable.id AS payable_id
  FROM bench_person p
  JOIN ledger_account pending ON pending.owner_id = p.id AND pending.purpose = 'pending'
  JOIN ledger_account payable ON payable.owner_id = p.id AND payable.purpose = 'payable'
  CROSS JOIN generate_series(1, 2) k CROSS JOIN generate_series(1, 2) w;
INSERT INTO ledger_entry (id, idem_key, req_hash, kind, effective_at, created_at, meta)
SELECT id, 'bench:' || id, '\x00', CASE w WHEN 1 THEN 'submit' ELSE 'accept' END, :day:::timestamptz + interval '9 hours',
       :day:::timestamptz + interval '9 hours', '{}' FROM bench_entry;
INSERT INTO ledger_leg (entry_id, account_id, currency, amount, seq, net_after)
SELECT e.id, g.id, 'USD', -e.minor, 2 * (e.n - 1) + e.k, 0 FROM bench_entry e, ledger_account g WHERE g.purpose = 'goodwill' AND e.w = 1;
INSERT INTO ledger_leg (entry_id, account_id, currency, amount, seq, net_after)
SELECT id, pending_id, 'USD', CASE w WHEN 1 THEN minor ELSE -minor END, 2 * (k - 1) + w, CASE w WHEN 1 THEN minor ELSE 0 END
  FROM bench_entry;
INSERT INTO ledger_leg (entry_id, account_id, currency, amount, seq, net_after)
SELECT id, payable_id, 'USD', minor, k, minor FROM bench_entry WHERE w = 2;
INSERT INTO pay_line (id, org_id, project_id, person_id, submission_id, line_key, primitive, version, inputs, exact, amount_minor,
                      currency, sentence_key, sentence_args, parents, hash, entry_id, made_at)
SELECT uuidv7(), p.org_id, p.id, e.person_id, uuidv7(), 'bench:' || e.id, 'TIME', 1,
       jsonb_build_object('active_ms', e.minor * 900, 'from_ms', 0, 'to_ms', e.minor * 900, 'rate_minor', 4000), e.minor::text,
       e.minor, 'USD', 'time',
       jsonb_build_object('clock', '60:00', 'rate', '$40.00', 'amount', '$' || (e.minor / 100.0)::numeric(9, 2)), '{}',
       repeat('ab', 32), e.id, :day:::timestamptz + interval '9 hours'
  FROM bench_entry e, project p WHERE p.slug = 'bench' AND e.w = 1;
INSERT INTO ledger_day (day, until_id, entries, legs, previous, head, closed_at)
SELECT :day:, max(id), count(*), count(*) * 2, decode(repeat('00', 32), 'hex'), sha256('bench'), now() FROM bench_entry;
ANALYZE;
