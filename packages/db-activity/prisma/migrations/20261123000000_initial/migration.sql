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
-- be forgotten: a transaction that names users in `codezest.erased_user` may delete their rows and no others.
CREATE FUNCTION "rules"."refuse_change"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF strpos(current_setting('codezest.erased_user', true), OLD.user_id::text) > 0 THEN
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

ALTER TABLE "user_engagements"
  ADD CONSTRAINT "user_engagements_points_check" CHECK ("points" >= 0),
  ADD CONSTRAINT "user_engagements_level_check" CHECK ("level" >= 1),
  ADD CONSTRAINT "user_engagements_streak_check" CHECK ("streak" >= 0),
  ADD CONSTRAINT "user_engagements_longest_streak_check" CHECK ("longest_streak" >= "streak"),
  -- A streak ends with a day, and the day is that of the last activity.
  ADD CONSTRAINT "user_engagements_streak_has_day_check" CHECK ("streak" = 0 OR "last_active_at" IS NOT NULL);

-- Events of other services.

-- shared rule: received-events
-- What other services tell this one. The deliverer adds rows, and does it again where it does not know whether it has: the key
-- makes one of them. The service applies each and marks it in one transaction.
CREATE TABLE "received_events" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "aggregatetype" TEXT NOT NULL,
    "aggregateid" TEXT NOT NULL,
    "aggregateversion" INTEGER NOT NULL,
    "payload" JSONB NOT NULL,
    "trace_context" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "available_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "processed_at" TIMESTAMPTZ(3),
    "dead_at" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "received_events_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "received_events_type_check" CHECK ("type" <> '' AND length("type") <= 100),
    CONSTRAINT "received_events_version_check" CHECK ("version" >= 1),
    CONSTRAINT "received_events_aggregatetype_check" CHECK ("aggregatetype" ~ '^[a-z][a-z0-9_.-]{0,99}$'),
    CONSTRAINT "received_events_aggregateid_check" CHECK ("aggregateid" <> '' AND length("aggregateid") <= 200),
    CONSTRAINT "received_events_aggregateversion_check" CHECK ("aggregateversion" >= 0),
    -- As large as an outbox takes them.
    CONSTRAINT "received_events_payload_check"
      CHECK (jsonb_typeof("payload") = 'object' AND octet_length("payload"::text) <= 524288),
    CONSTRAINT "received_events_attempts_check" CHECK ("attempts" >= 0),
    CONSTRAINT "received_events_one_end_check" CHECK ("processed_at" IS NULL OR "dead_at" IS NULL),
    CONSTRAINT "received_events_dead_reason_check" CHECK ("dead_at" IS NULL OR "reason" IS NOT NULL)
);

-- The next events to apply, and how many wait.
CREATE INDEX "received_events_open_idx" ON "received_events"("available_at", "aggregateversion")
  WHERE "processed_at" IS NULL AND "dead_at" IS NULL;
-- Dead events, to be counted and tried again.
CREATE INDEX "received_events_dead_idx" ON "received_events"("dead_at") WHERE "dead_at" IS NOT NULL;
-- What is told of one person: erasure and export.
CREATE INDEX "received_events_user_idx" ON "received_events"(("payload" ->> 'userId'));
-- end of shared rule

-- What remains of a person who has been erased, and the rule that nothing is written about them again.

CREATE TABLE "erased_users" (
    "user_hash" BYTEA NOT NULL,
    "request_id" UUID NOT NULL,
    "tables" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "erased_users_pkey" PRIMARY KEY ("user_hash"),
    CONSTRAINT "erased_users_user_hash_check" CHECK (octet_length("user_hash") = 32),
    CONSTRAINT "erased_users_tables_check" CHECK (jsonb_typeof("tables") = 'object')
);

-- shared rule: erased-users
-- The hash under which erased_users contains a person; db-core computes the same.
CREATE FUNCTION "rules"."hash_of_user"("user_id" uuid) RETURNS bytea
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN sha256("user_id"::text::bytea);

-- Nothing is written about a person who has been erased: not by an event that arrives late, nor by a backup that is replayed.
-- Once per statement, so that a batch of a thousand rows is one join.
CREATE FUNCTION "rules"."refuse_erased_users"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
DECLARE
  found boolean;
BEGIN
  -- A look into the index for each row, whatever a plan of another size of statement would be. Auth's users have an id of
  -- their own.
  IF TG_TABLE_NAME = 'users' THEN
    found := EXISTS (SELECT FROM "inserted" i
      WHERE (SELECT true FROM "erased_users" e WHERE e."user_hash" = "rules"."hash_of_user"(i."id")));
  ELSE
    found := EXISTS (SELECT FROM "inserted" i
      WHERE (SELECT true FROM "erased_users" e WHERE e."user_hash" = "rules"."hash_of_user"(i."user_id")));
  END IF;
  IF found THEN
    RAISE EXCEPTION 'insert into "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = TG_NAME || ': the person has been erased.';
  END IF;
  RETURN NULL;
END
$$;
-- end of shared rule

-- Nothing is written about a person who has been erased.
CREATE TRIGGER "user_activities_erased_user_rule" AFTER INSERT ON "user_activities" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "analytics_events_erased_user_rule" AFTER INSERT ON "analytics_events" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "user_engagements_erased_user_rule" AFTER INSERT ON "user_engagements" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
