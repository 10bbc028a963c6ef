-- Numbers are given out before commits, so readers keep the cursor (xid, seq) and stop below the oldest running
-- transaction. A restore into a new cluster sets xid to 0 on all rows, as owner: transaction ids start anew there.
ALTER TABLE event ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE event ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE UNIQUE INDEX event_cursor ON event (xid, seq);

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'events are append-only (% on %)', TG_OP, TG_TABLE_NAME USING ERRCODE = '23A01';
END $$;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON event FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON event EXECUTE FUNCTION audit_refuse();
