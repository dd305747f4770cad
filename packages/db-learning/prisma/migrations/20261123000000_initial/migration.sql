-- The learning database: what Prisma can express, then what only SQL can.
--
-- The file runs as one query in one transaction. It gives up after three seconds where another session holds a lock,
-- instead of queueing in front of everybody else's queries.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "AttemptStatus" AS ENUM ('IN_PROGRESS', 'COMPLETED', 'ABANDONED');

-- CreateEnum
CREATE TYPE "Difficulty" AS ENUM ('BEGINNER', 'INTERMEDIATE', 'ADVANCED');

-- CreateEnum
CREATE TYPE "MaterialType" AS ENUM ('VIDEO', 'ARTICLE', 'CODE_EXAMPLE', 'INTERACTIVE');

-- CreateEnum
CREATE TYPE "CourseLayout" AS ENUM ('MARKDOWN', 'EXERCISM');

-- CreateEnum
CREATE TYPE "ExerciseStatus" AS ENUM ('WIP', 'BETA', 'ACTIVE', 'DEPRECATED');

-- CreateEnum
CREATE TYPE "ExerciseKind" AS ENUM ('CONCEPT', 'PRACTICE');

-- CreateEnum
CREATE TYPE "FileRole" AS ENUM ('STARTER', 'TEST', 'EDITOR', 'EXEMPLAR', 'EXAMPLE', 'INVALIDATOR', 'OTHER');

-- CreateEnum
CREATE TYPE "CertificateType" AS ENUM ('LANGUAGE_COMPLETION', 'MODULE_COMPLETION');

-- CreateEnum
CREATE TYPE "CertificateGrade" AS ENUM ('PASS', 'MERIT', 'DISTINCTION');

-- CreateEnum
CREATE TYPE "EnrollmentStatus" AS ENUM ('ACTIVE', 'PAUSED', 'COMPLETED', 'DROPPED');

-- CreateEnum
CREATE TYPE "ProgressStatus" AS ENUM ('NOT_STARTED', 'IN_PROGRESS', 'COMPLETED');

-- CreateEnum
CREATE TYPE "QuestionScoring" AS ENUM ('MATCH_CORRECT', 'MAP_RESPONSE');

-- CreateEnum
CREATE TYPE "SubmissionStatus" AS ENUM ('PENDING', 'RUNNING', 'PASSED', 'FAILED', 'ERROR');

-- CreateEnum
CREATE TYPE "AnalysisType" AS ENUM ('AI', 'MANUAL', 'HYBRID');

-- CreateTable
CREATE TABLE "mcq_attempts" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "quiz_id" UUID NOT NULL,
    "attempt_number" INTEGER NOT NULL,
    "status" "AttemptStatus" NOT NULL DEFAULT 'IN_PROGRESS',
    "score" INTEGER,
    "max_score" INTEGER NOT NULL,
    "passing_score" INTEGER NOT NULL,
    "time_limit" INTEGER,
    "grace_period" INTEGER NOT NULL DEFAULT 0,
    "passed" BOOLEAN,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mcq_attempts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mcq_answers" (
    "id" UUID NOT NULL,
    "attempt_id" UUID NOT NULL,
    "quiz_id" UUID NOT NULL,
    "question_id" UUID NOT NULL,
    "question_revision" INTEGER NOT NULL DEFAULT 0,
    "selected_option_id" UUID,
    "selected_option_ids" UUID[] NOT NULL DEFAULT ARRAY[]::UUID[],
    "is_correct" BOOLEAN NOT NULL,
    "partial_points" INTEGER,
    "snapshot" JSONB,
    "answered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mcq_answers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "quiz_analyses" (
    "id" UUID NOT NULL,
    "attempt_id" UUID NOT NULL,
    "analysis_type" "AnalysisType" NOT NULL DEFAULT 'AI',
    "performance_breakdown" JSONB NOT NULL,
    "strong_topics" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "weak_topics" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "recommendations" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "insights" TEXT,
    "avg_time_per_question" INTEGER,
    "time_management" TEXT,
    "ai_model" TEXT,
    "analyzed_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "quiz_analyses_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "programming_languages" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "description" TEXT,
    "icon" TEXT,
    "difficulty" "Difficulty" NOT NULL DEFAULT 'BEGINNER',
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "licence" TEXT,
    "layout" "CourseLayout",
    "authored" JSONB,
    "content_version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "programming_languages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "modules" (
    "id" UUID NOT NULL,
    "language_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "description" TEXT,
    "syllabus" TEXT,
    "order" INTEGER NOT NULL,
    "estimated_duration" INTEGER,
    "published_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "authors" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "contributors" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "authored" JSONB,
    "step_count" INTEGER NOT NULL DEFAULT 0,
    "content_version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "modules_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "module_prerequisites" (
    "id" UUID NOT NULL,
    "module_id" UUID NOT NULL,
    "prerequisite_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "module_prerequisites_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "materials" (
    "id" UUID NOT NULL,
    "module_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "slug" TEXT,
    "type" "MaterialType" NOT NULL,
    "content" TEXT NOT NULL,
    "duration" INTEGER,
    "order" INTEGER NOT NULL,
    "authored" JSONB,
    "published_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "materials_pkey" PRIMARY KEY ("id")
);

-- CreateTable
-- lint-ignore no-inexact-money: points and percentages as graders give them
CREATE TABLE "assignments" (
    "id" UUID NOT NULL,
    "module_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "slug" TEXT,
    "place" INTEGER,
    "kind" "ExerciseKind",
    "status" "ExerciseStatus",
    "blurb" TEXT,
    "description" TEXT NOT NULL,
    "difficulty" "Difficulty" NOT NULL,
    "level" INTEGER,
    "topics" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "prerequisites" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "teaches" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "practices" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "authors" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "contributors" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "licence" TEXT,
    "source" TEXT,
    "source_url" TEXT,
    "starter_code" TEXT,
    "test_cases" JSONB NOT NULL,
    "hints" JSONB NOT NULL DEFAULT '[]',
    "max_score" DOUBLE PRECISION NOT NULL DEFAULT 100,
    "time_limit" INTEGER,
    "estimated_duration" INTEGER,
    "authored" JSONB,
    "published_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "assignments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "course_files" (
    "id" UUID NOT NULL,
    "language_id" UUID,
    "module_id" UUID,
    "assignment_id" UUID,
    "path" TEXT NOT NULL,
    "role" "FileRole" NOT NULL DEFAULT 'OTHER',
    "content" BYTEA NOT NULL,
    "executable" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "course_files_pkey" PRIMARY KEY ("id")
);

-- CreateTable
-- lint-ignore no-inexact-money: points and percentages as graders give them
CREATE TABLE "certificates" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "type" "CertificateType" NOT NULL,
    "language_id" UUID,
    "module_id" UUID,
    "title" TEXT NOT NULL,
    "holder_name" TEXT,
    "description" TEXT,
    "criteria" TEXT,
    "certificate_url" TEXT,
    "credential_id" TEXT NOT NULL,
    "is_verified" BOOLEAN NOT NULL DEFAULT false,
    "verified_by" UUID,
    "score" DOUBLE PRECISION,
    "grade" "CertificateGrade",
    "issued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_reason" TEXT,
    "renewed_at" TIMESTAMPTZ(3),
    "renewal_of_id" UUID,
    "status_list_index" SERIAL NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "certificates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "language_enrollments" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "language_id" UUID NOT NULL,
    "status" "EnrollmentStatus" NOT NULL DEFAULT 'ACTIVE',
    "weekly_hours" INTEGER,
    "enrolled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3),
    "content_version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "language_enrollments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "module_progress" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "module_id" UUID NOT NULL,
    "status" "ProgressStatus" NOT NULL DEFAULT 'NOT_STARTED',
    "progress_percent" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "last_accessed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "version" INTEGER NOT NULL DEFAULT 0,
    "content_version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "module_progress_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "material_progress" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "material_id" UUID NOT NULL,
    "completed" BOOLEAN NOT NULL DEFAULT false,
    "view_count" INTEGER NOT NULL DEFAULT 0,
    "last_viewed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "material_progress_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "learner_stats" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "total_learning_hours" INTEGER NOT NULL DEFAULT 0,
    "courses_completed" INTEGER NOT NULL DEFAULT 0,
    "modules_completed" INTEGER NOT NULL DEFAULT 0,
    "assignments_passed" INTEGER NOT NULL DEFAULT 0,
    "quizzes_passed" INTEGER NOT NULL DEFAULT 0,
    "certificates_earned" INTEGER NOT NULL DEFAULT 0,
    "last_learned_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "learner_stats_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "completions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "module_id" UUID,
    "language_id" UUID,
    "completed_at" TIMESTAMPTZ(3) NOT NULL,
    "reported_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "completions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mcq_quizzes" (
    "id" UUID NOT NULL,
    "module_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "slug" TEXT,
    "place" INTEGER,
    "description" TEXT,
    "passing_score" INTEGER NOT NULL DEFAULT 70,
    "time_limit" INTEGER,
    "grace_period" INTEGER NOT NULL DEFAULT 0,
    "max_attempts" INTEGER,
    "cooldown" INTEGER,
    "estimated_duration" INTEGER,
    "content_version" INTEGER NOT NULL DEFAULT 0,
    "authored" JSONB,
    "published_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "mcq_quizzes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mcq_questions" (
    "id" UUID NOT NULL,
    "quiz_id" UUID NOT NULL,
    "question" TEXT NOT NULL,
    "explanation" TEXT,
    "order" INTEGER NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 1,
    "scoring" "QuestionScoring" NOT NULL DEFAULT 'MATCH_CORRECT',
    "revision" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "mcq_questions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mcq_options" (
    "id" UUID NOT NULL,
    "question_id" UUID NOT NULL,
    "option_text" TEXT NOT NULL,
    "is_correct" BOOLEAN NOT NULL,
    "order" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "mcq_options_pkey" PRIMARY KEY ("id")
);

-- CreateTable
-- lint-ignore no-inexact-money: points and percentages as graders give them
CREATE TABLE "assignment_submissions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "assignment_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "language_id" UUID,
    "status" "SubmissionStatus" NOT NULL DEFAULT 'PENDING',
    "score" DOUBLE PRECISION,
    "max_score" DOUBLE PRECISION NOT NULL,
    "feedback" TEXT,
    "analysis_type" "AnalysisType" NOT NULL DEFAULT 'AI',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "worker" TEXT,
    "claim_expires_at" TIMESTAMPTZ(3),
    "review_tries" INTEGER NOT NULL DEFAULT 0,
    "review_expires_at" TIMESTAMPTZ(3),
    "reviewed_at" TIMESTAMPTZ(3),
    "submitted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "graded_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "assignment_submissions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
-- lint-ignore no-inexact-money: points and percentages as graders give them
CREATE TABLE "assignment_analyses" (
    "id" UUID NOT NULL,
    "submission_id" UUID NOT NULL,
    "analysis_type" "AnalysisType" NOT NULL DEFAULT 'AI',
    "overall_score" DOUBLE PRECISION,
    "strengths" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "weaknesses" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "suggestions" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "code_quality" JSONB,
    "detailed_feedback" TEXT,
    "ai_model" TEXT,
    "ai_prompt" TEXT,
    "analyzed_by" UUID,
    "version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "assignment_analyses_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "mcq_attempts_user_id_quiz_id_started_at_idx" ON "mcq_attempts"("user_id", "quiz_id", "started_at" DESC);

-- CreateIndex
CREATE INDEX "mcq_attempts_quiz_id_idx" ON "mcq_attempts"("quiz_id");

-- CreateIndex
CREATE UNIQUE INDEX "mcq_attempts_user_id_quiz_id_attempt_number_key" ON "mcq_attempts"("user_id", "quiz_id", "attempt_number");

-- CreateIndex
CREATE UNIQUE INDEX "mcq_attempts_id_quiz_id_key" ON "mcq_attempts"("id", "quiz_id");

-- CreateIndex
CREATE INDEX "mcq_answers_question_id_selected_option_id_idx" ON "mcq_answers"("question_id", "selected_option_id");

-- CreateIndex
CREATE UNIQUE INDEX "mcq_answers_attempt_id_question_id_key" ON "mcq_answers"("attempt_id", "question_id");

-- CreateIndex
CREATE UNIQUE INDEX "quiz_analyses_attempt_id_key" ON "quiz_analyses"("attempt_id");

-- CreateIndex
CREATE INDEX "quiz_analyses_analyzed_by_idx" ON "quiz_analyses"("analyzed_by");

-- CreateIndex
CREATE UNIQUE INDEX "programming_languages_name_key" ON "programming_languages"("name") WHERE "deleted_at" IS NULL;

-- CreateIndex
CREATE UNIQUE INDEX "programming_languages_slug_key" ON "programming_languages"("slug") WHERE "deleted_at" IS NULL;

-- CreateIndex
CREATE INDEX "modules_language_id_order_id_idx" ON "modules"("language_id", "order", "id");

-- CreateIndex
CREATE UNIQUE INDEX "modules_language_id_slug_key" ON "modules"("language_id", "slug") WHERE "deleted_at" IS NULL;

-- CreateIndex
CREATE INDEX "module_prerequisites_prerequisite_id_idx" ON "module_prerequisites"("prerequisite_id");

-- CreateIndex
CREATE UNIQUE INDEX "module_prerequisites_module_id_prerequisite_id_key" ON "module_prerequisites"("module_id", "prerequisite_id");

-- CreateIndex
CREATE UNIQUE INDEX "materials_module_id_slug_key" ON "materials"("module_id", "slug") WHERE "deleted_at" IS NULL;

-- CreateIndex
CREATE INDEX "materials_module_id_order_id_idx" ON "materials"("module_id", "order", "id");

-- CreateIndex
CREATE UNIQUE INDEX "assignments_module_id_slug_key" ON "assignments"("module_id", "slug") WHERE "deleted_at" IS NULL;

-- CreateIndex
CREATE UNIQUE INDEX "course_files_language_id_path_key" ON "course_files"("language_id", "path");

-- CreateIndex
CREATE UNIQUE INDEX "course_files_module_id_path_key" ON "course_files"("module_id", "path");

-- CreateIndex
CREATE UNIQUE INDEX "course_files_assignment_id_path_key" ON "course_files"("assignment_id", "path");

-- CreateIndex
CREATE INDEX "assignments_module_id_created_at_id_idx" ON "assignments"("module_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "certificates_credential_id_key" ON "certificates"("credential_id");

-- CreateIndex
CREATE UNIQUE INDEX "certificates_renewal_of_id_key" ON "certificates"("renewal_of_id");

-- CreateIndex
CREATE UNIQUE INDEX "certificates_status_list_index_key" ON "certificates"("status_list_index");

-- CreateIndex
CREATE INDEX "certificates_user_id_issued_at_id_idx" ON "certificates"("user_id", "issued_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "certificates_language_id_idx" ON "certificates"("language_id");

-- CreateIndex
CREATE INDEX "certificates_module_id_idx" ON "certificates"("module_id");

-- CreateIndex
CREATE INDEX "certificates_verified_by_idx" ON "certificates"("verified_by");

-- CreateIndex
CREATE INDEX "language_enrollments_language_id_idx" ON "language_enrollments"("language_id");

-- CreateIndex
CREATE UNIQUE INDEX "language_enrollments_user_id_language_id_key" ON "language_enrollments"("user_id", "language_id");

-- CreateIndex
CREATE INDEX "module_progress_module_id_idx" ON "module_progress"("module_id");

-- CreateIndex
CREATE UNIQUE INDEX "module_progress_user_id_module_id_key" ON "module_progress"("user_id", "module_id");

-- CreateIndex
CREATE INDEX "material_progress_material_id_idx" ON "material_progress"("material_id");

-- CreateIndex
CREATE UNIQUE INDEX "material_progress_user_id_material_id_key" ON "material_progress"("user_id", "material_id");

-- CreateIndex
CREATE UNIQUE INDEX "learner_stats_user_id_key" ON "learner_stats"("user_id");

-- CreateIndex
CREATE INDEX "completions_module_id_idx" ON "completions"("module_id");

-- CreateIndex
CREATE INDEX "completions_language_id_idx" ON "completions"("language_id");

-- CreateIndex
CREATE UNIQUE INDEX "completions_user_id_module_id_key" ON "completions"("user_id", "module_id");

-- CreateIndex
CREATE UNIQUE INDEX "completions_user_id_language_id_key" ON "completions"("user_id", "language_id");

-- CreateIndex
CREATE UNIQUE INDEX "mcq_quizzes_module_id_slug_key" ON "mcq_quizzes"("module_id", "slug") WHERE "deleted_at" IS NULL;

-- CreateIndex
CREATE INDEX "mcq_quizzes_module_id_created_at_id_idx" ON "mcq_quizzes"("module_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "mcq_questions_quiz_id_order_id_idx" ON "mcq_questions"("quiz_id", "order", "id");

-- CreateIndex
CREATE UNIQUE INDEX "mcq_questions_id_quiz_id_revision_key" ON "mcq_questions"("id", "quiz_id", "revision");

-- CreateIndex
CREATE INDEX "mcq_options_question_id_order_id_idx" ON "mcq_options"("question_id", "order", "id");

-- CreateIndex
CREATE UNIQUE INDEX "mcq_options_question_id_id_key" ON "mcq_options"("question_id", "id");

-- CreateIndex
CREATE INDEX "assignment_submissions_user_id_assignment_id_submitted_at_idx" ON "assignment_submissions"("user_id", "assignment_id", "submitted_at" DESC);

-- CreateIndex
CREATE INDEX "assignment_submissions_assignment_id_submitted_at_idx" ON "assignment_submissions"("assignment_id", "submitted_at" DESC);

-- CreateIndex
CREATE INDEX "assignment_submissions_language_id_idx" ON "assignment_submissions"("language_id");

-- CreateIndex
CREATE UNIQUE INDEX "assignment_analyses_submission_id_key" ON "assignment_analyses"("submission_id");

-- CreateIndex
CREATE INDEX "assignment_analyses_analyzed_by_idx" ON "assignment_analyses"("analyzed_by");

-- AddForeignKey
ALTER TABLE "mcq_attempts" ADD CONSTRAINT "mcq_attempts_quiz_id_fkey" FOREIGN KEY ("quiz_id") REFERENCES "mcq_quizzes"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "mcq_answers" ADD CONSTRAINT "mcq_answers_attempt_id_quiz_id_fkey" FOREIGN KEY ("attempt_id", "quiz_id") REFERENCES "mcq_attempts"("id", "quiz_id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "mcq_answers" ADD CONSTRAINT "mcq_answers_question_id_quiz_id_question_revision_fkey" FOREIGN KEY ("question_id", "quiz_id", "question_revision") REFERENCES "mcq_questions"("id", "quiz_id", "revision") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "mcq_answers" ADD CONSTRAINT "mcq_answers_question_id_selected_option_id_fkey" FOREIGN KEY ("question_id", "selected_option_id") REFERENCES "mcq_options"("question_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "quiz_analyses" ADD CONSTRAINT "quiz_analyses_attempt_id_fkey" FOREIGN KEY ("attempt_id") REFERENCES "mcq_attempts"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "modules" ADD CONSTRAINT "modules_language_id_fkey" FOREIGN KEY ("language_id") REFERENCES "programming_languages"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "module_prerequisites" ADD CONSTRAINT "module_prerequisites_module_id_fkey" FOREIGN KEY ("module_id") REFERENCES "modules"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "module_prerequisites" ADD CONSTRAINT "module_prerequisites_prerequisite_id_fkey" FOREIGN KEY ("prerequisite_id") REFERENCES "modules"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "materials" ADD CONSTRAINT "materials_module_id_fkey" FOREIGN KEY ("module_id") REFERENCES "modules"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_module_id_fkey" FOREIGN KEY ("module_id") REFERENCES "modules"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "course_files" ADD CONSTRAINT "course_files_language_id_fkey" FOREIGN KEY ("language_id") REFERENCES "programming_languages"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "course_files" ADD CONSTRAINT "course_files_module_id_fkey" FOREIGN KEY ("module_id") REFERENCES "modules"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "course_files" ADD CONSTRAINT "course_files_assignment_id_fkey" FOREIGN KEY ("assignment_id") REFERENCES "assignments"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_language_id_fkey" FOREIGN KEY ("language_id") REFERENCES "programming_languages"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_module_id_fkey" FOREIGN KEY ("module_id") REFERENCES "modules"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_renewal_of_id_fkey" FOREIGN KEY ("renewal_of_id") REFERENCES "certificates"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "language_enrollments" ADD CONSTRAINT "language_enrollments_language_id_fkey" FOREIGN KEY ("language_id") REFERENCES "programming_languages"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "module_progress" ADD CONSTRAINT "module_progress_module_id_fkey" FOREIGN KEY ("module_id") REFERENCES "modules"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "material_progress" ADD CONSTRAINT "material_progress_material_id_fkey" FOREIGN KEY ("material_id") REFERENCES "materials"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "completions" ADD CONSTRAINT "completions_module_id_fkey" FOREIGN KEY ("module_id") REFERENCES "modules"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "completions" ADD CONSTRAINT "completions_language_id_fkey" FOREIGN KEY ("language_id") REFERENCES "programming_languages"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "mcq_quizzes" ADD CONSTRAINT "mcq_quizzes_module_id_fkey" FOREIGN KEY ("module_id") REFERENCES "modules"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "mcq_questions" ADD CONSTRAINT "mcq_questions_quiz_id_fkey" FOREIGN KEY ("quiz_id") REFERENCES "mcq_quizzes"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "mcq_options" ADD CONSTRAINT "mcq_options_question_id_fkey" FOREIGN KEY ("question_id") REFERENCES "mcq_questions"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "assignment_submissions" ADD CONSTRAINT "assignment_submissions_assignment_id_fkey" FOREIGN KEY ("assignment_id") REFERENCES "assignments"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "assignment_submissions" ADD CONSTRAINT "assignment_submissions_language_id_fkey" FOREIGN KEY ("language_id") REFERENCES "programming_languages"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "assignment_analyses" ADD CONSTRAINT "assignment_analyses_submission_id_fkey" FOREIGN KEY ("submission_id") REFERENCES "assignment_submissions"("id") ON DELETE CASCADE ON UPDATE RESTRICT;


-- From here on: what the Prisma schema cannot say. Each name tells what it requires; services meet it in errors.

-- Tables that rules read, and the functions of the rules. Outside `public`, where Prisma's diff would drop a table that its
-- schema does not know.
CREATE SCHEMA "rules";

-- Refuses an UPDATE that changes more than the columns named. Arguments: the hint, then those columns. The columns that
-- may change are listed, so that a new column is fixed until someone decides otherwise.
CREATE FUNCTION "rules"."forbid_change"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF to_jsonb(NEW) - TG_ARGV[1:] IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV[1:] THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = TG_NAME,
      MESSAGE = format('update violates rule "%s"', TG_NAME),
      HINT = TG_ARGV[0];
  END IF;
  RETURN NEW;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Catalogue
-- ---------------------------------------------------------------------------------------------------------------------

-- Slugs stand in URLs.
ALTER TABLE "programming_languages"
  ADD CONSTRAINT "programming_languages_slug_format_check" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$');

ALTER TABLE "modules"
  ADD CONSTRAINT "modules_slug_format_check" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  ADD CONSTRAINT "modules_order_not_negative_check" CHECK ("order" >= 0),
  ADD CONSTRAINT "modules_estimated_duration_not_negative_check" CHECK (estimated_duration >= 0),
  ADD CONSTRAINT "modules_step_count_not_negative_check" CHECK (step_count >= 0);

ALTER TABLE "materials"
  ADD CONSTRAINT "materials_order_not_negative_check" CHECK ("order" >= 0),
  ADD CONSTRAINT "materials_duration_not_negative_check" CHECK (duration >= 0);

-- What comes from the files of a course

ALTER TABLE "programming_languages"
  ADD CONSTRAINT "programming_languages_layout_of_files_check" CHECK ((layout IS NULL) = (authored IS NULL)),
  ADD CONSTRAINT "programming_languages_authored_object_check" CHECK (jsonb_typeof(authored) = 'object');

ALTER TABLE "modules"
  ADD CONSTRAINT "modules_authored_object_check" CHECK (jsonb_typeof(authored) = 'object');

-- Slugs are names of files and folders.
ALTER TABLE "materials"
  ADD CONSTRAINT "materials_slug_format_check" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  ADD CONSTRAINT "materials_authored_object_check" CHECK (jsonb_typeof(authored) = 'object');

ALTER TABLE "assignments"
  ADD CONSTRAINT "assignments_slug_format_check" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  ADD CONSTRAINT "assignments_place_not_negative_check" CHECK (place >= 0),
  ADD CONSTRAINT "assignments_level_from_1_to_10_check" CHECK (level BETWEEN 1 AND 10),
  ADD CONSTRAINT "assignments_authored_object_check" CHECK (jsonb_typeof(authored) = 'object');

ALTER TABLE "mcq_quizzes"
  ADD CONSTRAINT "mcq_quizzes_slug_format_check" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  ADD CONSTRAINT "mcq_quizzes_place_not_negative_check" CHECK (place >= 0),
  ADD CONSTRAINT "mcq_quizzes_authored_object_check" CHECK (jsonb_typeof(authored) = 'object');

-- An export writes these paths below a folder, on any system: none leads out of it.
ALTER TABLE "course_files"
  ADD CONSTRAINT "course_files_of_one_owner_check" CHECK (num_nonnulls(language_id, module_id, assignment_id) = 1),
  ADD CONSTRAINT "course_files_path_relative_check" CHECK (
    length(path) <= 1000 AND path !~ '[[:cntrl:]\\:]' AND path !~ '(^|/)\.{0,2}(/|$)'),
  ADD CONSTRAINT "course_files_content_up_to_five_mebibytes_check" CHECK (octet_length(content) <= 5242880);

-- A client that still stringifies its JSON would store a string inside jsonb. The elements in the right form must be all
-- there is; `strict`, because lax paths reach into nested arrays.
ALTER TABLE "assignments"
  ADD CONSTRAINT "assignments_test_cases_shape_check" CHECK (
    test_cases = jsonb_path_query_array(test_cases, 'strict $[*] ? (
      @.name.type() == "string" && @.input.type() == "string" && @.expectedOutput.type() == "string"
      && @.hidden.type() == "boolean" && @.points >= 0)', '{}', true)),
  ADD CONSTRAINT "assignments_hints_shape_check" CHECK (
    hints = jsonb_path_query_array(hints, 'strict $[*] ? (@.type() == "string")', '{}', true)),
  ADD CONSTRAINT "assignments_max_score_up_to_a_million_check" CHECK (max_score BETWEEN 0 AND 1000000),
  ADD CONSTRAINT "assignments_time_limit_positive_check" CHECK (time_limit > 0),
  ADD CONSTRAINT "assignments_estimated_duration_not_negative_check" CHECK (estimated_duration >= 0);

-- Words of the catalogue: those of titles before those of descriptions, by their stems. A text longer than anybody
-- describes a module with is read to there, because a document of words has a size that it must not exceed.
CREATE FUNCTION "rules"."search_words"(title text, description text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public
RETURN setweight(to_tsvector('english'::regconfig, left(title, 10000)), 'A')
  || setweight(to_tsvector('english'::regconfig, coalesce(left(description, 10000), '')), 'B');

-- Words that are typed with an error: by their trigrams, and by the number of edits, because two letters that are swapped
-- in a short word leave hardly a trigram ("pyhton" has 2 of 7 in a row).
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;

-- How alike a word is to one of a text, from 0 to 1; 0 where it is not alike. The beginning of a word counts as a word.
CREATE FUNCTION "rules"."likeness"(sought text, words text) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public
RETURN (
  SELECT greatest(
    CASE WHEN word_similarity(sought, words) >= 0.5 THEN word_similarity(sought, words) END,
    max(1 - edits::float8 / length(sought)) FILTER (WHERE edits <= least(length(sought) / 3, 4)),
    0)
  FROM regexp_split_to_table(lower(left(words, 1000)), '[^[:alnum:]]+') AS word,
    LATERAL (SELECT least(
      levenshtein_less_equal(sought, left(word, 60), 4),
      levenshtein_less_equal(sought, left(word, length(sought)), 4)) AS edits) AS compared
  WHERE word <> '');

CREATE INDEX "modules_search_words_live_idx" ON "modules"
  USING gin ("rules"."search_words"(title, description)) WHERE deleted_at IS NULL AND published_at IS NOT NULL;

-- What a module asks of its learners

-- Whether anybody has to complete the module: it is live, published, and has a step to take. A module that is being
-- written, and one that has become empty, blocks nobody.
CREATE FUNCTION "rules"."asks"(module modules) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public AS $$
  SELECT module.deleted_at IS NULL AND module.published_at IS NOT NULL AND module.step_count > 0
$$;

-- The steps of a module are its live, published materials, assignments and quizzes. Their number, and the version of them
-- that progress is computed from, follow each statement that adds, removes, publishes, withdraws, restores or moves some.
-- Whoever changes them changes the module, so two that do so wait for each other or collide.
CREATE FUNCTION "rules"."count_steps"(counted_module uuid) RETURNS int
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public AS $$
  SELECT (
  (SELECT count(*) FROM materials m
   WHERE m.module_id = counted_module AND m.deleted_at IS NULL AND m.published_at IS NOT NULL)
  + (SELECT count(*) FROM assignments a
     WHERE a.module_id = counted_module AND a.deleted_at IS NULL AND a.published_at IS NOT NULL)
  + (SELECT count(*) FROM mcq_quizzes q
     WHERE q.module_id = counted_module AND q.deleted_at IS NULL AND q.published_at IS NOT NULL))::int
$$;

CREATE FUNCTION "rules"."follow_steps"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  changed uuid[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    changed := ARRAY(
      SELECT DISTINCT module_id FROM new_rows WHERE deleted_at IS NULL AND published_at IS NOT NULL);
  ELSIF TG_OP = 'DELETE' THEN
    changed := ARRAY(
      SELECT DISTINCT module_id FROM old_rows WHERE deleted_at IS NULL AND published_at IS NOT NULL);
  ELSE
    changed := ARRAY(
      SELECT DISTINCT unnest(ARRAY[o.module_id, n.module_id])
      FROM old_rows o JOIN new_rows n ON n.id = o.id
      WHERE (o.module_id, o.deleted_at IS NULL AND o.published_at IS NOT NULL)
        IS DISTINCT FROM (n.module_id, n.deleted_at IS NULL AND n.published_at IS NOT NULL));
  END IF;
  IF changed <> '{}' THEN
    PERFORM FROM modules WHERE id = ANY (changed) ORDER BY id FOR NO KEY UPDATE;
    UPDATE modules m SET content_version = m.content_version + 1, step_count = rules.count_steps(m.id)
    WHERE m.id = ANY (changed);
  END IF;
  -- Who has done it elsewhere has no progress in the module that it has come to: the enrolments are judged again.
  IF TG_OP = 'UPDATE' THEN
    UPDATE programming_languages SET content_version = content_version + 1
    WHERE id IN (
      SELECT m.language_id FROM old_rows o JOIN new_rows n ON n.id = o.id AND n.module_id <> o.module_id
      JOIN modules m ON m.id = n.module_id);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "materials_inserted_steps" AFTER INSERT ON "materials"
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."follow_steps"();
CREATE TRIGGER "materials_updated_steps" AFTER UPDATE ON "materials"
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."follow_steps"();
CREATE TRIGGER "materials_deleted_steps" AFTER DELETE ON "materials"
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."follow_steps"();

CREATE TRIGGER "assignments_inserted_steps" AFTER INSERT ON "assignments"
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."follow_steps"();
CREATE TRIGGER "assignments_updated_steps" AFTER UPDATE ON "assignments"
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."follow_steps"();
CREATE TRIGGER "assignments_deleted_steps" AFTER DELETE ON "assignments"
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."follow_steps"();

CREATE TRIGGER "mcq_quizzes_inserted_steps" AFTER INSERT ON "mcq_quizzes"
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."follow_steps"();
CREATE TRIGGER "mcq_quizzes_updated_steps" AFTER UPDATE ON "mcq_quizzes"
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."follow_steps"();
CREATE TRIGGER "mcq_quizzes_deleted_steps" AFTER DELETE ON "mcq_quizzes"
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."follow_steps"();

-- Content that is created without a place comes last among its live siblings. Two that append, and one that reorders,
-- change the parent's row: they wait for each other or collide.
CREATE FUNCTION "rules"."append_sibling"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  parent uuid := to_jsonb(NEW) ->> TG_ARGV[1];
BEGIN
  EXECUTE format('UPDATE %I SET content_version = content_version WHERE id = $1', TG_ARGV[0]) USING parent;
  EXECUTE format(
    'SELECT coalesce(least(max("order") + 1::bigint, 2147483647), 0) FROM %I WHERE %I = $1 AND deleted_at IS NULL',
    TG_TABLE_NAME, TG_ARGV[1])
  INTO NEW."order" USING parent;
  RETURN NEW;
END $$;

CREATE TRIGGER "modules_appended_order" BEFORE INSERT ON "modules"
  FOR EACH ROW WHEN (NEW."order" IS NULL) EXECUTE FUNCTION "rules"."append_sibling"('programming_languages', 'language_id');
CREATE TRIGGER "materials_appended_order" BEFORE INSERT ON "materials"
  FOR EACH ROW WHEN (NEW."order" IS NULL) EXECUTE FUNCTION "rules"."append_sibling"('modules', 'module_id');
CREATE TRIGGER "mcq_questions_appended_order" BEFORE INSERT ON "mcq_questions"
  FOR EACH ROW WHEN (NEW."order" IS NULL) EXECUTE FUNCTION "rules"."append_sibling"('mcq_quizzes', 'quiz_id');

-- Other modules complete the language: enrolments that were judged before are stale.
CREATE FUNCTION "rules"."follow_modules"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE programming_languages SET content_version = content_version + 1
  WHERE id IN (OLD.language_id, NEW.language_id);
  RETURN NULL;
END $$;

CREATE TRIGGER "modules_updated_language" AFTER UPDATE ON "modules"
  FOR EACH ROW WHEN (rules.asks(OLD) IS DISTINCT FROM rules.asks(NEW) OR OLD.language_id <> NEW.language_id)
  EXECUTE FUNCTION "rules"."follow_modules"();
CREATE TRIGGER "modules_deleted_language" AFTER DELETE ON "modules"
  FOR EACH ROW WHEN (rules.asks(OLD)) EXECUTE FUNCTION "rules"."follow_modules"();

-- Prerequisites

ALTER TABLE "module_prerequisites"
  ADD CONSTRAINT "module_prerequisites_not_itself_check" CHECK (module_id <> prerequisite_id);

-- A learner enrols in one language; a prerequisite in another one could never be completed there. It also lets one lock
-- per language keep out cycles.
CREATE FUNCTION "rules"."require_prerequisite_of_same_language"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  -- Held to the end of the transaction, so that neither module moves away meanwhile. One that has moved since this
  -- transaction's snapshot collides here.
  PERFORM FROM modules WHERE id IN (NEW.module_id, NEW.prerequisite_id) FOR SHARE;
  IF (SELECT count(DISTINCT language_id) > 1 FROM modules WHERE id IN (NEW.module_id, NEW.prerequisite_id)) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'module_prerequisites_same_language_rule',
      MESSAGE = 'new row violates rule "module_prerequisites_same_language_rule"',
      HINT = 'A module and its prerequisites belong to one language.';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "module_prerequisites_same_language_rule"
  BEFORE INSERT OR UPDATE OF module_id, prerequisite_id ON "module_prerequisites"
  FOR EACH ROW EXECUTE FUNCTION "rules"."require_prerequisite_of_same_language"();

CREATE FUNCTION "rules"."forbid_moving_connected_module"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  -- Who adds a prerequisite changes the same row.
  UPDATE programming_languages SET content_version = content_version WHERE id = OLD.language_id;
  IF EXISTS (SELECT FROM module_prerequisites WHERE module_id = NEW.id OR prerequisite_id = NEW.id) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'modules_language_rule',
      MESSAGE = 'new language violates rule "modules_language_rule"',
      HINT = 'Remove the prerequisites of the module, and those that name it, before moving it to another language.';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "modules_language_rule"
  BEFORE UPDATE OF language_id ON "modules"
  FOR EACH ROW WHEN (OLD.language_id <> NEW.language_id)
  EXECUTE FUNCTION "rules"."forbid_moving_connected_module"();

-- A cycle would lock all of its modules for ever. Two sessions can each add the half of one that the other does not see
-- yet, so each changes the language's row: the second waits, and then reads what the first committed (READ COMMITTED) or
-- collides with it (above). A lock alone would let a snapshot pass that is older than the first.
CREATE FUNCTION "rules"."forbid_prerequisite_cycle"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE programming_languages SET content_version = content_version
  WHERE id = (SELECT language_id FROM modules WHERE id = NEW.module_id);
  IF EXISTS (
    WITH RECURSIVE required(module_id) AS (
      SELECT NEW.prerequisite_id
      UNION
      SELECT p.prerequisite_id FROM module_prerequisites p JOIN required r ON p.module_id = r.module_id
    )
    SELECT FROM required WHERE module_id = NEW.module_id
  ) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'module_prerequisites_acyclic_rule',
      MESSAGE = 'new row violates rule "module_prerequisites_acyclic_rule"',
      HINT = 'The prerequisite already requires this module, directly or through others.';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "module_prerequisites_acyclic_rule"
  AFTER INSERT OR UPDATE OF module_id, prerequisite_id ON "module_prerequisites"
  FOR EACH ROW EXECUTE FUNCTION "rules"."forbid_prerequisite_cycle"();

-- ---------------------------------------------------------------------------------------------------------------------
-- Quizzes
-- ---------------------------------------------------------------------------------------------------------------------

ALTER TABLE "mcq_quizzes"
  ADD CONSTRAINT "mcq_quizzes_passing_score_percent_check" CHECK (passing_score BETWEEN 0 AND 100),
  ADD CONSTRAINT "mcq_quizzes_time_limit_positive_check" CHECK (time_limit > 0),
  ADD CONSTRAINT "mcq_quizzes_estimated_duration_not_negative_check" CHECK (estimated_duration >= 0),
  ADD CONSTRAINT "mcq_quizzes_grace_period_of_an_hour_check" CHECK (grace_period BETWEEN 0 AND 3600),
  ADD CONSTRAINT "mcq_quizzes_max_attempts_positive_check" CHECK (max_attempts > 0),
  ADD CONSTRAINT "mcq_quizzes_cooldown_of_a_year_check" CHECK (cooldown BETWEEN 0 AND 525600);

ALTER TABLE "mcq_questions"
  ADD CONSTRAINT "mcq_questions_order_not_negative_check" CHECK ("order" >= 0),
  -- Bounded, so that the points of no quiz exceed what an attempt can hold.
  ADD CONSTRAINT "mcq_questions_points_up_to_1000_check" CHECK (points BETWEEN 0 AND 1000);

ALTER TABLE "mcq_options"
  ADD CONSTRAINT "mcq_options_order_not_negative_check" CHECK ("order" >= 0);

-- Whoever changes questions or options changes their quiz: two sessions that each remove one of the last two correct
-- options, or one that publishes meanwhile, wait for each other or collide, drafts included. One version per statement,
-- however many rows it writes.
CREATE FUNCTION "rules"."raise_content_version"(touched uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM FROM mcq_quizzes WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
  UPDATE mcq_quizzes SET content_version = content_version + 1 WHERE id = ANY (touched);
END $$;

CREATE FUNCTION "rules"."raise_version_of_quizzes"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    PERFORM rules.raise_content_version(ARRAY(SELECT DISTINCT quiz_id FROM new_rows));
  END IF;
  IF TG_OP <> 'INSERT' THEN
    PERFORM rules.raise_content_version(ARRAY(
      SELECT quiz_id FROM old_rows EXCEPT SELECT quiz_id FROM mcq_questions WHERE id IN (SELECT id FROM old_rows)));
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION "rules"."raise_version_of_quizzes_of_questions"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    PERFORM rules.raise_content_version(ARRAY(
      SELECT DISTINCT quiz_id FROM mcq_questions WHERE id IN (SELECT question_id FROM new_rows)));
  END IF;
  IF TG_OP <> 'INSERT' THEN
    PERFORM rules.raise_content_version(ARRAY(
      SELECT DISTINCT q.quiz_id FROM old_rows o JOIN mcq_questions q ON q.id = o.question_id
      WHERE NOT EXISTS (SELECT FROM mcq_options now WHERE now.id = o.id AND now.question_id = o.question_id)));
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "mcq_questions_inserted_content" AFTER INSERT ON "mcq_questions"
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."raise_version_of_quizzes"();
CREATE TRIGGER "mcq_questions_updated_content" AFTER UPDATE ON "mcq_questions"
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."raise_version_of_quizzes"();
CREATE TRIGGER "mcq_questions_deleted_content" AFTER DELETE ON "mcq_questions"
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."raise_version_of_quizzes"();

CREATE TRIGGER "mcq_options_inserted_content" AFTER INSERT ON "mcq_options"
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."raise_version_of_quizzes_of_questions"();
CREATE TRIGGER "mcq_options_updated_content" AFTER UPDATE ON "mcq_options"
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."raise_version_of_quizzes_of_questions"();
CREATE TRIGGER "mcq_options_deleted_content" AFTER DELETE ON "mcq_options"
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "rules"."raise_version_of_quizzes_of_questions"();

-- Whether a quiz can be taken and passed: it has a live question, each has a live correct option, and together they give
-- points.
CREATE FUNCTION "rules"."is_answerable"(quiz uuid) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public AS $$
  SELECT (
  SELECT coalesce(bool_and(EXISTS (
    SELECT FROM mcq_options o WHERE o.question_id = q.id AND o.is_correct AND o.deleted_at IS NULL
  )), false) AND coalesce(sum(q.points), 0) > 0
  FROM mcq_questions q WHERE q.quiz_id = quiz AND q.deleted_at IS NULL)
$$;

-- A published quiz is answerable. Checked at the end of the transaction, so that a question may be replaced in two steps,
-- and a published quiz created with its questions. Of all changes of one transaction only the last one's version is
-- judged: COMMIT knows no statement_timeout, so its work must not grow with the number of statements.
CREATE FUNCTION "rules"."require_answerable_published_quiz"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
    SELECT FROM mcq_quizzes
    WHERE id = NEW.id AND content_version = NEW.content_version AND published_at IS NOT NULL AND deleted_at IS NULL
  ) AND NOT rules.is_answerable(NEW.id) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'mcq_quizzes_published_rule',
      MESSAGE = 'quiz violates rule "mcq_quizzes_published_rule"',
      HINT = 'A published quiz needs a live question, each live question a live correct option, and all together points.';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "mcq_quizzes_published_rule"
  AFTER INSERT OR UPDATE OF published_at, deleted_at, content_version ON "mcq_quizzes" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.published_at IS NOT NULL AND NEW.deleted_at IS NULL)
  EXECUTE FUNCTION "rules"."require_answerable_published_quiz"();

-- Publishes a quiz if it is answerable; one that is published already stays as it is. A function, because it judges what
-- was committed before it got the quiz. No row for a quiz that is not there.
CREATE FUNCTION "rules"."publish_quiz"(published_quiz uuid) RETURNS TABLE (quiz mcq_quizzes, answerable boolean)
LANGUAGE plpgsql STRICT ROWS 1 SET search_path = pg_catalog, public AS $$
BEGIN
  SELECT q.* INTO quiz FROM mcq_quizzes q WHERE q.id = published_quiz AND q.deleted_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  answerable := (quiz).published_at IS NOT NULL OR rules.is_answerable(published_quiz);
  IF (quiz).published_at IS NULL AND answerable THEN
    UPDATE mcq_quizzes q SET
      published_at = now(), updated_at = greatest(now(), q.updated_at + interval '1 millisecond'),
      content_version = q.content_version + 1
    WHERE q.id = published_quiz
    RETURNING q.* INTO quiz;
  END IF;
  RETURN NEXT;
END $$;

-- An edit must not change what past answers meant. It raises the question's revision, which is part of the key that
-- answers point at: one that is written meanwhile, and that this transaction cannot see, makes the foreign key refuse.
-- Moving an answered question to another quiz, or a chosen option to another question, is refused by the same keys.
CREATE FUNCTION "rules"."forbid_editing_answered_question"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM mcq_answers WHERE question_id = NEW.id) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'mcq_questions_answered_rule',
      MESSAGE = 'edit violates rule "mcq_questions_answered_rule"',
      HINT = 'The question has answers: soft-delete it and create its replacement.';
  END IF;
  NEW.revision := OLD.revision + 1;
  RETURN NEW;
END $$;

CREATE TRIGGER "mcq_questions_answered_rule"
  BEFORE UPDATE OF question, points, scoring ON "mcq_questions"
  FOR EACH ROW WHEN ((OLD.question, OLD.points, OLD.scoring) IS DISTINCT FROM (NEW.question, NEW.points, NEW.scoring))
  EXECUTE FUNCTION "rules"."forbid_editing_answered_question"();

CREATE FUNCTION "rules"."forbid_editing_option_of_answered_question"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM mcq_answers WHERE question_id = OLD.question_id) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'mcq_options_answered_rule',
      MESSAGE = 'edit violates rule "mcq_options_answered_rule"',
      HINT = 'The question has answers: soft-delete the option and create its replacement.';
  END IF;
  UPDATE mcq_questions SET revision = revision + 1 WHERE id = OLD.question_id;
  RETURN NEW;
END $$;

CREATE TRIGGER "mcq_options_answered_rule"
  BEFORE UPDATE OF option_text, is_correct, question_id ON "mcq_options"
  FOR EACH ROW WHEN (
    (OLD.option_text, OLD.is_correct, OLD.question_id)
    IS DISTINCT FROM (NEW.option_text, NEW.is_correct, NEW.question_id))
  EXECUTE FUNCTION "rules"."forbid_editing_option_of_answered_question"();

-- ---------------------------------------------------------------------------------------------------------------------
-- Attempts
-- ---------------------------------------------------------------------------------------------------------------------

ALTER TABLE "mcq_attempts"
  ADD CONSTRAINT "mcq_attempts_attempt_number_from_one_check" CHECK (attempt_number >= 1),
  ADD CONSTRAINT "mcq_attempts_max_score_not_negative_check" CHECK (max_score >= 0),
  ADD CONSTRAINT "mcq_attempts_passing_score_percent_check" CHECK (passing_score BETWEEN 0 AND 100),
  ADD CONSTRAINT "mcq_attempts_time_limit_positive_check" CHECK (time_limit > 0),
  ADD CONSTRAINT "mcq_attempts_grace_period_of_an_hour_check" CHECK (grace_period BETWEEN 0 AND 3600),
  ADD CONSTRAINT "mcq_attempts_score_within_max_check" CHECK (score BETWEEN 0 AND max_score),
  ADD CONSTRAINT "mcq_attempts_completed_has_time_check" CHECK (
    (status = 'COMPLETED') = (completed_at IS NOT NULL)),
  ADD CONSTRAINT "mcq_attempts_completed_has_result_check" CHECK (
    (status = 'COMPLETED') = (score IS NOT NULL) AND (status = 'COMPLETED') = (passed IS NOT NULL)),
  ADD CONSTRAINT "mcq_attempts_completed_after_start_check" CHECK (completed_at >= started_at);

ALTER TABLE "mcq_answers"
  ADD CONSTRAINT "mcq_answers_answered_has_snapshot_check" CHECK (selected_option_id IS NULL OR snapshot IS NOT NULL),
  ADD CONSTRAINT "mcq_answers_snapshot_shape_check" CHECK (
    jsonb_path_exists(snapshot, 'strict $ ? (@.question.type() == "string" && @.points >= 0 && @.options.type() == "array")')),
  ADD CONSTRAINT "mcq_answers_correct_has_option_check" CHECK (
    selected_option_id IS NOT NULL OR selected_option_ids <> '{}' OR NOT is_correct),
  ADD CONSTRAINT "mcq_answers_several_options_check" CHECK (
    selected_option_ids = '{}'
    OR cardinality(selected_option_ids) > 1 AND selected_option_id IS NULL AND snapshot IS NOT NULL),
  ADD CONSTRAINT "mcq_answers_partial_points_check" CHECK (
    partial_points IS NULL OR partial_points >= 0 AND NOT is_correct);

-- A reload, a second tab and a second device go on with the attempt that is open.
CREATE UNIQUE INDEX "mcq_attempts_user_id_quiz_id_open_key"
  ON "mcq_attempts" ("user_id", "quiz_id") WHERE status = 'IN_PROGRESS';

-- Timed attempts that are open, oldest first: what has run out is found among them.
CREATE INDEX "mcq_attempts_started_at_timed_open_idx"
  ON "mcq_attempts" ("started_at") WHERE status = 'IN_PROGRESS' AND time_limit IS NOT NULL;

CREATE TABLE "rules"."attempt_transitions" (
  "from_status" "AttemptStatus" NOT NULL,
  "to_status" "AttemptStatus" NOT NULL,
  CONSTRAINT "attempt_transitions_pkey" PRIMARY KEY ("from_status", "to_status")
);

-- An attempt ends once: its score and what rests on it stay, and an abandoned one is not resumed with the answers looked
-- up meanwhile.
INSERT INTO "rules"."attempt_transitions" ("from_status", "to_status") VALUES
  ('IN_PROGRESS', 'COMPLETED'),
  ('IN_PROGRESS', 'ABANDONED');

CREATE FUNCTION "rules"."require_attempt_transition"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM rules.attempt_transitions WHERE from_status = OLD.status AND to_status = NEW.status
  ) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'mcq_attempts_transition_rule',
      MESSAGE = format('status from %s to %s violates rule "mcq_attempts_transition_rule"', OLD.status, NEW.status),
      HINT = coalesce(
        (SELECT format('From %s it may become %s.', OLD.status, string_agg(to_status::text, ' or ' ORDER BY to_status))
         FROM rules.attempt_transitions WHERE from_status = OLD.status HAVING count(*) > 0),
        format('%s is final: the learner starts another attempt.', OLD.status));
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "mcq_attempts_transition_rule"
  BEFORE UPDATE OF status ON "mcq_attempts"
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION "rules"."require_attempt_transition"();

CREATE TRIGGER "mcq_attempts_ended_immutable_rule"
  BEFORE UPDATE ON "mcq_attempts"
  FOR EACH ROW WHEN (OLD.status <> 'IN_PROGRESS' AND OLD.status = NEW.status)
  EXECUTE FUNCTION "rules"."forbid_change"('An attempt that is over is evidence: the learner starts another one.', 'updated_at');

-- The score is the sum of the answers, so they are final together. Whoever changes an answer changes its attempt: who
-- finishes that meanwhile waits, was first, or collides. Answers go with their attempt, which is gone by the time they are
-- asked.
CREATE FUNCTION "rules"."forbid_changing_answer_of_ended_attempt"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM FROM mcq_attempts WHERE id IN (OLD.attempt_id, NEW.attempt_id) ORDER BY id FOR NO KEY UPDATE;
  UPDATE mcq_attempts SET updated_at = greatest(updated_at, now())
  WHERE id IN (OLD.attempt_id, NEW.attempt_id) AND status = 'IN_PROGRESS';
  IF EXISTS (
    SELECT FROM mcq_attempts WHERE id IN (OLD.attempt_id, NEW.attempt_id) AND status <> 'IN_PROGRESS'
  ) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'mcq_answers_of_open_attempt_rule',
      MESSAGE = format('%s violates rule "mcq_answers_of_open_attempt_rule"', lower(TG_OP)),
      HINT = 'The attempt is over, and its score is that of these answers: the learner starts another one.';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "mcq_answers_of_open_attempt_rule"
  BEFORE UPDATE OR DELETE ON "mcq_answers"
  FOR EACH ROW EXECUTE FUNCTION "rules"."forbid_changing_answer_of_ended_attempt"();

ALTER TABLE "quiz_analyses"
  ADD CONSTRAINT "quiz_analyses_author_named_check" CHECK (
    (analysis_type = 'MANUAL' OR ai_model IS NOT NULL) AND (analysis_type = 'AI' OR analyzed_by IS NOT NULL)),
  ADD CONSTRAINT "quiz_analyses_performance_breakdown_object_check" CHECK (
    jsonb_typeof(performance_breakdown) = 'object'),
  ADD CONSTRAINT "quiz_analyses_avg_time_per_question_not_negative_check" CHECK (avg_time_per_question >= 0);

-- ---------------------------------------------------------------------------------------------------------------------
-- Submissions
-- ---------------------------------------------------------------------------------------------------------------------

ALTER TABLE "assignment_submissions"
  ADD CONSTRAINT "assignment_submissions_max_score_up_to_a_million_check" CHECK (max_score BETWEEN 0 AND 1000000),
  ADD CONSTRAINT "assignment_submissions_claimed_while_running_check" CHECK (
    status = 'RUNNING' OR claim_expires_at IS NULL AND worker IS NULL),
  ADD CONSTRAINT "assignment_submissions_score_within_max_check" CHECK (score BETWEEN 0 AND max_score),
  ADD CONSTRAINT "assignment_submissions_graded_has_time_check" CHECK (
    (status IN ('PASSED', 'FAILED')) = (graded_at IS NOT NULL)),
  ADD CONSTRAINT "assignment_submissions_graded_has_score_check" CHECK (
    (status IN ('PASSED', 'FAILED')) = (score IS NOT NULL)),
  ADD CONSTRAINT "assignment_submissions_graded_after_submission_check" CHECK (graded_at >= submitted_at);

CREATE TABLE "rules"."submission_transitions" (
  "from_status" "SubmissionStatus" NOT NULL,
  "to_status" "SubmissionStatus" NOT NULL,
  CONSTRAINT "submission_transitions_pkey" PRIMARY KEY ("from_status", "to_status")
);

-- A pass is final, because a module and a certificate may rest on it. A fail may be overruled by an instructor. Neither
-- runs again: the learner submits again.
INSERT INTO "rules"."submission_transitions" ("from_status", "to_status") VALUES
  ('PENDING', 'RUNNING'),
  ('PENDING', 'PASSED'),  -- graded by hand
  ('PENDING', 'FAILED'),
  ('PENDING', 'ERROR'),
  ('RUNNING', 'PENDING'), -- its worker died
  ('RUNNING', 'PASSED'),
  ('RUNNING', 'FAILED'),
  ('RUNNING', 'ERROR'),
  ('ERROR', 'PENDING'),
  ('FAILED', 'PASSED');

CREATE FUNCTION "rules"."require_submission_transition"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM rules.submission_transitions WHERE from_status = OLD.status AND to_status = NEW.status
  ) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'assignment_submissions_transition_rule',
      MESSAGE = format(
        'status from %s to %s violates rule "assignment_submissions_transition_rule"', OLD.status, NEW.status),
      HINT = coalesce(
        (SELECT format('From %s it may become %s.', OLD.status, string_agg(to_status::text, ' or ' ORDER BY to_status))
         FROM rules.submission_transitions WHERE from_status = OLD.status HAVING count(*) > 0),
        format('%s is final: the learner submits again.', OLD.status));
  END IF;
  -- Each run is a try with a claim of its own, which ends with it.
  IF NEW.status = 'RUNNING' THEN
    NEW.tries := OLD.tries + 1;
    NEW.claim_expires_at := coalesce(NEW.claim_expires_at, now() + interval '5 minutes');
  ELSE
    NEW.worker := NULL;
    NEW.claim_expires_at := NULL;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "assignment_submissions_transition_rule"
  BEFORE UPDATE OF status ON "assignment_submissions"
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION "rules"."require_submission_transition"();

CREATE TRIGGER "assignment_submissions_passed_immutable_rule"
  BEFORE UPDATE ON "assignment_submissions"
  FOR EACH ROW WHEN (OLD.status = 'PASSED' AND NEW.status = 'PASSED')
  EXECUTE FUNCTION "rules"."forbid_change"('A pass is final, because a module and a certificate may rest on it. Its feedback alone may change.',
    'feedback', 'review_tries', 'review_expires_at', 'reviewed_at', 'updated_at');

-- The queues: what waits to be run, of any language and of one; runs by the end of their claim; what waits for a person.
CREATE INDEX "assignment_submissions_submitted_at_id_pending_idx"
  ON "assignment_submissions" ("submitted_at", "id") WHERE status = 'PENDING';
CREATE INDEX "assignment_submissions_language_id_submitted_at_id_pending_idx"
  ON "assignment_submissions" ("language_id", "submitted_at", "id") WHERE status = 'PENDING';
CREATE INDEX "assignment_submissions_claim_expires_at_running_idx"
  ON "assignment_submissions" ("claim_expires_at") WHERE status = 'RUNNING';
CREATE INDEX "assignment_submissions_submitted_at_id_unreviewed_idx"
  ON "assignment_submissions" ("submitted_at", "id") WHERE reviewed_at IS NULL AND analysis_type <> 'AI';

ALTER TABLE "assignment_analyses"
  ADD CONSTRAINT "assignment_analyses_author_named_check" CHECK (
    (analysis_type = 'MANUAL' OR ai_model IS NOT NULL) AND (analysis_type = 'AI' OR analyzed_by IS NOT NULL)),
  ADD CONSTRAINT "assignment_analyses_overall_score_percent_check" CHECK (overall_score BETWEEN 0 AND 100),
  ADD CONSTRAINT "assignment_analyses_code_quality_object_check" CHECK (jsonb_typeof(code_quality) = 'object');

-- ---------------------------------------------------------------------------------------------------------------------
-- Progress
-- ---------------------------------------------------------------------------------------------------------------------

ALTER TABLE "language_enrollments"
  ADD CONSTRAINT "language_enrollments_weekly_hours_of_a_week_check" CHECK (weekly_hours BETWEEN 0 AND 168),
  ADD CONSTRAINT "language_enrollments_completed_has_time_check" CHECK (
    (status = 'COMPLETED') = (completed_at IS NOT NULL)),
  ADD CONSTRAINT "language_enrollments_completed_after_enrolment_check" CHECK (completed_at >= enrolled_at);

ALTER TABLE "module_progress"
  ADD CONSTRAINT "module_progress_progress_percent_check" CHECK (progress_percent BETWEEN 0 AND 100),
  ADD CONSTRAINT "module_progress_started_has_time_check" CHECK ((status = 'NOT_STARTED') = (started_at IS NULL)),
  ADD CONSTRAINT "module_progress_completed_has_time_check" CHECK (
    (status = 'COMPLETED') = (completed_at IS NOT NULL)),
  ADD CONSTRAINT "module_progress_completed_is_whole_check" CHECK (status <> 'COMPLETED' OR progress_percent = 100),
  ADD CONSTRAINT "module_progress_completed_after_start_check" CHECK (completed_at >= started_at);

ALTER TABLE "material_progress"
  ADD CONSTRAINT "material_progress_view_count_not_negative_check" CHECK (view_count >= 0),
  ADD CONSTRAINT "material_progress_completed_has_time_check" CHECK (completed = (completed_at IS NOT NULL));

ALTER TABLE "completions"
  ADD CONSTRAINT "completions_of_one_subject_check" CHECK ((module_id IS NULL) <> (language_id IS NULL));

-- What is still to be reported, oldest first.
CREATE INDEX "completions_created_at_id_unreported_idx"
  ON "completions" ("created_at", "id") WHERE reported_at IS NULL;

-- Progress that may be stale, by the version it was computed from. A completed module stays so; to a completed language
-- content may come that the learner has done elsewhere.
CREATE INDEX "module_progress_module_id_content_version_open_idx"
  ON "module_progress" ("module_id", "content_version") WHERE status <> 'COMPLETED';
CREATE INDEX "language_enrollments_language_id_content_version_kept_idx"
  ON "language_enrollments" ("language_id", "content_version") WHERE status <> 'DROPPED';

-- What was done while it was dropped completes nothing: who takes it up is judged anew.
CREATE FUNCTION "rules"."judge_anew"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.content_version := -1;
  RETURN NEW;
END $$;

CREATE TRIGGER "language_enrollments_taken_up_version" BEFORE UPDATE OF status ON "language_enrollments"
  FOR EACH ROW WHEN (OLD.status = 'DROPPED' AND NEW.status <> 'DROPPED') EXECUTE FUNCTION "rules"."judge_anew"();

ALTER TABLE "learner_stats"
  ADD CONSTRAINT "learner_stats_totals_not_negative_check" CHECK (
    least(total_learning_hours, courses_completed, modules_completed, assignments_passed, quizzes_passed,
          certificates_earned) >= 0);

-- ---------------------------------------------------------------------------------------------------------------------
-- Certificates
-- ---------------------------------------------------------------------------------------------------------------------

-- The module of a certificate says its language.
ALTER TABLE "certificates"
  ADD CONSTRAINT "certificates_subject_matches_type_check" CHECK (
    (type = 'LANGUAGE_COMPLETION') = (language_id IS NOT NULL)
    AND (type = 'MODULE_COMPLETION') = (module_id IS NOT NULL)),
  ADD CONSTRAINT "certificates_credential_id_unguessable_check" CHECK (credential_id ~ '^[0-9a-f]{32,64}$'),
  ADD CONSTRAINT "certificates_verified_by_only_if_verified_check" CHECK (verified_by IS NULL OR is_verified),
  ADD CONSTRAINT "certificates_score_percent_check" CHECK (score BETWEEN 0 AND 100),
  ADD CONSTRAINT "certificates_expires_after_issue_check" CHECK (expires_at > issued_at),
  ADD CONSTRAINT "certificates_revoked_has_reason_check" CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL)),
  ADD CONSTRAINT "certificates_revoked_reason_not_blank_check" CHECK (revoked_reason ~ '\S'),
  ADD CONSTRAINT "certificates_renewed_after_issue_check" CHECK (renewed_at >= issued_at),
  ADD CONSTRAINT "certificates_revoked_after_issue_check" CHECK (revoked_at >= issued_at);

CREATE UNIQUE INDEX "certificates_user_id_language_id_current_key"
  ON "certificates" ("user_id", "language_id") WHERE revoked_at IS NULL AND renewed_at IS NULL;

CREATE UNIQUE INDEX "certificates_user_id_module_id_current_key"
  ON "certificates" ("user_id", "module_id") WHERE revoked_at IS NULL AND renewed_at IS NULL;

-- Whoever was shown a certificate may rely on what it said.
CREATE TRIGGER "certificates_immutable_rule"
  BEFORE UPDATE ON "certificates"
  FOR EACH ROW EXECUTE FUNCTION "rules"."forbid_change"(
    'Of an issued certificate only verification, renewal and revocation may change: renew it, or revoke it and issue another.',
    'is_verified', 'verified_by', 'renewed_at', 'revoked_at', 'revoked_reason', 'updated_at');

CREATE TRIGGER "certificates_revocation_final_rule"
  BEFORE UPDATE ON "certificates"
  FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL)
  EXECUTE FUNCTION "rules"."forbid_change"('A revocation is final: issue another certificate.',
    'is_verified', 'verified_by', 'updated_at');

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
CREATE TRIGGER "language_enrollments_erased_user_rule" AFTER INSERT ON "language_enrollments" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "module_progress_erased_user_rule" AFTER INSERT ON "module_progress" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "material_progress_erased_user_rule" AFTER INSERT ON "material_progress" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "completions_erased_user_rule" AFTER INSERT ON "completions" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "learner_stats_erased_user_rule" AFTER INSERT ON "learner_stats" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "assignment_submissions_erased_user_rule" AFTER INSERT ON "assignment_submissions" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "mcq_attempts_erased_user_rule" AFTER INSERT ON "mcq_attempts" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "certificates_erased_user_rule" AFTER INSERT ON "certificates" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();

-- Events: what a learner has reached. Titles go with the ids, because whoever hears of it cannot look them up.

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

INSERT INTO "rules"."event_consumers" ("type", "version", "consumer") VALUES
  ('module.completed', 1, 'activity'),
  ('submission.graded', 1, 'activity'),
  ('certificate.issued', 1, 'activity');

CREATE FUNCTION "rules"."tell_completions"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS
$$
BEGIN
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
  SELECT rules.new_event_id(), 'learning.completion', c.id::text, 1, 'module.completed',
      jsonb_build_object('userId', c.user_id, 'moduleId', m.id, 'moduleTitle', m.title)
    FROM "inserted" c JOIN modules m ON m.id = c.module_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER "completions_told" AFTER INSERT ON "completions" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."tell_completions"();

CREATE FUNCTION "rules"."tell_certificates"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS
$$
BEGIN
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
  SELECT rules.new_event_id(), 'learning.certificate', c.id::text, 1, 'certificate.issued', jsonb_build_object(
      'userId', c.user_id, 'certificateId', c.id, 'certificateTitle', c.title, 'credentialId', c.credential_id)
    FROM "inserted" c;
  RETURN NULL;
END
$$;
CREATE TRIGGER "certificates_told" AFTER INSERT ON "certificates" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."tell_certificates"();

-- The number of the try orders the verdicts on a submission.
CREATE FUNCTION "rules"."tell_grades"("submissions" uuid[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS
$$
BEGIN
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
  SELECT rules.new_event_id(), 'learning.submission', s.id::text, s.tries, 'submission.graded', jsonb_build_object(
      'userId', s.user_id, 'submissionId', s.id, 'assignmentId', a.id, 'assignmentTitle', a.title,
      'score', s.score, 'maxScore', s.max_score)
    FROM assignment_submissions s JOIN assignments a ON a.id = s.assignment_id
   WHERE s.id = ANY (submissions) AND s.status IN ('PASSED', 'FAILED');
END
$$;
CREATE FUNCTION "rules"."tell_graded_submissions"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
BEGIN
  PERFORM rules.tell_grades(array_agg(id)) FROM "inserted" WHERE status IN ('PASSED', 'FAILED');
  RETURN NULL;
END
$$;
CREATE TRIGGER "assignment_submissions_told" AFTER INSERT ON "assignment_submissions" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."tell_graded_submissions"();
CREATE FUNCTION "rules"."tell_grade"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
BEGIN
  IF NEW.status IN ('PASSED', 'FAILED')
    AND (OLD.status, OLD.score, OLD.tries) IS DISTINCT FROM (NEW.status, NEW.score, NEW.tries)
  THEN
    PERFORM rules.tell_grades(ARRAY[NEW.id]);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER "assignment_submissions_grade_told" AFTER UPDATE ON "assignment_submissions"
  FOR EACH ROW EXECUTE FUNCTION "rules"."tell_grade"();
