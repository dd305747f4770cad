-- What an event that arrives late does to a streak.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

-- Days in a row on which something is in the user's feed, up to and including the given day, which counts whatever the
-- feed says. Days are those of the time zone. VOLATILE, so that each query sees what others have committed while the
-- caller waited for its lock.
CREATE FUNCTION "rules"."days_in_a_row"("of_user" uuid, "last_day" date, "time_zone" text) RETURNS integer
  LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog, public AS
$$
DECLARE
  first_day date := last_day;
BEGIN
  WHILE EXISTS (
    SELECT FROM user_activities
    WHERE user_id = of_user
      AND created_at >= (first_day - 1)::timestamp AT TIME ZONE time_zone
      AND created_at < first_day::timestamp AT TIME ZONE time_zone
  ) LOOP
    first_day := first_day - 1;
  END LOOP;
  RETURN last_day - first_day + 1;
END
$$;
