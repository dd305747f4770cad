-- What the migrations of db-auth lead to, read from the catalogs. To be read, compared and never run.
-- pnpm structure:write

-- Schemas and extensions

CREATE SCHEMA rules;

-- Enums

CREATE TYPE "EducationLevel" AS ENUM (
    'SECONDARY_SCHOOL',
    'VOCATIONAL_TRAINING',
    'BOOTCAMP',
    'ASSOCIATE_DEGREE',
    'BACHELOR_DEGREE',
    'MASTER_DEGREE',
    'DOCTORATE',
    'OTHER'
);

CREATE TYPE "ExperienceLevel" AS ENUM (
    'NONE',
    'ENTRY',
    'JUNIOR',
    'MID',
    'SENIOR',
    'LEAD'
);

CREATE TYPE "LeadStatus" AS ENUM (
    'NEW',
    'CONTACTED',
    'QUALIFIED',
    'CONVERTED',
    'LOST'
);

CREATE TYPE "LearningGoal" AS ENUM (
    'FIRST_JOB',
    'CAREER_CHANGE',
    'PROMOTION',
    'SKILL_UP',
    'STUDIES',
    'FREELANCING',
    'OWN_PROJECT',
    'HOBBY'
);

CREATE TYPE "LearningStyle" AS ENUM (
    'VIDEO',
    'READING',
    'PRACTICE',
    'PROJECTS',
    'MIXED'
);

CREATE TYPE "LoginMethod" AS ENUM (
    'PASSWORD',
    'TWO_FACTOR',
    'RECOVERY_CODE',
    'OAUTH'
);

CREATE TYPE "OAuthProvider" AS ENUM (
    'GOOGLE',
    'GITHUB',
    'MICROSOFT',
    'APPLE',
    'LINKEDIN',
    'FACEBOOK'
);

CREATE TYPE "SessionRevokedReason" AS ENUM (
    'ROTATED',
    'LOGOUT',
    'LOGOUT_EVERYWHERE',
    'REUSE_DETECTED',
    'PASSWORD_CHANGED',
    'ACCOUNT_SUSPENDED',
    'ACCOUNT_DELETED',
    'ADMIN'
);

CREATE TYPE "StudyTime" AS ENUM (
    'MORNING',
    'AFTERNOON',
    'EVENING',
    'NIGHT',
    'WEEKENDS',
    'FLEXIBLE'
);

CREATE TYPE "UserRole" AS ENUM (
    'STUDENT',
    'INSTRUCTOR',
    'ADMIN'
);

-- Functions

CREATE OR REPLACE FUNCTION rules.check_login_history_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
    IF EXISTS (SELECT FROM users WHERE id = OLD.user_id AND deleted_at IS NULL) THEN
        RAISE EXCEPTION USING
            ERRCODE = '42501',
            CONSTRAINT = 'login_history_append_only_rule',
            MESSAGE = 'DELETE of "login_history" violates rule "login_history_append_only_rule"',
            HINT = 'A row can be deleted once it is older than 90 days, or when its user is deleted.';
    END IF;
    RETURN OLD;
END $function$;

CREATE OR REPLACE FUNCTION rules.check_password_or_oauth()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
    account uuid;
BEGIN
    IF TG_TABLE_NAME = 'users' THEN account := NEW.id; ELSE account := OLD.user_id; END IF;

    PERFORM FROM users WHERE id = account FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM users WHERE id = account AND password IS NULL AND deleted_at IS NULL)
        AND NOT EXISTS (SELECT FROM oauth_accounts WHERE user_id = account)
    THEN
        RAISE EXCEPTION USING
            ERRCODE = '23514',
            CONSTRAINT = 'users_password_or_oauth_rule',
            MESSAGE = format('%s of "%s" violates rule "users_password_or_oauth_rule"', TG_OP, TG_TABLE_NAME),
            HINT = 'An account keeps a password or at least one OAuth account; add the other before removing one.';
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.check_session_family()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
    IF EXISTS (SELECT FROM sessions WHERE family_id = NEW.family_id AND user_id <> NEW.user_id) THEN
        RAISE EXCEPTION USING
            ERRCODE = '23514',
            CONSTRAINT = 'sessions_family_rule',
            MESSAGE = 'INSERT of "sessions" violates rule "sessions_family_rule"',
            HINT = 'The sessions of a family belong to one user; a login starts a family of its own.';
    END IF;
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.check_two_factor()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
    account uuid;
BEGIN
    IF TG_TABLE_NAME = 'users' THEN account := NEW.id; ELSE account := OLD.user_id; END IF;

    PERFORM FROM users WHERE id = account FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM users WHERE id = account AND two_factor_enabled AND deleted_at IS NULL)
        AND NOT EXISTS (SELECT FROM two_factor_credentials WHERE user_id = account)
    THEN
        RAISE EXCEPTION USING
            ERRCODE = '23514',
            CONSTRAINT = 'users_two_factor_rule',
            MESSAGE = format('%s of "%s" violates rule "users_two_factor_rule"', TG_OP, TG_TABLE_NAME),
            HINT = 'An account with twoFactorEnabled has a TwoFactorCredential; switch it off before removing that.';
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.refuse_write()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = TG_ARGV[1],
        CONSTRAINT = TG_ARGV[0],
        MESSAGE = format('%s of "%s" violates rule "%s"', TG_OP, TG_TABLE_NAME, TG_ARGV[0]),
        HINT = TG_ARGV[2];
END $function$;

-- Tables

CREATE TABLE email_changes (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    old_email character varying(254) NOT NULL,
    new_email character varying(254) NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    consumed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT email_changes_pkey PRIMARY KEY (id),
    CONSTRAINT email_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT email_changes_lifetime_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '1 day'::interval))),
    CONSTRAINT email_changes_new_email_differs_check CHECK (((new_email)::text <> (old_email)::text)),
    CONSTRAINT email_changes_new_email_format_check CHECK (((new_email)::text ~ '^[^\s@]+@[^\s@]+$'::text)),
    CONSTRAINT email_changes_token_hash_length_check CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX email_changes_expires_at_idx ON public.email_changes USING btree (expires_at);
CREATE UNIQUE INDEX email_changes_token_hash_key ON public.email_changes USING btree (token_hash);
CREATE INDEX email_changes_user_id_created_at_id_idx ON public.email_changes USING btree (user_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX email_changes_user_id_live_key ON public.email_changes USING btree (user_id) WHERE (consumed_at IS NULL);
CREATE TRIGGER email_changes_consumed BEFORE UPDATE OF consumed_at ON public.email_changes FOR EACH ROW WHEN (((old.consumed_at IS NOT NULL) AND (old.consumed_at IS DISTINCT FROM new.consumed_at))) EXECUTE FUNCTION rules.refuse_write('email_changes_consumed_rule', '23514', 'A token works once.');

CREATE TABLE email_verifications (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    consumed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT email_verifications_pkey PRIMARY KEY (id),
    CONSTRAINT email_verifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT email_verifications_lifetime_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '7 days'::interval))),
    CONSTRAINT email_verifications_token_hash_length_check CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX email_verifications_expires_at_idx ON public.email_verifications USING btree (expires_at);
CREATE UNIQUE INDEX email_verifications_token_hash_key ON public.email_verifications USING btree (token_hash);
CREATE INDEX email_verifications_user_id_created_at_id_idx ON public.email_verifications USING btree (user_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX email_verifications_user_id_live_key ON public.email_verifications USING btree (user_id) WHERE (consumed_at IS NULL);
CREATE TRIGGER email_verifications_consumed BEFORE UPDATE OF consumed_at ON public.email_verifications FOR EACH ROW WHEN (((old.consumed_at IS NOT NULL) AND (old.consumed_at IS DISTINCT FROM new.consumed_at))) EXECUTE FUNCTION rules.refuse_write('email_verifications_consumed_rule', '23514', 'A token works once.');

CREATE TABLE login_history (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    success boolean NOT NULL,
    ip_address inet,
    user_agent character varying(1024),
    location character varying(200),
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT login_history_pkey PRIMARY KEY (id),
    CONSTRAINT login_history_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE
);
CREATE INDEX login_history_created_at_idx ON public.login_history USING btree (created_at);
CREATE INDEX login_history_user_id_created_at_id_idx ON public.login_history USING btree (user_id, created_at DESC, id DESC);
CREATE TRIGGER login_history_delete BEFORE DELETE ON public.login_history FOR EACH ROW WHEN ((old.created_at > (now() - '90 days'::interval))) EXECUTE FUNCTION rules.check_login_history_delete();
CREATE TRIGGER login_history_truncate BEFORE TRUNCATE ON public.login_history FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_write('login_history_append_only_rule', '42501', 'A row can be deleted once it is older than 90 days, or when its user is deleted.');
CREATE TRIGGER login_history_update BEFORE UPDATE ON public.login_history FOR EACH ROW EXECUTE FUNCTION rules.refuse_write('login_history_append_only_rule', '42501', 'Rows are never changed.');

CREATE TABLE oauth_accounts (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    provider "OAuthProvider" NOT NULL,
    provider_id character varying(255) NOT NULL,
    access_token text,
    refresh_token text,
    expires_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT oauth_accounts_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT oauth_accounts_access_token_encrypted_check CHECK ((access_token ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}$'::text)),
    CONSTRAINT oauth_accounts_expires_at_check CHECK (((expires_at IS NULL) OR (access_token IS NOT NULL))),
    CONSTRAINT oauth_accounts_provider_id_not_blank_check CHECK (((provider_id)::text ~ '\S'::text)),
    CONSTRAINT oauth_accounts_refresh_token_encrypted_check CHECK ((refresh_token ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}$'::text))
);
CREATE UNIQUE INDEX oauth_accounts_provider_provider_id_key ON public.oauth_accounts USING btree (provider, provider_id);
CREATE UNIQUE INDEX oauth_accounts_user_id_provider_key ON public.oauth_accounts USING btree (user_id, provider);
CREATE CONSTRAINT TRIGGER oauth_accounts_password_or_oauth AFTER DELETE OR UPDATE OF user_id ON public.oauth_accounts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rules.check_password_or_oauth();

CREATE TABLE password_resets (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    consumed_at timestamp(3) with time zone,
    ip_address inet,
    user_agent character varying(1024),
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT password_resets_pkey PRIMARY KEY (id),
    CONSTRAINT password_resets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT password_resets_lifetime_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '1 day'::interval))),
    CONSTRAINT password_resets_token_hash_length_check CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX password_resets_expires_at_idx ON public.password_resets USING btree (expires_at);
CREATE UNIQUE INDEX password_resets_token_hash_key ON public.password_resets USING btree (token_hash);
CREATE INDEX password_resets_user_id_created_at_id_idx ON public.password_resets USING btree (user_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX password_resets_user_id_live_key ON public.password_resets USING btree (user_id) WHERE (consumed_at IS NULL);
CREATE TRIGGER password_resets_consumed BEFORE UPDATE OF consumed_at ON public.password_resets FOR EACH ROW WHEN (((old.consumed_at IS NOT NULL) AND (old.consumed_at IS DISTINCT FROM new.consumed_at))) EXECUTE FUNCTION rules.refuse_write('password_resets_consumed_rule', '23514', 'A token works once.');

CREATE TABLE recovery_codes (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    key_id character varying(64) NOT NULL,
    consumed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (id),
    CONSTRAINT recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT recovery_codes_code_hash_length_check CHECK ((octet_length(code_hash) = 32)),
    CONSTRAINT recovery_codes_key_id_format_check CHECK (((key_id)::text ~ '^[A-Za-z0-9_-]+$'::text))
);
CREATE UNIQUE INDEX recovery_codes_user_id_code_hash_key ON public.recovery_codes USING btree (user_id, code_hash);
CREATE TRIGGER recovery_codes_consumed BEFORE UPDATE OF consumed_at ON public.recovery_codes FOR EACH ROW WHEN (((old.consumed_at IS NOT NULL) AND (old.consumed_at IS DISTINCT FROM new.consumed_at))) EXECUTE FUNCTION rules.refuse_write('recovery_codes_consumed_rule', '23514', 'A recovery code works once.');

CREATE TABLE sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    family_id uuid NOT NULL,
    login_method "LoginMethod" NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    last_used_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    ip_address inet,
    user_agent character varying(1024),
    revoked_at timestamp(3) with time zone,
    revoked_reason "SessionRevokedReason",
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT sessions_lifetime_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '90 days'::interval))),
    CONSTRAINT sessions_revoked_reason_check CHECK (((revoked_at IS NULL) = (revoked_reason IS NULL))),
    CONSTRAINT sessions_token_hash_length_check CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX sessions_expires_at_idx ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_family_id_idx ON public.sessions USING btree (family_id);
CREATE UNIQUE INDEX sessions_family_id_live_key ON public.sessions USING btree (family_id) WHERE (revoked_at IS NULL);
CREATE UNIQUE INDEX sessions_token_hash_key ON public.sessions USING btree (token_hash);
CREATE INDEX sessions_user_id_created_at_id_idx ON public.sessions USING btree (user_id, created_at DESC, id DESC);
CREATE TRIGGER sessions_family BEFORE INSERT ON public.sessions FOR EACH ROW EXECUTE FUNCTION rules.check_session_family();
CREATE TRIGGER sessions_identity BEFORE UPDATE OF user_id, token_hash, family_id ON public.sessions FOR EACH ROW WHEN ((((old.user_id IS DISTINCT FROM new.user_id) OR (old.token_hash IS DISTINCT FROM new.token_hash)) OR (old.family_id IS DISTINCT FROM new.family_id))) EXECUTE FUNCTION rules.refuse_write('sessions_identity_rule', '23514', 'Refresh by revoking this session as ROTATED and inserting its successor in the same family.');
CREATE TRIGGER sessions_revoked BEFORE UPDATE OF revoked_at ON public.sessions FOR EACH ROW WHEN (((old.revoked_at IS NOT NULL) AND (new.revoked_at IS NULL))) EXECUTE FUNCTION rules.refuse_write('sessions_revoked_rule', '23514', 'A revoked session stays revoked; log in again.');

CREATE TABLE two_factor_credentials (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    secret text NOT NULL,
    last_used_step integer,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT two_factor_credentials_pkey PRIMARY KEY (id),
    CONSTRAINT two_factor_credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT two_factor_credentials_last_used_step_check CHECK ((last_used_step >= 0)),
    CONSTRAINT two_factor_credentials_secret_encrypted_check CHECK ((secret ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}$'::text))
);
CREATE UNIQUE INDEX two_factor_credentials_user_id_key ON public.two_factor_credentials USING btree (user_id);
CREATE TRIGGER two_factor_credentials_last_used_step BEFORE UPDATE OF last_used_step ON public.two_factor_credentials FOR EACH ROW WHEN ((COALESCE(new.last_used_step, '-1'::integer) < old.last_used_step)) EXECUTE FUNCTION rules.refuse_write('two_factor_credentials_last_used_step_rule', '23514', 'The step only grows: a code of an earlier one may have been overheard.');
CREATE CONSTRAINT TRIGGER two_factor_credentials_two_factor AFTER DELETE OR UPDATE OF user_id ON public.two_factor_credentials DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rules.check_two_factor();

CREATE TABLE user_leads (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    lead_score integer DEFAULT 0 NOT NULL,
    lead_status "LeadStatus",
    utm_source character varying(200),
    utm_medium character varying(200),
    utm_campaign character varying(200),
    referral_code character varying(64),
    segment character varying(100),
    internal_notes character varying(10000),
    tags jsonb,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT user_leads_pkey PRIMARY KEY (id),
    CONSTRAINT user_leads_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT user_leads_lead_score_check CHECK ((lead_score >= 0)),
    CONSTRAINT user_leads_tags_array_check CHECK ((jsonb_typeof(tags) = 'array'::text))
);
CREATE UNIQUE INDEX user_leads_user_id_key ON public.user_leads USING btree (user_id);

CREATE TABLE user_profiles (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    display_name character varying(100),
    bio character varying(2000),
    avatar character varying(2048),
    cover_image character varying(2048),
    phone character varying(32),
    location character varying(200),
    timezone character varying(64),
    website character varying(2048),
    education_level "EducationLevel",
    field_of_study character varying(200),
    institution character varying(200),
    graduation_year integer,
    education jsonb,
    "current_role" character varying(200),
    current_company character varying(200),
    industry character varying(200),
    experience_level "ExperienceLevel",
    years_experience integer,
    work_experience jsonb,
    learning_goal "LearningGoal",
    target_role character varying(200),
    weekly_hours integer,
    interests jsonb,
    motivations jsonb,
    skills jsonb,
    certifications jsonb,
    learning_style "LearningStyle",
    study_time "StudyTime",
    preferences jsonb,
    socials jsonb,
    is_public boolean DEFAULT false NOT NULL,
    show_email boolean DEFAULT false NOT NULL,
    show_progress boolean DEFAULT true NOT NULL,
    allow_messages boolean DEFAULT true NOT NULL,
    show_certificates boolean DEFAULT true NOT NULL,
    onboarding_completed boolean DEFAULT false NOT NULL,
    onboarding_step integer DEFAULT 0 NOT NULL,
    version integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT user_profiles_pkey PRIMARY KEY (id),
    CONSTRAINT user_profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT user_profiles_avatar_url_check CHECK (((avatar)::text ~ '^https?://\S+$'::text)),
    CONSTRAINT user_profiles_certifications_array_check CHECK ((jsonb_typeof(certifications) = 'array'::text)),
    CONSTRAINT user_profiles_cover_image_url_check CHECK (((cover_image)::text ~ '^https?://\S+$'::text)),
    CONSTRAINT user_profiles_education_array_check CHECK ((jsonb_typeof(education) = 'array'::text)),
    CONSTRAINT user_profiles_graduation_year_check CHECK (((graduation_year >= 1900) AND (graduation_year <= 2100))),
    CONSTRAINT user_profiles_interests_array_check CHECK ((jsonb_typeof(interests) = 'array'::text)),
    CONSTRAINT user_profiles_motivations_array_check CHECK ((jsonb_typeof(motivations) = 'array'::text)),
    CONSTRAINT user_profiles_onboarding_step_check CHECK (((onboarding_step >= 0) AND (onboarding_step <= 100))),
    CONSTRAINT user_profiles_phone_format_check CHECK (((phone)::text ~ '^\+?[0-9][0-9 ()./-]{4,}$'::text)),
    CONSTRAINT user_profiles_preferences_object_check CHECK ((jsonb_typeof(preferences) = 'object'::text)),
    CONSTRAINT user_profiles_skills_array_check CHECK ((jsonb_typeof(skills) = 'array'::text)),
    CONSTRAINT user_profiles_socials_object_check CHECK ((jsonb_typeof(socials) = 'object'::text)),
    CONSTRAINT user_profiles_timezone_format_check CHECK (((timezone)::text ~ '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$'::text)),
    CONSTRAINT user_profiles_website_url_check CHECK (((website)::text ~ '^https?://\S+$'::text)),
    CONSTRAINT user_profiles_weekly_hours_check CHECK (((weekly_hours >= 0) AND (weekly_hours <= 168))),
    CONSTRAINT user_profiles_work_experience_array_check CHECK ((jsonb_typeof(work_experience) = 'array'::text)),
    CONSTRAINT user_profiles_years_experience_check CHECK (((years_experience >= 0) AND (years_experience <= 80)))
);
CREATE UNIQUE INDEX user_profiles_user_id_key ON public.user_profiles USING btree (user_id);

CREATE TABLE users (
    id uuid NOT NULL,
    email character varying(254) NOT NULL,
    password text,
    first_name character varying(100) NOT NULL,
    last_name character varying(100) NOT NULL,
    username character varying(30),
    role "UserRole" DEFAULT 'STUDENT'::"UserRole" NOT NULL,
    email_verified boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    is_suspended boolean DEFAULT false NOT NULL,
    suspended_at timestamp(3) with time zone,
    suspended_reason character varying(500),
    last_login_at timestamp(3) with time zone,
    last_login_ip inet,
    login_attempts integer DEFAULT 0 NOT NULL,
    locked_until timestamp(3) with time zone,
    password_changed_at timestamp(3) with time zone,
    must_change_password boolean DEFAULT false NOT NULL,
    two_factor_enabled boolean DEFAULT false NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp(3) with time zone,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_format_check CHECK (((email)::text ~ '^[^\s@]+@[^\s@]+$'::text)),
    CONSTRAINT users_first_name_not_blank_check CHECK (((first_name)::text ~ '\S'::text)),
    CONSTRAINT users_locked_until_check CHECK (((locked_until IS NULL) OR (login_attempts > 0))),
    CONSTRAINT users_login_attempts_check CHECK ((login_attempts >= 0)),
    CONSTRAINT users_must_change_password_check CHECK (((NOT must_change_password) OR (password IS NOT NULL))),
    CONSTRAINT users_password_hash_check CHECK ((password ~ '^\$(argon2id|2[aby])\$'::text)),
    CONSTRAINT users_suspended_at_check CHECK ((is_suspended = (suspended_at IS NOT NULL))),
    CONSTRAINT users_suspended_reason_check CHECK (((suspended_reason IS NULL) OR is_suspended)),
    CONSTRAINT users_username_format_check CHECK (((username)::text ~ '^[A-Za-z0-9][A-Za-z0-9._-]{2,29}$'::text))
);
CREATE UNIQUE INDEX users_email_key ON public.users USING btree (email) WHERE (deleted_at IS NULL);
CREATE INDEX users_email_lower_deleted_idx ON public.users USING btree (lower((email)::text), deleted_at DESC) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX users_email_lower_live_key ON public.users USING btree (lower((email)::text)) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX users_username_key ON public.users USING btree (username) WHERE (deleted_at IS NULL);
CREATE INDEX users_username_lower_deleted_idx ON public.users USING btree (lower((username)::text), deleted_at DESC) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX users_username_lower_live_key ON public.users USING btree (lower((username)::text)) WHERE (deleted_at IS NULL);
CREATE CONSTRAINT TRIGGER users_password_or_oauth AFTER INSERT OR UPDATE OF password, deleted_at ON public.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.password IS NULL) AND (new.deleted_at IS NULL))) EXECUTE FUNCTION rules.check_password_or_oauth();
CREATE CONSTRAINT TRIGGER users_two_factor AFTER INSERT OR UPDATE OF two_factor_enabled, deleted_at ON public.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.two_factor_enabled AND (new.deleted_at IS NULL))) EXECUTE FUNCTION rules.check_two_factor();
