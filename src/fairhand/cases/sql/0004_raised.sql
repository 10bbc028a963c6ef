-- What somebody asked or reported is a record: it can't be deleted, and neither it nor an answer to it changes.
CREATE FUNCTION raised_keep() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'what was raised is never deleted' USING ERRCODE = '23C03';
  END IF;
  IF (NEW.id, NEW.org_id, NEW.project_id, NEW.task_id, NEW.claim_id, NEW.person_id, NEW.kind, NEW.place, NEW.words, NEW.at)
       IS DISTINCT FROM (OLD.id, OLD.org_id, OLD.project_id, OLD.task_id, OLD.claim_id, OLD.person_id, OLD.kind, OLD.place,
      OLD.words, OLD.at)
     OR OLD.state <> 'open' THEN
    RAISE EXCEPTION 'what was raised, and its answer, stay' USING ERRCODE = '23C04';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON raised FOR EACH ROW EXECUTE FUNCTION raised_keep();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON raised EXECUTE FUNCTION raised_keep();
