-- The earlier schema with the columns of its plan beside those that it had in the end. Written from the description of its fields.

CREATE TYPE "Difficulty" AS ENUM ('BEGINNER', 'INTERMEDIATE', 'ADVANCED');
CREATE TYPE "MaterialType" AS ENUM ('VIDEO', 'ARTICLE', 'CODE_EXAMPLE', 'INTERACTIVE');
CREATE TYPE "SubmissionStatus" AS ENUM ('PENDING', 'RUNNING', 'PASSED', 'FAILED', 'ERROR');
CREATE TYPE "ProgressStatus" AS ENUM ('NOT_STARTED', 'IN_PROGRESS', 'COMPLETED');
CREATE TYPE "EnrollmentStatus" AS ENUM ('ACTIVE', 'PAUSED', 'COMPLETED', 'DROPPED');
CREATE TYPE "SubscriptionPlan" AS ENUM ('FREE', 'PRO', 'ENTERPRISE');
CREATE TYPE "SubscriptionStatus" AS ENUM ('ACTIVE', 'CANCELED', 'EXPIRED', 'PAUSED');
CREATE TYPE "TransactionStatus" AS ENUM ('PENDING', 'PROCESSING', 'SUCCEEDED', 'FAILED', 'REFUNDED');
CREATE TYPE "InvoiceStatus" AS ENUM ('DRAFT', 'SENT', 'PAID', 'OVERDUE', 'CANCELED');
CREATE TYPE "PaymentMethodType" AS ENUM ('CARD', 'PAYPAL', 'BANK_TRANSFER');
CREATE TYPE "AnalysisType" AS ENUM ('AI', 'MANUAL', 'HYBRID');
CREATE TYPE "UserRole" AS ENUM ('USER', 'INSTRUCTOR', 'ADMIN', 'STUDENT');

CREATE TABLE "auth.users" (
  "id" text NOT NULL PRIMARY KEY,
  "email" text NOT NULL UNIQUE,
  "password" text,
  "firstName" text NOT NULL,
  "lastName" text NOT NULL,
  "userName" text,
  "role" "UserRole" NOT NULL DEFAULT 'USER',
  "emailVerified" boolean NOT NULL DEFAULT false,
  "isActive" boolean NOT NULL DEFAULT true,
  "isSuspended" boolean NOT NULL DEFAULT false,
  "suspendedAt" timestamp(3),
  "suspendedReason" text,
  "lastLoginAt" timestamp(3),
  "lastLoginIp" text,
  "loginAttempts" integer NOT NULL DEFAULT 0,
  "lockedUntil" timestamp(3),
  "passwordChangedAt" timestamp(3),
  "mustChangePassword" boolean NOT NULL DEFAULT false,
  "twoFactorEnabled" boolean NOT NULL DEFAULT false,
  "twoFactorSecret" text,
  "backupCodes" text[] DEFAULT '{}',
  "username" text UNIQUE,
  "emailNotifications" boolean NOT NULL DEFAULT true,
  "marketingEmails" boolean NOT NULL DEFAULT false,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL,
  "deletedAt" timestamp(3),
  "name" text
);
CREATE INDEX ON "auth.users" ("role");
CREATE INDEX ON "auth.users" ("isActive");
CREATE INDEX ON "auth.users" ("isSuspended");
CREATE INDEX ON "auth.users" ("twoFactorEnabled");
CREATE INDEX ON "auth.users" ("emailNotifications");

CREATE TABLE "auth.user_profiles" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL UNIQUE,
  "displayName" text,
  "bio" text,
  "avatar" text,
  "coverImage" text,
  "phone" text,
  "location" text,
  "timezone" text,
  "website" text,
  "educationLevel" text,
  "fieldOfStudy" text,
  "institution" text,
  "graduationYear" integer,
  "education" jsonb,
  "currentRole" text,
  "currentCompany" text,
  "industry" text,
  "experienceLevel" text,
  "yearsExperience" integer,
  "workExperience" jsonb,
  "learningGoal" text,
  "targetRole" text,
  "weeklyHours" integer,
  "interests" jsonb,
  "motivations" jsonb,
  "skills" jsonb,
  "certifications" jsonb,
  "learningStyle" text,
  "studyTime" text,
  "preferences" jsonb,
  "socials" jsonb,
  "isPublic" boolean NOT NULL DEFAULT false,
  "showEmail" boolean NOT NULL DEFAULT false,
  "showProgress" boolean NOT NULL DEFAULT true,
  "allowMessages" boolean NOT NULL DEFAULT true,
  "showCertificates" boolean NOT NULL DEFAULT true,
  "onboardingCompleted" boolean NOT NULL DEFAULT false,
  "onboardingStep" integer NOT NULL DEFAULT 0,
  "lastActiveAt" timestamp(3),
  "totalLearningHours" integer NOT NULL DEFAULT 0,
  "coursesCompleted" integer NOT NULL DEFAULT 0,
  "certificatesEarned" integer NOT NULL DEFAULT 0,
  "points" integer NOT NULL DEFAULT 0,
  "level" integer NOT NULL DEFAULT 1,
  "streak" integer NOT NULL DEFAULT 0,
  "longestStreak" integer NOT NULL DEFAULT 0,
  "leadScore" integer NOT NULL DEFAULT 0,
  "leadStatus" text,
  "emailOpens" integer NOT NULL DEFAULT 0,
  "emailClicks" integer NOT NULL DEFAULT 0,
  "lastEmailSent" timestamp(3),
  "lastEmailOpened" timestamp(3),
  "utmSource" text,
  "utmMedium" text,
  "utmCampaign" text,
  "referralCode" text,
  "segment" text,
  "internalNotes" text,
  "tags" jsonb,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL,
  "githubUrl" text,
  "linkedinUrl" text,
  "twitterUrl" text
);
CREATE INDEX ON "auth.user_profiles" ("isPublic");
CREATE INDEX ON "auth.user_profiles" ("educationLevel");
CREATE INDEX ON "auth.user_profiles" ("fieldOfStudy");
CREATE INDEX ON "auth.user_profiles" ("currentRole");
CREATE INDEX ON "auth.user_profiles" ("industry");
CREATE INDEX ON "auth.user_profiles" ("learningGoal");
CREATE INDEX ON "auth.user_profiles" ("leadStatus");
CREATE INDEX ON "auth.user_profiles" ("segment");
CREATE INDEX ON "auth.user_profiles" ("lastActiveAt");
CREATE INDEX ON "auth.user_profiles" ("onboardingCompleted");

CREATE TABLE "auth.sessions" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "token" text NOT NULL UNIQUE,
  "expiresAt" timestamp(3) NOT NULL,
  "ipAddress" text,
  "userAgent" text,
  "revokedAt" timestamp(3),
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX ON "auth.sessions" ("userId");
CREATE INDEX ON "auth.sessions" ("expiresAt");
CREATE INDEX ON "auth.sessions" ("revokedAt");

CREATE TABLE "auth.oauth_accounts" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "provider" text NOT NULL,
  "providerId" text NOT NULL,
  "accessToken" text,
  "refreshToken" text,
  "expiresAt" timestamp(3),
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL,
  UNIQUE ("provider", "providerId")
);
CREATE INDEX ON "auth.oauth_accounts" ("userId");

CREATE TABLE "auth.password_resets" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "token" text NOT NULL UNIQUE,
  "expiresAt" timestamp(3) NOT NULL,
  "used" boolean NOT NULL DEFAULT false,
  "usedAt" timestamp(3),
  "ipAddress" text,
  "userAgent" text,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX ON "auth.password_resets" ("userId");
CREATE INDEX ON "auth.password_resets" ("expiresAt");

CREATE TABLE "auth.email_verifications" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "token" text NOT NULL UNIQUE,
  "verified" boolean NOT NULL DEFAULT false,
  "verifiedAt" timestamp(3),
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX ON "auth.email_verifications" ("userId");

CREATE TABLE "auth.email_changes" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "oldEmail" text NOT NULL,
  "newEmail" text NOT NULL,
  "token" text NOT NULL UNIQUE,
  "verified" boolean NOT NULL DEFAULT false,
  "expiresAt" timestamp(3) NOT NULL,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX ON "auth.email_changes" ("userId");
CREATE INDEX ON "auth.email_changes" ("expiresAt");

CREATE TABLE "auth.login_history" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "success" boolean NOT NULL,
  "ipAddress" text,
  "userAgent" text,
  "location" text,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX ON "auth.login_history" ("userId");
CREATE INDEX ON "auth.login_history" ("createdAt");

CREATE TABLE "learning.programming_languages" (
  "id" text NOT NULL PRIMARY KEY,
  "name" text NOT NULL UNIQUE,
  "slug" text NOT NULL UNIQUE,
  "description" text,
  "icon" text,
  "difficulty" "Difficulty" NOT NULL DEFAULT 'BEGINNER',
  "isActive" boolean NOT NULL DEFAULT true,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL,
  "deletedAt" timestamp(3)
);
CREATE INDEX ON "learning.programming_languages" ("isActive");

CREATE TABLE "learning.modules" (
  "id" text NOT NULL PRIMARY KEY,
  "languageId" text NOT NULL,
  "title" text NOT NULL,
  "slug" text NOT NULL,
  "description" text,
  "syllabus" text,
  "order" integer NOT NULL,
  "estimatedDuration" integer,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL,
  "deletedAt" timestamp(3),
  UNIQUE ("languageId", "slug")
);
CREATE INDEX ON "learning.modules" ("order");

CREATE TABLE "learning.materials" (
  "id" text NOT NULL PRIMARY KEY,
  "moduleId" text NOT NULL,
  "title" text NOT NULL,
  "type" "MaterialType" NOT NULL,
  "content" text NOT NULL,
  "duration" integer,
  "order" integer NOT NULL,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL,
  "deletedAt" timestamp(3)
);
CREATE INDEX ON "learning.materials" ("moduleId");
CREATE INDEX ON "learning.materials" ("type");
CREATE INDEX ON "learning.materials" ("order");

CREATE TABLE "learning.assignments" (
  "id" text NOT NULL PRIMARY KEY,
  "moduleId" text NOT NULL,
  "title" text NOT NULL,
  "description" text NOT NULL,
  "difficulty" "Difficulty" NOT NULL,
  "starterCode" text,
  "testCases" text NOT NULL,
  "hints" text,
  "maxScore" integer NOT NULL DEFAULT 100,
  "timeLimit" integer,
  "estimatedDuration" integer,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL,
  "deletedAt" timestamp(3)
);
CREATE INDEX ON "learning.assignments" ("moduleId");
CREATE INDEX ON "learning.assignments" ("difficulty");

CREATE TABLE "learning.assignment_submissions" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "assignmentId" text NOT NULL,
  "code" text NOT NULL,
  "language" text NOT NULL,
  "status" "SubmissionStatus" NOT NULL DEFAULT 'PENDING',
  "score" integer,
  "feedback" text,
  "submittedAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "gradedAt" timestamp(3)
);
CREATE INDEX ON "learning.assignment_submissions" ("userId");
CREATE INDEX ON "learning.assignment_submissions" ("assignmentId");
CREATE INDEX ON "learning.assignment_submissions" ("status");

CREATE TABLE "learning.mcq_quizzes" (
  "id" text NOT NULL PRIMARY KEY,
  "moduleId" text NOT NULL,
  "title" text NOT NULL,
  "description" text,
  "passingScore" integer NOT NULL DEFAULT 70,
  "timeLimit" integer,
  "estimatedDuration" integer,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL,
  "deletedAt" timestamp(3)
);
CREATE INDEX ON "learning.mcq_quizzes" ("moduleId");

CREATE TABLE "learning.mcq_questions" (
  "id" text NOT NULL PRIMARY KEY,
  "quizId" text NOT NULL,
  "question" text NOT NULL,
  "explanation" text,
  "order" integer NOT NULL,
  "points" integer NOT NULL DEFAULT 1,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL
);
CREATE INDEX ON "learning.mcq_questions" ("quizId");
CREATE INDEX ON "learning.mcq_questions" ("order");

CREATE TABLE "learning.mcq_options" (
  "id" text NOT NULL PRIMARY KEY,
  "questionId" text NOT NULL,
  "optionText" text NOT NULL,
  "isCorrect" boolean NOT NULL,
  "order" integer NOT NULL
);
CREATE INDEX ON "learning.mcq_options" ("questionId");

CREATE TABLE "learning.language_enrollments" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "languageId" text NOT NULL,
  "status" "EnrollmentStatus" NOT NULL DEFAULT 'ACTIVE',
  "enrolledAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "completedAt" timestamp(3),
  UNIQUE ("userId", "languageId")
);
CREATE INDEX ON "learning.language_enrollments" ("languageId");
CREATE INDEX ON "learning.language_enrollments" ("status");

CREATE TABLE "learning.module_progress" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "moduleId" text NOT NULL,
  "status" "ProgressStatus" NOT NULL DEFAULT 'NOT_STARTED',
  "progressPercent" integer NOT NULL DEFAULT 0,
  "startedAt" timestamp(3),
  "completedAt" timestamp(3),
  "lastAccessedAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE ("userId", "moduleId")
);
CREATE INDEX ON "learning.module_progress" ("moduleId");
CREATE INDEX ON "learning.module_progress" ("status");

CREATE TABLE "learning.material_progress" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "materialId" text NOT NULL,
  "completed" boolean NOT NULL DEFAULT false,
  "viewCount" integer NOT NULL DEFAULT 0,
  "lastViewedAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "completedAt" timestamp(3),
  UNIQUE ("userId", "materialId")
);
CREATE INDEX ON "learning.material_progress" ("materialId");
CREATE INDEX ON "learning.material_progress" ("completed");

CREATE TABLE "learning.mcq_attempts" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "quizId" text NOT NULL,
  "score" integer,
  "startedAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "completedAt" timestamp(3)
);
CREATE INDEX ON "learning.mcq_attempts" ("userId");
CREATE INDEX ON "learning.mcq_attempts" ("quizId");

CREATE TABLE "learning.mcq_answers" (
  "id" text NOT NULL PRIMARY KEY,
  "attemptId" text NOT NULL,
  "questionId" text NOT NULL,
  "selectedOptionId" text,
  "isCorrect" boolean NOT NULL,
  "answeredAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX ON "learning.mcq_answers" ("attemptId");
CREATE INDEX ON "learning.mcq_answers" ("questionId");

CREATE TABLE "learning.assignment_analyses" (
  "id" text NOT NULL PRIMARY KEY,
  "submissionId" text NOT NULL UNIQUE,
  "analysisType" "AnalysisType" NOT NULL DEFAULT 'AI',
  "overallScore" integer,
  "strengths" text[] DEFAULT '{}',
  "weaknesses" text[] DEFAULT '{}',
  "suggestions" text[] DEFAULT '{}',
  "codeQuality" jsonb,
  "detailedFeedback" text,
  "aiModel" text,
  "aiPrompt" text,
  "analyzedBy" text,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL
);
CREATE INDEX ON "learning.assignment_analyses" ("analysisType");

CREATE TABLE "learning.quiz_analyses" (
  "id" text NOT NULL PRIMARY KEY,
  "attemptId" text NOT NULL UNIQUE,
  "analysisType" "AnalysisType" NOT NULL DEFAULT 'AI',
  "performanceBreakdown" jsonb NOT NULL,
  "strongTopics" text[] DEFAULT '{}',
  "weakTopics" text[] DEFAULT '{}',
  "recommendations" text[] DEFAULT '{}',
  "insights" text,
  "avgTimePerQuestion" integer,
  "timeManagement" text,
  "aiModel" text,
  "analyzedBy" text,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL
);
CREATE INDEX ON "learning.quiz_analyses" ("analysisType");

CREATE TABLE "learning.certificates" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "type" text NOT NULL,
  "languageId" text,
  "moduleId" text,
  "title" text NOT NULL,
  "description" text,
  "certificateUrl" text,
  "credentialId" text NOT NULL UNIQUE,
  "isVerified" boolean NOT NULL DEFAULT false,
  "verifiedBy" text,
  "score" integer,
  "grade" text,
  "issuedAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expiresAt" timestamp(3)
);
CREATE INDEX ON "learning.certificates" ("userId");
CREATE INDEX ON "learning.certificates" ("languageId");
CREATE INDEX ON "learning.certificates" ("moduleId");
CREATE INDEX ON "learning.certificates" ("type");

CREATE TABLE "payments.subscriptions" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL UNIQUE,
  "plan" "SubscriptionPlan" NOT NULL DEFAULT 'FREE',
  "status" "SubscriptionStatus" NOT NULL DEFAULT 'ACTIVE',
  "stripeCustomerId" text UNIQUE,
  "stripeSubscriptionId" text UNIQUE,
  "startedAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "validUntil" timestamp(3),
  "canceledAt" timestamp(3),
  "metadata" jsonb,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL
);
CREATE INDEX ON "payments.subscriptions" ("plan");
CREATE INDEX ON "payments.subscriptions" ("status");

CREATE TABLE "payments.transactions" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "subscriptionId" text,
  "amount" integer NOT NULL DEFAULT 0,
  "currency" text NOT NULL DEFAULT 'usd',
  "status" "TransactionStatus" NOT NULL DEFAULT 'PENDING',
  "stripePaymentIntentId" text UNIQUE,
  "stripeChargeId" text UNIQUE,
  "paymentMethod" text,
  "description" text,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "paidAt" timestamp(3),
  "failedAt" timestamp(3)
);
CREATE INDEX ON "payments.transactions" ("userId");
CREATE INDEX ON "payments.transactions" ("subscriptionId");
CREATE INDEX ON "payments.transactions" ("status");

CREATE TABLE "payments.invoices" (
  "id" text NOT NULL PRIMARY KEY,
  "subscriptionId" text NOT NULL,
  "invoiceNumber" text NOT NULL UNIQUE,
  "amount" integer NOT NULL DEFAULT 0,
  "currency" text NOT NULL DEFAULT 'usd',
  "tax" integer,
  "total" integer NOT NULL DEFAULT 0,
  "status" "InvoiceStatus" NOT NULL DEFAULT 'DRAFT',
  "stripeInvoiceId" text UNIQUE,
  "invoiceUrl" text,
  "issuedAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "dueAt" timestamp(3),
  "paidAt" timestamp(3)
);
CREATE INDEX ON "payments.invoices" ("subscriptionId");
CREATE INDEX ON "payments.invoices" ("status");

CREATE TABLE "payments.payment_methods" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "type" "PaymentMethodType" NOT NULL,
  "stripePaymentMethodId" text UNIQUE,
  "last4" text,
  "brand" text,
  "expiryMonth" integer,
  "expiryYear" integer,
  "paypalEmail" text,
  "isDefault" boolean NOT NULL DEFAULT false,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL
);
CREATE INDEX ON "payments.payment_methods" ("userId");
CREATE INDEX ON "payments.payment_methods" ("isDefault");

CREATE TABLE "notifications.notifications" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "typeId" text NOT NULL,
  "title" text NOT NULL,
  "message" text NOT NULL,
  "data" jsonb,
  "priority" text NOT NULL DEFAULT 'MEDIUM',
  "isRead" boolean NOT NULL DEFAULT false,
  "readAt" timestamp(3),
  "isSeen" boolean NOT NULL DEFAULT false,
  "actionUrl" text,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expiresAt" timestamp(3),
  "type" text,
  "read" boolean,
  "metadata" jsonb
);
CREATE INDEX ON "notifications.notifications" ("userId");
CREATE INDEX ON "notifications.notifications" ("isRead");
CREATE INDEX ON "notifications.notifications" ("createdAt");

CREATE TABLE "notifications.notification_preferences" (
  "id" text PRIMARY KEY,
  "userId" text,
  "email" boolean,
  "push" boolean,
  "sms" boolean,
  "createdAt" timestamp(3) DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3)
);
CREATE INDEX ON "notifications.notification_preferences" ("userId");

CREATE TABLE "notifications.notification_types" (
  "id" text NOT NULL PRIMARY KEY,
  "name" text NOT NULL UNIQUE,
  "slug" text NOT NULL UNIQUE,
  "category" text NOT NULL,
  "description" text,
  "emailEnabled" boolean NOT NULL DEFAULT true,
  "pushEnabled" boolean NOT NULL DEFAULT true,
  "smsEnabled" boolean NOT NULL DEFAULT false,
  "inAppEnabled" boolean NOT NULL DEFAULT true,
  "emailTemplateId" text,
  "pushTemplateId" text,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL
);

CREATE TABLE "notifications.user_settings" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "typeId" text NOT NULL,
  "email" boolean,
  "push" boolean,
  "sms" boolean,
  "inApp" boolean,
  "updatedAt" timestamp(3) NOT NULL,
  UNIQUE ("userId", "typeId")
);

CREATE TABLE "notifications.user_devices" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "token" text NOT NULL UNIQUE,
  "platform" text NOT NULL,
  "model" text,
  "isActive" boolean NOT NULL DEFAULT true,
  "lastUsedAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL
);
CREATE INDEX ON "notifications.user_devices" ("userId");

CREATE TABLE "notifications.email_logs" (
  "id" text NOT NULL PRIMARY KEY,
  "to" text NOT NULL,
  "from" text NOT NULL DEFAULT 'noreply@codezest.com',
  "subject" text NOT NULL,
  "body" text NOT NULL,
  "status" text NOT NULL DEFAULT 'PENDING',
  "provider" text,
  "providerId" text,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "sentAt" timestamp(3),
  "failedAt" timestamp(3)
);
CREATE INDEX ON "notifications.email_logs" ("to");
CREATE INDEX ON "notifications.email_logs" ("status");
CREATE INDEX ON "notifications.email_logs" ("createdAt");

CREATE TABLE "activity.user_activities" (
  "id" text NOT NULL PRIMARY KEY,
  "userId" text NOT NULL,
  "type" text NOT NULL,
  "description" text NOT NULL,
  "metadata" jsonb,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX ON "activity.user_activities" ("userId");
CREATE INDEX ON "activity.user_activities" ("type");
CREATE INDEX ON "activity.user_activities" ("createdAt");

CREATE TABLE "activity.analytics_events" (
  "id" text NOT NULL PRIMARY KEY,
  "eventName" text NOT NULL,
  "userId" text,
  "properties" jsonb,
  "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX ON "activity.analytics_events" ("eventName");
CREATE INDEX ON "activity.analytics_events" ("userId");
CREATE INDEX ON "activity.analytics_events" ("createdAt");

-- Prisma's table for modules that require modules: "A" is the one that is required.
CREATE TABLE "_ModulePrerequisites" ("A" text NOT NULL, "B" text NOT NULL, PRIMARY KEY ("A", "B"));

ALTER TABLE "auth.user_profiles" ADD FOREIGN KEY ("userId") REFERENCES "auth.users" ON DELETE CASCADE;
ALTER TABLE "auth.sessions" ADD FOREIGN KEY ("userId") REFERENCES "auth.users" ON DELETE CASCADE;
ALTER TABLE "auth.oauth_accounts" ADD FOREIGN KEY ("userId") REFERENCES "auth.users" ON DELETE CASCADE;
ALTER TABLE "auth.password_resets" ADD FOREIGN KEY ("userId") REFERENCES "auth.users" ON DELETE CASCADE;
ALTER TABLE "auth.email_verifications" ADD FOREIGN KEY ("userId") REFERENCES "auth.users" ON DELETE CASCADE;
ALTER TABLE "auth.email_changes" ADD FOREIGN KEY ("userId") REFERENCES "auth.users" ON DELETE CASCADE;
ALTER TABLE "auth.login_history" ADD FOREIGN KEY ("userId") REFERENCES "auth.users" ON DELETE CASCADE;
ALTER TABLE "learning.modules" ADD FOREIGN KEY ("languageId") REFERENCES "learning.programming_languages" ON DELETE CASCADE;
ALTER TABLE "learning.materials" ADD FOREIGN KEY ("moduleId") REFERENCES "learning.modules" ON DELETE CASCADE;
ALTER TABLE "learning.assignments" ADD FOREIGN KEY ("moduleId") REFERENCES "learning.modules" ON DELETE CASCADE;
ALTER TABLE "learning.assignment_submissions" ADD FOREIGN KEY ("assignmentId") REFERENCES "learning.assignments" ON DELETE CASCADE;
ALTER TABLE "learning.mcq_quizzes" ADD FOREIGN KEY ("moduleId") REFERENCES "learning.modules" ON DELETE CASCADE;
ALTER TABLE "learning.mcq_questions" ADD FOREIGN KEY ("quizId") REFERENCES "learning.mcq_quizzes" ON DELETE CASCADE;
ALTER TABLE "learning.mcq_options" ADD FOREIGN KEY ("questionId") REFERENCES "learning.mcq_questions" ON DELETE CASCADE;
ALTER TABLE "learning.language_enrollments" ADD FOREIGN KEY ("languageId") REFERENCES "learning.programming_languages" ON DELETE CASCADE;
ALTER TABLE "learning.module_progress" ADD FOREIGN KEY ("moduleId") REFERENCES "learning.modules" ON DELETE CASCADE;
ALTER TABLE "learning.material_progress" ADD FOREIGN KEY ("materialId") REFERENCES "learning.materials" ON DELETE CASCADE;
ALTER TABLE "learning.mcq_attempts" ADD FOREIGN KEY ("quizId") REFERENCES "learning.mcq_quizzes" ON DELETE CASCADE;
ALTER TABLE "learning.mcq_answers" ADD FOREIGN KEY ("attemptId") REFERENCES "learning.mcq_attempts" ON DELETE CASCADE;
ALTER TABLE "learning.mcq_answers" ADD FOREIGN KEY ("questionId") REFERENCES "learning.mcq_questions" ON DELETE CASCADE;
ALTER TABLE "learning.mcq_answers" ADD FOREIGN KEY ("selectedOptionId") REFERENCES "learning.mcq_options" ON DELETE SET NULL;
ALTER TABLE "learning.assignment_analyses" ADD FOREIGN KEY ("submissionId") REFERENCES "learning.assignment_submissions" ON DELETE CASCADE;
ALTER TABLE "learning.quiz_analyses" ADD FOREIGN KEY ("attemptId") REFERENCES "learning.mcq_attempts" ON DELETE CASCADE;
ALTER TABLE "learning.certificates" ADD FOREIGN KEY ("userId") REFERENCES "auth.users" ON DELETE CASCADE;
ALTER TABLE "learning.certificates" ADD FOREIGN KEY ("languageId") REFERENCES "learning.programming_languages" ON DELETE SET NULL;
ALTER TABLE "learning.certificates" ADD FOREIGN KEY ("moduleId") REFERENCES "learning.modules" ON DELETE SET NULL;
ALTER TABLE "payments.transactions" ADD FOREIGN KEY ("subscriptionId") REFERENCES "payments.subscriptions" ON DELETE SET NULL;
ALTER TABLE "payments.invoices" ADD FOREIGN KEY ("subscriptionId") REFERENCES "payments.subscriptions" ON DELETE CASCADE;
ALTER TABLE "notifications.notifications" ADD FOREIGN KEY ("typeId") REFERENCES "notifications.notification_types" ON DELETE RESTRICT;
ALTER TABLE "notifications.user_settings" ADD FOREIGN KEY ("userId") REFERENCES "auth.users" ON DELETE CASCADE;
ALTER TABLE "notifications.user_settings" ADD FOREIGN KEY ("typeId") REFERENCES "notifications.notification_types" ON DELETE CASCADE;
ALTER TABLE "notifications.user_devices" ADD FOREIGN KEY ("userId") REFERENCES "auth.users" ON DELETE CASCADE;
ALTER TABLE "_ModulePrerequisites" ADD FOREIGN KEY ("A") REFERENCES "learning.modules" ON DELETE CASCADE;
ALTER TABLE "_ModulePrerequisites" ADD FOREIGN KEY ("B") REFERENCES "learning.modules" ON DELETE CASCADE;
