-- Lock the balances of some accounts, opened if new, in the order of account ids. A transaction that posts several
-- entries holds all it will move before the first of them: one entry's legs are in that order anyway, several entries'
-- are not, and two such transactions would wait for each other. p_accounts: [[owner_kind, owner_id|null, purpose, shard], ...]
CREATE FUNCTION ledger_hold(p_currency text, p_accounts jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_name jsonb;
  v_ids bigint[];
BEGIN
  -- Opening takes locks too (of a unique key), so it has an order of its own and comes before any balance is locked.
  FOR v_name IN SELECT DISTINCT name FROM jsonb_array_elements(p_accounts) name ORDER BY name LOOP
    v_ids := v_ids || ledger_account_of(v_name ->> 0, (v_name ->> 1)::uuid, v_name ->> 2, p_currency, (v_name ->> 3)::int);
  END LOOP;
  PERFORM 1 FROM ledger_balance WHERE account_id = ANY (v_ids) ORDER BY account_id FOR UPDATE;
END $$;
REVOKE ALL ON FUNCTION ledger_hold(text, jsonb) FROM PUBLIC;
