import './prisma-types.js';

export {
  deleteReceivedEvents,
  type EventBacklog,
  InvalidEventLimitError,
  InvalidEventRetentionError,
  type Received,
  type ReceiveOptions,
  redriveEvents,
} from '@codezest/db-core';

// Prisma's models, enums and the `Prisma` namespace. Our own PrismaClient below takes the place of the generated one.
export * from '../generated/client.js';
export { expectedMigration } from '../generated/expected-migration.js';
export {
  type AchievementCredential,
  achievementCredential,
  type CredentialOptions,
} from './achievement-credential.js';
export {
  type AnalysisAuthor,
  type AttemptAnalysis,
  type AttemptFindings,
  analyseAttempt,
  analyseSubmission,
  type SubmissionAnalysis,
  type SubmissionFindings,
} from './analyses.js';
export {
  answerQuestion,
  type ChosenOption,
  endRunOutAttempts,
  type FinishedAttempt,
  finishAttempt,
  type StartedAttempt,
  startAttempt,
} from './attempts.js';
export { type CatalogueEntry, type CatalogueSearch, searchCatalogue } from './catalogue.js';
export {
  type CertificateStep,
  type CertificateSubject,
  type CertificateValidity,
  issueCertificate,
  type NewCertificate,
  type Renewal,
  renewCertificate,
  revokeCertificate,
  type VerifiedCertificate,
  verifyCertificate,
} from './certificates.js';
export {
  claimReview,
  claimSubmission,
  extendClaim,
  type Lease,
  type ReviewQueue,
  releaseClaim,
  requeueStaleSubmissions,
  type SubmissionClaim,
  type SubmissionQueue,
} from './claims.js';
export {
  type Client,
  type ClientOptions,
  connect,
  createClient,
  disconnect,
  drain,
  healthCheck,
  PrismaClient,
  type PrismaClientConstructor,
  prisma,
  readinessCheck,
  type TransactionClient,
} from './client.js';
export { reportCompletions } from './completions.js';
export { type Course, type CourseModule, courseOf, type NextStep } from './course.js';
export type {
  Authored,
  Course as CourseContent,
  CourseAssignmentContent,
  CourseFileContent,
  CourseMaterialContent,
  CourseModuleContent,
  CoursePart,
  CourseQuestionContent,
  CourseQuizContent,
} from './courses/course.js';
export type { CourseChange } from './courses/course-change.js';
export {
  CourseBusyError,
  CourseConflictError,
  CourseInvalidError,
  type CourseProblem,
} from './courses/course-errors.js';
export { exportCourse } from './courses/export-course.js';
export { type CourseImport, importCourse } from './courses/import-course.js';
export { type Dashboard, dashboardOf, type LearntCourse } from './dashboard.js';
export {
  arePrerequisitesSatisfied,
  enrol,
  type ModuleOfLearner,
  type NewEnrolment,
  startModule,
  unmetPrerequisites,
} from './enrolment.js';
export { eraseUser, exportUser } from './erasure.js';
export * from './errors.js';
export * from './events.js';
export { httpAnswerOf } from './http-answer.js';
export { type ItemStatistics, itemStatistics } from './item-statistics.js';
export type * from './json-types.js';
export * from './learning-errors.js';
export type { LearningProgress } from './learning-progress.js';
export { findModuleTree, type ModuleTree, type QuestionTree, type QuizTree } from './module-tree.js';
export { completeMaterial, type MaterialOfLearner, type MaterialStep, startMaterial } from './progress.js';
export { editQuiz, publishQuiz, type QuizEdit, replaceQuestion } from './quiz-editing.js';
export type { QuestionContent, QuizSettings } from './quiz-settings.js';
export { eventBacklog, receiveEvents } from './received-events.js';
export { reorderMaterials, reorderModules, reorderQuestions } from './reorder.js';
export * from './replica.js';
export { restoreLanguage, restoreModule } from './restore.js';
export * from './retry.js';
export { listReviewQueue, type WaitingSubmission } from './review-queue.js';
export { type RefreshedProgress, refreshStaleProgress } from './stale-progress.js';
export type { SubmissionWithoutCode } from './submission-without-code.js';
export {
  type Grade,
  gradeSubmission,
  type NewSubmission,
  type SubmissionStep,
  startRun,
  submitAssignment,
} from './submissions.js';
