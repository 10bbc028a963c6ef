-- The SQL twin of gates/rules.py `verdict`: whether a person passes a rule now, the next moment at which time alone may
-- change that ('infinity' if none), and the places (from 0) of the conditions that fail. A test compares the two.
CREATE FUNCTION gate_verdict(p_person uuid, p_rule jsonb, p_now timestamptz)
RETURNS TABLE (passes boolean, until timestamptz, failing int[]) LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH fact AS MATERIALIZED (
    SELECT coalesce(f.language_codes, '{}') AS languages, coalesce(f.country_code, '') AS country, p.tz
      FROM person p LEFT JOIN profile f ON f.person_id = p.id WHERE p.id = p_person),
  part AS (
    SELECT c.at::int - 1 AS at, d.part, d.part ->> 'kind' AS kind
      FROM jsonb_array_elements(p_rule -> 'all') WITH ORDINALITY c (asked, at)
     CROSS JOIN LATERAL jsonb_array_elements(
       CASE WHEN c.asked ->> 'kind' = 'any' THEN c.asked -> 'of' ELSE jsonb_build_array(c.asked) END) d (part)),
  judged AS (
    SELECT x.at, CASE
        WHEN x.kind IN ('skill', 'tier') THEN coalesce(q.held, false)
        WHEN x.kind = 'language' THEN f.languages && ARRAY(SELECT jsonb_array_elements_text(x.part -> 'any'))
        WHEN x.kind = 'country' THEN x.part -> 'any' ? f.country
        WHEN x.kind = 'not_country' THEN f.country <> '' AND NOT x.part -> 'any' ? f.country
        WHEN x.kind = 'zone' THEN EXISTS (
          SELECT 1 FROM jsonb_array_elements_text(x.part -> 'any') z
           WHERE z = f.tz OR (right(z, 1) = '/' AND starts_with(f.tz, z)))
        WHEN x.kind = 'consent' THEN EXISTS (
          SELECT 1 FROM consent c
           WHERE c.person_id = p_person AND c.topic = x.part ->> 'topic' AND c.withdrawn_at IS NULL)
        ELSE false END AS ok, q.until
      FROM part x CROSS JOIN fact f LEFT JOIN LATERAL (
        SELECT bool_or(h.valid_from <= p_now AND (h.valid_until IS NULL OR h.valid_until > p_now)) AS held,
               least(min(h.valid_from) FILTER (WHERE h.valid_from > p_now),
                     min(h.valid_until) FILTER (WHERE h.valid_until > p_now)) AS until
          FROM qualification h JOIN skill s ON s.id = h.skill_id
         WHERE x.kind IN ('skill', 'tier') AND h.person_id = p_person AND s.slug = x.part ->> x.kind
           AND s.kind = x.kind AND h.level >= (x.part ->> 'level')::int AND h.revoked_at IS NULL) q ON true),
  asked AS (SELECT at, bool_or(ok) AS ok, min(judged.until) AS until FROM judged GROUP BY at)
  SELECT coalesce(bool_and(ok), true), coalesce(min(asked.until), 'infinity'),
         coalesce(array_agg(at ORDER BY at) FILTER (WHERE NOT ok), '{}')
    FROM asked
$$;
