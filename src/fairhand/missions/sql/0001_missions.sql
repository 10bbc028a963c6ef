-- A mission is a promise: what it promises never changes, nobody who joined is put out, and nothing paid is taken back.
CREATE FUNCTION mission_keep() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'a mission is never deleted' USING ERRCODE = '23M01';
  END IF;
  IF (NEW.id, NEW.org_id, NEW.project_id, NEW.request_key, NEW.name, NEW.kind, NEW.work, NEW.scope, NEW.zone,
      NEW.from_at, NEW.until_at, NEW.windows_n, NEW.terms, NEW.terms_hash, NEW.window_minor, NEW.seats, NEW.opened_at)
       IS DISTINCT FROM
     (OLD.id, OLD.org_id, OLD.project_id, OLD.request_key, OLD.name, OLD.kind, OLD.work, OLD.scope, OLD.zone,
      OLD.from_at, OLD.until_at, OLD.windows_n, OLD.terms, OLD.terms_hash, OLD.window_minor, OLD.seats, OLD.opened_at)
     OR NEW.people_n < OLD.people_n OR NEW.paid_minor < OLD.paid_minor
     OR (OLD.state, NEW.state) NOT IN (('open', 'open'), ('open', 'shut'), ('shut', 'shut'), ('shut', 'settled'),
                                       ('settled', 'settled')) THEN
    RAISE EXCEPTION 'what a mission promised stays' USING ERRCODE = '23M02';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON mission FOR EACH ROW EXECUTE FUNCTION mission_keep();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON mission EXECUTE FUNCTION mission_keep();

CREATE FUNCTION mission_period_keep() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'a window of a mission is never deleted' USING ERRCODE = '23M01';
  END IF;
  IF (NEW.id, NEW.mission_id, NEW.person_id, NEW.number, NEW.from_at, NEW.until_at)
       IS DISTINCT FROM (OLD.id, OLD.mission_id, OLD.person_id, OLD.number, OLD.from_at, OLD.until_at)
     OR NEW.paid_minor < OLD.paid_minor OR NEW.steps < OLD.steps OR OLD.settled_at IS NOT NULL
     OR OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at THEN
    RAISE EXCEPTION 'what a window paid stays' USING ERRCODE = '23M02';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON mission_period FOR EACH ROW EXECUTE FUNCTION mission_period_keep();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON mission_period EXECUTE FUNCTION mission_period_keep();
