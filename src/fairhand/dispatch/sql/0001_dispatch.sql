-- Keys that Django can't express: a row can't point into another client's data, nor at another task's slot.
ALTER TABLE slot ADD CONSTRAINT slot_task_org FOREIGN KEY (org_id, task_id) REFERENCES task (org_id, id);
ALTER TABLE slot ADD CONSTRAINT slot_stage_org FOREIGN KEY (org_id, stage_id) REFERENCES stage (org_id, id);
ALTER TABLE slot ADD CONSTRAINT slot_batch_org FOREIGN KEY (org_id, batch_id) REFERENCES batch (org_id, id);
ALTER TABLE slot ADD CONSTRAINT slot_subject_task
  FOREIGN KEY (subject_slot_id, task_id) REFERENCES slot (id, task_id);
ALTER TABLE hand ADD CONSTRAINT hand_slot FOREIGN KEY (root_slot_id, task_id) REFERENCES slot (id, task_id);
ALTER TABLE claim ADD CONSTRAINT claim_hand
  FOREIGN KEY (task_id, person_id, root_slot_id) REFERENCES hand (task_id, person_id, root_slot_id);
ALTER TABLE claim ADD CONSTRAINT claim_slot_root
  FOREIGN KEY (slot_id, task_id, root_slot_id) REFERENCES slot (id, task_id, root_slot_id);
ALTER TABLE claim ADD CONSTRAINT claim_slot_org FOREIGN KEY (org_id, slot_id) REFERENCES slot (org_id, id);
ALTER TABLE seat ADD CONSTRAINT seat_project_org FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id);
ALTER TABLE slot SET (fillfactor = 80);
ALTER TABLE claim SET (fillfactor = 80);
ALTER TABLE person_load SET (fillfactor = 50);

-- The next slot for a person, claimed. One round trip, and a function rather than one statement: each step sees what
-- the lock's last owner committed, so caps are never read stale. Nothing is written before every check has passed.
--   p_stages, p_offers, p_seen: for each stage the person may work on, its current offer and whether the person saw
--   exactly those terms. p_queues: in the order to try. p_start: where in a queue to begin (it wraps round).
-- Outcomes: claimed, repeat (this key was answered before), cap_open, terms_changed, no_seat, cap_seat, no_work.
CREATE FUNCTION dispatch_claim_next(p_person uuid, p_key text, p_claim uuid, p_queues bigint[], p_stages uuid[],
  p_offers uuid[], p_seen boolean[], p_now timestamptz, p_day date, p_start int)
RETURNS TABLE (outcome text, claim_id uuid) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_load person_load;
  v_slot slot;
  v_stage stage;
  v_offer offer;
  v_id uuid;
  v_at int;
  v_why text := 'no_work';
BEGIN
  SELECT * INTO v_load FROM person_load WHERE person_id = p_person FOR UPDATE;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'no_seat', NULL::uuid; RETURN;
  END IF;
  SELECT c.id INTO v_id FROM claim c WHERE c.person_id = p_person AND c.request_key = p_key;
  IF FOUND THEN
    RETURN QUERY SELECT 'repeat', v_id; RETURN;
  END IF;
  IF v_load.open_n >= v_load.open_max THEN
    RETURN QUERY SELECT 'cap_open', NULL::uuid; RETURN;
  END IF;

  FOR v_at IN 0 .. coalesce(cardinality(p_queues), 0) LOOP
    IF v_at = 0 THEN  -- rework, and slots set aside for this person
      SELECT * INTO v_slot FROM slot x
       WHERE x.state = 'open' AND x.for_person_id = p_person AND x.for_until > p_now AND x.stage_id = ANY (p_stages)
         AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = p_person
                            AND y.root_slot_id <> x.root_slot_id)
       ORDER BY x.for_until LIMIT 1 FOR UPDATE OF x SKIP LOCKED;
    ELSE  -- two statements, so that each is one range of the queue's index
      SELECT * INTO v_slot FROM slot x
       WHERE x.queue_id = p_queues[v_at] AND x.state = 'open' AND x.for_person_id IS NULL AND x.shuffle >= p_start
         AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = p_person OFFSET 0)
       ORDER BY x.shuffle LIMIT 1 FOR UPDATE OF x SKIP LOCKED;
      IF NOT FOUND THEN
        SELECT * INTO v_slot FROM slot x
         WHERE x.queue_id = p_queues[v_at] AND x.state = 'open' AND x.for_person_id IS NULL AND x.shuffle < p_start
           AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = p_person OFFSET 0)
         ORDER BY x.shuffle LIMIT 1 FOR UPDATE OF x SKIP LOCKED;
      END IF;
    END IF;
    CONTINUE WHEN v_slot.id IS NULL;

    SELECT * INTO v_offer FROM offer WHERE id = p_offers[array_position(p_stages, v_slot.stage_id)];
    IF NOT p_seen[array_position(p_stages, v_slot.stage_id)] THEN
      RETURN QUERY SELECT 'terms_changed', NULL::uuid; RETURN;
    END IF;
    CONTINUE WHEN v_offer.ceiling_minor > v_slot.reserve_minor;  -- the reserve can't carry these terms

    UPDATE seat SET day = p_day, day_n = CASE WHEN day = p_day THEN day_n + 1 ELSE 1 END, total_n = total_n + 1
     WHERE project_id = v_slot.project_id AND person_id = p_person AND state = 'active'
       AND (day_max IS NULL OR CASE WHEN day = p_day THEN day_n ELSE 0 END < day_max)
       AND (total_max IS NULL OR total_n < total_max);
    IF NOT FOUND THEN
      v_why := 'cap_seat'; CONTINUE;
    END IF;

    SELECT * INTO v_stage FROM stage WHERE id = v_slot.stage_id;
    INSERT INTO hand (org_id, task_id, person_id, root_slot_id)
    VALUES (v_slot.org_id, v_slot.task_id, p_person, v_slot.root_slot_id) ON CONFLICT DO NOTHING;
    INSERT INTO claim (id, org_id, project_id, task_id, slot_id, root_slot_id, round, person_id, offer_id, subject_ids,
                       request_key, state, claimed_at, expires_at, hard_until)
    VALUES (p_claim, v_slot.org_id, v_slot.project_id, v_slot.task_id, v_slot.id, v_slot.root_slot_id, v_slot.round,
            p_person, v_offer.id,
            ARRAY(SELECT s.result_id FROM slot s WHERE s.id = v_slot.subject_slot_id AND s.result_id IS NOT NULL),
            p_key, 'live', p_now, p_now + least(v_stage.lease_s, v_stage.claim_s_max) * interval '1 second',
            p_now + v_stage.claim_s_max * interval '1 second');
    UPDATE slot SET state = 'claimed', current_claim_id = p_claim WHERE id = v_slot.id;
    UPDATE person_load SET open_n = open_n + 1 WHERE person_id = p_person;
    RETURN QUERY SELECT 'claimed', p_claim; RETURN;
  END LOOP;
  RETURN QUERY SELECT v_why, NULL::uuid;
END $$;

-- Fresh statistics after many slots were made: without them the planner guesses for the minute until autovacuum comes.
CREATE FUNCTION dispatch_analyze() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  ANALYZE slot, task;
END $$;
REVOKE ALL ON FUNCTION dispatch_analyze() FROM PUBLIC;

-- Takes the locks of a claim's end in the written order: person load, subject slot, slot, claim.
CREATE FUNCTION dispatch_lock_claim(p_claim uuid) RETURNS boolean LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  v_claim claim;
  v_subject uuid;
BEGIN
  SELECT * INTO v_claim FROM claim WHERE id = p_claim;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT subject_slot_id INTO v_subject FROM slot WHERE id = v_claim.slot_id;
  PERFORM 1 FROM person_load WHERE person_id = v_claim.person_id FOR UPDATE;
  IF v_subject IS NOT NULL THEN
    PERFORM 1 FROM slot WHERE id = v_subject FOR UPDATE;
  END IF;
  PERFORM 1 FROM slot WHERE id = v_claim.slot_id FOR UPDATE;
  PERFORM 1 FROM claim WHERE id = p_claim FOR UPDATE;
  RETURN true;
END $$;

-- Ends a claim and moves its slot, both only from the states named; true if it was done.
-- p_slot_from NULL leaves the slot alone (a surplus). The caller holds the locks of dispatch_lock_claim.
-- A slot kept for somebody who skips it goes to others at once; rework that its author skips can't, so its time is over
-- at once, and the earlier round is decided as it stands. Else they would be given it again before anything else.
CREATE FUNCTION dispatch_end_claim(p_claim uuid, p_from text, p_to text, p_reason text, p_now timestamptz,
  p_slot_from text, p_slot_to text, p_result uuid, p_reserve bigint)
RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_claim claim;
BEGIN
  UPDATE claim SET state = p_to, ended_at = coalesce(ended_at, p_now), end_reason = p_reason
   WHERE id = p_claim AND state = p_from RETURNING * INTO v_claim;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF p_slot_from IS NOT NULL THEN
    UPDATE slot SET state = p_slot_to, current_claim_id = NULL, result_id = coalesce(p_result, result_id),
                    reserve_minor = coalesce(p_reserve, reserve_minor),
                    for_person_id = CASE WHEN p_slot_to = 'submitted' OR (p_to = 'skipped' AND (round = 1 OR subject_slot_id IS NOT NULL)) THEN NULL
                                         ELSE for_person_id END,
                    for_until = CASE WHEN p_slot_to = 'submitted' OR (p_to = 'skipped' AND (round = 1 OR subject_slot_id IS NOT NULL)) THEN NULL
                                     WHEN p_to = 'skipped' AND for_until > p_now THEN p_now ELSE for_until END
     WHERE id = v_claim.slot_id AND state = p_slot_from AND round = v_claim.round
       AND (p_slot_from <> 'claimed' OR current_claim_id = p_claim);
    IF NOT FOUND THEN
      RAISE EXCEPTION 'slot of claim % is not % in round %', p_claim, p_slot_from, v_claim.round;
    END IF;
  END IF;
  IF p_to = 'submitted' THEN
    UPDATE seat SET handed_in_n = handed_in_n + 1, attempts_n = attempts_n + (
             SELECT count(*) FROM slot WHERE id = v_claim.slot_id AND subject_slot_id IS NULL)
     WHERE project_id = v_claim.project_id AND person_id = v_claim.person_id;
  END IF;
  IF p_from = 'live' THEN
    UPDATE person_load SET open_n = open_n - 1 WHERE person_id = v_claim.person_id;
  END IF;
  RETURN true;
END $$;

-- Adds reported work time to a live claim: never more than passed on our clock since the person's last counted
-- moment on any claim, so one hour can't be counted twice. That moment moves on by what was counted and not to now:
-- reports that waited for the net arrive together, and those of two pages in turns. Moves the expiry on, never beyond
-- the hard end.
-- Returns the milliseconds counted, or NULL when the claim is not live.
CREATE FUNCTION dispatch_add_time(p_claim uuid, p_person uuid, p_active_ms bigint, p_now timestamptz)
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
           p_now + (SELECT s.lease_s FROM stage s JOIN slot x ON x.stage_id = s.id WHERE x.id = c.slot_id)
             * interval '1 second'))
   WHERE c.id = p_claim;
  RETURN v_count;
END $$;
