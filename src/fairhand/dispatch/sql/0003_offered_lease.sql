-- Adds reported work time to a live claim: never more than passed on our clock since the person's last counted
-- moment on any claim, so one hour can't be counted twice. That moment moves on by what was counted and not to now:
-- reports that waited for the net arrive together, and those of two pages in turns. Moves the expiry on, never beyond
-- the hard end. The lease is the one that the claim's offer froze: a stage changed meanwhile changes later claims only.
-- Returns the milliseconds counted, or NULL when the claim is not live.
CREATE OR REPLACE FUNCTION dispatch_add_time(p_claim uuid, p_person uuid, p_active_ms bigint, p_now timestamptz)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_load person_load;
  v_claim claim;
  v_from timestamptz;
  v_room bigint;
  v_count bigint;
BEGIN
  SELECT * INTO v_load FROM person_load WHERE person_id = p_person FOR UPDATE;
  SELECT * INTO v_claim FROM claim WHERE id = p_claim AND person_id = p_person AND state = 'live' FOR UPDATE;
  IF v_claim.id IS NULL THEN
    RETURN NULL;
  END IF;
  v_from := greatest(v_claim.claimed_at, coalesce(v_load.clock_at, v_claim.claimed_at));
  v_room := greatest(0, floor(extract(epoch FROM p_now - v_from) * 1000)::bigint);
  v_count := least(greatest(p_active_ms, 0), v_room);
  UPDATE person_load SET clock_at = v_from + v_count * interval '1 millisecond'
   WHERE person_id = p_person AND v_count > 0;
  UPDATE claim c SET work_ms = coalesce(c.work_ms, 0) + v_count, last_beat_at = p_now,
         expires_at = greatest(c.expires_at, least(c.hard_until,
           p_now + (SELECT (o.terms ->> 'lease_s')::int FROM offer o WHERE o.id = c.offer_id)
             * interval '1 second'))
   WHERE c.id = p_claim;
  RETURN v_count;
END $$;
