-- The notifications database: what Prisma can express, then what only SQL can.
--
-- The file runs as one query in one transaction. It gives up after three seconds where another session holds a lock,
-- instead of queueing in front of everybody else's queries.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

-- CreateEnum
CREATE TYPE "EmailStatus" AS ENUM ('PENDING', 'SENT', 'DELIVERED', 'BOUNCED', 'COMPLAINED', 'FAILED');

-- CreateEnum
CREATE TYPE "EmailProvider" AS ENUM ('SES', 'SENDGRID', 'POSTMARK', 'SMTP');

-- CreateEnum
CREATE TYPE "NotificationPriority" AS ENUM ('LOW', 'MEDIUM', 'HIGH', 'URGENT');

-- CreateEnum
CREATE TYPE "DeliveryStatus" AS ENUM ('PENDING', 'SENDING', 'SENT', 'DELIVERED', 'FAILED', 'CANCELED');

-- CreateEnum
CREATE TYPE "DevicePlatform" AS ENUM ('IOS', 'ANDROID', 'WEB');

-- CreateEnum
CREATE TYPE "NotificationChannel" AS ENUM ('IN_APP', 'EMAIL', 'PUSH', 'SMS');

-- CreateEnum
CREATE TYPE "NotificationCategory" AS ENUM ('ACCOUNT', 'SECURITY', 'LEARNING', 'ASSESSMENT', 'ACHIEVEMENT', 'BILLING', 'SYSTEM', 'MARKETING');

-- CreateEnum
CREATE TYPE "DigestFrequency" AS ENUM ('NEVER', 'DAILY', 'WEEKLY');

-- CreateTable
CREATE TABLE "email_logs" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "delivery_id" UUID,
    "to_address" TEXT NOT NULL,
    "from_address" TEXT NOT NULL DEFAULT 'noreply@codezest.com',
    "template_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "status" "EmailStatus" NOT NULL DEFAULT 'PENDING',
    "provider" "EmailProvider",
    "provider_id" TEXT,
    "error_code" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "opened_at" TIMESTAMPTZ(3),
    "clicked_at" TIMESTAMPTZ(3),
    "bounced_at" TIMESTAMPTZ(3),
    "complained_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),

    CONSTRAINT "email_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notifications" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "type_id" UUID NOT NULL,
    "event_id" UUID,
    "title" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "data" JSONB,
    "priority" "NotificationPriority" NOT NULL DEFAULT 'MEDIUM',
    "in_app" BOOLEAN NOT NULL DEFAULT true,
    "read_at" TIMESTAMPTZ(3),
    "seen_at" TIMESTAMPTZ(3),
    "action_url" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_deliveries" (
    "id" UUID NOT NULL,
    "notification_id" UUID NOT NULL,
    "channel" "NotificationChannel" NOT NULL,
    "attempt_group" SMALLINT NOT NULL DEFAULT 1,
    "status" "DeliveryStatus" NOT NULL DEFAULT 'PENDING',
    "attempts" SMALLINT NOT NULL DEFAULT 0,
    "max_attempts" SMALLINT NOT NULL DEFAULT 5,
    "next_attempt_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "claimed_at" TIMESTAMPTZ(3),
    "sent_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),
    "canceled_at" TIMESTAMPTZ(3),
    "provider_message_id" TEXT,
    "error_code" TEXT,
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recipients" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "first_name" TEXT NOT NULL,
    "last_name" TEXT NOT NULL,
    "phone" TEXT,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "version" INTEGER NOT NULL,
    "email_opens" INTEGER NOT NULL DEFAULT 0,
    "email_clicks" INTEGER NOT NULL DEFAULT 0,
    "last_email_sent" TIMESTAMPTZ(3),
    "last_email_opened" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "recipients_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_devices" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "token_encrypted" TEXT NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "token_hash_key_id" VARCHAR(64) NOT NULL,
    "platform" "DevicePlatform" NOT NULL,
    "model" TEXT,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "last_used_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_devices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_types" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "category" "NotificationCategory" NOT NULL,
    "description" TEXT,
    "email_enabled" BOOLEAN NOT NULL DEFAULT true,
    "push_enabled" BOOLEAN NOT NULL DEFAULT true,
    "sms_enabled" BOOLEAN NOT NULL DEFAULT false,
    "in_app_enabled" BOOLEAN NOT NULL DEFAULT true,
    "is_mandatory" BOOLEAN NOT NULL DEFAULT false,
    "email_template_id" TEXT,
    "push_template_id" TEXT,
    "sms_template_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_types_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_notification_settings" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "type_id" UUID NOT NULL,
    "email" BOOLEAN,
    "push" BOOLEAN,
    "sms" BOOLEAN,
    "in_app" BOOLEAN,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_notification_settings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_preferences" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "email" BOOLEAN NOT NULL DEFAULT true,
    "push" BOOLEAN NOT NULL DEFAULT true,
    "sms" BOOLEAN NOT NULL DEFAULT false,
    "in_app" BOOLEAN NOT NULL DEFAULT true,
    "marketing" BOOLEAN NOT NULL DEFAULT false,
    "digest" "DigestFrequency" NOT NULL DEFAULT 'NEVER',
    "quiet_hours_start" SMALLINT,
    "quiet_hours_end" SMALLINT,
    "time_zone" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_preferences_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "email_logs_to_address_created_at_id_idx" ON "email_logs"("to_address", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "email_logs_user_id_created_at_id_idx" ON "email_logs"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "email_logs_delivery_id_idx" ON "email_logs"("delivery_id");

-- CreateIndex
CREATE INDEX "email_logs_created_at_idx" ON "email_logs" USING BRIN ("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "email_logs_provider_provider_id_key" ON "email_logs"("provider", "provider_id");

-- CreateIndex
CREATE INDEX "notifications_user_id_created_at_id_idx" ON "notifications"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "notifications_type_id_idx" ON "notifications"("type_id");

-- CreateIndex
CREATE UNIQUE INDEX "notifications_event_id_user_id_key" ON "notifications"("event_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "notification_deliveries_notification_channel_group_key" ON "notification_deliveries"("notification_id", "channel", "attempt_group");

-- CreateIndex
CREATE UNIQUE INDEX "notification_deliveries_channel_provider_message_id_key" ON "notification_deliveries"("channel", "provider_message_id");

-- CreateIndex
CREATE UNIQUE INDEX "recipients_user_id_key" ON "recipients"("user_id");

-- CreateIndex
CREATE INDEX "recipients_email_idx" ON "recipients"("email");

-- CreateIndex
-- Among active devices only: a retired device leaves its row behind, and its token may come back.
CREATE UNIQUE INDEX "user_devices_token_hash_key" ON "user_devices"("token_hash") WHERE "is_active";

-- CreateIndex
CREATE INDEX "user_devices_user_id_idx" ON "user_devices"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "notification_types_slug_key" ON "notification_types"("slug");

-- CreateIndex
CREATE INDEX "user_notification_settings_type_id_idx" ON "user_notification_settings"("type_id");

-- CreateIndex
CREATE UNIQUE INDEX "user_notification_settings_user_id_type_id_key" ON "user_notification_settings"("user_id", "type_id");

-- CreateIndex
CREATE UNIQUE INDEX "notification_preferences_user_id_key" ON "notification_preferences"("user_id");

-- AddForeignKey
ALTER TABLE "email_logs" ADD CONSTRAINT "email_logs_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "notification_deliveries"("id") ON DELETE SET NULL ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_type_id_fkey" FOREIGN KEY ("type_id") REFERENCES "notification_types"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "notification_deliveries" ADD CONSTRAINT "notification_deliveries_notification_id_fkey" FOREIGN KEY ("notification_id") REFERENCES "notifications"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_notification_settings" ADD CONSTRAINT "user_notification_settings_type_id_fkey" FOREIGN KEY ("type_id") REFERENCES "notification_types"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- What is unread in a user's inbox, and its number. Unseen ones are among them, since what was read was seen. Far smaller
-- than the table: almost everything has been read, and what is not in the inbox, which nobody can read there, is left out.
CREATE INDEX "notifications_user_id_unread_idx" ON "notifications"("user_id", "created_at" DESC, "id" DESC) WHERE "read_at" IS NULL AND "in_app";

-- The clean-up of expired notifications; most never expire.
CREATE INDEX "notifications_expires_at_set_idx" ON "notifications"("expires_at") WHERE "expires_at" IS NOT NULL;

-- The queue of each channel: deliveries that are due, oldest first. A channel whose provider is down must not stand in
-- the way of the others.
CREATE INDEX "notification_deliveries_channel_next_attempt_at_pending_idx" ON "notification_deliveries"("channel", "next_attempt_at", "id") WHERE "status" = 'PENDING';

-- Deliveries whose worker died: claimed long ago.
CREATE INDEX "notification_deliveries_claimed_at_sending_idx" ON "notification_deliveries"("claimed_at") WHERE "status" = 'SENDING';

-- Types, settings, preferences.

ALTER TABLE "notification_types"
  -- The name that code and events use: one spelling.
  ADD CONSTRAINT "notification_types_slug_check" CHECK ("slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  -- What must be said has a way to be said.
  ADD CONSTRAINT "notification_types_mandatory_channel_check"
    CHECK (NOT "is_mandatory" OR "email_enabled" OR "push_enabled" OR "sms_enabled" OR "in_app_enabled"),
  -- Marketing needs consent, so it can never override the user's choice.
  ADD CONSTRAINT "notification_types_marketing_not_mandatory_check"
    CHECK (NOT ("is_mandatory" AND "category" = 'MARKETING'));

ALTER TABLE "notification_preferences"
  -- One end alone says nothing.
  ADD CONSTRAINT "notification_preferences_quiet_hours_pair_check"
    CHECK (("quiet_hours_start" IS NULL) = ("quiet_hours_end" IS NULL)),
  -- Minutes of a day. Two equal ends could mean never or always.
  ADD CONSTRAINT "notification_preferences_quiet_hours_range_check"
    CHECK ("quiet_hours_start" BETWEEN 0 AND 1439 AND "quiet_hours_end" BETWEEN 0 AND 1439
      AND "quiet_hours_start" <> "quiet_hours_end");

-- The inbox.

ALTER TABLE "notifications"
  ADD CONSTRAINT "notifications_title_not_blank_check" CHECK (btrim("title") <> ''),
  ADD CONSTRAINT "notifications_message_not_blank_check" CHECK (btrim("message") <> ''),
  -- Templates look values up by name.
  ADD CONSTRAINT "notifications_data_object_check" CHECK (jsonb_typeof("data") = 'object'),
  -- A client follows it without asking: a path of ours or https, so neither a script nor a foreign host behind `//`.
  ADD CONSTRAINT "notifications_action_url_check"
    CHECK ("action_url" ~ '^(https://[^[:space:]/\\][^[:space:]\\]*|/([^[:space:]/\\][^[:space:]\\]*)?)$'
      AND length("action_url") <= 2048),
  -- The unread index also answers for the unseen, as long as this holds.
  ADD CONSTRAINT "notifications_read_is_seen_check" CHECK ("read_at" IS NULL OR "seen_at" IS NOT NULL),
  ADD CONSTRAINT "notifications_seen_after_created_check" CHECK ("seen_at" >= "created_at"),
  ADD CONSTRAINT "notifications_read_after_created_check" CHECK ("read_at" >= "created_at"),
  ADD CONSTRAINT "notifications_expires_after_created_check" CHECK ("expires_at" > "created_at");

-- Deliveries: the status says which times are set, and which status may follow.

ALTER TABLE "notification_deliveries"
  ADD CONSTRAINT "notification_deliveries_attempt_group_check" CHECK ("attempt_group" >= 1),
  ADD CONSTRAINT "notification_deliveries_max_attempts_check" CHECK ("max_attempts" BETWEEN 1 AND 20),
  ADD CONSTRAINT "notification_deliveries_attempts_within_max_check" CHECK ("attempts" BETWEEN 0 AND "max_attempts"),
  -- Nothing is sent without an attempt, and nothing fails without one.
  ADD CONSTRAINT "notification_deliveries_attempted_check" CHECK ("attempts" >= 1 OR "status" IN ('PENDING', 'CANCELED')),
  -- A row that waits without an attempt left would wait for ever.
  ADD CONSTRAINT "notification_deliveries_attempt_left_check" CHECK ("attempts" < "max_attempts" OR "status" <> 'PENDING'),
  ADD CONSTRAINT "notification_deliveries_pending_is_scheduled_check" CHECK (("status" = 'PENDING') = ("next_attempt_at" IS NOT NULL)),
  ADD CONSTRAINT "notification_deliveries_sending_is_claimed_check" CHECK (("status" = 'SENDING') = ("claimed_at" IS NOT NULL)),
  -- A message that bounced was sent and then failed.
  ADD CONSTRAINT "notification_deliveries_sent_time_check"
    CHECK (CASE WHEN "sent_at" IS NULL THEN "status" NOT IN ('SENT', 'DELIVERED') ELSE "status" IN ('SENT', 'DELIVERED', 'FAILED') END),
  ADD CONSTRAINT "notification_deliveries_delivered_time_check" CHECK (("status" = 'DELIVERED') = ("delivered_at" IS NOT NULL)),
  ADD CONSTRAINT "notification_deliveries_failed_time_check" CHECK (("status" = 'FAILED') = ("failed_at" IS NOT NULL)),
  ADD CONSTRAINT "notification_deliveries_canceled_time_check" CHECK (("status" = 'CANCELED') = ("canceled_at" IS NOT NULL)),
  ADD CONSTRAINT "notification_deliveries_failed_has_error_check" CHECK ("status" <> 'FAILED' OR "error_code" IS NOT NULL),
  -- An error is that of the last attempt; one that succeeded has none.
  ADD CONSTRAINT "notification_deliveries_error_of_attempt_check"
    CHECK ("error_code" IS NULL OR ("attempts" >= 1 AND "status" NOT IN ('SENT', 'DELIVERED'))),
  ADD CONSTRAINT "notification_deliveries_error_message_check" CHECK ("error_message" IS NULL OR "error_code" IS NOT NULL),
  ADD CONSTRAINT "notification_deliveries_provider_message_sent_check" CHECK ("provider_message_id" IS NULL OR "sent_at" IS NOT NULL),
  -- delivered_at is left out: it comes from the provider's clock, often in whole seconds.
  ADD CONSTRAINT "notification_deliveries_after_created_check"
    CHECK (least("claimed_at", "sent_at", "failed_at", "canceled_at") >= "created_at");

-- Apart from Prisma's tables, whose diff would drop what it does not know.
CREATE SCHEMA "rules";

-- Data rather than code, so that a test can try every pair. DELIVERED, FAILED and CANCELED lead nowhere.
CREATE TABLE "rules"."delivery_transitions" (
  "from_status" "DeliveryStatus" NOT NULL,
  "to_status" "DeliveryStatus" NOT NULL,
  CONSTRAINT "delivery_transitions_pkey" PRIMARY KEY ("from_status", "to_status")
);

INSERT INTO "rules"."delivery_transitions" ("from_status", "to_status") VALUES
  ('PENDING', 'SENDING'),   -- a worker claims it
  ('PENDING', 'CANCELED'),  -- expired, or switched off, before it was tried
  ('SENDING', 'SENT'),      -- the provider took it
  ('SENDING', 'PENDING'),   -- the attempt failed or the worker died; another one follows
  ('SENDING', 'FAILED'),    -- the last attempt failed, or the provider refused for good
  ('SENT', 'DELIVERED'),    -- the provider confirms
  ('SENT', 'FAILED');       -- the provider reports a bounce

CREATE FUNCTION "rules"."refuse_delivery_transition"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
BEGIN
  IF EXISTS (SELECT FROM rules.delivery_transitions WHERE from_status = OLD.status AND to_status = NEW.status) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a change from % to % violates rule "notification_deliveries_transition_rule"', OLD.status, NEW.status
    USING ERRCODE = '23514', CONSTRAINT = 'notification_deliveries_transition_rule', TABLE = TG_TABLE_NAME,
      HINT = format('notification_deliveries_transition_rule allows from %s: %s.', OLD.status,
        coalesce((SELECT string_agg(to_status::text, ', ') FROM rules.delivery_transitions WHERE from_status = OLD.status),
          'nothing, repeat it as a new row with the next attempt_group'));
END
$$;

CREATE TRIGGER "notification_deliveries_transition_rule"
  BEFORE UPDATE OF "status" ON "notification_deliveries"
  FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status")
  EXECUTE FUNCTION "rules"."refuse_delivery_transition"();

-- What became of a delivery stays on record.
CREATE FUNCTION "rules"."refuse_change_of_ended_delivery"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
BEGIN
  IF to_jsonb(NEW) - 'updated_at' IS NOT DISTINCT FROM to_jsonb(OLD) - 'updated_at' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'violates rule "notification_deliveries_ended_immutable_rule"'
    USING ERRCODE = '23514', CONSTRAINT = 'notification_deliveries_ended_immutable_rule', TABLE = TG_TABLE_NAME,
      HINT = 'notification_deliveries_ended_immutable_rule: repeat the delivery as a new row with the next attempt_group.';
END
$$;

CREATE TRIGGER "notification_deliveries_ended_immutable_rule"
  BEFORE UPDATE ON "notification_deliveries"
  FOR EACH ROW WHEN (OLD."status" IN ('DELIVERED', 'FAILED', 'CANCELED') AND OLD."status" = NEW."status")
  EXECUTE FUNCTION "rules"."refuse_change_of_ended_delivery"();

-- An attempt counts from its beginning, once: a crash uses one up instead of giving endless free ones.
CREATE FUNCTION "rules"."refuse_miscounted_attempts"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
BEGIN
  IF NEW.attempts = OLD.attempts + (NEW.status = 'SENDING' AND OLD.status <> 'SENDING')::int THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'violates rule "notification_deliveries_attempts_rule"'
    USING ERRCODE = '23514', CONSTRAINT = 'notification_deliveries_attempts_rule', TABLE = TG_TABLE_NAME,
      HINT = 'notification_deliveries_attempts_rule: add 1 to attempts when the status becomes SENDING, leave it alone otherwise.';
END
$$;

CREATE TRIGGER "notification_deliveries_attempts_rule"
  BEFORE UPDATE OF "status", "attempts" ON "notification_deliveries"
  FOR EACH ROW
  EXECUTE FUNCTION "rules"."refuse_miscounted_attempts"();

-- Recipients and devices.

ALTER TABLE "recipients"
  -- One spelling per address: a bounce names it in whatever case it likes.
  ADD CONSTRAINT "recipients_email_lower_case_check" CHECK ("email" = lower("email")),
  ADD CONSTRAINT "recipients_email_format_check" CHECK ("email" ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  ADD CONSTRAINT "recipients_phone_check" CHECK ("phone" ~ '^\+[1-9][0-9]{6,14}$'),
  ADD CONSTRAINT "recipients_locale_check" CHECK ("locale" ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  ADD CONSTRAINT "recipients_version_check" CHECK ("version" >= 0),
  ADD CONSTRAINT "recipients_email_opens_check" CHECK ("email_opens" >= 0),
  ADD CONSTRAINT "recipients_email_clicks_check" CHECK ("email_clicks" >= 0);

-- Events arrive more than once and in any order: what auth owns changes together with a higher version only, so an old
-- address can never come back. Counters of this service change freely.
CREATE FUNCTION "rules"."refuse_older_recipient"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
BEGIN
  IF NEW.version > OLD.version
    OR (NEW.version = OLD.version
      AND (NEW.user_id, NEW.email, NEW.first_name, NEW.last_name, NEW.phone, NEW.locale, NEW.time_zone)
        IS NOT DISTINCT FROM
          (OLD.user_id, OLD.email, OLD.first_name, OLD.last_name, OLD.phone, OLD.locale, OLD.time_zone)) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'violates rule "recipients_version_rule"'
    USING ERRCODE = '23514', CONSTRAINT = 'recipients_version_rule', TABLE = TG_TABLE_NAME,
      HINT = 'recipients_version_rule: update WHERE version < the event''s version, and set that version.';
END
$$;

CREATE TRIGGER "recipients_version_rule"
  BEFORE UPDATE ON "recipients"
  FOR EACH ROW
  EXECUTE FUNCTION "rules"."refuse_older_recipient"();

-- A trigger, because the answer depends on the server's time zone data and a CHECK must never change its mind: a
-- restored dump would fail. The pattern keeps out abbreviations and POSIX rules, which AT TIME ZONE takes as well.
CREATE FUNCTION "rules"."refuse_unknown_time_zone"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
BEGIN
  IF NEW.time_zone ~ '^(UTC|Etc/GMT(\+([0-9]|1[0-2])|-([0-9]|1[0-4]))|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_-]+){1,2})$' THEN
    BEGIN
      PERFORM now() AT TIME ZONE NEW.time_zone;
      RETURN NEW;
    EXCEPTION WHEN invalid_parameter_value THEN
      NULL;
    END;
  END IF;
  RAISE EXCEPTION 'violates rule "%"', TG_ARGV[0]
    USING ERRCODE = '23514', CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME,
      HINT = format('%s: an IANA name that this server knows, such as Asia/Kolkata; see pg_timezone_names.', TG_ARGV[0]);
END
$$;

CREATE TRIGGER "recipients_time_zone_rule"
  BEFORE INSERT OR UPDATE OF "time_zone" ON "recipients"
  FOR EACH ROW
  EXECUTE FUNCTION "rules"."refuse_unknown_time_zone"('recipients_time_zone_rule');

CREATE TRIGGER "notification_preferences_time_zone_rule"
  BEFORE INSERT OR UPDATE OF "time_zone" ON "notification_preferences"
  FOR EACH ROW WHEN (NEW."time_zone" IS NOT NULL)
  EXECUTE FUNCTION "rules"."refuse_unknown_time_zone"('notification_preferences_time_zone_rule');

ALTER TABLE "user_devices"
  ADD CONSTRAINT "user_devices_token_hash_length_check" CHECK (octet_length("token_hash") = 32),
  ADD CONSTRAINT "user_devices_token_hash_key_id_format_check" CHECK ("token_hash_key_id" ~ '^[A-Za-z0-9_-]+$'),
  -- Version, key id, nonce, ciphertext, tag: a token in clear does not fit.
  ADD CONSTRAINT "user_devices_token_is_encrypted_check"
    CHECK ("token_encrypted" ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$');

-- The e-mail log: the status says which times are set. Times that a provider reports are not compared with ours, its
-- clock is another one and often counts whole seconds.

ALTER TABLE "email_logs"
  ADD CONSTRAINT "email_logs_to_lower_case_check" CHECK ("to_address" = lower("to_address")),
  ADD CONSTRAINT "email_logs_to_format_check" CHECK ("to_address" ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  ADD CONSTRAINT "email_logs_from_format_check" CHECK ("from_address" ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  ADD CONSTRAINT "email_logs_provider_id_check" CHECK ("provider_id" IS NULL OR "provider" IS NOT NULL),
  -- What was sent was sent by someone.
  ADD CONSTRAINT "email_logs_sent_by_provider_check" CHECK ("sent_at" IS NULL OR "provider" IS NOT NULL),
  ADD CONSTRAINT "email_logs_sent_time_check"
    CHECK (("status" IN ('SENT', 'DELIVERED', 'BOUNCED', 'COMPLAINED')) = ("sent_at" IS NOT NULL)),
  -- Spam is reported of what arrived; a bounce may follow a delivery that a later server took back.
  ADD CONSTRAINT "email_logs_delivered_time_check"
    CHECK (CASE WHEN "delivered_at" IS NULL THEN "status" <> 'DELIVERED' ELSE "status" IN ('DELIVERED', 'BOUNCED', 'COMPLAINED') END),
  ADD CONSTRAINT "email_logs_bounced_time_check" CHECK (("status" = 'BOUNCED') = ("bounced_at" IS NOT NULL)),
  ADD CONSTRAINT "email_logs_complained_time_check" CHECK (("status" = 'COMPLAINED') = ("complained_at" IS NOT NULL)),
  ADD CONSTRAINT "email_logs_failed_time_check" CHECK (("status" = 'FAILED') = ("failed_at" IS NOT NULL)),
  ADD CONSTRAINT "email_logs_error_code_check" CHECK (("status" IN ('BOUNCED', 'FAILED')) = ("error_code" IS NOT NULL)),
  -- A click counts without an open: clients that block images report the one and not the other.
  ADD CONSTRAINT "email_logs_opened_was_sent_check" CHECK ("opened_at" IS NULL OR "sent_at" IS NOT NULL),
  ADD CONSTRAINT "email_logs_clicked_was_sent_check" CHECK ("clicked_at" IS NULL OR "sent_at" IS NOT NULL),
  ADD CONSTRAINT "email_logs_after_created_check" CHECK (least("sent_at", "failed_at") >= "created_at");
