-- What the migrations of db-payments lead to, read from the catalogs. To be read, compared and never run.
-- pnpm structure:write

-- Schemas and extensions

CREATE EXTENSION btree_gist;

CREATE SCHEMA rules;

-- Enums

CREATE TYPE "CardBrand" AS ENUM (
    'VISA',
    'MASTERCARD',
    'AMEX',
    'DISCOVER',
    'DINERS',
    'JCB',
    'UNIONPAY',
    'CARTES_BANCAIRES',
    'EFTPOS_AU',
    'LINK',
    'UNKNOWN'
);

CREATE TYPE "DiscountType" AS ENUM (
    'PERCENTAGE',
    'FIXED'
);

CREATE TYPE "DisputeStatus" AS ENUM (
    'WARNING_NEEDS_RESPONSE',
    'WARNING_UNDER_REVIEW',
    'WARNING_CLOSED',
    'NEEDS_RESPONSE',
    'UNDER_REVIEW',
    'WON',
    'LOST',
    'APPEAL_NEEDS_RESPONSE',
    'APPEAL_UNDER_REVIEW',
    'PREVENTED'
);

CREATE TYPE "InvoiceKind" AS ENUM (
    'INVOICE',
    'CREDIT_NOTE'
);

CREATE TYPE "InvoiceReason" AS ENUM (
    'SUBSCRIPTION_CREATE',
    'SUBSCRIPTION_CYCLE',
    'SUBSCRIPTION_UPDATE',
    'SUBSCRIPTION_THRESHOLD',
    'MANUAL'
);

CREATE TYPE "InvoiceStatus" AS ENUM (
    'DRAFT',
    'SENT',
    'PAID',
    'OVERDUE',
    'UNCOLLECTIBLE',
    'CANCELED'
);

CREATE TYPE "PauseCollection" AS ENUM (
    'KEEP_AS_DRAFT',
    'MARK_UNCOLLECTIBLE',
    'VOID'
);

CREATE TYPE "PaymentMethodType" AS ENUM (
    'CARD',
    'PAYPAL',
    'BANK_TRANSFER',
    'SEPA_DEBIT',
    'LINK',
    'OTHER'
);

CREATE TYPE "PriceInterval" AS ENUM (
    'DAY',
    'WEEK',
    'MONTH',
    'YEAR'
);

CREATE TYPE "RefundStatus" AS ENUM (
    'PENDING',
    'REQUIRES_ACTION',
    'SUCCEEDED',
    'FAILED',
    'CANCELED'
);

CREATE TYPE "SubscriptionPlan" AS ENUM (
    'FREE',
    'PRO',
    'ENTERPRISE'
);

CREATE TYPE "SubscriptionStatus" AS ENUM (
    'ACTIVE',
    'TRIALING',
    'PAST_DUE',
    'PAUSED',
    'UNPAID',
    'INCOMPLETE',
    'INCOMPLETE_EXPIRED',
    'CANCELED',
    'EXPIRED'
);

CREATE TYPE "TransactionStatus" AS ENUM (
    'PENDING',
    'PROCESSING',
    'SUCCEEDED',
    'FAILED',
    'REFUNDED'
);

CREATE TYPE "VatCategory" AS ENUM (
    'S',
    'Z',
    'E',
    'AE',
    'K',
    'G',
    'O',
    'L',
    'M'
);

-- Functions

CREATE OR REPLACE FUNCTION rules.add_lines()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  changed record;
BEGIN
  FOR changed IN EXECUTE CASE TG_OP
    WHEN 'INSERT' THEN 'SELECT "invoice_id", sum("amount") AS "amount" FROM "after" GROUP BY 1 ORDER BY 1'
    WHEN 'DELETE' THEN 'SELECT "invoice_id", -sum("amount") AS "amount" FROM "before" GROUP BY 1 ORDER BY 1'
    ELSE 'SELECT "invoice_id", sum("amount") AS "amount" FROM (
            SELECT "invoice_id", "amount" FROM "after"
            UNION ALL SELECT "invoice_id", -"amount" FROM "before") AS "both" GROUP BY 1 ORDER BY 1'
  END LOOP
    UPDATE "invoices" SET "lines_amount" = "lines_amount" + changed."amount"
    WHERE "id" = changed."invoice_id" AND "status" = 'DRAFT';
    IF FOUND AND EXISTS (SELECT FROM "coupon_redemptions" WHERE "invoice_id" = changed."invoice_id") THEN
      RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, 'invoice_lines_before_coupon_rule'
        USING ERRCODE = '23514', CONSTRAINT = 'invoice_lines_before_coupon_rule', TABLE = TG_TABLE_NAME,
              HINT = 'A coupon was redeemed on what the lines add up to. Write all lines before it, or void the draft and write another.';
    ELSIF NOT FOUND THEN
      RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, 'invoice_lines_draft_only_rule'
        USING ERRCODE = '23514', CONSTRAINT = 'invoice_lines_draft_only_rule', TABLE = TG_TABLE_NAME,
              HINT = 'The lines of an issued or voided invoice are final. Void it and issue another one.';
    END IF;
  END LOOP;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.address_events()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  INSERT INTO outbox_deliveries (event_id, consumer, aggregatetype, aggregateid)
  SELECT e.id, c.consumer, e.aggregatetype, e.aggregateid
    FROM "inserted" e JOIN rules.event_consumers c ON c.type = e.type AND c.version = e.version
   ORDER BY e.aggregateversion, e.id;
  IF FOUND THEN PERFORM pg_notify('codezest_outbox', ''); END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION rules.carry_credit()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  UPDATE "invoices" SET "credited_amount" = "credited_amount" + CASE NEW."status" WHEN 'CANCELED' THEN -NEW."total" ELSE NEW."total" END
  WHERE "id" = NEW."credited_invoice_id" AND "kind" = 'INVOICE' AND "issued_at" IS NOT NULL
    AND (NEW."status" = 'CANCELED' OR "status" <> 'CANCELED');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'update of "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'A credit note takes back an invoice that was issued and is not voided.';
  END IF;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.carry_dispute()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  taken bigint := CASE WHEN NEW."status" IN ('NEEDS_RESPONSE', 'UNDER_REVIEW', 'LOST', 'APPEAL_NEEDS_RESPONSE', 'APPEAL_UNDER_REVIEW') THEN NEW."amount" ELSE 0 END;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD."status" IN ('NEEDS_RESPONSE', 'UNDER_REVIEW', 'LOST', 'APPEAL_NEEDS_RESPONSE', 'APPEAL_UNDER_REVIEW') THEN
    taken := taken - OLD."amount";
  END IF;
  IF taken = 0 THEN
    RETURN NULL;
  END IF;
  UPDATE "transactions" SET "disputed_amount" = "disputed_amount" + taken, "updated_at" = NEW."updated_at"
  WHERE "id" = NEW."transaction_id" AND "status" IN ('SUCCEEDED', 'REFUNDED');
  IF NOT FOUND THEN
    RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'Only a transaction that has succeeded is disputed.';
  END IF;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.carry_payment()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  brought bigint := CASE WHEN NEW."status" IN ('SUCCEEDED', 'REFUNDED')
    THEN NEW."amount" - NEW."refunded_amount" - NEW."disputed_amount" ELSE 0 END;
  attempts integer := 1;
  payable boolean;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    attempts := 0;
    IF OLD."status" IN ('SUCCEEDED', 'REFUNDED') THEN
      brought := brought - (OLD."amount" - OLD."refunded_amount" - OLD."disputed_amount");
    END IF;
  END IF;
  IF attempts = 0 AND brought = 0 THEN
    RETURN NULL;
  END IF;
  UPDATE "invoices" SET
    "amount_paid" = "amount_paid" + brought,
    "attempt_count" = "attempt_count" + attempts,
    "status" = CASE WHEN "status" IN ('SENT', 'OVERDUE', 'UNCOLLECTIBLE') AND brought > 0 AND "amount_paid" + brought >= "total"
      THEN 'PAID' ELSE "status" END,
    "paid_at" = CASE WHEN "status" IN ('SENT', 'OVERDUE', 'UNCOLLECTIBLE') AND brought > 0 AND "amount_paid" + brought >= "total"
      THEN NEW."paid_at" ELSE "paid_at" END,
    "updated_at" = NEW."updated_at"
  WHERE "id" = NEW."invoice_id"
  RETURNING "kind" = 'INVOICE' AND "total" > 0 AND "amount_paid" <= 0 AND NOT "paid_out_of_band" AND "status" NOT IN ('DRAFT', 'CANCELED') INTO payable;
  -- Of others the provider has told.
  IF TG_OP = 'INSERT' AND NEW."status" = 'PENDING' AND (NOT payable OR EXISTS (
    SELECT FROM "transactions" WHERE "invoice_id" = NEW."invoice_id" AND "status" = 'PROCESSING'
  )) THEN
    RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'Only an invoice that was sent, and whose money is not on its way, and has not come or was given back in full, is charged.';
  END IF;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.carry_refund()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  given_back bigint := CASE WHEN NEW."status" IN ('FAILED', 'CANCELED') THEN 0 ELSE NEW."amount" END;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD."status" NOT IN ('FAILED', 'CANCELED') THEN
    given_back := given_back - OLD."amount";
  END IF;
  IF given_back = 0 THEN
    RETURN NULL;
  END IF;
  UPDATE "transactions" SET
    "refunded_amount" = "refunded_amount" + given_back,
    "status" = CASE WHEN "refunded_amount" + given_back = "amount" THEN 'REFUNDED' ELSE 'SUCCEEDED' END::"TransactionStatus",
    "refunded_at" = CASE WHEN "refunded_amount" + given_back = 0 THEN NULL WHEN given_back > 0 THEN NEW."updated_at" ELSE "refunded_at" END,
    "updated_at" = NEW."updated_at"
  WHERE "id" = NEW."transaction_id" AND "status" IN ('SUCCEEDED', 'REFUNDED');
  IF NOT FOUND THEN
    RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'Only a transaction that has succeeded is refunded.';
  END IF;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.check_counter_step()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF (TG_OP = 'UPDATE' AND (NEW."kind", NEW."year", NEW."last_number") IS DISTINCT FROM (OLD."kind", OLD."year", OLD."last_number" + 1))
    OR NOT EXISTS (SELECT FROM "invoices" WHERE "invoice_number" = "rules"."invoice_number"(NEW."kind", NEW."year", NEW."last_number"))
  THEN
    RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'Counters move by one, together with the invoice that takes the number. Issue an invoice instead.';
  END IF;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.check_dispute_transition()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  allowed "DisputeStatus"[] := ARRAY(
    SELECT "to_status" FROM "rules"."dispute_transitions" WHERE "from_status" = OLD."status" ORDER BY 1);
BEGIN
  IF NEW."status" = ANY (allowed) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% to % violates rule "%"', OLD."status", NEW."status", TG_NAME
    USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
          HINT = format('From %s to: %s.', OLD."status", coalesce(nullif(array_to_string(allowed, ', '), ''), 'nothing'));
END $function$;

CREATE OR REPLACE FUNCTION rules.check_invoice_transition()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  allowed "InvoiceStatus"[] := ARRAY(
    SELECT "to_status" FROM "rules"."invoice_transitions" WHERE "from_status" = OLD."status" ORDER BY 1);
BEGIN
  IF NEW."status" = ANY (allowed) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% to % violates rule "%"', OLD."status", NEW."status", TG_NAME
    USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
          HINT = format('From %s to: %s.', OLD."status", coalesce(nullif(array_to_string(allowed, ', '), ''), 'nothing'));
END $function$;

CREATE OR REPLACE FUNCTION rules.check_lines_of_issued()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF NOT EXISTS (SELECT FROM "invoice_lines" WHERE "invoice_id" = NEW."id") THEN
    RAISE EXCEPTION 'update of "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'An invoice without lines is none. Write its lines before it is issued, or void it.';
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.check_redemption_count()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  counted integer := 0;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    counted := OLD."redemption_count";
  END IF;
  IF NEW."redemption_count" <> counted AND pg_trigger_depth() = 1 THEN
    RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'The count follows the redemptions. Insert one instead.';
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.check_refund_transition()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  allowed "RefundStatus"[] := ARRAY(
    SELECT "to_status" FROM "rules"."refund_transitions" WHERE "from_status" = OLD."status" ORDER BY 1);
BEGIN
  IF NEW."status" = ANY (allowed) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% to % violates rule "%"', OLD."status", NEW."status", TG_NAME
    USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
          HINT = format('From %s to: %s.', OLD."status", coalesce(nullif(array_to_string(allowed, ', '), ''), 'nothing'));
END $function$;

CREATE OR REPLACE FUNCTION rules.check_subscription_transition()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  allowed "SubscriptionStatus"[] := ARRAY(
    SELECT "to_status" FROM "rules"."subscription_transitions" WHERE "from_status" = OLD."status" ORDER BY 1);
BEGIN
  IF NEW."status" = ANY (allowed) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% to % violates rule "%"', OLD."status", NEW."status", TG_NAME
    USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
          HINT = format('From %s to: %s.', OLD."status", coalesce(nullif(array_to_string(allowed, ', '), ''), 'nothing'));
END $function$;

CREATE OR REPLACE FUNCTION rules.check_subtotal()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF EXISTS (SELECT FROM "invoices" WHERE "id" = NEW."id" AND "subtotal" <> "lines_amount") THEN
    RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'The lines of an invoice add up to its subtotal at commit. Write both in one transaction.';
  END IF;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.check_taxes_of_issued()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  unit integer := (SELECT 10 ^ "exponent" FROM "currencies" WHERE "code" = NEW."currency");
BEGIN
  IF NOT EXISTS (SELECT FROM "invoice_taxes" WHERE "invoice_id" = NEW."id")
    AND NOT EXISTS (SELECT FROM "invoice_lines" WHERE "invoice_id" = NEW."id" AND "vat_category" IS NOT NULL) THEN
    RETURN NEW;
  END IF;
  IF EXISTS (
      SELECT FROM (SELECT "vat_category", "vat_rate", sum("amount") AS "base" FROM "invoice_lines" WHERE "invoice_id" = NEW."id" GROUP BY 1, 2) AS l
      FULL JOIN (SELECT * FROM "invoice_taxes" WHERE "invoice_id" = NEW."id") AS t ON (t."category", t."rate") = (l."vat_category", l."vat_rate")
      WHERE l."base" IS DISTINCT FROM t."base"
        OR abs(t."tax" - (t."base" - t."discount") * t."rate" / CASE WHEN NEW."tax_included" THEN 100 + t."rate" ELSE 100 END) >= unit)
    OR (SELECT (sum("discount"), sum("tax")) FROM "invoice_taxes" WHERE "invoice_id" = NEW."id") IS DISTINCT FROM (NEW."discount"::numeric, NEW."tax"::numeric)
  THEN
    RAISE EXCEPTION 'update of "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'Each category and rate of the lines has its tax, and together they make discount and tax of the invoice. Write the taxes with the lines.';
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.check_transaction_transition()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  allowed "TransactionStatus"[] := ARRAY(
    SELECT "to_status" FROM "rules"."transaction_transitions" WHERE "from_status" = OLD."status" ORDER BY 1);
BEGIN
  IF NEW."status" = ANY (allowed) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% to % violates rule "%"', OLD."status", NEW."status", TG_NAME
    USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
          HINT = format('From %s to: %s.', OLD."status", coalesce(nullif(array_to_string(allowed, ', '), ''), 'nothing'));
END $function$;

CREATE OR REPLACE FUNCTION rules.claim_outbox(consumer text, batch integer, lease interval)
 RETURNS TABLE(event_id uuid, lease_token uuid, attempts integer, event jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
#variable_conflict use_column
DECLARE
  token CONSTANT uuid := gen_random_uuid();
  moment CONSTANT timestamptz := clock_timestamp();
BEGIN
  RETURN QUERY
  WITH claimable AS MATERIALIZED (
    SELECT d.event_id FROM outbox_deliveries d
     WHERE d.consumer = claim_outbox.consumer AND d.delivered_at IS NULL AND d.dead_at IS NULL
       -- A column of milliseconds may round up: what was written in this very millisecond is due.
       AND d.available_at <= moment + interval '1 millisecond' AND (d.leased_until IS NULL OR d.leased_until <= moment)
       -- A look into the index for each row, however many are open.
       AND (SELECT true FROM outbox_deliveries e
             WHERE e.aggregateid = d.aggregateid AND e.aggregatetype = d.aggregatetype AND e.consumer = d.consumer
               AND e.sequence < d.sequence AND e.delivered_at IS NULL AND e.dead_at IS NULL LIMIT 1) IS NULL
     ORDER BY d.sequence LIMIT claim_outbox.batch FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE outbox_deliveries d
       SET attempts = d.attempts + 1, lease_token = token, leased_until = moment + claim_outbox.lease
      FROM claimable c WHERE d.event_id = c.event_id AND d.consumer = claim_outbox.consumer
    RETURNING d.event_id, d.attempts, d.sequence
  )
  SELECT o.id, token, c.attempts, jsonb_build_object(
      'id', o.id, 'type', o.type, 'version', o.version,
      'aggregateType', o.aggregatetype, 'aggregateId', o.aggregateid, 'aggregateVersion', o.aggregateversion,
      'occurredAt', to_char(o.occurred_ts, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'traceContext', o.trace_context, 'payload', o.payload)
    FROM claimed c JOIN outbox o ON o.id = c.event_id
   ORDER BY c.sequence;
END
$function$;

CREATE OR REPLACE FUNCTION rules.compare_copies(from_id uuid, upto_id uuid)
 RETURNS TABLE(copies integer, hash bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
  RETURN QUERY SELECT count(*)::integer, coalesce(bit_xor(rules.hash_of_copy(c.user_id, c.version)), 0)
    FROM (SELECT h.user_id, max(h.version) AS version FROM rules.users_here(from_id, upto_id) h GROUP BY 1) c
   WHERE substr(c.user_id::text, 15, 1) <> '8';
END
$function$;

CREATE OR REPLACE FUNCTION rules.copies_among(user_ids uuid[])
 RETURNS TABLE(user_id uuid, is_here boolean, version integer, is_waiting boolean, is_erased boolean)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
  RETURN QUERY SELECT u.id, h.number > 0, h.version,
      EXISTS (SELECT FROM received_events e WHERE e.payload ->> 'userId' = u.id::text AND e.aggregatetype = 'auth.user'
        AND e.processed_at IS NULL AND e.dead_at IS NULL),
      EXISTS (SELECT FROM erased_users e WHERE e.user_hash = rules.hash_of_user(u.id))
    FROM unnest(user_ids) AS u(id),
      LATERAL (SELECT count(*) AS number, max(f.version) AS version FROM rules.users_here(u.id, u.id) f) AS h;
END
$function$;

CREATE OR REPLACE FUNCTION rules.copies_between(from_id uuid, upto_id uuid)
 RETURNS TABLE(user_id uuid, version integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
  RETURN QUERY SELECT h.user_id, max(h.version) FROM rules.users_here(from_id, upto_id) h
   WHERE substr(h.user_id::text, 15, 1) <> '8' GROUP BY 1;
END
$function$;

CREATE OR REPLACE FUNCTION rules.count_entitlement_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF NEW.version = OLD.version AND (NEW.plan, NEW.status, NEW.valid_until, NEW.trial_ends_at)
    IS DISTINCT FROM (OLD.plan, OLD.status, OLD.valid_until, OLD.trial_ends_at)
  THEN
    NEW.version := OLD.version + 1;
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.delete_delivered_events(age interval, batch integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  gone integer;
BEGIN
  DELETE FROM outbox WHERE id IN (
    SELECT o.id FROM outbox o
     WHERE o.occurred_at <= now() - "age"
       AND (SELECT true FROM outbox_deliveries d WHERE d.event_id = o.id AND d.delivered_at IS NULL LIMIT 1) IS NULL
     ORDER BY o.occurred_at LIMIT "batch" FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$function$;

CREATE OR REPLACE FUNCTION rules.fail_outbox(lease_token uuid, event_ids uuid[], reason text, retry_in interval, dead boolean)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
DECLARE
  failed integer;
BEGIN
  WITH held AS MATERIALIZED (
    SELECT d.event_id, d.consumer FROM outbox_deliveries d
     WHERE d.event_id = ANY (fail_outbox.event_ids) AND d.lease_token = fail_outbox.lease_token
       FOR UPDATE SKIP LOCKED
  )
  UPDATE outbox_deliveries d
     SET lease_token = NULL, leased_until = NULL,
         reason = left(coalesce(nullif(fail_outbox.reason, ''), 'No reason was given.'), 1000),
         available_at = clock_timestamp() + fail_outbox.retry_in,
         dead_at = CASE WHEN fail_outbox.dead THEN clock_timestamp() END
    FROM held h WHERE d.event_id = h.event_id AND d.consumer = h.consumer;
  GET DIAGNOSTICS failed = ROW_COUNT;
  RETURN failed;
END
$function$;

CREATE OR REPLACE FUNCTION rules.finish_outbox(lease_token uuid, event_ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
DECLARE
  finished integer;
BEGIN
  WITH held AS MATERIALIZED (
    SELECT d.event_id, d.consumer FROM outbox_deliveries d
     WHERE d.event_id = ANY (finish_outbox.event_ids) AND d.lease_token = finish_outbox.lease_token
       FOR UPDATE SKIP LOCKED
  )
  UPDATE outbox_deliveries d
     SET delivered_at = clock_timestamp(), lease_token = NULL, leased_until = NULL, reason = NULL
    FROM held h WHERE d.event_id = h.event_id AND d.consumer = h.consumer;
  GET DIAGNOSTICS finished = ROW_COUNT;
  RETURN finished;
END
$function$;

CREATE OR REPLACE FUNCTION rules.fold_digits(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN translate(NORMALIZE(value, NFKC), (((((((((((((((((((((((((((('٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹'::text || '߀߁߂߃߄߅߆߇߈߉०१२३४५६७८९'::text) || '০১২৩৪৫৬৭৮৯੦੧੨੩੪੫੬੭੮੯'::text) || '૦૧૨૩૪૫૬૭૮૯୦୧୨୩୪୫୬୭୮୯'::text) || '௦௧௨௩௪௫௬௭௮௯౦౧౨౩౪౫౬౭౮౯'::text) || '೦೧೨೩೪೫೬೭೮೯൦൧൨൩൪൫൬൭൮൯'::text) || '෦෧෨෩෪෫෬෭෮෯๐๑๒๓๔๕๖๗๘๙'::text) || '໐໑໒໓໔໕໖໗໘໙༠༡༢༣༤༥༦༧༨༩'::text) || '၀၁၂၃၄၅၆၇၈၉႐႑႒႓႔႕႖႗႘႙'::text) || '០១២៣៤៥៦៧៨៩᠐᠑᠒᠓᠔᠕᠖᠗᠘᠙'::text) || '᥆᥇᥈᥉᥊᥋᥌᥍᥎᥏᧐᧑᧒᧓᧔᧕᧖᧗᧘᧙'::text) || '᪀᪁᪂᪃᪄᪅᪆᪇᪈᪉᪐᪑᪒᪓᪔᪕᪖᪗᪘᪙'::text) || '᭐᭑᭒᭓᭔᭕᭖᭗᭘᭙᮰᮱᮲᮳᮴᮵᮶᮷᮸᮹'::text) || '᱀᱁᱂᱃᱄᱅᱆᱇᱈᱉᱐᱑᱒᱓᱔᱕᱖᱗᱘᱙'::text) || '꘠꘡꘢꘣꘤꘥꘦꘧꘨꘩꣐꣑꣒꣓꣔꣕꣖꣗꣘꣙'::text) || '꤀꤁꤂꤃꤄꤅꤆꤇꤈꤉꧐꧑꧒꧓꧔꧕꧖꧗꧘꧙'::text) || '꧰꧱꧲꧳꧴꧵꧶꧷꧸꧹꩐꩑꩒꩓꩔꩕꩖꩗꩘꩙'::text) || '꯰꯱꯲꯳꯴꯵꯶꯷꯸꯹𐒠𐒡𐒢𐒣𐒤𐒥𐒦𐒧𐒨𐒩'::text) || '𐴰𐴱𐴲𐴳𐴴𐴵𐴶𐴷𐴸𐴹𑁦𑁧𑁨𑁩𑁪𑁫𑁬𑁭𑁮𑁯'::text) || '𑃰𑃱𑃲𑃳𑃴𑃵𑃶𑃷𑃸𑃹𑄶𑄷𑄸𑄹𑄺𑄻𑄼𑄽𑄾𑄿'::text) || '𑇐𑇑𑇒𑇓𑇔𑇕𑇖𑇗𑇘𑇙𑋰𑋱𑋲𑋳𑋴𑋵𑋶𑋷𑋸𑋹'::text) || '𑑐𑑑𑑒𑑓𑑔𑑕𑑖𑑗𑑘𑑙𑓐𑓑𑓒𑓓𑓔𑓕𑓖𑓗𑓘𑓙'::text) || '𑙐𑙑𑙒𑙓𑙔𑙕𑙖𑙗𑙘𑙙𑛀𑛁𑛂𑛃𑛄𑛅𑛆𑛇𑛈𑛉'::text) || '𑜰𑜱𑜲𑜳𑜴𑜵𑜶𑜷𑜸𑜹𑣠𑣡𑣢𑣣𑣤𑣥𑣦𑣧𑣨𑣩'::text) || '𑥐𑥑𑥒𑥓𑥔𑥕𑥖𑥗𑥘𑥙𑱐𑱑𑱒𑱓𑱔𑱕𑱖𑱗𑱘𑱙'::text) || '𑵐𑵑𑵒𑵓𑵔𑵕𑵖𑵗𑵘𑵙𑶠𑶡𑶢𑶣𑶤𑶥𑶦𑶧𑶨𑶩'::text) || '𖩠𖩡𖩢𖩣𖩤𖩥𖩦𖩧𖩨𖩩𖫀𖫁𖫂𖫃𖫄𖫅𖫆𖫇𖫈𖫉'::text) || '𖭐𖭑𖭒𖭓𖭔𖭕𖭖𖭗𖭘𖭙𞅀𞅁𞅂𞅃𞅄𞅅𞅆𞅇𞅈𞅉'::text) || '𞋰𞋱𞋲𞋳𞋴𞋵𞋶𞋷𞋸𞋹𞥐𞥑𞥒𞥓𞥔𞥕𞥖𞥗𞥘𞥙'::text), repeat('0123456789'::text, 58));

CREATE OR REPLACE FUNCTION rules.forget_what_will_not_come()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  is_over boolean := NEW."status" IN ('CANCELED', 'EXPIRED', 'INCOMPLETE_EXPIRED');
BEGIN
  IF NEW."status" <> 'PAUSED' THEN
    NEW."paused_at" := NULL;
  END IF;
  IF is_over THEN
    NEW."pause_collection" := NULL;
  END IF;
  IF num_nonnulls(NEW."paused_at", NEW."pause_collection") = 0 THEN
    NEW."resumes_at" := NULL;
  END IF;
  -- What waits for its payment may come at any moment until then.
  IF is_over OR (NEW."next_change_expires_at" IS NULL AND NEW."valid_until" <= coalesce(NEW."next_change_at", NEW."current_period_end")) THEN
    NEW."next_plan" := NULL;
    NEW."next_price_id" := NULL;
    NEW."next_quantity" := NULL;
    NEW."next_change_at" := NULL;
    NEW."next_change_expires_at" := NULL;
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.hash_of_copy(user_id uuid, version integer)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ((('x'::text || "left"(encode(sha256((concat_ws(' '::text, (user_id)::text, (version)::text))::bytea), 'hex'::text), 16)))::bit(64))::bigint;

CREATE OR REPLACE FUNCTION rules.hash_of_user(user_id uuid)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN sha256(((user_id)::text)::bytea);

CREATE OR REPLACE FUNCTION rules.holds_card_number(value text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  folded text;
  iban text;
  gaps text[];
  groups text[];
  digits text;
  sizes text;
  is_first boolean;
BEGIN
  IF octet_length("value") < 13 OR regexp_count("value", '[[:digit:]]|[^[:ascii:]]', 1) < 13 THEN
    RETURN false;
  END IF;
  folded := regexp_replace("rules"."fold_digits"("value"),
    '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'x', 'gi');
  FOR iban IN SELECT DISTINCT part[1] FROM regexp_matches(folded, '\y([A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)\y', 'g') AS part LOOP
    IF "rules"."is_iban"(replace(iban, ' ', '')) THEN
      folded := replace(folded, iban, 'x');
    END IF;
  END LOOP;
  SELECT array_agg(part[1] ORDER BY n), array_agg(part[2] ORDER BY n) INTO gaps, groups
  FROM regexp_matches(folded || ' ', '([^0-9]*)([0-9]*)', 'g') WITH ORDINALITY AS matches(part, n);

  FOR i IN 1 .. cardinality(groups) - 1 LOOP
    CONTINUE WHEN groups[i] = '' OR gaps[i] ~ '[[:alpha:]]$';
    digits := '';
    sizes := '';
    is_first := i = 1 OR gaps[i] ~ '[[:alpha:]]' OR length(gaps[i]) > 4;
    FOR j IN i .. least(i + 18, cardinality(groups) - 1) LOOP
      EXIT WHEN j > i AND (length(gaps[j]) > 4 OR gaps[j] ~ '[[:alpha:]]');
      digits := digits || groups[j];
      sizes := sizes || '-' || length(groups[j]);
      EXIT WHEN length(digits) > 19;
      CONTINUE WHEN length(digits) < 13 OR groups[j] = ''
        OR gaps[j + 1] ~ '^[[:alpha:]]'
        OR (gaps[i] ~ '\+$' AND length(digits) <= 15);
      IF (sizes ~ '^-(1[3-9]|4-4-4-[1-7]|4-4-4-4-[1-3]|4-6-[45]|6-4-[45]|6-1[0-3]|8-[5-9]|8-8-[1-3])$'
          OR (sizes ~ '^((-1)+|(-2)+(-1)?)$' AND is_first
            AND (j + 1 > cardinality(groups) - 1 OR length(gaps[j + 1]) > 4 OR gaps[j + 1] ~ '[[:alpha:]]' OR groups[j + 1] = '')))
        AND "rules"."is_card_number"(digits)
      THEN
        RETURN true;
      END IF;
    END LOOP;
  END LOOP;
  RETURN false;
END $function$;

CREATE OR REPLACE FUNCTION rules.invoice_number(kind "InvoiceKind", year integer, number integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (((CASE kind WHEN 'CREDIT_NOTE'::"InvoiceKind" THEN 'CN-'::text ELSE 'CZ-'::text END || year) || '-'::text) || lpad((number)::text, GREATEST(6, length((number)::text)), '0'::text));

CREATE OR REPLACE FUNCTION rules.is_card_number(digits text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (CASE length(digits) WHEN 13 THEN ((digits ~ '^4'::text) AND (SELECT ((sum(((substr(is_card_number.digits, i.i, 1))::integer * CASE (i.i % 2) WHEN 0 THEN 3 ELSE 1 END)) % (10)::bigint) <> 0) FROM generate_series(1, 13) i(i))) WHEN 14 THEN (digits ~ '^3(0[0-5]|095|[689])'::text) WHEN 15 THEN (digits ~ '^(3[47]|1354|1800|2131)'::text) WHEN 16 THEN (digits ~ '^(220[0-4]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|3[0689]|35(2[89]|[3-8])|[456]|8[12]|9490|9792)'::text) ELSE ((length(digits) = ANY (ARRAY[17, 18, 19])) AND (digits ~ '^(220[0-4]|3[0689]|35(2[89]|[3-8])|[456]|81)'::text)) END AND (SELECT ((sum(CASE WHEN (((length(is_card_number.digits) - i.i) % 2) = 0) THEN digit.d ELSE ((digit.d * 2) - CASE WHEN (digit.d > 4) THEN 9 ELSE 0 END) END) % (10)::bigint) = 0) FROM generate_series(1, length(is_card_number.digits)) i(i), LATERAL (SELECT (substr(is_card_number.digits, i.i, 1))::integer AS substr) digit(d)));

CREATE OR REPLACE FUNCTION rules.is_iban(value text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (SELECT (((string_agg(CASE WHEN (signs.sign ~ '[0-9]'::text) THEN signs.sign ELSE ((ascii(signs.sign) - 55))::text END, ''::text ORDER BY signs.n))::numeric % (97)::numeric) = (1)::numeric) FROM regexp_split_to_table((substr(is_iban.value, 5) || "left"(is_iban.value, 4)), ''::text) WITH ORDINALITY signs(sign, n));

CREATE OR REPLACE FUNCTION rules.is_vat_rate(category "VatCategory", rate numeric)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN CASE WHEN (category = 'S'::"VatCategory") THEN ((rate > (0)::numeric) AND (rate <= (100)::numeric)) WHEN (category = ANY (ARRAY['L'::"VatCategory", 'M'::"VatCategory"])) THEN ((rate >= (0)::numeric) AND (rate <= (100)::numeric)) ELSE (rate = (0)::numeric) END;

CREATE OR REPLACE FUNCTION rules.json_holds_card_number(value jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN ((SELECT (COALESCE(rules.holds_card_number(string_agg((leaves.leaf #>> '{}'::text[]), ', '::text ORDER BY leaves.n) FILTER (WHERE (jsonb_typeof(leaves.leaf) = 'string'::text))), false) OR COALESCE(bool_or(rules.holds_card_number((leaves.leaf)::text)) FILTER (WHERE (jsonb_typeof(leaves.leaf) = 'number'::text)), false)) FROM jsonb_path_query(json_holds_card_number.value, 'strict $.**'::jsonpath) WITH ORDINALITY leaves(leaf, n)) OR (EXISTS (SELECT FROM jsonb_path_query(json_holds_card_number.value, 'strict $.**?(@.type() == "object").keyvalue()."key"'::jsonpath) keys(name) WHERE rules.holds_card_number((keys.name #>> '{}'::text[])))));

CREATE OR REPLACE FUNCTION rules.lock_invoice_of_line()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  PERFORM FROM "invoices" WHERE "id" IN (OLD."invoice_id", NEW."invoice_id") ORDER BY "id" FOR NO KEY UPDATE;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.new_event_id()
 RETURNS uuid
 LANGUAGE sql
 SET search_path TO 'pg_catalog'
AS $function$
  SELECT (overlay(lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 4096000)::bigint), 15, '0') PLACING '7' FROM 13 FOR 0)
    || substr(replace(gen_random_uuid()::text, '-', ''), 17))::uuid
$function$;

CREATE OR REPLACE FUNCTION rules.note_other_money()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  NEW."paid_out_of_band" := NEW."amount_paid" < NEW."total";
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.number_invoice()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  issue_year integer := extract(year FROM NEW."issued_at" AT TIME ZONE 'UTC');
  number integer;
  latest timestamptz;
BEGIN
  IF NEW."invoice_number" IS DISTINCT FROM OLD."invoice_number" THEN
    RAISE EXCEPTION 'update of "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'The number comes from the counter of the year: set status and issuedAt alone.';
  END IF;
  IF NEW."issued_at" > now() + interval '1 day' THEN
    RAISE EXCEPTION 'update of "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'An invoice is issued now, not in the future: the numbers of a later year would begin.';
  END IF;
  INSERT INTO "invoice_counters" AS c ("kind", "year", "last_number", "last_issued_at") VALUES (NEW."kind", issue_year, 1, NEW."issued_at")
    ON CONFLICT ("kind", "year") DO UPDATE SET "last_number" = c."last_number" + 1,
      "last_issued_at" = greatest(c."last_issued_at", excluded."last_issued_at"), "updated_at" = now()
    RETURNING c."last_number", c."last_issued_at" INTO number, latest;
  IF NEW."issued_at" < latest AND NEW."issued_at" < now() - interval '1 minute' THEN
    RAISE EXCEPTION 'update of "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'Numbers of a year rise with the moment of issue, and a later one has a number already. Issue it now.';
  END IF;
  NEW."issued_at" := greatest(NEW."issued_at", latest);
  NEW."invoice_number" := "rules"."invoice_number"(NEW."kind", issue_year, number);
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.outbox_state()
 RETURNS TABLE(consumer text, open bigint, dead bigint, oldest timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  SELECT c.consumer, coalesce(o.open, 0), coalesce(x.dead, 0), o.oldest
    FROM (SELECT DISTINCT e.consumer FROM rules.event_consumers e) c
    LEFT JOIN LATERAL (
      SELECT count(*) AS open, min(e.occurred_at) AS oldest
        FROM outbox_deliveries d JOIN outbox e ON e.id = d.event_id
       WHERE d.consumer = c.consumer AND d.delivered_at IS NULL AND d.dead_at IS NULL) o ON true
    LEFT JOIN LATERAL (
      SELECT count(*) AS dead FROM outbox_deliveries d WHERE d.consumer = c.consumer AND d.dead_at IS NOT NULL) x ON true
   ORDER BY 1
$function$;

CREATE OR REPLACE FUNCTION rules.redeem_coupon()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  UPDATE "coupons" SET "redemption_count" = "redemption_count" + 1, "updated_at" = now()
  WHERE "id" = NEW."coupon_id"
    AND "is_active"
    AND "valid_from" <= NEW."redeemed_at"
    AND ("valid_until" IS NULL OR NEW."redeemed_at" < "valid_until")
    AND ("currency" IS NULL OR "currency" = NEW."currency");
  IF NOT FOUND THEN
    RAISE EXCEPTION 'insert into "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'The coupon must be active, within its dates, and in the currency of the invoice if it is a fixed amount.';
  END IF;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.redrive_outbox(consumer text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
#variable_conflict use_column
DECLARE
  redriven bigint;
BEGIN
  UPDATE outbox_deliveries d SET dead_at = NULL, reason = NULL, attempts = 0, available_at = clock_timestamp()
   WHERE d.consumer = redrive_outbox.consumer AND d.dead_at IS NOT NULL;
  GET DIAGNOSTICS redriven = ROW_COUNT;
  IF redriven > 0 THEN PERFORM pg_notify('codezest_outbox', ''); END IF;
  RETURN redriven;
END
$function$;

CREATE OR REPLACE FUNCTION rules.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  "personal" text[] := '{}';
BEGIN
  IF strpos(current_setting('codezest.erased_user', true), to_jsonb(OLD) ->> 'user_id') > 0
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
END $function$;

CREATE OR REPLACE FUNCTION rules.refuse_deletion()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
    USING ERRCODE = '42501', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, HINT = TG_ARGV[0];
END $function$;

CREATE OR REPLACE FUNCTION rules.refuse_derived()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  "before" jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END;
  "after" jsonb := to_jsonb(NEW);
BEGIN
  IF pg_trigger_depth() = 1 AND EXISTS (
    SELECT FROM unnest(TG_ARGV[1:]) AS derived("name")
    WHERE "after" ->> "name" <> coalesce("before" ->> "name", '0')
  ) THEN
    RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, HINT = TG_ARGV[0];
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.refuse_erased_users()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION rules.refuse_event_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = '23514',
    CONSTRAINT = 'outbox_unchanged_rule',
    MESSAGE = 'UPDATE of "outbox" violates rule "outbox_unchanged_rule"',
    HINT = 'What was told is told; publish another event.';
END
$function$;

CREATE OR REPLACE FUNCTION rules.refuse_lower_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  RAISE EXCEPTION 'update of "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
    USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
          HINT = 'The version only grows: events are in its order.';
END $function$;

CREATE OR REPLACE FUNCTION rules.refuse_refill()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  "before" jsonb := to_jsonb(OLD);
  "after" jsonb := to_jsonb(NEW);
BEGIN
  IF EXISTS (
    SELECT FROM unnest(TG_ARGV[1:]) AS filled("name")
    WHERE "before" ->> "name" IS NOT NULL AND "before" ->> "name" IS DISTINCT FROM "after" ->> "name"
  ) THEN
    RAISE EXCEPTION 'update of "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, HINT = TG_ARGV[0];
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.refuse_write()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  RAISE EXCEPTION 'write on "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
    USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, HINT = TG_ARGV[0];
END $function$;

CREATE OR REPLACE FUNCTION rules.tell_entitlements(changed uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
BEGIN
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
  SELECT rules.new_event_id(), 'payments.entitlement', s.user_id::text, s.version, 'entitlement.changed', jsonb_build_object(
      'userId', s.user_id, 'subscriptionId', s.id, 'plan', s.plan, 'status', s.status, 'version', s.version,
      'validUntil', to_char(
        CASE WHEN s.status = 'TRIALING' THEN least(s.valid_until, s.trial_ends_at) ELSE s.valid_until END AT TIME ZONE 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM subscriptions s WHERE s.id = ANY (changed) ORDER BY s.version;
END $function$;

CREATE OR REPLACE FUNCTION rules.tell_new_subscriptions()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  PERFORM rules.tell_entitlements(array_agg(id)) FROM "inserted";
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.tell_subscription_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  PERFORM rules.tell_entitlements(ARRAY[NEW.id]);
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.touch_invoice_of_tax()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  invoice record;
BEGIN
  FOR invoice IN SELECT DISTINCT "id" FROM unnest(ARRAY[OLD."invoice_id", NEW."invoice_id"]) AS i("id") WHERE "id" IS NOT NULL ORDER BY 1 LOOP
    UPDATE "invoices" SET "updated_at" = now() WHERE "id" = invoice."id" AND "status" = 'DRAFT';
    IF NOT FOUND THEN
      RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
        USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
              HINT = 'The taxes of an issued or voided invoice are final. Void it and issue another one.';
    END IF;
  END LOOP;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.users_here(from_id uuid, upto_id uuid)
 RETURNS TABLE(user_id uuid, version integer)
 LANGUAGE sql
 STABLE
AS $function$
  SELECT DISTINCT user_id, 0 FROM subscriptions WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM invoices WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM transactions WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM payment_methods WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM coupon_redemptions WHERE user_id BETWEEN from_id AND upto_id
$function$;

-- Sequences

CREATE SEQUENCE outbox_deliveries_sequence_seq AS bigint INCREMENT 1;

-- Tables

CREATE TABLE coupon_redemptions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    coupon_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    transaction_id uuid,
    discount_amount bigint NOT NULL,
    currency character(3) NOT NULL,
    redeemed_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT coupon_redemptions_pkey PRIMARY KEY (id),
    CONSTRAINT coupon_redemptions_coupon_id_fkey FOREIGN KEY (coupon_id) REFERENCES coupons(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT coupon_redemptions_invoice_id_user_id_currency_fkey FOREIGN KEY (invoice_id, user_id, currency) REFERENCES invoices(id, user_id, currency) ON DELETE RESTRICT,
    CONSTRAINT coupon_redemptions_transaction_id_user_id_currency_fkey FOREIGN KEY (transaction_id, user_id, currency) REFERENCES transactions(id, user_id, currency) ON DELETE RESTRICT,
    CONSTRAINT coupon_redemptions_discount_amount_check CHECK ((discount_amount > 0))
);
CREATE UNIQUE INDEX coupon_redemptions_coupon_id_user_id_key ON public.coupon_redemptions USING btree (coupon_id, user_id);
CREATE INDEX coupon_redemptions_invoice_id_idx ON public.coupon_redemptions USING btree (invoice_id);
CREATE INDEX coupon_redemptions_transaction_id_idx ON public.coupon_redemptions USING btree (transaction_id);
CREATE INDEX coupon_redemptions_user_id_redeemed_at_id_idx ON public.coupon_redemptions USING btree (user_id, redeemed_at DESC, id DESC);
CREATE TRIGGER coupon_redemptions_erased_user_rule AFTER INSERT ON public.coupon_redemptions REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER coupon_redemptions_immutable_rule BEFORE UPDATE ON public.coupon_redemptions FOR EACH ROW EXECUTE FUNCTION rules.refuse_change('A redemption is evidence of a discount and does not change.', 'user_id', 'transaction_id');
CREATE TRIGGER coupon_redemptions_no_delete_rule BEFORE DELETE OR TRUNCATE ON public.coupon_redemptions FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Redemptions are evidence of discounts given.');
CREATE TRIGGER coupon_redemptions_redeemable_rule AFTER INSERT ON public.coupon_redemptions FOR EACH ROW EXECUTE FUNCTION rules.redeem_coupon();
CREATE TRIGGER coupon_redemptions_transaction_rule BEFORE UPDATE ON public.coupon_redemptions FOR EACH ROW EXECUTE FUNCTION rules.refuse_refill('A discount came with one payment.', 'transaction_id');

CREATE TABLE coupons (
    id uuid NOT NULL,
    code text NOT NULL,
    stripe_coupon_id text,
    discount_type "DiscountType" NOT NULL,
    discount_value numeric(14,2) NOT NULL,
    currency character(3),
    valid_from timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    valid_until timestamp(3) with time zone,
    max_redemptions integer,
    redemption_count integer DEFAULT 0 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT coupons_pkey PRIMARY KEY (id),
    CONSTRAINT coupons_currency_fkey FOREIGN KEY (currency) REFERENCES currencies(code) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT coupons_code_card_number_check CHECK ((NOT rules.holds_card_number(code))),
    CONSTRAINT coupons_code_check CHECK ((code ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'::text)),
    CONSTRAINT coupons_currency_check CHECK (((discount_type = 'FIXED'::"DiscountType") = (currency IS NOT NULL))),
    CONSTRAINT coupons_discount_value_check CHECK ((discount_value > (0)::numeric)),
    CONSTRAINT coupons_fixed_amount_check CHECK (((discount_type <> 'FIXED'::"DiscountType") OR (discount_value = trunc(discount_value)))),
    CONSTRAINT coupons_max_redemptions_check CHECK ((max_redemptions >= 1)),
    CONSTRAINT coupons_percentage_check CHECK (((discount_type <> 'PERCENTAGE'::"DiscountType") OR (discount_value <= (100)::numeric))),
    CONSTRAINT coupons_redemption_limit_check CHECK ((redemption_count <= max_redemptions)),
    CONSTRAINT coupons_validity_check CHECK ((valid_from < valid_until))
);
CREATE UNIQUE INDEX coupons_code_key ON public.coupons USING btree (code);
CREATE INDEX coupons_currency_idx ON public.coupons USING btree (currency);
CREATE UNIQUE INDEX coupons_stripe_coupon_id_key ON public.coupons USING btree (stripe_coupon_id);
CREATE TRIGGER coupons_redemption_count_rule BEFORE INSERT OR UPDATE ON public.coupons FOR EACH ROW EXECUTE FUNCTION rules.check_redemption_count();

CREATE TABLE currencies (
    code character(3) NOT NULL,
    name text NOT NULL,
    exponent smallint NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT currencies_pkey PRIMARY KEY (code),
    CONSTRAINT currencies_code_check CHECK ((code ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT currencies_exponent_check CHECK (((exponent >= 0) AND (exponent <= 4))),
    CONSTRAINT currencies_name_card_number_check CHECK ((NOT rules.holds_card_number(name)))
);
CREATE TRIGGER currencies_fixed_rule BEFORE UPDATE ON public.currencies FOR EACH ROW WHEN (((old.code <> new.code) OR (old.exponent <> new.exponent))) EXECUTE FUNCTION rules.refuse_write('Every stored amount is read through code and exponent. Add another currency instead.');

CREATE TABLE disputes (
    id uuid NOT NULL,
    transaction_id uuid NOT NULL,
    amount bigint NOT NULL,
    status "DisputeStatus" NOT NULL,
    stripe_dispute_id text NOT NULL,
    reason text,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT disputes_pkey PRIMARY KEY (id),
    CONSTRAINT disputes_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES transactions(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT disputes_amount_check CHECK (((amount >= 1) AND (amount <= '999999999999'::bigint))),
    CONSTRAINT disputes_reason_card_number_check CHECK ((NOT rules.holds_card_number(reason)))
);
CREATE INDEX disputes_status_created_at_idx ON public.disputes USING btree (status, created_at);
CREATE UNIQUE INDEX disputes_stripe_dispute_id_key ON public.disputes USING btree (stripe_dispute_id);
CREATE INDEX disputes_transaction_id_created_at_id_idx ON public.disputes USING btree (transaction_id, created_at, id);
CREATE TRIGGER disputes_immutable_rule BEFORE UPDATE ON public.disputes FOR EACH ROW EXECUTE FUNCTION rules.refuse_change('A dispute keeps its payment and its id. Write another one.', 'amount', 'status', 'reason', 'updated_at');
CREATE TRIGGER disputes_no_delete_rule BEFORE DELETE OR TRUNCATE ON public.disputes FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Disputes are won or lost; what was disputed stays.');
CREATE TRIGGER disputes_of_payment_rule AFTER INSERT OR UPDATE ON public.disputes FOR EACH ROW EXECUTE FUNCTION rules.carry_dispute();
CREATE TRIGGER disputes_transition_rule BEFORE UPDATE ON public.disputes FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION rules.check_dispute_transition();

CREATE TABLE erased_users (
    user_hash bytea NOT NULL,
    request_id uuid NOT NULL,
    tables jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT erased_users_pkey PRIMARY KEY (user_hash),
    CONSTRAINT erased_users_tables_check CHECK ((jsonb_typeof(tables) = 'object'::text)),
    CONSTRAINT erased_users_user_hash_check CHECK ((octet_length(user_hash) = 32))
);

CREATE TABLE idempotency_keys (
    id uuid NOT NULL,
    scope text NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    locked_at timestamp(3) with time zone,
    completed_at timestamp(3) with time zone,
    response_status smallint,
    response_body jsonb,
    expires_at timestamp(3) with time zone NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (id),
    CONSTRAINT idempotency_keys_completed_check CHECK (((completed_at IS NULL) = (response_status IS NULL))),
    CONSTRAINT idempotency_keys_expiry_check CHECK ((created_at < expires_at)),
    CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
    CONSTRAINT idempotency_keys_lock_check CHECK (((locked_at IS NULL) OR (completed_at IS NULL))),
    CONSTRAINT idempotency_keys_request_hash_check CHECK ((octet_length(request_hash) = 32)),
    CONSTRAINT idempotency_keys_response_body_card_number_check CHECK ((NOT rules.json_holds_card_number(response_body))),
    CONSTRAINT idempotency_keys_response_body_check CHECK (((response_body IS NULL) OR (completed_at IS NOT NULL))),
    CONSTRAINT idempotency_keys_response_status_check CHECK (((response_status >= 100) AND (response_status <= 599))),
    CONSTRAINT idempotency_keys_scope_check CHECK (((length(scope) >= 1) AND (length(scope) <= 255)))
);
CREATE INDEX idempotency_keys_expires_at_idx ON public.idempotency_keys USING btree (expires_at);
CREATE UNIQUE INDEX idempotency_keys_scope_key_key ON public.idempotency_keys USING btree (scope, key);
CREATE TRIGGER idempotency_keys_answer_rule BEFORE UPDATE ON public.idempotency_keys FOR EACH ROW WHEN (((old.completed_at IS NOT NULL) AND (old.expires_at > now()))) EXECUTE FUNCTION rules.refuse_change('Every repetition of a request gets the same answer.', 'expires_at', 'updated_at');
CREATE TRIGGER idempotency_keys_request_rule BEFORE UPDATE ON public.idempotency_keys FOR EACH ROW WHEN (((old.scope <> new.scope) OR (old.key <> new.key) OR ((old.request_hash <> new.request_hash) AND (old.expires_at > now())))) EXECUTE FUNCTION rules.refuse_write('A key belongs to one request. Use another key.');

CREATE TABLE invoice_counters (
    kind "InvoiceKind" DEFAULT 'INVOICE'::"InvoiceKind" NOT NULL,
    year smallint NOT NULL,
    last_number integer NOT NULL,
    last_issued_at timestamp(3) with time zone NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT invoice_counters_pkey PRIMARY KEY (kind, year),
    CONSTRAINT invoice_counters_year_check CHECK (((year >= 2000) AND (year <= 2999)))
);
CREATE CONSTRAINT TRIGGER invoice_counters_gapless_rule AFTER INSERT OR UPDATE ON public.invoice_counters DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rules.check_counter_step();
CREATE TRIGGER invoice_counters_no_delete_rule BEFORE DELETE OR TRUNCATE ON public.invoice_counters FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Without the counter, the numbers of a year would begin again.');

CREATE TABLE invoice_lines (
    id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    "position" smallint NOT NULL,
    description text NOT NULL,
    quantity integer NOT NULL,
    unit_code text DEFAULT 'C62'::text NOT NULL,
    unit_amount bigint NOT NULL,
    amount bigint NOT NULL,
    vat_category "VatCategory",
    vat_rate numeric(6,3),
    currency character(3) NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT invoice_lines_pkey PRIMARY KEY (id),
    CONSTRAINT invoice_lines_invoice_id_currency_fkey FOREIGN KEY (invoice_id, currency) REFERENCES invoices(id, currency) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT invoice_lines_amount_check CHECK (((amount)::numeric = ((quantity)::numeric * (unit_amount)::numeric))),
    CONSTRAINT invoice_lines_amounts_check CHECK ((GREATEST(abs(unit_amount), abs(amount)) <= '999999999999'::bigint)),
    CONSTRAINT invoice_lines_description_card_number_check CHECK ((NOT rules.holds_card_number(description))),
    CONSTRAINT invoice_lines_description_check CHECK (((description ~ '[^[:space:]]'::text) AND (description !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]'::text))),
    CONSTRAINT invoice_lines_position_check CHECK (("position" >= 1)),
    CONSTRAINT invoice_lines_unit_code_check CHECK ((unit_code ~ '^[A-Z0-9]{2,3}$'::text)),
    CONSTRAINT invoice_lines_vat_check CHECK (((num_nulls(vat_category, vat_rate) <> 1) AND rules.is_vat_rate(vat_category, vat_rate)))
);
CREATE UNIQUE INDEX invoice_lines_invoice_id_position_key ON public.invoice_lines USING btree (invoice_id, "position");
CREATE TRIGGER invoice_lines_deleted_rule AFTER DELETE ON public.invoice_lines REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION rules.add_lines();
CREATE TRIGGER invoice_lines_inserted_rule AFTER INSERT ON public.invoice_lines REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION rules.add_lines();
CREATE TRIGGER invoice_lines_lock_invoice BEFORE INSERT OR DELETE OR UPDATE ON public.invoice_lines FOR EACH ROW EXECUTE FUNCTION rules.lock_invoice_of_line();
CREATE TRIGGER invoice_lines_no_truncate_rule BEFORE TRUNCATE ON public.invoice_lines FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Lines are removed one by one, and from drafts only.');
CREATE TRIGGER invoice_lines_updated_rule AFTER UPDATE ON public.invoice_lines REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION rules.add_lines();

CREATE TABLE invoice_taxes (
    id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    category "VatCategory" NOT NULL,
    rate numeric(6,3) NOT NULL,
    base bigint NOT NULL,
    discount bigint DEFAULT 0 NOT NULL,
    tax bigint NOT NULL,
    exemption_code text,
    exemption_reason text,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT invoice_taxes_pkey PRIMARY KEY (id),
    CONSTRAINT invoice_taxes_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT invoice_taxes_amounts_check CHECK (((GREATEST(abs(base), abs(tax)) <= '999999999999'::bigint) AND ((discount >= 0) AND (discount <= GREATEST(base, (0)::bigint))))),
    CONSTRAINT invoice_taxes_exemption_check CHECK (((category = ANY (ARRAY['E'::"VatCategory", 'AE'::"VatCategory", 'K'::"VatCategory", 'G'::"VatCategory", 'O'::"VatCategory"])) = (num_nonnulls(exemption_code, exemption_reason) > 0))),
    CONSTRAINT invoice_taxes_exemption_code_check CHECK ((exemption_code ~ '^VATEX-[A-Z0-9-]{2,40}$'::text)),
    CONSTRAINT invoice_taxes_exemption_reason_card_number_check CHECK ((NOT rules.holds_card_number(exemption_reason))),
    CONSTRAINT invoice_taxes_exemption_reason_check CHECK (((exemption_reason ~ '[^[:space:]]'::text) AND (exemption_reason !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]'::text))),
    CONSTRAINT invoice_taxes_rate_check CHECK (rules.is_vat_rate(category, rate))
);
CREATE UNIQUE INDEX invoice_taxes_invoice_id_category_rate_key ON public.invoice_taxes USING btree (invoice_id, category, rate);
CREATE TRIGGER invoice_taxes_draft_only_rule AFTER INSERT OR DELETE OR UPDATE ON public.invoice_taxes FOR EACH ROW EXECUTE FUNCTION rules.touch_invoice_of_tax();
CREATE TRIGGER invoice_taxes_no_truncate_rule BEFORE TRUNCATE ON public.invoice_taxes FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Taxes are removed one by one, and from drafts only.');

CREATE TABLE invoices (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    invoice_number text,
    status "InvoiceStatus" DEFAULT 'DRAFT'::"InvoiceStatus" NOT NULL,
    kind "InvoiceKind" DEFAULT 'INVOICE'::"InvoiceKind" NOT NULL,
    credited_invoice_id uuid,
    credit_key text,
    credited_amount bigint DEFAULT 0 NOT NULL,
    seller jsonb,
    buyer jsonb,
    payment_means jsonb,
    note text,
    reason "InvoiceReason" DEFAULT 'MANUAL'::"InvoiceReason" NOT NULL,
    currency character(3) NOT NULL,
    subtotal bigint NOT NULL,
    discount bigint NOT NULL,
    tax bigint NOT NULL,
    total bigint NOT NULL,
    lines_amount bigint DEFAULT 0 NOT NULL,
    amount_paid bigint DEFAULT 0 NOT NULL,
    attempt_count integer DEFAULT 0 NOT NULL,
    paid_out_of_band boolean DEFAULT false NOT NULL,
    tax_included boolean DEFAULT false NOT NULL,
    period_start timestamp(3) with time zone,
    period_end timestamp(3) with time zone,
    stripe_invoice_id text,
    invoice_url text,
    issued_at timestamp(3) with time zone,
    due_at timestamp(3) with time zone,
    paid_at timestamp(3) with time zone,
    voided_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT invoices_pkey PRIMARY KEY (id),
    CONSTRAINT invoices_billed_period_excl EXCLUDE USING gist (subscription_id WITH =, tstzrange(period_start, period_end) WITH &&) WHERE (((period_start IS NOT NULL) AND (status <> 'CANCELED'::"InvoiceStatus") AND (reason = ANY (ARRAY['SUBSCRIPTION_CREATE'::"InvoiceReason", 'SUBSCRIPTION_CYCLE'::"InvoiceReason"])))),
    CONSTRAINT invoices_credited_invoice_id_user_id_currency_fkey FOREIGN KEY (credited_invoice_id, user_id, currency) REFERENCES invoices(id, user_id, currency) ON DELETE RESTRICT,
    CONSTRAINT invoices_currency_fkey FOREIGN KEY (currency) REFERENCES currencies(code) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT invoices_subscription_id_user_id_fkey FOREIGN KEY (subscription_id, user_id) REFERENCES subscriptions(id, user_id) ON DELETE RESTRICT,
    CONSTRAINT invoices_amounts_check CHECK ((GREATEST(abs(subtotal), abs(tax), abs(total)) <= '999999999999'::bigint)),
    CONSTRAINT invoices_credit_note_check CHECK ((num_nonnulls(credited_invoice_id, credit_key) =
CASE kind
    WHEN 'CREDIT_NOTE'::"InvoiceKind" THEN 2
    ELSE 0
END)),
    CONSTRAINT invoices_credited_amount_check CHECK (((credited_amount >= 0) AND (credited_amount <= GREATEST(total, (0)::bigint)))),
    CONSTRAINT invoices_discount_check CHECK (((discount = 0) OR ((discount >= 1) AND (discount <= subtotal)))),
    CONSTRAINT invoices_due_at_check CHECK ((issued_at <= due_at)),
    CONSTRAINT invoices_invoice_url_check CHECK ((invoice_url ~~ 'https://%'::text)),
    CONSTRAINT invoices_issued_at_check CHECK (
CASE status
    WHEN 'DRAFT'::"InvoiceStatus" THEN (issued_at IS NULL)
    WHEN 'CANCELED'::"InvoiceStatus" THEN true
    ELSE (issued_at IS NOT NULL)
END),
    CONSTRAINT invoices_note_card_number_check CHECK ((NOT rules.holds_card_number(note))),
    CONSTRAINT invoices_number_check CHECK (((invoice_number IS NULL) = (issued_at IS NULL))),
    CONSTRAINT invoices_overdue_check CHECK (((status <> 'OVERDUE'::"InvoiceStatus") OR (due_at IS NOT NULL))),
    CONSTRAINT invoices_paid_at_check CHECK (((status = 'PAID'::"InvoiceStatus") = (paid_at IS NOT NULL))),
    CONSTRAINT invoices_paid_out_of_band_check CHECK (((status = 'PAID'::"InvoiceStatus") OR (NOT paid_out_of_band))),
    CONSTRAINT invoices_parties_card_number_check CHECK ((NOT rules.json_holds_card_number(jsonb_build_array((seller - '{vatId,taxNumber,legalId,id,endpoint}'::text[]), (buyer - '{vatId,taxNumber,legalId,id,endpoint}'::text[]), payment_means)))),
    CONSTRAINT invoices_parties_check CHECK (((jsonb_typeof(seller) = 'object'::text) AND (jsonb_typeof(buyer) = 'object'::text) AND (jsonb_typeof(payment_means) = 'object'::text) AND (GREATEST(octet_length((seller)::text), octet_length((buyer)::text), octet_length((payment_means)::text)) <= 8192))),
    CONSTRAINT invoices_period_check CHECK (((num_nulls(period_start, period_end) <> 1) AND (period_start < period_end))),
    CONSTRAINT invoices_total_check CHECK ((total = ((subtotal - discount) +
CASE
    WHEN tax_included THEN (0)::bigint
    ELSE tax
END))),
    CONSTRAINT invoices_voided_at_check CHECK (((status = 'CANCELED'::"InvoiceStatus") = (voided_at IS NOT NULL)))
);
CREATE UNIQUE INDEX invoices_credit_key_key ON public.invoices USING btree (credit_key);
CREATE INDEX invoices_credited_invoice_id_idx ON public.invoices USING btree (credited_invoice_id);
CREATE INDEX invoices_currency_issued_at_idx ON public.invoices USING btree (currency, issued_at);
CREATE UNIQUE INDEX invoices_id_currency_key ON public.invoices USING btree (id, currency);
CREATE UNIQUE INDEX invoices_id_user_id_currency_key ON public.invoices USING btree (id, user_id, currency);
CREATE UNIQUE INDEX invoices_invoice_number_key ON public.invoices USING btree (invoice_number);
CREATE INDEX invoices_status_due_at_idx ON public.invoices USING btree (status, due_at);
CREATE UNIQUE INDEX invoices_stripe_invoice_id_key ON public.invoices USING btree (stripe_invoice_id);
CREATE INDEX invoices_subscription_id_created_at_id_idx ON public.invoices USING btree (subscription_id, created_at DESC, id DESC);
CREATE INDEX invoices_user_id_created_at_id_idx ON public.invoices USING btree (user_id, created_at DESC, id DESC);
CREATE TRIGGER invoices_credit_rule AFTER UPDATE ON public.invoices FOR EACH ROW WHEN (((new.kind = 'CREDIT_NOTE'::"InvoiceKind") AND (new.issued_at IS NOT NULL) AND (old.status <> new.status) AND ((old.issued_at IS NULL) OR (new.status = 'CANCELED'::"InvoiceStatus")))) EXECUTE FUNCTION rules.carry_credit();
CREATE TRIGGER invoices_erased_user_rule AFTER INSERT ON public.invoices REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER invoices_issued_immutable_rule BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN ((old.issued_at IS NOT NULL)) EXECUTE FUNCTION rules.refuse_change('An issued invoice is a document. Void it and issue another one.', 'status', 'paid_at', 'paid_out_of_band', 'voided_at', 'amount_paid', 'attempt_count', 'credited_amount', 'user_id', 'invoice_url', 'updated_at');
CREATE TRIGGER invoices_lines_rule BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN (((old.issued_at IS NULL) AND (new.issued_at IS NOT NULL))) EXECUTE FUNCTION rules.check_lines_of_issued();
CREATE TRIGGER invoices_no_delete_rule BEFORE DELETE OR TRUNCATE ON public.invoices FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Invoices are voided: status CANCELED and voidedAt.');
CREATE TRIGGER invoices_note_other_money BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN (((old.status <> 'PAID'::"InvoiceStatus") AND (new.status = 'PAID'::"InvoiceStatus"))) EXECUTE FUNCTION rules.note_other_money();
CREATE TRIGGER invoices_number_rule BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN (((old.issued_at IS NULL) AND ((new.issued_at IS NOT NULL) OR (new.invoice_number IS DISTINCT FROM old.invoice_number)))) EXECUTE FUNCTION rules.number_invoice();
CREATE TRIGGER invoices_settled_immutable_rule BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN (((old.status = ANY (ARRAY['PAID'::"InvoiceStatus", 'CANCELED'::"InvoiceStatus"])) AND (old.status = new.status))) EXECUTE FUNCTION rules.refuse_change('A paid or voided invoice does not change any more.', 'amount_paid', 'attempt_count', 'credited_amount', 'user_id', 'invoice_url', 'updated_at');
CREATE TRIGGER invoices_starts_as_draft_rule BEFORE INSERT ON public.invoices FOR EACH ROW WHEN ((new.status <> 'DRAFT'::"InvoiceStatus")) EXECUTE FUNCTION rules.refuse_write('Insert the invoice and its lines as DRAFT, then issue it: status SENT and issuedAt.');
CREATE CONSTRAINT TRIGGER invoices_subtotal_rule AFTER INSERT OR UPDATE OF subtotal, lines_amount ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rules.check_subtotal();
CREATE TRIGGER invoices_sums_rule BEFORE INSERT OR UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION rules.refuse_derived('The sums follow from lines and transactions. Write those.', 'lines_amount', 'amount_paid', 'attempt_count', 'credited_amount');
CREATE TRIGGER invoices_taxes_rule BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN (((old.issued_at IS NULL) AND (new.issued_at IS NOT NULL))) EXECUTE FUNCTION rules.check_taxes_of_issued();
CREATE TRIGGER invoices_transition_rule BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION rules.check_invoice_transition();

CREATE TABLE outbox (
    id uuid NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    aggregateversion integer NOT NULL,
    type text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    payload jsonb NOT NULL,
    trace_context text,
    occurred_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    occurred_ts timestamp(3) without time zone GENERATED ALWAYS AS ((occurred_at AT TIME ZONE 'UTC'::text)) STORED NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (id),
    CONSTRAINT outbox_aggregateid_not_blank_check CHECK ((aggregateid ~ '\S'::text)),
    CONSTRAINT outbox_aggregatetype_format_check CHECK ((aggregatetype ~ '^[a-z][a-z0-9_.-]{0,99}$'::text)),
    CONSTRAINT outbox_aggregateversion_check CHECK ((aggregateversion >= 0)),
    CONSTRAINT outbox_payload_object_check CHECK ((jsonb_typeof(payload) = 'object'::text)),
    CONSTRAINT outbox_payload_size_check CHECK ((octet_length((payload)::text) <= 524288)),
    CONSTRAINT outbox_trace_context_check CHECK (((octet_length(trace_context) >= 1) AND (octet_length(trace_context) <= 512))),
    CONSTRAINT outbox_type_format_check CHECK ((type ~ '^[a-z]+(\.[a-z]+(_[a-z]+)*)+$'::text)),
    CONSTRAINT outbox_version_check CHECK ((version >= 1))
);
CREATE INDEX outbox_occurred_at_idx ON public.outbox USING btree (occurred_at);
CREATE INDEX outbox_user_id_idx ON public.outbox USING btree (((payload ->> 'userId'::text)));
CREATE TRIGGER outbox_addressed AFTER INSERT ON public.outbox REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.address_events();
CREATE TRIGGER outbox_unchanged BEFORE UPDATE ON public.outbox FOR EACH ROW EXECUTE FUNCTION rules.refuse_event_change();

CREATE TABLE outbox_deliveries (
    event_id uuid NOT NULL,
    consumer text NOT NULL,
    sequence bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    available_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    lease_token uuid,
    leased_until timestamp(3) with time zone,
    delivered_at timestamp(3) with time zone,
    dead_at timestamp(3) with time zone,
    reason text,
    CONSTRAINT outbox_deliveries_pkey PRIMARY KEY (event_id, consumer),
    CONSTRAINT outbox_deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES outbox(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT outbox_deliveries_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT outbox_deliveries_dead_reason_check CHECK (((dead_at IS NULL) OR (reason IS NOT NULL))),
    CONSTRAINT outbox_deliveries_end_check CHECK ((((delivered_at IS NULL) OR (dead_at IS NULL)) AND ((lease_token IS NULL) OR ((delivered_at IS NULL) AND (dead_at IS NULL))))),
    CONSTRAINT outbox_deliveries_lease_check CHECK (((lease_token IS NULL) = (leased_until IS NULL))),
    CONSTRAINT outbox_deliveries_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 1000)))
);
CREATE INDEX outbox_deliveries_aggregate_open_idx ON public.outbox_deliveries USING btree (aggregateid, aggregatetype, consumer, sequence) WHERE ((delivered_at IS NULL) AND (dead_at IS NULL));
CREATE INDEX outbox_deliveries_consumer_dead_idx ON public.outbox_deliveries USING btree (consumer) WHERE (dead_at IS NOT NULL);
CREATE INDEX outbox_deliveries_consumer_sequence_open_idx ON public.outbox_deliveries USING btree (consumer, sequence) WHERE ((delivered_at IS NULL) AND (dead_at IS NULL));

CREATE TABLE payment_methods (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    type "PaymentMethodType" NOT NULL,
    stripe_payment_method_id text,
    last4 character(4),
    brand "CardBrand",
    expiry_month smallint,
    expiry_year smallint,
    paypal_email text,
    is_default boolean DEFAULT false NOT NULL,
    detached_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT payment_methods_pkey PRIMARY KEY (id),
    CONSTRAINT payment_methods_card_fields_check CHECK (
CASE type
    WHEN 'CARD'::"PaymentMethodType" THEN (num_nulls(last4, brand, expiry_month, expiry_year) = 0)
    ELSE (num_nonnulls(brand, expiry_month, expiry_year) = 0)
END),
    CONSTRAINT payment_methods_default_check CHECK (((NOT is_default) OR (detached_at IS NULL))),
    CONSTRAINT payment_methods_expiry_month_check CHECK (((expiry_month >= 1) AND (expiry_month <= 12))),
    CONSTRAINT payment_methods_expiry_year_check CHECK (((expiry_year >= 2000) AND (expiry_year <= 2099))),
    CONSTRAINT payment_methods_last4_check CHECK ((last4 ~
CASE type
    WHEN 'CARD'::"PaymentMethodType" THEN '^[0-9]{4}$'::text
    ELSE '^[0-9A-Z]{4}$'::text
END)),
    CONSTRAINT payment_methods_paypal_email_card_number_check CHECK ((NOT rules.holds_card_number(paypal_email))),
    CONSTRAINT payment_methods_paypal_email_check CHECK (((paypal_email IS NULL) OR ((type = 'PAYPAL'::"PaymentMethodType") AND (paypal_email ~~ '%_@_%'::text))))
);
CREATE UNIQUE INDEX payment_methods_id_user_id_key ON public.payment_methods USING btree (id, user_id);
CREATE UNIQUE INDEX payment_methods_stripe_payment_method_id_key ON public.payment_methods USING btree (stripe_payment_method_id);
CREATE INDEX payment_methods_user_id_created_at_id_idx ON public.payment_methods USING btree (user_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX payment_methods_user_id_default_key ON public.payment_methods USING btree (user_id) WHERE is_default;
CREATE TRIGGER payment_methods_erased_user_rule AFTER INSERT ON public.payment_methods REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();

CREATE TABLE prices (
    id uuid NOT NULL,
    plan "SubscriptionPlan" NOT NULL,
    "interval" "PriceInterval" NOT NULL,
    interval_count smallint DEFAULT 1 NOT NULL,
    currency character(3) NOT NULL,
    min_quantity integer DEFAULT 1 NOT NULL,
    unit_amount bigint NOT NULL,
    tax_included boolean,
    is_listed boolean DEFAULT true NOT NULL,
    stripe_price_id text,
    valid_from timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    valid_until timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT prices_pkey PRIMARY KEY (id),
    CONSTRAINT prices_listed_excl EXCLUDE USING gist (plan WITH =, "interval" WITH =, interval_count WITH =, currency WITH =, min_quantity WITH =, tstzrange(valid_from, valid_until) WITH &&) WHERE (is_listed),
    CONSTRAINT prices_currency_fkey FOREIGN KEY (currency) REFERENCES currencies(code) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT prices_interval_count_check CHECK (((interval_count >= 1) AND (interval_count <= 1095))),
    CONSTRAINT prices_min_quantity_check CHECK ((min_quantity >= 1)),
    CONSTRAINT prices_plan_check CHECK ((plan <> 'FREE'::"SubscriptionPlan")),
    CONSTRAINT prices_unit_amount_check CHECK (((unit_amount >= 0) AND (unit_amount <= '999999999999'::bigint))),
    CONSTRAINT prices_validity_check CHECK ((valid_from < valid_until))
);
CREATE INDEX prices_currency_plan_valid_from_id_idx ON public.prices USING btree (currency, plan, valid_from DESC, id DESC);
CREATE UNIQUE INDEX prices_id_plan_key ON public.prices USING btree (id, plan);
CREATE UNIQUE INDEX prices_stripe_price_id_key ON public.prices USING btree (stripe_price_id);
CREATE TRIGGER prices_immutable_rule BEFORE UPDATE ON public.prices FOR EACH ROW EXECUTE FUNCTION rules.refuse_change('Whoever has subscribed at a price keeps it. End it by validUntil, and add another one.', 'valid_until', 'stripe_price_id', 'tax_included', 'updated_at');
CREATE TRIGGER prices_no_delete_rule BEFORE DELETE OR TRUNCATE ON public.prices FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Prices end by validUntil: what somebody was charged stays.');
CREATE TRIGGER prices_tax_included_rule BEFORE UPDATE ON public.prices FOR EACH ROW EXECUTE FUNCTION rules.refuse_refill('Whether the tax is within a price is said once. End it by validUntil, and add another one.', 'tax_included');

CREATE TABLE received_events (
    id uuid NOT NULL,
    type text NOT NULL,
    version integer NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    aggregateversion integer NOT NULL,
    payload jsonb NOT NULL,
    trace_context text,
    occurred_at timestamp(3) with time zone NOT NULL,
    received_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    available_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    processed_at timestamp(3) with time zone,
    dead_at timestamp(3) with time zone,
    reason text,
    CONSTRAINT received_events_pkey PRIMARY KEY (id),
    CONSTRAINT received_events_aggregateid_check CHECK (((aggregateid <> ''::text) AND (length(aggregateid) <= 200))),
    CONSTRAINT received_events_aggregatetype_check CHECK ((aggregatetype ~ '^[a-z][a-z0-9_.-]{0,99}$'::text)),
    CONSTRAINT received_events_aggregateversion_check CHECK ((aggregateversion >= 0)),
    CONSTRAINT received_events_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT received_events_dead_reason_check CHECK (((dead_at IS NULL) OR (reason IS NOT NULL))),
    CONSTRAINT received_events_one_end_check CHECK (((processed_at IS NULL) OR (dead_at IS NULL))),
    CONSTRAINT received_events_payload_check CHECK (((jsonb_typeof(payload) = 'object'::text) AND (octet_length((payload)::text) <= 524288))),
    CONSTRAINT received_events_type_check CHECK (((type <> ''::text) AND (length(type) <= 100))),
    CONSTRAINT received_events_version_check CHECK ((version >= 1))
);
CREATE INDEX received_events_dead_idx ON public.received_events USING btree (dead_at) WHERE (dead_at IS NOT NULL);
CREATE INDEX received_events_open_idx ON public.received_events USING btree (available_at, aggregateversion) WHERE ((processed_at IS NULL) AND (dead_at IS NULL));
CREATE INDEX received_events_user_idx ON public.received_events USING btree (((payload ->> 'userId'::text)));

CREATE TABLE refunds (
    id uuid NOT NULL,
    transaction_id uuid NOT NULL,
    amount bigint NOT NULL,
    status "RefundStatus" DEFAULT 'PENDING'::"RefundStatus" NOT NULL,
    idempotency_key text,
    stripe_refund_id text,
    reason text,
    failure_reason text,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT refunds_pkey PRIMARY KEY (id),
    CONSTRAINT refunds_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES transactions(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT refunds_amount_check CHECK (((amount >= 1) AND (amount <= '999999999999'::bigint))),
    CONSTRAINT refunds_failure_reason_card_number_check CHECK ((NOT rules.holds_card_number(failure_reason))),
    CONSTRAINT refunds_idempotency_key_check CHECK (((length(idempotency_key) >= 1) AND (length(idempotency_key) <= 255))),
    CONSTRAINT refunds_reason_card_number_check CHECK ((NOT rules.holds_card_number(reason)))
);
CREATE UNIQUE INDEX refunds_idempotency_key_key ON public.refunds USING btree (idempotency_key);
CREATE INDEX refunds_status_created_at_idx ON public.refunds USING btree (status, created_at);
CREATE UNIQUE INDEX refunds_stripe_refund_id_key ON public.refunds USING btree (stripe_refund_id);
CREATE INDEX refunds_transaction_id_created_at_id_idx ON public.refunds USING btree (transaction_id, created_at, id);
CREATE TRIGGER refunds_immutable_rule BEFORE UPDATE ON public.refunds FOR EACH ROW EXECUTE FUNCTION rules.refuse_change('A refund keeps its payment and its amount. Write another one.', 'status', 'idempotency_key', 'stripe_refund_id', 'reason', 'failure_reason', 'updated_at');
CREATE TRIGGER refunds_no_delete_rule BEFORE DELETE OR TRUNCATE ON public.refunds FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Refunds fail or are canceled; what was tried stays.');
CREATE TRIGGER refunds_of_payment_rule AFTER INSERT OR UPDATE ON public.refunds FOR EACH ROW EXECUTE FUNCTION rules.carry_refund();
CREATE TRIGGER refunds_provider_ids_rule BEFORE UPDATE ON public.refunds FOR EACH ROW EXECUTE FUNCTION rules.refuse_refill('A refund is one refund at the provider. Write another one.', 'idempotency_key', 'stripe_refund_id');
CREATE TRIGGER refunds_transition_rule BEFORE UPDATE ON public.refunds FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION rules.check_refund_transition();

CREATE TABLE stripe_events (
    id text NOT NULL,
    type text NOT NULL,
    api_version text,
    livemode boolean NOT NULL,
    object_id text,
    occurred_at timestamp(3) with time zone NOT NULL,
    processed_at timestamp(3) with time zone,
    attempts smallint DEFAULT 0 NOT NULL,
    last_error text,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT stripe_events_pkey PRIMARY KEY (id),
    CONSTRAINT stripe_events_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT stripe_events_id_check CHECK ((id ~ '^evt_[A-Za-z0-9_]+$'::text)),
    CONSTRAINT stripe_events_last_error_card_number_check CHECK ((NOT rules.holds_card_number(last_error)))
);
CREATE INDEX stripe_events_created_at_idx ON public.stripe_events USING brin (created_at);
CREATE INDEX stripe_events_created_at_unprocessed_idx ON public.stripe_events USING btree (created_at) WHERE (processed_at IS NULL);
CREATE INDEX stripe_events_object_id_occurred_at_idx ON public.stripe_events USING btree (object_id, occurred_at);
CREATE TRIGGER stripe_events_processed_rule BEFORE UPDATE ON public.stripe_events FOR EACH ROW WHEN ((old.processed_at IS NOT NULL)) EXECUTE FUNCTION rules.refuse_change('An event that has acted must not act again.', 'updated_at');

CREATE TABLE stripe_objects (
    id text NOT NULL,
    newest_event_at timestamp(3) with time zone,
    readings integer DEFAULT 0 NOT NULL,
    newest_reading integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT stripe_objects_pkey PRIMARY KEY (id),
    CONSTRAINT stripe_objects_newest_reading_check CHECK (((newest_reading >= 0) AND (newest_reading <= readings)))
);
CREATE TRIGGER stripe_objects_newest_event_rule BEFORE UPDATE ON public.stripe_objects FOR EACH ROW WHEN (((new.id <> old.id) OR (new.newest_event_at < old.newest_event_at) OR ((new.newest_event_at IS NULL) AND (old.newest_event_at IS NOT NULL)) OR (new.readings < old.readings) OR (new.newest_reading < old.newest_reading))) EXECUTE FUNCTION rules.refuse_write('The time of the newest event and the numbers of readings only grow.');

CREATE TABLE subscriptions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    plan "SubscriptionPlan" DEFAULT 'FREE'::"SubscriptionPlan" NOT NULL,
    status "SubscriptionStatus" DEFAULT 'ACTIVE'::"SubscriptionStatus" NOT NULL,
    stripe_customer_id text,
    stripe_subscription_id text,
    started_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    valid_until timestamp(3) with time zone,
    current_period_start timestamp(3) with time zone,
    current_period_end timestamp(3) with time zone,
    trial_ends_at timestamp(3) with time zone,
    is_further_trial boolean DEFAULT false NOT NULL,
    billing_anchor timestamp(3) with time zone,
    billing_months smallint,
    billing_time_zone text,
    renewal_claim integer DEFAULT 0 NOT NULL,
    renewal_answered integer DEFAULT 0 NOT NULL,
    renewal_failures smallint DEFAULT 0 NOT NULL,
    next_renewal_at timestamp(3) with time zone,
    cancel_at_period_end boolean DEFAULT false NOT NULL,
    canceled_at timestamp(3) with time zone,
    price_id uuid,
    quantity integer DEFAULT 1 NOT NULL,
    next_plan "SubscriptionPlan",
    next_price_id uuid,
    next_quantity integer,
    next_change_at timestamp(3) with time zone,
    next_change_expires_at timestamp(3) with time zone,
    pause_collection "PauseCollection",
    paused_at timestamp(3) with time zone,
    resumes_at timestamp(3) with time zone,
    metadata jsonb,
    version integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT subscriptions_pkey PRIMARY KEY (id),
    CONSTRAINT subscriptions_one_trial_excl EXCLUDE USING gist (user_id WITH =, trial_ends_at WITH <>) WHERE (((trial_ends_at IS NOT NULL) AND (NOT is_further_trial))),
    CONSTRAINT subscriptions_overlap_excl EXCLUDE USING gist (user_id WITH =, tstzrange(started_at, valid_until) WITH &&),
    CONSTRAINT subscriptions_stripe_customer_excl EXCLUDE USING gist (stripe_customer_id WITH =, user_id WITH <>) WHERE ((stripe_customer_id IS NOT NULL)),
    CONSTRAINT subscriptions_next_price_id_next_plan_fkey FOREIGN KEY (next_price_id, next_plan) REFERENCES prices(id, plan) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT subscriptions_price_id_plan_fkey FOREIGN KEY (price_id, plan) REFERENCES prices(id, plan) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT subscriptions_billing_cycle_check CHECK (((num_nulls(billing_anchor, billing_months, billing_time_zone) = ANY (ARRAY[0, 3])) AND ((billing_months >= 1) AND (billing_months <= 120)) AND ((length(billing_time_zone) >= 1) AND (length(billing_time_zone) <= 64)) AND (NOT rules.holds_card_number(billing_time_zone)))),
    CONSTRAINT subscriptions_cancel_at_period_end_check CHECK (((status = ANY (ARRAY['CANCELED'::"SubscriptionStatus", 'EXPIRED'::"SubscriptionStatus", 'INCOMPLETE_EXPIRED'::"SubscriptionStatus"])) OR
CASE
    WHEN cancel_at_period_end THEN ((canceled_at IS NOT NULL) AND (valid_until IS NOT NULL) AND (current_period_end IS NOT NULL) AND (valid_until = current_period_end))
    ELSE ((canceled_at IS NULL) OR (valid_until IS NOT NULL))
END)),
    CONSTRAINT subscriptions_canceled_at_check CHECK (((started_at <= canceled_at) AND ((valid_until IS NULL) OR (canceled_at <= valid_until)))),
    CONSTRAINT subscriptions_canceled_check CHECK (((status <> 'CANCELED'::"SubscriptionStatus") OR (canceled_at IS NOT NULL))),
    CONSTRAINT subscriptions_ended_check CHECK (((status <> ALL (ARRAY['CANCELED'::"SubscriptionStatus", 'EXPIRED'::"SubscriptionStatus", 'INCOMPLETE_EXPIRED'::"SubscriptionStatus"])) OR (valid_until IS NOT NULL))),
    CONSTRAINT subscriptions_metadata_card_number_check CHECK ((NOT rules.json_holds_card_number(metadata))),
    CONSTRAINT subscriptions_metadata_check CHECK (((jsonb_typeof(metadata) = 'object'::text) AND (octet_length((metadata)::text) <= 8192))),
    CONSTRAINT subscriptions_next_change_check CHECK (
CASE
    WHEN (next_plan IS NULL) THEN (num_nonnulls(next_price_id, next_quantity, next_change_at, next_change_expires_at) = 0)
    ELSE ((num_nonnulls(next_change_at, next_change_expires_at) <= 1) AND ((stripe_subscription_id IS NOT NULL) OR ((current_period_end IS NOT NULL) AND (started_at < current_period_end))))
END),
    CONSTRAINT subscriptions_paid_period_check CHECK (((plan = 'FREE'::"SubscriptionPlan") OR (current_period_end IS NOT NULL))),
    CONSTRAINT subscriptions_pause_check CHECK ((((paused_at IS NULL) OR (status = 'PAUSED'::"SubscriptionStatus")) AND ((resumes_at IS NULL) OR (num_nonnulls(paused_at, pause_collection) > 0)))),
    CONSTRAINT subscriptions_period_check CHECK (((num_nulls(current_period_start, current_period_end) <> 1) AND (current_period_start < current_period_end))),
    CONSTRAINT subscriptions_period_end_check CHECK ((started_at <= current_period_end)),
    CONSTRAINT subscriptions_quantity_check CHECK (((quantity >= 0) AND (next_quantity >= 0))),
    CONSTRAINT subscriptions_renewal_claim_check CHECK (((renewal_answered >= 0) AND (renewal_answered <= renewal_claim))),
    CONSTRAINT subscriptions_renewal_failures_check CHECK ((renewal_failures >= 0)),
    CONSTRAINT subscriptions_trial_check CHECK (((status <> 'TRIALING'::"SubscriptionStatus") OR ((plan <> 'FREE'::"SubscriptionPlan") AND (trial_ends_at IS NOT NULL) AND (trial_ends_at = current_period_end)))),
    CONSTRAINT subscriptions_trial_end_check CHECK ((started_at < trial_ends_at)),
    CONSTRAINT subscriptions_validity_check CHECK ((started_at < valid_until)),
    CONSTRAINT subscriptions_version_check CHECK ((version >= 0))
);
CREATE UNIQUE INDEX subscriptions_id_user_id_key ON public.subscriptions USING btree (id, user_id);
CREATE INDEX subscriptions_next_price_id_idx ON public.subscriptions USING btree (next_price_id);
CREATE INDEX subscriptions_price_id_idx ON public.subscriptions USING btree (price_id);
CREATE INDEX subscriptions_resumes_at_paused_idx ON public.subscriptions USING btree (resumes_at) WHERE (paused_at IS NOT NULL);
CREATE INDEX subscriptions_status_current_period_end_idx ON public.subscriptions USING btree (status, current_period_end);
CREATE UNIQUE INDEX subscriptions_stripe_subscription_id_key ON public.subscriptions USING btree (stripe_subscription_id);
CREATE UNIQUE INDEX subscriptions_user_id_live_key ON public.subscriptions USING btree (user_id) WHERE (status = ANY (ARRAY['ACTIVE'::"SubscriptionStatus", 'TRIALING'::"SubscriptionStatus", 'PAST_DUE'::"SubscriptionStatus", 'PAUSED'::"SubscriptionStatus", 'UNPAID'::"SubscriptionStatus", 'INCOMPLETE'::"SubscriptionStatus"]));
CREATE INDEX subscriptions_user_id_started_at_id_idx ON public.subscriptions USING btree (user_id, started_at DESC, id DESC);
CREATE INDEX subscriptions_valid_until_live_idx ON public.subscriptions USING btree (valid_until) WHERE (status = ANY (ARRAY['ACTIVE'::"SubscriptionStatus", 'TRIALING'::"SubscriptionStatus", 'PAST_DUE'::"SubscriptionStatus", 'PAUSED'::"SubscriptionStatus", 'UNPAID'::"SubscriptionStatus", 'INCOMPLETE'::"SubscriptionStatus"]));
CREATE TRIGGER subscriptions_change_told AFTER UPDATE ON public.subscriptions FOR EACH ROW WHEN ((old.version <> new.version)) EXECUTE FUNCTION rules.tell_subscription_change();
CREATE TRIGGER subscriptions_ended_immutable_rule BEFORE UPDATE ON public.subscriptions FOR EACH ROW WHEN (((old.status = ANY (ARRAY['CANCELED'::"SubscriptionStatus", 'EXPIRED'::"SubscriptionStatus", 'INCOMPLETE_EXPIRED'::"SubscriptionStatus"])) AND (old.status = new.status))) EXECUTE FUNCTION rules.refuse_change('A subscription that is over is history. Start another one.', 'user_id', 'stripe_customer_id', 'stripe_subscription_id', 'metadata', 'updated_at');
CREATE TRIGGER subscriptions_erased_user_rule AFTER INSERT ON public.subscriptions REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER subscriptions_no_delete_rule BEFORE DELETE OR TRUNCATE ON public.subscriptions FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Subscriptions are canceled or expire; their history stays.');
CREATE TRIGGER subscriptions_to_come BEFORE UPDATE ON public.subscriptions FOR EACH ROW EXECUTE FUNCTION rules.forget_what_will_not_come();
CREATE TRIGGER subscriptions_told AFTER INSERT ON public.subscriptions REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.tell_new_subscriptions();
CREATE TRIGGER subscriptions_transition_rule BEFORE UPDATE ON public.subscriptions FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION rules.check_subscription_transition();
CREATE TRIGGER subscriptions_version BEFORE UPDATE ON public.subscriptions FOR EACH ROW EXECUTE FUNCTION rules.count_entitlement_change();
CREATE TRIGGER subscriptions_version_rule BEFORE UPDATE OF version ON public.subscriptions FOR EACH ROW WHEN ((new.version < old.version)) EXECUTE FUNCTION rules.refuse_lower_version();

CREATE TABLE transactions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    subscription_id uuid,
    invoice_id uuid,
    payment_method_id uuid,
    amount bigint NOT NULL,
    currency character(3) NOT NULL,
    refunded_amount bigint DEFAULT 0 NOT NULL,
    disputed_amount bigint DEFAULT 0 NOT NULL,
    status "TransactionStatus" DEFAULT 'PENDING'::"TransactionStatus" NOT NULL,
    idempotency_key text NOT NULL,
    stripe_payment_intent_id text,
    stripe_charge_id text,
    description text,
    failure_code text,
    failure_message text,
    paid_at timestamp(3) with time zone,
    failed_at timestamp(3) with time zone,
    refunded_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT transactions_pkey PRIMARY KEY (id),
    CONSTRAINT transactions_currency_fkey FOREIGN KEY (currency) REFERENCES currencies(code) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT transactions_invoice_id_user_id_currency_fkey FOREIGN KEY (invoice_id, user_id, currency) REFERENCES invoices(id, user_id, currency) ON DELETE RESTRICT,
    CONSTRAINT transactions_payment_method_id_user_id_fkey FOREIGN KEY (payment_method_id, user_id) REFERENCES payment_methods(id, user_id) ON DELETE RESTRICT,
    CONSTRAINT transactions_subscription_id_user_id_fkey FOREIGN KEY (subscription_id, user_id) REFERENCES subscriptions(id, user_id) ON DELETE RESTRICT,
    CONSTRAINT transactions_amount_check CHECK (((amount >= 1) AND (amount <= '999999999999'::bigint))),
    CONSTRAINT transactions_description_card_number_check CHECK ((NOT rules.holds_card_number(description))),
    CONSTRAINT transactions_failed_at_check CHECK (((status = 'FAILED'::"TransactionStatus") = (failed_at IS NOT NULL))),
    CONSTRAINT transactions_failure_code_card_number_check CHECK ((NOT rules.holds_card_number(failure_code))),
    CONSTRAINT transactions_failure_code_check CHECK (((status = 'FAILED'::"TransactionStatus") = (failure_code IS NOT NULL))),
    CONSTRAINT transactions_failure_message_card_number_check CHECK ((NOT rules.holds_card_number(failure_message))),
    CONSTRAINT transactions_failure_message_check CHECK (((status = 'FAILED'::"TransactionStatus") OR (failure_message IS NULL))),
    CONSTRAINT transactions_idempotency_key_check CHECK (((length(idempotency_key) >= 1) AND (length(idempotency_key) <= 255))),
    CONSTRAINT transactions_paid_at_check CHECK (((status = ANY (ARRAY['SUCCEEDED'::"TransactionStatus", 'REFUNDED'::"TransactionStatus"])) = (paid_at IS NOT NULL))),
    CONSTRAINT transactions_refunded_amount_check CHECK (((refunded_amount >= 0) AND (refunded_amount <= amount))),
    CONSTRAINT transactions_refunded_at_check CHECK (((refunded_amount > 0) = (refunded_at IS NOT NULL))),
    CONSTRAINT transactions_refunded_check CHECK (((status = 'REFUNDED'::"TransactionStatus") = (refunded_amount = amount)))
);
CREATE INDEX transactions_currency_paid_at_idx ON public.transactions USING btree (currency, paid_at);
CREATE UNIQUE INDEX transactions_id_user_id_currency_key ON public.transactions USING btree (id, user_id, currency);
CREATE UNIQUE INDEX transactions_idempotency_key_key ON public.transactions USING btree (idempotency_key);
CREATE INDEX transactions_invoice_id_created_at_id_idx ON public.transactions USING btree (invoice_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX transactions_invoice_id_in_flight_key ON public.transactions USING btree (invoice_id) WHERE (status = 'PENDING'::"TransactionStatus");
CREATE INDEX transactions_payment_method_id_idx ON public.transactions USING btree (payment_method_id);
CREATE INDEX transactions_status_created_at_idx ON public.transactions USING btree (status, created_at);
CREATE UNIQUE INDEX transactions_stripe_charge_id_key ON public.transactions USING btree (stripe_charge_id);
CREATE INDEX transactions_stripe_payment_intent_id_idx ON public.transactions USING btree (stripe_payment_intent_id);
CREATE INDEX transactions_subscription_id_created_at_id_idx ON public.transactions USING btree (subscription_id, created_at DESC, id DESC);
CREATE INDEX transactions_user_id_created_at_id_idx ON public.transactions USING btree (user_id, created_at DESC, id DESC);
CREATE TRIGGER transactions_amount_rule BEFORE UPDATE ON public.transactions FOR EACH ROW WHEN (((old.amount <> new.amount) OR (old.currency <> new.currency) OR (old.invoice_id IS DISTINCT FROM new.invoice_id))) EXECUTE FUNCTION rules.refuse_write('The provider may have been asked for the amount already. Make another transaction.');
CREATE TRIGGER transactions_erased_user_rule AFTER INSERT ON public.transactions REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER transactions_failed_immutable_rule BEFORE UPDATE ON public.transactions FOR EACH ROW WHEN (((old.status = 'FAILED'::"TransactionStatus") AND (new.status = 'FAILED'::"TransactionStatus"))) EXECUTE FUNCTION rules.refuse_change('A failed transaction is history. Make another one.', 'stripe_payment_intent_id', 'stripe_charge_id', 'user_id', 'updated_at');
CREATE TRIGGER transactions_no_delete_rule BEFORE DELETE OR TRUNCATE ON public.transactions FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Transactions fail or are refunded; each attempt stays.');
CREATE TRIGGER transactions_paid_immutable_rule BEFORE UPDATE ON public.transactions FOR EACH ROW WHEN (((old.status = ANY (ARRAY['SUCCEEDED'::"TransactionStatus", 'REFUNDED'::"TransactionStatus"])) AND (new.status = ANY (ARRAY['SUCCEEDED'::"TransactionStatus", 'REFUNDED'::"TransactionStatus"])))) EXECUTE FUNCTION rules.refuse_change('A payment that has come in can only be refunded.', 'status', 'refunded_amount', 'refunded_at', 'disputed_amount', 'stripe_payment_intent_id', 'stripe_charge_id', 'user_id', 'updated_at');
CREATE TRIGGER transactions_payable_invoice_rule AFTER INSERT OR UPDATE ON public.transactions FOR EACH ROW WHEN ((new.invoice_id IS NOT NULL)) EXECUTE FUNCTION rules.carry_payment();
CREATE TRIGGER transactions_provider_ids_rule BEFORE UPDATE ON public.transactions FOR EACH ROW EXECUTE FUNCTION rules.refuse_refill('An attempt is one charge at the provider. Make another transaction.', 'stripe_payment_intent_id', 'stripe_charge_id');
CREATE TRIGGER transactions_transition_rule BEFORE UPDATE ON public.transactions FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION rules.check_transaction_transition();
CREATE TRIGGER transactions_written_by_refunds_rule BEFORE INSERT OR UPDATE ON public.transactions FOR EACH ROW EXECUTE FUNCTION rules.refuse_derived('What was given back and disputed follows from refunds and disputes. Write one of those.', 'refunded_amount', 'disputed_amount');

CREATE TABLE rules.dispute_transitions (
    from_status "DisputeStatus" NOT NULL,
    to_status "DisputeStatus" NOT NULL,
    CONSTRAINT dispute_transitions_pkey PRIMARY KEY (from_status, to_status)
);

CREATE TABLE rules.event_consumers (
    type text NOT NULL,
    version integer NOT NULL,
    consumer text NOT NULL,
    CONSTRAINT event_consumers_pkey PRIMARY KEY (type, version, consumer)
);

CREATE TABLE rules.invoice_transitions (
    from_status "InvoiceStatus" NOT NULL,
    to_status "InvoiceStatus" NOT NULL,
    CONSTRAINT invoice_transitions_pkey PRIMARY KEY (from_status, to_status)
);

CREATE TABLE rules.refund_transitions (
    from_status "RefundStatus" NOT NULL,
    to_status "RefundStatus" NOT NULL,
    CONSTRAINT refund_transitions_pkey PRIMARY KEY (from_status, to_status)
);

CREATE TABLE rules.subscription_transitions (
    from_status "SubscriptionStatus" NOT NULL,
    to_status "SubscriptionStatus" NOT NULL,
    CONSTRAINT subscription_transitions_pkey PRIMARY KEY (from_status, to_status)
);

CREATE TABLE rules.transaction_transitions (
    from_status "TransactionStatus" NOT NULL,
    to_status "TransactionStatus" NOT NULL,
    CONSTRAINT transaction_transitions_pkey PRIMARY KEY (from_status, to_status)
);

-- Rows of rules.dispute_transitions
--   (APPEAL_NEEDS_RESPONSE,APPEAL_UNDER_REVIEW)
--   (APPEAL_NEEDS_RESPONSE,LOST)
--   (APPEAL_NEEDS_RESPONSE,WON)
--   (APPEAL_UNDER_REVIEW,APPEAL_NEEDS_RESPONSE)
--   (APPEAL_UNDER_REVIEW,LOST)
--   (APPEAL_UNDER_REVIEW,WON)
--   (LOST,APPEAL_NEEDS_RESPONSE)
--   (LOST,APPEAL_UNDER_REVIEW)
--   (LOST,WON)
--   (NEEDS_RESPONSE,LOST)
--   (NEEDS_RESPONSE,PREVENTED)
--   (NEEDS_RESPONSE,UNDER_REVIEW)
--   (NEEDS_RESPONSE,WON)
--   (UNDER_REVIEW,LOST)
--   (UNDER_REVIEW,NEEDS_RESPONSE)
--   (UNDER_REVIEW,PREVENTED)
--   (UNDER_REVIEW,WON)
--   (WARNING_CLOSED,NEEDS_RESPONSE)
--   (WARNING_CLOSED,UNDER_REVIEW)
--   (WARNING_NEEDS_RESPONSE,APPEAL_NEEDS_RESPONSE)
--   (WARNING_NEEDS_RESPONSE,APPEAL_UNDER_REVIEW)
--   (WARNING_NEEDS_RESPONSE,LOST)
--   (WARNING_NEEDS_RESPONSE,NEEDS_RESPONSE)
--   (WARNING_NEEDS_RESPONSE,PREVENTED)
--   (WARNING_NEEDS_RESPONSE,UNDER_REVIEW)
--   (WARNING_NEEDS_RESPONSE,WARNING_CLOSED)
--   (WARNING_NEEDS_RESPONSE,WARNING_UNDER_REVIEW)
--   (WARNING_NEEDS_RESPONSE,WON)
--   (WARNING_UNDER_REVIEW,APPEAL_NEEDS_RESPONSE)
--   (WARNING_UNDER_REVIEW,APPEAL_UNDER_REVIEW)
--   (WARNING_UNDER_REVIEW,LOST)
--   (WARNING_UNDER_REVIEW,NEEDS_RESPONSE)
--   (WARNING_UNDER_REVIEW,PREVENTED)
--   (WARNING_UNDER_REVIEW,UNDER_REVIEW)
--   (WARNING_UNDER_REVIEW,WARNING_CLOSED)
--   (WARNING_UNDER_REVIEW,WARNING_NEEDS_RESPONSE)
--   (WARNING_UNDER_REVIEW,WON)
--   (WON,APPEAL_NEEDS_RESPONSE)
--   (WON,APPEAL_UNDER_REVIEW)
--   (WON,LOST)

-- Rows of rules.event_consumers
--   (entitlement.changed,1,activity)

-- Rows of rules.invoice_transitions
--   (DRAFT,CANCELED)
--   (DRAFT,SENT)
--   (OVERDUE,CANCELED)
--   (OVERDUE,PAID)
--   (OVERDUE,UNCOLLECTIBLE)
--   (SENT,CANCELED)
--   (SENT,OVERDUE)
--   (SENT,PAID)
--   (SENT,UNCOLLECTIBLE)
--   (UNCOLLECTIBLE,CANCELED)
--   (UNCOLLECTIBLE,PAID)

-- Rows of rules.refund_transitions
--   (CANCELED,FAILED)
--   (CANCELED,PENDING)
--   (CANCELED,REQUIRES_ACTION)
--   (CANCELED,SUCCEEDED)
--   (PENDING,CANCELED)
--   (PENDING,FAILED)
--   (PENDING,REQUIRES_ACTION)
--   (PENDING,SUCCEEDED)
--   (REQUIRES_ACTION,CANCELED)
--   (REQUIRES_ACTION,FAILED)
--   (REQUIRES_ACTION,PENDING)
--   (REQUIRES_ACTION,SUCCEEDED)
--   (SUCCEEDED,FAILED)

-- Rows of rules.subscription_transitions
--   (ACTIVE,CANCELED)
--   (ACTIVE,EXPIRED)
--   (ACTIVE,PAST_DUE)
--   (ACTIVE,PAUSED)
--   (ACTIVE,TRIALING)
--   (ACTIVE,UNPAID)
--   (INCOMPLETE,ACTIVE)
--   (INCOMPLETE,CANCELED)
--   (INCOMPLETE,EXPIRED)
--   (INCOMPLETE,INCOMPLETE_EXPIRED)
--   (INCOMPLETE,PAST_DUE)
--   (INCOMPLETE,PAUSED)
--   (INCOMPLETE,TRIALING)
--   (INCOMPLETE,UNPAID)
--   (PAST_DUE,ACTIVE)
--   (PAST_DUE,CANCELED)
--   (PAST_DUE,EXPIRED)
--   (PAST_DUE,PAUSED)
--   (PAST_DUE,TRIALING)
--   (PAST_DUE,UNPAID)
--   (PAUSED,ACTIVE)
--   (PAUSED,CANCELED)
--   (PAUSED,EXPIRED)
--   (PAUSED,PAST_DUE)
--   (PAUSED,TRIALING)
--   (PAUSED,UNPAID)
--   (TRIALING,ACTIVE)
--   (TRIALING,CANCELED)
--   (TRIALING,EXPIRED)
--   (TRIALING,PAST_DUE)
--   (TRIALING,PAUSED)
--   (TRIALING,UNPAID)
--   (UNPAID,ACTIVE)
--   (UNPAID,CANCELED)
--   (UNPAID,EXPIRED)
--   (UNPAID,PAST_DUE)
--   (UNPAID,PAUSED)
--   (UNPAID,TRIALING)

-- Rows of rules.transaction_transitions
--   (FAILED,PROCESSING)
--   (FAILED,SUCCEEDED)
--   (PENDING,FAILED)
--   (PENDING,PROCESSING)
--   (PENDING,SUCCEEDED)
--   (PROCESSING,FAILED)
--   (PROCESSING,SUCCEEDED)
--   (REFUNDED,SUCCEEDED)
--   (SUCCEEDED,REFUNDED)
