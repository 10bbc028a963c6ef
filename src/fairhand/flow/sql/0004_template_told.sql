-- A template as those who work by it are told it: which models answer, and in which order the template names them, is what
-- they must not know; how many there are they may.
CREATE FUNCTION template_told(p_body jsonb)
RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN p_body -> 'questions' @> '[{"type": "panel"}]' THEN jsonb_set(p_body, '{questions}', (
           SELECT jsonb_agg(CASE WHEN q.part ->> 'type' = 'panel' THEN jsonb_set(q.part, '{models}',
                                      CASE jsonb_array_length(q.part -> 'models') WHEN 1 THEN '["a"]'::jsonb
                                                                                  ELSE '["a", "b"]'::jsonb END)
                                 ELSE q.part END ORDER BY q.place)
             FROM jsonb_array_elements(p_body -> 'questions') WITH ORDINALITY q (part, place)))
         ELSE p_body END
$$;

-- A claim as its holder's program sees it, as JSON text; NULL for anybody else. No id of a task, a slot or another person
-- is in it; what is judged comes without its author. `template`: only where it isn't the version in force, which the terms of
-- a seat give once for all of its claims.
CREATE OR REPLACE FUNCTION flow_claim_shown(p_claim uuid, p_person uuid)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  RETURN (
    SELECT jsonb_build_object(
             'id', c.id, 'project', p.slug, 'kind', g.kind, 'stage', g.name, 'state', c.state, 'round', c.round,
             'claimed_at', c.claimed_at, 'expires_at', c.expires_at, 'hard_until', c.hard_until, 'work_ms', c.work_ms,
             'payload', t.payload,
             'template', (SELECT template_told(m.body) FROM template m
                           WHERE m.project_id = c.project_id AND m.version = claim_template(o.terms, c.subject_ids)
                             AND m.id <> g.template_id),
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
