-- Everything that handing in an attempt writes, in one round trip: the claim's end, its slot, the event, the pay posted,
-- submission and pay lines; of plain work also its task. What is written was decided beforehand, from rows read without
-- locks (flow/quick_hand_in.py); here they are locked, in the written order, and compared. If one of them was written
-- since, nothing happens, the answer is `stale`, and the caller takes the long way, which decides again under the locks.
-- p_seen: xmin of claim, slot, seat and person_load as they were read. p: see quick_hand_in.py, which makes it.
CREATE FUNCTION flow_hand_in(p_claim uuid, p_seen text[], p_now timestamptz, p jsonb)
RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_person uuid := (p ->> 'person')::uuid;
  v_sub uuid := (p ->> 'submission')::uuid;
  v_accepted boolean := (p ->> 'accepted')::boolean;
  v_claim record;
  v_load text;
  v_slot text;
  v_entry bigint;
BEGIN
  SELECT l.xmin INTO v_load FROM person_load l WHERE l.person_id = v_person FOR UPDATE;
  SELECT s.xmin INTO v_slot FROM slot s WHERE s.id = (p ->> 'slot')::uuid FOR UPDATE;
  SELECT c.xmin::text AS seen, c.org_id, c.project_id, c.task_id, c.slot_id, c.round, (
           SELECT e.xmin::text FROM seat e WHERE e.project_id = c.project_id AND e.person_id = c.person_id) AS seat
    INTO v_claim FROM claim c WHERE c.id = p_claim AND c.person_id = v_person FOR UPDATE OF c;
  IF ARRAY[v_claim.seen, v_slot, v_claim.seat, v_load] IS DISTINCT FROM p_seen THEN
    RETURN 'stale';
  END IF;

  PERFORM dispatch_end_claim(p_claim, 'live', 'submitted', 'submitted', p_now, 'claimed',
    CASE WHEN v_accepted THEN 'settled' ELSE 'submitted' END, v_sub, (p ->> 'reserve_minor')::bigint,
    (p ->> 'spent_until')::timestamptz, (p ->> 'spent_ms')::bigint);
  INSERT INTO event (id, at, org_id, project_id, actor_kind, actor_id, verb, subject_kind, subject_id, facts)
  VALUES ((p ->> 'event')::uuid, p_now, v_claim.org_id, v_claim.project_id, p ->> 'actor_kind',
          (p ->> 'actor_id')::uuid, 'submission:made', 'submission', v_sub, p -> 'facts');

  -- From here on the batch's accounts are held, which everybody's work moves: as late and as short as can be.
  IF p -> 'hold' <> '[]' THEN  -- more entries follow in this transaction
    PERFORM ledger_hold(p ->> 'currency', p -> 'hold');
  END IF;
  IF p -> 'legs' <> '[]' THEN
    v_entry := ledger_post('submit:' || v_sub, 'submit', p ->> 'currency', p -> 'legs', p_now, NULL,
                           jsonb_build_object('submission', v_sub));
  END IF;
  INSERT INTO submission (id, org_id, project_id, task_id, slot_id, claim_id, person_id, round, surplus, answer,
    content_hash, work_ms, submitted_at, decide_by, state, decided_by, decided_at, entry_ids)
  VALUES (v_sub, v_claim.org_id, v_claim.project_id, v_claim.task_id, v_claim.slot_id, p_claim, v_person,
    v_claim.round, false, p -> 'answer', p ->> 'content_hash', (p ->> 'work_ms')::bigint, p_now,
    (p ->> 'decide_by')::timestamptz, CASE WHEN v_accepted THEN 'accepted' ELSE 'pending' END,
    CASE WHEN v_accepted THEN 'plan' END, CASE WHEN v_accepted THEN p_now END,
    CASE WHEN v_entry IS NULL THEN '{}' ELSE ARRAY[v_entry] END);
  INSERT INTO pay_line (id, org_id, project_id, person_id, submission_id, line_key, primitive, version, inputs, exact,
    amount_minor, currency, sentence_key, sentence_args, parents, hash, entry_id, made_at)
  SELECT l.id, v_claim.org_id, v_claim.project_id, v_person, v_sub, l.line_key, l.primitive, l.version,
         l.inputs, l.exact, l.amount_minor, l.currency, l.sentence_key, l.sentence_args, l.parents, l.hash,
         CASE WHEN l.amount_minor <> 0 THEN v_entry END, p_now
    FROM jsonb_to_recordset(p -> 'lines') AS l (id uuid, line_key text, primitive text, version smallint, inputs jsonb,
         exact text, amount_minor bigint, currency text, sentence_key text, sentence_args jsonb, parents text[], hash text);
  IF (p ->> 'settles')::boolean THEN
    UPDATE task SET state = 'settled' WHERE id = v_claim.task_id AND state = 'open';
  END IF;
  RETURN 'done';
END $$;
