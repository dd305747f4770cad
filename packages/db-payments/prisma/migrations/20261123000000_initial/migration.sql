-- The payments database: what Prisma can express, then what only SQL can.
--
-- The file runs as one query in one transaction. It gives up after three seconds where another session holds a lock,
-- instead of queueing in front of everybody else's queries.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "DiscountType" AS ENUM ('PERCENTAGE', 'FIXED');

-- CreateEnum
CREATE TYPE "InvoiceStatus" AS ENUM ('DRAFT', 'SENT', 'PAID', 'OVERDUE', 'CANCELED');

-- CreateEnum
CREATE TYPE "PaymentMethodType" AS ENUM ('CARD', 'PAYPAL', 'BANK_TRANSFER');

-- CreateEnum
CREATE TYPE "CardBrand" AS ENUM ('VISA', 'MASTERCARD', 'AMEX', 'DISCOVER', 'DINERS', 'JCB', 'UNIONPAY', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "TransactionStatus" AS ENUM ('PENDING', 'PROCESSING', 'SUCCEEDED', 'FAILED', 'REFUNDED');

-- CreateEnum
CREATE TYPE "SubscriptionPlan" AS ENUM ('FREE', 'PRO', 'ENTERPRISE');

-- CreateEnum
CREATE TYPE "SubscriptionStatus" AS ENUM ('ACTIVE', 'TRIALING', 'PAST_DUE', 'PAUSED', 'CANCELED', 'EXPIRED');

-- CreateTable
CREATE TABLE "coupons" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "stripe_coupon_id" TEXT,
    "discount_type" "DiscountType" NOT NULL,
    "discount_value" INTEGER NOT NULL,
    "currency" CHAR(3),
    "valid_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "valid_until" TIMESTAMPTZ(3),
    "max_redemptions" INTEGER,
    "redemption_count" INTEGER NOT NULL DEFAULT 0,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "coupons_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "coupon_redemptions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "coupon_id" UUID NOT NULL,
    "invoice_id" UUID NOT NULL,
    "transaction_id" UUID,
    "discount_amount" INTEGER NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "redeemed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "coupon_redemptions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "currencies" (
    "code" CHAR(3) NOT NULL,
    "name" TEXT NOT NULL,
    "exponent" SMALLINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "currencies_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "stripe_events" (
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "api_version" TEXT,
    "livemode" BOOLEAN NOT NULL,
    "object_id" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "processed_at" TIMESTAMPTZ(3),
    "attempts" SMALLINT NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stripe_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "id" UUID NOT NULL,
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" BYTEA NOT NULL,
    "locked_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "response_status" SMALLINT,
    "response_body" JSONB,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invoices" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "subscription_id" UUID NOT NULL,
    "invoice_number" TEXT,
    "status" "InvoiceStatus" NOT NULL DEFAULT 'DRAFT',
    "currency" CHAR(3) NOT NULL,
    "subtotal" INTEGER NOT NULL,
    "discount" INTEGER NOT NULL,
    "tax" INTEGER NOT NULL,
    "total" INTEGER NOT NULL,
    "period_start" TIMESTAMPTZ(3),
    "period_end" TIMESTAMPTZ(3),
    "stripe_invoice_id" TEXT,
    "invoice_url" TEXT,
    "issued_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "paid_at" TIMESTAMPTZ(3),
    "voided_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invoices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invoice_lines" (
    "id" UUID NOT NULL,
    "invoice_id" UUID NOT NULL,
    "position" SMALLINT NOT NULL,
    "description" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "unit_amount" INTEGER NOT NULL,
    "amount" INTEGER NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invoice_lines_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invoice_counters" (
    "year" SMALLINT NOT NULL,
    "last_number" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invoice_counters_pkey" PRIMARY KEY ("year")
);

-- CreateTable
CREATE TABLE "payment_methods" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "type" "PaymentMethodType" NOT NULL,
    "stripe_payment_method_id" TEXT,
    "last4" CHAR(4),
    "brand" "CardBrand",
    "expiry_month" SMALLINT,
    "expiry_year" SMALLINT,
    "paypal_email" TEXT,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "detached_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payment_methods_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "transactions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "subscription_id" UUID,
    "invoice_id" UUID,
    "payment_method_id" UUID,
    "amount" INTEGER NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "refunded_amount" INTEGER NOT NULL DEFAULT 0,
    "status" "TransactionStatus" NOT NULL DEFAULT 'PENDING',
    "idempotency_key" TEXT NOT NULL,
    "stripe_payment_intent_id" TEXT,
    "stripe_charge_id" TEXT,
    "description" TEXT,
    "failure_code" TEXT,
    "failure_message" TEXT,
    "paid_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),
    "refunded_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "transactions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscriptions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "plan" "SubscriptionPlan" NOT NULL DEFAULT 'FREE',
    "status" "SubscriptionStatus" NOT NULL DEFAULT 'ACTIVE',
    "stripe_customer_id" TEXT,
    "stripe_subscription_id" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "valid_until" TIMESTAMPTZ(3),
    "current_period_start" TIMESTAMPTZ(3),
    "current_period_end" TIMESTAMPTZ(3),
    "trial_ends_at" TIMESTAMPTZ(3),
    "cancel_at_period_end" BOOLEAN NOT NULL DEFAULT false,
    "canceled_at" TIMESTAMPTZ(3),
    "metadata" JSONB,
    "version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscriptions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "coupons_code_key" ON "coupons"("code");

-- CreateIndex
CREATE UNIQUE INDEX "coupons_stripe_coupon_id_key" ON "coupons"("stripe_coupon_id");

-- CreateIndex
CREATE INDEX "coupons_currency_idx" ON "coupons"("currency");

-- CreateIndex
CREATE INDEX "coupon_redemptions_user_id_redeemed_at_id_idx" ON "coupon_redemptions"("user_id", "redeemed_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "coupon_redemptions_invoice_id_idx" ON "coupon_redemptions"("invoice_id");

-- CreateIndex
CREATE INDEX "coupon_redemptions_transaction_id_idx" ON "coupon_redemptions"("transaction_id");

-- CreateIndex
CREATE UNIQUE INDEX "coupon_redemptions_coupon_id_user_id_key" ON "coupon_redemptions"("coupon_id", "user_id");

-- CreateIndex
CREATE INDEX "stripe_events_object_id_occurred_at_idx" ON "stripe_events"("object_id", "occurred_at");

-- CreateIndex
CREATE INDEX "stripe_events_created_at_idx" ON "stripe_events" USING BRIN ("created_at");

-- CreateIndex
CREATE INDEX "idempotency_keys_expires_at_idx" ON "idempotency_keys"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "idempotency_keys_scope_key_key" ON "idempotency_keys"("scope", "key");

-- CreateIndex
CREATE UNIQUE INDEX "invoices_invoice_number_key" ON "invoices"("invoice_number");

-- CreateIndex
CREATE UNIQUE INDEX "invoices_stripe_invoice_id_key" ON "invoices"("stripe_invoice_id");

-- CreateIndex
CREATE INDEX "invoices_user_id_created_at_id_idx" ON "invoices"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "invoices_subscription_id_created_at_id_idx" ON "invoices"("subscription_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "invoices_currency_issued_at_idx" ON "invoices"("currency", "issued_at");

-- CreateIndex
CREATE INDEX "invoices_status_due_at_idx" ON "invoices"("status", "due_at");

-- CreateIndex
CREATE UNIQUE INDEX "invoices_id_currency_key" ON "invoices"("id", "currency");

-- CreateIndex
CREATE UNIQUE INDEX "invoices_id_user_id_currency_key" ON "invoices"("id", "user_id", "currency");

-- CreateIndex
CREATE UNIQUE INDEX "invoice_lines_invoice_id_position_key" ON "invoice_lines"("invoice_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "payment_methods_stripe_payment_method_id_key" ON "payment_methods"("stripe_payment_method_id");

-- CreateIndex
CREATE INDEX "payment_methods_user_id_created_at_id_idx" ON "payment_methods"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "payment_methods_id_user_id_key" ON "payment_methods"("id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "transactions_idempotency_key_key" ON "transactions"("idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "transactions_stripe_payment_intent_id_key" ON "transactions"("stripe_payment_intent_id");

-- CreateIndex
CREATE UNIQUE INDEX "transactions_stripe_charge_id_key" ON "transactions"("stripe_charge_id");

-- CreateIndex
CREATE INDEX "transactions_user_id_created_at_id_idx" ON "transactions"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "transactions_subscription_id_created_at_id_idx" ON "transactions"("subscription_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "transactions_invoice_id_created_at_id_idx" ON "transactions"("invoice_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "transactions_payment_method_id_idx" ON "transactions"("payment_method_id");

-- CreateIndex
CREATE INDEX "transactions_currency_paid_at_idx" ON "transactions"("currency", "paid_at");

-- CreateIndex
CREATE INDEX "transactions_status_created_at_idx" ON "transactions"("status", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "transactions_id_user_id_currency_key" ON "transactions"("id", "user_id", "currency");

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_stripe_subscription_id_key" ON "subscriptions"("stripe_subscription_id");

-- CreateIndex
CREATE INDEX "subscriptions_user_id_started_at_id_idx" ON "subscriptions"("user_id", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "subscriptions_status_current_period_end_idx" ON "subscriptions"("status", "current_period_end");

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_id_user_id_key" ON "subscriptions"("id", "user_id");

-- AddForeignKey
ALTER TABLE "coupons" ADD CONSTRAINT "coupons_currency_fkey" FOREIGN KEY ("currency") REFERENCES "currencies"("code") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "coupon_redemptions" ADD CONSTRAINT "coupon_redemptions_coupon_id_fkey" FOREIGN KEY ("coupon_id") REFERENCES "coupons"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "coupon_redemptions" ADD CONSTRAINT "coupon_redemptions_invoice_id_user_id_currency_fkey" FOREIGN KEY ("invoice_id", "user_id", "currency") REFERENCES "invoices"("id", "user_id", "currency") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "coupon_redemptions" ADD CONSTRAINT "coupon_redemptions_transaction_id_user_id_currency_fkey" FOREIGN KEY ("transaction_id", "user_id", "currency") REFERENCES "transactions"("id", "user_id", "currency") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_currency_fkey" FOREIGN KEY ("currency") REFERENCES "currencies"("code") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_subscription_id_user_id_fkey" FOREIGN KEY ("subscription_id", "user_id") REFERENCES "subscriptions"("id", "user_id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "invoice_lines" ADD CONSTRAINT "invoice_lines_invoice_id_currency_fkey" FOREIGN KEY ("invoice_id", "currency") REFERENCES "invoices"("id", "currency") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_currency_fkey" FOREIGN KEY ("currency") REFERENCES "currencies"("code") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_subscription_id_user_id_fkey" FOREIGN KEY ("subscription_id", "user_id") REFERENCES "subscriptions"("id", "user_id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_invoice_id_user_id_currency_fkey" FOREIGN KEY ("invoice_id", "user_id", "currency") REFERENCES "invoices"("id", "user_id", "currency") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_payment_method_id_user_id_fkey" FOREIGN KEY ("payment_method_id", "user_id") REFERENCES "payment_methods"("id", "user_id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- ---------------------------------------------------------------------------------------------------------------------
-- From here on: what Prisma cannot express.
-- ---------------------------------------------------------------------------------------------------------------------

-- uuid and text beside a range in one exclusion constraint.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Tables that rules read, and the functions of the rules. Not in public: Prisma would propose to drop the tables.
CREATE SCHEMA "rules";

-- Functions of several tables -----------------------------------------------------------------------------------------

-- May be a card number: twelve digits or more, with up to three blanks or dashes of any kind between them; or groups as
-- they stand on cards (four of four; four, six, five) that begin as a card's number does, with other signs between them,
-- such as the members of a JSON array of strings. Numbers in a JSON array, and money in groups of three, are none. UUIDs
-- and dates are taken out first, because their digits can stand like that. IMMUTABLE and without a table, so that CHECKs
-- may call it.
CREATE FUNCTION "rules"."holds_card_number"("value" text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace("value", '[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
         '|(?<![0-9])(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(?![0-9])', '*', 'gi')
       ~ ('[0-9]([ \t\n\r\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff\u00ad\u2010-\u2015\u2212-]{0,3}[0-9]){11}'
         '|(?<![0-9])([3-6][0-9]{3}|2[2-7][0-9]{2})'
         '((,|[^0-9A-Za-z,]{1,4}|", ")[0-9]{4}(,|[^0-9A-Za-z,]{1,4}|", ")[0-9]{4}(,|[^0-9A-Za-z,]{1,4}|", ")[0-9]'
         '|(,|[^0-9A-Za-z,]{1,4}|", ")[0-9]{6}(,|[^0-9A-Za-z,]{1,4}|", ")[0-9]{4})');

-- Refuses the write that the trigger's WHEN describes. Argument: the hint.
CREATE FUNCTION "rules"."refuse_write"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION 'write on "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
    USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, HINT = TG_ARGV[0];
END $$;

-- Refuses DELETE and TRUNCATE, also of nothing. Argument: the hint.
CREATE FUNCTION "rules"."refuse_deletion"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
    USING ERRCODE = '42501', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, HINT = TG_ARGV[0];
END $$;

-- Refuses an UPDATE that changes more than the columns named. Arguments: the hint, then those columns. The columns that
-- may change are listed, not the others, so that a column added later is protected from the start.
CREATE FUNCTION "rules"."refuse_change"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF to_jsonb(NEW) - TG_ARGV[1:] IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV[1:] THEN
    RAISE EXCEPTION 'update of "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, HINT = TG_ARGV[0];
  END IF;
  RETURN NEW;
END $$;

-- Currencies ----------------------------------------------------------------------------------------------------------

ALTER TABLE "currencies"
  ADD CONSTRAINT "currencies_code_check" CHECK ("code" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT "currencies_exponent_check" CHECK ("exponent" IN (0, 2, 3)),
  ADD CONSTRAINT "currencies_card_number_check" CHECK (NOT "rules"."holds_card_number"("name"));

CREATE TRIGGER "currencies_fixed_rule" BEFORE UPDATE ON "currencies" FOR EACH ROW
  WHEN (OLD."code" <> NEW."code" OR OLD."exponent" <> NEW."exponent")
  EXECUTE FUNCTION "rules"."refuse_write"('Every stored amount is read through code and exponent. Add another currency instead.');

INSERT INTO "currencies" ("code", "exponent", "name") VALUES
  ('AED', 2, 'UAE Dirham'), ('ARS', 2, 'Argentine Peso'), ('AUD', 2, 'Australian Dollar'),
  ('BDT', 2, 'Taka'), ('BHD', 3, 'Bahraini Dinar'), ('BRL', 2, 'Brazilian Real'),
  ('CAD', 2, 'Canadian Dollar'), ('CHF', 2, 'Swiss Franc'), ('CLP', 0, 'Chilean Peso'),
  ('CNY', 2, 'Yuan Renminbi'), ('COP', 2, 'Colombian Peso'), ('CZK', 2, 'Czech Koruna'),
  ('DKK', 2, 'Danish Krone'), ('EGP', 2, 'Egyptian Pound'), ('EUR', 2, 'Euro'),
  ('GBP', 2, 'Pound Sterling'), ('GHS', 2, 'Ghana Cedi'), ('HKD', 2, 'Hong Kong Dollar'),
  ('HUF', 2, 'Forint'), ('IDR', 2, 'Rupiah'), ('ILS', 2, 'New Israeli Sheqel'),
  ('INR', 2, 'Indian Rupee'), ('ISK', 0, 'Iceland Krona'), ('JOD', 3, 'Jordanian Dinar'),
  ('JPY', 0, 'Yen'), ('KES', 2, 'Kenyan Shilling'), ('KRW', 0, 'Won'),
  ('KWD', 3, 'Kuwaiti Dinar'), ('LKR', 2, 'Sri Lanka Rupee'), ('MAD', 2, 'Moroccan Dirham'),
  ('MXN', 2, 'Mexican Peso'), ('MYR', 2, 'Malaysian Ringgit'), ('NGN', 2, 'Naira'),
  ('NOK', 2, 'Norwegian Krone'), ('NPR', 2, 'Nepalese Rupee'), ('NZD', 2, 'New Zealand Dollar'),
  ('OMR', 3, 'Rial Omani'), ('PEN', 2, 'Sol'), ('PHP', 2, 'Philippine Peso'),
  ('PKR', 2, 'Pakistan Rupee'), ('PLN', 2, 'Zloty'), ('PYG', 0, 'Guarani'),
  ('QAR', 2, 'Qatari Rial'), ('RON', 2, 'Romanian Leu'), ('RSD', 2, 'Serbian Dinar'),
  ('RWF', 0, 'Rwanda Franc'), ('SAR', 2, 'Saudi Riyal'), ('SEK', 2, 'Swedish Krona'),
  ('SGD', 2, 'Singapore Dollar'), ('THB', 2, 'Baht'), ('TND', 3, 'Tunisian Dinar'),
  ('TRY', 2, 'Turkish Lira'), ('TWD', 2, 'New Taiwan Dollar'), ('TZS', 2, 'Tanzanian Shilling'),
  ('UAH', 2, 'Hryvnia'), ('UGX', 0, 'Uganda Shilling'), ('USD', 2, 'US Dollar'),
  ('VND', 0, 'Dong'), ('XAF', 0, 'CFA Franc BEAC'), ('XOF', 0, 'CFA Franc BCEAO'),
  ('ZAR', 2, 'Rand');

-- Subscriptions -------------------------------------------------------------------------------------------------------

-- At most one live subscription per user, whatever its dates say. Older than the exclusions below, so checked before
-- them: rivals wait here for the first one, where two that have entered an exclusion's index would deadlock.
CREATE UNIQUE INDEX "subscriptions_user_id_live_key" ON "subscriptions" ("user_id")
  WHERE "status" IN ('ACTIVE', 'TRIALING', 'PAST_DUE', 'PAUSED');

ALTER TABLE "subscriptions"
  ADD CONSTRAINT "subscriptions_validity_check" CHECK ("started_at" < "valid_until"),
  ADD CONSTRAINT "subscriptions_period_check"
    CHECK (num_nulls("current_period_start", "current_period_end") <> 1 AND "current_period_start" < "current_period_end"),
  ADD CONSTRAINT "subscriptions_period_start_check" CHECK ("started_at" <= "current_period_start"),
  -- A paid plan is always inside a billing period, otherwise nothing would renew it.
  ADD CONSTRAINT "subscriptions_paid_period_check" CHECK ("plan" = 'FREE' OR "current_period_end" IS NOT NULL),
  ADD CONSTRAINT "subscriptions_trial_check"
    CHECK ("status" <> 'TRIALING' OR ("plan" <> 'FREE' AND "trial_ends_at" IS NOT NULL)),
  ADD CONSTRAINT "subscriptions_trial_end_check" CHECK ("started_at" < "trial_ends_at"),
  -- One that is over has an end: without it, it would block the user's next one for ever.
  ADD CONSTRAINT "subscriptions_ended_check"
    CHECK ("status" NOT IN ('CANCELED', 'EXPIRED') OR "valid_until" IS NOT NULL),
  ADD CONSTRAINT "subscriptions_canceled_check" CHECK ("status" <> 'CANCELED' OR "canceled_at" IS NOT NULL),
  ADD CONSTRAINT "subscriptions_canceled_at_check"
    CHECK ("started_at" <= "canceled_at" AND ("valid_until" IS NULL OR "canceled_at" <= "valid_until")),
  -- A live one is canceled exactly when it is to stop at the end of the period that is paid for.
  ADD CONSTRAINT "subscriptions_cancel_at_period_end_check"
    CHECK ("status" IN ('CANCELED', 'EXPIRED') OR CASE WHEN "cancel_at_period_end"
      THEN "canceled_at" IS NOT NULL AND "valid_until" IS NOT NULL AND "current_period_end" IS NOT NULL
           AND "valid_until" = "current_period_end"
      ELSE "canceled_at" IS NULL END),
  ADD CONSTRAINT "subscriptions_metadata_check"
    CHECK (jsonb_typeof("metadata") = 'object' AND octet_length("metadata"::text) <= 8192),
  ADD CONSTRAINT "subscriptions_version_check" CHECK ("version" >= 0),
  ADD CONSTRAINT "subscriptions_card_number_check"
    CHECK (NOT "rules"."holds_card_number"("stripe_customer_id")
       AND NOT "rules"."holds_card_number"("stripe_subscription_id")
       AND NOT "rules"."holds_card_number"("metadata"::text)),
  -- What doesn't overlap is the whole stretch that a subscription covers, not its billing period: a canceled one keeps
  -- the period it was billed for, and the next may begin before that is over. One without end blocks everything later.
  ADD CONSTRAINT "subscriptions_overlap_excl"
    EXCLUDE USING gist ("user_id" WITH =, tstzrange("started_at", "valid_until") WITH &&),
  -- A Stripe customer is one user's. Not a unique index, because all subscriptions of that user carry it. Its index also
  -- finds whom a webhook about a customer concerns.
  ADD CONSTRAINT "subscriptions_stripe_customer_excl"
    EXCLUDE USING gist ("stripe_customer_id" WITH =, "user_id" WITH <>) WHERE ("stripe_customer_id" IS NOT NULL);

CREATE TABLE "rules"."subscription_transitions" (
  "from_status" "SubscriptionStatus" NOT NULL,
  "to_status" "SubscriptionStatus" NOT NULL,
  PRIMARY KEY ("from_status", "to_status")
);

INSERT INTO "rules"."subscription_transitions" VALUES
  ('TRIALING', 'ACTIVE'), ('TRIALING', 'PAST_DUE'), ('TRIALING', 'PAUSED'), ('TRIALING', 'CANCELED'), ('TRIALING', 'EXPIRED'),
  ('ACTIVE', 'PAST_DUE'), ('ACTIVE', 'PAUSED'), ('ACTIVE', 'CANCELED'), ('ACTIVE', 'EXPIRED'),
  ('PAST_DUE', 'ACTIVE'), ('PAST_DUE', 'CANCELED'), ('PAST_DUE', 'EXPIRED'),
  ('PAUSED', 'ACTIVE'), ('PAUSED', 'CANCELED'), ('PAUSED', 'EXPIRED');

CREATE FUNCTION "rules"."check_subscription_transition"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "subscriptions_transition_rule" BEFORE UPDATE ON "subscriptions" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status")
  EXECUTE FUNCTION "rules"."check_subscription_transition"();

-- user_id, stripe_customer_id and metadata stay open for the erasure of a person.
CREATE TRIGGER "subscriptions_ended_immutable_rule" BEFORE UPDATE ON "subscriptions" FOR EACH ROW
  WHEN (OLD."status" IN ('CANCELED', 'EXPIRED') AND OLD."status" = NEW."status")
  EXECUTE FUNCTION "rules"."refuse_change"('A subscription that is over is history. Start another one.',
    'user_id', 'stripe_customer_id', 'metadata', 'updated_at');

-- Invoices ------------------------------------------------------------------------------------------------------------

ALTER TABLE "invoices"
  ADD CONSTRAINT "invoices_discount_check" CHECK ("discount" BETWEEN 0 AND "subtotal"),
  ADD CONSTRAINT "invoices_tax_check" CHECK ("tax" >= 0),
  ADD CONSTRAINT "invoices_total_check" CHECK ("total" = "subtotal"::bigint - "discount" + "tax"),
  ADD CONSTRAINT "invoices_period_check"
    CHECK (num_nulls("period_start", "period_end") <> 1 AND "period_start" < "period_end"),
  ADD CONSTRAINT "invoices_issued_at_check"
    CHECK (CASE "status" WHEN 'DRAFT' THEN "issued_at" IS NULL WHEN 'CANCELED' THEN true ELSE "issued_at" IS NOT NULL END),
  ADD CONSTRAINT "invoices_paid_at_check" CHECK (("status" = 'PAID') = ("paid_at" IS NOT NULL)),
  ADD CONSTRAINT "invoices_voided_at_check" CHECK (("status" = 'CANCELED') = ("voided_at" IS NOT NULL)),
  ADD CONSTRAINT "invoices_overdue_check" CHECK ("status" <> 'OVERDUE' OR "due_at" IS NOT NULL),
  ADD CONSTRAINT "invoices_due_at_check" CHECK ("issued_at" <= "due_at"),
  ADD CONSTRAINT "invoices_number_check" CHECK (("invoice_number" IS NULL) = ("issued_at" IS NULL)),
  ADD CONSTRAINT "invoices_invoice_url_check" CHECK ("invoice_url" LIKE 'https://%'),
  ADD CONSTRAINT "invoices_card_number_check"
    CHECK (NOT "rules"."holds_card_number"("stripe_invoice_id") AND NOT "rules"."holds_card_number"("invoice_url"));

-- A period is billed once: a renewal job that runs twice makes one invoice. A voided invoice makes room for another.
CREATE UNIQUE INDEX "invoices_subscription_id_period_start_live_key" ON "invoices" ("subscription_id", "period_start")
  WHERE "status" <> 'CANCELED';

CREATE TABLE "rules"."invoice_transitions" (
  "from_status" "InvoiceStatus" NOT NULL,
  "to_status" "InvoiceStatus" NOT NULL,
  PRIMARY KEY ("from_status", "to_status")
);

INSERT INTO "rules"."invoice_transitions" VALUES
  ('DRAFT', 'SENT'), ('DRAFT', 'CANCELED'),
  ('SENT', 'PAID'), ('SENT', 'OVERDUE'), ('SENT', 'CANCELED'),
  ('OVERDUE', 'PAID'), ('OVERDUE', 'CANCELED');

CREATE FUNCTION "rules"."check_invoice_transition"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "invoices_transition_rule" BEFORE UPDATE ON "invoices" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status")
  EXECUTE FUNCTION "rules"."check_invoice_transition"();

-- Issuing is an UPDATE, because an INSERT … ON CONFLICT DO NOTHING would take a number for a row that it then skips.
CREATE TRIGGER "invoices_starts_as_draft_rule" BEFORE INSERT ON "invoices" FOR EACH ROW
  WHEN (NEW."status" <> 'DRAFT')
  EXECUTE FUNCTION "rules"."refuse_write"('Insert the invoice and its lines as DRAFT, then issue it: status SENT and issuedAt.');

-- user_id stays open for the erasure of a person, invoice_url because it expires at the provider.
CREATE TRIGGER "invoices_issued_immutable_rule" BEFORE UPDATE ON "invoices" FOR EACH ROW
  WHEN (OLD."issued_at" IS NOT NULL)
  EXECUTE FUNCTION "rules"."refuse_change"('An issued invoice is a document. Void it and issue another one.',
    'status', 'paid_at', 'voided_at', 'user_id', 'invoice_url', 'updated_at');

CREATE TRIGGER "invoices_settled_immutable_rule" BEFORE UPDATE ON "invoices" FOR EACH ROW
  WHEN (OLD."status" IN ('PAID', 'CANCELED') AND OLD."status" = NEW."status")
  EXECUTE FUNCTION "rules"."refuse_change"('A paid or voided invoice does not change any more.',
    'user_id', 'invoice_url', 'updated_at');

CREATE FUNCTION "rules"."invoice_number"("year" integer, "number" integer) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN 'CZ-' || "year" || '-' || lpad("number"::text, greatest(6, length("number"::text)), '0');

-- Takes the next number of the year in which the invoice is issued. The counter's row stays locked until the commit, so
-- invoices of a year are issued one after another; a rollback gives the number back.
CREATE FUNCTION "rules"."number_invoice"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "invoices_number_rule" BEFORE UPDATE ON "invoices" FOR EACH ROW
  WHEN (OLD."issued_at" IS NULL AND (NEW."issued_at" IS NOT NULL OR NEW."invoice_number" IS NOT NULL))
  EXECUTE FUNCTION "rules"."number_invoice"();

-- Checked at commit: each value that a counter takes is the number of an invoice, so it cannot be moved on its own.
CREATE FUNCTION "rules"."check_counter_step"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (TG_OP = 'UPDATE' AND (NEW."year", NEW."last_number") IS DISTINCT FROM (OLD."year", OLD."last_number" + 1))
    OR NOT EXISTS (SELECT FROM "invoices" WHERE "invoice_number" = "rules"."invoice_number"(NEW."year", NEW."last_number"))
  THEN
    RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'Counters move by one, together with the invoice that takes the number. Issue an invoice instead.';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "invoice_counters_gapless_rule" AFTER INSERT OR UPDATE ON "invoice_counters"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "rules"."check_counter_step"();

ALTER TABLE "invoice_counters" ADD CONSTRAINT "invoice_counters_year_check" CHECK ("year" BETWEEN 2000 AND 2999);

-- Lines ---------------------------------------------------------------------------------------------------------------

ALTER TABLE "invoice_lines"
  ADD CONSTRAINT "invoice_lines_position_check" CHECK ("position" >= 1),
  ADD CONSTRAINT "invoice_lines_quantity_check" CHECK ("quantity" >= 1),
  ADD CONSTRAINT "invoice_lines_unit_amount_check" CHECK ("unit_amount" >= 0),
  ADD CONSTRAINT "invoice_lines_amount_check" CHECK ("amount" = "quantity"::bigint * "unit_amount"),
  ADD CONSTRAINT "invoice_lines_card_number_check" CHECK (NOT "rules"."holds_card_number"("description"));

-- Whoever issues the invoice meanwhile waits until its lines are settled, and the other way round. Before the write and
-- not in the rule below: the foreign key takes a weaker lock in between, and two that raise it would deadlock.
CREATE FUNCTION "rules"."lock_invoice_of_line"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM FROM "invoices" WHERE "id" IN (OLD."invoice_id", NEW."invoice_id") ORDER BY "id" FOR NO KEY UPDATE;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "invoice_lines_lock_invoice" BEFORE INSERT OR UPDATE OR DELETE ON "invoice_lines" FOR EACH ROW
  EXECUTE FUNCTION "rules"."lock_invoice_of_line"();

-- AFTER the write, so that an INSERT … ON CONFLICT DO NOTHING of a line that is there already stays a no-op.
CREATE FUNCTION "rules"."check_line_of_draft"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM "invoices" WHERE "id" IN (OLD."invoice_id", NEW."invoice_id") AND "status" <> 'DRAFT') THEN
    RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'The lines of an issued or voided invoice are final. Void it and issue another one.';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "invoice_lines_draft_only_rule" AFTER INSERT OR UPDATE OR DELETE ON "invoice_lines" FOR EACH ROW
  EXECUTE FUNCTION "rules"."check_line_of_draft"();

CREATE TRIGGER "invoice_lines_no_truncate_rule" BEFORE TRUNCATE ON "invoice_lines" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Lines are removed one by one, and from drafts only.');

-- Checked at commit, because an invoice and its lines are written by several statements. Every write of a line has
-- locked the invoice, so two transactions cannot both find their own half of the sum right.
CREATE FUNCTION "rules"."check_subtotal"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE CONSTRAINT TRIGGER "invoices_subtotal_rule" AFTER INSERT OR UPDATE OF "subtotal" ON "invoices"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "rules"."check_subtotal"();

CREATE CONSTRAINT TRIGGER "invoice_lines_subtotal_rule" AFTER INSERT OR UPDATE OR DELETE ON "invoice_lines"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "rules"."check_subtotal"();

-- Payment methods -----------------------------------------------------------------------------------------------------

ALTER TABLE "payment_methods"
  ADD CONSTRAINT "payment_methods_last4_check" CHECK ("last4" ~ '^[0-9]{4}$'),
  ADD CONSTRAINT "payment_methods_expiry_month_check" CHECK ("expiry_month" BETWEEN 1 AND 12),
  ADD CONSTRAINT "payment_methods_expiry_year_check" CHECK ("expiry_year" BETWEEN 2000 AND 2099),
  ADD CONSTRAINT "payment_methods_card_fields_check"
    CHECK (CASE "type" WHEN 'CARD' THEN num_nulls("last4", "brand", "expiry_month", "expiry_year") = 0
                       ELSE num_nonnulls("brand", "expiry_month", "expiry_year") = 0 END),
  -- The address of a detached one may be erased.
  ADD CONSTRAINT "payment_methods_paypal_email_check"
    CHECK (CASE WHEN "type" <> 'PAYPAL' THEN "paypal_email" IS NULL
                WHEN "paypal_email" IS NULL THEN "detached_at" IS NOT NULL
                ELSE "paypal_email" LIKE '%_@_%' END),
  ADD CONSTRAINT "payment_methods_default_check" CHECK (NOT "is_default" OR "detached_at" IS NULL),
  ADD CONSTRAINT "payment_methods_card_number_check"
    CHECK (NOT "rules"."holds_card_number"("stripe_payment_method_id") AND NOT "rules"."holds_card_number"("paypal_email"));

CREATE UNIQUE INDEX "payment_methods_user_id_default_key" ON "payment_methods" ("user_id") WHERE "is_default";

-- Transactions --------------------------------------------------------------------------------------------------------

ALTER TABLE "transactions"
  ADD CONSTRAINT "transactions_amount_check" CHECK ("amount" > 0),
  ADD CONSTRAINT "transactions_refunded_amount_check" CHECK ("refunded_amount" BETWEEN 0 AND "amount"),
  ADD CONSTRAINT "transactions_refunded_check" CHECK (("status" = 'REFUNDED') = ("refunded_amount" = "amount")),
  ADD CONSTRAINT "transactions_refunded_at_check" CHECK (("refunded_amount" > 0) = ("refunded_at" IS NOT NULL)),
  ADD CONSTRAINT "transactions_refund_of_payment_check" CHECK ("refunded_amount" = 0 OR "status" IN ('SUCCEEDED', 'REFUNDED')),
  ADD CONSTRAINT "transactions_paid_at_check" CHECK (("status" IN ('SUCCEEDED', 'REFUNDED')) = ("paid_at" IS NOT NULL)),
  ADD CONSTRAINT "transactions_failed_at_check" CHECK (("status" = 'FAILED') = ("failed_at" IS NOT NULL)),
  ADD CONSTRAINT "transactions_failure_code_check" CHECK (("status" = 'FAILED') = ("failure_code" IS NOT NULL)),
  ADD CONSTRAINT "transactions_failure_message_check" CHECK ("status" = 'FAILED' OR "failure_message" IS NULL),
  ADD CONSTRAINT "transactions_idempotency_key_check" CHECK (length("idempotency_key") BETWEEN 1 AND 255),
  ADD CONSTRAINT "transactions_card_number_check"
    CHECK (NOT "rules"."holds_card_number"("idempotency_key")
       AND NOT "rules"."holds_card_number"("stripe_payment_intent_id")
       AND NOT "rules"."holds_card_number"("stripe_charge_id")
       AND NOT "rules"."holds_card_number"("description")
       AND NOT "rules"."holds_card_number"("failure_code")
       AND NOT "rules"."holds_card_number"("failure_message"));

-- No second attempt on an invoice while one is under way, nor after one has succeeded: that would charge twice. Money
-- that was given back in full may be asked for again.
CREATE UNIQUE INDEX "transactions_invoice_id_in_flight_or_paid_key" ON "transactions" ("invoice_id")
  WHERE "status" IN ('PENDING', 'PROCESSING', 'SUCCEEDED');

CREATE TABLE "rules"."transaction_transitions" (
  "from_status" "TransactionStatus" NOT NULL,
  "to_status" "TransactionStatus" NOT NULL,
  PRIMARY KEY ("from_status", "to_status")
);

INSERT INTO "rules"."transaction_transitions" VALUES
  ('PENDING', 'PROCESSING'), ('PENDING', 'SUCCEEDED'), ('PENDING', 'FAILED'),
  ('PROCESSING', 'SUCCEEDED'), ('PROCESSING', 'FAILED'),
  ('SUCCEEDED', 'REFUNDED');

CREATE FUNCTION "rules"."check_transaction_transition"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "transactions_transition_rule" BEFORE UPDATE ON "transactions" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status")
  EXECUTE FUNCTION "rules"."check_transaction_transition"();

CREATE TRIGGER "transactions_amount_rule" BEFORE UPDATE ON "transactions" FOR EACH ROW
  WHEN (OLD."amount" <> NEW."amount" OR OLD."currency" <> NEW."currency")
  EXECUTE FUNCTION "rules"."refuse_write"('The provider may have been asked for the amount already. Make another transaction.');

CREATE TRIGGER "transactions_refund_grows_rule" BEFORE UPDATE ON "transactions" FOR EACH ROW
  WHEN (NEW."refunded_amount" < OLD."refunded_amount")
  EXECUTE FUNCTION "rules"."refuse_write"('Money given back cannot be taken again. Make another transaction.');

-- user_id stays open for the erasure of a person, here and below.
CREATE TRIGGER "transactions_paid_immutable_rule" BEFORE UPDATE ON "transactions" FOR EACH ROW
  WHEN (OLD."status" = 'SUCCEEDED' AND NEW."status" IN ('SUCCEEDED', 'REFUNDED'))
  EXECUTE FUNCTION "rules"."refuse_change"('A payment that has come in can only be refunded.',
    'status', 'refunded_amount', 'refunded_at', 'user_id', 'updated_at');

CREATE TRIGGER "transactions_settled_immutable_rule" BEFORE UPDATE ON "transactions" FOR EACH ROW
  WHEN (OLD."status" IN ('FAILED', 'REFUNDED') AND OLD."status" = NEW."status")
  EXECUTE FUNCTION "rules"."refuse_change"('A failed or refunded transaction is history. Make another one.',
    'user_id', 'updated_at');

-- Coupons -------------------------------------------------------------------------------------------------------------

ALTER TABLE "coupons"
  ADD CONSTRAINT "coupons_code_check" CHECK ("code" ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'),
  ADD CONSTRAINT "coupons_discount_value_check" CHECK ("discount_value" > 0),
  ADD CONSTRAINT "coupons_percentage_check" CHECK ("discount_type" <> 'PERCENTAGE' OR "discount_value" <= 100),
  ADD CONSTRAINT "coupons_currency_check" CHECK (("discount_type" = 'FIXED') = ("currency" IS NOT NULL)),
  ADD CONSTRAINT "coupons_validity_check" CHECK ("valid_from" < "valid_until"),
  ADD CONSTRAINT "coupons_max_redemptions_check" CHECK ("max_redemptions" >= 1),
  ADD CONSTRAINT "coupons_redemption_limit_check" CHECK ("redemption_count" <= "max_redemptions"),
  ADD CONSTRAINT "coupons_card_number_check"
    CHECK (NOT "rules"."holds_card_number"("code") AND NOT "rules"."holds_card_number"("stripe_coupon_id"));

-- Counting is the redemption's own: it comes from a trigger, one level deeper than a statement of a client.
CREATE FUNCTION "rules"."check_redemption_count"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "coupons_redemption_count_rule" BEFORE INSERT OR UPDATE ON "coupons" FOR EACH ROW
  EXECUTE FUNCTION "rules"."check_redemption_count"();

ALTER TABLE "coupon_redemptions" ADD CONSTRAINT "coupon_redemptions_discount_amount_check" CHECK ("discount_amount" > 0);

-- Judges and counts in one statement: it waits for other redemptions of the coupon, sees what they left, and the CHECK
-- on the count refuses the one too many. AFTER the insert, so that a repeated one (ON CONFLICT DO NOTHING) counts once.
CREATE FUNCTION "rules"."redeem_coupon"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "coupon_redemptions_redeemable_rule" AFTER INSERT ON "coupon_redemptions" FOR EACH ROW
  EXECUTE FUNCTION "rules"."redeem_coupon"();

CREATE TRIGGER "coupon_redemptions_immutable_rule" BEFORE UPDATE ON "coupon_redemptions" FOR EACH ROW
  EXECUTE FUNCTION "rules"."refuse_change"('A redemption is evidence of a discount and does not change.', 'user_id');

-- Events and keys -----------------------------------------------------------------------------------------------------

ALTER TABLE "stripe_events"
  ADD CONSTRAINT "stripe_events_id_check" CHECK ("id" ~ '^evt_[A-Za-z0-9_]+$'),
  ADD CONSTRAINT "stripe_events_attempts_check" CHECK ("attempts" >= 0),
  ADD CONSTRAINT "stripe_events_card_number_check"
    CHECK (NOT "rules"."holds_card_number"("id")
       AND NOT "rules"."holds_card_number"("type")
       AND NOT "rules"."holds_card_number"("api_version")
       AND NOT "rules"."holds_card_number"("object_id")
       AND NOT "rules"."holds_card_number"("last_error"));

-- Events that still have to act, oldest first.
CREATE INDEX "stripe_events_created_at_unprocessed_idx" ON "stripe_events" ("created_at") WHERE "processed_at" IS NULL;

CREATE TRIGGER "stripe_events_processed_rule" BEFORE UPDATE ON "stripe_events" FOR EACH ROW
  WHEN (OLD."processed_at" IS NOT NULL)
  EXECUTE FUNCTION "rules"."refuse_change"('An event that has acted must not act again.', 'updated_at');

ALTER TABLE "idempotency_keys"
  ADD CONSTRAINT "idempotency_keys_scope_check" CHECK (length("scope") BETWEEN 1 AND 255),
  ADD CONSTRAINT "idempotency_keys_key_check" CHECK (length("key") BETWEEN 1 AND 255),
  ADD CONSTRAINT "idempotency_keys_request_hash_check" CHECK (octet_length("request_hash") = 32),
  ADD CONSTRAINT "idempotency_keys_lock_check" CHECK ("locked_at" IS NULL OR "completed_at" IS NULL),
  ADD CONSTRAINT "idempotency_keys_completed_check" CHECK (("completed_at" IS NULL) = ("response_status" IS NULL)),
  ADD CONSTRAINT "idempotency_keys_response_body_check" CHECK ("response_body" IS NULL OR "completed_at" IS NOT NULL),
  ADD CONSTRAINT "idempotency_keys_response_status_check" CHECK ("response_status" BETWEEN 100 AND 599),
  ADD CONSTRAINT "idempotency_keys_expiry_check" CHECK ("created_at" < "expires_at"),
  ADD CONSTRAINT "idempotency_keys_card_number_check"
    CHECK (NOT "rules"."holds_card_number"("scope")
       AND NOT "rules"."holds_card_number"("key")
       AND NOT "rules"."holds_card_number"("response_body"::text));

CREATE TRIGGER "idempotency_keys_request_rule" BEFORE UPDATE ON "idempotency_keys" FOR EACH ROW
  WHEN (OLD."scope" <> NEW."scope" OR OLD."key" <> NEW."key" OR OLD."request_hash" <> NEW."request_hash")
  EXECUTE FUNCTION "rules"."refuse_write"('A key belongs to one request. Use another key.');

CREATE TRIGGER "idempotency_keys_answer_rule" BEFORE UPDATE ON "idempotency_keys" FOR EACH ROW
  WHEN (OLD."completed_at" IS NOT NULL)
  EXECUTE FUNCTION "rules"."refuse_change"('Every repetition of a request gets the same answer.', 'expires_at', 'updated_at');

-- Money and its papers are never deleted ------------------------------------------------------------------------------

CREATE TRIGGER "subscriptions_no_delete_rule" BEFORE DELETE OR TRUNCATE ON "subscriptions" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Subscriptions are canceled or expire; their history stays.');

CREATE TRIGGER "invoices_no_delete_rule" BEFORE DELETE OR TRUNCATE ON "invoices" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Invoices are voided: status CANCELED and voidedAt.');

CREATE TRIGGER "invoice_counters_no_delete_rule" BEFORE DELETE OR TRUNCATE ON "invoice_counters" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Without the counter, the numbers of a year would begin again.');

CREATE TRIGGER "transactions_no_delete_rule" BEFORE DELETE OR TRUNCATE ON "transactions" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Transactions fail or are refunded; each attempt stays.');

CREATE TRIGGER "coupon_redemptions_no_delete_rule" BEFORE DELETE OR TRUNCATE ON "coupon_redemptions" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Redemptions are evidence of discounts given.');
