-- The ledger's guarantees. Everything here holds against the application role, and all but the grants against the owner.

ALTER TABLE ledger_entry ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
ALTER TABLE ledger_entry ALTER COLUMN created_at SET DEFAULT clock_timestamp();
ALTER TABLE ledger_leg ADD CONSTRAINT ledger_leg_account_currency
  FOREIGN KEY (account_id, currency) REFERENCES ledger_account (id, currency);
ALTER TABLE ledger_balance SET (fillfactor = 70);

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only (% on %)', TG_OP, TG_TABLE_NAME USING ERRCODE = '23L01';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_leg FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_entry EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_leg EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER no_delete BEFORE DELETE ON ledger_account FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_account EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER no_delete BEFORE DELETE ON ledger_balance FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_balance EXECUTE FUNCTION ledger_refuse();

-- A leg joins only the transaction that made its entry; the balance row's lock orders the account's legs.
CREATE FUNCTION ledger_leg_in() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_balance ledger_balance;
  v_account ledger_account;
  v_xid xid8;
BEGIN
  SELECT xid INTO v_xid FROM ledger_entry WHERE id = NEW.entry_id;
  IF v_xid IS DISTINCT FROM pg_current_xact_id() THEN
    RAISE EXCEPTION 'entry % is sealed', NEW.entry_id USING ERRCODE = '23L02';
  END IF;
  SELECT * INTO v_account FROM ledger_account WHERE id = NEW.account_id;
  IF v_account.closed_at IS NOT NULL THEN
    RAISE EXCEPTION 'account % is closed', NEW.account_id USING ERRCODE = '23L03';
  END IF;
  UPDATE ledger_balance SET seq = seq + 1, net = net + NEW.amount
   WHERE account_id = NEW.account_id RETURNING * INTO v_balance;
  IF v_balance.net < v_account.min_net THEN
    RAISE EXCEPTION 'account % (%) would fall to %, below %', v_account.purpose, v_account.owner_id, v_balance.net,
      v_account.min_net USING ERRCODE = '23L04';
  END IF;
  NEW.seq := v_balance.seq;
  NEW.net_after := v_balance.net;
  RETURN NEW;
END $$;
CREATE TRIGGER leg_in BEFORE INSERT ON ledger_leg FOR EACH ROW EXECUTE FUNCTION ledger_leg_in();

CREATE FUNCTION ledger_balanced() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_legs int;
BEGIN
  SELECT count(*) INTO v_legs FROM ledger_leg WHERE entry_id = NEW.id;
  IF v_legs < 2 THEN
    RAISE EXCEPTION 'entry % has % legs', NEW.id, v_legs USING ERRCODE = '23L05';
  END IF;
  PERFORM 1 FROM ledger_leg WHERE entry_id = NEW.id GROUP BY currency HAVING sum(amount) <> 0;
  IF FOUND THEN
    RAISE EXCEPTION 'entry % does not balance', NEW.id USING ERRCODE = '23L06';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balanced();

-- The account of (owner, purpose, currency, shard), opened if new. What may go below zero is decided here, by purpose:
-- `outside` is the purse money comes from; `goodwill` pays for work handed in when reserve and pool can't.
CREATE FUNCTION ledger_account_of(p_kind text, p_owner uuid, p_purpose text, p_currency text, p_shard int)
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
      ('batch', 'pool'), ('batch', 'reserved'), ('person', 'pending'), ('person', 'payable')) THEN
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

-- Post one entry once. p_legs: [[owner_kind, owner_id|null, purpose, shard, amount_minor], ...], all in p_currency.
-- The same key with the same request returns the same entry; with another request it is refused.
CREATE FUNCTION ledger_post(p_key text, p_kind text, p_currency text, p_legs jsonb, p_at timestamptz,
  p_resolves bigint, p_meta jsonb)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
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
            FROM jsonb_array_elements(p_legs) leg GROUP BY 1) legs
   WHERE legs.amount <> 0 ORDER BY legs.account_id;
  RETURN v_entry;
END $$;

REVOKE ALL ON FUNCTION ledger_post(text, text, text, jsonb, timestamptz, bigint, jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ledger_account_of(text, uuid, text, text, int) FROM PUBLIC;
