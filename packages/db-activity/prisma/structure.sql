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
 LANGUAGE sql
 SET search_path TO 'pg_catalog'
BEGIN ATOMIC
 SELECT partitions.drop_step(drop_before.month, 2147483647) AS drop_step
 UNION ALL
  SELECT (of.of || to_char((end_waiting.ended)::timestamp with time zone, '_YYYY_MM'::text))
    FROM unnest(ARRAY['user_activities'::text, 'analytics_events'::text]) of(of),
     LATERAL partitions.end_waiting(of.of, drop_before.month, 2147483647) end_waiting(ended, rows);
END;

CREATE OR REPLACE FUNCTION partitions.drop_step(month date, most integer)
 RETURNS SETOF text
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
 SET lock_timeout TO '1s'
AS $function$
DECLARE
  partition text;
BEGIN
  LOCK TABLE ONLY public.user_activities, ONLY public.analytics_events IN SHARE UPDATE EXCLUSIVE MODE;
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent IN ('public.user_activities'::regclass, 'public.analytics_events'::regclass)
      AND c.relname ~ '_\d{4}_\d{2}$' AND to_date(right(c.relname, 7), 'YYYY_MM') < date_trunc('month', month::timestamp)
    ORDER BY right(c.relname, 7), c.relname LIMIT most
  LOOP
    EXECUTE format('DROP TABLE partitions.%I', partition);
    RETURN NEXT partition;
  END LOOP;
END
$function$;

CREATE OR REPLACE FUNCTION partitions.end_waiting(parent text, month date, most integer)
 RETURNS TABLE(ended date, rows bigint)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
 SET lock_timeout TO '1s'
AS $function$
DECLARE
  waiting text := parent || '_default';
BEGIN
  EXECUTE format('LOCK TABLE partitions.%I IN ACCESS EXCLUSIVE MODE', waiting);
  EXECUTE format('ALTER TABLE partitions.%I DISABLE TRIGGER %I', waiting, parent || '_append_only_rule');
  RETURN QUERY EXECUTE format('WITH over AS (
      SELECT created_at, id FROM partitions.%1$I WHERE created_at < $1 ORDER BY created_at, id LIMIT $2
    ), deleted AS (
      DELETE FROM partitions.%1$I AS d USING over WHERE (d.created_at, d.id) = (over.created_at, over.id) RETURNING d.created_at
    )
    SELECT date_trunc(''month'', created_at AT TIME ZONE ''UTC'')::date, count(*) FROM deleted GROUP BY 1 ORDER BY 1', waiting)
    USING partitions.first_moment(month), most;
  EXECUTE format('ALTER TABLE partitions.%I ENABLE TRIGGER %I', waiting, parent || '_append_only_rule');
END
$function$;

CREATE OR REPLACE FUNCTION partitions.ensure(first_month date, last_month date)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  parents text[];
  months date[];
  made integer := 0;
BEGIN
  LOCK TABLE ONLY public.user_activities, ONLY public.analytics_events IN SHARE UPDATE EXCLUSIVE MODE;
  SELECT array_agg(m.parent), array_agg(m.month) INTO parents, months FROM partitions.missing(first_month, last_month) AS m;
  FOR number IN 1 .. coalesce(cardinality(months), 0) LOOP
    made := made + (partitions.ensure_step(parents[number], months[number], 2147483647)).made::int;
  END LOOP;
  RETURN made;
END
$function$;

CREATE OR REPLACE FUNCTION partitions.ensure_empty(first_month date, last_month date, most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  missing record;
  has_rows_waiting boolean;
  number integer := 0;
BEGIN
  SET LOCAL lock_timeout = '1s';
  LOCK TABLE ONLY public.user_activities, ONLY public.analytics_events IN SHARE UPDATE EXCLUSIVE MODE;
  FOR missing IN SELECT * FROM partitions.missing(first_month, last_month) LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM partitions.%I WHERE created_at >= $1 AND created_at < $2)', missing.parent || '_default')
      INTO has_rows_waiting USING partitions.first_moment(missing.month), partitions.first_moment((missing.month + interval '1 month')::date);
    CONTINUE WHEN has_rows_waiting OR partitions.held_from(missing.parent, missing.month) IS NOT NULL;
    PERFORM partitions.ensure_step(missing.parent, missing.month, 1);
    number := number + 1;
    EXIT WHEN number = most;
  END LOOP;
  RETURN number;
END
$function$;

CREATE OR REPLACE FUNCTION partitions.ensure_step(parent text, month date, most integer, OUT made boolean, OUT done boolean)
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET lock_timeout TO '1s'
 SET "TimeZone" TO 'UTC'
AS $function$
DECLARE
  partition text := parent || to_char(month, '_YYYY_MM');
  waiting text := parent || '_default';
  held CONSTANT text := 'waiting_rows_are_earlier_check';
  first_moment CONSTANT timestamptz := partitions.first_moment(month);
  end_moment CONSTANT timestamptz := partitions.first_moment((month + interval '1 month')::date);
  held_from timestamptz;
  next_from timestamptz;
BEGIN
  EXECUTE format('LOCK TABLE ONLY public.%I IN SHARE UPDATE EXCLUSIVE MODE', parent);
  held_from := partitions.held_from(parent, month);
  made := held_from IS NULL;
  done := held_from IS NOT DISTINCT FROM first_moment;
  IF done THEN
    RETURN;
  END IF;
  IF made THEN
    -- Unlike CREATE TABLE … PARTITION OF, this lets readers and writers of the parent go on.
    EXECUTE format('CREATE TABLE partitions.%I (LIKE public.%I INCLUDING ALL)', partition, parent);
  ELSE
    EXECUTE format('LOCK TABLE ONLY public.%I IN ACCESS EXCLUSIVE MODE', parent);
  END IF;
  EXECUTE format('LOCK TABLE partitions.%I IN ACCESS EXCLUSIVE MODE', waiting);

  EXECUTE format('SELECT created_at FROM partitions.%I WHERE created_at >= $1 AND created_at < $2
    ORDER BY created_at DESC OFFSET $3 LIMIT 1', waiting)
    INTO next_from USING first_moment, coalesce(held_from, end_moment), most;
  next_from := coalesce(next_from, first_moment);

  -- The rule against deleting rests for this one table and this one transaction.
  EXECUTE format('CREATE TEMPORARY TABLE moving ON COMMIT DROP AS
    SELECT * FROM partitions.%I WHERE created_at >= %L AND created_at < %L', waiting, next_from, coalesce(held_from, end_moment));
  EXECUTE format('ALTER TABLE partitions.%I DISABLE TRIGGER %I', waiting, parent || '_append_only_rule');
  EXECUTE format('DELETE FROM partitions.%I WHERE created_at >= %L AND created_at < %L',
    waiting, next_from, coalesce(held_from, end_moment));
  EXECUTE format('ALTER TABLE partitions.%I ENABLE TRIGGER %I', waiting, parent || '_append_only_rule');

  IF held_from IS NOT NULL THEN
    EXECUTE format('ALTER TABLE public.%I DETACH PARTITION partitions.%I', parent, partition);
  END IF;
  EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION partitions.%I FOR VALUES FROM (%L) TO (%L)',
    parent, partition, next_from, end_moment);
  EXECUTE format('ALTER TABLE partitions.%I DROP CONSTRAINT IF EXISTS %I', partition, held);
  EXECUTE format('INSERT INTO public.%I SELECT * FROM pg_temp.moving', parent);
  DROP TABLE pg_temp.moving;
  done := next_from = first_moment;
  IF NOT done THEN
    EXECUTE format('ALTER TABLE partitions.%I ADD CONSTRAINT %I CHECK (created_at >= %L AND created_at < %L) NOT VALID',
      partition, held, next_from, end_moment);
  END IF;
END
$function$;

CREATE OR REPLACE FUNCTION partitions.first_moment(month date)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (date_trunc('month'::text, (month)::timestamp without time zone) AT TIME ZONE 'UTC'::text);

CREATE OR REPLACE FUNCTION partitions.held_from(parent text, month date)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE STRICT
 SET search_path TO 'pg_catalog'
 SET "TimeZone" TO 'UTC'
RETURN (SELECT ("substring"(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\)'::text))::timestamp with time zone AS "substring" FROM pg_class c WHERE ((c.oid = (to_regclass(format('partitions.%I'::text, (held_from.parent || to_char((held_from.month)::timestamp with time zone, '_YYYY_MM'::text)))))::oid) AND c.relispartition));

CREATE OR REPLACE FUNCTION partitions.missing(first_month date, last_month date)
 RETURNS TABLE(parent text, month date)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog'
BEGIN ATOMIC
 SELECT of.of,
     (asked.asked)::date AS asked
    FROM unnest(ARRAY['user_activities'::text, 'analytics_events'::text]) of(of),
     generate_series(date_trunc('month'::text, (missing.last_month)::timestamp without time zone), date_trunc('month'::text, (missing.first_month)::timestamp without time zone), '-1 mons'::interval) asked(asked)
   WHERE (partitions.held_from(of.of, (asked.asked)::date) IS DISTINCT FROM partitions.first_moment((asked.asked)::date));
END;

CREATE OR REPLACE FUNCTION partitions.prepare_step(parent text, month date)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
 SET lock_timeout TO '1s'
AS $function$
BEGIN
  IF partitions.held_from(parent, month) > partitions.first_moment(month) THEN
    EXECUTE format('ALTER TABLE partitions.%I VALIDATE CONSTRAINT waiting_rows_are_earlier_check', parent || to_char(month, '_YYYY_MM'));
  END IF;
END
$function$;

CREATE OR REPLACE FUNCTION partitions.waiting()
 RETURNS TABLE(parent text, month date)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
DECLARE
  latest timestamptz;
BEGIN
  FOREACH parent IN ARRAY ARRAY['user_activities', 'analytics_events'] LOOP
    latest := 'infinity';
    LOOP
      EXECUTE format('SELECT created_at FROM partitions.%I WHERE created_at < $1 ORDER BY created_at DESC LIMIT 1', parent || '_default')
        INTO latest USING latest;
      EXIT WHEN latest IS NULL;
      month := date_trunc('month', latest AT TIME ZONE 'UTC')::date;
      latest := partitions.first_moment(month);
      RETURN NEXT;
    END LOOP;
  END LOOP;
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
