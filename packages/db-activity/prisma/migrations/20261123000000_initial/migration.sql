-- The activity database: what Prisma can express, then what only SQL can.
--
-- The file runs as one query in one transaction. It gives up after three seconds where another session holds a lock,
-- instead of queueing in front of everybody else's queries.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

-- CreateEnum
CREATE TYPE "ActivityType" AS ENUM ('USER_JOINED', 'LANGUAGE_ENROLLED', 'MODULE_STARTED', 'MODULE_COMPLETED', 'MATERIAL_COMPLETED', 'ASSIGNMENT_SUBMITTED', 'ASSIGNMENT_GRADED', 'QUIZ_COMPLETED', 'CERTIFICATE_EARNED', 'BADGE_EARNED', 'SUBSCRIPTION_CHANGED');

-- CreateTable
CREATE TABLE "user_activities" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "type" "ActivityType" NOT NULL,
    "description" TEXT NOT NULL,
    "metadata" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_activities_pkey" PRIMARY KEY ("created_at","id")
) PARTITION BY RANGE ("created_at");

-- CreateTable
CREATE TABLE "analytics_events" (
    "id" UUID NOT NULL,
    "event_name" TEXT NOT NULL,
    "user_id" UUID,
    "properties" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "analytics_events_pkey" PRIMARY KEY ("created_at","id")
) PARTITION BY RANGE ("created_at");

-- CreateTable
CREATE TABLE "user_engagements" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "level" INTEGER NOT NULL DEFAULT 1,
    "streak" INTEGER NOT NULL DEFAULT 0,
    "longest_streak" INTEGER NOT NULL DEFAULT 0,
    "last_active_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_engagements_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "user_activities_user_id_created_at_id_idx" ON "user_activities"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "analytics_events_event_name_created_at_idx" ON "analytics_events"("event_name", "created_at" DESC);

-- CreateIndex
CREATE INDEX "analytics_events_user_id_created_at_id_idx" ON "analytics_events"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "user_engagements_user_id_key" ON "user_engagements"("user_id");

-- Apart from Prisma's tables, whose diff would drop the partitions as tables that it does not know.
CREATE SCHEMA "rules";
CREATE SCHEMA "partitions";

-- The time inside a UUID version 7, to the millisecond; null for any other version. PostgreSQL has a function for it
-- from 17 on only. Made of immutable parts, so that it is inlined, which each statement does
-- anew for each use: the rules below use it sparingly.
CREATE FUNCTION "rules"."uuid_v7_time"("id" uuid) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN get_byte(uuid_send("id"), 6) >> 4 = 7
    THEN to_timestamp(('x' || encode(substr(uuid_send("id"), 1, 6), 'hex'))::bit(48)::bigint / 1000.0::float8) END;

ALTER TABLE "user_activities"
  -- One id has one time, so an event recorded twice meets its own primary key.
  ADD CONSTRAINT "user_activities_id_is_v7_check" CHECK (get_byte(uuid_send("id"), 6) >> 4 = 7),
  ADD CONSTRAINT "user_activities_created_at_of_id_check" CHECK ("created_at" = "rules"."uuid_v7_time"("id")),
  -- A clock that was never set says 1970, a wrong unit of time any year: none of them may ask for a partition.
  -- Five minutes for clocks that differ. What passed once passes for ever, so a dump can be restored.
  ADD CONSTRAINT "user_activities_not_before_2010_check" CHECK ("created_at" >= '2010-01-01T00:00:00Z'),
  ADD CONSTRAINT "user_activities_not_in_future_check" CHECK ("created_at" <= now() + interval '5 minutes'),
  ADD CONSTRAINT "user_activities_description_not_blank_check" CHECK (btrim("description") <> ''),
  ADD CONSTRAINT "user_activities_metadata_object_check" CHECK (jsonb_typeof("metadata") = 'object'),
  ADD CONSTRAINT "user_activities_metadata_size_check" CHECK (pg_column_size("metadata") <= 16384);

ALTER TABLE "analytics_events"
  ADD CONSTRAINT "analytics_events_id_is_v7_check" CHECK (get_byte(uuid_send("id"), 6) >> 4 = 7),
  ADD CONSTRAINT "analytics_events_created_at_of_id_check" CHECK ("created_at" = "rules"."uuid_v7_time"("id")),
  ADD CONSTRAINT "analytics_events_not_before_2010_check" CHECK ("created_at" >= '2010-01-01T00:00:00Z'),
  ADD CONSTRAINT "analytics_events_not_in_future_check" CHECK ("created_at" <= now() + interval '5 minutes'),
  -- One spelling per event, or a funnel counts half of it.
  ADD CONSTRAINT "analytics_events_event_name_check"
    CHECK ("event_name" ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$' AND length("event_name") <= 100),
  ADD CONSTRAINT "analytics_events_properties_object_check" CHECK (jsonb_typeof("properties") = 'object'),
  ADD CONSTRAINT "analytics_events_properties_size_check" CHECK (pg_column_size("properties") <= 16384);

-- A client fills in id and created_at one after the other, so the two may be milliseconds apart: the id's time counts.
-- Whatever is further apart is a mistake and left to the check. A trigger cannot move a row to another partition, so
-- an insert whose two times lie on both sides of a month's end is refused with 0A000 and must be sent again.
CREATE FUNCTION "rules"."take_time_from_id"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
BEGIN
  IF abs(extract(epoch FROM NEW.created_at - rules.uuid_v7_time(NEW.id))) <= 1 THEN
    NEW.created_at := rules.uuid_v7_time(NEW.id);
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER "user_activities_time_from_id"
  BEFORE INSERT ON "user_activities"
  FOR EACH ROW WHEN (NEW."created_at" <> "rules"."uuid_v7_time"(NEW."id"))
  EXECUTE FUNCTION "rules"."take_time_from_id"();

CREATE TRIGGER "analytics_events_time_from_id"
  BEFORE INSERT ON "analytics_events"
  FOR EACH ROW WHEN (NEW."created_at" <> "rules"."uuid_v7_time"(NEW."id"))
  EXECUTE FUNCTION "rules"."take_time_from_id"();

-- Append-only: what happened is not rewritten, and goes with its partition. The one exception is a person's right to
-- be forgotten: a transaction that names the user in `codezest.erased_user` may delete that user's rows and no others.
CREATE FUNCTION "rules"."refuse_change"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.user_id::text = current_setting('codezest.erased_user', true) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION '% violates rule "%"', TG_OP, TG_ARGV[0]
    USING ERRCODE = '42501', CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME,
      HINT = format('%s: insert only. partitions.drop_before() ends retention; to erase one user, SET LOCAL codezest.erased_user first.', TG_ARGV[0]);
END
$$;

CREATE TRIGGER "user_activities_append_only_rule"
  BEFORE UPDATE OR DELETE ON "user_activities"
  FOR EACH ROW EXECUTE FUNCTION "rules"."refuse_change"('user_activities_append_only_rule');
CREATE TRIGGER "user_activities_truncate_rule"
  BEFORE TRUNCATE ON "user_activities"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_change"('user_activities_append_only_rule');

CREATE TRIGGER "analytics_events_append_only_rule"
  BEFORE UPDATE OR DELETE ON "analytics_events"
  FOR EACH ROW EXECUTE FUNCTION "rules"."refuse_change"('analytics_events_append_only_rule');
CREATE TRIGGER "analytics_events_truncate_rule"
  BEFORE TRUNCATE ON "analytics_events"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_change"('analytics_events_append_only_rule');

-- Rows of months without a partition wait here: an event is kept even when nobody made its partition in time.
CREATE TABLE "partitions"."user_activities_default" PARTITION OF "user_activities" DEFAULT;
CREATE TABLE "partitions"."analytics_events_default" PARTITION OF "analytics_events" DEFAULT;

-- One month's partition of one table, in UTC, with the rows that waited for it. True if it was not there.
--
-- Made as a table of its own and attached: unlike CREATE TABLE … PARTITION OF, that lets readers and writers of the
-- parent go on. Only the default partition is locked, so that no row of the month can arrive while its rows move. They
-- are copied rather than changed, so the rule against deleting rests for this one table and this one transaction.
CREATE FUNCTION "partitions"."ensure_month"("parent" text, "month" date) RETURNS boolean
  LANGUAGE plpgsql SET search_path = pg_catalog, public SET lock_timeout = '3s' AS
$$
DECLARE
  partition text := parent || to_char(month, '_YYYY_MM');
  waiting text := parent || '_default';
  has_rows_waiting boolean;
  first_moment timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
  end_moment timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
  IF to_regclass(format('partitions.%I', partition)) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('LOCK TABLE ONLY public.%I IN SHARE UPDATE EXCLUSIVE MODE', parent);
  EXECUTE format('LOCK TABLE partitions.%I IN ACCESS EXCLUSIVE MODE', waiting);
  -- Another session may have made it while this one waited for the lock.
  IF to_regclass(format('partitions.%I', partition)) IS NOT NULL THEN
    RETURN false;
  END IF;

  EXECUTE format('CREATE TABLE partitions.%I (LIKE public.%I INCLUDING ALL)', partition, parent);
  EXECUTE format('SELECT EXISTS (SELECT FROM partitions.%I WHERE created_at >= %L AND created_at < %L)',
    waiting, first_moment, end_moment) INTO has_rows_waiting;
  IF has_rows_waiting THEN
    EXECUTE format('ALTER TABLE partitions.%I DISABLE TRIGGER %I', waiting, parent || '_append_only_rule');
    EXECUTE format('WITH moved AS (DELETE FROM partitions.%I WHERE created_at >= %L AND created_at < %L RETURNING *)
      INSERT INTO partitions.%I SELECT * FROM moved', waiting, first_moment, end_moment, partition);
    EXECUTE format('ALTER TABLE partitions.%I ENABLE TRIGGER %I', waiting, parent || '_append_only_rule');
  END IF;
  EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION partitions.%I FOR VALUES FROM (%L) TO (%L)',
    parent, partition, first_moment, end_moment);
  RETURN true;
END
$$;

-- The partitions of both tables from one month to another; how many were missing. Call it monthly, some months ahead.
CREATE FUNCTION "partitions"."ensure"("first_month" date, "last_month" date) RETURNS integer
  LANGUAGE sql
BEGIN ATOMIC
  SELECT count(*) FILTER (WHERE "partitions"."ensure_month"("parent", "month"::date))
  FROM unnest(ARRAY['user_activities', 'analytics_events']) AS "parent",
    generate_series(date_trunc('month', "first_month"::timestamp), "last_month"::timestamp, interval '1 month') AS "month";
END;

-- A partition for every month that has rows waiting; how many were missing. The months are read to the end first: a
-- table cannot be altered while a query of the same session still reads it.
CREATE FUNCTION "partitions"."empty_default"() RETURNS integer
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
DECLARE
  parent text;
  months date[];
  made integer := 0;
BEGIN
  FOREACH parent IN ARRAY ARRAY['user_activities', 'analytics_events'] LOOP
    EXECUTE format('SELECT array_agg(DISTINCT date_trunc(''month'', created_at AT TIME ZONE ''UTC'')::date)
      FROM partitions.%I', parent || '_default') INTO months;
    made := made + (SELECT count(*) FILTER (WHERE partitions.ensure_month(parent, month)) FROM unnest(months) AS month);
  END LOOP;
  RETURN made;
END
$$;

-- Ends the retention of all months before the given one; the names of the partitions that went. Dropping takes a
-- moment's exclusive lock on the parent whatever the number of rows, where deleting them would take minutes and free
-- nothing.
CREATE FUNCTION "partitions"."drop_before"("month" date) RETURNS SETOF text
  LANGUAGE plpgsql SET search_path = pg_catalog, public SET lock_timeout = '3s' AS
$$
DECLARE
  partition text;
BEGIN
  PERFORM partitions.empty_default();
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent IN ('public.user_activities'::regclass, 'public.analytics_events'::regclass)
      AND c.relname ~ '_\d{4}_\d{2}$' AND to_date(right(c.relname, 7), 'YYYY_MM') < date_trunc('month', month::timestamp)
    ORDER BY c.relname
  LOOP
    EXECUTE format('DROP TABLE partitions.%I', partition);
    RETURN NEXT partition;
  END LOOP;
END
$$;

-- Two years back for what is imported, a quarter ahead for what comes.
SELECT "partitions"."ensure"((CURRENT_DATE - interval '24 months')::date, (CURRENT_DATE + interval '3 months')::date);

ALTER TABLE "user_engagements"
  ADD CONSTRAINT "user_engagements_points_check" CHECK ("points" >= 0),
  ADD CONSTRAINT "user_engagements_level_check" CHECK ("level" >= 1),
  ADD CONSTRAINT "user_engagements_streak_check" CHECK ("streak" >= 0),
  ADD CONSTRAINT "user_engagements_longest_streak_check" CHECK ("longest_streak" >= "streak"),
  -- A streak ends with a day, and the day is that of the last activity.
  ADD CONSTRAINT "user_engagements_streak_has_day_check" CHECK ("streak" = 0 OR "last_active_at" IS NOT NULL);
