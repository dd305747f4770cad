-- A migration waits for locks no longer than its users can: rather fail and be run again.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

-- CreateEnum
CREATE TYPE "LeadStatus" AS ENUM ('NEW', 'CONTACTED', 'QUALIFIED', 'CONVERTED', 'LOST');

-- CreateEnum
CREATE TYPE "OAuthProvider" AS ENUM ('GOOGLE', 'GITHUB', 'MICROSOFT', 'APPLE', 'LINKEDIN', 'FACEBOOK');

-- CreateEnum
CREATE TYPE "EducationLevel" AS ENUM ('SECONDARY_SCHOOL', 'VOCATIONAL_TRAINING', 'BOOTCAMP', 'ASSOCIATE_DEGREE', 'BACHELOR_DEGREE', 'MASTER_DEGREE', 'DOCTORATE', 'OTHER');

-- CreateEnum
CREATE TYPE "ExperienceLevel" AS ENUM ('NONE', 'ENTRY', 'JUNIOR', 'MID', 'SENIOR', 'LEAD');

-- CreateEnum
CREATE TYPE "LearningGoal" AS ENUM ('FIRST_JOB', 'CAREER_CHANGE', 'PROMOTION', 'SKILL_UP', 'STUDIES', 'FREELANCING', 'OWN_PROJECT', 'HOBBY');

-- CreateEnum
CREATE TYPE "LearningStyle" AS ENUM ('VIDEO', 'READING', 'PRACTICE', 'PROJECTS', 'MIXED');

-- CreateEnum
CREATE TYPE "StudyTime" AS ENUM ('MORNING', 'AFTERNOON', 'EVENING', 'NIGHT', 'WEEKENDS', 'FLEXIBLE');

-- CreateEnum
CREATE TYPE "LoginMethod" AS ENUM ('PASSWORD', 'TWO_FACTOR', 'RECOVERY_CODE', 'OAUTH');

-- CreateEnum
CREATE TYPE "SessionRevokedReason" AS ENUM ('ROTATED', 'LOGOUT', 'LOGOUT_EVERYWHERE', 'REUSE_DETECTED', 'PASSWORD_CHANGED', 'ACCOUNT_SUSPENDED', 'ACCOUNT_DELETED', 'ADMIN');

-- CreateEnum
CREATE TYPE "UserRole" AS ENUM ('STUDENT', 'INSTRUCTOR', 'ADMIN');

-- CreateTable
CREATE TABLE "user_leads" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "lead_score" INTEGER NOT NULL DEFAULT 0,
    "lead_status" "LeadStatus",
    "utm_source" VARCHAR(200),
    "utm_medium" VARCHAR(200),
    "utm_campaign" VARCHAR(200),
    "referral_code" VARCHAR(64),
    "segment" VARCHAR(100),
    "internal_notes" VARCHAR(10000),
    "tags" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_leads_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "oauth_accounts" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "provider" "OAuthProvider" NOT NULL,
    "provider_id" VARCHAR(255) NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "oauth_accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "password_resets" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "consumed_at" TIMESTAMPTZ(3),
    "ip_address" INET,
    "user_agent" VARCHAR(1024),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "password_resets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "email_verifications" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "consumed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "email_verifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "email_changes" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "old_email" VARCHAR(254) NOT NULL,
    "new_email" VARCHAR(254) NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "consumed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "email_changes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_profiles" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "display_name" VARCHAR(100),
    "bio" VARCHAR(2000),
    "avatar" VARCHAR(2048),
    "cover_image" VARCHAR(2048),
    "phone" VARCHAR(32),
    "location" VARCHAR(200),
    "timezone" VARCHAR(64),
    "website" VARCHAR(2048),
    "education_level" "EducationLevel",
    "field_of_study" VARCHAR(200),
    "institution" VARCHAR(200),
    "graduation_year" INTEGER,
    "education" JSONB,
    "current_role" VARCHAR(200),
    "current_company" VARCHAR(200),
    "industry" VARCHAR(200),
    "experience_level" "ExperienceLevel",
    "years_experience" INTEGER,
    "work_experience" JSONB,
    "learning_goal" "LearningGoal",
    "target_role" VARCHAR(200),
    "weekly_hours" INTEGER,
    "interests" JSONB,
    "motivations" JSONB,
    "skills" JSONB,
    "certifications" JSONB,
    "learning_style" "LearningStyle",
    "study_time" "StudyTime",
    "preferences" JSONB,
    "socials" JSONB,
    "is_public" BOOLEAN NOT NULL DEFAULT false,
    "show_email" BOOLEAN NOT NULL DEFAULT false,
    "show_progress" BOOLEAN NOT NULL DEFAULT true,
    "allow_messages" BOOLEAN NOT NULL DEFAULT true,
    "show_certificates" BOOLEAN NOT NULL DEFAULT true,
    "onboarding_completed" BOOLEAN NOT NULL DEFAULT false,
    "onboarding_step" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_profiles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "family_id" UUID NOT NULL,
    "login_method" "LoginMethod" NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ip_address" INET,
    "user_agent" VARCHAR(1024),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_reason" "SessionRevokedReason",
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "login_history" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "success" BOOLEAN NOT NULL,
    "ip_address" INET,
    "user_agent" VARCHAR(1024),
    "location" VARCHAR(200),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "login_history_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "two_factor_credentials" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "secret" TEXT NOT NULL,
    "last_used_step" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "two_factor_credentials_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recovery_codes" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "code_hash" BYTEA NOT NULL,
    "key_id" VARCHAR(64) NOT NULL,
    "consumed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "recovery_codes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "password" TEXT,
    "first_name" VARCHAR(100) NOT NULL,
    "last_name" VARCHAR(100) NOT NULL,
    "username" VARCHAR(30),
    "role" "UserRole" NOT NULL DEFAULT 'STUDENT',
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "is_suspended" BOOLEAN NOT NULL DEFAULT false,
    "suspended_at" TIMESTAMPTZ(3),
    "suspended_reason" VARCHAR(500),
    "last_login_at" TIMESTAMPTZ(3),
    "last_login_ip" INET,
    "login_attempts" INTEGER NOT NULL DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),
    "password_changed_at" TIMESTAMPTZ(3),
    "must_change_password" BOOLEAN NOT NULL DEFAULT false,
    "two_factor_enabled" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_leads_user_id_key" ON "user_leads"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "oauth_accounts_provider_provider_id_key" ON "oauth_accounts"("provider", "provider_id");

-- CreateIndex
CREATE UNIQUE INDEX "oauth_accounts_user_id_provider_key" ON "oauth_accounts"("user_id", "provider");

-- CreateIndex
CREATE UNIQUE INDEX "password_resets_token_hash_key" ON "password_resets"("token_hash");

-- CreateIndex
CREATE INDEX "password_resets_user_id_created_at_id_idx" ON "password_resets"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "password_resets_expires_at_idx" ON "password_resets"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "email_verifications_token_hash_key" ON "email_verifications"("token_hash");

-- CreateIndex
CREATE INDEX "email_verifications_user_id_created_at_id_idx" ON "email_verifications"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "email_verifications_expires_at_idx" ON "email_verifications"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "email_changes_token_hash_key" ON "email_changes"("token_hash");

-- CreateIndex
CREATE INDEX "email_changes_user_id_created_at_id_idx" ON "email_changes"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "email_changes_expires_at_idx" ON "email_changes"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "user_profiles_user_id_key" ON "user_profiles"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "sessions_token_hash_key" ON "sessions"("token_hash");

-- CreateIndex
CREATE INDEX "sessions_user_id_created_at_id_idx" ON "sessions"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "sessions_family_id_idx" ON "sessions"("family_id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE INDEX "login_history_user_id_created_at_id_idx" ON "login_history"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "login_history_created_at_idx" ON "login_history"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "two_factor_credentials_user_id_key" ON "two_factor_credentials"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "recovery_codes_user_id_code_hash_key" ON "recovery_codes"("user_id", "code_hash");

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email") WHERE "deleted_at" IS NULL;

-- CreateIndex
CREATE UNIQUE INDEX "users_username_key" ON "users"("username") WHERE "deleted_at" IS NULL;

-- AddForeignKey
ALTER TABLE "user_leads" ADD CONSTRAINT "user_leads_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "oauth_accounts" ADD CONSTRAINT "oauth_accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "password_resets" ADD CONSTRAINT "password_resets_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "email_verifications" ADD CONSTRAINT "email_verifications_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "email_changes" ADD CONSTRAINT "email_changes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_profiles" ADD CONSTRAINT "user_profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "login_history" ADD CONSTRAINT "login_history_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "two_factor_credentials" ADD CONSTRAINT "two_factor_credentials_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- What follows is not in Prisma's schema. Every rule has a name that says what it demands, and a test that breaks it.

-- Users

-- The two declared uniques above exist for findUnique. These decide: nobody registers JANE@example.com beside jane@.
-- Deleted accounts are left out, so an address can be used again.
CREATE UNIQUE INDEX "users_email_lower_live_key" ON "users" (lower("email")) WHERE "deleted_at" IS NULL;
CREATE UNIQUE INDEX "users_username_lower_live_key" ON "users" (lower("username")) WHERE "deleted_at" IS NULL;
-- findLoginCandidate: whoever knows the password of a deleted account is told that it is deleted. Many can share an address.
CREATE INDEX "users_email_lower_deleted_idx" ON "users" (lower("email"), "deleted_at" DESC) WHERE "deleted_at" IS NOT NULL;
CREATE INDEX "users_username_lower_deleted_idx" ON "users" (lower("username"), "deleted_at" DESC)
    WHERE "deleted_at" IS NOT NULL;

ALTER TABLE "users"
    ADD CONSTRAINT "users_email_format_check" CHECK ("email" ~ '^[^\s@]+@[^\s@]+$'),
    -- The last line of defence against a clear text password.
    ADD CONSTRAINT "users_password_hash_check" CHECK ("password" ~ '^\$(argon2id|2[aby])\$'),
    ADD CONSTRAINT "users_first_name_not_blank_check" CHECK ("first_name" ~ '\S'),
    -- Without an @ it is never mistaken for an address at login.
    ADD CONSTRAINT "users_username_format_check" CHECK ("username" ~ '^[A-Za-z0-9][A-Za-z0-9._-]{2,29}$'),
    ADD CONSTRAINT "users_suspended_at_check" CHECK ("is_suspended" = ("suspended_at" IS NOT NULL)),
    ADD CONSTRAINT "users_suspended_reason_check" CHECK ("suspended_reason" IS NULL OR "is_suspended"),
    ADD CONSTRAINT "users_login_attempts_check" CHECK ("login_attempts" >= 0),
    -- Only failed logins lock: clearing the count without the lock would keep a user out for nothing.
    ADD CONSTRAINT "users_locked_until_check" CHECK ("locked_until" IS NULL OR "login_attempts" > 0),
    ADD CONSTRAINT "users_must_change_password_check" CHECK (NOT "must_change_password" OR "password" IS NOT NULL);

-- The functions of the rules, apart from the tables.
CREATE SCHEMA "rules";

-- An account without password and without OAuth account can never be entered again. Deferred, because an account and
-- its OAuth account come in one transaction, the account first. The account is locked before it is looked at: of two
-- transactions that each remove one of the last two ways in, the second waits and sees what the first has done.
CREATE FUNCTION "rules"."check_password_or_oauth"() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE CONSTRAINT TRIGGER "users_password_or_oauth"
    AFTER INSERT OR UPDATE OF "password", "deleted_at" ON "users" DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW."password" IS NULL AND NEW."deleted_at" IS NULL)
    EXECUTE FUNCTION "rules"."check_password_or_oauth"();
CREATE CONSTRAINT TRIGGER "oauth_accounts_password_or_oauth"
    AFTER DELETE OR UPDATE OF "user_id" ON "oauth_accounts" DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION "rules"."check_password_or_oauth"();

-- Asking for a second factor that does not exist locks the user out. Deferred and locked for the same reasons.
CREATE FUNCTION "rules"."check_two_factor"() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
END $$;

CREATE CONSTRAINT TRIGGER "users_two_factor"
    AFTER INSERT OR UPDATE OF "two_factor_enabled", "deleted_at" ON "users" DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW."two_factor_enabled" AND NEW."deleted_at" IS NULL)
    EXECUTE FUNCTION "rules"."check_two_factor"();
CREATE CONSTRAINT TRIGGER "two_factor_credentials_two_factor"
    AFTER DELETE OR UPDATE OF "user_id" ON "two_factor_credentials" DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION "rules"."check_two_factor"();

-- Profiles and leads

-- Addresses are shown as links: anything but http(s), such as javascript:, would run in the reader's browser.
-- jsonb columns hold what their type says, never a JSON text in a JSON string.
ALTER TABLE "user_profiles"
    ADD CONSTRAINT "user_profiles_avatar_url_check" CHECK ("avatar" ~ '^https?://\S+$'),
    ADD CONSTRAINT "user_profiles_cover_image_url_check" CHECK ("cover_image" ~ '^https?://\S+$'),
    ADD CONSTRAINT "user_profiles_website_url_check" CHECK ("website" ~ '^https?://\S+$'),
    ADD CONSTRAINT "user_profiles_phone_format_check" CHECK ("phone" ~ '^\+?[0-9][0-9 ()./-]{4,}$'),
    ADD CONSTRAINT "user_profiles_timezone_format_check" CHECK ("timezone" ~ '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$'),
    ADD CONSTRAINT "user_profiles_graduation_year_check" CHECK ("graduation_year" BETWEEN 1900 AND 2100),
    ADD CONSTRAINT "user_profiles_years_experience_check" CHECK ("years_experience" BETWEEN 0 AND 80),
    ADD CONSTRAINT "user_profiles_weekly_hours_check" CHECK ("weekly_hours" BETWEEN 0 AND 168),
    ADD CONSTRAINT "user_profiles_onboarding_step_check" CHECK ("onboarding_step" BETWEEN 0 AND 100),
    ADD CONSTRAINT "user_profiles_education_array_check" CHECK (jsonb_typeof("education") = 'array'),
    ADD CONSTRAINT "user_profiles_work_experience_array_check" CHECK (jsonb_typeof("work_experience") = 'array'),
    ADD CONSTRAINT "user_profiles_interests_array_check" CHECK (jsonb_typeof("interests") = 'array'),
    ADD CONSTRAINT "user_profiles_motivations_array_check" CHECK (jsonb_typeof("motivations") = 'array'),
    ADD CONSTRAINT "user_profiles_skills_array_check" CHECK (jsonb_typeof("skills") = 'array'),
    ADD CONSTRAINT "user_profiles_certifications_array_check" CHECK (jsonb_typeof("certifications") = 'array'),
    ADD CONSTRAINT "user_profiles_preferences_object_check" CHECK (jsonb_typeof("preferences") = 'object'),
    ADD CONSTRAINT "user_profiles_socials_object_check" CHECK (jsonb_typeof("socials") = 'object');

ALTER TABLE "user_leads"
    ADD CONSTRAINT "user_leads_lead_score_check" CHECK ("lead_score" >= 0),
    ADD CONSTRAINT "user_leads_tags_array_check" CHECK (jsonb_typeof("tags") = 'array');

-- OAuth accounts

-- v1.<key>.<nonce of 12 bytes>.<ciphertext>.<tag of 16 bytes>, each in base64url: a token in clear is refused.
ALTER TABLE "oauth_accounts"
    ADD CONSTRAINT "oauth_accounts_provider_id_not_blank_check" CHECK ("provider_id" ~ '\S'),
    ADD CONSTRAINT "oauth_accounts_access_token_encrypted_check"
        CHECK ("access_token" ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}$'),
    ADD CONSTRAINT "oauth_accounts_refresh_token_encrypted_check"
        CHECK ("refresh_token" ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}$'),
    ADD CONSTRAINT "oauth_accounts_expires_at_check" CHECK ("expires_at" IS NULL OR "access_token" IS NOT NULL);

-- Rules whose condition stands in the trigger's WHEN share this function. Its arguments: rule, SQLSTATE, hint.
CREATE FUNCTION "rules"."refuse_write"() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = TG_ARGV[1],
        CONSTRAINT = TG_ARGV[0],
        MESSAGE = format('%s of "%s" violates rule "%s"', TG_OP, TG_TABLE_NAME, TG_ARGV[0]),
        HINT = TG_ARGV[2];
END $$;

-- Sessions

ALTER TABLE "sessions"
    ADD CONSTRAINT "sessions_token_hash_length_check" CHECK (octet_length("token_hash") = 32),
    ADD CONSTRAINT "sessions_lifetime_check"
        CHECK ("expires_at" > "created_at" AND "expires_at" - "created_at" <= interval '90 days'),
    ADD CONSTRAINT "sessions_revoked_reason_check" CHECK (("revoked_at" IS NULL) = ("revoked_reason" IS NULL));

-- Two heads would be two copies of one login, and nobody could tell the thief's from the owner's.
CREATE UNIQUE INDEX "sessions_family_id_live_key" ON "sessions" ("family_id") WHERE "revoked_at" IS NULL;

-- Ending a family ends one user's login, never another's.
CREATE FUNCTION "rules"."check_session_family"() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT FROM sessions WHERE family_id = NEW.family_id AND user_id <> NEW.user_id) THEN
        RAISE EXCEPTION USING
            ERRCODE = '23514',
            CONSTRAINT = 'sessions_family_rule',
            MESSAGE = 'INSERT of "sessions" violates rule "sessions_family_rule"',
            HINT = 'The sessions of a family belong to one user; a login starts a family of its own.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER "sessions_family" BEFORE INSERT ON "sessions"
    FOR EACH ROW EXECUTE FUNCTION "rules"."check_session_family"();

-- A token that is replaced in place leaves no trace by which its second use could be noticed.
CREATE TRIGGER "sessions_identity" BEFORE UPDATE OF "user_id", "token_hash", "family_id" ON "sessions"
    FOR EACH ROW WHEN (
        (OLD."user_id", OLD."token_hash", OLD."family_id") IS DISTINCT FROM
        (NEW."user_id", NEW."token_hash", NEW."family_id"))
    EXECUTE FUNCTION "rules"."refuse_write"('sessions_identity_rule', '23514',
        'Refresh by revoking this session as ROTATED and inserting its successor in the same family.');

CREATE TRIGGER "sessions_revoked" BEFORE UPDATE OF "revoked_at" ON "sessions"
    FOR EACH ROW WHEN (OLD."revoked_at" IS NOT NULL AND NEW."revoked_at" IS NULL)
    EXECUTE FUNCTION "rules"."refuse_write"('sessions_revoked_rule', '23514', 'A revoked session stays revoked; log in again.');

-- Login history: append-only

-- Whoever broke into an account must not be able to hide it. Rows leave with their user, which erasure needs, and by
-- retention, because an IP address may not be kept for ever.
CREATE FUNCTION "rules"."check_login_history_delete"() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT FROM users WHERE id = OLD.user_id AND deleted_at IS NULL) THEN
        RAISE EXCEPTION USING
            ERRCODE = '42501',
            CONSTRAINT = 'login_history_append_only_rule',
            MESSAGE = 'DELETE of "login_history" violates rule "login_history_append_only_rule"',
            HINT = 'A row can be deleted once it is older than 90 days, or when its user is deleted.';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER "login_history_delete" BEFORE DELETE ON "login_history"
    FOR EACH ROW WHEN (OLD."created_at" > now() - interval '90 days')
    EXECUTE FUNCTION "rules"."check_login_history_delete"();
CREATE TRIGGER "login_history_update" BEFORE UPDATE ON "login_history"
    FOR EACH ROW EXECUTE FUNCTION "rules"."refuse_write"('login_history_append_only_rule', '42501', 'Rows are never changed.');
CREATE TRIGGER "login_history_truncate" BEFORE TRUNCATE ON "login_history"
    FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_write"('login_history_append_only_rule', '42501',
        'A row can be deleted once it is older than 90 days, or when its user is deleted.');

-- One-time tokens

-- The longest that each may live; the service decides on less.
ALTER TABLE "password_resets"
    ADD CONSTRAINT "password_resets_token_hash_length_check" CHECK (octet_length("token_hash") = 32),
    ADD CONSTRAINT "password_resets_lifetime_check"
        CHECK ("expires_at" > "created_at" AND "expires_at" - "created_at" <= interval '1 day');
ALTER TABLE "email_verifications"
    ADD CONSTRAINT "email_verifications_token_hash_length_check" CHECK (octet_length("token_hash") = 32),
    ADD CONSTRAINT "email_verifications_lifetime_check"
        CHECK ("expires_at" > "created_at" AND "expires_at" - "created_at" <= interval '7 days');
ALTER TABLE "email_changes"
    ADD CONSTRAINT "email_changes_token_hash_length_check" CHECK (octet_length("token_hash") = 32),
    ADD CONSTRAINT "email_changes_lifetime_check"
        CHECK ("expires_at" > "created_at" AND "expires_at" - "created_at" <= interval '1 day'),
    ADD CONSTRAINT "email_changes_new_email_format_check" CHECK ("new_email" ~ '^[^\s@]+@[^\s@]+$'),
    ADD CONSTRAINT "email_changes_new_email_differs_check" CHECK ("new_email" <> "old_email");

-- Every mail that is out there and still works is one more chance for a thief.
CREATE UNIQUE INDEX "password_resets_user_id_live_key" ON "password_resets" ("user_id")
    WHERE "consumed_at" IS NULL;
CREATE UNIQUE INDEX "email_verifications_user_id_live_key" ON "email_verifications" ("user_id")
    WHERE "consumed_at" IS NULL;
CREATE UNIQUE INDEX "email_changes_user_id_live_key" ON "email_changes" ("user_id")
    WHERE "consumed_at" IS NULL;

-- Consuming asks for consumed_at IS NULL in the same UPDATE. One that forgot to would accept a token twice: not here.
CREATE TRIGGER "password_resets_consumed" BEFORE UPDATE OF "consumed_at" ON "password_resets"
    FOR EACH ROW WHEN (OLD."consumed_at" IS NOT NULL AND OLD."consumed_at" IS DISTINCT FROM NEW."consumed_at")
    EXECUTE FUNCTION "rules"."refuse_write"('password_resets_consumed_rule', '23514', 'A token works once.');
CREATE TRIGGER "email_verifications_consumed" BEFORE UPDATE OF "consumed_at" ON "email_verifications"
    FOR EACH ROW WHEN (OLD."consumed_at" IS NOT NULL AND OLD."consumed_at" IS DISTINCT FROM NEW."consumed_at")
    EXECUTE FUNCTION "rules"."refuse_write"('email_verifications_consumed_rule', '23514', 'A token works once.');
CREATE TRIGGER "email_changes_consumed" BEFORE UPDATE OF "consumed_at" ON "email_changes"
    FOR EACH ROW WHEN (OLD."consumed_at" IS NOT NULL AND OLD."consumed_at" IS DISTINCT FROM NEW."consumed_at")
    EXECUTE FUNCTION "rules"."refuse_write"('email_changes_consumed_rule', '23514', 'A token works once.');

-- Two-factor

ALTER TABLE "two_factor_credentials"
    ADD CONSTRAINT "two_factor_credentials_secret_encrypted_check"
        CHECK ("secret" ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}$'),
    ADD CONSTRAINT "two_factor_credentials_last_used_step_check" CHECK ("last_used_step" >= 0);

CREATE TRIGGER "two_factor_credentials_last_used_step" BEFORE UPDATE OF "last_used_step" ON "two_factor_credentials"
    FOR EACH ROW WHEN (coalesce(NEW."last_used_step", -1) < OLD."last_used_step")
    EXECUTE FUNCTION "rules"."refuse_write"('two_factor_credentials_last_used_step_rule', '23514',
        'The step only grows: a code of an earlier one may have been overheard.');

ALTER TABLE "recovery_codes"
    ADD CONSTRAINT "recovery_codes_code_hash_length_check" CHECK (octet_length("code_hash") = 32),
    ADD CONSTRAINT "recovery_codes_key_id_format_check" CHECK ("key_id" ~ '^[A-Za-z0-9_-]+$');

CREATE TRIGGER "recovery_codes_consumed" BEFORE UPDATE OF "consumed_at" ON "recovery_codes"
    FOR EACH ROW WHEN (OLD."consumed_at" IS NOT NULL AND OLD."consumed_at" IS DISTINCT FROM NEW."consumed_at")
    EXECUTE FUNCTION "rules"."refuse_write"('recovery_codes_consumed_rule', '23514', 'A recovery code works once.');
