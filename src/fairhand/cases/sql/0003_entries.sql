-- As before, and: what a case is about stays, be it a pay line or an entry of work outside tasks that was not granted, and
-- so does who may not answer it because they decided on it.
CREATE OR REPLACE FUNCTION pay_case_keep() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'a case is never deleted' USING ERRCODE = '23C01';
  END IF;
  IF (NEW.id, NEW.org_id, NEW.project_id, NEW.person_id, NEW.line_id, NEW.paid_time_id, NEW.not_by_id, NEW.words,
      NEW.opened_at)
       IS DISTINCT FROM (OLD.id, OLD.org_id, OLD.project_id, OLD.person_id, OLD.line_id, OLD.paid_time_id, OLD.not_by_id,
      OLD.words, OLD.opened_at)
     OR OLD.answered_at IS NOT NULL
        AND (NEW.answer, NEW.answer_reason, NEW.answer_minor, NEW.answered_by_id, NEW.answered_at)
            IS DISTINCT FROM (OLD.answer, OLD.answer_reason, OLD.answer_minor, OLD.answered_by_id, OLD.answered_at)
     OR OLD.appealed_at IS NOT NULL AND (NEW.appeal, NEW.appealed_at) IS DISTINCT FROM (OLD.appeal, OLD.appealed_at)
     OR OLD.decided_at IS NOT NULL THEN
    RAISE EXCEPTION 'what was written in a case stays' USING ERRCODE = '23C02';
  END IF;
  RETURN NEW;
END $$;
