-- One sequence gives every slot its turn: what opens later, or again, opens behind everybody's cursor (seat.places).
CREATE SEQUENCE slot_place;
ALTER TABLE slot ALTER COLUMN place SET DEFAULT nextval('slot_place');
ALTER TABLE queue ADD COLUMN closing_xid xid8;  -- of a queue that closes: nobody who began before this saw it so

-- "Something opens in this queue", said without a lock on the queue's row: openers of many queues never wait for each
-- other. A job folds the rows into `queue.hint`; until then a queue with such a row counts as open.
CREATE TABLE queue_wake (queue_id bigint NOT NULL REFERENCES queue (id));
CREATE INDEX queue_wake_queue ON queue_wake (queue_id);

-- A slot that opens (again), or comes back to everybody, or changes its queue, gets a new place, and its queue is woken.
CREATE FUNCTION dispatch_slot_opens() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.place := nextval('slot_place');
  INSERT INTO queue_wake (queue_id) SELECT id FROM queue WHERE id = NEW.queue_id AND hint <> 2;
  RETURN NEW;
END $$;
CREATE TRIGGER opens BEFORE UPDATE ON slot FOR EACH ROW WHEN (NEW.state = 'open' AND (OLD.state <> 'open'
  OR OLD.queue_id <> NEW.queue_id OR OLD.for_person_id IS NOT NULL AND NEW.for_person_id IS NULL))
  EXECUTE FUNCTION dispatch_slot_opens();
CREATE FUNCTION dispatch_slots_made() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO queue_wake (queue_id)
  SELECT q.id FROM queue q WHERE q.hint <> 2 AND q.id IN (SELECT queue_id FROM fresh WHERE state = 'open');
  RETURN NULL;
END $$;
CREATE TRIGGER opens_new AFTER INSERT ON slot REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION dispatch_slots_made();

-- Once a minute. Queues that were woken are open again; an empty one closes in two steps, so that no opener is missed
-- who read "open" and had not committed: first "closing", which makes every later opener wake it; then, when nobody is
-- left who began before that was to be seen, "closed". Returns how many queues changed.
CREATE FUNCTION dispatch_fold_hints() RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_n int := 0;
  v_found int;
BEGIN
  WITH woken AS (DELETE FROM queue_wake RETURNING queue_id)
  UPDATE queue SET hint = 2, closing_xid = NULL WHERE hint <> 2 AND id IN (SELECT queue_id FROM woken);
  GET DIAGNOSTICS v_found = ROW_COUNT;
  v_n := v_n + v_found;
  UPDATE queue q SET hint = CASE WHEN e.some THEN 2 ELSE 0 END, closing_xid = NULL
    FROM (SELECT id, EXISTS (SELECT 1 FROM slot x WHERE x.queue_id = c.id AND x.state = 'open'
                                AND x.for_person_id IS NULL) AS some
            FROM queue c WHERE c.hint = 1 AND c.closing_xid < pg_snapshot_xmin(pg_current_snapshot())) e
   WHERE q.id = e.id;
  GET DIAGNOSTICS v_found = ROW_COUNT;
  v_n := v_n + v_found;
  UPDATE queue q SET hint = 1, closing_xid = pg_current_xact_id()
   WHERE q.hint = 2 AND NOT EXISTS (SELECT 1 FROM slot x WHERE x.queue_id = q.id AND x.state = 'open'
                                       AND x.for_person_id IS NULL);
  GET DIAGNOSTICS v_found = ROW_COUNT;
  v_n := v_n + v_found;
  -- Newcomers begin at the first open slot, not at what was finished before them. An opener not yet committed may come
  -- to lie before it: a claim that finds nothing behind looks there too.
  UPDATE queue q SET head = h.place
    FROM (SELECT c.id, (SELECT x.place FROM slot x WHERE x.queue_id = c.id AND x.state = 'open'
                           AND x.for_person_id IS NULL AND x.place >= c.head ORDER BY x.place LIMIT 1) AS place
            FROM queue c WHERE c.hint = 2) h
   WHERE q.id = h.id AND h.place > q.head;
  RETURN v_n;
END $$;

-- A fact about a person that gates read has changed: their verdicts are of an older version now. The row lock puts the
-- change and the person's claims in a line.
CREATE FUNCTION dispatch_fact_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_person uuid := CASE WHEN TG_TABLE_NAME = 'person' THEN (to_jsonb(NEW) ->> 'id')::uuid
                        ELSE (to_jsonb(NEW) ->> 'person_id')::uuid END;
BEGIN
  UPDATE person_load SET facts_version = facts_version + 1 WHERE person_id = v_person;
  RETURN NULL;
END $$;
CREATE TRIGGER fact_changed AFTER INSERT OR UPDATE ON qualification
  FOR EACH ROW EXECUTE FUNCTION dispatch_fact_changed();
CREATE TRIGGER fact_changed AFTER INSERT OR UPDATE ON consent FOR EACH ROW EXECUTE FUNCTION dispatch_fact_changed();
CREATE TRIGGER fact_changed AFTER INSERT OR UPDATE ON exclusion FOR EACH ROW EXECUTE FUNCTION dispatch_fact_changed();
CREATE TRIGGER fact_changed AFTER INSERT OR UPDATE ON profile FOR EACH ROW EXECUTE FUNCTION dispatch_fact_changed();
CREATE TRIGGER fact_changed AFTER UPDATE ON person FOR EACH ROW WHEN (OLD.tz IS DISTINCT FROM NEW.tz)
  EXECUTE FUNCTION dispatch_fact_changed();

-- Whether a person passes a gate now: the verdict kept, or a new one, kept. The caller holds the person's load.
CREATE FUNCTION dispatch_passes(p_person uuid, p_gate uuid, p_version bigint, p_now timestamptz)
RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_passes boolean;
BEGIN
  SELECT passes INTO v_passes FROM gate_pass
   WHERE person_id = p_person AND gate_id = p_gate AND facts_version = p_version AND until > p_now;
  IF FOUND THEN
    RETURN v_passes;
  END IF;
  INSERT INTO gate_pass (person_id, gate_id, passes, until, facts_version)
  SELECT p_person, p_gate, v.passes, v.until, p_version
    FROM gate g CROSS JOIN LATERAL gate_verdict(p_person, g.rule, p_now) v WHERE g.id = p_gate
  ON CONFLICT (person_id, gate_id) DO UPDATE
     SET passes = excluded.passes, until = excluded.until, facts_version = excluded.facts_version
  RETURNING passes INTO v_passes;
  RETURN coalesce(v_passes, false);
END $$;
-- The same for a page, which keeps nothing and locks nothing.
CREATE FUNCTION dispatch_would_pass(p_person uuid, p_gate uuid, p_now timestamptz)
RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT p_gate IS NULL OR coalesce(
    (SELECT k.passes FROM gate_pass k JOIN person_load l ON l.person_id = k.person_id
      WHERE k.person_id = p_person AND k.gate_id = p_gate AND k.facts_version = l.facts_version AND k.until > p_now),
    (SELECT v.passes FROM gate g CROSS JOIN LATERAL gate_verdict(p_person, g.rule, p_now) v WHERE g.id = p_gate), false)
$$;
-- Whether a client's work is withheld from a person, by a decision in force.
CREATE FUNCTION dispatch_excluded(p_person uuid, p_org uuid, p_project uuid, p_now timestamptz)
RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM exclusion e
                  WHERE e.person_id = p_person AND e.lifted_at IS NULL AND (e.until IS NULL OR e.until > p_now)
                    AND e.org_id = p_org AND (e.project_id IS NULL OR e.project_id = p_project))
$$;

-- What keeps a seat from new work: `cap_seat` (no seat, not active, or its number of the day, the week or the project is
-- reached), `cool_down`; NULL if nothing does. Inlined where it is called: it names no table.
CREATE FUNCTION dispatch_seat_bar(p_seat seat, p_now timestamptz, p_day date, p_week date)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_seat.state IS DISTINCT FROM 'active'
      OR CASE WHEN p_seat.day >= p_day THEN p_seat.day_n ELSE 0 END >= p_seat.day_max
      OR CASE WHEN p_seat.week >= p_week THEN p_seat.week_n ELSE 0 END >= p_seat.week_max
      OR p_seat.total_n >= p_seat.total_max THEN 'cap_seat'
    WHEN p_seat.cool_until > p_now THEN 'cool_down' END
$$;

-- The next slot for a person, claimed. One round trip, and a function rather than one statement: each step sees what
-- the lock's last owner committed, so caps and gates are never read stale. Nothing is written before every check passed.
--   p_stages, p_offers, p_seen: for each stage the person may work on, its current offer and whether the person saw
--   exactly those terms. p_queues: in the order to try.
-- Days and weeks are those of the person's own zone; neither ever runs backwards, so moving to another zone wins nothing.
-- Outcomes: claimed; repeat (this key was answered before); busy (all that was left is being taken this moment: ask
-- once more); cap_open, cap_week, cap_seat, cool_down, terms_changed, gate, excluded, no_seat, no_work.
DROP FUNCTION dispatch_claim_next;
CREATE FUNCTION dispatch_claim_next(p_person uuid, p_key text, p_claim uuid, p_queues bigint[], p_stages uuid[],
  p_offers uuid[], p_seen boolean[], p_now timestamptz)
RETURNS TABLE (outcome text, claim_id uuid) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_load person_load;
  v_seat seat;
  v_queue queue;
  v_stage stage;
  v_slot slot;
  v_offer offer;
  v_id uuid;
  v_from bigint;
  v_bar text;
  v_why text := 'no_work';
  v_day date;
  v_week date;
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
  SELECT (p_now AT TIME ZONE p.tz)::date INTO v_day FROM person p WHERE p.id = p_person;
  v_week := date_trunc('week', v_day)::date;

  FOR v_at IN 0 .. coalesce(cardinality(p_queues), 0) LOOP
    v_slot := NULL;
    IF v_at = 0 THEN  -- rework, and slots set aside for this person
      SELECT * INTO v_slot FROM slot x
       WHERE x.state = 'open' AND x.for_person_id = p_person AND x.for_until > p_now AND x.stage_id = ANY (p_stages)
         AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = p_person
                            AND y.root_slot_id <> x.root_slot_id)
         AND NOT dispatch_excluded(p_person, x.org_id, x.project_id, p_now)
         AND (x.round > 1 OR dispatch_would_pass(p_person, (SELECT q.gate_id FROM queue q WHERE q.id = x.queue_id), p_now))
       ORDER BY x.for_until LIMIT 1 FOR UPDATE OF x SKIP LOCKED;
      CONTINUE WHEN v_slot.id IS NULL;
      SELECT * INTO v_stage FROM stage WHERE id = v_slot.stage_id;
      SELECT * INTO v_offer FROM offer WHERE id = p_offers[array_position(p_stages, v_slot.stage_id)];
      CONTINUE WHEN v_offer.ceiling_minor > v_slot.reserve_minor;  -- the reserve can't carry these terms
      SELECT * INTO v_seat FROM seat WHERE project_id = v_slot.project_id AND person_id = p_person FOR NO KEY UPDATE;
      -- Rework was promised with the work: caps, rests and a paused seat don't keep an author from it.
      v_bar := CASE WHEN v_slot.round = 1 THEN dispatch_seat_bar(v_seat, p_now, v_day, v_week)
                    WHEN v_seat.state IS NULL OR v_seat.state = 'left' THEN 'cap_seat' END;
    ELSE
      SELECT * INTO v_queue FROM queue WHERE id = p_queues[v_at];
      IF v_seat.project_id IS DISTINCT FROM v_queue.project_id THEN
        SELECT * INTO v_seat FROM seat WHERE project_id = v_queue.project_id AND person_id = p_person FOR NO KEY UPDATE;
      END IF;
      v_bar := CASE
        WHEN v_load.week >= v_week AND v_load.week_ms >= v_load.week_ms_max THEN 'cap_week'
        WHEN EXISTS (SELECT 1 FROM exclusion e WHERE e.person_id = p_person AND e.lifted_at IS NULL)
          AND dispatch_excluded(p_person, v_queue.org_id, v_queue.project_id, p_now) THEN 'excluded'
        WHEN v_queue.gate_id IS NOT NULL
          AND NOT dispatch_passes(p_person, v_queue.gate_id, v_load.facts_version, p_now) THEN 'gate'
        WHEN v_queue.until > p_now AND NOT EXISTS (
          SELECT 1 FROM cohort_member m WHERE m.cohort_id = v_queue.cohort_id AND m.person_id = p_person) THEN 'no_work'
        ELSE dispatch_seat_bar(v_seat, p_now, v_day, v_week) END;
    END IF;
    IF v_bar IS NOT NULL THEN
      v_why := CASE WHEN v_why = 'no_work' THEN v_bar ELSE v_why END; CONTINUE;
    END IF;

    IF v_at > 0 THEN
      SELECT * INTO v_stage FROM stage WHERE id = v_queue.stage_id;
      SELECT * INTO v_offer FROM offer WHERE id = p_offers[array_position(p_stages, v_queue.stage_id)];
      v_from := greatest((v_seat.places ->> v_queue.id::text)::bigint, v_queue.head);
      -- Two statements, so that each is one range of the queue's index: from the cursor on; then what lies before it.
      SELECT * INTO v_slot FROM slot x
       WHERE x.queue_id = p_queues[v_at] AND x.state = 'open' AND x.for_person_id IS NULL AND x.place >= v_from
         AND x.reserve_minor >= v_offer.ceiling_minor
         AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = p_person OFFSET 0)
         AND (v_stage.pair_max IS NULL OR dispatch_pair_free(x.project_id, p_person, x.subject_person_id, v_stage.pair_max))
       ORDER BY x.place LIMIT 1 FOR UPDATE OF x SKIP LOCKED;
      IF NOT FOUND THEN
        SELECT * INTO v_slot FROM slot x
         WHERE x.queue_id = p_queues[v_at] AND x.state = 'open' AND x.for_person_id IS NULL AND x.place < v_from
           AND x.reserve_minor >= v_offer.ceiling_minor
           AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = p_person OFFSET 0)
           AND (v_stage.pair_max IS NULL OR dispatch_pair_free(x.project_id, p_person, x.subject_person_id, v_stage.pair_max))
         ORDER BY x.place LIMIT 1 FOR UPDATE OF x SKIP LOCKED;
      END IF;
      IF v_slot.id IS NULL THEN  -- without locks: was anything only being held by others?
        IF v_why = 'no_work' AND EXISTS (
            SELECT 1 FROM slot x
             WHERE x.queue_id = p_queues[v_at] AND x.state = 'open' AND x.for_person_id IS NULL
               AND x.reserve_minor >= v_offer.ceiling_minor
               AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = p_person OFFSET 0)
               AND (v_stage.pair_max IS NULL
                    OR dispatch_pair_free(x.project_id, p_person, x.subject_person_id, v_stage.pair_max))) THEN
          v_why := 'busy';
        END IF;
        CONTINUE;
      END IF;
    END IF;

    IF NOT p_seen[array_position(p_stages, v_slot.stage_id)] THEN
      RETURN QUERY SELECT 'terms_changed', NULL::uuid; RETURN;
    END IF;
    IF v_slot.subject_person_id IS NOT NULL AND v_slot.round = 1
       AND NOT dispatch_count_pair(v_slot.project_id, p_person, v_slot.subject_person_id, v_stage.pair_max) THEN
      v_why := 'busy'; CONTINUE;  -- the other of the two claimed this moment
    END IF;
    UPDATE seat SET day = greatest(day, v_day), day_n = CASE WHEN day >= v_day THEN day_n + 1 ELSE 1 END,
           week = greatest(week, v_week), week_n = CASE WHEN week >= v_week THEN week_n + 1 ELSE 1 END,
           total_n = total_n + 1,
           places = CASE WHEN v_at = 0 THEN places
                         ELSE jsonb_set(places, ARRAY[v_queue.id::text], to_jsonb(v_slot.place)) END
     WHERE id = v_seat.id;
    INSERT INTO hand (org_id, task_id, person_id, root_slot_id)
    VALUES (v_slot.org_id, v_slot.task_id, p_person, v_slot.root_slot_id) ON CONFLICT DO NOTHING;
    INSERT INTO claim (id, org_id, project_id, task_id, slot_id, root_slot_id, round, person_id, offer_id, subject_ids,
                       request_key, state, claimed_at, expires_at, hard_until)
    VALUES (p_claim, v_slot.org_id, v_slot.project_id, v_slot.task_id, v_slot.id, v_slot.root_slot_id, v_slot.round,
            p_person, v_offer.id,
            CASE WHEN v_stage.subject = 'none' THEN '{}' ELSE dispatch_subjects(v_slot, v_stage.subject) END,
            p_key, 'live', p_now, p_now + least(v_stage.lease_s, v_stage.claim_s_max) * interval '1 second',
            p_now + v_stage.claim_s_max * interval '1 second');
    UPDATE slot SET state = 'claimed', current_claim_id = p_claim WHERE id = v_slot.id;
    UPDATE person_load SET open_n = open_n + 1 WHERE person_id = p_person;
    RETURN QUERY SELECT 'claimed', p_claim; RETURN;
  END LOOP;
  RETURN QUERY SELECT v_why, NULL::uuid;
END $$;

-- What a judging slot shows: the one submission it is about, or those of all attempts at its task.
CREATE FUNCTION dispatch_subjects(p_slot slot, p_subject text)
RETURNS uuid[] LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT ARRAY(SELECT s.result_id FROM slot s JOIN stage g ON g.id = s.stage_id
                WHERE s.task_id = p_slot.task_id AND s.result_id IS NOT NULL
                  AND CASE WHEN p_subject = 'all' THEN g.kind = 'attempt' ELSE s.id = p_slot.subject_slot_id END
                ORDER BY s.seq)
$$;

-- May one more of an author's works go to a judge? Not where both judged each other already and this one so often.
CREATE FUNCTION dispatch_pair_free(p_project uuid, p_judge uuid, p_author uuid, p_max int)
RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT NOT EXISTS (
    SELECT 1 FROM review_pair r
     WHERE r.project_id = p_project AND r.low_id = least(p_judge, p_author) AND r.high_id = greatest(p_judge, p_author)
       AND CASE WHEN p_judge = r.low_id THEN r.high_n > 0 AND r.low_n >= p_max
                ELSE r.low_n > 0 AND r.high_n >= p_max END)
$$;
-- Counts it, in one row for both ways, so that two who judge each other at once stand in a line; false if full.
CREATE FUNCTION dispatch_count_pair(p_project uuid, p_judge uuid, p_author uuid, p_max int)
RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_low int := (p_judge < p_author)::int;
BEGIN
  INSERT INTO review_pair AS r (project_id, low_id, high_id, low_n, high_n)
  VALUES (p_project, least(p_judge, p_author), greatest(p_judge, p_author), v_low, 1 - v_low)
  ON CONFLICT (project_id, low_id, high_id) DO UPDATE SET low_n = r.low_n + v_low, high_n = r.high_n + 1 - v_low
   WHERE p_max IS NULL OR CASE WHEN v_low = 1 THEN r.high_n = 0 OR r.low_n < p_max ELSE r.low_n = 0 OR r.high_n < p_max END;
  RETURN FOUND;
END $$;
