-- A case is a record: it can't be deleted, and what somebody wrote in it stays as they wrote it.
CREATE FUNCTION pay_case_keep() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'a case is never deleted' USING ERRCODE = '23C01';
  END IF;
  IF (NEW.id, NEW.org_id, NEW.project_id, NEW.person_id, NEW.line_id, NEW.words, NEW.opened_at)
       IS DISTINCT FROM (OLD.id, OLD.org_id, OLD.project_id, OLD.person_id, OLD.line_id, OLD.words, OLD.opened_at)
     OR OLD.answered_at IS NOT NULL
        AND (NEW.answer, NEW.answer_reason, NEW.answer_minor, NEW.answered_by_id, NEW.answered_at)
            IS DISTINCT FROM (OLD.answer, OLD.answer_reason, OLD.answer_minor, OLD.answered_by_id, OLD.answered_at)
     OR OLD.appealed_at IS NOT NULL AND (NEW.appeal, NEW.appealed_at) IS DISTINCT FROM (OLD.appeal, OLD.appealed_at)
     OR OLD.decided_at IS NOT NULL THEN
    RAISE EXCEPTION 'what was written in a case stays' USING ERRCODE = '23C02';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON pay_case FOR EACH ROW EXECUTE FUNCTION pay_case_keep();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON pay_case EXECUTE FUNCTION pay_case_keep();
ALTER TABLE pay_case ADD CONSTRAINT pay_case_line FOREIGN KEY (line_id) REFERENCES pay_line (id);
