-- Copies of accounts, compared between two databases: ids in order, a range at a time, as one number. A person who has been
-- erased and whose rows are kept has an id of version 8 there (RFC 9562 leaves it to applications), which is no account's.
CREATE FUNCTION "rules"."hash_of_copy"("user_id" uuid, "version" integer) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ('x' || left(encode(sha256(concat_ws(' ', "user_id"::text, "version"::text)::bytea), 'hex'), 16))::bit(64)::bigint;
