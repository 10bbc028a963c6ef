-- Ends a pause: what was not used of its budget is given back, and the lease runs on from where it stood. From when to
-- when it was stays with the claim: our own clock leaves out of a span only the pauses inside it.
-- Outcomes: resumed, repeat (it is not paused), no_claim, claim_ended.
CREATE OR REPLACE FUNCTION dispatch_resume(p_claim uuid, p_person uuid, p_now timestamptz)
RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_claim claim;
  v_spent_ms bigint;
BEGIN
  PERFORM 1 FROM person_load WHERE person_id = p_person FOR UPDATE;
  SELECT * INTO v_claim FROM claim WHERE id = p_claim AND person_id = p_person FOR UPDATE;
  IF v_claim.id IS NULL THEN
    RETURN 'no_claim';
  ELSIF v_claim.state <> 'live' THEN
    RETURN 'claim_ended';
  ELSIF v_claim.paused_at IS NULL THEN
    RETURN 'repeat';
  END IF;
  v_spent_ms := dispatch_pause_spent_ms(v_claim, p_now);
  UPDATE claim SET paused_at = NULL, lease_left_ms = NULL, pause_ms = pause_ms + v_spent_ms,
         pauses = pauses || ARRAY[paused_at, paused_at + v_spent_ms * interval '1 millisecond'],
         expires_at = least(hard_until, paused_at + (v_spent_ms + lease_left_ms) * interval '1 millisecond')
   WHERE id = p_claim;
  RETURN 'resumed';
END $$;

-- As before, and: what staff took back and its expert hands in late uses up the caps that were counted off when it was
-- taken back.
CREATE OR REPLACE FUNCTION dispatch_end_claim(p_claim uuid, p_from text, p_to text, p_reason text, p_now timestamptz,
  p_slot_from text, p_slot_to text, p_result uuid, p_reserve bigint, p_until timestamptz DEFAULT NULL, p_ms bigint DEFAULT 0)
RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_claim claim;
  v_taken boolean := p_slot_to IN ('submitted', 'settled');
  v_back boolean := p_to IN ('skipped', 'released');
BEGIN
  UPDATE claim c SET state = p_to, ended_at = coalesce(ended_at, p_now), end_reason = p_reason, paused_at = NULL,
         lease_left_ms = NULL, pause_ms = CASE WHEN paused_at IS NULL THEN pause_ms
                                               ELSE pause_ms + dispatch_pause_spent_ms(c, p_now) END
   WHERE id = p_claim AND state = p_from RETURNING * INTO v_claim;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF p_slot_from IS NOT NULL THEN
    UPDATE slot SET state = p_slot_to, current_claim_id = NULL, result_id = coalesce(p_result, result_id),
           reserve_minor = coalesce(p_reserve, reserve_minor),
           for_person_id = CASE WHEN v_taken OR v_back AND (round = 1 OR subject_slot_id IS NOT NULL) THEN NULL
                                ELSE for_person_id END,
           for_until = CASE WHEN v_taken OR v_back AND (round = 1 OR subject_slot_id IS NOT NULL) THEN NULL
                            WHEN v_back AND for_until > p_now THEN p_now ELSE for_until END
     WHERE id = v_claim.slot_id AND state = p_slot_from AND round = v_claim.round
       AND (p_slot_from <> 'claimed' OR current_claim_id = p_claim);
    IF NOT FOUND THEN
      RAISE EXCEPTION 'slot of claim % is not % in round %', p_claim, p_slot_from, v_claim.round;
    END IF;
  END IF;
  IF p_to = 'submitted' THEN
    UPDATE seat e SET handed_in_n = handed_in_n + 1, attempts_n = attempts_n + (g.kind = 'attempt')::int,
           cool_until = CASE WHEN g.cool_s > 0 THEN greatest(cool_until, p_now + g.cool_s * interval '1 second')
                             ELSE cool_until END
      FROM slot x JOIN stage g ON g.id = x.stage_id
     WHERE x.id = v_claim.slot_id AND e.project_id = v_claim.project_id AND e.person_id = v_claim.person_id;
  END IF;
  IF v_back AND v_claim.counted_on IS NOT NULL THEN  -- it uses up no cap
    UPDATE seat SET total_n = total_n - 1, day_n = day_n - (day = v_claim.counted_on)::int,
           week_n = week_n - (week = date_trunc('week', v_claim.counted_on::timestamp)::date)::int
     WHERE project_id = v_claim.project_id AND person_id = v_claim.person_id;
  END IF;
  IF p_from = 'released' AND p_to = 'submitted' AND v_claim.counted_on IS NOT NULL THEN  -- handed in after all
    UPDATE seat SET total_n = total_n + 1, day_n = day_n + (day = v_claim.counted_on)::int,
           week_n = week_n + (week = date_trunc('week', v_claim.counted_on::timestamp)::date)::int
     WHERE project_id = v_claim.project_id AND person_id = v_claim.person_id;
  END IF;
  IF p_until IS NOT NULL THEN
    PERFORM dispatch_spend(v_claim.person_id, p_until, p_ms, p_now, (p_from = 'live')::int);
  ELSIF p_from = 'live' THEN
    UPDATE person_load SET open_n = open_n - 1 WHERE person_id = v_claim.person_id;
  END IF;
  RETURN true;
END $$;
