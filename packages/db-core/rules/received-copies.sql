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
