-- A claim as its holder's program sees it, as JSON text; NULL for anybody else. No id of a task, a slot or another person
-- is in it; what is judged comes without its author.
CREATE FUNCTION flow_claim_shown(p_claim uuid, p_person uuid)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  RETURN (
    SELECT jsonb_build_object(
             'id', c.id, 'project', p.slug, 'kind', g.kind, 'stage', g.name, 'state', c.state, 'round', c.round,
             'claimed_at', c.claimed_at, 'expires_at', c.expires_at, 'hard_until', c.hard_until, 'work_ms', c.work_ms,
             'payload', t.payload,
             'offer', jsonb_build_object('terms_hash', o.terms_hash, 'currency', o.currency,
                                         'ceiling_minor', o.ceiling_minor, 'terms', o.terms),
             'subjects', CASE WHEN c.subject_ids = '{}' THEN '[]' ELSE (
                SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'round', s.round, 'answer', s.answer)
                                          ORDER BY s.submitted_at), '[]')
                  FROM submission s WHERE s.id = ANY (c.subject_ids)) END,
             'earlier', CASE WHEN c.round > 1 AND g.kind = 'attempt' THEN (
                SELECT jsonb_build_object('id', s.id, 'answer', s.answer, 'note', coalesce(r.note, ''),
                                          'clause', r.clause)
                  FROM submission s LEFT JOIN review r ON r.subject_id = s.id AND r.verdict = 'return'
                 WHERE s.slot_id = c.slot_id AND s.round = c.round - 1 AND NOT s.surplus AND s.person_id = c.person_id
                 ORDER BY r.submission_id DESC LIMIT 1) END)::text
      FROM claim c JOIN slot x ON x.id = c.slot_id JOIN stage g ON g.id = x.stage_id JOIN task t ON t.id = c.task_id
      JOIN project p ON p.id = c.project_id JOIN offer o ON o.id = c.offer_id
     WHERE c.id = p_claim AND c.person_id = p_person);
END $$;

-- The next slot claimed, told and shown, in one round trip: dispatch_claim_next, the event of the claim, and what the
-- holder's program is given. Where nothing is claimed nothing is written, and the caller goes the long way
-- (flow/claim_next.py), which says why. p: see flow/quick_claim.py, which makes it; the event is that of claiming.tell.
CREATE FUNCTION flow_claim(p_person uuid, p_key text, p_claim uuid, p_queues bigint[], p_stages uuid[],
  p_offers uuid[], p_seen boolean[], p_now timestamptz, p jsonb)
RETURNS TABLE (outcome text, shown text) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_outcome text;
  v_claim uuid;
BEGIN
  SELECT f.outcome, f.claim_id INTO v_outcome, v_claim
    FROM dispatch_claim_next(p_person, p_key, p_claim, p_queues, p_stages, p_offers, p_seen, p_now) f;
  IF v_outcome = 'claimed' THEN
    INSERT INTO event (id, at, org_id, project_id, actor_kind, actor_id, verb, subject_kind, subject_id, facts)
    SELECT (p ->> 'event')::uuid, p_now, c.org_id, c.project_id, p ->> 'actor_kind', (p ->> 'actor_id')::uuid,
           'claim:made', 'claim', c.id,
           jsonb_build_object('round', c.round, 'offer', c.offer_id, 'slot', c.slot_id, 'queue', q.id, 'tier', q.tier,
             'lane', q.lane, 'field', q.field,
             'first', CASE WHEN x.for_person_id IS NULL THEN coalesce(p -> 'why' ->> q.id::text, 'draw')
                           WHEN c.round > 1 THEN 'rework' WHEN q.lane = 'gold' THEN 'gold' ELSE 'set_aside' END,
             'of', p -> 'of', 'plan', p -> 'plan')
      FROM claim c JOIN slot x ON x.id = c.slot_id JOIN queue q ON q.id = x.queue_id WHERE c.id = v_claim;
  END IF;
  RETURN QUERY SELECT v_outcome, flow_claim_shown(v_claim, p_person);
END $$;
