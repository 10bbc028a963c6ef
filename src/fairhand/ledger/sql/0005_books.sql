-- Days of the books, chained: a link covers the entries recorded since the link before it, in the order of their
-- numbers, up to the last one of a finished day (UTC). Whoever alters, adds or takes away an entry or a leg afterwards
-- has to forge every later head as well, and heads stand on statements and in whatever was copied from them.

REVOKE ALL ON FUNCTION ledger_refuse(), ledger_leg_in(), ledger_balanced() FROM PUBLIC;

ALTER TABLE ledger_day ADD CONSTRAINT ledger_day_heads CHECK (octet_length(head) = 32 AND octet_length(previous) = 32);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_day FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_day EXECUTE FUNCTION ledger_refuse();

-- An entry with its legs as one line of JSON: what its link is computed from (docs/reference/books.md says it in words;
-- ledger/chain.py writes the same line without asking this function). Moments are microseconds since 1970.
CREATE FUNCTION ledger_entry_text(e ledger_entry) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_array(e.id, e.idem_key, e.kind, e.resolves_id, e.reverses_id,
    (extract(epoch FROM e.effective_at) * 1000000)::bigint, (extract(epoch FROM e.created_at) * 1000000)::bigint,
    e.meta::text, encode(e.req_hash, 'hex'),
    coalesce((SELECT jsonb_agg(jsonb_build_array(a.id, a.owner_kind, a.owner_id, a.purpose, a.shard, l.currency,
                                                 l.amount, l.seq, l.net_after) ORDER BY l.id)
                FROM ledger_leg l JOIN ledger_account a ON a.id = l.account_id WHERE l.entry_id = e.id), '[]'))::text
$$;

-- Close one more finished day: the next entries up to number p_until, as far as they were recorded on one day before
-- p_before. Returns that day, or NULL where there is none. An entry that was recorded on a day already closed, and
-- committed after its closing, goes with the next day. The caller sees to it that everything up to p_until has ended
-- (ledger.commands.close_days).
CREATE FUNCTION ledger_close_day(p_until bigint, p_before date, p_now timestamptz)
RETURNS date LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_last ledger_day;
  v_head bytea;
  v_day date;
  v_until bigint;
  v_entries bigint := 0;
  v_legs bigint := 0;
  v_each record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('ledger.close_day'));
  SELECT * INTO v_last FROM ledger_day ORDER BY until_id DESC LIMIT 1;
  v_head := coalesce(v_last.head, decode(repeat('00', 32), 'hex'));
  FOR v_each IN
    SELECT e.id, (e.created_at AT TIME ZONE 'UTC')::date AS day, ledger_entry_text(e) AS line,
           (SELECT count(*) FROM ledger_leg l WHERE l.entry_id = e.id) AS legs
      FROM ledger_entry e WHERE e.id > coalesce(v_last.until_id, 0) AND e.id <= p_until ORDER BY e.id
  LOOP
    v_day := coalesce(v_day, greatest(v_each.day, v_last.day + 1));
    EXIT WHEN v_each.day > v_day OR v_day >= p_before;
    v_head := sha256(v_head || convert_to(v_each.line, 'UTF8'));
    v_until := v_each.id;
    v_entries := v_entries + 1;
    v_legs := v_legs + v_each.legs;
  END LOOP;
  IF v_until IS NULL THEN
    RETURN NULL;
  END IF;
  INSERT INTO ledger_day (day, until_id, entries, legs, previous, head, closed_at)
  VALUES (v_day, v_until, v_entries, v_legs, coalesce(v_last.head, decode(repeat('00', 32), 'hex')), v_head, p_now);
  RETURN v_day;
END $$;

-- As in 0001_ledger.sql, with one more place for money: what is on its way to a person ('in transit').
CREATE OR REPLACE FUNCTION ledger_account_of(p_kind text, p_owner uuid, p_purpose text, p_currency text, p_shard int)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_id bigint;
BEGIN
  SELECT id INTO v_id FROM ledger_account
   WHERE owner_kind = p_kind AND owner_id IS NOT DISTINCT FROM p_owner AND purpose = p_purpose
     AND currency = p_currency AND shard = p_shard;
  IF FOUND THEN
    RETURN v_id;
  END IF;
  IF NOT (p_kind, p_purpose) IN (('client', 'outside'), ('operator', 'goodwill'), ('project', 'budget'),
      ('batch', 'pool'), ('batch', 'reserved'), ('person', 'pending'), ('person', 'payable'),
      ('person', 'transit')) THEN
    RAISE EXCEPTION 'no account is called % of a %', p_purpose, p_kind USING ERRCODE = '23L08';
  END IF;
  INSERT INTO ledger_account (owner_kind, owner_id, purpose, currency, shard, min_net)
  VALUES (p_kind, p_owner, p_purpose, p_currency, p_shard,
          CASE WHEN p_purpose IN ('outside', 'goodwill') THEN NULL ELSE 0 END)
  ON CONFLICT DO NOTHING RETURNING id INTO v_id;
  IF v_id IS NULL THEN  -- another transaction opened it meanwhile
    RETURN ledger_account_of(p_kind, p_owner, p_purpose, p_currency, p_shard);
  END IF;
  INSERT INTO ledger_balance (account_id, net, seq) VALUES (v_id, 0, 0);
  RETURN v_id;
END $$;

REVOKE ALL ON FUNCTION ledger_close_day(bigint, date, timestamptz) FROM PUBLIC;
