-- The next slot for a person, claimed. One round trip, and a function rather than one statement: each step sees what
-- the lock's last owner committed, so caps and gates are never read stale. Nothing is written before every check passed.
--   p_stages, p_offers, p_seen: for each stage the person may work on, its current offer and whether the person saw
--   exactly those terms. p_queues: in the order to try.
-- Days and weeks are those of the person's own zone; neither ever runs backwards, so moving to another zone wins nothing.
-- A further round that its slot holds an offer for is claimed on that one: its lease and hard end are those the offer
-- names, and no card has to be seen anew.
-- What stands in the lane `held` is given to nobody, kept for a person or not: its task waits for a manager's decision.
-- Outcomes: claimed; repeat (this key was answered before); busy (all that was left is being taken this moment: ask
-- once more); cap_open, cap_week, cap_seat, cool_down, terms_changed, gate, excluded, no_seat, no_work.
CREATE OR REPLACE FUNCTION dispatch_claim_next(p_person uuid, p_key text, p_claim uuid, p_queues bigint[], p_stages uuid[],
  p_offers uuid[], p_seen boolean[], p_now timestamptz)
RETURNS TABLE (outcome text, claim_id uuid) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_load record;
  v_seat seat;
  v_queue record;
  v_slot slot;
  v_own uuid;
  v_kept uuid[];
  v_id uuid;
  v_from bigint;
  v_bar text;
  v_why text := 'no_work';
  v_week date;
BEGIN
  SELECT l.open_n, l.open_max, l.week, l.week_ms, l.week_ms_max, l.facts_version,
         (p_now AT TIME ZONE p.tz)::date AS today INTO v_load
    FROM person_load l JOIN person p ON p.id = l.person_id WHERE l.person_id = p_person FOR UPDATE OF l;
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
  v_week := date_trunc('week', v_load.today)::date;

  -- Rework, which was promised with the work; then slots set aside for this person.
  SELECT array_agg(x.id ORDER BY x.round = 1, x.for_until, x.place) INTO v_kept FROM slot x
   WHERE x.state = 'open' AND x.for_person_id = p_person AND x.for_until > p_now AND x.stage_id = ANY (p_stages);

  FOR v_at IN 1 - coalesce(cardinality(v_kept), 0) .. coalesce(cardinality(p_queues), 0) LOOP
    v_slot := NULL;
    v_own := NULL;
    IF v_at <= 0 THEN
      SELECT * INTO v_slot FROM slot x
       WHERE x.id = v_kept[cardinality(v_kept) + v_at] AND x.state = 'open' AND x.for_person_id = p_person
         AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = p_person
                            AND y.root_slot_id <> x.root_slot_id)
         AND NOT dispatch_excluded(p_person, x.org_id, x.project_id, p_now)
         AND (x.round > 1 OR dispatch_would_pass(p_person, (SELECT q.gate_id FROM queue q WHERE q.id = x.queue_id), p_now)
              AND EXISTS (SELECT 1 FROM project p JOIN stage g ON g.id = x.stage_id
                           WHERE p.id = x.project_id AND (p.state = 'open' OR g.subject <> 'none')))
       FOR UPDATE OF x SKIP LOCKED;
      CONTINUE WHEN v_slot.id IS NULL;
      v_own := v_slot.offer_id;
    END IF;
    -- The queue with its stage, its terms, and what of this person's facts may keep it shut.
    SELECT q.id, q.org_id, q.project_id, q.stage_id, q.gate_id, q.head, g.subject, g.pair_max,
           CASE WHEN v_own IS NULL THEN g.lease_s ELSE (o.terms ->> 'lease_s')::int END AS lease_s,
           CASE WHEN v_own IS NULL THEN g.claim_s_max ELSE (o.terms ->> 'claim_s_max')::int END AS claim_s_max, g.cool_s,
           o.id AS offer_id, o.ceiling_minor, q.lane,
           EXISTS (SELECT 1 FROM exclusion e WHERE e.person_id = p_person AND e.lifted_at IS NULL) AS some_exclude,
           q.until > p_now AND NOT EXISTS (SELECT 1 FROM cohort_member m WHERE m.cohort_id = q.cohort_id
                                              AND m.person_id = p_person) AS of_others INTO v_queue
      FROM queue q JOIN stage g ON g.id = q.stage_id
      JOIN offer o ON o.id = coalesce(v_own, p_offers[array_position(p_stages, q.stage_id)])
     WHERE q.id = CASE WHEN v_at <= 0 THEN v_slot.queue_id ELSE p_queues[v_at] END;
    IF v_seat.project_id IS DISTINCT FROM v_queue.project_id THEN
      SELECT * INTO v_seat FROM seat WHERE project_id = v_queue.project_id AND person_id = p_person FOR NO KEY UPDATE;
    END IF;

    -- Caps, rests and a paused seat don't keep an author from rework.
    v_bar := CASE
      WHEN v_queue.lane = 'held' THEN 'no_work'
      WHEN v_slot.round > 1 THEN CASE WHEN v_seat.state IS NULL OR v_seat.state = 'left' THEN 'cap_seat' END
      WHEN v_load.week >= v_week AND v_load.week_ms >= v_load.week_ms_max THEN 'cap_week'
      WHEN v_at > 0 AND v_queue.some_exclude
        AND dispatch_excluded(p_person, v_queue.org_id, v_queue.project_id, p_now) THEN 'excluded'
      WHEN v_at > 0 AND v_queue.gate_id IS NOT NULL
        AND NOT dispatch_passes(p_person, v_queue.gate_id, v_load.facts_version, p_now) THEN 'gate'
      WHEN v_at > 0 AND v_queue.of_others THEN 'no_work'
      ELSE dispatch_seat_bar(v_seat, p_now, v_load.today, v_week) END;
    IF v_bar IS NULL AND v_queue.cool_s > 0 AND v_load.open_n > 0 AND coalesce(v_slot.round, 1) = 1 AND EXISTS (
        SELECT 1 FROM claim c WHERE c.project_id = v_queue.project_id AND c.state = 'live' AND c.person_id = p_person) THEN
      v_bar := 'cool_down';  -- who claims ahead would have no rest between two tasks
    END IF;
    IF v_bar IS NOT NULL THEN
      v_why := CASE WHEN v_why = 'no_work' THEN v_bar ELSE v_why END; CONTINUE;
    END IF;
    CONTINUE WHEN v_at <= 0 AND v_queue.ceiling_minor > v_slot.reserve_minor;  -- the reserve can't carry these terms

    IF v_at > 0 THEN
      v_from := greatest((v_seat.places ->> v_queue.id::text)::bigint, v_queue.head);
      -- What opened late lies before everybody's cursor: now and then the first few of the queue come first.
      IF v_seat.total_n % 16 = 0 THEN
        SELECT x.* INTO v_slot FROM (
            SELECT y.id FROM slot y WHERE y.queue_id = v_queue.id AND y.state = 'open' AND y.for_person_id IS NULL
               AND y.place < v_from ORDER BY y.place LIMIT 64) first JOIN slot x ON x.id = first.id
         WHERE x.state = 'open' AND x.for_person_id IS NULL AND x.reserve_minor >= v_queue.ceiling_minor
           AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = p_person OFFSET 0)
           AND (v_queue.pair_max IS NULL OR dispatch_pair_free(x.project_id, p_person, x.subject_person_id, v_queue.pair_max))
         ORDER BY x.place LIMIT 1 FOR UPDATE OF x SKIP LOCKED;
      END IF;
      -- Two statements, so that each is one range of the queue's index: from the cursor on; then what lies before it.
      IF v_slot.id IS NULL THEN
        SELECT * INTO v_slot FROM slot x
         WHERE x.queue_id = v_queue.id AND x.state = 'open' AND x.for_person_id IS NULL AND x.place >= v_from
           AND x.reserve_minor >= v_queue.ceiling_minor
           AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = p_person OFFSET 0)
           AND (v_queue.pair_max IS NULL OR dispatch_pair_free(x.project_id, p_person, x.subject_person_id, v_queue.pair_max))
         ORDER BY x.place LIMIT 1 FOR UPDATE OF x SKIP LOCKED;
      END IF;
      IF v_slot.id IS NULL THEN
        SELECT * INTO v_slot FROM slot x
         WHERE x.queue_id = v_queue.id AND x.state = 'open' AND x.for_person_id IS NULL AND x.place < v_from
           AND x.reserve_minor >= v_queue.ceiling_minor
           AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = p_person OFFSET 0)
           AND (v_queue.pair_max IS NULL OR dispatch_pair_free(x.project_id, p_person, x.subject_person_id, v_queue.pair_max))
         ORDER BY x.place LIMIT 1 FOR UPDATE OF x SKIP LOCKED;
      END IF;
      IF v_slot.id IS NULL THEN  -- without locks: was anything only being held by others?
        IF v_why = 'no_work' AND EXISTS (
            SELECT 1 FROM slot x
             WHERE x.queue_id = v_queue.id AND x.state = 'open' AND x.for_person_id IS NULL
               AND x.reserve_minor >= v_queue.ceiling_minor
               AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = p_person OFFSET 0)
               AND (v_queue.pair_max IS NULL
                    OR dispatch_pair_free(x.project_id, p_person, x.subject_person_id, v_queue.pair_max))) THEN
          v_why := 'busy';
        END IF;
        CONTINUE;
      END IF;
    END IF;

    IF v_own IS NULL AND NOT p_seen[array_position(p_stages, v_slot.stage_id)] THEN
      IF v_at <= 0 THEN  -- somewhere else there may be work whose terms were seen
        v_why := 'terms_changed'; CONTINUE;
      END IF;
      RETURN QUERY SELECT 'terms_changed', NULL::uuid; RETURN;
    END IF;
    -- A judge's first look at somebody's work counts, whichever round it is.
    IF v_slot.subject_person_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = v_slot.task_id AND y.person_id = p_person)
       AND NOT dispatch_count_pair(v_slot.project_id, p_person, v_slot.subject_person_id, v_queue.pair_max) THEN
      v_why := 'busy'; CONTINUE;  -- the other of the two claimed this moment
    END IF;
    -- Rework is promised work: it uses up nothing. What is given back later (skipped, taken back) is counted off again.
    UPDATE seat SET day = greatest(day, v_load.today), week = greatest(week, v_week),
           day_n = CASE WHEN day >= v_load.today THEN day_n ELSE 0 END + (v_slot.round = 1)::int,
           week_n = CASE WHEN week >= v_week THEN week_n ELSE 0 END + (v_slot.round = 1)::int,
           total_n = total_n + (v_slot.round = 1)::int,
           places = CASE WHEN v_at <= 0 THEN places
                         ELSE jsonb_set(places, ARRAY[v_queue.id::text], to_jsonb(v_slot.place)) END
     WHERE id = v_seat.id RETURNING day INTO v_seat.day;
    INSERT INTO hand (org_id, task_id, person_id, root_slot_id)
    VALUES (v_slot.org_id, v_slot.task_id, p_person, v_slot.root_slot_id) ON CONFLICT DO NOTHING;
    INSERT INTO claim (id, org_id, project_id, task_id, slot_id, root_slot_id, round, person_id, offer_id, subject_ids,
                       request_key, state, claimed_at, expires_at, hard_until, counted_on)
    VALUES (p_claim, v_slot.org_id, v_slot.project_id, v_slot.task_id, v_slot.id, v_slot.root_slot_id, v_slot.round,
            p_person, v_queue.offer_id,
            CASE WHEN v_queue.subject = 'none' THEN '{}' ELSE dispatch_subjects(v_slot, v_queue.subject) END,
            p_key, 'live', p_now, p_now + least(v_queue.lease_s, v_queue.claim_s_max) * interval '1 second',
            p_now + v_queue.claim_s_max * interval '1 second', CASE WHEN v_slot.round = 1 THEN v_seat.day END);
    UPDATE slot SET state = 'claimed', current_claim_id = p_claim WHERE id = v_slot.id;
    UPDATE person_load SET open_n = open_n + 1 WHERE person_id = p_person;
    RETURN QUERY SELECT 'claimed', p_claim; RETURN;
  END LOOP;
  IF v_why = 'no_work' AND EXISTS (  -- a slot kept for this person may be on its way back to everybody
      SELECT 1 FROM slot x JOIN queue q ON q.id = x.queue_id AND q.lane <> 'held'
       WHERE x.state = 'open' AND x.for_person_id = p_person AND x.stage_id = ANY (p_stages)) THEN
    v_why := 'busy';
  END IF;
  RETURN QUERY SELECT v_why, NULL::uuid;
END $$;

-- The queue of a stage whose slots rank like those of another queue: the same tier and field, the stage's own gate; of
-- the same stage also the same lane. Work that judges other work is as urgent as what it judges. Made if it is not there.
CREATE OR REPLACE FUNCTION dispatch_queue_like(p_stage uuid, p_queue bigint)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_id bigint;
  v_lane text;
BEGIN
  SELECT CASE WHEN stage_id = p_stage OR lane = 'held' THEN lane ELSE 'real' END INTO v_lane FROM queue WHERE id = p_queue;
  FOR v_try IN 1 .. 2 LOOP
    SELECT q.id INTO v_id
      FROM stage g CROSS JOIN queue l
      JOIN queue q ON q.stage_id = g.id AND q.gate_id IS NOT DISTINCT FROM g.gate_id AND q.lane = v_lane
                  AND q.tier = l.tier AND q.field = l.field AND q.cohort_id IS NULL
     WHERE g.id = p_stage AND l.id = p_queue;
    EXIT WHEN FOUND;
    INSERT INTO queue (org_id, project_id, stage_id, gate_id, lane, tier, field)
    SELECT g.org_id, g.project_id, g.id, g.gate_id, v_lane, l.tier, l.field FROM stage g CROSS JOIN queue l
     WHERE g.id = p_stage AND l.id = p_queue
    ON CONFLICT DO NOTHING RETURNING id INTO v_id;
    EXIT WHEN FOUND;
  END LOOP;
  RETURN v_id;
END $$;
