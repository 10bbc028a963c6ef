-- A queue has its stage's gate, whoever makes it and however old the stage is that they read: the stage's row is held
-- until the end, so of a new queue and a change of the gate at once the second sees the first.
CREATE FUNCTION dispatch_queue_gate() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  SELECT gate_id INTO NEW.gate_id FROM stage WHERE id = NEW.stage_id FOR SHARE;
  RETURN NEW;
END $$;
CREATE TRIGGER gate_of_stage BEFORE INSERT ON queue FOR EACH ROW EXECUTE FUNCTION dispatch_queue_gate();
