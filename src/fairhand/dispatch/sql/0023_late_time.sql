-- Adds work time that waited for the net to a claim whose lease ran out meanwhile: its work is still taken, so its time
-- counts as that of a live claim would have. Never more than passed on our clock since the person's last counted moment on
-- any claim, none beyond the claim's hard end or after a pause began that nobody ended. Moves neither end: the slot may be
-- somebody else's. Returns the milliseconds counted, or NULL when the claim is not expired or not this person's.
CREATE FUNCTION dispatch_add_late_time(p_claim uuid, p_person uuid, p_active_ms bigint, p_now timestamptz)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_load person_load;
  v_claim claim;
  v_from timestamptz;
  v_until timestamptz;
  v_room bigint;
  v_count bigint;
BEGIN
  SELECT * INTO v_load FROM person_load WHERE person_id = p_person FOR UPDATE;
  SELECT * INTO v_claim FROM claim WHERE id = p_claim AND person_id = p_person AND state = 'expired' FOR UPDATE;
  IF v_claim.id IS NULL THEN
    RETURN NULL;
  END IF;
  v_from := greatest(v_claim.claimed_at, coalesce(v_load.clock_at, v_claim.claimed_at));
  v_until := least(p_now, v_claim.hard_until, coalesce(v_claim.paused_at, p_now));
  v_room := least(floor(extract(epoch FROM v_until - v_from) * 1000)::bigint,
                  floor(extract(epoch FROM v_until - v_claim.claimed_at) * 1000)::bigint
                    - v_claim.pause_ms - coalesce(v_claim.work_ms, 0));
  v_count := least(greatest(p_active_ms, 0), greatest(v_room, 0));
  IF v_count > 0 THEN
    PERFORM dispatch_spend(p_person, v_from + v_count * interval '1 millisecond', v_count, p_now);
    UPDATE claim SET work_ms = coalesce(work_ms, 0) + v_count WHERE id = p_claim;
  END IF;
  RETURN v_count;
END $$;
