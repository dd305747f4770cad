-- Months of the append-only tables: made ahead, filled with what waited for them, and dropped when their time is over.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

-- The first moment of a month, in UTC.
CREATE FUNCTION "partitions"."first_moment"("month" date) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN date_trunc('month', "month"::timestamp) AT TIME ZONE 'UTC';

-- From when on a month's partition holds its rows: the first moment of the month once it is complete, a later one while
-- earlier rows still wait in the default partition, null where there is no partition. The bound is read from the catalog.
CREATE FUNCTION "partitions"."held_from"("parent" text, "month" date) RETURNS timestamptz
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog SET TimeZone = 'UTC'
  RETURN (
    SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM $$FROM \('([^']+)'\)$$)::timestamptz
    FROM pg_class c WHERE c.oid = to_regclass(format('partitions.%I', "parent" || to_char("month", '_YYYY_MM'))) AND c.relispartition
  );

-- One step towards a month's partition of one table: makes it if it is missing, and moves there at most about `most` of the
-- rows that wait in the default partition, the latest first. `done` when none is left. Each step is whole in itself, so a
-- run that was cut off is continued by the next one.
--
-- The partition is attached first and the rows go in through the parent, so that whoever replicates the table's changes
-- sees each row deleted and inserted. To take earlier rows, the partition is attached anew with an earlier bound. That reads
-- none of its rows, because its CHECK already says that they fit. What happens now belongs to the latest rows, so after
-- the first step writers have nothing to do with the default partition any more.
--
-- Gives up after a second where somebody else holds the tables: whoever comes later would wait behind it.
CREATE FUNCTION "partitions"."ensure_step"("parent" text, "month" date, "most" integer, OUT "made" boolean, OUT "done" boolean)
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '1s' SET TimeZone = 'UTC' AS
$$
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
  IF NOT made THEN
    EXECUTE format('ALTER TABLE partitions.%I DROP CONSTRAINT IF EXISTS %I', partition, held);
  END IF;
  EXECUTE format('INSERT INTO public.%I SELECT * FROM pg_temp.moving', parent);
  DROP TABLE pg_temp.moving;
  done := next_from = first_moment;
  IF NOT done THEN
    EXECUTE format('ALTER TABLE partitions.%I ADD CONSTRAINT %I CHECK (created_at >= %L AND created_at < %L) NOT VALID',
      partition, held, next_from, end_moment);
  END IF;
END
$$;

-- Looks at the rows of a partition that is not complete, beside readers and writers, so that the next step need not.
CREATE FUNCTION "partitions"."prepare_step"("parent" text, "month" date) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, public SET lock_timeout = '1s' AS
$$
BEGIN
  IF partitions.held_from(parent, month) > partitions.first_moment(month) THEN
    EXECUTE format('ALTER TABLE partitions.%I VALIDATE CONSTRAINT waiting_rows_are_earlier_check', parent || to_char(month, '_YYYY_MM'));
  END IF;
END
$$;

-- The months of both tables that are missing or not complete, of those asked for.
CREATE FUNCTION "partitions"."missing"("first_month" date, "last_month" date) RETURNS TABLE ("parent" text, "month" date)
  LANGUAGE sql STABLE SET search_path = pg_catalog
BEGIN ATOMIC
  SELECT "of", "asked"::date
  FROM unnest(ARRAY['user_activities', 'analytics_events']) AS "of",
    generate_series(date_trunc('month', "last_month"::timestamp), date_trunc('month', "first_month"::timestamp), interval '-1 month') AS "asked"
  WHERE "partitions"."held_from"("of", "asked"::date) IS DISTINCT FROM "partitions"."first_moment"("asked"::date);
END;

-- The months that rows wait for in the default partitions, latest first. An index leads from one to the next.
CREATE FUNCTION "partitions"."waiting"() RETURNS TABLE ("parent" text, "month" date)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS
$$
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
$$;

-- The partitions of both tables from one month to another for which no rows wait, at most `most` at once; how many were
-- made. Of several jobs at once the first makes them all.
CREATE FUNCTION "partitions"."ensure_empty"("first_month" date, "last_month" date, "most" integer) RETURNS integer
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
DECLARE
  missing record;
  has_rows_waiting boolean;
  number integer := 0;
BEGIN
  SET LOCAL lock_timeout = '1s';
  LOCK TABLE ONLY public.user_activities, ONLY public.analytics_events IN SHARE UPDATE EXCLUSIVE MODE;
  FOR missing IN SELECT * FROM partitions.missing(first_month, last_month) LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM partitions.%I WHERE created_at >= $1 AND created_at < $2)', missing.parent || '_default')
      INTO has_rows_waiting USING partitions.first_moment(missing.month), partitions.first_moment((missing.month + interval '1 month')::date);
    CONTINUE WHEN has_rows_waiting OR partitions.held_from(missing.parent, missing.month) IS NOT NULL;
    PERFORM partitions.ensure_step(missing.parent, missing.month, 1);
    number := number + 1;
    EXIT WHEN number = most;
  END LOOP;
  RETURN number;
END
$$;

-- The partitions of both tables from one month to another, with the rows that wait for them; how many were missing. All in
-- one transaction: for a new database and for few rows. `codezest-db-activity partitions ensure` does the same in steps.
CREATE FUNCTION "partitions"."ensure"("first_month" date, "last_month" date) RETURNS integer
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
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
$$;

-- Deletes at most `most` of the rows before a month that wait in the default partition; how many they were, and of which
-- months. For rows whose retention is over no partition is made.
CREATE FUNCTION "partitions"."end_waiting"("parent" text, "month" date, "most" integer) RETURNS TABLE ("ended" date, "rows" bigint)
  LANGUAGE plpgsql SET search_path = pg_catalog, public SET lock_timeout = '1s' AS
$$
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
$$;

-- Drops the partitions before a month, the oldest first and at most `most` at once; the names of those that went. Dropping
-- takes a moment's exclusive lock on the parent whatever the number of rows, where deleting them would take minutes and
-- free nothing. Of several jobs at once the first drops them all.
CREATE FUNCTION "partitions"."drop_step"("month" date, "most" integer) RETURNS SETOF text
  LANGUAGE plpgsql SET search_path = pg_catalog, public SET lock_timeout = '1s' AS
$$
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
$$;

-- Ends the retention of all months before the given one, in one transaction: for few waiting rows. The names of what went.
-- `codezest-db-activity partitions drop` does the same in steps.
CREATE FUNCTION "partitions"."drop_before"("month" date) RETURNS SETOF text
  LANGUAGE sql SET search_path = pg_catalog
BEGIN ATOMIC
  SELECT "partitions"."drop_step"("month", 2147483647)
  UNION ALL
  SELECT "of" || to_char("ended", '_YYYY_MM')
  FROM unnest(ARRAY['user_activities', 'analytics_events']) AS "of", "partitions"."end_waiting"("of", "month", 2147483647);
END;

-- Two years back for what is imported, a quarter ahead for what comes.
SELECT "partitions"."ensure"((CURRENT_DATE - interval '24 months')::date, (CURRENT_DATE + interval '3 months')::date);
