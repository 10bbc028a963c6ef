-- Running counts of people in a project, beside those of the project itself (0001_tally.sql).
--
-- what `work_of`: submissions of a person (surplus too) by state and stage; `paid_to`: minor units on a person's pay lines, by
-- currency. Both without a batch, and `at` is no moment.

ALTER TABLE tally ADD COLUMN person_id uuid;
CREATE INDEX tally_people ON tally (project_id, person_id) INCLUDE (what, stage_id, state, n) WHERE person_id IS NOT NULL;

CREATE FUNCTION tally_work_of() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO tally (project_id, stage_id, person_id, what, state, at, n)
    SELECT s.project_id, x.stage_id, s.person_id, 'work_of', s.state, '-infinity', count(*)
      FROM fresh s JOIN slot x ON x.id = s.slot_id GROUP BY 1, 2, 3, 5;
  ELSE
    INSERT INTO tally (project_id, stage_id, person_id, what, state, at, n)
    SELECT s.project_id, x.stage_id, s.person_id, 'work_of', s.state, '-infinity', sum(s.n)
      FROM (SELECT project_id, slot_id, person_id, state, 1 AS n FROM fresh
            UNION ALL SELECT project_id, slot_id, person_id, state, -1 FROM stale) s JOIN slot x ON x.id = s.slot_id
     GROUP BY 1, 2, 3, 5 HAVING sum(s.n) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tally_work_in AFTER INSERT ON submission REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION tally_work_of();
CREATE TRIGGER tally_work_moved AFTER UPDATE ON submission REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION tally_work_of();

CREATE FUNCTION tally_paid_to() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO tally (project_id, person_id, what, state, at, n)
  SELECT project_id, person_id, 'paid_to', currency, '-infinity', sum(amount_minor)
    FROM fresh GROUP BY 1, 2, 4 HAVING sum(amount_minor) <> 0;
  RETURN NULL;
END $$;
CREATE TRIGGER tally_paid_in AFTER INSERT ON pay_line REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION tally_paid_to();

-- As before, with people kept apart, and days instead of hours after two weeks: a chart has a few dozen points. What stands alone
-- and needs no coarser moment is left where it is.
CREATE OR REPLACE FUNCTION tally_compact(p_now timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_gone bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('tally_compact')) THEN
    RETURN 0;
  END IF;
  WITH seen AS (
    SELECT id, project_id, batch_id, stage_id, person_id, what, state, at, n,
           CASE WHEN at = '-infinity' OR at > p_now - interval '2 days' THEN at
                WHEN at > p_now - interval '14 days' THEN date_trunc('hour', at, 'UTC')
                ELSE date_trunc('day', at, 'UTC') END AS due
      FROM tally),
  counted AS (
    SELECT seen.*, count(*) OVER (PARTITION BY project_id, batch_id, stage_id, person_id, what, state, due) AS rows_n
      FROM seen),
  gone AS (
    DELETE FROM tally USING counted c WHERE tally.id = c.id AND (c.rows_n > 1 OR c.at <> c.due)
    RETURNING c.project_id, c.batch_id, c.stage_id, c.person_id, c.what, c.state, c.due, c.n),
  made AS (
    INSERT INTO tally (project_id, batch_id, stage_id, person_id, what, state, at, n)
    SELECT project_id, batch_id, stage_id, person_id, what, state, due, sum(n)
      FROM gone GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(n) <> 0
    RETURNING 1)
  SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM made) INTO v_gone;
  RETURN v_gone;
END $$;

-- What there was before.
INSERT INTO tally (project_id, stage_id, person_id, what, state, at, n)
SELECT s.project_id, x.stage_id, s.person_id, 'work_of', s.state, '-infinity', count(*)
  FROM submission s JOIN slot x ON x.id = s.slot_id GROUP BY 1, 2, 3, 5;
INSERT INTO tally (project_id, person_id, what, state, at, n)
SELECT project_id, person_id, 'paid_to', currency, '-infinity', sum(amount_minor)
  FROM pay_line GROUP BY 1, 2, 4 HAVING sum(amount_minor) <> 0;

-- Its rule stands in the function above now.
DROP FUNCTION tally_at(timestamptz, timestamptz);
