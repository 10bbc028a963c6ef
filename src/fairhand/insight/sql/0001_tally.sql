-- Running counts of a project, so that no page counts slots, decisions or pay lines one by one.
--
-- Every statement that changes what is counted appends differences; a count is the sum of its rows. Nothing is updated,
-- so counting puts no two people in a line, and a count seen in a transaction is that of its rows in the same snapshot.
-- `tally_compact` adds old rows up. The application may read the table and call that function, nothing else.

CREATE INDEX tally_counts ON tally (project_id, what) INCLUDE (batch_id, stage_id, state, at, n);

-- what `slots`: state of the slot, with `+` behind it from the second round on. `at` is no moment.
CREATE FUNCTION tally_slots() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO tally (project_id, batch_id, stage_id, what, state, at, n)
    SELECT project_id, batch_id, stage_id, 'slots', state || CASE WHEN round > 1 THEN '+' ELSE '' END, '-infinity',
           count(*)
      FROM fresh GROUP BY 1, 2, 3, 5;
  ELSE
    INSERT INTO tally (project_id, batch_id, stage_id, what, state, at, n)
    SELECT project_id, batch_id, stage_id, 'slots', state || CASE WHEN round > 1 THEN '+' ELSE '' END, '-infinity',
           sum(n)
      FROM (SELECT project_id, batch_id, stage_id, state, round, 1 AS n FROM fresh
            UNION ALL SELECT project_id, batch_id, stage_id, state, round, -1 FROM stale) moved
     GROUP BY 1, 2, 3, 5 HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tally_in AFTER INSERT ON slot REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION tally_slots();
CREATE TRIGGER tally_moved AFTER UPDATE ON slot REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION tally_slots();

-- what `accepted`: accepted submissions that count (no surplus), by who decided, at the minute of the decision.
CREATE FUNCTION tally_accepted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO tally (project_id, batch_id, stage_id, what, state, at, n)
    SELECT s.project_id, x.batch_id, x.stage_id, 'accepted', s.decided_by, date_trunc('minute', s.decided_at), count(*)
      FROM fresh s JOIN slot x ON x.id = s.slot_id
     WHERE s.state = 'accepted' AND NOT s.surplus GROUP BY 1, 2, 3, 5, 6;
  ELSE
    INSERT INTO tally (project_id, batch_id, stage_id, what, state, at, n)
    SELECT s.project_id, x.batch_id, x.stage_id, 'accepted', s.decided_by, date_trunc('minute', s.decided_at), sum(s.n)
      FROM (SELECT project_id, slot_id, decided_by, decided_at, 1 AS n FROM fresh
             WHERE state = 'accepted' AND NOT surplus
            UNION ALL
            SELECT project_id, slot_id, decided_by, decided_at, -1 FROM stale
             WHERE state = 'accepted' AND NOT surplus) s JOIN slot x ON x.id = s.slot_id
     GROUP BY 1, 2, 3, 5, 6 HAVING sum(s.n) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tally_in AFTER INSERT ON submission REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION tally_accepted();
CREATE TRIGGER tally_moved AFTER UPDATE ON submission REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION tally_accepted();

-- what `paid`: minor units on pay lines, by currency (`state`), at the minute the line was made.
CREATE FUNCTION tally_paid() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO tally (project_id, batch_id, stage_id, what, state, at, n)
  SELECT l.project_id, x.batch_id, x.stage_id, 'paid', l.currency, date_trunc('minute', l.made_at), sum(l.amount_minor)
    FROM fresh l LEFT JOIN submission s ON s.id = l.submission_id LEFT JOIN slot x ON x.id = s.slot_id
   GROUP BY 1, 2, 3, 5, 6 HAVING sum(l.amount_minor) <> 0;
  RETURN NULL;
END $$;
CREATE TRIGGER tally_in AFTER INSERT ON pay_line REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION tally_paid();

-- what `tasks`: tasks of a batch.
CREATE FUNCTION tally_tasks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO tally (project_id, batch_id, what, state, at, n)
  SELECT project_id, batch_id, 'tasks', '', '-infinity', count(*) FROM fresh GROUP BY 1, 2;
  RETURN NULL;
END $$;
CREATE TRIGGER tally_in AFTER INSERT ON task REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION tally_tasks();

-- The moment a row is kept at: minutes become hours after two days, hours become days after ninety.
CREATE FUNCTION tally_at(p_at timestamptz, p_now timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_at = '-infinity' OR p_at > p_now - interval '2 days' THEN p_at
              WHEN p_at > p_now - interval '90 days' THEN date_trunc('hour', p_at, 'UTC')
              ELSE date_trunc('day', p_at, 'UTC') END
$$;

-- Adds up the rows of projects in which something lies side by side. One at a time; whoever comes second does nothing.
-- Returns how many rows it took away.
CREATE FUNCTION tally_compact(p_now timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_gone bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('tally_compact')) THEN
    RETURN 0;
  END IF;
  WITH crowded AS (
    SELECT DISTINCT project_id FROM
      (SELECT project_id FROM tally GROUP BY project_id, batch_id, stage_id, what, state, tally_at(at, p_now)
       HAVING count(*) > 1 OR bool_or(at <> tally_at(at, p_now))) found),
  gone AS (
    DELETE FROM tally WHERE project_id IN (SELECT project_id FROM crowded)
    RETURNING project_id, batch_id, stage_id, what, state, at, n),
  made AS (
    INSERT INTO tally (project_id, batch_id, stage_id, what, state, at, n)
    SELECT project_id, batch_id, stage_id, what, state, tally_at(at, p_now), sum(n)
      FROM gone GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0
    RETURNING 1)
  SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM made) INTO v_gone;
  RETURN v_gone;
END $$;
REVOKE ALL ON FUNCTION tally_compact(timestamptz) FROM PUBLIC;

-- What there was before.
INSERT INTO tally (project_id, batch_id, stage_id, what, state, at, n)
SELECT project_id, batch_id, stage_id, 'slots', state || CASE WHEN round > 1 THEN '+' ELSE '' END, '-infinity', count(*)
  FROM slot GROUP BY 1, 2, 3, 5;
INSERT INTO tally (project_id, batch_id, stage_id, what, state, at, n)
SELECT s.project_id, x.batch_id, x.stage_id, 'accepted', s.decided_by, date_trunc('minute', s.decided_at), count(*)
  FROM submission s JOIN slot x ON x.id = s.slot_id
 WHERE s.state = 'accepted' AND NOT s.surplus GROUP BY 1, 2, 3, 5, 6;
INSERT INTO tally (project_id, batch_id, stage_id, what, state, at, n)
SELECT l.project_id, x.batch_id, x.stage_id, 'paid', l.currency, date_trunc('minute', l.made_at), sum(l.amount_minor)
  FROM pay_line l LEFT JOIN submission s ON s.id = l.submission_id LEFT JOIN slot x ON x.id = s.slot_id
 GROUP BY 1, 2, 3, 5, 6 HAVING sum(l.amount_minor) <> 0;
INSERT INTO tally (project_id, batch_id, what, state, at, n)
SELECT project_id, batch_id, 'tasks', '', '-infinity', count(*) FROM task GROUP BY 1, 2;
