-- As in 0007_places.sql, with two more places: a project's money for models, and what models cost.
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
  IF NOT (p_kind, p_purpose) IN (('client', 'outside'), ('operator', 'goodwill'), ('operator', 'fx'),
      ('operator', 'models'), ('project', 'budget'), ('project', 'models'), ('batch', 'pool'), ('batch', 'reserved'), ('mission', 'reserved'),
      ('person', 'pending'), ('person', 'payable'), ('person', 'transit')) THEN
    RAISE EXCEPTION 'no account is called % of a %', p_purpose, p_kind USING ERRCODE = '23L08';
  END IF;
  INSERT INTO ledger_account (owner_kind, owner_id, purpose, currency, shard, min_net)
  VALUES (p_kind, p_owner, p_purpose, p_currency, p_shard,
          CASE WHEN p_purpose IN ('outside', 'goodwill', 'fx') THEN NULL ELSE 0 END)
  ON CONFLICT DO NOTHING RETURNING id INTO v_id;
  IF v_id IS NULL THEN  -- another transaction opened it meanwhile
    RETURN ledger_account_of(p_kind, p_owner, p_purpose, p_currency, p_shard);
  END IF;
  INSERT INTO ledger_balance (account_id, net, seq) VALUES (v_id, 0, 0);
  RETURN v_id;
END $$;
