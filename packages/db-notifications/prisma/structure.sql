-- What the migrations of db-notifications lead to, read from the catalogs. To be read, compared and never run.
-- pnpm structure:write

-- Schemas and extensions

CREATE SCHEMA rules;

-- Enums

CREATE TYPE "DeliveryStatus" AS ENUM (
    'PENDING',
    'SENDING',
    'SENT',
    'DELIVERED',
    'FAILED',
    'CANCELED'
);

CREATE TYPE "DevicePlatform" AS ENUM (
    'IOS',
    'ANDROID',
    'WEB'
);

CREATE TYPE "DigestFrequency" AS ENUM (
    'NEVER',
    'DAILY',
    'WEEKLY'
);

CREATE TYPE "EmailProvider" AS ENUM (
    'SES',
    'SENDGRID',
    'POSTMARK',
    'SMTP'
);

CREATE TYPE "EmailStatus" AS ENUM (
    'PENDING',
    'SENT',
    'DELIVERED',
    'BOUNCED',
    'COMPLAINED',
    'FAILED'
);

CREATE TYPE "NotificationCategory" AS ENUM (
    'ACCOUNT',
    'SECURITY',
    'LEARNING',
    'ASSESSMENT',
    'ACHIEVEMENT',
    'BILLING',
    'SYSTEM',
    'MARKETING'
);

CREATE TYPE "NotificationChannel" AS ENUM (
    'IN_APP',
    'EMAIL',
    'PUSH',
    'SMS'
);

CREATE TYPE "NotificationPriority" AS ENUM (
    'LOW',
    'MEDIUM',
    'HIGH',
    'URGENT'
);

-- Functions

CREATE OR REPLACE FUNCTION rules.refuse_change_of_ended_delivery()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF to_jsonb(NEW) - 'updated_at' IS NOT DISTINCT FROM to_jsonb(OLD) - 'updated_at' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'violates rule "notification_deliveries_ended_immutable_rule"'
    USING ERRCODE = '23514', CONSTRAINT = 'notification_deliveries_ended_immutable_rule', TABLE = TG_TABLE_NAME,
      HINT = 'notification_deliveries_ended_immutable_rule: repeat the delivery as a new row with the next attempt_group.';
END
$function$;

CREATE OR REPLACE FUNCTION rules.refuse_delivery_transition()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION rules.refuse_miscounted_attempts()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF NEW.attempts = OLD.attempts + (NEW.status = 'SENDING' AND OLD.status <> 'SENDING')::int THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'violates rule "notification_deliveries_attempts_rule"'
    USING ERRCODE = '23514', CONSTRAINT = 'notification_deliveries_attempts_rule', TABLE = TG_TABLE_NAME,
      HINT = 'notification_deliveries_attempts_rule: add 1 to attempts when the status becomes SENDING, leave it alone otherwise.';
END
$function$;

CREATE OR REPLACE FUNCTION rules.refuse_older_recipient()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION rules.refuse_unknown_time_zone()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
$function$;

-- Tables

CREATE TABLE email_logs (
    id uuid NOT NULL,
    user_id uuid,
    delivery_id uuid,
    to_address text NOT NULL,
    from_address text DEFAULT 'noreply@codezest.com'::text NOT NULL,
    template_id text NOT NULL,
    subject text NOT NULL,
    status "EmailStatus" DEFAULT 'PENDING'::"EmailStatus" NOT NULL,
    provider "EmailProvider",
    provider_id text,
    error_code text,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    sent_at timestamp(3) with time zone,
    delivered_at timestamp(3) with time zone,
    opened_at timestamp(3) with time zone,
    clicked_at timestamp(3) with time zone,
    bounced_at timestamp(3) with time zone,
    complained_at timestamp(3) with time zone,
    failed_at timestamp(3) with time zone,
    CONSTRAINT email_logs_pkey PRIMARY KEY (id),
    CONSTRAINT email_logs_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES notification_deliveries(id) ON UPDATE RESTRICT ON DELETE SET NULL,
    CONSTRAINT email_logs_after_created_check CHECK ((LEAST(sent_at, failed_at) >= created_at)),
    CONSTRAINT email_logs_bounced_time_check CHECK (((status = 'BOUNCED'::"EmailStatus") = (bounced_at IS NOT NULL))),
    CONSTRAINT email_logs_clicked_was_sent_check CHECK (((clicked_at IS NULL) OR (sent_at IS NOT NULL))),
    CONSTRAINT email_logs_complained_time_check CHECK (((status = 'COMPLAINED'::"EmailStatus") = (complained_at IS NOT NULL))),
    CONSTRAINT email_logs_delivered_time_check CHECK (
CASE
    WHEN (delivered_at IS NULL) THEN (status <> 'DELIVERED'::"EmailStatus")
    ELSE (status = ANY (ARRAY['DELIVERED'::"EmailStatus", 'BOUNCED'::"EmailStatus", 'COMPLAINED'::"EmailStatus"]))
END),
    CONSTRAINT email_logs_error_code_check CHECK (((status = ANY (ARRAY['BOUNCED'::"EmailStatus", 'FAILED'::"EmailStatus"])) = (error_code IS NOT NULL))),
    CONSTRAINT email_logs_failed_time_check CHECK (((status = 'FAILED'::"EmailStatus") = (failed_at IS NOT NULL))),
    CONSTRAINT email_logs_from_format_check CHECK ((from_address ~ '^[^@[:space:]]+@[^@[:space:]]+$'::text)),
    CONSTRAINT email_logs_opened_was_sent_check CHECK (((opened_at IS NULL) OR (sent_at IS NOT NULL))),
    CONSTRAINT email_logs_provider_id_check CHECK (((provider_id IS NULL) OR (provider IS NOT NULL))),
    CONSTRAINT email_logs_sent_by_provider_check CHECK (((sent_at IS NULL) OR (provider IS NOT NULL))),
    CONSTRAINT email_logs_sent_time_check CHECK (((status = ANY (ARRAY['SENT'::"EmailStatus", 'DELIVERED'::"EmailStatus", 'BOUNCED'::"EmailStatus", 'COMPLAINED'::"EmailStatus"])) = (sent_at IS NOT NULL))),
    CONSTRAINT email_logs_to_format_check CHECK ((to_address ~ '^[^@[:space:]]+@[^@[:space:]]+$'::text)),
    CONSTRAINT email_logs_to_lower_case_check CHECK ((to_address = lower(to_address)))
);
CREATE INDEX email_logs_created_at_idx ON public.email_logs USING brin (created_at);
CREATE INDEX email_logs_delivery_id_idx ON public.email_logs USING btree (delivery_id);
CREATE UNIQUE INDEX email_logs_provider_provider_id_key ON public.email_logs USING btree (provider, provider_id);
CREATE INDEX email_logs_to_address_created_at_id_idx ON public.email_logs USING btree (to_address, created_at DESC, id DESC);
CREATE INDEX email_logs_user_id_created_at_id_idx ON public.email_logs USING btree (user_id, created_at DESC, id DESC);

CREATE TABLE notification_deliveries (
    id uuid NOT NULL,
    notification_id uuid NOT NULL,
    channel "NotificationChannel" NOT NULL,
    attempt_group smallint DEFAULT 1 NOT NULL,
    status "DeliveryStatus" DEFAULT 'PENDING'::"DeliveryStatus" NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    max_attempts smallint DEFAULT 5 NOT NULL,
    next_attempt_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP,
    claimed_at timestamp(3) with time zone,
    sent_at timestamp(3) with time zone,
    delivered_at timestamp(3) with time zone,
    failed_at timestamp(3) with time zone,
    canceled_at timestamp(3) with time zone,
    provider_message_id text,
    error_code text,
    error_message text,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT notification_deliveries_pkey PRIMARY KEY (id),
    CONSTRAINT notification_deliveries_notification_id_fkey FOREIGN KEY (notification_id) REFERENCES notifications(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT notification_deliveries_after_created_check CHECK ((LEAST(claimed_at, sent_at, failed_at, canceled_at) >= created_at)),
    CONSTRAINT notification_deliveries_attempt_group_check CHECK ((attempt_group >= 1)),
    CONSTRAINT notification_deliveries_attempt_left_check CHECK (((attempts < max_attempts) OR (status <> 'PENDING'::"DeliveryStatus"))),
    CONSTRAINT notification_deliveries_attempted_check CHECK (((attempts >= 1) OR (status = ANY (ARRAY['PENDING'::"DeliveryStatus", 'CANCELED'::"DeliveryStatus"])))),
    CONSTRAINT notification_deliveries_attempts_within_max_check CHECK (((attempts >= 0) AND (attempts <= max_attempts))),
    CONSTRAINT notification_deliveries_canceled_time_check CHECK (((status = 'CANCELED'::"DeliveryStatus") = (canceled_at IS NOT NULL))),
    CONSTRAINT notification_deliveries_delivered_time_check CHECK (((status = 'DELIVERED'::"DeliveryStatus") = (delivered_at IS NOT NULL))),
    CONSTRAINT notification_deliveries_error_message_check CHECK (((error_message IS NULL) OR (error_code IS NOT NULL))),
    CONSTRAINT notification_deliveries_error_of_attempt_check CHECK (((error_code IS NULL) OR ((attempts >= 1) AND (status <> ALL (ARRAY['SENT'::"DeliveryStatus", 'DELIVERED'::"DeliveryStatus"]))))),
    CONSTRAINT notification_deliveries_failed_has_error_check CHECK (((status <> 'FAILED'::"DeliveryStatus") OR (error_code IS NOT NULL))),
    CONSTRAINT notification_deliveries_failed_time_check CHECK (((status = 'FAILED'::"DeliveryStatus") = (failed_at IS NOT NULL))),
    CONSTRAINT notification_deliveries_max_attempts_check CHECK (((max_attempts >= 1) AND (max_attempts <= 20))),
    CONSTRAINT notification_deliveries_pending_is_scheduled_check CHECK (((status = 'PENDING'::"DeliveryStatus") = (next_attempt_at IS NOT NULL))),
    CONSTRAINT notification_deliveries_provider_message_sent_check CHECK (((provider_message_id IS NULL) OR (sent_at IS NOT NULL))),
    CONSTRAINT notification_deliveries_sending_is_claimed_check CHECK (((status = 'SENDING'::"DeliveryStatus") = (claimed_at IS NOT NULL))),
    CONSTRAINT notification_deliveries_sent_time_check CHECK (
CASE
    WHEN (sent_at IS NULL) THEN (status <> ALL (ARRAY['SENT'::"DeliveryStatus", 'DELIVERED'::"DeliveryStatus"]))
    ELSE (status = ANY (ARRAY['SENT'::"DeliveryStatus", 'DELIVERED'::"DeliveryStatus", 'FAILED'::"DeliveryStatus"]))
END)
);
CREATE INDEX notification_deliveries_channel_next_attempt_at_pending_idx ON public.notification_deliveries USING btree (channel, next_attempt_at, id) WHERE (status = 'PENDING'::"DeliveryStatus");
CREATE UNIQUE INDEX notification_deliveries_channel_provider_message_id_key ON public.notification_deliveries USING btree (channel, provider_message_id);
CREATE INDEX notification_deliveries_claimed_at_sending_idx ON public.notification_deliveries USING btree (claimed_at) WHERE (status = 'SENDING'::"DeliveryStatus");
CREATE UNIQUE INDEX notification_deliveries_notification_channel_group_key ON public.notification_deliveries USING btree (notification_id, channel, attempt_group);
CREATE TRIGGER notification_deliveries_attempts_rule BEFORE UPDATE OF status, attempts ON public.notification_deliveries FOR EACH ROW EXECUTE FUNCTION rules.refuse_miscounted_attempts();
CREATE TRIGGER notification_deliveries_ended_immutable_rule BEFORE UPDATE ON public.notification_deliveries FOR EACH ROW WHEN (((old.status = ANY (ARRAY['DELIVERED'::"DeliveryStatus", 'FAILED'::"DeliveryStatus", 'CANCELED'::"DeliveryStatus"])) AND (old.status = new.status))) EXECUTE FUNCTION rules.refuse_change_of_ended_delivery();
CREATE TRIGGER notification_deliveries_transition_rule BEFORE UPDATE OF status ON public.notification_deliveries FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION rules.refuse_delivery_transition();

CREATE TABLE notification_preferences (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    email boolean DEFAULT true NOT NULL,
    push boolean DEFAULT true NOT NULL,
    sms boolean DEFAULT false NOT NULL,
    in_app boolean DEFAULT true NOT NULL,
    marketing boolean DEFAULT false NOT NULL,
    digest "DigestFrequency" DEFAULT 'NEVER'::"DigestFrequency" NOT NULL,
    quiet_hours_start smallint,
    quiet_hours_end smallint,
    time_zone text,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT notification_preferences_pkey PRIMARY KEY (id),
    CONSTRAINT notification_preferences_quiet_hours_pair_check CHECK (((quiet_hours_start IS NULL) = (quiet_hours_end IS NULL))),
    CONSTRAINT notification_preferences_quiet_hours_range_check CHECK ((((quiet_hours_start >= 0) AND (quiet_hours_start <= 1439)) AND ((quiet_hours_end >= 0) AND (quiet_hours_end <= 1439)) AND (quiet_hours_start <> quiet_hours_end)))
);
CREATE UNIQUE INDEX notification_preferences_user_id_key ON public.notification_preferences USING btree (user_id);
CREATE TRIGGER notification_preferences_time_zone_rule BEFORE INSERT OR UPDATE OF time_zone ON public.notification_preferences FOR EACH ROW WHEN ((new.time_zone IS NOT NULL)) EXECUTE FUNCTION rules.refuse_unknown_time_zone('notification_preferences_time_zone_rule');

CREATE TABLE notification_types (
    id uuid NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    category "NotificationCategory" NOT NULL,
    description text,
    email_enabled boolean DEFAULT true NOT NULL,
    push_enabled boolean DEFAULT true NOT NULL,
    sms_enabled boolean DEFAULT false NOT NULL,
    in_app_enabled boolean DEFAULT true NOT NULL,
    is_mandatory boolean DEFAULT false NOT NULL,
    email_template_id text,
    push_template_id text,
    sms_template_id text,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT notification_types_pkey PRIMARY KEY (id),
    CONSTRAINT notification_types_mandatory_channel_check CHECK (((NOT is_mandatory) OR email_enabled OR push_enabled OR sms_enabled OR in_app_enabled)),
    CONSTRAINT notification_types_marketing_not_mandatory_check CHECK ((NOT (is_mandatory AND (category = 'MARKETING'::"NotificationCategory")))),
    CONSTRAINT notification_types_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);
CREATE UNIQUE INDEX notification_types_slug_key ON public.notification_types USING btree (slug);

CREATE TABLE notifications (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    type_id uuid NOT NULL,
    event_id uuid,
    title text NOT NULL,
    message text NOT NULL,
    data jsonb,
    priority "NotificationPriority" DEFAULT 'MEDIUM'::"NotificationPriority" NOT NULL,
    in_app boolean DEFAULT true NOT NULL,
    read_at timestamp(3) with time zone,
    seen_at timestamp(3) with time zone,
    action_url text,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    expires_at timestamp(3) with time zone,
    CONSTRAINT notifications_pkey PRIMARY KEY (id),
    CONSTRAINT notifications_type_id_fkey FOREIGN KEY (type_id) REFERENCES notification_types(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT notifications_action_url_check CHECK (((action_url ~ '^(https://[^[:space:]/\\][^[:space:]\\]*|/([^[:space:]/\\][^[:space:]\\]*)?)$'::text) AND (length(action_url) <= 2048))),
    CONSTRAINT notifications_data_object_check CHECK ((jsonb_typeof(data) = 'object'::text)),
    CONSTRAINT notifications_expires_after_created_check CHECK ((expires_at > created_at)),
    CONSTRAINT notifications_message_not_blank_check CHECK ((btrim(message) <> ''::text)),
    CONSTRAINT notifications_read_after_created_check CHECK ((read_at >= created_at)),
    CONSTRAINT notifications_read_is_seen_check CHECK (((read_at IS NULL) OR (seen_at IS NOT NULL))),
    CONSTRAINT notifications_seen_after_created_check CHECK ((seen_at >= created_at)),
    CONSTRAINT notifications_title_not_blank_check CHECK ((btrim(title) <> ''::text))
);
CREATE UNIQUE INDEX notifications_event_id_user_id_key ON public.notifications USING btree (event_id, user_id);
CREATE INDEX notifications_expires_at_set_idx ON public.notifications USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX notifications_type_id_idx ON public.notifications USING btree (type_id);
CREATE INDEX notifications_user_id_created_at_id_idx ON public.notifications USING btree (user_id, created_at DESC, id DESC);
CREATE INDEX notifications_user_id_unread_idx ON public.notifications USING btree (user_id, created_at DESC, id DESC) WHERE ((read_at IS NULL) AND in_app);

CREATE TABLE recipients (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    email text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    phone text,
    locale text DEFAULT 'en'::text NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    version integer NOT NULL,
    email_opens integer DEFAULT 0 NOT NULL,
    email_clicks integer DEFAULT 0 NOT NULL,
    last_email_sent timestamp(3) with time zone,
    last_email_opened timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT recipients_pkey PRIMARY KEY (id),
    CONSTRAINT recipients_email_clicks_check CHECK ((email_clicks >= 0)),
    CONSTRAINT recipients_email_format_check CHECK ((email ~ '^[^@[:space:]]+@[^@[:space:]]+$'::text)),
    CONSTRAINT recipients_email_lower_case_check CHECK ((email = lower(email))),
    CONSTRAINT recipients_email_opens_check CHECK ((email_opens >= 0)),
    CONSTRAINT recipients_locale_check CHECK ((locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text)),
    CONSTRAINT recipients_phone_check CHECK ((phone ~ '^\+[1-9][0-9]{6,14}$'::text)),
    CONSTRAINT recipients_version_check CHECK ((version >= 0))
);
CREATE INDEX recipients_email_idx ON public.recipients USING btree (email);
CREATE UNIQUE INDEX recipients_user_id_key ON public.recipients USING btree (user_id);
CREATE TRIGGER recipients_time_zone_rule BEFORE INSERT OR UPDATE OF time_zone ON public.recipients FOR EACH ROW EXECUTE FUNCTION rules.refuse_unknown_time_zone('recipients_time_zone_rule');
CREATE TRIGGER recipients_version_rule BEFORE UPDATE ON public.recipients FOR EACH ROW EXECUTE FUNCTION rules.refuse_older_recipient();

CREATE TABLE user_devices (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_encrypted text NOT NULL,
    token_hash bytea NOT NULL,
    token_hash_key_id character varying(64) NOT NULL,
    platform "DevicePlatform" NOT NULL,
    model text,
    is_active boolean DEFAULT true NOT NULL,
    last_used_at timestamp(6) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT user_devices_pkey PRIMARY KEY (id),
    CONSTRAINT user_devices_token_hash_key_id_format_check CHECK (((token_hash_key_id)::text ~ '^[A-Za-z0-9_-]+$'::text)),
    CONSTRAINT user_devices_token_hash_length_check CHECK ((octet_length(token_hash) = 32)),
    CONSTRAINT user_devices_token_is_encrypted_check CHECK ((token_encrypted ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$'::text))
);
CREATE UNIQUE INDEX user_devices_token_hash_key ON public.user_devices USING btree (token_hash) WHERE is_active;
CREATE INDEX user_devices_user_id_idx ON public.user_devices USING btree (user_id);

CREATE TABLE user_notification_settings (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    type_id uuid NOT NULL,
    email boolean,
    push boolean,
    sms boolean,
    in_app boolean,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT user_notification_settings_pkey PRIMARY KEY (id),
    CONSTRAINT user_notification_settings_type_id_fkey FOREIGN KEY (type_id) REFERENCES notification_types(id) ON UPDATE RESTRICT ON DELETE CASCADE
);
CREATE INDEX user_notification_settings_type_id_idx ON public.user_notification_settings USING btree (type_id);
CREATE UNIQUE INDEX user_notification_settings_user_id_type_id_key ON public.user_notification_settings USING btree (user_id, type_id);

CREATE TABLE rules.delivery_transitions (
    from_status "DeliveryStatus" NOT NULL,
    to_status "DeliveryStatus" NOT NULL,
    CONSTRAINT delivery_transitions_pkey PRIMARY KEY (from_status, to_status)
);

-- Rows of rules.delivery_transitions
--   (PENDING,CANCELED)
--   (PENDING,SENDING)
--   (SENDING,FAILED)
--   (SENDING,PENDING)
--   (SENDING,SENT)
--   (SENT,DELIVERED)
--   (SENT,FAILED)
