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
CREATE TYPE "DeliveryStatus" AS ENUM ('PENDING', 'HELD', 'DIGESTED', 'SENDING', 'SENT', 'DELIVERED', 'FAILED', 'CANCELED');

-- CreateEnum
CREATE TYPE "DeliveryCancelReason" AS ENUM ('EXPIRED', 'SWITCHED_OFF', 'SUPPRESSED', 'WITHDRAWN', 'SEEN');

-- CreateEnum
CREATE TYPE "SuppressionReason" AS ENUM ('BOUNCE', 'COMPLAINT', 'MANUAL');

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
    "type_id" UUID,
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
    "subject" TEXT,
    "send_at" TIMESTAMPTZ(3),
    "collapse_key" TEXT,
    "collapses_until" TIMESTAMPTZ(3),
    "occurrences" INTEGER NOT NULL DEFAULT 1,
    "read_at" TIMESTAMPTZ(3),
    "seen_at" TIMESTAMPTZ(3),
    "action_url" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_occurrences" (
    "id" UUID NOT NULL,
    "notification_id" UUID NOT NULL,
    "event_id" UUID,
    "user_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_occurrences_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_deliveries" (
    "id" UUID NOT NULL,
    "notification_id" UUID NOT NULL,
    "channel" "NotificationChannel" NOT NULL,
    "attempt_group" SMALLINT NOT NULL DEFAULT 1,
    "status" "DeliveryStatus" NOT NULL DEFAULT 'PENDING',
    "priority" "NotificationPriority" NOT NULL DEFAULT 'MEDIUM',
    "attempts" SMALLINT NOT NULL DEFAULT 0,
    "max_attempts" SMALLINT NOT NULL DEFAULT 5,
    "next_attempt_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "claimed_at" TIMESTAMPTZ(3),
    "worker" TEXT,
    "lease_expires_at" TIMESTAMPTZ(3),
    "address" TEXT,
    "sent_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),
    "canceled_at" TIMESTAMPTZ(3),
    "cancel_reason" "DeliveryCancelReason",
    "digest_id" UUID,
    "provider_message_id" TEXT,
    "error_code" TEXT,
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_keys" (
    "event_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_keys_pkey" PRIMARY KEY ("event_id", "user_id")
);

-- CreateTable
CREATE TABLE "broadcasts" (
    "id" UUID NOT NULL,
    "type_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "data" JSONB,
    "priority" "NotificationPriority" NOT NULL DEFAULT 'MEDIUM',
    "action_url" TEXT,
    "expires_at" TIMESTAMPTZ(3),
    "locales" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "time_zones" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "position" UUID,
    "total" INTEGER NOT NULL,
    "examined" INTEGER NOT NULL DEFAULT 0,
    "told" INTEGER NOT NULL DEFAULT 0,
    "paused_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "canceled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "broadcasts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "daily_sends" (
    "user_id" UUID NOT NULL,
    "channel" "NotificationChannel" NOT NULL,
    "day" DATE NOT NULL,
    "sent" INTEGER NOT NULL,
    "granted" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "daily_sends_pkey" PRIMARY KEY ("user_id", "channel")
);

-- CreateTable
CREATE TABLE "suppressions" (
    "id" UUID NOT NULL,
    "channel" "NotificationChannel" NOT NULL,
    "address" TEXT NOT NULL,
    "reason" "SuppressionReason" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "suppressions_pkey" PRIMARY KEY ("id")
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
    "digest_at" SMALLINT NOT NULL DEFAULT 480,
    "digest_weekday" SMALLINT NOT NULL DEFAULT 1,
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
CREATE INDEX "email_logs_type_id_idx" ON "email_logs"("type_id");

-- CreateIndex
CREATE INDEX "email_logs_delivery_id_idx" ON "email_logs"("delivery_id");

-- CreateIndex
CREATE INDEX "email_logs_created_at_idx" ON "email_logs" USING BRIN ("created_at");

-- CreateIndex
CREATE INDEX "email_logs_provider_provider_id_idx" ON "email_logs"("provider", "provider_id");

-- CreateIndex
CREATE INDEX "notifications_user_id_created_at_id_idx" ON "notifications"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "notifications_created_at_idx" ON "notifications" USING BRIN ("created_at");

-- CreateIndex
CREATE INDEX "notifications_subject_idx" ON "notifications"("subject");

-- CreateIndex
CREATE INDEX "notification_occurrences_notification_id_idx" ON "notification_occurrences"("notification_id");

-- CreateIndex
CREATE INDEX "notification_occurrences_event_id_idx" ON "notification_occurrences"("event_id");

-- CreateIndex
CREATE INDEX "notification_occurrences_user_id_idx" ON "notification_occurrences"("user_id");

-- CreateIndex
CREATE INDEX "notification_deliveries_digest_id_idx" ON "notification_deliveries"("digest_id");

-- CreateIndex
CREATE INDEX "notifications_type_id_idx" ON "notifications"("type_id");

-- CreateIndex
CREATE UNIQUE INDEX "notifications_event_id_user_id_key" ON "notifications"("event_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "notification_deliveries_notification_channel_group_key" ON "notification_deliveries"("notification_id", "channel", "attempt_group");

-- CreateIndex
CREATE INDEX "notification_deliveries_channel_provider_message_id_idx" ON "notification_deliveries"("channel", "provider_message_id");

-- CreateIndex
CREATE INDEX "notification_keys_user_id_idx" ON "notification_keys"("user_id");

-- CreateIndex
CREATE INDEX "notification_keys_created_at_idx" ON "notification_keys" USING BRIN ("created_at");

-- CreateIndex
CREATE INDEX "broadcasts_type_id_idx" ON "broadcasts"("type_id");

-- CreateIndex
CREATE UNIQUE INDEX "suppressions_channel_address_reason_key" ON "suppressions"("channel", "address", "reason");

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
ALTER TABLE "email_logs" ADD CONSTRAINT "email_logs_type_id_fkey" FOREIGN KEY ("type_id") REFERENCES "notification_types"("id") ON DELETE SET NULL ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "email_logs" ADD CONSTRAINT "email_logs_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "notification_deliveries"("id") ON DELETE SET NULL ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_type_id_fkey" FOREIGN KEY ("type_id") REFERENCES "notification_types"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "broadcasts" ADD CONSTRAINT "broadcasts_type_id_fkey" FOREIGN KEY ("type_id") REFERENCES "notification_types"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "notification_occurrences" ADD CONSTRAINT "notification_occurrences_notification_id_fkey" FOREIGN KEY ("notification_id") REFERENCES "notifications"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "notification_deliveries" ADD CONSTRAINT "notification_deliveries_notification_id_fkey" FOREIGN KEY ("notification_id") REFERENCES "notifications"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "notification_deliveries" ADD CONSTRAINT "notification_deliveries_digest_id_fkey" FOREIGN KEY ("digest_id") REFERENCES "notifications"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_notification_settings" ADD CONSTRAINT "user_notification_settings_type_id_fkey" FOREIGN KEY ("type_id") REFERENCES "notification_types"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- What is unread in a user's inbox, and its number. Unseen ones are among them, since what was read was seen. Far smaller
-- than the table: almost everything has been read, and what is not in the inbox, which nobody can read there, is left out.
CREATE INDEX "notifications_user_id_unread_idx" ON "notifications"("user_id", "created_at" DESC, "id" DESC) WHERE "read_at" IS NULL AND "in_app";

-- The one notification that further ones of its key are collapsed into. Once it is seen they begin another one.
CREATE UNIQUE INDEX "notifications_collapse_open_key" ON "notifications"("user_id", "type_id", "priority", "collapse_key") WHERE "collapses_until" IS NOT NULL AND "seen_at" IS NULL;

-- The clean-up of expired notifications; most never expire.
CREATE INDEX "notifications_expires_at_set_idx" ON "notifications"("expires_at") WHERE "expires_at" IS NOT NULL;

-- The queue of each channel, a lane per priority: deliveries that are due, oldest first. A channel whose provider is down
-- must not stand in the way of the others, and a million newsletters not in that of a code.
CREATE INDEX "notification_deliveries_channel_priority_due_pending_idx" ON "notification_deliveries"("channel", "priority", "next_attempt_at", "id") WHERE "status" = 'PENDING';

-- What waits for a digest, the one that is due first in front.
CREATE INDEX "notification_deliveries_next_attempt_at_held_idx" ON "notification_deliveries"("next_attempt_at") WHERE "status" = 'HELD';

-- Deliveries whose worker died: their lease has run out.
CREATE INDEX "notification_deliveries_channel_lease_expires_at_sending_idx" ON "notification_deliveries"("channel", "lease_expires_at") WHERE "status" = 'SENDING';

-- Apart from Prisma's tables, whose diff would drop what it does not know.
CREATE SCHEMA "rules";

-- shared rule: email-addresses
-- An address in the spelling that `parseEmailAddress` of @codezest/db-types gives: lower case, domain in ASCII, nothing invisible.
-- Whether an xn-- label says something only IDNA knows.
CREATE FUNCTION "rules"."is_email_address"("address" text) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS
$$
BEGIN
  IF octet_length(address) > 254
    OR octet_length(split_part(address, '@', 1)) > 64
    OR octet_length(split_part(address, '@', 2)) > 253
    -- A last label of digits, or 0x and hex digits, would be an IPv4 address for whoever reads it as a URL does.
    OR address !~ ('^[a-z0-9.!#$%&''*+/=?^_`{|}~\u0080-\U0010ffff-]+@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*'
      || '(?!([0-9]+|0x[0-9a-f]*)$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$')
  THEN
    RETURN false;
  END IF;
  -- Other scripts before the @: normal form C, no upper case, and none of the ranges of email-address.ts.
  RETURN octet_length(address) = length(address)
    OR (address IS NFC NORMALIZED
      AND address = lower(address)
      AND address !~ ('[\u0080-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f'
        || '\u205f-\u206f\u3000\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uff00-\uffff'
        || '\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]'));
END
$$;
-- end of shared rule

-- shared rule: phone-numbers
-- E.164, as `parsePhoneNumber` of @codezest/db-types gives it.
CREATE FUNCTION "rules"."is_phone_number"("number" text) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS
$$
BEGIN
  RETURN number ~ '^\+[1-9][0-9]{6,14}$';
END
$$;
-- end of shared rule

-- shared rule: locales
-- A BCP 47 tag in canonical case, as `parseLocale` of @codezest/db-types gives it. That a subtag has been replaced (iw by he) only
-- Intl knows.
CREATE FUNCTION "rules"."is_locale"("locale" text) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS
$$
BEGIN
  RETURN length(locale) <= 255
    -- Language, script, region, variants, extensions, private use.
    AND locale ~ ('^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*'
      || '(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?$');
END
$$;
-- end of shared rule

-- shared rule: time-zones
-- The zone that a text names, in the one spelling that is stored, or null: the verdict of `parseTimeZone` of @codezest/db-types. A
-- list and not pg_timezone_names, because a CHECK must answer alike on every server, and because AT TIME ZONE reads
-- some of these names in another way: CET has no summer there, and +05:00 is west.
CREATE FUNCTION "rules"."canonical_time_zone"("name" text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS
$$
DECLARE
  folded CONSTANT text := translate(name, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz');
  hours int;
BEGIN
  -- An offset of whole hours; the zones of offsets have the signs of POSIX.
  IF folded ~ '^([+-][0-9]{2}(:?00)?|gmt[+-][0-9]{2}:00)$' THEN
    hours := substring(folded FROM '[+-][0-9]{2}');
    RETURN CASE
      WHEN hours = 0 THEN 'UTC'
      WHEN hours BETWEEN 1 AND 14 THEN 'Etc/GMT-' || hours
      WHEN hours BETWEEN -12 AND -1 THEN 'Etc/GMT+' || -hours
    END;
  END IF;
  RETURN '{
"africa/abidjan":"Africa/Abidjan","africa/accra":"Africa/Accra","africa/addis_ababa":"Africa/Addis_Ababa",
"africa/algiers":"Africa/Algiers","africa/asmara":"Africa/Asmara","africa/asmera":"Africa/Asmara",
"africa/bamako":"Africa/Bamako","africa/timbuktu":"Africa/Bamako","africa/bangui":"Africa/Bangui",
"africa/banjul":"Africa/Banjul","africa/bissau":"Africa/Bissau","africa/blantyre":"Africa/Blantyre",
"africa/brazzaville":"Africa/Brazzaville","africa/bujumbura":"Africa/Bujumbura","africa/cairo":"Africa/Cairo",
"egypt":"Africa/Cairo","africa/casablanca":"Africa/Casablanca","africa/ceuta":"Africa/Ceuta",
"africa/conakry":"Africa/Conakry","africa/dakar":"Africa/Dakar","africa/dar_es_salaam":"Africa/Dar_es_Salaam",
"africa/djibouti":"Africa/Djibouti","africa/douala":"Africa/Douala","africa/el_aaiun":"Africa/El_Aaiun",
"africa/freetown":"Africa/Freetown","africa/gaborone":"Africa/Gaborone","africa/harare":"Africa/Harare",
"africa/johannesburg":"Africa/Johannesburg","africa/juba":"Africa/Juba","africa/kampala":"Africa/Kampala",
"africa/khartoum":"Africa/Khartoum","africa/kigali":"Africa/Kigali","africa/kinshasa":"Africa/Kinshasa",
"africa/lagos":"Africa/Lagos","africa/libreville":"Africa/Libreville","africa/lome":"Africa/Lome",
"africa/luanda":"Africa/Luanda","africa/lubumbashi":"Africa/Lubumbashi","africa/lusaka":"Africa/Lusaka",
"africa/malabo":"Africa/Malabo","africa/maputo":"Africa/Maputo","africa/maseru":"Africa/Maseru",
"africa/mbabane":"Africa/Mbabane","africa/mogadishu":"Africa/Mogadishu","africa/monrovia":"Africa/Monrovia",
"africa/nairobi":"Africa/Nairobi","africa/ndjamena":"Africa/Ndjamena","africa/niamey":"Africa/Niamey",
"africa/nouakchott":"Africa/Nouakchott","africa/ouagadougou":"Africa/Ouagadougou",
"africa/porto-novo":"Africa/Porto-Novo","africa/sao_tome":"Africa/Sao_Tome","africa/tripoli":"Africa/Tripoli",
"libya":"Africa/Tripoli","africa/tunis":"Africa/Tunis","africa/windhoek":"Africa/Windhoek",
"america/adak":"America/Adak","america/atka":"America/Adak","us/aleutian":"America/Adak",
"america/anchorage":"America/Anchorage","us/alaska":"America/Anchorage","america/anguilla":"America/Anguilla",
"america/antigua":"America/Antigua","america/araguaina":"America/Araguaina",
"america/argentina/buenos_aires":"America/Argentina/Buenos_Aires",
"america/buenos_aires":"America/Argentina/Buenos_Aires","america/argentina/catamarca":"America/Argentina/Catamarca",
"america/argentina/comodrivadavia":"America/Argentina/Catamarca","america/catamarca":"America/Argentina/Catamarca",
"america/argentina/cordoba":"America/Argentina/Cordoba","america/cordoba":"America/Argentina/Cordoba",
"america/rosario":"America/Argentina/Cordoba","america/argentina/jujuy":"America/Argentina/Jujuy",
"america/jujuy":"America/Argentina/Jujuy","america/argentina/la_rioja":"America/Argentina/La_Rioja",
"america/argentina/mendoza":"America/Argentina/Mendoza","america/mendoza":"America/Argentina/Mendoza",
"america/argentina/rio_gallegos":"America/Argentina/Rio_Gallegos","america/argentina/salta":"America/Argentina/Salta",
"america/argentina/san_juan":"America/Argentina/San_Juan","america/argentina/san_luis":"America/Argentina/San_Luis",
"america/argentina/tucuman":"America/Argentina/Tucuman","america/argentina/ushuaia":"America/Argentina/Ushuaia",
"america/aruba":"America/Aruba","america/asuncion":"America/Asuncion","america/atikokan":"America/Atikokan",
"america/coral_harbour":"America/Atikokan","america/bahia":"America/Bahia",
"america/bahia_banderas":"America/Bahia_Banderas","america/barbados":"America/Barbados",
"america/belem":"America/Belem","america/belize":"America/Belize","america/blanc-sablon":"America/Blanc-Sablon",
"america/boa_vista":"America/Boa_Vista","america/bogota":"America/Bogota","america/boise":"America/Boise",
"america/cambridge_bay":"America/Cambridge_Bay","america/campo_grande":"America/Campo_Grande",
"america/cancun":"America/Cancun","america/caracas":"America/Caracas","america/cayenne":"America/Cayenne",
"america/cayman":"America/Cayman","america/chicago":"America/Chicago","cst6cdt":"America/Chicago",
"us/central":"America/Chicago","america/chihuahua":"America/Chihuahua",
"america/ciudad_juarez":"America/Ciudad_Juarez","america/costa_rica":"America/Costa_Rica",
"america/coyhaique":"America/Coyhaique","america/creston":"America/Creston","america/cuiaba":"America/Cuiaba",
"america/curacao":"America/Curacao","america/danmarkshavn":"America/Danmarkshavn","america/dawson":"America/Dawson",
"america/dawson_creek":"America/Dawson_Creek","america/denver":"America/Denver","america/shiprock":"America/Denver",
"mst7mdt":"America/Denver","navajo":"America/Denver","us/mountain":"America/Denver",
"america/detroit":"America/Detroit","us/michigan":"America/Detroit","america/dominica":"America/Dominica",
"america/edmonton":"America/Edmonton","america/yellowknife":"America/Edmonton","canada/mountain":"America/Edmonton",
"america/eirunepe":"America/Eirunepe","america/el_salvador":"America/El_Salvador",
"america/fort_nelson":"America/Fort_Nelson","america/fortaleza":"America/Fortaleza",
"america/glace_bay":"America/Glace_Bay","america/goose_bay":"America/Goose_Bay",
"america/grand_turk":"America/Grand_Turk","america/grenada":"America/Grenada",
"america/guadeloupe":"America/Guadeloupe","america/guatemala":"America/Guatemala",
"america/guayaquil":"America/Guayaquil","america/guyana":"America/Guyana","america/halifax":"America/Halifax",
"canada/atlantic":"America/Halifax","america/havana":"America/Havana","cuba":"America/Havana",
"america/hermosillo":"America/Hermosillo","america/indiana/indianapolis":"America/Indiana/Indianapolis",
"america/fort_wayne":"America/Indiana/Indianapolis","america/indianapolis":"America/Indiana/Indianapolis",
"us/east-indiana":"America/Indiana/Indianapolis","america/indiana/knox":"America/Indiana/Knox",
"america/knox_in":"America/Indiana/Knox","us/indiana-starke":"America/Indiana/Knox",
"america/indiana/marengo":"America/Indiana/Marengo","america/indiana/petersburg":"America/Indiana/Petersburg",
"america/indiana/tell_city":"America/Indiana/Tell_City","america/indiana/vevay":"America/Indiana/Vevay",
"america/indiana/vincennes":"America/Indiana/Vincennes","america/indiana/winamac":"America/Indiana/Winamac",
"america/inuvik":"America/Inuvik","america/iqaluit":"America/Iqaluit","america/pangnirtung":"America/Iqaluit",
"america/jamaica":"America/Jamaica","jamaica":"America/Jamaica","america/juneau":"America/Juneau",
"america/kentucky/louisville":"America/Kentucky/Louisville","america/louisville":"America/Kentucky/Louisville",
"america/kentucky/monticello":"America/Kentucky/Monticello","america/kralendijk":"America/Kralendijk",
"america/la_paz":"America/La_Paz","america/lima":"America/Lima","america/los_angeles":"America/Los_Angeles",
"pst8pdt":"America/Los_Angeles","us/pacific":"America/Los_Angeles","us/pacific-new":"America/Los_Angeles",
"america/lower_princes":"America/Lower_Princes","america/maceio":"America/Maceio","america/managua":"America/Managua",
"america/manaus":"America/Manaus","brazil/west":"America/Manaus","america/marigot":"America/Marigot",
"america/martinique":"America/Martinique","america/matamoros":"America/Matamoros",
"america/mazatlan":"America/Mazatlan","mexico/bajasur":"America/Mazatlan","america/menominee":"America/Menominee",
"america/merida":"America/Merida","america/metlakatla":"America/Metlakatla",
"america/mexico_city":"America/Mexico_City","mexico/general":"America/Mexico_City",
"america/miquelon":"America/Miquelon","america/moncton":"America/Moncton","america/monterrey":"America/Monterrey",
"america/montevideo":"America/Montevideo","america/montserrat":"America/Montserrat","america/nassau":"America/Nassau",
"america/new_york":"America/New_York","est5edt":"America/New_York","us/eastern":"America/New_York",
"america/nome":"America/Nome","america/noronha":"America/Noronha","brazil/denoronha":"America/Noronha",
"america/north_dakota/beulah":"America/North_Dakota/Beulah",
"america/north_dakota/center":"America/North_Dakota/Center",
"america/north_dakota/new_salem":"America/North_Dakota/New_Salem","america/nuuk":"America/Nuuk",
"america/godthab":"America/Nuuk","america/ojinaga":"America/Ojinaga","america/panama":"America/Panama",
"est":"America/Panama","america/paramaribo":"America/Paramaribo","america/phoenix":"America/Phoenix",
"mst":"America/Phoenix","us/arizona":"America/Phoenix","america/port-au-prince":"America/Port-au-Prince",
"america/port_of_spain":"America/Port_of_Spain","america/porto_velho":"America/Porto_Velho",
"america/puerto_rico":"America/Puerto_Rico","america/punta_arenas":"America/Punta_Arenas",
"america/rankin_inlet":"America/Rankin_Inlet","america/recife":"America/Recife","america/regina":"America/Regina",
"canada/east-saskatchewan":"America/Regina","canada/saskatchewan":"America/Regina",
"america/resolute":"America/Resolute","america/rio_branco":"America/Rio_Branco",
"america/porto_acre":"America/Rio_Branco","brazil/acre":"America/Rio_Branco","america/santarem":"America/Santarem",
"america/santiago":"America/Santiago","chile/continental":"America/Santiago",
"america/santo_domingo":"America/Santo_Domingo","america/sao_paulo":"America/Sao_Paulo",
"brazil/east":"America/Sao_Paulo","america/scoresbysund":"America/Scoresbysund","america/sitka":"America/Sitka",
"america/st_barthelemy":"America/St_Barthelemy","america/st_johns":"America/St_Johns",
"canada/newfoundland":"America/St_Johns","america/st_kitts":"America/St_Kitts","america/st_lucia":"America/St_Lucia",
"america/st_thomas":"America/St_Thomas","america/virgin":"America/St_Thomas",
"america/st_vincent":"America/St_Vincent","america/swift_current":"America/Swift_Current",
"america/tegucigalpa":"America/Tegucigalpa","america/thule":"America/Thule","america/tijuana":"America/Tijuana",
"america/ensenada":"America/Tijuana","america/santa_isabel":"America/Tijuana","mexico/bajanorte":"America/Tijuana",
"america/toronto":"America/Toronto","america/montreal":"America/Toronto","america/nipigon":"America/Toronto",
"america/thunder_bay":"America/Toronto","canada/eastern":"America/Toronto","america/tortola":"America/Tortola",
"america/vancouver":"America/Vancouver","canada/pacific":"America/Vancouver",
"america/whitehorse":"America/Whitehorse","canada/yukon":"America/Whitehorse","america/winnipeg":"America/Winnipeg",
"america/rainy_river":"America/Winnipeg","canada/central":"America/Winnipeg","america/yakutat":"America/Yakutat",
"antarctica/casey":"Antarctica/Casey","antarctica/davis":"Antarctica/Davis",
"antarctica/dumontdurville":"Antarctica/DumontDUrville","antarctica/macquarie":"Antarctica/Macquarie",
"antarctica/mawson":"Antarctica/Mawson","antarctica/mcmurdo":"Antarctica/McMurdo",
"antarctica/south_pole":"Antarctica/McMurdo","antarctica/palmer":"Antarctica/Palmer",
"antarctica/rothera":"Antarctica/Rothera","antarctica/syowa":"Antarctica/Syowa","antarctica/troll":"Antarctica/Troll",
"antarctica/vostok":"Antarctica/Vostok","arctic/longyearbyen":"Arctic/Longyearbyen",
"atlantic/jan_mayen":"Arctic/Longyearbyen","asia/aden":"Asia/Aden","asia/almaty":"Asia/Almaty",
"asia/amman":"Asia/Amman","asia/anadyr":"Asia/Anadyr","asia/aqtau":"Asia/Aqtau","asia/aqtobe":"Asia/Aqtobe",
"asia/ashgabat":"Asia/Ashgabat","asia/ashkhabad":"Asia/Ashgabat","asia/atyrau":"Asia/Atyrau",
"asia/baghdad":"Asia/Baghdad","asia/bahrain":"Asia/Bahrain","asia/baku":"Asia/Baku","asia/bangkok":"Asia/Bangkok",
"asia/barnaul":"Asia/Barnaul","asia/beirut":"Asia/Beirut","asia/bishkek":"Asia/Bishkek","asia/brunei":"Asia/Brunei",
"asia/chita":"Asia/Chita","asia/colombo":"Asia/Colombo","asia/damascus":"Asia/Damascus","asia/dhaka":"Asia/Dhaka",
"asia/dacca":"Asia/Dhaka","asia/dili":"Asia/Dili","asia/dubai":"Asia/Dubai","asia/dushanbe":"Asia/Dushanbe",
"asia/famagusta":"Asia/Famagusta","asia/gaza":"Asia/Gaza","asia/hebron":"Asia/Hebron",
"asia/ho_chi_minh":"Asia/Ho_Chi_Minh","asia/saigon":"Asia/Ho_Chi_Minh","asia/hong_kong":"Asia/Hong_Kong",
"hongkong":"Asia/Hong_Kong","asia/hovd":"Asia/Hovd","asia/irkutsk":"Asia/Irkutsk","asia/jakarta":"Asia/Jakarta",
"asia/jayapura":"Asia/Jayapura","asia/jerusalem":"Asia/Jerusalem","asia/tel_aviv":"Asia/Jerusalem",
"israel":"Asia/Jerusalem","asia/kabul":"Asia/Kabul","asia/kamchatka":"Asia/Kamchatka","asia/karachi":"Asia/Karachi",
"asia/kathmandu":"Asia/Kathmandu","asia/katmandu":"Asia/Kathmandu","asia/khandyga":"Asia/Khandyga",
"asia/kolkata":"Asia/Kolkata","asia/calcutta":"Asia/Kolkata","asia/krasnoyarsk":"Asia/Krasnoyarsk",
"asia/kuala_lumpur":"Asia/Kuala_Lumpur","asia/kuching":"Asia/Kuching","asia/kuwait":"Asia/Kuwait",
"asia/macau":"Asia/Macau","asia/macao":"Asia/Macau","asia/magadan":"Asia/Magadan","asia/makassar":"Asia/Makassar",
"asia/ujung_pandang":"Asia/Makassar","asia/manila":"Asia/Manila","asia/muscat":"Asia/Muscat",
"asia/nicosia":"Asia/Nicosia","europe/nicosia":"Asia/Nicosia","asia/novokuznetsk":"Asia/Novokuznetsk",
"asia/novosibirsk":"Asia/Novosibirsk","asia/omsk":"Asia/Omsk","asia/oral":"Asia/Oral",
"asia/phnom_penh":"Asia/Phnom_Penh","asia/pontianak":"Asia/Pontianak","asia/pyongyang":"Asia/Pyongyang",
"asia/qatar":"Asia/Qatar","asia/qostanay":"Asia/Qostanay","asia/qyzylorda":"Asia/Qyzylorda",
"asia/riyadh":"Asia/Riyadh","asia/sakhalin":"Asia/Sakhalin","asia/samarkand":"Asia/Samarkand",
"asia/seoul":"Asia/Seoul","rok":"Asia/Seoul","asia/shanghai":"Asia/Shanghai","asia/chongqing":"Asia/Shanghai",
"asia/chungking":"Asia/Shanghai","asia/harbin":"Asia/Shanghai","prc":"Asia/Shanghai",
"asia/singapore":"Asia/Singapore","singapore":"Asia/Singapore","asia/srednekolymsk":"Asia/Srednekolymsk",
"asia/taipei":"Asia/Taipei","roc":"Asia/Taipei","asia/tashkent":"Asia/Tashkent","asia/tbilisi":"Asia/Tbilisi",
"asia/tehran":"Asia/Tehran","iran":"Asia/Tehran","asia/thimphu":"Asia/Thimphu","asia/thimbu":"Asia/Thimphu",
"asia/tokyo":"Asia/Tokyo","japan":"Asia/Tokyo","asia/tomsk":"Asia/Tomsk","asia/ulaanbaatar":"Asia/Ulaanbaatar",
"asia/choibalsan":"Asia/Ulaanbaatar","asia/ulan_bator":"Asia/Ulaanbaatar","asia/urumqi":"Asia/Urumqi",
"asia/kashgar":"Asia/Urumqi","asia/ust-nera":"Asia/Ust-Nera","asia/vientiane":"Asia/Vientiane",
"asia/vladivostok":"Asia/Vladivostok","asia/yakutsk":"Asia/Yakutsk","asia/yangon":"Asia/Yangon",
"asia/rangoon":"Asia/Yangon","asia/yekaterinburg":"Asia/Yekaterinburg","asia/yerevan":"Asia/Yerevan",
"atlantic/azores":"Atlantic/Azores","atlantic/bermuda":"Atlantic/Bermuda","atlantic/canary":"Atlantic/Canary",
"atlantic/cape_verde":"Atlantic/Cape_Verde","atlantic/faroe":"Atlantic/Faroe","atlantic/faeroe":"Atlantic/Faroe",
"atlantic/madeira":"Atlantic/Madeira","atlantic/reykjavik":"Atlantic/Reykjavik","iceland":"Atlantic/Reykjavik",
"atlantic/south_georgia":"Atlantic/South_Georgia","atlantic/st_helena":"Atlantic/St_Helena",
"atlantic/stanley":"Atlantic/Stanley","australia/adelaide":"Australia/Adelaide",
"australia/south":"Australia/Adelaide","australia/brisbane":"Australia/Brisbane",
"australia/queensland":"Australia/Brisbane","australia/broken_hill":"Australia/Broken_Hill",
"australia/yancowinna":"Australia/Broken_Hill","australia/darwin":"Australia/Darwin",
"australia/north":"Australia/Darwin","australia/eucla":"Australia/Eucla","australia/hobart":"Australia/Hobart",
"australia/currie":"Australia/Hobart","australia/tasmania":"Australia/Hobart",
"australia/lindeman":"Australia/Lindeman","australia/lord_howe":"Australia/Lord_Howe",
"australia/lhi":"Australia/Lord_Howe","australia/melbourne":"Australia/Melbourne",
"australia/victoria":"Australia/Melbourne","australia/perth":"Australia/Perth","australia/west":"Australia/Perth",
"australia/sydney":"Australia/Sydney","australia/act":"Australia/Sydney","australia/canberra":"Australia/Sydney",
"australia/nsw":"Australia/Sydney","etc/gmt+1":"Etc/GMT+1","etc/gmt+10":"Etc/GMT+10","etc/gmt+11":"Etc/GMT+11",
"etc/gmt+12":"Etc/GMT+12","etc/gmt+2":"Etc/GMT+2","etc/gmt+3":"Etc/GMT+3","etc/gmt+4":"Etc/GMT+4",
"etc/gmt+5":"Etc/GMT+5","etc/gmt+6":"Etc/GMT+6","etc/gmt+7":"Etc/GMT+7","etc/gmt+8":"Etc/GMT+8",
"etc/gmt+9":"Etc/GMT+9","etc/gmt-1":"Etc/GMT-1","etc/gmt-10":"Etc/GMT-10","etc/gmt-11":"Etc/GMT-11",
"etc/gmt-12":"Etc/GMT-12","etc/gmt-13":"Etc/GMT-13","etc/gmt-14":"Etc/GMT-14","etc/gmt-2":"Etc/GMT-2",
"etc/gmt-3":"Etc/GMT-3","etc/gmt-4":"Etc/GMT-4","etc/gmt-5":"Etc/GMT-5","etc/gmt-6":"Etc/GMT-6",
"etc/gmt-7":"Etc/GMT-7","etc/gmt-8":"Etc/GMT-8","etc/gmt-9":"Etc/GMT-9","europe/amsterdam":"Europe/Amsterdam",
"europe/andorra":"Europe/Andorra","europe/astrakhan":"Europe/Astrakhan","europe/athens":"Europe/Athens",
"eet":"Europe/Athens","europe/belgrade":"Europe/Belgrade","europe/berlin":"Europe/Berlin",
"europe/bratislava":"Europe/Bratislava","europe/brussels":"Europe/Brussels","cet":"Europe/Brussels",
"met":"Europe/Brussels","europe/bucharest":"Europe/Bucharest","europe/budapest":"Europe/Budapest",
"europe/busingen":"Europe/Busingen","europe/chisinau":"Europe/Chisinau","europe/tiraspol":"Europe/Chisinau",
"europe/copenhagen":"Europe/Copenhagen","europe/dublin":"Europe/Dublin","eire":"Europe/Dublin",
"europe/gibraltar":"Europe/Gibraltar","europe/guernsey":"Europe/Guernsey","europe/helsinki":"Europe/Helsinki",
"europe/isle_of_man":"Europe/Isle_of_Man","europe/istanbul":"Europe/Istanbul","asia/istanbul":"Europe/Istanbul",
"turkey":"Europe/Istanbul","europe/jersey":"Europe/Jersey","europe/kaliningrad":"Europe/Kaliningrad",
"europe/kirov":"Europe/Kirov","europe/kyiv":"Europe/Kyiv","europe/kiev":"Europe/Kyiv","europe/uzhgorod":"Europe/Kyiv",
"europe/zaporozhye":"Europe/Kyiv","europe/lisbon":"Europe/Lisbon","portugal":"Europe/Lisbon","wet":"Europe/Lisbon",
"europe/ljubljana":"Europe/Ljubljana","europe/london":"Europe/London","europe/belfast":"Europe/London",
"gb":"Europe/London","gb-eire":"Europe/London","europe/luxembourg":"Europe/Luxembourg",
"europe/madrid":"Europe/Madrid","europe/malta":"Europe/Malta","europe/mariehamn":"Europe/Mariehamn",
"europe/minsk":"Europe/Minsk","europe/monaco":"Europe/Monaco","europe/moscow":"Europe/Moscow","w-su":"Europe/Moscow",
"europe/oslo":"Europe/Oslo","europe/paris":"Europe/Paris","europe/podgorica":"Europe/Podgorica",
"europe/prague":"Europe/Prague","europe/riga":"Europe/Riga","europe/rome":"Europe/Rome",
"europe/samara":"Europe/Samara","europe/san_marino":"Europe/San_Marino","europe/sarajevo":"Europe/Sarajevo",
"europe/saratov":"Europe/Saratov","europe/simferopol":"Europe/Simferopol","europe/skopje":"Europe/Skopje",
"europe/sofia":"Europe/Sofia","europe/stockholm":"Europe/Stockholm","europe/tallinn":"Europe/Tallinn",
"europe/tirane":"Europe/Tirane","europe/ulyanovsk":"Europe/Ulyanovsk","europe/vaduz":"Europe/Vaduz",
"europe/vatican":"Europe/Vatican","europe/vienna":"Europe/Vienna","europe/vilnius":"Europe/Vilnius",
"europe/volgograd":"Europe/Volgograd","europe/warsaw":"Europe/Warsaw","poland":"Europe/Warsaw",
"europe/zagreb":"Europe/Zagreb","europe/zurich":"Europe/Zurich","indian/antananarivo":"Indian/Antananarivo",
"indian/chagos":"Indian/Chagos","indian/christmas":"Indian/Christmas","indian/cocos":"Indian/Cocos",
"indian/comoro":"Indian/Comoro","indian/kerguelen":"Indian/Kerguelen","indian/mahe":"Indian/Mahe",
"indian/maldives":"Indian/Maldives","indian/mauritius":"Indian/Mauritius","indian/mayotte":"Indian/Mayotte",
"indian/reunion":"Indian/Reunion","pacific/apia":"Pacific/Apia","pacific/auckland":"Pacific/Auckland",
"nz":"Pacific/Auckland","pacific/bougainville":"Pacific/Bougainville","pacific/chatham":"Pacific/Chatham",
"nz-chat":"Pacific/Chatham","pacific/chuuk":"Pacific/Chuuk","pacific/truk":"Pacific/Chuuk",
"pacific/yap":"Pacific/Chuuk","pacific/easter":"Pacific/Easter","chile/easterisland":"Pacific/Easter",
"pacific/efate":"Pacific/Efate","pacific/fakaofo":"Pacific/Fakaofo","pacific/fiji":"Pacific/Fiji",
"pacific/funafuti":"Pacific/Funafuti","pacific/galapagos":"Pacific/Galapagos","pacific/gambier":"Pacific/Gambier",
"pacific/guadalcanal":"Pacific/Guadalcanal","pacific/guam":"Pacific/Guam","pacific/honolulu":"Pacific/Honolulu",
"hst":"Pacific/Honolulu","pacific/johnston":"Pacific/Honolulu","us/hawaii":"Pacific/Honolulu",
"pacific/kanton":"Pacific/Kanton","pacific/enderbury":"Pacific/Kanton","pacific/kiritimati":"Pacific/Kiritimati",
"pacific/kosrae":"Pacific/Kosrae","pacific/kwajalein":"Pacific/Kwajalein","kwajalein":"Pacific/Kwajalein",
"pacific/majuro":"Pacific/Majuro","pacific/marquesas":"Pacific/Marquesas","pacific/midway":"Pacific/Midway",
"pacific/nauru":"Pacific/Nauru","pacific/niue":"Pacific/Niue","pacific/norfolk":"Pacific/Norfolk",
"pacific/noumea":"Pacific/Noumea","pacific/pago_pago":"Pacific/Pago_Pago","pacific/samoa":"Pacific/Pago_Pago",
"us/samoa":"Pacific/Pago_Pago","pacific/palau":"Pacific/Palau","pacific/pitcairn":"Pacific/Pitcairn",
"pacific/pohnpei":"Pacific/Pohnpei","pacific/ponape":"Pacific/Pohnpei","pacific/port_moresby":"Pacific/Port_Moresby",
"pacific/rarotonga":"Pacific/Rarotonga","pacific/saipan":"Pacific/Saipan","pacific/tahiti":"Pacific/Tahiti",
"pacific/tarawa":"Pacific/Tarawa","pacific/tongatapu":"Pacific/Tongatapu","pacific/wake":"Pacific/Wake",
"pacific/wallis":"Pacific/Wallis","utc":"UTC","etc/gmt":"UTC","etc/gmt+0":"UTC","etc/gmt-0":"UTC","etc/gmt0":"UTC",
"etc/greenwich":"UTC","etc/uct":"UTC","etc/utc":"UTC","etc/universal":"UTC","etc/unknown":"UTC","etc/zulu":"UTC",
"gmt":"UTC","gmt+0":"UTC","gmt-0":"UTC","gmt0":"UTC","greenwich":"UTC","uct":"UTC","universal":"UTC","zulu":"UTC"
}'::jsonb ->> folded;
END
$$;

-- True for the spelling that is stored.
CREATE FUNCTION "rules"."is_time_zone"("name" text) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS
$$
BEGIN
  RETURN "rules"."canonical_time_zone"(name) IS NOT DISTINCT FROM name;
END
$$;
-- end of shared rule

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
  ADD CONSTRAINT "notification_preferences_time_zone_check" CHECK ("rules"."is_time_zone"("time_zone")),
  ADD CONSTRAINT "notification_preferences_digest_at_check" CHECK ("digest_at" BETWEEN 0 AND 1439),
  ADD CONSTRAINT "notification_preferences_digest_weekday_check" CHECK ("digest_weekday" BETWEEN 1 AND 7),
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
  ADD CONSTRAINT "notifications_send_at_check" CHECK ("send_at" = "created_at"),
  ADD CONSTRAINT "notifications_subject_not_blank_check" CHECK (btrim("subject") <> ''),
  ADD CONSTRAINT "notifications_collapse_key_check" CHECK (btrim("collapse_key") <> '' AND length("collapse_key") <= 200),
  ADD CONSTRAINT "notifications_collapses_by_key_check" CHECK ("collapse_key" IS NOT NULL OR ("collapses_until" IS NULL AND "occurrences" = 1)),
  ADD CONSTRAINT "notifications_occurrences_check" CHECK ("occurrences" >= 1),
  ADD CONSTRAINT "notifications_expires_after_created_check" CHECK ("expires_at" > "created_at");

-- Collapses a notification into the one of its key that is open, and returns that one's id; null where there is none, so that
-- the caller writes one. Callers for one key take turns until their transactions end, and each statement here sees what the
-- one before has committed. Once something of it has gone out, or has been withdrawn, the next one is a message of its own:
-- the lock on the deliveries makes a worker either take what this one says, or come first.
CREATE FUNCTION "rules"."collapse_notification"("reader" uuid, "its_type" uuid, "its_priority" text, "its_key" text,
    "its_title" text, "its_message" text, "its_data" jsonb, "its_url" text, "its_end" timestamptz, "its_event" uuid,
    "actor" uuid, "occurrence" uuid) RETURNS uuid
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public AS
$$
DECLARE
  open_one uuid;
  is_over boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(
    hashtextextended(concat_ws(':', 'notifications.collapse', reader, its_type, its_priority, its_key), 0));
  SELECT n.id, n.collapses_until <= now() OR coalesce(n.expires_at <= now(), false) INTO open_one, is_over
  FROM notifications n
  WHERE n.user_id = reader AND n.type_id = its_type AND n.priority = its_priority::"NotificationPriority"
    AND n.collapse_key = its_key AND n.collapses_until IS NOT NULL AND n.seen_at IS NULL
  FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  PERFORM FROM notification_deliveries d
  WHERE d.notification_id = open_one AND d.channel <> 'IN_APP' ORDER BY d.id FOR UPDATE;
  IF is_over OR EXISTS (
    SELECT FROM notification_deliveries d
    WHERE d.notification_id = open_one AND d.channel <> 'IN_APP' AND d.status NOT IN ('PENDING', 'HELD')
  ) THEN
    UPDATE notifications n SET collapses_until = NULL, updated_at = now() WHERE n.id = open_one;
    RETURN NULL;
  END IF;
  INSERT INTO notification_occurrences (id, notification_id, event_id, user_id, created_at)
  VALUES (occurrence, open_one, its_event, actor, now());
  UPDATE notifications n SET
    occurrences = n.occurrences + 1, title = its_title, message = its_message, data = its_data, action_url = its_url,
    expires_at = its_end, created_at = greatest(n.created_at, date_trunc('milliseconds', now())), updated_at = now()
  WHERE n.id = open_one;
  RETURN open_one;
END
$$;

-- A broadcast has what notifications demand, or it would stop at the first.

ALTER TABLE "broadcasts"
  ADD CONSTRAINT "broadcasts_title_not_blank_check" CHECK (btrim("title") <> ''),
  ADD CONSTRAINT "broadcasts_message_not_blank_check" CHECK (btrim("message") <> ''),
  ADD CONSTRAINT "broadcasts_data_object_check" CHECK (jsonb_typeof("data") = 'object'),
  ADD CONSTRAINT "broadcasts_action_url_check"
    CHECK ("action_url" ~ '^(https://[^[:space:]/\\][^[:space:]\\]*|/([^[:space:]/\\][^[:space:]\\]*)?)$'
      AND length("action_url") <= 2048),
  ADD CONSTRAINT "broadcasts_progress_check" CHECK ("told" BETWEEN 0 AND "examined" AND "total" >= 0),
  -- What has ended does not wait to go on, and ends in one way.
  ADD CONSTRAINT "broadcasts_one_state_check" CHECK (num_nonnulls("paused_at", "completed_at", "canceled_at") <= 1),
  ADD CONSTRAINT "broadcasts_after_created_check" CHECK (least("paused_at", "completed_at", "canceled_at") >= "created_at");

-- What a user was given of a channel today is part of all that, and never more.
ALTER TABLE "daily_sends"
  ADD CONSTRAINT "daily_sends_granted_check" CHECK ("granted" BETWEEN 0 AND "sent");

-- Deliveries: the status says which times are set, and which status may follow.

ALTER TABLE "notification_deliveries"
  ADD CONSTRAINT "notification_deliveries_attempt_group_check" CHECK ("attempt_group" >= 1),
  ADD CONSTRAINT "notification_deliveries_max_attempts_check" CHECK ("max_attempts" BETWEEN 1 AND 20),
  ADD CONSTRAINT "notification_deliveries_attempts_within_max_check" CHECK ("attempts" BETWEEN 0 AND "max_attempts"),
  -- Nothing is sent without an attempt, and nothing fails without one.
  ADD CONSTRAINT "notification_deliveries_attempted_check" CHECK ("attempts" >= 1 OR "status" IN ('PENDING', 'HELD', 'DIGESTED', 'CANCELED')),
  -- A row that waits without an attempt left would wait for ever.
  ADD CONSTRAINT "notification_deliveries_attempt_left_check" CHECK ("attempts" < "max_attempts" OR "status" <> 'PENDING'),
  ADD CONSTRAINT "notification_deliveries_pending_is_scheduled_check" CHECK (("status" IN ('PENDING', 'HELD')) = ("next_attempt_at" IS NOT NULL)),
  ADD CONSTRAINT "notification_deliveries_sending_is_claimed_check" CHECK (("status" = 'SENDING') = ("claimed_at" IS NOT NULL)),
  ADD CONSTRAINT "notification_deliveries_sending_has_owner_check" CHECK (("status" = 'SENDING') = ("worker" IS NOT NULL)),
  ADD CONSTRAINT "notification_deliveries_sending_has_lease_check" CHECK (("status" = 'SENDING') = ("lease_expires_at" IS NOT NULL)),
  -- A message that bounced was sent and then failed.
  ADD CONSTRAINT "notification_deliveries_sent_time_check"
    CHECK (CASE WHEN "sent_at" IS NULL THEN "status" NOT IN ('SENT', 'DELIVERED') ELSE "status" IN ('SENT', 'DELIVERED', 'FAILED') END),
  ADD CONSTRAINT "notification_deliveries_delivered_time_check" CHECK (("status" = 'DELIVERED') = ("delivered_at" IS NOT NULL)),
  ADD CONSTRAINT "notification_deliveries_failed_time_check" CHECK (("status" = 'FAILED') = ("failed_at" IS NOT NULL)),
  ADD CONSTRAINT "notification_deliveries_canceled_time_check" CHECK (("status" = 'CANCELED') = ("canceled_at" IS NOT NULL)),
  ADD CONSTRAINT "notification_deliveries_digest_check" CHECK ("digest_id" IS NULL OR "status" = 'DIGESTED'),
  ADD CONSTRAINT "notification_deliveries_canceled_has_reason_check" CHECK (("status" = 'CANCELED') = ("cancel_reason" IS NOT NULL)),
  ADD CONSTRAINT "notification_deliveries_failed_has_error_check" CHECK ("status" <> 'FAILED' OR "error_code" IS NOT NULL),
  -- An error is that of the last attempt; one that succeeded has none.
  ADD CONSTRAINT "notification_deliveries_error_of_attempt_check"
    CHECK ("error_code" IS NULL OR ("attempts" >= 1 AND "status" NOT IN ('SENT', 'DELIVERED'))),
  ADD CONSTRAINT "notification_deliveries_error_message_check" CHECK ("error_message" IS NULL OR "error_code" IS NOT NULL),
  ADD CONSTRAINT "notification_deliveries_provider_message_sent_check" CHECK ("provider_message_id" IS NULL OR "sent_at" IS NOT NULL),
  -- delivered_at is left out: it comes from the provider's clock, often in whole seconds.
  ADD CONSTRAINT "notification_deliveries_after_created_check"
    CHECK (least("claimed_at", "sent_at", "failed_at", "canceled_at") >= "created_at");


-- Data rather than code, so that a test can try every pair. DIGESTED, FAILED and CANCELED lead nowhere.
CREATE TABLE "rules"."delivery_transitions" (
  "from_status" "DeliveryStatus" NOT NULL,
  "to_status" "DeliveryStatus" NOT NULL,
  CONSTRAINT "delivery_transitions_pkey" PRIMARY KEY ("from_status", "to_status")
);

INSERT INTO "rules"."delivery_transitions" ("from_status", "to_status") VALUES
  ('PENDING', 'SENDING'),   -- a worker claims it
  ('HELD', 'DIGESTED'),     -- gathered into a digest
  ('HELD', 'CANCELED'),     -- expired, switched off, seen or withdrawn before that
  ('HELD', 'PENDING'),      -- the user wants no digests any more
  ('PENDING', 'CANCELED'),  -- expired, or switched off, before it was tried
  ('SENDING', 'SENT'),      -- the provider took it
  ('SENDING', 'PENDING'),   -- the attempt failed or the worker died; another one follows
  ('SENDING', 'FAILED'),    -- the last attempt failed, or the provider refused for good
  ('SENT', 'DELIVERED'),    -- the provider confirms
  ('SENT', 'FAILED'),       -- the provider reports a bounce
  ('DELIVERED', 'FAILED');  -- a bounce that comes after the confirmation, or whose report does

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
  FOR EACH ROW WHEN (OLD."status" IN ('DIGESTED', 'DELIVERED', 'FAILED', 'CANCELED') AND OLD."status" = NEW."status")
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
  ADD CONSTRAINT "recipients_email_check" CHECK ("rules"."is_email_address"("email")),
  ADD CONSTRAINT "recipients_phone_check" CHECK ("rules"."is_phone_number"("phone")),
  ADD CONSTRAINT "recipients_locale_check" CHECK ("rules"."is_locale"("locale")),
  ADD CONSTRAINT "recipients_time_zone_check" CHECK ("rules"."is_time_zone"("time_zone")),
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

ALTER TABLE "suppressions"
  -- The spelling in which it is looked for. In the app and over push nobody is written to by an address.
  ADD CONSTRAINT "suppressions_address_check"
    CHECK (CASE "channel" WHEN 'EMAIL' THEN "rules"."is_email_address"("address") WHEN 'SMS' THEN "rules"."is_phone_number"("address") ELSE false END);

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

-- Nothing is written about a person who has been erased.
CREATE TRIGGER "notifications_erased_user_rule" AFTER INSERT ON "notifications" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "notification_keys_erased_user_rule" AFTER INSERT ON "notification_keys" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "notification_occurrences_erased_user_rule" AFTER INSERT ON "notification_occurrences" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "daily_sends_erased_user_rule" AFTER INSERT ON "daily_sends" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "notification_preferences_erased_user_rule" AFTER INSERT ON "notification_preferences" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "user_notification_settings_erased_user_rule" AFTER INSERT ON "user_notification_settings" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "user_devices_erased_user_rule" AFTER INSERT ON "user_devices" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "recipients_erased_user_rule" AFTER INSERT ON "recipients" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "email_logs_erased_user_rule" AFTER INSERT ON "email_logs" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();

-- Comparison with the accounts ----------------------------------------------------------------------------------------

-- shared rule: copies
-- Copies of accounts, compared between two databases: ids in order, a range at a time, as one number. A person who has been
-- erased and whose rows are kept has an id of version 8 there (RFC 9562 leaves it to applications), which is no account's.
CREATE FUNCTION "rules"."hash_of_copy"("user_id" uuid, "version" integer) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ('x' || left(encode(sha256(concat_ws(' ', "user_id"::text, "version"::text)::bytea), 'hex'), 16))::bit(64)::bigint;
-- end of shared rule

-- Whom this service has rows about, column by column of the references in @codezest/db-types; a recipient for each account, with its version.
-- lint-ignore function-search-path: a part of the statements of functions that set the path, and planned with them.
CREATE FUNCTION "rules"."users_here"("from_id" uuid, "upto_id" uuid) RETURNS TABLE ("user_id" uuid, "version" integer)
  LANGUAGE sql STABLE AS
$$
  SELECT DISTINCT user_id, version FROM recipients WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM notifications WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM notification_occurrences WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM notification_keys WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM daily_sends WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM notification_preferences WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM user_notification_settings WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM user_devices WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM email_logs WHERE user_id BETWEEN from_id AND upto_id
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
