-- Where the time of a claim went, as its page said and our clock bounds it. A row is one stretch of one kind on one device;
-- it grows while the kind stays and is closed by the next one. What it says never changes.
CREATE FUNCTION work_interval_grows() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (NEW.id, NEW.claim_id, NEW.device, NEW.kind, NEW.from_at)
     IS DISTINCT FROM (OLD.id, OLD.claim_id, OLD.device, OLD.kind, OLD.from_at) OR NEW.until_at < OLD.until_at THEN
    RAISE EXCEPTION 'interval % only grows', OLD.id USING ERRCODE = '23W02';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grows BEFORE UPDATE OR DELETE ON work_interval FOR EACH ROW EXECUTE FUNCTION work_interval_grows();

-- Writes down the parts of a report: [{"kind", "ms", "ago_ms"}, ...], each a stretch of so many milliseconds that ended so
-- long before the report was sent. None reaches before the claim or beyond `p_now`, and none of one device lies over
-- another, but `kept`: it says again of an idle stretch that its person worked. A stretch of the last kind that follows
-- within five seconds (the net is not always equally quick) makes the last row longer. The caller holds the person's load.
CREATE FUNCTION work_note_time(p_claim uuid, p_device text, p_parts jsonb, p_now timestamptz)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_since timestamptz;
  v_last work_interval;
  v_kind text;
  v_ms bigint;
  v_from timestamptz;
  v_until timestamptz;
BEGIN
  SELECT claimed_at INTO v_since FROM claim WHERE id = p_claim;
  SELECT * INTO v_last FROM work_interval WHERE claim_id = p_claim AND device = p_device AND kind <> 'kept'
   ORDER BY id DESC LIMIT 1;
  FOR v_kind, v_ms, v_until IN
    SELECT part ->> 'kind', (part ->> 'ms')::bigint, p_now - (part ->> 'ago_ms')::bigint * interval '1 millisecond'
      FROM jsonb_array_elements(p_parts) WITH ORDINALITY AS parts (part, place) ORDER BY place
  LOOP
    v_from := greatest(v_since, v_until - v_ms * interval '1 millisecond',
                       CASE WHEN v_kind <> 'kept' THEN v_last.until_at END);
    CONTINUE WHEN v_until <= v_from;
    IF v_kind <> 'kept' AND v_last.kind = v_kind AND v_from <= v_last.until_at + interval '5 seconds' THEN
      UPDATE work_interval SET until_at = v_until WHERE id = v_last.id RETURNING * INTO v_last;
    ELSIF v_kind = 'kept' THEN
      INSERT INTO work_interval (claim_id, device, kind, from_at, until_at)
      VALUES (p_claim, p_device, v_kind, v_from, v_until);
    ELSE
      INSERT INTO work_interval (claim_id, device, kind, from_at, until_at)
      VALUES (p_claim, p_device, v_kind, v_from, v_until) RETURNING * INTO v_last;
    END IF;
  END LOOP;
END $$;
