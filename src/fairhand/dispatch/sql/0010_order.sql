-- The queue of a stage whose slots rank like those of another queue: the same tier and field, the stage's own gate; of
-- the same stage also the same lane. Work that judges other work is as urgent as what it judges. Made if it is not there.
CREATE FUNCTION dispatch_queue_like(p_stage uuid, p_queue bigint)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_id bigint;
  v_lane text;
BEGIN
  SELECT CASE WHEN stage_id = p_stage THEN lane ELSE 'real' END INTO v_lane FROM queue WHERE id = p_queue;
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

-- Once a minute. Queues that were woken are open again; an empty one closes in three steps, each a transaction of its
-- own, so that no opener is missed who read "open" and has not committed. First it is "closing": every opener who sees
-- that wakes it. Then, with that committed, the job notes its own new id as a fence: whoever read "open" has a lower one,
-- since opening a slot locks it before the hint is read. Last, when all lower ones are done, it is "closed", or open
-- again if one of them opened something. (The id of the first step would not do: while that step is under way others
-- begin, with higher ids, and still read "open".) Queues that somebody holds this moment (a gate that changes, a batch
-- ranked anew) stay as they are until the next minute: this job waits for nobody. Returns how many queues changed.
CREATE OR REPLACE FUNCTION dispatch_fold_hints() RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_n int := 0;
  v_found int;
  v_mine bigint[];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('dispatch_fold_hints'));  -- one at a time: the step before is committed
  SELECT coalesce(array_agg(l.id), '{}') INTO v_mine FROM (
    SELECT q.id FROM queue q
     WHERE q.hint = 1 OR q.id IN (SELECT w.queue_id FROM queue_wake w) OR q.hint = 2 AND NOT EXISTS (
             SELECT 1 FROM slot x WHERE x.queue_id = q.id AND x.state = 'open' AND x.for_person_id IS NULL
                AND x.place = q.head)
     ORDER BY q.id FOR NO KEY UPDATE SKIP LOCKED) l;
  WITH woken AS (DELETE FROM queue_wake WHERE queue_id = ANY (v_mine) RETURNING queue_id)
  UPDATE queue SET hint = 2, closing_xid = NULL WHERE hint <> 2 AND id IN (SELECT queue_id FROM woken);
  GET DIAGNOSTICS v_found = ROW_COUNT;
  v_n := v_n + v_found;
  UPDATE queue q SET hint = CASE WHEN e.some THEN 2 ELSE 0 END, closing_xid = NULL
    FROM (SELECT id, EXISTS (SELECT 1 FROM slot x WHERE x.queue_id = c.id AND x.state = 'open'
                                AND x.for_person_id IS NULL) AS some
            FROM queue c WHERE c.id = ANY (v_mine) AND c.hint = 1
                           AND c.closing_xid <= pg_snapshot_xmin(pg_current_snapshot())) e
   WHERE q.id = e.id;
  GET DIAGNOSTICS v_found = ROW_COUNT;
  v_n := v_n + v_found;
  UPDATE queue SET closing_xid = pg_current_xact_id() WHERE id = ANY (v_mine) AND hint = 1 AND closing_xid IS NULL;
  UPDATE queue q SET hint = 1, closing_xid = NULL
   WHERE q.id = ANY (v_mine) AND q.hint = 2
     AND NOT EXISTS (SELECT 1 FROM slot x WHERE x.queue_id = q.id AND x.state = 'open' AND x.for_person_id IS NULL);
  GET DIAGNOSTICS v_found = ROW_COUNT;
  v_n := v_n + v_found;
  -- Newcomers begin at the first open slot, not at what was finished before them. An opener not yet committed may come
  -- to lie before it: a claim that finds nothing behind looks there too.
  UPDATE queue q SET head = h.place
    FROM (SELECT c.id, (SELECT x.place FROM slot x WHERE x.queue_id = c.id AND x.state = 'open'
                           AND x.for_person_id IS NULL AND x.place >= c.head ORDER BY x.place LIMIT 1) AS place
            FROM queue c WHERE c.id = ANY (v_mine) AND c.hint = 2) h
   WHERE q.id = h.id AND h.place > q.head;
  RETURN v_n;
END $$;
