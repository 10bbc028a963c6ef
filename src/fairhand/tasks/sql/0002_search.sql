-- How text is compared when people search: compatibility forms unfolded, letter case and marks dropped (Latin accents,
-- Arabic vowel signs), tatweel and invisible direction marks dropped, the forms of alef, yeh and heh as one letter
-- each, Arabic digits as digits. Both sides of every search go through it, so there is no second copy to keep in step.
CREATE FUNCTION search_fold(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 SET search_path = pg_catalog, pg_temp AS $$
SELECT translate(
  regexp_replace(
    lower(normalize(p_text, NFKD)),
    '[\u0300-\u036F\u0610-\u061A\u0640\u064B-\u065F\u0670\u06D6-\u06ED\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]',
    '', 'g'),
  U&'\0671\0649\06CC\0629\06C1\06A9\0660\0661\0662\0663\0664\0665\0666\0667\0668\0669\06F0\06F1\06F2\06F3\06F4\06F5\06F6\06F7\06F8\06F9',
  U&'\0627\064A\064A\0647\0647\064301234567890123456789')
$$;

-- The words of a task, with its project among them: the index then finds a project's own rows, and how many tasks of
-- others hold a word costs its reader nothing. A text is searched in its first 40,000 characters (a tsvector has an end).
-- COST says what it is: a word that most tasks hold is then looked for along the newest tasks, a rare one by the index.
CREATE FUNCTION task_words(p_project uuid, p_payload jsonb) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5000 SET search_path = public, pg_catalog, pg_temp AS $$
SELECT to_tsvector('pg_catalog.simple', search_fold(left(coalesce(string_agg(part #>> '{}', ' '), ''), 40000)))
    || array_to_tsvector(ARRAY['project:' || p_project::text])
  FROM jsonb_path_query(p_payload, 'strict $.**') part WHERE jsonb_typeof(part) IN ('string', 'number')
$$;
