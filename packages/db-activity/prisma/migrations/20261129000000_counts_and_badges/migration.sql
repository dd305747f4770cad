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
    INSERT INTO activity_counts AS c (hour, type, part, count, updated_at)
    SELECT date_trunc('hour', created_at, 'UTC'), type, pg_current_xact_id()::text::bigint, count(*), now()
    FROM recorded GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (hour, type, part) DO UPDATE SET count = c.count + excluded.count, updated_at = excluded.updated_at;
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
  ON CONFLICT (user_id, day) DO UPDATE SET last_at = greatest(d.last_at, excluded.last_at), updated_at = excluded.updated_at;
  RETURN before.last_at IS NULL
    OR at > before.last_at AND EXISTS (SELECT 1 FROM activity_days d WHERE d.user_id = of_user AND d.day > its_day);
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

-- Comparison with the accounts ----------------------------------------------------------------------------------------

-- shared rule: copies
-- Copies of accounts, compared between two databases: ids in order, a range at a time, as one number. A person who has been
-- erased and whose rows are kept has an id of version 8 there (RFC 9562 leaves it to applications), which is no account's.
CREATE FUNCTION "rules"."hash_of_copy"("user_id" uuid, "version" integer) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ('x' || left(encode(sha256(concat_ws(' ', "user_id"::text, "version"::text)::bytea), 'hex'), 16))::bit(64)::bigint;
-- end of shared rule

-- Whom this service has rows about, column by column of the references in @codezest/db-types; an engagement for each account.
-- lint-ignore function-search-path: a part of the statements of functions that set the path, and planned with them.
CREATE FUNCTION "rules"."users_here"("from_id" uuid, "upto_id" uuid) RETURNS TABLE ("user_id" uuid, "version" integer)
  LANGUAGE sql STABLE AS
$$
  SELECT DISTINCT user_id, 0 FROM user_engagements WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM user_activities WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM analytics_events WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM points_entries WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM leaderboard_scores WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM leaderboard_cohorts WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM activity_days WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM user_badges WHERE user_id BETWEEN from_id AND upto_id
$$;

-- shared rule: received-copies
-- What this service has of accounts, for the role that brings events: ids and versions, and nothing else of a row.

-- How many people have rows here, and what their ids and the versions of their copies give together.
CREATE FUNCTION "rules"."compare_copies"("from_id" uuid, "upto_id" uuid) RETURNS TABLE ("copies" integer, "hash" bigint)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off AS
$$
BEGIN
  RETURN QUERY SELECT count(*)::integer, coalesce(bit_xor(rules.hash_of_copy(c.user_id, c.version)), 0)
    FROM (SELECT h.user_id, max(h.version) AS version FROM rules.users_here(from_id, upto_id) h GROUP BY 1) c
   WHERE substr(c.user_id::text, 15, 1) <> '8';
END
$$;

-- The same one by one. Without a version: there are rows of the person, and no copy of the account.
CREATE FUNCTION "rules"."copies_between"("from_id" uuid, "upto_id" uuid) RETURNS TABLE ("user_id" uuid, "version" integer)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off AS
$$
BEGIN
  RETURN QUERY SELECT h.user_id, max(h.version) FROM rules.users_here(from_id, upto_id) h
   WHERE substr(h.user_id::text, 15, 1) <> '8' GROUP BY 1;
END
$$;

-- Of some people: whether there are rows, the version of the copy, whether an event about the person waits, and whether the
-- person has been erased. One moment for all of it.
CREATE FUNCTION "rules"."copies_among"("user_ids" uuid[])
  RETURNS TABLE ("user_id" uuid, "is_here" boolean, "version" integer, "is_waiting" boolean, "is_erased" boolean)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off AS
$$
BEGIN
  RETURN QUERY SELECT u.id, h.number > 0, h.version,
      EXISTS (SELECT FROM received_events e WHERE e.payload ->> 'userId' = u.id::text AND e.aggregatetype = 'auth.user'
        AND e.processed_at IS NULL AND e.dead_at IS NULL),
      EXISTS (SELECT FROM erased_users e WHERE e.user_hash = rules.hash_of_user(u.id))
    FROM unnest(user_ids) AS u(id),
      LATERAL (SELECT count(*) AS number, max(f.version) AS version FROM rules.users_here(u.id, u.id) f) AS h;
END
$$;
-- end of shared rule
