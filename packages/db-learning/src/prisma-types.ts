import type * as ids from '@codezest/db-types';
import type * as json from './json-types.js';

/** The types that the generated client puts in place of `string` and `JsonValue`, by the names in the schema. */
declare global {
  namespace DbLearning {
    type ErasedRows = ids.ErasedRows;
    type ReceivedPayload = ids.JsonObject;
    type EventId = ids.EventId;
    type EventPayload = Record<string, ids.JsonValue>;
    type LeaseId = string;
    type Service = ids.Service;
    type UserId = ids.UserId;
    type ProgrammingLanguageId = ids.ProgrammingLanguageId;
    type ModuleId = ids.ModuleId;
    type ModulePrerequisiteId = ids.ModulePrerequisiteId;
    type MaterialId = ids.MaterialId;
    type AssignmentId = ids.AssignmentId;
    type AssignmentSubmissionId = ids.AssignmentSubmissionId;
    type AssignmentAnalysisId = ids.AssignmentAnalysisId;
    type MCQQuizId = ids.MCQQuizId;
    type MCQQuestionId = ids.MCQQuestionId;
    type MCQOptionId = ids.MCQOptionId;
    type MCQAttemptId = ids.MCQAttemptId;
    type MCQAnswerId = ids.MCQAnswerId;
    type QuizAnalysisId = ids.QuizAnalysisId;
    type LanguageEnrollmentId = ids.LanguageEnrollmentId;
    type ModuleProgressId = ids.ModuleProgressId;
    type MaterialProgressId = ids.MaterialProgressId;
    type CompletionId = ids.CompletionId;
    type LearnerStatsId = ids.LearnerStatsId;
    type CourseFileId = ids.CourseFileId;
    type CertificateId = ids.CertificateId;

    type TestCases = json.TestCases;
    type Authored = json.Authored;
    type Hints = json.Hints;
    type CodeQuality = json.CodeQuality;
    type PerformanceBreakdown = json.PerformanceBreakdown;
    type AnswerSnapshot = json.AnswerSnapshot;
  }
}
