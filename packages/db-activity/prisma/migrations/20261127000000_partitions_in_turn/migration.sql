-- Of two jobs that end the retention at once, the second found the partitions that the first had just dropped, and failed.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

-- Ends the retention of all months before the given one; the names of the partitions that went. Dropping takes a
-- moment's exclusive lock on the parent whatever the number of rows, where deleting them would take minutes and free
-- nothing. The lock at the beginning, which `ensure_month` takes as well, lets readers and writers go on.
CREATE OR REPLACE FUNCTION "partitions"."drop_before"("month" date) RETURNS SETOF text
  LANGUAGE plpgsql SET search_path = pg_catalog, public SET lock_timeout = '3s' AS
$$
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
$$;
