-- What remains of a person who has been erased, and the rule that nothing is written about them again.
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

CREATE TRIGGER "subscriptions_erased_user_rule" AFTER INSERT ON "subscriptions" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "invoices_erased_user_rule" AFTER INSERT ON "invoices" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "transactions_erased_user_rule" AFTER INSERT ON "transactions" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "payment_methods_erased_user_rule" AFTER INSERT ON "payment_methods" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "coupon_redemptions_erased_user_rule" AFTER INSERT ON "coupon_redemptions" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();

-- Who an invoice was for may go from it with the person: by the owner of the tables, and for the one whom the transaction
-- names. Everything else of a document stays as it was.
CREATE OR REPLACE FUNCTION "rules"."refuse_change"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  "personal" text[] := '{}';
BEGIN
  IF current_setting('codezest.erased_user', true) = to_jsonb(OLD) ->> 'user_id'
    AND pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER')
    AND num_nonnulls(to_jsonb(NEW) ->> 'buyer', to_jsonb(NEW) ->> 'note', to_jsonb(NEW) ->> 'payment_means') = 0
  THEN
    "personal" := ARRAY['buyer', 'note', 'payment_means'];
  END IF;
  IF to_jsonb(NEW) - TG_ARGV[1:] - "personal" IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV[1:] - "personal" THEN
    RAISE EXCEPTION 'update of "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, HINT = TG_ARGV[0];
  END IF;
  RETURN NEW;
END $$;
