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
CREATE TYPE "InvoiceStatus" AS ENUM ('DRAFT', 'SENT', 'PAID', 'OVERDUE', 'UNCOLLECTIBLE', 'CANCELED');

-- CreateEnum
CREATE TYPE "InvoiceReason" AS ENUM ('SUBSCRIPTION_CREATE', 'SUBSCRIPTION_CYCLE', 'SUBSCRIPTION_UPDATE', 'SUBSCRIPTION_THRESHOLD', 'MANUAL');

-- CreateEnum
CREATE TYPE "InvoiceKind" AS ENUM ('INVOICE', 'CREDIT_NOTE');

-- CreateEnum
CREATE TYPE "VatCategory" AS ENUM ('S', 'Z', 'E', 'AE', 'K', 'G', 'O', 'L', 'M');

-- CreateEnum
CREATE TYPE "RefundStatus" AS ENUM ('PENDING', 'REQUIRES_ACTION', 'SUCCEEDED', 'FAILED', 'CANCELED');

-- CreateEnum
CREATE TYPE "DisputeStatus" AS ENUM ('WARNING_NEEDS_RESPONSE', 'WARNING_UNDER_REVIEW', 'WARNING_CLOSED', 'NEEDS_RESPONSE', 'UNDER_REVIEW', 'WON', 'LOST', 'APPEAL_NEEDS_RESPONSE', 'APPEAL_UNDER_REVIEW', 'PREVENTED');

-- CreateEnum
CREATE TYPE "PaymentMethodType" AS ENUM ('CARD', 'PAYPAL', 'BANK_TRANSFER', 'SEPA_DEBIT', 'LINK', 'OTHER');

-- CreateEnum
CREATE TYPE "CardBrand" AS ENUM ('VISA', 'MASTERCARD', 'AMEX', 'DISCOVER', 'DINERS', 'JCB', 'UNIONPAY', 'CARTES_BANCAIRES', 'EFTPOS_AU', 'LINK', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "TransactionStatus" AS ENUM ('PENDING', 'PROCESSING', 'SUCCEEDED', 'FAILED', 'REFUNDED');

-- CreateEnum
CREATE TYPE "SubscriptionPlan" AS ENUM ('FREE', 'PRO', 'ENTERPRISE');

-- CreateEnum
CREATE TYPE "SubscriptionStatus" AS ENUM ('ACTIVE', 'TRIALING', 'PAST_DUE', 'PAUSED', 'UNPAID', 'INCOMPLETE', 'INCOMPLETE_EXPIRED', 'CANCELED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "PauseCollection" AS ENUM ('KEEP_AS_DRAFT', 'MARK_UNCOLLECTIBLE', 'VOID');

-- CreateEnum
CREATE TYPE "PriceInterval" AS ENUM ('DAY', 'WEEK', 'MONTH', 'YEAR');

-- CreateTable
CREATE TABLE "prices" (
    "id" UUID NOT NULL,
    "plan" "SubscriptionPlan" NOT NULL,
    "interval" "PriceInterval" NOT NULL,
    "interval_count" SMALLINT NOT NULL DEFAULT 1,
    "currency" CHAR(3) NOT NULL,
    "min_quantity" INTEGER NOT NULL DEFAULT 1,
    "unit_amount" BIGINT NOT NULL,
    "tax_included" BOOLEAN,
    "is_listed" BOOLEAN NOT NULL DEFAULT true,
    "stripe_price_id" TEXT,
    "valid_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "valid_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "prices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
-- lint-ignore no-inexact-money: percentages have fractions; an amount is whole, which a constraint checks
CREATE TABLE "coupons" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "stripe_coupon_id" TEXT,
    "discount_type" "DiscountType" NOT NULL,
    "discount_value" DECIMAL(14,2) NOT NULL,
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
    "discount_amount" BIGINT NOT NULL,
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
CREATE TABLE "stripe_objects" (
    "id" TEXT NOT NULL,
    "newest_event_at" TIMESTAMPTZ(3),
    "readings" INTEGER NOT NULL DEFAULT 0,
    "newest_reading" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stripe_objects_pkey" PRIMARY KEY ("id")
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
    "kind" "InvoiceKind" NOT NULL DEFAULT 'INVOICE',
    "credited_invoice_id" UUID,
    "credit_key" TEXT,
    "credited_amount" BIGINT NOT NULL DEFAULT 0,
    "seller" JSONB,
    "buyer" JSONB,
    "payment_means" JSONB,
    "note" TEXT,
    "reason" "InvoiceReason" NOT NULL DEFAULT 'MANUAL',
    "currency" CHAR(3) NOT NULL,
    "subtotal" BIGINT NOT NULL,
    "discount" BIGINT NOT NULL,
    "tax" BIGINT NOT NULL,
    "total" BIGINT NOT NULL,
    "lines_amount" BIGINT NOT NULL DEFAULT 0,
    "amount_paid" BIGINT NOT NULL DEFAULT 0,
    "attempt_count" INTEGER NOT NULL DEFAULT 0,
    "paid_out_of_band" BOOLEAN NOT NULL DEFAULT false,
    "tax_included" BOOLEAN NOT NULL DEFAULT false,
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
-- lint-ignore no-inexact-money: a rate has fractions; amounts are whole
CREATE TABLE "invoice_lines" (
    "id" UUID NOT NULL,
    "invoice_id" UUID NOT NULL,
    "position" SMALLINT NOT NULL,
    "description" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "unit_code" TEXT NOT NULL DEFAULT 'C62',
    "unit_amount" BIGINT NOT NULL,
    "amount" BIGINT NOT NULL,
    "vat_category" "VatCategory",
    "vat_rate" DECIMAL(6,3),
    "currency" CHAR(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invoice_lines_pkey" PRIMARY KEY ("id")
);

-- CreateTable
-- lint-ignore no-inexact-money: a rate has fractions; amounts are whole
CREATE TABLE "invoice_taxes" (
    "id" UUID NOT NULL,
    "invoice_id" UUID NOT NULL,
    "category" "VatCategory" NOT NULL,
    "rate" DECIMAL(6,3) NOT NULL,
    "base" BIGINT NOT NULL,
    "discount" BIGINT NOT NULL DEFAULT 0,
    "tax" BIGINT NOT NULL,
    "exemption_code" TEXT,
    "exemption_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invoice_taxes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invoice_counters" (
    "kind" "InvoiceKind" NOT NULL DEFAULT 'INVOICE',
    "year" SMALLINT NOT NULL,
    "last_number" INTEGER NOT NULL,
    "last_issued_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invoice_counters_pkey" PRIMARY KEY ("kind","year")
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
    "amount" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "refunded_amount" BIGINT NOT NULL DEFAULT 0,
    "disputed_amount" BIGINT NOT NULL DEFAULT 0,
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
CREATE TABLE "refunds" (
    "id" UUID NOT NULL,
    "transaction_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "status" "RefundStatus" NOT NULL DEFAULT 'PENDING',
    "idempotency_key" TEXT,
    "stripe_refund_id" TEXT,
    "reason" TEXT,
    "failure_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "refunds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "disputes" (
    "id" UUID NOT NULL,
    "transaction_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "status" "DisputeStatus" NOT NULL,
    "stripe_dispute_id" TEXT NOT NULL,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "disputes_pkey" PRIMARY KEY ("id")
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
    "is_further_trial" BOOLEAN NOT NULL DEFAULT false,
    "billing_anchor" TIMESTAMPTZ(3),
    "billing_months" SMALLINT,
    "billing_time_zone" TEXT,
    "renewal_claim" INTEGER NOT NULL DEFAULT 0,
    "renewal_answered" INTEGER NOT NULL DEFAULT 0,
    "renewal_failures" SMALLINT NOT NULL DEFAULT 0,
    "next_renewal_at" TIMESTAMPTZ(3),
    "cancel_at_period_end" BOOLEAN NOT NULL DEFAULT false,
    "canceled_at" TIMESTAMPTZ(3),
    "price_id" UUID,
    "quantity" INTEGER NOT NULL DEFAULT 1,
    "next_plan" "SubscriptionPlan",
    "next_price_id" UUID,
    "next_quantity" INTEGER,
    "next_change_at" TIMESTAMPTZ(3),
    "next_change_expires_at" TIMESTAMPTZ(3),
    "pause_collection" "PauseCollection",
    "paused_at" TIMESTAMPTZ(3),
    "resumes_at" TIMESTAMPTZ(3),
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
CREATE UNIQUE INDEX "invoices_credit_key_key" ON "invoices"("credit_key");

-- CreateIndex
CREATE INDEX "invoices_credited_invoice_id_idx" ON "invoices"("credited_invoice_id");

-- CreateIndex
CREATE UNIQUE INDEX "invoice_taxes_invoice_id_category_rate_key" ON "invoice_taxes"("invoice_id", "category", "rate");

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
CREATE INDEX "transactions_stripe_payment_intent_id_idx" ON "transactions"("stripe_payment_intent_id");

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
CREATE UNIQUE INDEX "refunds_idempotency_key_key" ON "refunds"("idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "refunds_stripe_refund_id_key" ON "refunds"("stripe_refund_id");

-- CreateIndex
CREATE INDEX "refunds_transaction_id_created_at_id_idx" ON "refunds"("transaction_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "refunds_status_created_at_idx" ON "refunds"("status", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "disputes_stripe_dispute_id_key" ON "disputes"("stripe_dispute_id");

-- CreateIndex
CREATE INDEX "disputes_transaction_id_created_at_id_idx" ON "disputes"("transaction_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "disputes_status_created_at_idx" ON "disputes"("status", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_stripe_subscription_id_key" ON "subscriptions"("stripe_subscription_id");

-- CreateIndex
CREATE INDEX "subscriptions_user_id_started_at_id_idx" ON "subscriptions"("user_id", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "subscriptions_status_current_period_end_idx" ON "subscriptions"("status", "current_period_end");

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_id_user_id_key" ON "subscriptions"("id", "user_id");

-- CreateIndex
CREATE INDEX "subscriptions_price_id_idx" ON "subscriptions"("price_id");

-- CreateIndex
CREATE INDEX "subscriptions_next_price_id_idx" ON "subscriptions"("next_price_id");

-- CreateIndex
CREATE UNIQUE INDEX "prices_stripe_price_id_key" ON "prices"("stripe_price_id");

-- CreateIndex
CREATE UNIQUE INDEX "prices_id_plan_key" ON "prices"("id", "plan");

-- CreateIndex
CREATE INDEX "prices_currency_plan_valid_from_id_idx" ON "prices"("currency", "plan", "valid_from" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "prices" ADD CONSTRAINT "prices_currency_fkey" FOREIGN KEY ("currency") REFERENCES "currencies"("code") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_price_id_plan_fkey" FOREIGN KEY ("price_id", "plan") REFERENCES "prices"("id", "plan") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_next_price_id_next_plan_fkey" FOREIGN KEY ("next_price_id", "next_plan") REFERENCES "prices"("id", "plan") ON DELETE RESTRICT ON UPDATE RESTRICT;

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
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_credited_invoice_id_user_id_currency_fkey" FOREIGN KEY ("credited_invoice_id", "user_id", "currency") REFERENCES "invoices"("id", "user_id", "currency") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "invoice_taxes" ADD CONSTRAINT "invoice_taxes_invoice_id_fkey" FOREIGN KEY ("invoice_id") REFERENCES "invoices"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

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

-- AddForeignKey
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_transaction_id_fkey" FOREIGN KEY ("transaction_id") REFERENCES "transactions"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "disputes" ADD CONSTRAINT "disputes_transaction_id_fkey" FOREIGN KEY ("transaction_id") REFERENCES "transactions"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- ---------------------------------------------------------------------------------------------------------------------
-- From here on: what Prisma cannot express.
-- ---------------------------------------------------------------------------------------------------------------------

-- uuid and text beside a range in one exclusion constraint.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Tables that rules read, and the functions of the rules. Not in public: Prisma would propose to drop the tables.
CREATE SCHEMA "rules";

-- Functions of several tables -----------------------------------------------------------------------------------------

-- The digits of all scripts as those of ASCII: full-width and mathematical ones by NFKC, the others one by one.
CREATE FUNCTION "rules"."fold_digits"("value" text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(normalize("value", NFKC),
    U&'\0660\0661\0662\0663\0664\0665\0666\0667\0668\0669\06F0\06F1\06F2\06F3\06F4\06F5\06F6\06F7\06F8\06F9'
    || U&'\07C0\07C1\07C2\07C3\07C4\07C5\07C6\07C7\07C8\07C9\0966\0967\0968\0969\096A\096B\096C\096D\096E\096F'
    || U&'\09E6\09E7\09E8\09E9\09EA\09EB\09EC\09ED\09EE\09EF\0A66\0A67\0A68\0A69\0A6A\0A6B\0A6C\0A6D\0A6E\0A6F'
    || U&'\0AE6\0AE7\0AE8\0AE9\0AEA\0AEB\0AEC\0AED\0AEE\0AEF\0B66\0B67\0B68\0B69\0B6A\0B6B\0B6C\0B6D\0B6E\0B6F'
    || U&'\0BE6\0BE7\0BE8\0BE9\0BEA\0BEB\0BEC\0BED\0BEE\0BEF\0C66\0C67\0C68\0C69\0C6A\0C6B\0C6C\0C6D\0C6E\0C6F'
    || U&'\0CE6\0CE7\0CE8\0CE9\0CEA\0CEB\0CEC\0CED\0CEE\0CEF\0D66\0D67\0D68\0D69\0D6A\0D6B\0D6C\0D6D\0D6E\0D6F'
    || U&'\0DE6\0DE7\0DE8\0DE9\0DEA\0DEB\0DEC\0DED\0DEE\0DEF\0E50\0E51\0E52\0E53\0E54\0E55\0E56\0E57\0E58\0E59'
    || U&'\0ED0\0ED1\0ED2\0ED3\0ED4\0ED5\0ED6\0ED7\0ED8\0ED9\0F20\0F21\0F22\0F23\0F24\0F25\0F26\0F27\0F28\0F29'
    || U&'\1040\1041\1042\1043\1044\1045\1046\1047\1048\1049\1090\1091\1092\1093\1094\1095\1096\1097\1098\1099'
    || U&'\17E0\17E1\17E2\17E3\17E4\17E5\17E6\17E7\17E8\17E9\1810\1811\1812\1813\1814\1815\1816\1817\1818\1819'
    || U&'\1946\1947\1948\1949\194A\194B\194C\194D\194E\194F\19D0\19D1\19D2\19D3\19D4\19D5\19D6\19D7\19D8\19D9'
    || U&'\1A80\1A81\1A82\1A83\1A84\1A85\1A86\1A87\1A88\1A89\1A90\1A91\1A92\1A93\1A94\1A95\1A96\1A97\1A98\1A99'
    || U&'\1B50\1B51\1B52\1B53\1B54\1B55\1B56\1B57\1B58\1B59\1BB0\1BB1\1BB2\1BB3\1BB4\1BB5\1BB6\1BB7\1BB8\1BB9'
    || U&'\1C40\1C41\1C42\1C43\1C44\1C45\1C46\1C47\1C48\1C49\1C50\1C51\1C52\1C53\1C54\1C55\1C56\1C57\1C58\1C59'
    || U&'\A620\A621\A622\A623\A624\A625\A626\A627\A628\A629\A8D0\A8D1\A8D2\A8D3\A8D4\A8D5\A8D6\A8D7\A8D8\A8D9'
    || U&'\A900\A901\A902\A903\A904\A905\A906\A907\A908\A909\A9D0\A9D1\A9D2\A9D3\A9D4\A9D5\A9D6\A9D7\A9D8\A9D9'
    || U&'\A9F0\A9F1\A9F2\A9F3\A9F4\A9F5\A9F6\A9F7\A9F8\A9F9\AA50\AA51\AA52\AA53\AA54\AA55\AA56\AA57\AA58\AA59'
    || U&'\ABF0\ABF1\ABF2\ABF3\ABF4\ABF5\ABF6\ABF7\ABF8\ABF9\+0104A0\+0104A1\+0104A2\+0104A3\+0104A4\+0104A5\+0104A6\+0104A7\+0104A8\+0104A9'
    || U&'\+010D30\+010D31\+010D32\+010D33\+010D34\+010D35\+010D36\+010D37\+010D38\+010D39\+011066\+011067\+011068\+011069\+01106A\+01106B\+01106C\+01106D\+01106E\+01106F'
    || U&'\+0110F0\+0110F1\+0110F2\+0110F3\+0110F4\+0110F5\+0110F6\+0110F7\+0110F8\+0110F9\+011136\+011137\+011138\+011139\+01113A\+01113B\+01113C\+01113D\+01113E\+01113F'
    || U&'\+0111D0\+0111D1\+0111D2\+0111D3\+0111D4\+0111D5\+0111D6\+0111D7\+0111D8\+0111D9\+0112F0\+0112F1\+0112F2\+0112F3\+0112F4\+0112F5\+0112F6\+0112F7\+0112F8\+0112F9'
    || U&'\+011450\+011451\+011452\+011453\+011454\+011455\+011456\+011457\+011458\+011459\+0114D0\+0114D1\+0114D2\+0114D3\+0114D4\+0114D5\+0114D6\+0114D7\+0114D8\+0114D9'
    || U&'\+011650\+011651\+011652\+011653\+011654\+011655\+011656\+011657\+011658\+011659\+0116C0\+0116C1\+0116C2\+0116C3\+0116C4\+0116C5\+0116C6\+0116C7\+0116C8\+0116C9'
    || U&'\+011730\+011731\+011732\+011733\+011734\+011735\+011736\+011737\+011738\+011739\+0118E0\+0118E1\+0118E2\+0118E3\+0118E4\+0118E5\+0118E6\+0118E7\+0118E8\+0118E9'
    || U&'\+011950\+011951\+011952\+011953\+011954\+011955\+011956\+011957\+011958\+011959\+011C50\+011C51\+011C52\+011C53\+011C54\+011C55\+011C56\+011C57\+011C58\+011C59'
    || U&'\+011D50\+011D51\+011D52\+011D53\+011D54\+011D55\+011D56\+011D57\+011D58\+011D59\+011DA0\+011DA1\+011DA2\+011DA3\+011DA4\+011DA5\+011DA6\+011DA7\+011DA8\+011DA9'
    || U&'\+016A60\+016A61\+016A62\+016A63\+016A64\+016A65\+016A66\+016A67\+016A68\+016A69\+016AC0\+016AC1\+016AC2\+016AC3\+016AC4\+016AC5\+016AC6\+016AC7\+016AC8\+016AC9'
    || U&'\+016B50\+016B51\+016B52\+016B53\+016B54\+016B55\+016B56\+016B57\+016B58\+016B59\+01E140\+01E141\+01E142\+01E143\+01E144\+01E145\+01E146\+01E147\+01E148\+01E149'
    || U&'\+01E2F0\+01E2F1\+01E2F2\+01E2F3\+01E2F4\+01E2F5\+01E2F6\+01E2F7\+01E2F8\+01E2F9\+01E950\+01E951\+01E952\+01E953\+01E954\+01E955\+01E956\+01E957\+01E958\+01E959',
  repeat('0123456789', 58));

-- Digits that an issuer may have printed on a card: 13 to 19 of them, right by Luhn, with a prefix and a length that a
-- network has. Those of 13 are Visa's oldest, unless they are a right EAN-13, which stands on more things than those cards.
CREATE FUNCTION "rules"."is_card_number"("digits" text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE length("digits")
    WHEN 13 THEN "digits" ~ '^4' AND (SELECT sum(substr("digits", i, 1)::int * CASE i % 2 WHEN 0 THEN 3 ELSE 1 END) % 10 <> 0
      FROM generate_series(1, 13) AS i)
    WHEN 14 THEN "digits" ~ '^3(0[0-5]|095|[689])'
    WHEN 15 THEN "digits" ~ '^(3[47]|1354|1800|2131)'
    WHEN 16 THEN "digits" ~ '^(220[0-4]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|3[0689]|35(2[89]|[3-8])|[456]|8[12]|9490|9792)'
    ELSE length("digits") IN (17, 18, 19) AND "digits" ~ '^(220[0-4]|3[0689]|35(2[89]|[3-8])|[456]|81)'
  END
  AND (SELECT sum(CASE WHEN (length("digits") - i) % 2 = 0 THEN d ELSE d * 2 - CASE WHEN d > 4 THEN 9 ELSE 0 END END) % 10 = 0
    FROM generate_series(1, length("digits")) AS i, LATERAL (SELECT substr("digits", i, 1)::int) AS digit(d));

-- An IBAN, spaces taken out, that is right by its check digits.
CREATE FUNCTION "rules"."is_iban"("value" text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT string_agg(CASE WHEN sign ~ '[0-9]' THEN sign ELSE (ascii(sign) - 55)::text END, '' ORDER BY n)::numeric % 97 = 1
  FROM regexp_split_to_table(substr("value", 5) || left("value", 4), '') WITH ORDINALITY AS signs(sign, n));

-- May hold a card number, as text that people and programs write: digits of any script, on their own or in the groups in
-- which they stand on cards (4-4-4-4, 4-6-5 and such, or one by one and two by two where nothing else stands beside them),
-- with up to four signs between the groups, and no letter or digit at either end. UUIDs and IBANs are none, nor are phone
-- numbers with their +. IMMUTABLE and without a table, so that CHECKs may call it. Keys and ids that somebody else made up
-- are not looked at: digits stand in them by chance.
CREATE FUNCTION "rules"."holds_card_number"("value" text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public AS $$
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
END $$;

-- The same of JSON: each text in it, with its neighbours; a number is a number, and stands for itself, as a key does.
CREATE FUNCTION "rules"."json_holds_card_number"("value" jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT coalesce("rules"."holds_card_number"(string_agg(leaf #>> '{}', ', ' ORDER BY n) FILTER (WHERE jsonb_typeof(leaf) = 'string')), false)
    OR coalesce(bool_or("rules"."holds_card_number"(leaf::text)) FILTER (WHERE jsonb_typeof(leaf) = 'number'), false)
  FROM jsonb_path_query("value", 'strict $.**') WITH ORDINALITY AS leaves(leaf, n))
  OR EXISTS (
  SELECT FROM jsonb_path_query("value", 'strict $.** ? (@.type() == "object").keyvalue().key') AS keys(name)
  WHERE "rules"."holds_card_number"(name #>> '{}'));

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

-- Refuses an UPDATE that changes a column that was filled in before. Arguments: the hint, then the columns.
CREATE FUNCTION "rules"."refuse_refill"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

-- Refuses a write of columns that follow from other rows: triggers on those write them, one level deeper than a
-- statement of a client. Arguments: the hint, then the columns.
CREATE FUNCTION "rules"."refuse_derived"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

-- Currencies ----------------------------------------------------------------------------------------------------------

ALTER TABLE "currencies"
  ADD CONSTRAINT "currencies_code_check" CHECK ("code" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT "currencies_exponent_check" CHECK ("exponent" BETWEEN 0 AND 4),
  ADD CONSTRAINT "currencies_name_card_number_check" CHECK (NOT "rules"."holds_card_number"("name"));

CREATE TRIGGER "currencies_fixed_rule" BEFORE UPDATE ON "currencies" FOR EACH ROW
  WHEN (OLD."code" <> NEW."code" OR OLD."exponent" <> NEW."exponent")
  EXECUTE FUNCTION "rules"."refuse_write"('Every stored amount is read through code and exponent. Add another currency instead.');

-- ISO 4217 as of 2026, but for the codes without a unit: metals, units of account, XTS and XXX.
INSERT INTO "currencies" ("code", "exponent", "name") VALUES
  ('AED', 2, 'UAE Dirham'), ('AFN', 2, 'Afghani'), ('ALL', 2, 'Lek'), ('AMD', 2, 'Armenian Dram'),
  ('AOA', 2, 'Kwanza'), ('ARS', 2, 'Argentine Peso'), ('AUD', 2, 'Australian Dollar'), ('AWG', 2, 'Aruban Florin'),
  ('AZN', 2, 'Azerbaijan Manat'), ('BAM', 2, 'Convertible Mark'), ('BBD', 2, 'Barbados Dollar'),
  ('BDT', 2, 'Taka'), ('BHD', 3, 'Bahraini Dinar'), ('BIF', 0, 'Burundi Franc'), ('BMD', 2, 'Bermudian Dollar'),
  ('BND', 2, 'Brunei Dollar'), ('BOB', 2, 'Boliviano'), ('BOV', 2, 'Mvdol'), ('BRL', 2, 'Brazilian Real'),
  ('BSD', 2, 'Bahamian Dollar'), ('BTN', 2, 'Ngultrum'), ('BWP', 2, 'Pula'), ('BYN', 2, 'Belarusian Ruble'),
  ('BZD', 2, 'Belize Dollar'), ('CAD', 2, 'Canadian Dollar'), ('CDF', 2, 'Congolese Franc'),
  ('CHE', 2, 'WIR Euro'), ('CHF', 2, 'Swiss Franc'), ('CHW', 2, 'WIR Franc'), ('CLF', 4, 'Unidad de Fomento'),
  ('CLP', 0, 'Chilean Peso'), ('CNY', 2, 'Yuan Renminbi'), ('COP', 2, 'Colombian Peso'),
  ('COU', 2, 'Unidad de Valor Real'), ('CRC', 2, 'Costa Rican Colon'), ('CUP', 2, 'Cuban Peso'),
  ('CVE', 2, 'Cabo Verde Escudo'), ('CZK', 2, 'Czech Koruna'), ('DJF', 0, 'Djibouti Franc'),
  ('DKK', 2, 'Danish Krone'), ('DOP', 2, 'Dominican Peso'), ('DZD', 2, 'Algerian Dinar'),
  ('EGP', 2, 'Egyptian Pound'), ('ERN', 2, 'Nakfa'), ('ETB', 2, 'Ethiopian Birr'), ('EUR', 2, 'Euro'),
  ('FJD', 2, 'Fiji Dollar'), ('FKP', 2, 'Falkland Islands Pound'), ('GBP', 2, 'Pound Sterling'),
  ('GEL', 2, 'Lari'), ('GHS', 2, 'Ghana Cedi'), ('GIP', 2, 'Gibraltar Pound'), ('GMD', 2, 'Dalasi'),
  ('GNF', 0, 'Guinean Franc'), ('GTQ', 2, 'Quetzal'), ('GYD', 2, 'Guyana Dollar'), ('HKD', 2, 'Hong Kong Dollar'),
  ('HNL', 2, 'Lempira'), ('HTG', 2, 'Gourde'), ('HUF', 2, 'Forint'), ('IDR', 2, 'Rupiah'),
  ('ILS', 2, 'New Israeli Sheqel'), ('INR', 2, 'Indian Rupee'), ('IQD', 3, 'Iraqi Dinar'),
  ('IRR', 2, 'Iranian Rial'), ('ISK', 0, 'Iceland Krona'), ('JMD', 2, 'Jamaican Dollar'),
  ('JOD', 3, 'Jordanian Dinar'), ('JPY', 0, 'Yen'), ('KES', 2, 'Kenyan Shilling'), ('KGS', 2, 'Som'),
  ('KHR', 2, 'Riel'), ('KMF', 0, 'Comorian Franc '), ('KPW', 2, 'North Korean Won'), ('KRW', 0, 'Won'),
  ('KWD', 3, 'Kuwaiti Dinar'), ('KYD', 2, 'Cayman Islands Dollar'), ('KZT', 2, 'Tenge'), ('LAK', 2, 'Lao Kip'),
  ('LBP', 2, 'Lebanese Pound'), ('LKR', 2, 'Sri Lanka Rupee'), ('LRD', 2, 'Liberian Dollar'), ('LSL', 2, 'Loti'),
  ('LYD', 3, 'Libyan Dinar'), ('MAD', 2, 'Moroccan Dirham'), ('MDL', 2, 'Moldovan Leu'),
  ('MGA', 2, 'Malagasy Ariary'), ('MKD', 2, 'Denar'), ('MMK', 2, 'Kyat'), ('MNT', 2, 'Tugrik'),
  ('MOP', 2, 'Pataca'), ('MRU', 2, 'Ouguiya'), ('MUR', 2, 'Mauritius Rupee'), ('MVR', 2, 'Rufiyaa'),
  ('MWK', 2, 'Malawi Kwacha'), ('MXN', 2, 'Mexican Peso'), ('MXV', 2, 'Mexican Unidad de Inversion (UDI)'),
  ('MYR', 2, 'Malaysian Ringgit'), ('MZN', 2, 'Mozambique Metical'), ('NAD', 2, 'Namibia Dollar'),
  ('NGN', 2, 'Naira'), ('NIO', 2, 'Cordoba Oro'), ('NOK', 2, 'Norwegian Krone'), ('NPR', 2, 'Nepalese Rupee'),
  ('NZD', 2, 'New Zealand Dollar'), ('OMR', 3, 'Rial Omani'), ('PAB', 2, 'Balboa'), ('PEN', 2, 'Sol'),
  ('PGK', 2, 'Kina'), ('PHP', 2, 'Philippine Peso'), ('PKR', 2, 'Pakistan Rupee'), ('PLN', 2, 'Zloty'),
  ('PYG', 0, 'Guarani'), ('QAR', 2, 'Qatari Rial'), ('RON', 2, 'Romanian Leu'), ('RSD', 2, 'Serbian Dinar'),
  ('RUB', 2, 'Russian Ruble'), ('RWF', 0, 'Rwanda Franc'), ('SAR', 2, 'Saudi Riyal'),
  ('SBD', 2, 'Solomon Islands Dollar'), ('SCR', 2, 'Seychelles Rupee'), ('SDG', 2, 'Sudanese Pound'),
  ('SEK', 2, 'Swedish Krona'), ('SGD', 2, 'Singapore Dollar'), ('SHP', 2, 'Saint Helena Pound'),
  ('SLE', 2, 'Leone'), ('SOS', 2, 'Somali Shilling'), ('SRD', 2, 'Surinam Dollar'),
  ('SSP', 2, 'South Sudanese Pound'), ('STN', 2, 'Dobra'), ('SVC', 2, 'El Salvador Colon'),
  ('SYP', 2, 'Syrian Pound'), ('SZL', 2, 'Lilangeni'), ('THB', 2, 'Baht'), ('TJS', 2, 'Somoni'),
  ('TMT', 2, 'Turkmenistan New Manat'), ('TND', 3, 'Tunisian Dinar'), ('TOP', 2, 'Pa’anga'),
  ('TRY', 2, 'Turkish Lira'), ('TTD', 2, 'Trinidad and Tobago Dollar'), ('TWD', 2, 'New Taiwan Dollar'),
  ('TZS', 2, 'Tanzanian Shilling'), ('UAH', 2, 'Hryvnia'), ('UGX', 0, 'Uganda Shilling'), ('USD', 2, 'US Dollar'),
  ('USN', 2, 'US Dollar (Next day)'), ('UYI', 0, 'Uruguay Peso en Unidades Indexadas (UI)'),
  ('UYU', 2, 'Peso Uruguayo'), ('UYW', 4, 'Unidad Previsional'), ('UZS', 2, 'Uzbekistan Sum'),
  ('VED', 2, 'Bolívar Soberano'), ('VES', 2, 'Bolívar Soberano'), ('VND', 0, 'Dong'), ('VUV', 0, 'Vatu'),
  ('WST', 2, 'Tala'), ('XAD', 2, 'Arab Accounting Dinar'), ('XAF', 0, 'CFA Franc BEAC'),
  ('XCD', 2, 'East Caribbean Dollar'), ('XCG', 2, 'Caribbean Guilder'), ('XOF', 0, 'CFA Franc BCEAO'),
  ('XPF', 0, 'CFP Franc'), ('YER', 2, 'Yemeni Rial'), ('ZAR', 2, 'Rand'), ('ZMW', 2, 'Zambian Kwacha'),
  ('ZWG', 2, 'Zimbabwe Gold');

-- Prices --------------------------------------------------------------------------------------------------------------

ALTER TABLE "prices"
  ADD CONSTRAINT "prices_plan_check" CHECK ("plan" <> 'FREE'),
  -- Up to three years, as at Stripe.
  ADD CONSTRAINT "prices_interval_count_check" CHECK ("interval_count" BETWEEN 1 AND 1095),
  ADD CONSTRAINT "prices_min_quantity_check" CHECK ("min_quantity" >= 1),
  ADD CONSTRAINT "prices_unit_amount_check" CHECK ("unit_amount" BETWEEN 0 AND 999999999999),
  ADD CONSTRAINT "prices_validity_check" CHECK ("valid_from" < "valid_until"),
  -- Of a moment there is one price in the list. Its index also finds it.
  ADD CONSTRAINT "prices_listed_excl"
    EXCLUDE USING gist ("plan" WITH =, "interval" WITH =, "interval_count" WITH =, "currency" WITH =, "min_quantity" WITH =,
      tstzrange("valid_from", "valid_until") WITH &&) WHERE ("is_listed");

-- The id at the provider may be taken back where it was the wrong one.
CREATE TRIGGER "prices_immutable_rule" BEFORE UPDATE ON "prices" FOR EACH ROW
  EXECUTE FUNCTION "rules"."refuse_change"('Whoever has subscribed at a price keeps it. End it by validUntil, and add another one.',
    'valid_until', 'stripe_price_id', 'tax_included', 'updated_at');

CREATE TRIGGER "prices_tax_included_rule" BEFORE UPDATE ON "prices" FOR EACH ROW
  EXECUTE FUNCTION "rules"."refuse_refill"('Whether the tax is within a price is said once. End it by validUntil, and add another one.',
    'tax_included');

-- Subscriptions -------------------------------------------------------------------------------------------------------

-- At most one live subscription per user, whatever its dates say. Older than the exclusions below, so checked before
-- them: rivals wait here for the first one, where two that have entered an exclusion's index would deadlock.
CREATE UNIQUE INDEX "subscriptions_user_id_live_key" ON "subscriptions" ("user_id")
  WHERE "status" IN ('ACTIVE', 'TRIALING', 'PAST_DUE', 'PAUSED', 'UNPAID', 'INCOMPLETE');

ALTER TABLE "subscriptions"
  ADD CONSTRAINT "subscriptions_validity_check" CHECK ("started_at" < "valid_until"),
  ADD CONSTRAINT "subscriptions_period_check"
    CHECK (num_nulls("current_period_start", "current_period_end") <> 1 AND "current_period_start" < "current_period_end"),
  -- A stretch that begins within a period, because the plan was changed there, may keep the period.
  ADD CONSTRAINT "subscriptions_period_end_check" CHECK ("started_at" <= "current_period_end"),
  -- A paid plan is always inside a billing period, otherwise nothing would renew it.
  ADD CONSTRAINT "subscriptions_paid_period_check" CHECK ("plan" = 'FREE' OR "current_period_end" IS NOT NULL),
  -- A trial is the first period: what ends the one ends the other.
  ADD CONSTRAINT "subscriptions_trial_check"
    CHECK ("status" <> 'TRIALING' OR ("plan" <> 'FREE' AND "trial_ends_at" IS NOT NULL AND "trial_ends_at" = "current_period_end")),
  ADD CONSTRAINT "subscriptions_trial_end_check" CHECK ("started_at" < "trial_ends_at"),
  -- One that is over has an end: without it, it would block the user's next one for ever.
  ADD CONSTRAINT "subscriptions_ended_check"
    CHECK ("status" NOT IN ('CANCELED', 'EXPIRED', 'INCOMPLETE_EXPIRED') OR "valid_until" IS NOT NULL),
  ADD CONSTRAINT "subscriptions_canceled_check" CHECK ("status" <> 'CANCELED' OR "canceled_at" IS NOT NULL),
  ADD CONSTRAINT "subscriptions_canceled_at_check"
    CHECK ("started_at" <= "canceled_at" AND ("valid_until" IS NULL OR "canceled_at" <= "valid_until")),
  -- A live one that is canceled stops at the end of the period that is paid for, or on a day.
  ADD CONSTRAINT "subscriptions_cancel_at_period_end_check"
    CHECK ("status" IN ('CANCELED', 'EXPIRED', 'INCOMPLETE_EXPIRED') OR CASE WHEN "cancel_at_period_end"
      THEN "canceled_at" IS NOT NULL AND "valid_until" IS NOT NULL AND "current_period_end" IS NOT NULL
           AND "valid_until" = "current_period_end"
      ELSE "canceled_at" IS NULL OR "valid_until" IS NOT NULL END),
  ADD CONSTRAINT "subscriptions_metadata_check"
    CHECK (jsonb_typeof("metadata") = 'object' AND octet_length("metadata"::text) <= 8192),
  ADD CONSTRAINT "subscriptions_version_check" CHECK ("version" >= 0),
  ADD CONSTRAINT "subscriptions_billing_cycle_check"
    CHECK (num_nulls("billing_anchor", "billing_months", "billing_time_zone") IN (0, 3)
      AND "billing_months" BETWEEN 1 AND 120 AND length("billing_time_zone") BETWEEN 1 AND 64
      AND NOT "rules"."holds_card_number"("billing_time_zone")),
  ADD CONSTRAINT "subscriptions_quantity_check" CHECK ("quantity" >= 0 AND "next_quantity" >= 0),
  -- A change to come is a whole one, and ours has a period at whose end it comes.
  ADD CONSTRAINT "subscriptions_next_change_check"
    CHECK (CASE WHEN "next_plan" IS NULL
      THEN num_nonnulls("next_price_id", "next_quantity", "next_change_at", "next_change_expires_at") = 0
      ELSE num_nonnulls("next_change_at", "next_change_expires_at") <= 1
        AND ("stripe_subscription_id" IS NOT NULL OR ("current_period_end" IS NOT NULL AND "started_at" < "current_period_end")) END),
  ADD CONSTRAINT "subscriptions_pause_check"
    CHECK (("paused_at" IS NULL OR "status" = 'PAUSED')
      AND ("resumes_at" IS NULL OR num_nonnulls("paused_at", "pause_collection") > 0)),
  ADD CONSTRAINT "subscriptions_renewal_claim_check" CHECK ("renewal_answered" BETWEEN 0 AND "renewal_claim"),
  ADD CONSTRAINT "subscriptions_renewal_failures_check" CHECK ("renewal_failures" >= 0),
  ADD CONSTRAINT "subscriptions_metadata_card_number_check" CHECK (NOT "rules"."json_holds_card_number"("metadata")),
  -- What doesn't overlap is the whole stretch that a subscription covers, not its billing period: a canceled one keeps
  -- the period it was billed for, and the next may begin before that is over. One without end blocks everything later.
  ADD CONSTRAINT "subscriptions_overlap_excl"
    EXCLUDE USING gist ("user_id" WITH =, tstzrange("started_at", "valid_until") WITH &&),
  -- One trial per user, which may go on in another stretch. What the provider gives beyond that is written down.
  ADD CONSTRAINT "subscriptions_one_trial_excl"
    EXCLUDE USING gist ("user_id" WITH =, "trial_ends_at" WITH <>) WHERE ("trial_ends_at" IS NOT NULL AND NOT "is_further_trial"),
  -- A Stripe customer is one user's. Not a unique index, because all subscriptions of that user carry it. Its index also
  -- finds whom a webhook about a customer concerns.
  ADD CONSTRAINT "subscriptions_stripe_customer_excl"
    EXCLUDE USING gist ("stripe_customer_id" WITH =, "user_id" WITH <>) WHERE ("stripe_customer_id" IS NOT NULL);

-- Live subscriptions that have come to the day to which they are canceled: those that are over are many more.
CREATE INDEX "subscriptions_valid_until_live_idx" ON "subscriptions" ("valid_until")
  WHERE "status" IN ('ACTIVE', 'TRIALING', 'PAST_DUE', 'PAUSED', 'UNPAID', 'INCOMPLETE');

-- Pauses that end by themselves: few of all subscriptions.
CREATE INDEX "subscriptions_resumes_at_paused_idx" ON "subscriptions" ("resumes_at") WHERE "paused_at" IS NOT NULL;

-- Whatever ends a pause or a subscription, what was to come with it does not come any more.
CREATE FUNCTION "rules"."forget_what_will_not_come"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "subscriptions_to_come" BEFORE UPDATE ON "subscriptions" FOR EACH ROW
  EXECUTE FUNCTION "rules"."forget_what_will_not_come"();

CREATE TABLE "rules"."subscription_transitions" (
  "from_status" "SubscriptionStatus" NOT NULL,
  "to_status" "SubscriptionStatus" NOT NULL,
  PRIMARY KEY ("from_status", "to_status")
);

-- Stripe moves a live subscription from each of these states to each other; one that begins incomplete is paid or expires,
-- and may have gone on from there before anybody heard of it.
INSERT INTO "rules"."subscription_transitions"
SELECT "from_status", "to_status"
FROM unnest('{ACTIVE, TRIALING, PAST_DUE, PAUSED, UNPAID}'::"SubscriptionStatus"[]) AS f("from_status"),
     unnest('{ACTIVE, TRIALING, PAST_DUE, PAUSED, UNPAID, CANCELED, EXPIRED}'::"SubscriptionStatus"[]) AS t("to_status")
WHERE "from_status" <> "to_status"
UNION ALL
SELECT 'INCOMPLETE', "to_status"
FROM unnest('{ACTIVE, TRIALING, PAST_DUE, PAUSED, UNPAID, INCOMPLETE_EXPIRED, CANCELED, EXPIRED}'::"SubscriptionStatus"[]) AS t("to_status");

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

-- user_id, stripe_customer_id and metadata stay open for the erasure of a person, stripe_subscription_id because the
-- provider may go on with it in another stretch.
CREATE TRIGGER "subscriptions_ended_immutable_rule" BEFORE UPDATE ON "subscriptions" FOR EACH ROW
  WHEN (OLD."status" IN ('CANCELED', 'EXPIRED', 'INCOMPLETE_EXPIRED') AND OLD."status" = NEW."status")
  EXECUTE FUNCTION "rules"."refuse_change"('A subscription that is over is history. Start another one.',
    'user_id', 'stripe_customer_id', 'stripe_subscription_id', 'metadata', 'updated_at');

-- Invoices ------------------------------------------------------------------------------------------------------------

ALTER TABLE "invoices"
  ADD CONSTRAINT "invoices_discount_check" CHECK ("discount" = 0 OR "discount" BETWEEN 1 AND "subtotal"),
  -- Twelve digits, as many as the provider takes in any currency: a number of JavaScript holds them and their sums.
  ADD CONSTRAINT "invoices_amounts_check" CHECK (greatest(abs("subtotal"), abs("tax"), abs("total")) <= 999999999999),
  ADD CONSTRAINT "invoices_total_check" CHECK ("total" = "subtotal" - "discount" + CASE WHEN "tax_included" THEN 0 ELSE "tax" END),
  ADD CONSTRAINT "invoices_period_check"
    CHECK (num_nulls("period_start", "period_end") <> 1 AND "period_start" < "period_end"),
  ADD CONSTRAINT "invoices_issued_at_check"
    CHECK (CASE "status" WHEN 'DRAFT' THEN "issued_at" IS NULL WHEN 'CANCELED' THEN true ELSE "issued_at" IS NOT NULL END),
  ADD CONSTRAINT "invoices_paid_at_check" CHECK (("status" = 'PAID') = ("paid_at" IS NOT NULL)),
  ADD CONSTRAINT "invoices_voided_at_check" CHECK (("status" = 'CANCELED') = ("voided_at" IS NOT NULL)),
  -- Money that came by no transaction, such as a bank transfer.
  ADD CONSTRAINT "invoices_paid_out_of_band_check" CHECK ("status" = 'PAID' OR NOT "paid_out_of_band"),
  ADD CONSTRAINT "invoices_overdue_check" CHECK ("status" <> 'OVERDUE' OR "due_at" IS NOT NULL),
  ADD CONSTRAINT "invoices_due_at_check" CHECK ("issued_at" <= "due_at"),
  ADD CONSTRAINT "invoices_number_check" CHECK (("invoice_number" IS NULL) = ("issued_at" IS NULL)),
  ADD CONSTRAINT "invoices_credit_note_check"
    CHECK (num_nonnulls("credited_invoice_id", "credit_key") = CASE "kind" WHEN 'CREDIT_NOTE' THEN 2 ELSE 0 END),
  -- No more is taken back than was asked for.
  ADD CONSTRAINT "invoices_credited_amount_check" CHECK ("credited_amount" BETWEEN 0 AND greatest("total", 0)),
  ADD CONSTRAINT "invoices_parties_check" CHECK (jsonb_typeof("seller") = 'object' AND jsonb_typeof("buyer") = 'object'
    AND jsonb_typeof("payment_means") = 'object'
    AND greatest(octet_length("seller"::text), octet_length("buyer"::text), octet_length("payment_means"::text)) <= 8192),
  -- Names and addresses are looked at, and ids that somebody else made up are not: a SIRET may be right as a card number.
  ADD CONSTRAINT "invoices_parties_card_number_check" CHECK (NOT "rules"."json_holds_card_number"(
    jsonb_build_array("seller" - '{vatId,taxNumber,legalId,id,endpoint}'::text[], "buyer" - '{vatId,taxNumber,legalId,id,endpoint}'::text[], "payment_means"))),
  ADD CONSTRAINT "invoices_note_card_number_check" CHECK (NOT "rules"."holds_card_number"("note")),
  ADD CONSTRAINT "invoices_invoice_url_check" CHECK ("invoice_url" LIKE 'https://%');

-- A period is billed once: a renewal job that runs twice makes one invoice. A voided invoice makes room for another, and
-- one for another reason stands beside it.
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_billed_period_excl"
  EXCLUDE USING gist ("subscription_id" WITH =, tstzrange("period_start", "period_end") WITH &&)
  WHERE ("period_start" IS NOT NULL AND "status" <> 'CANCELED' AND "reason" IN ('SUBSCRIPTION_CREATE', 'SUBSCRIPTION_CYCLE'));

-- What makes it PAID, money of its transactions or other money, decides whether it may be charged again once its
-- transactions are refunded.
CREATE FUNCTION "rules"."note_other_money"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  NEW."paid_out_of_band" := NEW."amount_paid" < NEW."total";
  RETURN NEW;
END $$;

CREATE TRIGGER "invoices_note_other_money" BEFORE UPDATE ON "invoices" FOR EACH ROW
  WHEN (OLD."status" <> 'PAID' AND NEW."status" = 'PAID')
  EXECUTE FUNCTION "rules"."note_other_money"();

CREATE TRIGGER "invoices_sums_rule" BEFORE INSERT OR UPDATE ON "invoices" FOR EACH ROW
  EXECUTE FUNCTION "rules"."refuse_derived"('The sums follow from lines and transactions. Write those.',
    'lines_amount', 'amount_paid', 'attempt_count', 'credited_amount');

CREATE TABLE "rules"."invoice_transitions" (
  "from_status" "InvoiceStatus" NOT NULL,
  "to_status" "InvoiceStatus" NOT NULL,
  PRIMARY KEY ("from_status", "to_status")
);

INSERT INTO "rules"."invoice_transitions" VALUES
  ('DRAFT', 'SENT'), ('DRAFT', 'CANCELED'),
  ('SENT', 'PAID'), ('SENT', 'OVERDUE'), ('SENT', 'UNCOLLECTIBLE'), ('SENT', 'CANCELED'),
  ('OVERDUE', 'PAID'), ('OVERDUE', 'UNCOLLECTIBLE'), ('OVERDUE', 'CANCELED'),
  ('UNCOLLECTIBLE', 'PAID'), ('UNCOLLECTIBLE', 'CANCELED');

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
    'status', 'paid_at', 'paid_out_of_band', 'voided_at', 'amount_paid', 'attempt_count', 'credited_amount', 'user_id', 'invoice_url',
    'updated_at');

CREATE TRIGGER "invoices_settled_immutable_rule" BEFORE UPDATE ON "invoices" FOR EACH ROW
  WHEN (OLD."status" IN ('PAID', 'CANCELED') AND OLD."status" = NEW."status")
  EXECUTE FUNCTION "rules"."refuse_change"('A paid or voided invoice does not change any more.',
    'amount_paid', 'attempt_count', 'credited_amount', 'user_id', 'invoice_url', 'updated_at');

CREATE FUNCTION "rules"."invoice_number"("kind" "InvoiceKind", "year" integer, "number" integer) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE "kind" WHEN 'CREDIT_NOTE' THEN 'CN-' ELSE 'CZ-' END || "year" || '-' || lpad("number"::text, greatest(6, length("number"::text)), '0');

-- Takes the next number of the year in which the invoice is issued. The counter's row stays locked until the commit, so
-- invoices of a year are issued one after another; a rollback gives the number back. Numbers rise with the moment of
-- issue: one that has waited for the counter gets the moment of the number before it.
CREATE FUNCTION "rules"."number_invoice"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "invoices_number_rule" BEFORE UPDATE ON "invoices" FOR EACH ROW
  WHEN (OLD."issued_at" IS NULL AND (NEW."issued_at" IS NOT NULL OR NEW."invoice_number" IS DISTINCT FROM OLD."invoice_number"))
  EXECUTE FUNCTION "rules"."number_invoice"();

CREATE FUNCTION "rules"."check_lines_of_issued"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "invoice_lines" WHERE "invoice_id" = NEW."id") THEN
    RAISE EXCEPTION 'update of "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'An invoice without lines is none. Write its lines before it is issued, or void it.';
  END IF;
  RETURN NEW;
END $$;

-- What a credit note takes back is taken from its invoice when it is issued, and given again when it is voided.
CREATE FUNCTION "rules"."carry_credit"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "invoices_credit_rule" AFTER UPDATE ON "invoices" FOR EACH ROW
  WHEN (NEW."kind" = 'CREDIT_NOTE' AND NEW."issued_at" IS NOT NULL AND OLD."status" <> NEW."status" AND (OLD."issued_at" IS NULL OR NEW."status" = 'CANCELED'))
  EXECUTE FUNCTION "rules"."carry_credit"();

-- Before the number is taken.
CREATE TRIGGER "invoices_lines_rule" BEFORE UPDATE ON "invoices" FOR EACH ROW
  WHEN (OLD."issued_at" IS NULL AND NEW."issued_at" IS NOT NULL)
  EXECUTE FUNCTION "rules"."check_lines_of_issued"();

-- Checked at commit: each value that a counter takes is the number of an invoice, so it cannot be moved on its own.
CREATE FUNCTION "rules"."check_counter_step"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (TG_OP = 'UPDATE' AND (NEW."kind", NEW."year", NEW."last_number") IS DISTINCT FROM (OLD."kind", OLD."year", OLD."last_number" + 1))
    OR NOT EXISTS (SELECT FROM "invoices" WHERE "invoice_number" = "rules"."invoice_number"(NEW."kind", NEW."year", NEW."last_number"))
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

-- A rate that the category may have.
CREATE FUNCTION "rules"."is_vat_rate"("category" "VatCategory", "rate" numeric) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN "category" = 'S' THEN "rate" > 0 AND "rate" <= 100
  WHEN "category" IN ('L', 'M') THEN "rate" BETWEEN 0 AND 100
  ELSE "rate" = 0 END;

-- Lines ---------------------------------------------------------------------------------------------------------------

ALTER TABLE "invoice_lines"
  ADD CONSTRAINT "invoice_lines_position_check" CHECK ("position" >= 1),
  -- It says something, and in characters that XML has a place for: an electronic invoice cannot be made otherwise.
  ADD CONSTRAINT "invoice_lines_description_check"
    CHECK ("description" ~ '[^[:space:]]' AND "description" !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]'),
  ADD CONSTRAINT "invoice_lines_amounts_check" CHECK (greatest(abs("unit_amount"), abs("amount")) <= 999999999999),
  ADD CONSTRAINT "invoice_lines_amount_check" CHECK ("amount" = "quantity"::numeric * "unit_amount"),
  ADD CONSTRAINT "invoice_lines_unit_code_check" CHECK ("unit_code" ~ '^[A-Z0-9]{2,3}$'),
  ADD CONSTRAINT "invoice_lines_vat_check" CHECK (num_nulls("vat_category", "vat_rate") <> 1
    AND "rules"."is_vat_rate"("vat_category", "vat_rate")),
  ADD CONSTRAINT "invoice_lines_description_card_number_check" CHECK (NOT "rules"."holds_card_number"("description"));

-- Whoever issues the invoice meanwhile waits until its lines are settled, and the other way round. Before the write: the
-- foreign key takes a weaker lock in between, and two that raise it would deadlock with whoever issues it.
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

CREATE TRIGGER "invoice_lines_no_truncate_rule" BEFORE TRUNCATE ON "invoice_lines" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Lines are removed one by one, and from drafts only.');

-- After each statement and over all of its rows at once, so that the work grows with their number and is done within the
-- limits of the statement. AFTER, so that an INSERT … ON CONFLICT DO NOTHING of a line that is there already stays a
-- no-op. The sum changes the invoice's row, so that a snapshot of an earlier moment collides with it.
CREATE FUNCTION "rules"."add_lines"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "invoice_lines_inserted_rule" AFTER INSERT ON "invoice_lines"
  REFERENCING NEW TABLE AS "after" FOR EACH STATEMENT EXECUTE FUNCTION "rules"."add_lines"();

CREATE TRIGGER "invoice_lines_updated_rule" AFTER UPDATE ON "invoice_lines"
  REFERENCING OLD TABLE AS "before" NEW TABLE AS "after" FOR EACH STATEMENT EXECUTE FUNCTION "rules"."add_lines"();

CREATE TRIGGER "invoice_lines_deleted_rule" AFTER DELETE ON "invoice_lines"
  REFERENCING OLD TABLE AS "before" FOR EACH STATEMENT EXECUTE FUNCTION "rules"."add_lines"();

-- Checked at commit, because an invoice and its lines are written by several statements. It compares two columns of one
-- row, so that nothing is left to be computed then.
CREATE FUNCTION "rules"."check_subtotal"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM "invoices" WHERE "id" = NEW."id" AND "subtotal" <> "lines_amount") THEN
    RAISE EXCEPTION '% on "%" violates rule "%"', TG_OP, TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = 'The lines of an invoice add up to its subtotal at commit. Write both in one transaction.';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "invoices_subtotal_rule" AFTER INSERT OR UPDATE OF "subtotal", "lines_amount" ON "invoices"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "rules"."check_subtotal"();

-- Taxes ---------------------------------------------------------------------------------------------------------------

ALTER TABLE "invoice_taxes"
  ADD CONSTRAINT "invoice_taxes_rate_check" CHECK ("rules"."is_vat_rate"("category", "rate")),
  ADD CONSTRAINT "invoice_taxes_amounts_check"
    CHECK (greatest(abs("base"), abs("tax")) <= 999999999999 AND "discount" BETWEEN 0 AND greatest("base", 0)),
  -- Whoever charges no tax says why, and nobody else does.
  ADD CONSTRAINT "invoice_taxes_exemption_check"
    CHECK (("category" IN ('E', 'AE', 'K', 'G', 'O')) = (num_nonnulls("exemption_code", "exemption_reason") > 0)),
  ADD CONSTRAINT "invoice_taxes_exemption_code_check" CHECK ("exemption_code" ~ '^VATEX-[A-Z0-9-]{2,40}$'),
  ADD CONSTRAINT "invoice_taxes_exemption_reason_check"
    CHECK ("exemption_reason" ~ '[^[:space:]]' AND "exemption_reason" !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]'),
  ADD CONSTRAINT "invoice_taxes_exemption_reason_card_number_check" CHECK (NOT "rules"."holds_card_number"("exemption_reason"));

-- Changes the invoice's row, so that whoever issues it in a snapshot of an earlier moment collides with it.
CREATE FUNCTION "rules"."touch_invoice_of_tax"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "invoice_taxes_draft_only_rule" AFTER INSERT OR UPDATE OR DELETE ON "invoice_taxes" FOR EACH ROW
  EXECUTE FUNCTION "rules"."touch_invoice_of_tax"();

CREATE TRIGGER "invoice_taxes_no_truncate_rule" BEFORE TRUNCATE ON "invoice_taxes" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Taxes are removed one by one, and from drafts only.');

-- Once, when the invoice is issued: its lines and taxes do not change afterwards. The tax of a rate may differ from the
-- exact one by less than one unit of the currency (BR-CO-17 of EN 16931).
CREATE FUNCTION "rules"."check_taxes_of_issued"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "invoices_taxes_rule" BEFORE UPDATE ON "invoices" FOR EACH ROW
  WHEN (OLD."issued_at" IS NULL AND NEW."issued_at" IS NOT NULL)
  EXECUTE FUNCTION "rules"."check_taxes_of_issued"();

-- Payment methods -----------------------------------------------------------------------------------------------------

ALTER TABLE "payment_methods"
  ADD CONSTRAINT "payment_methods_last4_check" CHECK ("last4" ~ CASE "type" WHEN 'CARD' THEN '^[0-9]{4}$' ELSE '^[0-9A-Z]{4}$' END),
  ADD CONSTRAINT "payment_methods_expiry_month_check" CHECK ("expiry_month" BETWEEN 1 AND 12),
  ADD CONSTRAINT "payment_methods_expiry_year_check" CHECK ("expiry_year" BETWEEN 2000 AND 2099),
  ADD CONSTRAINT "payment_methods_card_fields_check"
    CHECK (CASE "type" WHEN 'CARD' THEN num_nulls("last4", "brand", "expiry_month", "expiry_year") = 0
                       ELSE num_nonnulls("brand", "expiry_month", "expiry_year") = 0 END),
  -- Known once the user has authorised it, and until the person is erased.
  ADD CONSTRAINT "payment_methods_paypal_email_check"
    CHECK ("paypal_email" IS NULL OR ("type" = 'PAYPAL' AND "paypal_email" LIKE '%_@_%')),
  ADD CONSTRAINT "payment_methods_default_check" CHECK (NOT "is_default" OR "detached_at" IS NULL),
  ADD CONSTRAINT "payment_methods_paypal_email_card_number_check" CHECK (NOT "rules"."holds_card_number"("paypal_email"));

CREATE UNIQUE INDEX "payment_methods_user_id_default_key" ON "payment_methods" ("user_id") WHERE "is_default";

-- Transactions --------------------------------------------------------------------------------------------------------

ALTER TABLE "transactions"
  ADD CONSTRAINT "transactions_amount_check" CHECK ("amount" BETWEEN 1 AND 999999999999),
  ADD CONSTRAINT "transactions_refunded_amount_check" CHECK ("refunded_amount" BETWEEN 0 AND "amount"),
  ADD CONSTRAINT "transactions_refunded_check" CHECK (("status" = 'REFUNDED') = ("refunded_amount" = "amount")),
  ADD CONSTRAINT "transactions_refunded_at_check" CHECK (("refunded_amount" > 0) = ("refunded_at" IS NOT NULL)),
  ADD CONSTRAINT "transactions_paid_at_check" CHECK (("status" IN ('SUCCEEDED', 'REFUNDED')) = ("paid_at" IS NOT NULL)),
  ADD CONSTRAINT "transactions_failed_at_check" CHECK (("status" = 'FAILED') = ("failed_at" IS NOT NULL)),
  ADD CONSTRAINT "transactions_failure_code_check" CHECK (("status" = 'FAILED') = ("failure_code" IS NOT NULL)),
  ADD CONSTRAINT "transactions_failure_message_check" CHECK ("status" = 'FAILED' OR "failure_message" IS NULL),
  ADD CONSTRAINT "transactions_idempotency_key_check" CHECK (length("idempotency_key") BETWEEN 1 AND 255),
  ADD CONSTRAINT "transactions_description_card_number_check" CHECK (NOT "rules"."holds_card_number"("description")),
  ADD CONSTRAINT "transactions_failure_code_card_number_check" CHECK (NOT "rules"."holds_card_number"("failure_code")),
  ADD CONSTRAINT "transactions_failure_message_card_number_check" CHECK (NOT "rules"."holds_card_number"("failure_message"));

-- We make no second attempt on an invoice while one is under way: that would charge twice. What the provider tells of is
-- written down all the same: a customer can pay by two intents at once, and several may have succeeded. That none is made
-- beside one that the provider has is a rule of its own below.
CREATE UNIQUE INDEX "transactions_invoice_id_in_flight_key" ON "transactions" ("invoice_id")
  WHERE "status" = 'PENDING';

CREATE TABLE "rules"."transaction_transitions" (
  "from_status" "TransactionStatus" NOT NULL,
  "to_status" "TransactionStatus" NOT NULL,
  PRIMARY KEY ("from_status", "to_status")
);

INSERT INTO "rules"."transaction_transitions" VALUES
  ('PENDING', 'PROCESSING'), ('PENDING', 'SUCCEEDED'), ('PENDING', 'FAILED'),
  ('PROCESSING', 'SUCCEEDED'), ('PROCESSING', 'FAILED'),
  -- A try that failed before a bank was asked, as in 3-D Secure, goes on as the charge of the next one.
  ('FAILED', 'PROCESSING'), ('FAILED', 'SUCCEEDED'),
  ('SUCCEEDED', 'REFUNDED'), ('REFUNDED', 'SUCCEEDED');

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
  WHEN (OLD."amount" <> NEW."amount" OR OLD."currency" <> NEW."currency" OR OLD."invoice_id" IS DISTINCT FROM NEW."invoice_id")
  EXECUTE FUNCTION "rules"."refuse_write"('The provider may have been asked for the amount already. Make another transaction.');

CREATE TRIGGER "transactions_provider_ids_rule" BEFORE UPDATE ON "transactions" FOR EACH ROW
  EXECUTE FUNCTION "rules"."refuse_refill"('An attempt is one charge at the provider. Make another transaction.',
    'stripe_payment_intent_id', 'stripe_charge_id');

-- After the rule of transitions, which names what is wrong with a change of state.
CREATE TRIGGER "transactions_written_by_refunds_rule" BEFORE INSERT OR UPDATE ON "transactions" FOR EACH ROW
  EXECUTE FUNCTION "rules"."refuse_derived"('What was given back and disputed follows from refunds and disputes. Write one of those.',
    'refunded_amount', 'disputed_amount');

-- user_id stays open for the erasure of a person, here and below.
CREATE TRIGGER "transactions_paid_immutable_rule" BEFORE UPDATE ON "transactions" FOR EACH ROW
  WHEN (OLD."status" IN ('SUCCEEDED', 'REFUNDED') AND NEW."status" IN ('SUCCEEDED', 'REFUNDED'))
  EXECUTE FUNCTION "rules"."refuse_change"('A payment that has come in can only be refunded.',
    'status', 'refunded_amount', 'refunded_at', 'disputed_amount', 'stripe_payment_intent_id', 'stripe_charge_id',
    'user_id', 'updated_at');

CREATE TRIGGER "transactions_failed_immutable_rule" BEFORE UPDATE ON "transactions" FOR EACH ROW
  WHEN (OLD."status" = 'FAILED' AND NEW."status" = 'FAILED')
  EXECUTE FUNCTION "rules"."refuse_change"('A failed transaction is history. Make another one.',
    'stripe_payment_intent_id', 'stripe_charge_id', 'user_id', 'updated_at');

-- The invoice follows its transactions: what they have brought, and with enough of it that it is paid. Every attempt
-- changes the invoice's row, so that whoever judges the invoice in a snapshot of an earlier moment collides with it.
CREATE FUNCTION "rules"."carry_payment"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "transactions_payable_invoice_rule" AFTER INSERT OR UPDATE ON "transactions" FOR EACH ROW
  WHEN (NEW."invoice_id" IS NOT NULL)
  EXECUTE FUNCTION "rules"."carry_payment"();

-- Refunds and disputes ------------------------------------------------------------------------------------------------

ALTER TABLE "refunds"
  ADD CONSTRAINT "refunds_amount_check" CHECK ("amount" BETWEEN 1 AND 999999999999),
  ADD CONSTRAINT "refunds_idempotency_key_check" CHECK (length("idempotency_key") BETWEEN 1 AND 255),
  ADD CONSTRAINT "refunds_reason_card_number_check" CHECK (NOT "rules"."holds_card_number"("reason")),
  ADD CONSTRAINT "refunds_failure_reason_card_number_check" CHECK (NOT "rules"."holds_card_number"("failure_reason"));

ALTER TABLE "disputes"
  ADD CONSTRAINT "disputes_amount_check" CHECK ("amount" BETWEEN 1 AND 999999999999),
  ADD CONSTRAINT "disputes_reason_card_number_check" CHECK (NOT "rules"."holds_card_number"("reason"));

CREATE TABLE "rules"."refund_transitions" (
  "from_status" "RefundStatus" NOT NULL,
  "to_status" "RefundStatus" NOT NULL,
  PRIMARY KEY ("from_status", "to_status")
);

-- A bank may send back what had succeeded. What we have canceled on our side may have reached the provider, and be there
-- in any state.
INSERT INTO "rules"."refund_transitions" VALUES
  ('PENDING', 'REQUIRES_ACTION'), ('PENDING', 'SUCCEEDED'), ('PENDING', 'FAILED'), ('PENDING', 'CANCELED'),
  ('REQUIRES_ACTION', 'PENDING'), ('REQUIRES_ACTION', 'SUCCEEDED'), ('REQUIRES_ACTION', 'FAILED'), ('REQUIRES_ACTION', 'CANCELED'),
  ('SUCCEEDED', 'FAILED'),
  ('CANCELED', 'PENDING'), ('CANCELED', 'REQUIRES_ACTION'), ('CANCELED', 'SUCCEEDED'), ('CANCELED', 'FAILED');

CREATE FUNCTION "rules"."check_refund_transition"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "refunds_transition_rule" BEFORE UPDATE ON "refunds" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status")
  EXECUTE FUNCTION "rules"."check_refund_transition"();

CREATE TRIGGER "refunds_immutable_rule" BEFORE UPDATE ON "refunds" FOR EACH ROW
  EXECUTE FUNCTION "rules"."refuse_change"('A refund keeps its payment and its amount. Write another one.',
    'status', 'idempotency_key', 'stripe_refund_id', 'reason', 'failure_reason', 'updated_at');

CREATE TRIGGER "refunds_provider_ids_rule" BEFORE UPDATE ON "refunds" FOR EACH ROW
  EXECUTE FUNCTION "rules"."refuse_refill"('A refund is one refund at the provider. Write another one.',
    'idempotency_key', 'stripe_refund_id');

-- The payment's sum is changed by the difference: parts that are given back at once add up, and the CHECK on the sum
-- refuses the one too many. Money that has not come cannot be given back.
CREATE FUNCTION "rules"."carry_refund"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "refunds_of_payment_rule" AFTER INSERT OR UPDATE ON "refunds" FOR EACH ROW
  EXECUTE FUNCTION "rules"."carry_refund"();

CREATE TABLE "rules"."dispute_transitions" (
  "from_status" "DisputeStatus" NOT NULL,
  "to_status" "DisputeStatus" NOT NULL,
  PRIMARY KEY ("from_status", "to_status")
);

-- A decision can be reversed, on appeal or without: a lost dispute is won by late evidence, a won one is lost when the bank
-- asks again.
INSERT INTO "rules"."dispute_transitions"
SELECT "from_status", "to_status"
FROM unnest('{WARNING_NEEDS_RESPONSE, WARNING_UNDER_REVIEW}'::"DisputeStatus"[]) AS f("from_status"),
     unnest(enum_range(NULL::"DisputeStatus")) AS t("to_status")
WHERE "from_status" <> "to_status"
UNION ALL
SELECT "from_status", "to_status"
FROM unnest('{NEEDS_RESPONSE, UNDER_REVIEW}'::"DisputeStatus"[]) AS f("from_status"),
     unnest('{NEEDS_RESPONSE, UNDER_REVIEW, WON, LOST, PREVENTED}'::"DisputeStatus"[]) AS t("to_status")
WHERE "from_status" <> "to_status"
UNION ALL
SELECT "from_status", "to_status"
FROM unnest('{WON, LOST, APPEAL_NEEDS_RESPONSE, APPEAL_UNDER_REVIEW}'::"DisputeStatus"[]) AS f("from_status"),
     unnest('{WON, LOST, APPEAL_NEEDS_RESPONSE, APPEAL_UNDER_REVIEW}'::"DisputeStatus"[]) AS t("to_status")
WHERE "from_status" <> "to_status"
UNION ALL
VALUES ('WARNING_CLOSED'::"DisputeStatus", 'NEEDS_RESPONSE'::"DisputeStatus"), ('WARNING_CLOSED', 'UNDER_REVIEW');

CREATE FUNCTION "rules"."check_dispute_transition"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "disputes_transition_rule" BEFORE UPDATE ON "disputes" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status")
  EXECUTE FUNCTION "rules"."check_dispute_transition"();

-- The provider may correct the amount while the dispute is open.
CREATE TRIGGER "disputes_immutable_rule" BEFORE UPDATE ON "disputes" FOR EACH ROW
  EXECUTE FUNCTION "rules"."refuse_change"('A dispute keeps its payment and its id. Write another one.',
    'amount', 'status', 'reason', 'updated_at');

-- The bank takes more than is left of a payment, where some of it had been given back before.
CREATE FUNCTION "rules"."carry_dispute"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE TRIGGER "disputes_of_payment_rule" AFTER INSERT OR UPDATE ON "disputes" FOR EACH ROW
  EXECUTE FUNCTION "rules"."carry_dispute"();

-- Coupons -------------------------------------------------------------------------------------------------------------

ALTER TABLE "coupons"
  ADD CONSTRAINT "coupons_code_check" CHECK ("code" ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'),
  ADD CONSTRAINT "coupons_discount_value_check" CHECK ("discount_value" > 0),
  ADD CONSTRAINT "coupons_percentage_check" CHECK ("discount_type" <> 'PERCENTAGE' OR "discount_value" <= 100),
  ADD CONSTRAINT "coupons_fixed_amount_check" CHECK ("discount_type" <> 'FIXED' OR "discount_value" = trunc("discount_value")),
  ADD CONSTRAINT "coupons_currency_check" CHECK (("discount_type" = 'FIXED') = ("currency" IS NOT NULL)),
  ADD CONSTRAINT "coupons_validity_check" CHECK ("valid_from" < "valid_until"),
  ADD CONSTRAINT "coupons_max_redemptions_check" CHECK ("max_redemptions" >= 1),
  ADD CONSTRAINT "coupons_redemption_limit_check" CHECK ("redemption_count" <= "max_redemptions"),
  ADD CONSTRAINT "coupons_code_card_number_check" CHECK (NOT "rules"."holds_card_number"("code"));

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
  EXECUTE FUNCTION "rules"."refuse_change"('A redemption is evidence of a discount and does not change.', 'user_id', 'transaction_id');

CREATE TRIGGER "coupon_redemptions_transaction_rule" BEFORE UPDATE ON "coupon_redemptions" FOR EACH ROW
  EXECUTE FUNCTION "rules"."refuse_refill"('A discount came with one payment.', 'transaction_id');

-- Events and keys -----------------------------------------------------------------------------------------------------

ALTER TABLE "stripe_events"
  ADD CONSTRAINT "stripe_events_id_check" CHECK ("id" ~ '^evt_[A-Za-z0-9_]+$'),
  ADD CONSTRAINT "stripe_events_attempts_check" CHECK ("attempts" >= 0),
  ADD CONSTRAINT "stripe_events_last_error_card_number_check" CHECK (NOT "rules"."holds_card_number"("last_error"));

-- Events that still have to act, oldest first.
CREATE INDEX "stripe_events_created_at_unprocessed_idx" ON "stripe_events" ("created_at") WHERE "processed_at" IS NULL;

-- A newer event has acted, or a newer reading was written down: nothing older may act after it.
CREATE TRIGGER "stripe_objects_newest_event_rule" BEFORE UPDATE ON "stripe_objects" FOR EACH ROW
  WHEN (NEW."id" <> OLD."id" OR NEW."newest_event_at" < OLD."newest_event_at"
    OR (NEW."newest_event_at" IS NULL AND OLD."newest_event_at" IS NOT NULL)
    OR NEW."readings" < OLD."readings" OR NEW."newest_reading" < OLD."newest_reading")
  EXECUTE FUNCTION "rules"."refuse_write"('The time of the newest event and the numbers of readings only grow.');

ALTER TABLE "stripe_objects"
  ADD CONSTRAINT "stripe_objects_newest_reading_check" CHECK ("newest_reading" BETWEEN 0 AND "readings");

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
  ADD CONSTRAINT "idempotency_keys_response_body_card_number_check" CHECK (NOT "rules"."json_holds_card_number"("response_body"));

CREATE TRIGGER "idempotency_keys_request_rule" BEFORE UPDATE ON "idempotency_keys" FOR EACH ROW
  WHEN (OLD."scope" <> NEW."scope" OR OLD."key" <> NEW."key"
    OR (OLD."request_hash" <> NEW."request_hash" AND OLD."expires_at" > now()))
  EXECUTE FUNCTION "rules"."refuse_write"('A key belongs to one request. Use another key.');

CREATE TRIGGER "idempotency_keys_answer_rule" BEFORE UPDATE ON "idempotency_keys" FOR EACH ROW
  WHEN (OLD."completed_at" IS NOT NULL AND OLD."expires_at" > now())
  EXECUTE FUNCTION "rules"."refuse_change"('Every repetition of a request gets the same answer.', 'expires_at', 'updated_at');

-- Money and its papers are never deleted ------------------------------------------------------------------------------

CREATE TRIGGER "subscriptions_no_delete_rule" BEFORE DELETE OR TRUNCATE ON "subscriptions" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Subscriptions are canceled or expire; their history stays.');

CREATE TRIGGER "prices_no_delete_rule" BEFORE DELETE OR TRUNCATE ON "prices" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Prices end by validUntil: what somebody was charged stays.');

CREATE TRIGGER "invoices_no_delete_rule" BEFORE DELETE OR TRUNCATE ON "invoices" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Invoices are voided: status CANCELED and voidedAt.');

CREATE TRIGGER "invoice_counters_no_delete_rule" BEFORE DELETE OR TRUNCATE ON "invoice_counters" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Without the counter, the numbers of a year would begin again.');

CREATE TRIGGER "transactions_no_delete_rule" BEFORE DELETE OR TRUNCATE ON "transactions" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Transactions fail or are refunded; each attempt stays.');

CREATE TRIGGER "refunds_no_delete_rule" BEFORE DELETE OR TRUNCATE ON "refunds" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Refunds fail or are canceled; what was tried stays.');

CREATE TRIGGER "disputes_no_delete_rule" BEFORE DELETE OR TRUNCATE ON "disputes" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Disputes are won or lost; what was disputed stays.');

CREATE TRIGGER "coupon_redemptions_no_delete_rule" BEFORE DELETE OR TRUNCATE ON "coupon_redemptions" FOR EACH STATEMENT
  EXECUTE FUNCTION "rules"."refuse_deletion"('Redemptions are evidence of discounts given.');

-- Events of other services.

-- shared rule: received-events
-- What other services tell this one. The deliverer adds rows, and does it again where it does not know whether it has: the key
-- makes one of them. The service applies each and marks it in one transaction.
CREATE TABLE "received_events" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "aggregatetype" TEXT NOT NULL,
    "aggregateid" TEXT NOT NULL,
    "aggregateversion" INTEGER NOT NULL,
    "payload" JSONB NOT NULL,
    "trace_context" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "available_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "processed_at" TIMESTAMPTZ(3),
    "dead_at" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "received_events_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "received_events_type_check" CHECK ("type" <> '' AND length("type") <= 100),
    CONSTRAINT "received_events_version_check" CHECK ("version" >= 1),
    CONSTRAINT "received_events_aggregatetype_check" CHECK ("aggregatetype" ~ '^[a-z][a-z0-9_.-]{0,99}$'),
    CONSTRAINT "received_events_aggregateid_check" CHECK ("aggregateid" <> '' AND length("aggregateid") <= 200),
    CONSTRAINT "received_events_aggregateversion_check" CHECK ("aggregateversion" >= 0),
    -- As large as an outbox takes them.
    CONSTRAINT "received_events_payload_check"
      CHECK (jsonb_typeof("payload") = 'object' AND octet_length("payload"::text) <= 524288),
    CONSTRAINT "received_events_attempts_check" CHECK ("attempts" >= 0),
    CONSTRAINT "received_events_one_end_check" CHECK ("processed_at" IS NULL OR "dead_at" IS NULL),
    CONSTRAINT "received_events_dead_reason_check" CHECK ("dead_at" IS NULL OR "reason" IS NOT NULL)
);

-- The next events to apply, and how many wait.
CREATE INDEX "received_events_open_idx" ON "received_events"("available_at", "aggregateversion")
  WHERE "processed_at" IS NULL AND "dead_at" IS NULL;
-- Dead events, to be counted and tried again.
CREATE INDEX "received_events_dead_idx" ON "received_events"("dead_at") WHERE "dead_at" IS NOT NULL;
-- What is told of one person: erasure and export.
CREATE INDEX "received_events_user_idx" ON "received_events"(("payload" ->> 'userId'));
-- end of shared rule

-- What remains of a person who has been erased, and the rule that nothing is written about them again.

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
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN sha256("user_id"::text::bytea);

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

-- Who an invoice was for may go from it with the person: by the owner of the tables, and for those whom the transaction
-- names. Everything else of a document stays as it was.
CREATE OR REPLACE FUNCTION "rules"."refuse_change"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

-- Nothing is written about a person who has been erased.
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

-- Events --------------------------------------------------------------------------------------------------------------

-- shared rule: outbox
-- What the other services are told, written in the transaction that makes it true. Rows are added and never changed; they
-- leave by retention. One table without partitions: retention deletes in batches what was delivered, and three of the ways in
-- which Debezium loses events in silence begin with a partition. The names of the columns are those of Debezium's outbox event router.
-- lint-ignore no-local-time: PostgreSQL computes occurred_ts in UTC from occurred_at; nobody writes it.
CREATE TABLE "outbox" (
    "id" UUID NOT NULL,
    "aggregatetype" TEXT NOT NULL,
    "aggregateid" TEXT NOT NULL,
    "aggregateversion" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "payload" JSONB NOT NULL,
    "trace_context" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    -- Kafka's own time of the message: the router stops at a column with a time zone.
    -- lint-ignore prefer-timestamp-tz: the router of Debezium stops at a time with a zone.
    "occurred_ts" TIMESTAMP(3) NOT NULL GENERATED ALWAYS AS ("occurred_at" AT TIME ZONE 'UTC') STORED,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id"),
    -- The router makes a topic of it, and stops at a name that is none.
    CONSTRAINT "outbox_aggregatetype_format_check" CHECK ("aggregatetype" ~ '^[a-z][a-z0-9_.-]{0,99}$'),
    CONSTRAINT "outbox_aggregateid_not_blank_check" CHECK ("aggregateid" ~ '\S'),
    CONSTRAINT "outbox_aggregateversion_check" CHECK ("aggregateversion" >= 0),
    CONSTRAINT "outbox_type_format_check" CHECK ("type" ~ '^[a-z]+(\.[a-z]+(_[a-z]+)*)+$'),
    CONSTRAINT "outbox_version_check" CHECK ("version" >= 1),
    CONSTRAINT "outbox_payload_object_check" CHECK (jsonb_typeof("payload") = 'object'),
    -- Half of what a broker takes as one message by default.
    CONSTRAINT "outbox_payload_size_check" CHECK (octet_length("payload"::text) <= 524288),
    CONSTRAINT "outbox_trace_context_check" CHECK (octet_length("trace_context") BETWEEN 1 AND 512)
);
-- Retention: events of more than some days.
CREATE INDEX "outbox_occurred_at_idx" ON "outbox" ("occurred_at");
-- What is told about a person: erasure. Each payload has the id.
CREATE INDEX "outbox_user_id_idx" ON "outbox" (("payload" ->> 'userId'));

-- One row per event and consumer. What was delivered is known row by row: whoever remembers the last id that was read
-- misses the transaction that took a lower one and committed later.
CREATE TABLE "outbox_deliveries" (
    "event_id" UUID NOT NULL,
    "consumer" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL GENERATED BY DEFAULT AS IDENTITY,
    "aggregatetype" TEXT NOT NULL,
    "aggregateid" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "available_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_token" UUID,
    "leased_until" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "dead_at" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "outbox_deliveries_pkey" PRIMARY KEY ("event_id", "consumer"),
    CONSTRAINT "outbox_deliveries_attempts_check" CHECK ("attempts" >= 0),
    CONSTRAINT "outbox_deliveries_lease_check" CHECK (("lease_token" IS NULL) = ("leased_until" IS NULL)),
    CONSTRAINT "outbox_deliveries_end_check"
        CHECK (("delivered_at" IS NULL OR "dead_at" IS NULL)
            AND ("lease_token" IS NULL OR ("delivered_at" IS NULL AND "dead_at" IS NULL))),
    CONSTRAINT "outbox_deliveries_dead_reason_check" CHECK ("dead_at" IS NULL OR "reason" IS NOT NULL),
    CONSTRAINT "outbox_deliveries_reason_check" CHECK (length("reason") BETWEEN 1 AND 1000)
);
ALTER TABLE "outbox_deliveries" ADD CONSTRAINT "outbox_deliveries_event_id_fkey"
    FOREIGN KEY ("event_id") REFERENCES "outbox"("id") ON DELETE CASCADE ON UPDATE RESTRICT;
-- What is to be delivered next: claim_outbox.
CREATE INDEX "outbox_deliveries_consumer_sequence_open_idx" ON "outbox_deliveries" ("consumer", "sequence")
    WHERE "delivered_at" IS NULL AND "dead_at" IS NULL;
-- Whether an earlier event of the same aggregate is still open: claim_outbox.
CREATE INDEX "outbox_deliveries_aggregate_open_idx" ON "outbox_deliveries" ("aggregateid", "aggregatetype", "consumer", "sequence")
    WHERE "delivered_at" IS NULL AND "dead_at" IS NULL;
-- What waits for somebody to look at it: outbox_state, redrive_outbox.
CREATE INDEX "outbox_deliveries_consumer_dead_idx" ON "outbox_deliveries" ("consumer") WHERE "dead_at" IS NOT NULL;

-- Who gets which event: the contracts of @codezest/db-types. What is not listed goes to nobody.
CREATE TABLE "rules"."event_consumers" (
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "consumer" TEXT NOT NULL,

    CONSTRAINT "event_consumers_pkey" PRIMARY KEY ("type", "version", "consumer")
);

-- A UUID of version 7 (RFC 9562): the millisecond, its 4096ths (§6.2, method 3), and randomness. PostgreSQL has uuidv7() from
-- 18 on only.
CREATE FUNCTION "rules"."new_event_id"() RETURNS uuid
  LANGUAGE sql VOLATILE SET search_path = pg_catalog AS
$$
  SELECT (overlay(lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 4096000)::bigint), 15, '0') PLACING '7' FROM 13 FOR 0)
    || substr(replace(gen_random_uuid()::text, '-', ''), 17))::uuid
$$;

-- Addresses each event to its consumers, and wakes who delivers when the transaction commits.
CREATE FUNCTION "rules"."address_events"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS
$$
BEGIN
  INSERT INTO outbox_deliveries (event_id, consumer, aggregatetype, aggregateid)
  SELECT e.id, c.consumer, e.aggregatetype, e.aggregateid
    FROM "inserted" e JOIN rules.event_consumers c ON c.type = e.type AND c.version = e.version
   ORDER BY e.aggregateversion, e.id;
  IF FOUND THEN PERFORM pg_notify('codezest_outbox', ''); END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER "outbox_addressed" AFTER INSERT ON "outbox" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."address_events"();

CREATE FUNCTION "rules"."refuse_event_change"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog AS
$$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = '23514',
    CONSTRAINT = 'outbox_unchanged_rule',
    MESSAGE = 'UPDATE of "outbox" violates rule "outbox_unchanged_rule"',
    HINT = 'What was told is told; publish another event.';
END
$$;
CREATE TRIGGER "outbox_unchanged" BEFORE UPDATE ON "outbox"
  FOR EACH ROW EXECUTE FUNCTION "rules"."refuse_event_change"();

-- What follows is all that the role <service>_outbox_relay may do. An event is claimed for a while and, where whoever claimed it
-- died, again afterwards: so it may arrive twice.

-- The next events for a consumer, at most one of each aggregate: an event waits until those before it are delivered or dead.
-- Writers of an aggregate hold its row until they commit, so an earlier event is never one that cannot be seen yet.
CREATE FUNCTION "rules"."claim_outbox"("consumer" text, "batch" integer, "lease" interval)
  RETURNS TABLE ("event_id" uuid, "lease_token" uuid, "attempts" integer, "event" jsonb)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS
$$
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
$$;

-- Says that claimed events have arrived, and counts them. What somebody else has claimed since is not counted. A row that is
-- locked is on its way out with the person whom it is about: nobody waits for it.
-- Looked up by index, also with a plan that the session has kept from when the table was small.
CREATE FUNCTION "rules"."finish_outbox"("lease_token" uuid, "event_ids" uuid[]) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off AS
$$
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
$$;

-- Says that claimed events did not arrive: each is tried again after a while, or is dead until redrive_outbox.
CREATE FUNCTION "rules"."fail_outbox"("lease_token" uuid, "event_ids" uuid[], "reason" text, "retry_in" interval, "dead" boolean)
  RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off AS
$$
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
$$;

-- Every consumer, with what is open and dead for it, and since when the oldest open event waits.
CREATE FUNCTION "rules"."outbox_state"()
  RETURNS TABLE ("consumer" text, "open" bigint, "dead" bigint, "oldest" timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS
$$
  SELECT c.consumer, coalesce(o.open, 0), coalesce(x.dead, 0), o.oldest
    FROM (SELECT DISTINCT e.consumer FROM rules.event_consumers e) c
    LEFT JOIN LATERAL (
      SELECT count(*) AS open, min(e.occurred_at) AS oldest
        FROM outbox_deliveries d JOIN outbox e ON e.id = d.event_id
       WHERE d.consumer = c.consumer AND d.delivered_at IS NULL AND d.dead_at IS NULL) o ON true
    LEFT JOIN LATERAL (
      SELECT count(*) AS dead FROM outbox_deliveries d WHERE d.consumer = c.consumer AND d.dead_at IS NOT NULL) x ON true
   ORDER BY 1
$$;

-- Dead events are tried again from the beginning.
CREATE FUNCTION "rules"."redrive_outbox"("consumer" text) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS
$$
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
$$;

-- For retention: nobody has a right to delete events. Only such go as all consumers have.
CREATE FUNCTION "rules"."delete_delivered_events"("age" interval, "batch" integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS
$$
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
$$;
-- end of shared rule

INSERT INTO "rules"."event_consumers" ("type", "version", "consumer") VALUES ('entitlement.changed', 1, 'activity');

-- The version grows with what the other services are told, also where whoever writes forgets it: they keep the highest one.
-- A function, because the condition of a trigger would forbid another type of these columns.
CREATE FUNCTION "rules"."count_entitlement_change"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.version = OLD.version AND (NEW.plan, NEW.status, NEW.valid_until, NEW.trial_ends_at)
    IS DISTINCT FROM (OLD.plan, OLD.status, OLD.valid_until, OLD.trial_ends_at)
  THEN
    NEW.version := OLD.version + 1;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "subscriptions_version" BEFORE UPDATE ON "subscriptions" FOR EACH ROW
  EXECUTE FUNCTION "rules"."count_entitlement_change"();

CREATE FUNCTION "rules"."refuse_lower_version"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION 'update of "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
    USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
          HINT = 'The version only grows: events are in its order.';
END $$;
CREATE TRIGGER "subscriptions_version_rule" BEFORE UPDATE OF "version" ON "subscriptions" FOR EACH ROW
  WHEN (NEW."version" < OLD."version")
  EXECUTE FUNCTION "rules"."refuse_lower_version"();

-- What a subscription entitles to, as it is now: an EntitlementSnapshot of @codezest/db-types. The events of a user are in one order,
-- because their subscriptions count on from one to the next.
CREATE FUNCTION "rules"."tell_entitlements"("changed" uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
  SELECT rules.new_event_id(), 'payments.entitlement', s.user_id::text, s.version, 'entitlement.changed', jsonb_build_object(
      'userId', s.user_id, 'subscriptionId', s.id, 'plan', s.plan, 'status', s.status, 'version', s.version,
      'validUntil', to_char(
        CASE WHEN s.status = 'TRIALING' THEN least(s.valid_until, s.trial_ends_at) ELSE s.valid_until END AT TIME ZONE 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM subscriptions s WHERE s.id = ANY (changed) ORDER BY s.version;
END $$;

CREATE FUNCTION "rules"."tell_new_subscriptions"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM rules.tell_entitlements(array_agg(id)) FROM "inserted";
  RETURN NULL;
END $$;
CREATE TRIGGER "subscriptions_told" AFTER INSERT ON "subscriptions" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."tell_new_subscriptions"();

CREATE FUNCTION "rules"."tell_subscription_change"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM rules.tell_entitlements(ARRAY[NEW.id]);
  RETURN NULL;
END $$;
CREATE TRIGGER "subscriptions_change_told" AFTER UPDATE ON "subscriptions" FOR EACH ROW
  WHEN (OLD."version" <> NEW."version")
  EXECUTE FUNCTION "rules"."tell_subscription_change"();

-- Comparison with the accounts ----------------------------------------------------------------------------------------

-- shared rule: copies
-- Copies of accounts, compared between two databases: ids in order, a range at a time, as one number. A person who has been
-- erased and whose rows are kept has an id of version 8 there (RFC 9562 leaves it to applications), which is no account's.
CREATE FUNCTION "rules"."hash_of_copy"("user_id" uuid, "version" integer) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ('x' || left(encode(sha256(concat_ws(' ', "user_id"::text, "version"::text)::bytea), 'hex'), 16))::bit(64)::bigint;
-- end of shared rule

-- Whom this service has rows about, column by column of the references in @codezest/db-types; a subscription for each account.
-- lint-ignore function-search-path: a part of the statements of functions that set the path, and planned with them.
CREATE FUNCTION "rules"."users_here"("from_id" uuid, "upto_id" uuid) RETURNS TABLE ("user_id" uuid, "version" integer)
  LANGUAGE sql STABLE AS
$$
  SELECT DISTINCT user_id, 0 FROM subscriptions WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM invoices WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM transactions WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM payment_methods WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM coupon_redemptions WHERE user_id BETWEEN from_id AND upto_id
$$;

-- shared rule: received-copies
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
-- end of shared rule
