-- Counts of activities by the hour, badges, and days that begin with the first of two midnights.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

-- CreateTable
CREATE TABLE "activity_counts" (
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "type" "ActivityType" NOT NULL,
    "part" BIGINT NOT NULL,
    "count" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "activity_counts_pkey" PRIMARY KEY ("hour","type","part")
);

-- CreateTable
CREATE TABLE "user_badges" (
    "user_id" UUID NOT NULL,
    "badge" TEXT NOT NULL,
    "source_event_id" UUID NOT NULL,
    "earned_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_badges_pkey" PRIMARY KEY ("user_id","badge")
);

-- What waits to be added up: few rows, while `activity_counts` has one for each hour and type of all years.
CREATE INDEX "activity_counts_parts_idx" ON "activity_counts"("hour", "type", "part") WHERE "part" <> 0;

ALTER TABLE "activity_counts"
  ADD CONSTRAINT "activity_counts_hour_check" CHECK (extract(epoch FROM "hour") % 3600 = 0),
  ADD CONSTRAINT "activity_counts_part_check" CHECK ("part" >= 0),
  ADD CONSTRAINT "activity_counts_count_check" CHECK ("count" > 0);

ALTER TABLE "user_badges"
  -- The name that code uses: one spelling, or a badge is earned twice.
  ADD CONSTRAINT "user_badges_badge_check" CHECK ("badge" ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length("badge") <= 100);

-- Each transaction leaves rows of its own, which are committed with its events: nobody waits for a counter that others
-- raise too, and what commits late is counted from then on. A watermark over transaction ids would wait for the oldest
-- transaction of the whole server, and mean nothing in a database that was restored into another one. Rows that move to
-- their month's partition are counted already.
CREATE FUNCTION "rules"."count_activities"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
BEGIN
  IF current_setting('codezest.moving_rows', true) IS DISTINCT FROM 'on' THEN
    INSERT INTO activity_counts AS c (hour, type, part, count)
    SELECT date_trunc('hour', created_at, 'UTC'), type, pg_current_xact_id()::text::bigint, count(*)
    FROM recorded GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (hour, type, part) DO UPDATE SET count = c.count + excluded.count, updated_at = now();
  END IF;
  RETURN NULL;
END
$$;

-- lint-ignore contract-of: the name that the release at work calls stays, and does the same; the lock is that of the function's row
ALTER FUNCTION "partitions"."ensure_step"(text, date, integer) RENAME TO "move_step";

-- As `move_step`, whose rows are counted already.
CREATE FUNCTION "partitions"."ensure_step"("parent" text, "month" date, "most" integer, OUT "made" boolean, OUT "done" boolean)
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS
$$
BEGIN
  PERFORM set_config('codezest.moving_rows', 'on', true);
  SELECT moved.made, moved.done INTO made, done FROM partitions.move_step(parent, month, most) AS moved;
  PERFORM set_config('codezest.moving_rows', 'off', true);
END
$$;

-- lint-ignore trigger-apart: writers wait until what is there is counted, or it would be counted twice or not at all
CREATE TRIGGER "user_activities_counted"
  AFTER INSERT ON "user_activities"
  REFERENCING NEW TABLE AS "recorded"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."count_activities"();

INSERT INTO "activity_counts" ("hour", "type", "part", "count")
SELECT date_trunc('hour', "created_at", 'UTC'), "type", 0, count(*) FROM "user_activities" GROUP BY 1, 2;

-- When a date begins in a zone: at its first midnight where the clocks are put back over it, as Temporal's startOfDay decides.
-- AT TIME ZONE takes the second of two: an instant with the offset of some hours before is then also right, and earlier.
CREATE FUNCTION "rules"."begin_of_day"("day" date, "zone" text) RETURNS timestamptz
  LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS
$$
DECLARE
  midnight CONSTANT timestamp := day;
  latest CONSTANT timestamptz := midnight AT TIME ZONE zone;
  before CONSTANT timestamptz := latest - interval '3 hours';
  earliest CONSTANT timestamptz := (midnight - ((before AT TIME ZONE zone) - (before AT TIME ZONE 'UTC'))) AT TIME ZONE 'UTC';
BEGIN
  RETURN CASE WHEN earliest AT TIME ZONE zone = midnight THEN least(earliest, latest) ELSE latest END;
END
$$;

CREATE OR REPLACE FUNCTION "rules"."mark_day"("of_user" uuid, "at" timestamptz, "zone" text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public AS
$$
DECLARE
  date_there CONSTANT date := (at AT TIME ZONE zone)::date;
  its_day date;
  before activity_days;
BEGIN
  SELECT d.day INTO its_day FROM activity_days d
  WHERE d.user_id = of_user AND d.day BETWEEN date_there - 2 AND date_there + 2
    AND d.last_at IS NOT NULL AND at >= d.begins_at AND at < d.ends_at
  ORDER BY d.day LIMIT 1;
  its_day := coalesce(its_day, date_there);
  SELECT d.* INTO before FROM activity_days d WHERE d.user_id = of_user AND d.day = its_day;
  INSERT INTO activity_days AS d (user_id, day, time_zone, begins_at, ends_at, last_at, updated_at)
  VALUES (of_user, its_day, zone,
    rules.begin_of_day(date_there, zone), rules.begin_of_day(date_there + 1, zone), at, now())
  ON CONFLICT (user_id, day) DO UPDATE SET last_at = greatest(d.last_at, excluded.last_at), updated_at = now();
  RETURN before.last_at IS NULL
    OR at > before.last_at AND EXISTS (SELECT FROM activity_days d WHERE d.user_id = of_user AND d.day > its_day);
END
$$;

CREATE OR REPLACE FUNCTION "rules"."freeze_day"("of_user" uuid, "at" timestamptz, "zone" text) RETURNS SETOF user_engagements
  LANGUAGE plpgsql VOLATILE ROWS 1 SET search_path = pg_catalog, public AS
$$
DECLARE
  date_there CONSTANT date := (at AT TIME ZONE zone)::date;
BEGIN
  PERFORM FROM user_engagements e WHERE e.user_id = of_user FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  INSERT INTO activity_days (user_id, day, time_zone, begins_at, ends_at)
  VALUES (of_user, date_there, zone, rules.begin_of_day(date_there, zone), rules.begin_of_day(date_there + 1, zone))
  ON CONFLICT (user_id, day) DO NOTHING;
  UPDATE user_engagements e SET streak = s.streak, longest_streak = s.longest, updated_at = now()
  FROM rules.streaks_of(of_user) AS s WHERE e.user_id = of_user AND (e.streak, e.longest_streak) IS DISTINCT FROM (s.streak, s.longest);
  RETURN QUERY SELECT * FROM user_engagements e WHERE e.user_id = of_user;
END
$$;

-- Nothing is written about a person who has been erased.
CREATE TRIGGER "user_badges_erased_user_rule" AFTER INSERT ON "user_badges" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
