-- A template as those who work by it are told it: which models answer, and in which order the template names them, is what
-- they must not know; how many there are they may. Whatever question asks models is told so, not conversations alone.
CREATE OR REPLACE FUNCTION template_told(p_body jsonb)
RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN jsonb_path_exists(p_body, '$.questions[*].models') THEN jsonb_set(p_body, '{questions}', (
           SELECT jsonb_agg(CASE WHEN q.part ? 'models' THEN jsonb_set(q.part, '{models}',
                                      CASE jsonb_array_length(q.part -> 'models') WHEN 0 THEN '[]'::jsonb
                                                                                  WHEN 1 THEN '["a"]'::jsonb
                                                                                  ELSE '["a", "b"]'::jsonb END)
                                 ELSE q.part END ORDER BY q.place)
             FROM jsonb_array_elements(p_body -> 'questions') WITH ORDINALITY q (part, place)))
         ELSE p_body END
$$;
