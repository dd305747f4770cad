-- Requests of people to be erased, what the services answered, what remains of a person, and the rule that nothing is written about them again.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

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
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT sha256("user_id"::text::bytea) $$;

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

CREATE TRIGGER "users_erased_user_rule" AFTER INSERT ON "users" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();

CREATE TABLE "erasure_requests" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "erasure_requests_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "erasure_requests_due_at_check" CHECK ("requested_at" < "due_at"),
    CONSTRAINT "erasure_requests_closed_at_check" CHECK ("requested_at" <= "closed_at"),
    -- The id of the person is needed until every service has erased its rows, and no longer.
    CONSTRAINT "erasure_requests_user_id_check" CHECK (("user_id" IS NULL) = ("closed_at" IS NOT NULL))
);
CREATE UNIQUE INDEX "erasure_requests_user_id_key" ON "erasure_requests"("user_id");
CREATE INDEX "erasure_requests_due_at_open_idx" ON "erasure_requests"("due_at") WHERE "closed_at" IS NULL;

CREATE TABLE "erasure_reports" (
    "request_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "tables" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "erasure_reports_pkey" PRIMARY KEY ("request_id", "service"),
    CONSTRAINT "erasure_reports_service_check" CHECK ("service" IN ('auth', 'learning', 'payments', 'notifications', 'activity')),
    CONSTRAINT "erasure_reports_tables_check" CHECK (jsonb_typeof("tables") = 'object')
);
ALTER TABLE "erasure_reports" ADD CONSTRAINT "erasure_reports_request_id_fkey"
  FOREIGN KEY ("request_id") REFERENCES "erasure_requests"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- A closed request is the proof that a person was erased.
CREATE TRIGGER "erasure_requests_closed_rule" BEFORE UPDATE ON "erasure_requests"
    FOR EACH ROW WHEN (OLD."closed_at" IS NOT NULL)
    EXECUTE FUNCTION "rules"."refuse_write"('erasure_requests_closed_rule', '23514', 'A closed request does not change any more.');
