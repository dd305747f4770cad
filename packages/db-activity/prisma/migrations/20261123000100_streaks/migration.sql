-- What an event that arrives late does to a streak.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

-- Days in a row on which something is in the user's feed, from the given day back or ahead. The given day counts whatever
-- the feed says. Days are those of the time zone. VOLATILE, so that each query sees what others have committed while the
-- caller waited for its lock.
CREATE FUNCTION "rules"."days_in_a_row"("of_user" uuid, "from_day" date, "ahead" boolean, "time_zone" text) RETURNS integer
  LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog, public AS
$$
DECLARE
  step integer := CASE WHEN ahead THEN 1 ELSE -1 END;
  next_day date := from_day + step;
BEGIN
  WHILE EXISTS (
    SELECT FROM user_activities
    WHERE user_id = of_user
      AND created_at >= next_day::timestamp AT TIME ZONE time_zone
      AND created_at < (next_day + 1)::timestamp AT TIME ZONE time_zone
  ) LOOP
    next_day := next_day + step;
  END LOOP;
  RETURN abs(next_day - from_day);
END
$$;
