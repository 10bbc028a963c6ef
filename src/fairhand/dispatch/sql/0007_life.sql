-- The life of a claim: pause and resume, extensions, ends, work time. Whoever calls these holds nothing yet, or the locks of
-- dispatch_lock_claim; both begin with the person's load, so one person's claims stand in a line.

-- Pauses a live claim within what is left of its offer's budget. The lease waits: what was left of it is kept, and the
-- claim expires when budget and lease are both used up. The hard end never moves.
-- Outcomes: paused, repeat (it is paused), no_claim, claim_ended, claim_due (its time is over), pause_used.
CREATE OR REPLACE FUNCTION dispatch_pause(p_claim uuid, p_person uuid, p_now timestamptz)
RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_claim claim;
  v_left_ms bigint;
BEGIN
  PERFORM 1 FROM person_load WHERE person_id = p_person FOR UPDATE;
  SELECT * INTO v_claim FROM claim WHERE id = p_claim AND person_id = p_person FOR UPDATE;
  IF v_claim.id IS NULL THEN
    RETURN 'no_claim';
  ELSIF v_claim.state <> 'live' THEN
    RETURN 'claim_ended';
  ELSIF v_claim.paused_at IS NOT NULL THEN
    RETURN 'repeat';
  ELSIF v_claim.expires_at <= p_now THEN
    RETURN 'claim_due';
  END IF;
  v_left_ms := dispatch_pause_left_ms(v_claim, p_now);
  IF v_left_ms <= 0 THEN
    RETURN 'pause_used';
  END IF;
  UPDATE claim SET paused_at = p_now, lease_left_ms = floor(extract(epoch FROM expires_at - p_now) * 1000),
         expires_at = least(hard_until, expires_at + v_left_ms * interval '1 millisecond')
   WHERE id = p_claim;
  RETURN 'paused';
END $$;

-- Ends a pause: what was not used of its budget is given back, and the lease runs on from where it stood.
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
         expires_at = least(hard_until, paused_at + (v_spent_ms + lease_left_ms) * interval '1 millisecond')
   WHERE id = p_claim;
  RETURN 'resumed';
END $$;

-- How much of its budget a claim may still pause, before a pause that is going on.
CREATE OR REPLACE FUNCTION dispatch_pause_left_ms(p_claim claim, p_now timestamptz)
RETURNS bigint LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT (o.terms ->> 'pause_s_max')::bigint FROM offer o WHERE o.id = p_claim.offer_id), 0) * 1000
         - p_claim.pause_ms
$$;
-- How much of it the pause that is going on has used; 0 for a claim that is not paused.
CREATE OR REPLACE FUNCTION dispatch_pause_spent_ms(p_claim claim, p_now timestamptz)
RETURNS bigint LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN p_claim.paused_at IS NULL THEN 0 ELSE
           least(dispatch_pause_left_ms(p_claim, p_now),
                 greatest(0, floor(extract(epoch FROM p_now - p_claim.paused_at) * 1000)::bigint)) END
$$;

-- More time for a live claim: both of its ends move, and so does the lease that waits while it is paused.
CREATE OR REPLACE FUNCTION dispatch_extend(p_claim uuid, p_s int)
RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE claim SET hard_until = hard_until + p_s * interval '1 second',
         expires_at = expires_at + p_s * interval '1 second', extended_s = extended_s + p_s,
         lease_left_ms = lease_left_ms + p_s::bigint * 1000
   WHERE id = p_claim AND state = 'live';
  RETURN FOUND;
END $$;

-- As before, and: a pause ends with its claim; what staff took back is treated like what was skipped; after handing in,
-- the stage's rest begins. `settled`: handed in and accepted at once, in one write.
-- p_until, p_ms: of work whose page reported nothing, what our own clock counted; see dispatch_spend.
DROP FUNCTION IF EXISTS dispatch_end_claim(uuid, text, text, text, timestamptz, text, text, uuid, bigint);
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
  IF p_until IS NOT NULL THEN
    PERFORM dispatch_spend(v_claim.person_id, p_until, p_ms, p_now, (p_from = 'live')::int);
  ELSIF p_from = 'live' THEN
    UPDATE person_load SET open_n = open_n - 1 WHERE person_id = v_claim.person_id;
  END IF;
  RETURN true;
END $$;

-- Counts a person's time: up to a moment none of it is counted again, on any claim, and so much of it was work of this
-- week, over all projects. The week is that of their own zone and never runs backwards. `p_ended`: how many of their
-- open claims end with it. The caller holds their load.
CREATE OR REPLACE FUNCTION dispatch_spend(p_person uuid, p_until timestamptz, p_ms bigint, p_now timestamptz, p_ended int DEFAULT 0)
RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
  UPDATE person_load l SET clock_at = greatest(l.clock_at, p_until), week = greatest(l.week, w.monday),
         open_n = l.open_n - p_ended,
         week_ms = CASE WHEN l.week >= w.monday THEN l.week_ms + p_ms ELSE p_ms END
    FROM (SELECT date_trunc('week', p_now AT TIME ZONE p.tz)::date AS monday FROM person p WHERE p.id = p_person) w
   WHERE l.person_id = p_person
$$;

-- Adds reported work time to a live claim: never more than passed on our clock since the person's last counted
-- moment on any claim, so one hour can't be counted twice, and never more than the claim lived unpaused. That moment
-- moves on by what was counted and not to now: reports that waited for the net arrive together, and those of two pages
-- in turns. Moves the expiry on, never beyond the hard end. The lease is the one that the claim's offer froze: a stage
-- changed meanwhile changes later claims only. While the claim is paused nothing is counted and nothing moves.
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
  ELSIF v_claim.paused_at IS NOT NULL THEN
    RETURN 0;
  END IF;
  v_from := greatest(v_claim.claimed_at, coalesce(v_load.clock_at, v_claim.claimed_at));
  v_room := least(floor(extract(epoch FROM p_now - v_from) * 1000)::bigint,
                  floor(extract(epoch FROM p_now - v_claim.claimed_at) * 1000)::bigint
                    - v_claim.pause_ms - coalesce(v_claim.work_ms, 0));
  v_count := least(greatest(p_active_ms, 0), greatest(v_room, 0));
  IF v_count > 0 THEN
    PERFORM dispatch_spend(p_person, v_from + v_count * interval '1 millisecond', v_count, p_now);
  END IF;
  UPDATE claim c SET work_ms = coalesce(c.work_ms, 0) + v_count, last_beat_at = p_now,
         expires_at = greatest(c.expires_at, least(c.hard_until,
           p_now + (SELECT (o.terms ->> 'lease_s')::int FROM offer o WHERE o.id = c.offer_id)
             * interval '1 second'))
   WHERE c.id = p_claim;
  RETURN v_count;
END $$;

-- Whether a change of the guideline, as its author marked it, touches a task: by the field it belongs to, or by a question
-- that its template asks.
CREATE OR REPLACE FUNCTION guideline_touches(p_affects text[], p_field text, p_template jsonb)
RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
  SELECT ('field:' || p_field) = ANY (p_affects)
      OR EXISTS (SELECT 1 FROM jsonb_array_elements(p_template -> 'questions') q
                  WHERE ('question:' || (q ->> 'name')) = ANY (p_affects))
$$;
