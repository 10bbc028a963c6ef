-- As before, and: of a claim that expired while it was paused nothing counts after that pause began. The claim's end wrote
-- the pause off and left only how long all of them were; of those that were ended by going on the claim knows the places,
-- of the last one its event.
CREATE OR REPLACE FUNCTION dispatch_add_late_time(p_claim uuid, p_person uuid, p_active_ms bigint, p_now timestamptz)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_load person_load;
  v_claim claim;
  v_from timestamptz;
  v_until timestamptz;
  v_ended_ms bigint;
  v_room bigint;
  v_count bigint;
BEGIN
  SELECT * INTO v_load FROM person_load WHERE person_id = p_person FOR UPDATE;
  SELECT * INTO v_claim FROM claim WHERE id = p_claim AND person_id = p_person AND state = 'expired' FOR UPDATE;
  IF v_claim.id IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT coalesce(sum(extract(epoch FROM v_claim.pauses[n + 1] - v_claim.pauses[n]) * 1000), 0)::bigint INTO v_ended_ms
    FROM generate_series(1, cardinality(v_claim.pauses), 2) n;
  v_until := least(p_now, v_claim.hard_until);
  IF v_claim.pause_ms > v_ended_ms THEN
    v_until := least(v_until, v_claim.expires_at - (v_claim.pause_ms - v_ended_ms) * interval '1 millisecond', (
      SELECT max(e.at) FROM event e
       WHERE e.subject_kind = 'claim' AND e.subject_id = p_claim AND e.verb = 'claim:paused'));
  END IF;
  v_from := greatest(v_claim.claimed_at, coalesce(v_load.clock_at, v_claim.claimed_at));
  v_room := least(floor(extract(epoch FROM v_until - v_from) * 1000)::bigint,
                  floor(extract(epoch FROM v_until - v_claim.claimed_at) * 1000)::bigint
                    - v_ended_ms - coalesce(v_claim.work_ms, 0));
  v_count := least(greatest(p_active_ms, 0), greatest(v_room, 0));
  IF v_count > 0 THEN
    PERFORM dispatch_spend(p_person, v_from + v_count * interval '1 millisecond', v_count, p_now);
    UPDATE claim SET work_ms = coalesce(work_ms, 0) + v_count WHERE id = p_claim;
  END IF;
  RETURN v_count;
END $$;
