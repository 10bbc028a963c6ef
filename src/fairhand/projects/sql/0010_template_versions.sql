-- The version of the template that an offer names; offers made before there could be a second one name none. Inlined
-- where it is called.
CREATE FUNCTION offer_template(p_terms jsonb) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce((p_terms ->> 'template_version')::int, 1)
$$;
