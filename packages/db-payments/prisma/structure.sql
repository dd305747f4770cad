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
    'UNKNOWN'
);

CREATE TYPE "DiscountType" AS ENUM (
    'PERCENTAGE',
    'FIXED'
);

CREATE TYPE "InvoiceStatus" AS ENUM (
    'DRAFT',
    'SENT',
    'PAID',
    'OVERDUE',
    'CANCELED'
);

CREATE TYPE "PaymentMethodType" AS ENUM (
    'CARD',
    'PAYPAL',
    'BANK_TRANSFER'
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

-- Functions

CREATE OR REPLACE FUNCTION rules.check_counter_step()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF (TG_OP = 'UPDATE' AND (NEW."year", NEW."last_number") IS DISTINCT FROM (OLD."year", OLD."last_number" + 1))
    OR NOT EXISTS (SELECT FROM "invoices" WHERE "invoice_number" = "rules"."invoice_number"(NEW."year", NEW."last_number"))
  THEN
    RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'Counters move by one, together with the invoice that takes the number. Issue an invoice instead.';
  END IF;
  RETURN NULL;
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

CREATE OR REPLACE FUNCTION rules.check_line_of_draft()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF EXISTS (SELECT FROM "invoices" WHERE "id" IN (OLD."invoice_id", NEW."invoice_id") AND "status" <> 'DRAFT') THEN
    RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'The lines of an issued or voided invoice are final. Void it and issue another one.';
  END IF;
  RETURN NULL;
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
DECLARE
  changed uuid[];
BEGIN
  IF TG_TABLE_NAME = 'invoices' THEN
    changed := ARRAY[NEW."id"];
  ELSE
    changed := ARRAY[OLD."invoice_id", NEW."invoice_id"];
  END IF;
  IF EXISTS (
    SELECT FROM "invoices" i
    WHERE i."id" = ANY (changed)
      AND i."subtotal" <> (SELECT coalesce(sum(l."amount"), 0) FROM "invoice_lines" l WHERE l."invoice_id" = i."id")
  ) THEN
    RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'The lines of an invoice add up to its subtotal at commit. Write both in one transaction.';
  END IF;
  RETURN NULL;
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

CREATE OR REPLACE FUNCTION rules.holds_card_number(value text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (regexp_replace(value, '[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|(?<![0-9])(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(?![0-9])'::text, '*'::text, 'gi'::text) ~ '[0-9]([ \t\n\r\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff\u00ad\u2010-\u2015\u2212-]{0,3}[0-9]){11}|(?<![0-9])([3-6][0-9]{3}|2[2-7][0-9]{2})((,|[^0-9A-Za-z,]{1,4}|", ")[0-9]{4}(,|[^0-9A-Za-z,]{1,4}|", ")[0-9]{4}(,|[^0-9A-Za-z,]{1,4}|", ")[0-9]|(,|[^0-9A-Za-z,]{1,4}|", ")[0-9]{6}(,|[^0-9A-Za-z,]{1,4}|", ")[0-9]{4})'::text);

CREATE OR REPLACE FUNCTION rules.invoice_number(year integer, number integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN ((('CZ-'::text || year) || '-'::text) || lpad((number)::text, GREATEST(6, length((number)::text)), '0'::text));

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

CREATE OR REPLACE FUNCTION rules.number_invoice()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  issue_year integer := extract(year FROM NEW."issued_at" AT TIME ZONE 'UTC');
  number integer;
BEGIN
  IF NEW."invoice_number" IS DISTINCT FROM OLD."invoice_number" THEN
    RAISE EXCEPTION 'update of "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'The number comes from the counter of the year: set status and issuedAt alone.';
  END IF;
  INSERT INTO "invoice_counters" AS c ("year", "last_number") VALUES (issue_year, 1)
    ON CONFLICT ("year") DO UPDATE SET "last_number" = c."last_number" + 1, "updated_at" = now()
    RETURNING c."last_number" INTO number;
  NEW."invoice_number" := "rules"."invoice_number"(issue_year, number);
  RETURN NEW;
END $function$;

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

CREATE OR REPLACE FUNCTION rules.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF to_jsonb(NEW) - TG_ARGV[1:] IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV[1:] THEN
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

CREATE OR REPLACE FUNCTION rules.refuse_write()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  RAISE EXCEPTION 'write on "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
    USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, HINT = TG_ARGV[0];
END $function$;

-- Tables

CREATE TABLE coupon_redemptions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    coupon_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    transaction_id uuid,
    discount_amount integer NOT NULL,
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
CREATE TRIGGER coupon_redemptions_immutable_rule BEFORE UPDATE ON public.coupon_redemptions FOR EACH ROW EXECUTE FUNCTION rules.refuse_change('A redemption is evidence of a discount and does not change.', 'user_id');
CREATE TRIGGER coupon_redemptions_no_delete_rule BEFORE DELETE OR TRUNCATE ON public.coupon_redemptions FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Redemptions are evidence of discounts given.');
CREATE TRIGGER coupon_redemptions_redeemable_rule AFTER INSERT ON public.coupon_redemptions FOR EACH ROW EXECUTE FUNCTION rules.redeem_coupon();

CREATE TABLE coupons (
    id uuid NOT NULL,
    code text NOT NULL,
    stripe_coupon_id text,
    discount_type "DiscountType" NOT NULL,
    discount_value integer NOT NULL,
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
    CONSTRAINT coupons_card_number_check CHECK (((NOT rules.holds_card_number(code)) AND (NOT rules.holds_card_number(stripe_coupon_id)))),
    CONSTRAINT coupons_code_check CHECK ((code ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'::text)),
    CONSTRAINT coupons_currency_check CHECK (((discount_type = 'FIXED'::"DiscountType") = (currency IS NOT NULL))),
    CONSTRAINT coupons_discount_value_check CHECK ((discount_value > 0)),
    CONSTRAINT coupons_max_redemptions_check CHECK ((max_redemptions >= 1)),
    CONSTRAINT coupons_percentage_check CHECK (((discount_type <> 'PERCENTAGE'::"DiscountType") OR (discount_value <= 100))),
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
    CONSTRAINT currencies_card_number_check CHECK ((NOT rules.holds_card_number(name))),
    CONSTRAINT currencies_code_check CHECK ((code ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT currencies_exponent_check CHECK ((exponent = ANY (ARRAY[0, 2, 3])))
);
CREATE TRIGGER currencies_fixed_rule BEFORE UPDATE ON public.currencies FOR EACH ROW WHEN (((old.code <> new.code) OR (old.exponent <> new.exponent))) EXECUTE FUNCTION rules.refuse_write('Every stored amount is read through code and exponent. Add another currency instead.');

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
    CONSTRAINT idempotency_keys_card_number_check CHECK (((NOT rules.holds_card_number(scope)) AND (NOT rules.holds_card_number(key)) AND (NOT rules.holds_card_number((response_body)::text)))),
    CONSTRAINT idempotency_keys_completed_check CHECK (((completed_at IS NULL) = (response_status IS NULL))),
    CONSTRAINT idempotency_keys_expiry_check CHECK ((created_at < expires_at)),
    CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
    CONSTRAINT idempotency_keys_lock_check CHECK (((locked_at IS NULL) OR (completed_at IS NULL))),
    CONSTRAINT idempotency_keys_request_hash_check CHECK ((octet_length(request_hash) = 32)),
    CONSTRAINT idempotency_keys_response_body_check CHECK (((response_body IS NULL) OR (completed_at IS NOT NULL))),
    CONSTRAINT idempotency_keys_response_status_check CHECK (((response_status >= 100) AND (response_status <= 599))),
    CONSTRAINT idempotency_keys_scope_check CHECK (((length(scope) >= 1) AND (length(scope) <= 255)))
);
CREATE INDEX idempotency_keys_expires_at_idx ON public.idempotency_keys USING btree (expires_at);
CREATE UNIQUE INDEX idempotency_keys_scope_key_key ON public.idempotency_keys USING btree (scope, key);
CREATE TRIGGER idempotency_keys_answer_rule BEFORE UPDATE ON public.idempotency_keys FOR EACH ROW WHEN ((old.completed_at IS NOT NULL)) EXECUTE FUNCTION rules.refuse_change('Every repetition of a request gets the same answer.', 'expires_at', 'updated_at');
CREATE TRIGGER idempotency_keys_request_rule BEFORE UPDATE ON public.idempotency_keys FOR EACH ROW WHEN (((old.scope <> new.scope) OR (old.key <> new.key) OR (old.request_hash <> new.request_hash))) EXECUTE FUNCTION rules.refuse_write('A key belongs to one request. Use another key.');

CREATE TABLE invoice_counters (
    year smallint NOT NULL,
    last_number integer NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT invoice_counters_pkey PRIMARY KEY (year),
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
    unit_amount integer NOT NULL,
    amount integer NOT NULL,
    currency character(3) NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT invoice_lines_pkey PRIMARY KEY (id),
    CONSTRAINT invoice_lines_invoice_id_currency_fkey FOREIGN KEY (invoice_id, currency) REFERENCES invoices(id, currency) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT invoice_lines_amount_check CHECK ((amount = ((quantity)::bigint * unit_amount))),
    CONSTRAINT invoice_lines_card_number_check CHECK ((NOT rules.holds_card_number(description))),
    CONSTRAINT invoice_lines_position_check CHECK (("position" >= 1)),
    CONSTRAINT invoice_lines_quantity_check CHECK ((quantity >= 1)),
    CONSTRAINT invoice_lines_unit_amount_check CHECK ((unit_amount >= 0))
);
CREATE UNIQUE INDEX invoice_lines_invoice_id_position_key ON public.invoice_lines USING btree (invoice_id, "position");
CREATE TRIGGER invoice_lines_draft_only_rule AFTER INSERT OR DELETE OR UPDATE ON public.invoice_lines FOR EACH ROW EXECUTE FUNCTION rules.check_line_of_draft();
CREATE TRIGGER invoice_lines_lock_invoice BEFORE INSERT OR DELETE OR UPDATE ON public.invoice_lines FOR EACH ROW EXECUTE FUNCTION rules.lock_invoice_of_line();
CREATE TRIGGER invoice_lines_no_truncate_rule BEFORE TRUNCATE ON public.invoice_lines FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Lines are removed one by one, and from drafts only.');
CREATE CONSTRAINT TRIGGER invoice_lines_subtotal_rule AFTER INSERT OR DELETE OR UPDATE ON public.invoice_lines DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rules.check_subtotal();

CREATE TABLE invoices (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    invoice_number text,
    status "InvoiceStatus" DEFAULT 'DRAFT'::"InvoiceStatus" NOT NULL,
    currency character(3) NOT NULL,
    subtotal integer NOT NULL,
    discount integer NOT NULL,
    tax integer NOT NULL,
    total integer NOT NULL,
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
    CONSTRAINT invoices_currency_fkey FOREIGN KEY (currency) REFERENCES currencies(code) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT invoices_subscription_id_user_id_fkey FOREIGN KEY (subscription_id, user_id) REFERENCES subscriptions(id, user_id) ON DELETE RESTRICT,
    CONSTRAINT invoices_card_number_check CHECK (((NOT rules.holds_card_number(stripe_invoice_id)) AND (NOT rules.holds_card_number(invoice_url)))),
    CONSTRAINT invoices_discount_check CHECK (((discount >= 0) AND (discount <= subtotal))),
    CONSTRAINT invoices_due_at_check CHECK ((issued_at <= due_at)),
    CONSTRAINT invoices_invoice_url_check CHECK ((invoice_url ~~ 'https://%'::text)),
    CONSTRAINT invoices_issued_at_check CHECK (
CASE status
    WHEN 'DRAFT'::"InvoiceStatus" THEN (issued_at IS NULL)
    WHEN 'CANCELED'::"InvoiceStatus" THEN true
    ELSE (issued_at IS NOT NULL)
END),
    CONSTRAINT invoices_number_check CHECK (((invoice_number IS NULL) = (issued_at IS NULL))),
    CONSTRAINT invoices_overdue_check CHECK (((status <> 'OVERDUE'::"InvoiceStatus") OR (due_at IS NOT NULL))),
    CONSTRAINT invoices_paid_at_check CHECK (((status = 'PAID'::"InvoiceStatus") = (paid_at IS NOT NULL))),
    CONSTRAINT invoices_period_check CHECK (((num_nulls(period_start, period_end) <> 1) AND (period_start < period_end))),
    CONSTRAINT invoices_tax_check CHECK ((tax >= 0)),
    CONSTRAINT invoices_total_check CHECK ((total = (((subtotal)::bigint - discount) + tax))),
    CONSTRAINT invoices_voided_at_check CHECK (((status = 'CANCELED'::"InvoiceStatus") = (voided_at IS NOT NULL)))
);
CREATE INDEX invoices_currency_issued_at_idx ON public.invoices USING btree (currency, issued_at);
CREATE UNIQUE INDEX invoices_id_currency_key ON public.invoices USING btree (id, currency);
CREATE UNIQUE INDEX invoices_id_user_id_currency_key ON public.invoices USING btree (id, user_id, currency);
CREATE UNIQUE INDEX invoices_invoice_number_key ON public.invoices USING btree (invoice_number);
CREATE INDEX invoices_status_due_at_idx ON public.invoices USING btree (status, due_at);
CREATE UNIQUE INDEX invoices_stripe_invoice_id_key ON public.invoices USING btree (stripe_invoice_id);
CREATE INDEX invoices_subscription_id_created_at_id_idx ON public.invoices USING btree (subscription_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX invoices_subscription_id_period_start_live_key ON public.invoices USING btree (subscription_id, period_start) WHERE (status <> 'CANCELED'::"InvoiceStatus");
CREATE INDEX invoices_user_id_created_at_id_idx ON public.invoices USING btree (user_id, created_at DESC, id DESC);
CREATE TRIGGER invoices_issued_immutable_rule BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN ((old.issued_at IS NOT NULL)) EXECUTE FUNCTION rules.refuse_change('An issued invoice is a document. Void it and issue another one.', 'status', 'paid_at', 'voided_at', 'user_id', 'invoice_url', 'updated_at');
CREATE TRIGGER invoices_no_delete_rule BEFORE DELETE OR TRUNCATE ON public.invoices FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Invoices are voided: status CANCELED and voidedAt.');
CREATE TRIGGER invoices_number_rule BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN (((old.issued_at IS NULL) AND ((new.issued_at IS NOT NULL) OR (new.invoice_number IS NOT NULL)))) EXECUTE FUNCTION rules.number_invoice();
CREATE TRIGGER invoices_settled_immutable_rule BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN (((old.status = ANY (ARRAY['PAID'::"InvoiceStatus", 'CANCELED'::"InvoiceStatus"])) AND (old.status = new.status))) EXECUTE FUNCTION rules.refuse_change('A paid or voided invoice does not change any more.', 'user_id', 'invoice_url', 'updated_at');
CREATE TRIGGER invoices_starts_as_draft_rule BEFORE INSERT ON public.invoices FOR EACH ROW WHEN ((new.status <> 'DRAFT'::"InvoiceStatus")) EXECUTE FUNCTION rules.refuse_write('Insert the invoice and its lines as DRAFT, then issue it: status SENT and issuedAt.');
CREATE CONSTRAINT TRIGGER invoices_subtotal_rule AFTER INSERT OR UPDATE OF subtotal ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rules.check_subtotal();
CREATE TRIGGER invoices_transition_rule BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION rules.check_invoice_transition();

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
    CONSTRAINT payment_methods_card_number_check CHECK (((NOT rules.holds_card_number(stripe_payment_method_id)) AND (NOT rules.holds_card_number(paypal_email)))),
    CONSTRAINT payment_methods_default_check CHECK (((NOT is_default) OR (detached_at IS NULL))),
    CONSTRAINT payment_methods_expiry_month_check CHECK (((expiry_month >= 1) AND (expiry_month <= 12))),
    CONSTRAINT payment_methods_expiry_year_check CHECK (((expiry_year >= 2000) AND (expiry_year <= 2099))),
    CONSTRAINT payment_methods_last4_check CHECK ((last4 ~ '^[0-9]{4}$'::text)),
    CONSTRAINT payment_methods_paypal_email_check CHECK (
CASE
    WHEN (type <> 'PAYPAL'::"PaymentMethodType") THEN (paypal_email IS NULL)
    WHEN (paypal_email IS NULL) THEN (detached_at IS NOT NULL)
    ELSE (paypal_email ~~ '%_@_%'::text)
END)
);
CREATE UNIQUE INDEX payment_methods_id_user_id_key ON public.payment_methods USING btree (id, user_id);
CREATE UNIQUE INDEX payment_methods_stripe_payment_method_id_key ON public.payment_methods USING btree (stripe_payment_method_id);
CREATE INDEX payment_methods_user_id_created_at_id_idx ON public.payment_methods USING btree (user_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX payment_methods_user_id_default_key ON public.payment_methods USING btree (user_id) WHERE is_default;

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
    CONSTRAINT stripe_events_card_number_check CHECK (((NOT rules.holds_card_number(id)) AND (NOT rules.holds_card_number(type)) AND (NOT rules.holds_card_number(api_version)) AND (NOT rules.holds_card_number(object_id)) AND (NOT rules.holds_card_number(last_error)))),
    CONSTRAINT stripe_events_id_check CHECK ((id ~ '^evt_[A-Za-z0-9_]+$'::text))
);
CREATE INDEX stripe_events_created_at_idx ON public.stripe_events USING brin (created_at);
CREATE INDEX stripe_events_created_at_unprocessed_idx ON public.stripe_events USING btree (created_at) WHERE (processed_at IS NULL);
CREATE INDEX stripe_events_object_id_occurred_at_idx ON public.stripe_events USING btree (object_id, occurred_at);
CREATE TRIGGER stripe_events_processed_rule BEFORE UPDATE ON public.stripe_events FOR EACH ROW WHEN ((old.processed_at IS NOT NULL)) EXECUTE FUNCTION rules.refuse_change('An event that has acted must not act again.', 'updated_at');

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
    cancel_at_period_end boolean DEFAULT false NOT NULL,
    canceled_at timestamp(3) with time zone,
    metadata jsonb,
    version integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT subscriptions_pkey PRIMARY KEY (id),
    CONSTRAINT subscriptions_overlap_excl EXCLUDE USING gist (user_id WITH =, tstzrange(started_at, valid_until) WITH &&),
    CONSTRAINT subscriptions_stripe_customer_excl EXCLUDE USING gist (stripe_customer_id WITH =, user_id WITH <>) WHERE ((stripe_customer_id IS NOT NULL)),
    CONSTRAINT subscriptions_cancel_at_period_end_check CHECK (((status = ANY (ARRAY['CANCELED'::"SubscriptionStatus", 'EXPIRED'::"SubscriptionStatus"])) OR
CASE
    WHEN cancel_at_period_end THEN ((canceled_at IS NOT NULL) AND (valid_until IS NOT NULL) AND (current_period_end IS NOT NULL) AND (valid_until = current_period_end))
    ELSE (canceled_at IS NULL)
END)),
    CONSTRAINT subscriptions_canceled_at_check CHECK (((started_at <= canceled_at) AND ((valid_until IS NULL) OR (canceled_at <= valid_until)))),
    CONSTRAINT subscriptions_canceled_check CHECK (((status <> 'CANCELED'::"SubscriptionStatus") OR (canceled_at IS NOT NULL))),
    CONSTRAINT subscriptions_card_number_check CHECK (((NOT rules.holds_card_number(stripe_customer_id)) AND (NOT rules.holds_card_number(stripe_subscription_id)) AND (NOT rules.holds_card_number((metadata)::text)))),
    CONSTRAINT subscriptions_ended_check CHECK (((status <> ALL (ARRAY['CANCELED'::"SubscriptionStatus", 'EXPIRED'::"SubscriptionStatus"])) OR (valid_until IS NOT NULL))),
    CONSTRAINT subscriptions_metadata_check CHECK (((jsonb_typeof(metadata) = 'object'::text) AND (octet_length((metadata)::text) <= 8192))),
    CONSTRAINT subscriptions_paid_period_check CHECK (((plan = 'FREE'::"SubscriptionPlan") OR (current_period_end IS NOT NULL))),
    CONSTRAINT subscriptions_period_check CHECK (((num_nulls(current_period_start, current_period_end) <> 1) AND (current_period_start < current_period_end))),
    CONSTRAINT subscriptions_period_start_check CHECK ((started_at <= current_period_start)),
    CONSTRAINT subscriptions_trial_check CHECK (((status <> 'TRIALING'::"SubscriptionStatus") OR ((plan <> 'FREE'::"SubscriptionPlan") AND (trial_ends_at IS NOT NULL)))),
    CONSTRAINT subscriptions_trial_end_check CHECK ((started_at < trial_ends_at)),
    CONSTRAINT subscriptions_validity_check CHECK ((started_at < valid_until)),
    CONSTRAINT subscriptions_version_check CHECK ((version >= 0))
);
CREATE UNIQUE INDEX subscriptions_id_user_id_key ON public.subscriptions USING btree (id, user_id);
CREATE INDEX subscriptions_status_current_period_end_idx ON public.subscriptions USING btree (status, current_period_end);
CREATE UNIQUE INDEX subscriptions_stripe_subscription_id_key ON public.subscriptions USING btree (stripe_subscription_id);
CREATE UNIQUE INDEX subscriptions_user_id_live_key ON public.subscriptions USING btree (user_id) WHERE (status = ANY (ARRAY['ACTIVE'::"SubscriptionStatus", 'TRIALING'::"SubscriptionStatus", 'PAST_DUE'::"SubscriptionStatus", 'PAUSED'::"SubscriptionStatus"]));
CREATE INDEX subscriptions_user_id_started_at_id_idx ON public.subscriptions USING btree (user_id, started_at DESC, id DESC);
CREATE TRIGGER subscriptions_ended_immutable_rule BEFORE UPDATE ON public.subscriptions FOR EACH ROW WHEN (((old.status = ANY (ARRAY['CANCELED'::"SubscriptionStatus", 'EXPIRED'::"SubscriptionStatus"])) AND (old.status = new.status))) EXECUTE FUNCTION rules.refuse_change('A subscription that is over is history. Start another one.', 'user_id', 'stripe_customer_id', 'metadata', 'updated_at');
CREATE TRIGGER subscriptions_no_delete_rule BEFORE DELETE OR TRUNCATE ON public.subscriptions FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Subscriptions are canceled or expire; their history stays.');
CREATE TRIGGER subscriptions_transition_rule BEFORE UPDATE ON public.subscriptions FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION rules.check_subscription_transition();

CREATE TABLE transactions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    subscription_id uuid,
    invoice_id uuid,
    payment_method_id uuid,
    amount integer NOT NULL,
    currency character(3) NOT NULL,
    refunded_amount integer DEFAULT 0 NOT NULL,
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
    CONSTRAINT transactions_amount_check CHECK ((amount > 0)),
    CONSTRAINT transactions_card_number_check CHECK (((NOT rules.holds_card_number(idempotency_key)) AND (NOT rules.holds_card_number(stripe_payment_intent_id)) AND (NOT rules.holds_card_number(stripe_charge_id)) AND (NOT rules.holds_card_number(description)) AND (NOT rules.holds_card_number(failure_code)) AND (NOT rules.holds_card_number(failure_message)))),
    CONSTRAINT transactions_failed_at_check CHECK (((status = 'FAILED'::"TransactionStatus") = (failed_at IS NOT NULL))),
    CONSTRAINT transactions_failure_code_check CHECK (((status = 'FAILED'::"TransactionStatus") = (failure_code IS NOT NULL))),
    CONSTRAINT transactions_failure_message_check CHECK (((status = 'FAILED'::"TransactionStatus") OR (failure_message IS NULL))),
    CONSTRAINT transactions_idempotency_key_check CHECK (((length(idempotency_key) >= 1) AND (length(idempotency_key) <= 255))),
    CONSTRAINT transactions_paid_at_check CHECK (((status = ANY (ARRAY['SUCCEEDED'::"TransactionStatus", 'REFUNDED'::"TransactionStatus"])) = (paid_at IS NOT NULL))),
    CONSTRAINT transactions_refund_of_payment_check CHECK (((refunded_amount = 0) OR (status = ANY (ARRAY['SUCCEEDED'::"TransactionStatus", 'REFUNDED'::"TransactionStatus"])))),
    CONSTRAINT transactions_refunded_amount_check CHECK (((refunded_amount >= 0) AND (refunded_amount <= amount))),
    CONSTRAINT transactions_refunded_at_check CHECK (((refunded_amount > 0) = (refunded_at IS NOT NULL))),
    CONSTRAINT transactions_refunded_check CHECK (((status = 'REFUNDED'::"TransactionStatus") = (refunded_amount = amount)))
);
CREATE INDEX transactions_currency_paid_at_idx ON public.transactions USING btree (currency, paid_at);
CREATE UNIQUE INDEX transactions_id_user_id_currency_key ON public.transactions USING btree (id, user_id, currency);
CREATE UNIQUE INDEX transactions_idempotency_key_key ON public.transactions USING btree (idempotency_key);
CREATE INDEX transactions_invoice_id_created_at_id_idx ON public.transactions USING btree (invoice_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX transactions_invoice_id_in_flight_or_paid_key ON public.transactions USING btree (invoice_id) WHERE (status = ANY (ARRAY['PENDING'::"TransactionStatus", 'PROCESSING'::"TransactionStatus", 'SUCCEEDED'::"TransactionStatus"]));
CREATE INDEX transactions_payment_method_id_idx ON public.transactions USING btree (payment_method_id);
CREATE INDEX transactions_status_created_at_idx ON public.transactions USING btree (status, created_at);
CREATE UNIQUE INDEX transactions_stripe_charge_id_key ON public.transactions USING btree (stripe_charge_id);
CREATE UNIQUE INDEX transactions_stripe_payment_intent_id_key ON public.transactions USING btree (stripe_payment_intent_id);
CREATE INDEX transactions_subscription_id_created_at_id_idx ON public.transactions USING btree (subscription_id, created_at DESC, id DESC);
CREATE INDEX transactions_user_id_created_at_id_idx ON public.transactions USING btree (user_id, created_at DESC, id DESC);
CREATE TRIGGER transactions_amount_rule BEFORE UPDATE ON public.transactions FOR EACH ROW WHEN (((old.amount <> new.amount) OR (old.currency <> new.currency))) EXECUTE FUNCTION rules.refuse_write('The provider may have been asked for the amount already. Make another transaction.');
CREATE TRIGGER transactions_no_delete_rule BEFORE DELETE OR TRUNCATE ON public.transactions FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_deletion('Transactions fail or are refunded; each attempt stays.');
CREATE TRIGGER transactions_paid_immutable_rule BEFORE UPDATE ON public.transactions FOR EACH ROW WHEN (((old.status = 'SUCCEEDED'::"TransactionStatus") AND (new.status = ANY (ARRAY['SUCCEEDED'::"TransactionStatus", 'REFUNDED'::"TransactionStatus"])))) EXECUTE FUNCTION rules.refuse_change('A payment that has come in can only be refunded.', 'status', 'refunded_amount', 'refunded_at', 'user_id', 'updated_at');
CREATE TRIGGER transactions_refund_grows_rule BEFORE UPDATE ON public.transactions FOR EACH ROW WHEN ((new.refunded_amount < old.refunded_amount)) EXECUTE FUNCTION rules.refuse_write('Money given back cannot be taken again. Make another transaction.');
CREATE TRIGGER transactions_settled_immutable_rule BEFORE UPDATE ON public.transactions FOR EACH ROW WHEN (((old.status = ANY (ARRAY['FAILED'::"TransactionStatus", 'REFUNDED'::"TransactionStatus"])) AND (old.status = new.status))) EXECUTE FUNCTION rules.refuse_change('A failed or refunded transaction is history. Make another one.', 'user_id', 'updated_at');
CREATE TRIGGER transactions_transition_rule BEFORE UPDATE ON public.transactions FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION rules.check_transaction_transition();

CREATE TABLE rules.invoice_transitions (
    from_status "InvoiceStatus" NOT NULL,
    to_status "InvoiceStatus" NOT NULL,
    CONSTRAINT invoice_transitions_pkey PRIMARY KEY (from_status, to_status)
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

-- Rows of rules.invoice_transitions
--   (DRAFT,CANCELED)
--   (DRAFT,SENT)
--   (OVERDUE,CANCELED)
--   (OVERDUE,PAID)
--   (SENT,CANCELED)
--   (SENT,OVERDUE)
--   (SENT,PAID)

-- Rows of rules.subscription_transitions
--   (ACTIVE,CANCELED)
--   (ACTIVE,EXPIRED)
--   (ACTIVE,PAST_DUE)
--   (ACTIVE,PAUSED)
--   (PAST_DUE,ACTIVE)
--   (PAST_DUE,CANCELED)
--   (PAST_DUE,EXPIRED)
--   (PAUSED,ACTIVE)
--   (PAUSED,CANCELED)
--   (PAUSED,EXPIRED)
--   (TRIALING,ACTIVE)
--   (TRIALING,CANCELED)
--   (TRIALING,EXPIRED)
--   (TRIALING,PAST_DUE)
--   (TRIALING,PAUSED)

-- Rows of rules.transaction_transitions
--   (PENDING,FAILED)
--   (PENDING,PROCESSING)
--   (PENDING,SUCCEEDED)
--   (PROCESSING,FAILED)
--   (PROCESSING,SUCCEEDED)
--   (SUCCEEDED,REFUNDED)
