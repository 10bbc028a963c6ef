-- A decision stays as it was made.
CREATE FUNCTION task_return_keep() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a decision that a task comes back stays' USING ERRCODE = '23C04';
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON task_return FOR EACH ROW EXECUTE FUNCTION task_return_keep();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON task_return EXECUTE FUNCTION task_return_keep();
