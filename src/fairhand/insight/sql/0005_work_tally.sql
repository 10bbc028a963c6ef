-- The same counts in fewer writes: a row of `accepted` and one of `work_of` at once, instead of tally_accepted
-- (0001_tally.sql) and tally_work_of (0004_people_tally.sql).
CREATE FUNCTION tally_work() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO tally (project_id, batch_id, stage_id, person_id, what, state, at, n)
    SELECT s.project_id, c.batch_id, x.stage_id, c.person_id, c.what, c.state, c.at, count(*)
      FROM fresh s JOIN slot x ON x.id = s.slot_id CROSS JOIN LATERAL (
        VALUES (NULL::uuid, s.person_id, 'work_of', s.state, '-infinity'::timestamptz),
               (x.batch_id, NULL, 'accepted', s.decided_by, date_trunc('minute', s.decided_at))
      ) c (batch_id, person_id, what, state, at)
     WHERE c.what = 'work_of' OR (s.state = 'accepted' AND NOT s.surplus) GROUP BY 1, 2, 3, 4, 5, 6, 7;
  ELSE
    INSERT INTO tally (project_id, batch_id, stage_id, person_id, what, state, at, n)
    SELECT s.project_id, c.batch_id, x.stage_id, c.person_id, c.what, c.state, c.at, sum(s.n)
      FROM (SELECT project_id, slot_id, person_id, state, surplus, decided_by, decided_at, 1 AS n FROM fresh UNION ALL
            SELECT project_id, slot_id, person_id, state, surplus, decided_by, decided_at, -1 FROM stale) s
      JOIN slot x ON x.id = s.slot_id CROSS JOIN LATERAL (
        VALUES (NULL::uuid, s.person_id, 'work_of', s.state, '-infinity'::timestamptz),
               (x.batch_id, NULL, 'accepted', s.decided_by, date_trunc('minute', s.decided_at))
      ) c (batch_id, person_id, what, state, at)
     WHERE c.what = 'work_of' OR (s.state = 'accepted' AND NOT s.surplus)
     GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(s.n) <> 0;
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER tally_in ON submission;
DROP TRIGGER tally_moved ON submission;
DROP TRIGGER tally_work_in ON submission;
DROP TRIGGER tally_work_moved ON submission;
DROP FUNCTION tally_accepted(), tally_work_of();
CREATE TRIGGER tally_in AFTER INSERT ON submission REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION tally_work();
CREATE TRIGGER tally_moved AFTER UPDATE ON submission REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION tally_work();

-- A row of `paid` and one of `paid_to`, likewise. A line that belongs to no work has no batch and no stage.
CREATE OR REPLACE FUNCTION tally_paid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO tally (project_id, batch_id, stage_id, person_id, what, state, at, n)
  SELECT l.project_id, c.batch_id, c.stage_id, c.person_id, c.what, l.currency, c.at, sum(l.amount_minor)
    FROM fresh l LEFT JOIN submission s ON s.id = l.submission_id LEFT JOIN slot x ON x.id = s.slot_id
   CROSS JOIN LATERAL (
      VALUES (NULL::uuid, NULL::uuid, l.person_id, 'paid_to', '-infinity'::timestamptz),
             (x.batch_id, x.stage_id, NULL, 'paid', date_trunc('minute', l.made_at))
    ) c (batch_id, stage_id, person_id, what, at)
   GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(l.amount_minor) <> 0;
  RETURN NULL;
END $$;
DROP TRIGGER tally_paid_in ON pay_line;
DROP FUNCTION tally_paid_to();
