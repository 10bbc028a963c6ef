-- What is owed to somebody in one currency, owed in another from here on: one entry of four legs, through the operator's
-- account for conversions in each of the two. The amounts are worked out before (flow/convert.py) and checked at night
-- against rate and rounding (insight/books.py).
CREATE FUNCTION ledger_convert(p_key text, p_person uuid, p_from text, p_from_minor bigint, p_to text, p_to_minor bigint,
  p_at timestamptz, p_meta jsonb)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_xid xid8 := pg_current_xact_id();  -- before the entry takes its number, as in ledger_post
  v_entry bigint;
  v_hash bytea := sha256(convert_to(
    jsonb_build_array('convert', p_person, p_from, p_from_minor, p_to, p_to_minor, p_meta)::text, 'UTF8'));
  v_old bytea;
BEGIN
  IF p_from = p_to OR p_from_minor < 1 OR p_to_minor < 1 THEN
    RAISE EXCEPTION 'nothing to convert' USING ERRCODE = '23L09';
  END IF;
  INSERT INTO ledger_entry (idem_key, req_hash, kind, effective_at, meta)
  VALUES (p_key, v_hash, 'convert', p_at, p_meta)
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
  SELECT v_entry, legs.account_id, legs.currency, legs.amount, 0, 0
    FROM (SELECT ledger_account_of(kind, owner, purpose, currency, 0) AS account_id, currency, amount
            FROM (VALUES ('person', p_person, 'payable', p_from, -p_from_minor),
                         ('operator', NULL::uuid, 'fx', p_from, p_from_minor),
                         ('operator', NULL::uuid, 'fx', p_to, -p_to_minor),
                         ('person', p_person, 'payable', p_to, p_to_minor)) each(kind, owner, purpose, currency, amount)) legs
   ORDER BY legs.account_id;
  RETURN v_entry;
END $$;

REVOKE ALL ON FUNCTION ledger_convert(text, uuid, text, bigint, text, bigint, timestamptz, jsonb) FROM PUBLIC;
