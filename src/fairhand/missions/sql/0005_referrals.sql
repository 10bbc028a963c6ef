-- As in 0001_missions.sql, with what a referral asks for, and places of it that come free again when one named came to
-- nothing.
CREATE OR REPLACE FUNCTION mission_keep() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'a mission is never deleted' USING ERRCODE = '23M01';
  END IF;
  IF (NEW.id, NEW.org_id, NEW.project_id, NEW.request_key, NEW.name, NEW.kind, NEW.work, NEW.scope, NEW.zone,
      NEW.from_at, NEW.until_at, NEW.windows_n, NEW.terms, NEW.terms_hash, NEW.window_minor, NEW.seats, NEW.opened_at,
      NEW.bring_tasks, NEW.bring_days)
       IS DISTINCT FROM
     (OLD.id, OLD.org_id, OLD.project_id, OLD.request_key, OLD.name, OLD.kind, OLD.work, OLD.scope, OLD.zone,
      OLD.from_at, OLD.until_at, OLD.windows_n, OLD.terms, OLD.terms_hash, OLD.window_minor, OLD.seats, OLD.opened_at,
      OLD.bring_tasks, OLD.bring_days)
     OR NEW.people_n < OLD.people_n AND NEW.kind <> 'referral' OR NEW.paid_minor < OLD.paid_minor
     OR (OLD.state, NEW.state) NOT IN (('open', 'open'), ('open', 'shut'), ('shut', 'shut'), ('shut', 'settled'),
                                       ('settled', 'settled')) THEN
    RAISE EXCEPTION 'what a mission promised stays' USING ERRCODE = '23M02';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION referral_keep() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'a referral is never deleted' USING ERRCODE = '23M01';
  END IF;
  IF (NEW.id, NEW.mission_id, NEW.referrer_id, NEW.made_at) IS DISTINCT FROM
     (OLD.id, OLD.mission_id, OLD.referrer_id, OLD.made_at)
     OR (NEW.email, NEW.mailbox) NOT IN ((OLD.email, OLD.mailbox), ('', ''))
     OR OLD.referred_id IS NOT NULL AND (NEW.referred_id, NEW.joined_at, NEW.until_at)
          IS DISTINCT FROM (OLD.referred_id, OLD.joined_at, OLD.until_at)
     OR NEW.paid_minor < OLD.paid_minor
     OR (OLD.state, NEW.state) NOT IN (('named', 'named'), ('named', 'joined'), ('named', 'over'), ('joined', 'joined'),
                                       ('joined', 'paid'), ('joined', 'over'), ('paid', 'paid'), ('over', 'over')) THEN
    RAISE EXCEPTION 'what a referral promised stays' USING ERRCODE = '23M02';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON referral FOR EACH ROW EXECUTE FUNCTION referral_keep();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON referral EXECUTE FUNCTION referral_keep();
