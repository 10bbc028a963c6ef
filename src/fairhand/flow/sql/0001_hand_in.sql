-- Everything that handing in plain work writes, in one round trip: the claim's end, the slot and its task settled, the
-- event, the pay posted, submission and pay lines. What is written was decided beforehand, from rows read without locks
-- (flow/quick_hand_in.py); here they are locked, in the written order, and compared. If one of them was written since,
-- nothing happens, the answer is `stale`, and the caller takes the long way, which decides again under the locks.
-- p_seen: xmin of claim, slot, seat and person_load as they were read. p: see quick_hand_in.py, which makes it.
CREATE FUNCTION flow_hand_in(p_claim uuid, p_seen text[], p_now timestamptz, p jsonb)
RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_claim claim;
  v_seen text[];
  v_sub uuid := (p ->> 'submission')::uuid;
  v_entry bigint;
BEGIN
  IF NOT dispatch_lock_claim(p_claim) THEN
    RETURN 'stale';
  END IF;
  SELECT ARRAY[c.xmin::text, s.xmin::text, e.xmin::text, l.xmin::text] INTO v_seen
    FROM claim c JOIN slot s ON s.id = c.slot_id JOIN person_load l ON l.person_id = c.person_id
    JOIN seat e ON e.project_id = c.project_id AND e.person_id = c.person_id
   WHERE c.id = p_claim;
  IF v_seen IS DISTINCT FROM p_seen THEN
    RETURN 'stale';
  END IF;
  SELECT * INTO v_claim FROM claim WHERE id = p_claim;

  PERFORM dispatch_end_claim(p_claim, 'live', 'submitted', 'submitted', p_now, 'claimed', 'submitted', v_sub, 0);
  UPDATE slot SET state = 'settled', for_person_id = NULL, for_until = NULL
   WHERE id = v_claim.slot_id AND state = 'submitted';
  IF p ->> 'spent_until' IS NOT NULL THEN
    PERFORM dispatch_spend(v_claim.person_id, (p ->> 'spent_until')::timestamptz, (p ->> 'spent_ms')::bigint, p_now);
  END IF;
  INSERT INTO event (id, at, org_id, project_id, actor_kind, actor_id, verb, subject_kind, subject_id, facts)
  VALUES ((p ->> 'event')::uuid, p_now, v_claim.org_id, v_claim.project_id, p ->> 'actor_kind',
          (p ->> 'actor_id')::uuid, 'submission:made', 'submission', v_sub, p -> 'facts');

  -- From here on the batch's accounts are held, which everybody's work moves: as late and as short as can be.
  IF p -> 'legs' <> '[]' THEN
    v_entry := ledger_post('submit:' || v_sub, 'submit', p ->> 'currency', p -> 'legs', p_now, NULL,
                           jsonb_build_object('submission', v_sub));
  END IF;
  INSERT INTO submission (id, org_id, project_id, task_id, slot_id, claim_id, person_id, round, surplus, answer,
    content_hash, work_ms, submitted_at, decide_by, state, decided_by, decided_at, entry_ids)
  VALUES (v_sub, v_claim.org_id, v_claim.project_id, v_claim.task_id, v_claim.slot_id, p_claim, v_claim.person_id,
    v_claim.round, false, p -> 'answer', p ->> 'content_hash', (p ->> 'work_ms')::bigint, p_now,
    (p ->> 'decide_by')::timestamptz, 'accepted', 'plan', p_now,
    CASE WHEN v_entry IS NULL THEN '{}' ELSE ARRAY[v_entry] END);
  INSERT INTO pay_line (id, org_id, project_id, person_id, submission_id, line_key, primitive, version, inputs, exact,
    amount_minor, currency, sentence_key, sentence_args, entry_id, made_at)
  SELECT l.id, v_claim.org_id, v_claim.project_id, v_claim.person_id, v_sub, l.line_key, l.primitive, l.version,
         l.inputs, l.exact, l.amount_minor, l.currency, l.sentence_key, l.sentence_args,
         CASE WHEN l.amount_minor <> 0 THEN v_entry END, p_now
    FROM jsonb_to_recordset(p -> 'lines') AS l (id uuid, line_key text, primitive text, version smallint, inputs jsonb,
         exact text, amount_minor bigint, currency text, sentence_key text, sentence_args jsonb);
  UPDATE task SET state = 'settled' WHERE id = v_claim.task_id AND state = 'open';
  RETURN 'done';
END $$;
