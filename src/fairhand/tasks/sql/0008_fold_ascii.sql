-- The same as before (0002_search.sql), quicker for plain ASCII, which has nothing to unfold, to drop or to map: a task's
-- words are taken anew whenever its state moves.
CREATE OR REPLACE FUNCTION search_fold(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN octet_length(p_text) = length(p_text) THEN lower(p_text) ELSE translate(
  regexp_replace(
    lower(normalize(p_text, NFKD)),
    '[\u0300-\u036F\u0610-\u061A\u0640\u064B-\u065F\u0670\u06D6-\u06ED\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]',
    '', 'g'),
  U&'\0671\0649\06CC\0629\06C1\06A9\0660\0661\0662\0663\0664\0665\0666\0667\0668\0669\06F0\06F1\06F2\06F3\06F4\06F5\06F6\06F7\06F8\06F9',
  U&'\0627\064A\064A\0647\0647\064301234567890123456789') END
$$;
