-- A request for more time that nobody decided is closed by the hand-in: there is nothing left to decide.
CREATE FUNCTION dispatch_close_request() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE extension SET granted_s = 0, decided_at = greatest(asked_at, NEW.ended_at), closed = 'handed_in'
   WHERE claim_id = NEW.id AND decided_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER close_request AFTER UPDATE OF state ON claim FOR EACH ROW
  WHEN (NEW.state = 'submitted' AND OLD.state <> 'submitted') EXECUTE FUNCTION dispatch_close_request();

-- Those of before.
UPDATE extension x SET closed = 'given_back' WHERE x.granted_s = 0 AND x.decided_by IS NULL;
UPDATE extension x SET granted_s = 0, decided_at = greatest(x.asked_at, c.ended_at), closed = 'handed_in'
  FROM claim c WHERE c.id = x.claim_id AND c.state = 'submitted' AND x.decided_at IS NULL;
