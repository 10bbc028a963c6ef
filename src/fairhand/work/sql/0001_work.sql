ALTER TABLE submission ADD CONSTRAINT submission_slot_org FOREIGN KEY (org_id, slot_id) REFERENCES slot (org_id, id);

-- What was handed in never changes; only its decision is written, once per move.
CREATE FUNCTION work_sealed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (NEW.id, NEW.org_id, NEW.project_id, NEW.task_id, NEW.slot_id, NEW.claim_id, NEW.person_id,
      NEW.round, NEW.surplus, NEW.answer, NEW.content_hash, NEW.work_ms, NEW.submitted_at)
     IS DISTINCT FROM (OLD.id, OLD.org_id, OLD.project_id, OLD.task_id, OLD.slot_id, OLD.claim_id, OLD.person_id,
      OLD.round, OLD.surplus, OLD.answer, OLD.content_hash, OLD.work_ms, OLD.submitted_at) THEN
    RAISE EXCEPTION 'submission % is sealed', OLD.id USING ERRCODE = '23W01';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sealed BEFORE UPDATE OR DELETE ON submission FOR EACH ROW EXECUTE FUNCTION work_sealed();
