-- As in 0001_ledger.sql, with fewer statements: one for a leg instead of three, one look at a finished entry instead of two, each
-- account looked up once.

-- A leg joins only the transaction that made its entry; the balance row's lock orders the account's legs.
CREATE OR REPLACE FUNCTION ledger_leg_in() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_moved record;
BEGIN
  UPDATE ledger_balance b SET seq = b.seq + 1, net = b.net + NEW.amount
    FROM ledger_account a LEFT JOIN ledger_entry e ON e.id = NEW.entry_id
   WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id
  RETURNING b.net, b.seq, a.min_net, a.closed_at, a.purpose, a.owner_id, e.xid INTO v_moved;
  IF v_moved.xid IS DISTINCT FROM pg_current_xact_id() THEN
    RAISE EXCEPTION 'entry % is sealed', NEW.entry_id USING ERRCODE = '23L02';
  ELSIF v_moved.closed_at IS NOT NULL THEN
    RAISE EXCEPTION 'account % is closed', NEW.account_id USING ERRCODE = '23L03';
  ELSIF v_moved.net < v_moved.min_net THEN
    RAISE EXCEPTION 'account % (%) would fall to %, below %', v_moved.purpose, v_moved.owner_id, v_moved.net,
      v_moved.min_net USING ERRCODE = '23L04';
  END IF;
  NEW.seq := v_moved.seq;
  NEW.net_after := v_moved.net;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION ledger_balanced() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_legs int;
  v_wrong boolean;
BEGIN
  SELECT coalesce(sum(n), 0), bool_or(net <> 0) INTO v_legs, v_wrong
    FROM (SELECT count(*) AS n, sum(amount) AS net FROM ledger_leg WHERE entry_id = NEW.id GROUP BY currency) each;
  IF v_legs < 2 THEN
    RAISE EXCEPTION 'entry % has % legs', NEW.id, v_legs USING ERRCODE = '23L05';
  ELSIF v_wrong THEN
    RAISE EXCEPTION 'entry % does not balance', NEW.id USING ERRCODE = '23L06';
  END IF;
  RETURN NULL;
END $$;

-- Post one entry once. p_legs: [[owner_kind, owner_id|null, purpose, shard, amount_minor], ...], all in p_currency.
-- The same key with the same request returns the same entry; with another request it is refused.
CREATE OR REPLACE FUNCTION ledger_post(p_key text, p_kind text, p_currency text, p_legs jsonb, p_at timestamptz,
  p_resolves bigint, p_meta jsonb)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  -- Before the entry takes its number: whoever sees a number knows then which transactions may hold a smaller one.
  v_xid xid8 := pg_current_xact_id();
  v_entry bigint;
  v_hash bytea := sha256(convert_to(jsonb_build_array(p_kind, p_currency, p_legs, p_resolves)::text, 'UTF8'));
  v_old bytea;
BEGIN
  INSERT INTO ledger_entry (idem_key, req_hash, kind, resolves_id, effective_at, meta)
  VALUES (p_key, v_hash, p_kind, p_resolves, p_at, p_meta)
  ON CONFLICT (idem_key) DO NOTHING RETURNING id INTO v_entry;
  IF v_entry IS NULL THEN
    SELECT id, req_hash INTO v_entry, v_old FROM ledger_entry WHERE idem_key = p_key;
    IF v_old IS DISTINCT FROM v_hash THEN
      RAISE EXCEPTION 'key % was used for a different request', p_key USING ERRCODE = '23L07';
    END IF;
    RETURN v_entry;
  END IF;
  -- In the order of account ids: every transaction takes balance locks in one order.
  INSERT INTO ledger_leg (entry_id, account_id, currency, amount, seq, net_after)
  SELECT v_entry, legs.account_id, p_currency, legs.amount, 0, 0
    FROM (SELECT ledger_account_of(leg ->> 0, (leg ->> 1)::uuid, leg ->> 2, p_currency, (leg ->> 3)::int) AS account_id,
                 sum((leg ->> 4)::bigint)::bigint AS amount
            FROM jsonb_array_elements(p_legs) leg GROUP BY leg ->> 0, leg ->> 1, leg ->> 2, leg ->> 3) legs
   WHERE legs.amount <> 0 ORDER BY legs.account_id;
  RETURN v_entry;
END $$;
