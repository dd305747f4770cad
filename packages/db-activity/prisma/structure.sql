-- What the migrations of db-activity lead to, read from the catalogs. To be read, compared and never run.
-- pnpm structure:write

-- Schemas and extensions

CREATE SCHEMA partitions;

CREATE SCHEMA rules;

-- Enums

CREATE TYPE "ActivityType" AS ENUM (
    'USER_JOINED',
    'LANGUAGE_ENROLLED',
    'MODULE_STARTED',
    'MODULE_COMPLETED',
    'MATERIAL_COMPLETED',
    'ASSIGNMENT_SUBMITTED',
    'ASSIGNMENT_GRADED',
    'QUIZ_COMPLETED',
    'CERTIFICATE_EARNED',
    'BADGE_EARNED',
    'SUBSCRIPTION_CHANGED'
);

-- Functions

CREATE OR REPLACE FUNCTION partitions.drop_before(month date)
 RETURNS SETOF text
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
 SET lock_timeout TO '3s'
AS $function$
DECLARE
  partition text;
BEGIN
  LOCK TABLE ONLY public.user_activities, ONLY public.analytics_events IN SHARE UPDATE EXCLUSIVE MODE;
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
$function$;

CREATE OR REPLACE FUNCTION partitions.empty_default()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION partitions.ensure(first_month date, last_month date)
 RETURNS integer
 LANGUAGE sql
BEGIN ATOMIC
 SELECT count(*) FILTER (WHERE partitions.ensure_month(parent.parent, (month.month)::date)) AS count
    FROM unnest(ARRAY['user_activities'::text, 'analytics_events'::text]) parent(parent),
     generate_series(date_trunc('month'::text, (ensure.first_month)::timestamp without time zone), (ensure.last_month)::timestamp without time zone, '1 mon'::interval) month(month);
END;

CREATE OR REPLACE FUNCTION partitions.ensure_month(parent text, month date)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
 SET lock_timeout TO '3s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION rules.days_in_a_row(of_user uuid, from_day date, ahead boolean, time_zone text)
 RETURNS integer
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION rules.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION rules.take_time_from_id()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF abs(extract(epoch FROM NEW.created_at - rules.uuid_v7_time(NEW.id))) <= 1 THEN
    NEW.created_at := rules.uuid_v7_time(NEW.id);
  END IF;
  RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION rules.uuid_v7_time(id uuid)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN ((get_byte(uuid_send(id), 6) >> 4) = 7) THEN to_timestamp(((((('x'::text || encode(substr(uuid_send(id), 1, 6), 'hex'::text)))::bit(48))::bigint)::double precision / (1000.0)::double precision)) ELSE NULL::timestamp with time zone END;

-- Tables

CREATE TABLE analytics_events (
    id uuid NOT NULL,
    event_name text NOT NULL,
    user_id uuid,
    properties jsonb,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT analytics_events_pkey PRIMARY KEY (created_at, id),
    CONSTRAINT analytics_events_created_at_of_id_check CHECK ((created_at = rules.uuid_v7_time(id))),
    CONSTRAINT analytics_events_event_name_check CHECK (((event_name ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$'::text) AND (length(event_name) <= 100))),
    CONSTRAINT analytics_events_id_is_v7_check CHECK (((get_byte(uuid_send(id), 6) >> 4) = 7)),
    CONSTRAINT analytics_events_not_before_2010_check CHECK ((created_at >= '2010-01-01 00:00:00+00'::timestamp with time zone)),
    CONSTRAINT analytics_events_not_in_future_check CHECK ((created_at <= (now() + '00:05:00'::interval))),
    CONSTRAINT analytics_events_properties_object_check CHECK ((jsonb_typeof(properties) = 'object'::text)),
    CONSTRAINT analytics_events_properties_size_check CHECK ((pg_column_size(properties) <= 16384))
) PARTITION BY RANGE (created_at);
CREATE INDEX analytics_events_event_name_created_at_idx ON ONLY public.analytics_events USING btree (event_name, created_at DESC);
CREATE INDEX analytics_events_user_id_created_at_id_idx ON ONLY public.analytics_events USING btree (user_id, created_at DESC, id DESC);
CREATE TRIGGER analytics_events_append_only_rule BEFORE DELETE OR UPDATE ON public.analytics_events FOR EACH ROW EXECUTE FUNCTION rules.refuse_change('analytics_events_append_only_rule');
CREATE TRIGGER analytics_events_time_from_id BEFORE INSERT ON public.analytics_events FOR EACH ROW WHEN ((new.created_at <> rules.uuid_v7_time(new.id))) EXECUTE FUNCTION rules.take_time_from_id();
CREATE TRIGGER analytics_events_truncate_rule BEFORE TRUNCATE ON public.analytics_events FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_change('analytics_events_append_only_rule');

CREATE TABLE user_activities (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    type "ActivityType" NOT NULL,
    description text NOT NULL,
    metadata jsonb,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT user_activities_pkey PRIMARY KEY (created_at, id),
    CONSTRAINT user_activities_created_at_of_id_check CHECK ((created_at = rules.uuid_v7_time(id))),
    CONSTRAINT user_activities_description_not_blank_check CHECK ((btrim(description) <> ''::text)),
    CONSTRAINT user_activities_id_is_v7_check CHECK (((get_byte(uuid_send(id), 6) >> 4) = 7)),
    CONSTRAINT user_activities_metadata_object_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT user_activities_metadata_size_check CHECK ((pg_column_size(metadata) <= 16384)),
    CONSTRAINT user_activities_not_before_2010_check CHECK ((created_at >= '2010-01-01 00:00:00+00'::timestamp with time zone)),
    CONSTRAINT user_activities_not_in_future_check CHECK ((created_at <= (now() + '00:05:00'::interval)))
) PARTITION BY RANGE (created_at);
CREATE INDEX user_activities_user_id_created_at_id_idx ON ONLY public.user_activities USING btree (user_id, created_at DESC, id DESC);
CREATE TRIGGER user_activities_append_only_rule BEFORE DELETE OR UPDATE ON public.user_activities FOR EACH ROW EXECUTE FUNCTION rules.refuse_change('user_activities_append_only_rule');
CREATE TRIGGER user_activities_time_from_id BEFORE INSERT ON public.user_activities FOR EACH ROW WHEN ((new.created_at <> rules.uuid_v7_time(new.id))) EXECUTE FUNCTION rules.take_time_from_id();
CREATE TRIGGER user_activities_truncate_rule BEFORE TRUNCATE ON public.user_activities FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_change('user_activities_append_only_rule');

CREATE TABLE user_engagements (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    points integer DEFAULT 0 NOT NULL,
    level integer DEFAULT 1 NOT NULL,
    streak integer DEFAULT 0 NOT NULL,
    longest_streak integer DEFAULT 0 NOT NULL,
    last_active_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT user_engagements_pkey PRIMARY KEY (id),
    CONSTRAINT user_engagements_level_check CHECK ((level >= 1)),
    CONSTRAINT user_engagements_longest_streak_check CHECK ((longest_streak >= streak)),
    CONSTRAINT user_engagements_points_check CHECK ((points >= 0)),
    CONSTRAINT user_engagements_streak_check CHECK ((streak >= 0)),
    CONSTRAINT user_engagements_streak_has_day_check CHECK (((streak = 0) OR (last_active_at IS NOT NULL)))
);
CREATE UNIQUE INDEX user_engagements_user_id_key ON public.user_engagements USING btree (user_id);

CREATE TABLE partitions.analytics_events_default PARTITION OF analytics_events DEFAULT;

CREATE TABLE partitions.user_activities_default PARTITION OF user_activities DEFAULT;
