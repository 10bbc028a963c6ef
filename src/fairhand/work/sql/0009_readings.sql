-- Adds reported time to a reading that is under way: as for a claim (dispatch_add_time), never more than passed on our
-- clock since the person's last counted moment on anything, so that no minute of theirs counts twice, never more than
-- passed since it began, and never more than `p_most_ms` in all, the most that its kind pays.
-- Returns the milliseconds counted, or NULL when it is entered already, or not theirs.
CREATE FUNCTION work_read(p_reading uuid, p_person uuid, p_active_ms bigint, p_most_ms bigint, p_now timestamptz)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_clock timestamptz;
  v_reading work_reading;
  v_from timestamptz;
  v_room bigint;
  v_count bigint;
BEGIN
  SELECT clock_at INTO v_clock FROM person_load WHERE person_id = p_person FOR UPDATE;
  SELECT * INTO v_reading FROM work_reading
   WHERE id = p_reading AND person_id = p_person AND paid_time_id IS NULL FOR UPDATE;
  IF v_reading.id IS NULL THEN
    RETURN NULL;
  END IF;
  v_from := greatest(v_reading.started_at, coalesce(v_clock, v_reading.started_at));
  v_room := least(floor(extract(epoch FROM p_now - v_from) * 1000)::bigint,
                  floor(extract(epoch FROM p_now - v_reading.started_at) * 1000)::bigint - v_reading.work_ms,
                  p_most_ms - v_reading.work_ms);
  v_count := least(greatest(p_active_ms, 0), greatest(v_room, 0));
  IF v_count > 0 THEN
    PERFORM dispatch_spend(p_person, v_from + v_count * interval '1 millisecond', v_count, p_now);
  END IF;
  UPDATE work_reading SET work_ms = work_ms + v_count, last_beat_at = p_now WHERE id = p_reading;
  RETURN v_count;
END $$;
