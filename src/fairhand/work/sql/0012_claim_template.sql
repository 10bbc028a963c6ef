-- Which version of its project's template a claim works with, whatever was published since. An attempt: the one that its
-- offer names. Whoever judges: that of the work that is judged, of several the newest. The second is inlined where it is
-- called, so that an attempt costs no call.
CREATE FUNCTION judged_template(p_subjects uuid[]) RETURNS int LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(max(offer_template(o.terms)), 1)
    FROM submission s JOIN claim c ON c.id = s.claim_id JOIN offer o ON o.id = c.offer_id WHERE s.id = ANY (p_subjects)
$$;
CREATE FUNCTION claim_template(p_terms jsonb, p_subjects uuid[]) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN p_subjects = '{}' THEN public.offer_template(p_terms) ELSE public.judged_template(p_subjects) END
$$;
