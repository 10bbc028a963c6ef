-- A claim as its holder's program sees it, as JSON text; NULL for anybody else. No id of a task, a slot or another person
-- is in it; what is judged comes without its author. `template`: only where it isn't the version in force, which the terms of
-- a seat give once for all of its claims. `kept_out`: as KEPT_OUT_AS of cases/raised_queries.py has it; what the task shows, and
-- every answer to it, is left out then. Of a live claim, as one just made is, nothing is read for it.
CREATE OR REPLACE FUNCTION flow_claim_shown(p_claim uuid, p_person uuid)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  RETURN (
    SELECT jsonb_build_object(
             'id', c.id, 'project', p.slug, 'kind', g.kind, 'stage', g.name, 'state', c.state, 'round', c.round,
             'claimed_at', c.claimed_at, 'expires_at', c.expires_at, 'hard_until', c.hard_until, 'work_ms', c.work_ms,
             'kept_out', k.kept_out, 'payload', CASE WHEN k.kept_out IS NULL THEN t.payload ELSE '{}' END,
             'template', (SELECT template_told(m.body) FROM template m
                           WHERE m.project_id = c.project_id AND m.version = claim_template(o.terms, c.subject_ids)
                             AND m.id <> g.template_id),
             'offer', jsonb_build_object('terms_hash', o.terms_hash, 'currency', o.currency,
                                         'ceiling_minor', o.ceiling_minor, 'terms', o.terms),
             'subjects', CASE WHEN c.subject_ids = '{}' THEN '[]' ELSE (
                SELECT coalesce(jsonb_agg(jsonb_build_object(
                                  'id', s.id, 'round', s.round,
                                  'answer', CASE WHEN k.kept_out IS NULL THEN s.answer ELSE '{}' END)
                                ORDER BY s.submitted_at), '[]')
                  FROM submission s WHERE s.id = ANY (c.subject_ids)) END,
             'earlier', CASE WHEN c.round > 1 AND g.kind = 'attempt' THEN (
                SELECT jsonb_build_object(
                         'id', s.id, 'answer', CASE WHEN k.kept_out IS NULL THEN s.answer ELSE '{}' END,
                         'note', coalesce(r.note, ''), 'clause', r.clause)
                  FROM submission s LEFT JOIN review r ON r.subject_id = s.id AND r.verdict = 'return'
                 WHERE s.slot_id = c.slot_id AND s.round = c.round - 1 AND NOT s.surplus AND s.person_id = c.person_id
                 ORDER BY r.submission_id DESC LIMIT 1) END)::text
      FROM claim c JOIN slot x ON x.id = c.slot_id JOIN stage g ON g.id = x.stage_id JOIN task t ON t.id = c.task_id
      JOIN project p ON p.id = c.project_id JOIN offer o ON o.id = c.offer_id
      CROSS JOIN LATERAL (
        SELECT CASE WHEN c.state <> 'live' THEN (
                 SELECT max(CASE r.state WHEN 'open' THEN 'held' ELSE 'taken_out' END) FROM raised r
                  WHERE r.task_id = c.task_id AND r.kind = 'illegal'
                    AND (r.state = 'open' OR r.done = 'taken_out' AND NOT EXISTS (
                      SELECT 1 FROM task_return w WHERE w.raised_id = r.id))) END AS kept_out) k
     WHERE c.id = p_claim AND c.person_id = p_person);
END $$;
