// Ids of the rows of db-learning. To add an entity, copy the three lines of another one and change its name;
// keep the PURE mark, without it every bundle carries every parser.
import { type Id, type IsId, idParser, isId, type ParseId } from './id.js';

export type ProgrammingLanguageId = Id<'ProgrammingLanguage'>;
export const isProgrammingLanguageId: IsId<'ProgrammingLanguage'> = isId;
export const parseProgrammingLanguageId: ParseId<'ProgrammingLanguage'> =
  /* @__PURE__ */ idParser('ProgrammingLanguage');

export type ModuleId = Id<'Module'>;
export const isModuleId: IsId<'Module'> = isId;
export const parseModuleId: ParseId<'Module'> = /* @__PURE__ */ idParser('Module');

export type ModulePrerequisiteId = Id<'ModulePrerequisite'>;
export const isModulePrerequisiteId: IsId<'ModulePrerequisite'> = isId;
export const parseModulePrerequisiteId: ParseId<'ModulePrerequisite'> =
  /* @__PURE__ */ idParser('ModulePrerequisite');

export type MaterialId = Id<'Material'>;
export const isMaterialId: IsId<'Material'> = isId;
export const parseMaterialId: ParseId<'Material'> = /* @__PURE__ */ idParser('Material');

export type AssignmentId = Id<'Assignment'>;
export const isAssignmentId: IsId<'Assignment'> = isId;
export const parseAssignmentId: ParseId<'Assignment'> = /* @__PURE__ */ idParser('Assignment');

export type AssignmentSubmissionId = Id<'AssignmentSubmission'>;
export const isAssignmentSubmissionId: IsId<'AssignmentSubmission'> = isId;
export const parseAssignmentSubmissionId: ParseId<'AssignmentSubmission'> =
  /* @__PURE__ */ idParser('AssignmentSubmission');

export type AssignmentAnalysisId = Id<'AssignmentAnalysis'>;
export const isAssignmentAnalysisId: IsId<'AssignmentAnalysis'> = isId;
export const parseAssignmentAnalysisId: ParseId<'AssignmentAnalysis'> =
  /* @__PURE__ */ idParser('AssignmentAnalysis');

export type MCQQuizId = Id<'MCQQuiz'>;
export const isMCQQuizId: IsId<'MCQQuiz'> = isId;
export const parseMCQQuizId: ParseId<'MCQQuiz'> = /* @__PURE__ */ idParser('MCQQuiz');

export type MCQQuestionId = Id<'MCQQuestion'>;
export const isMCQQuestionId: IsId<'MCQQuestion'> = isId;
export const parseMCQQuestionId: ParseId<'MCQQuestion'> = /* @__PURE__ */ idParser('MCQQuestion');

export type MCQOptionId = Id<'MCQOption'>;
export const isMCQOptionId: IsId<'MCQOption'> = isId;
export const parseMCQOptionId: ParseId<'MCQOption'> = /* @__PURE__ */ idParser('MCQOption');

export type MCQAttemptId = Id<'MCQAttempt'>;
export const isMCQAttemptId: IsId<'MCQAttempt'> = isId;
export const parseMCQAttemptId: ParseId<'MCQAttempt'> = /* @__PURE__ */ idParser('MCQAttempt');

export type MCQAnswerId = Id<'MCQAnswer'>;
export const isMCQAnswerId: IsId<'MCQAnswer'> = isId;
export const parseMCQAnswerId: ParseId<'MCQAnswer'> = /* @__PURE__ */ idParser('MCQAnswer');

export type QuizAnalysisId = Id<'QuizAnalysis'>;
export const isQuizAnalysisId: IsId<'QuizAnalysis'> = isId;
export const parseQuizAnalysisId: ParseId<'QuizAnalysis'> = /* @__PURE__ */ idParser('QuizAnalysis');

export type LanguageEnrollmentId = Id<'LanguageEnrollment'>;
export const isLanguageEnrollmentId: IsId<'LanguageEnrollment'> = isId;
export const parseLanguageEnrollmentId: ParseId<'LanguageEnrollment'> =
  /* @__PURE__ */ idParser('LanguageEnrollment');

export type ModuleProgressId = Id<'ModuleProgress'>;
export const isModuleProgressId: IsId<'ModuleProgress'> = isId;
export const parseModuleProgressId: ParseId<'ModuleProgress'> = /* @__PURE__ */ idParser('ModuleProgress');

export type MaterialProgressId = Id<'MaterialProgress'>;
export const isMaterialProgressId: IsId<'MaterialProgress'> = isId;
export const parseMaterialProgressId: ParseId<'MaterialProgress'> =
  /* @__PURE__ */ idParser('MaterialProgress');

export type CompletionId = Id<'Completion'>;
export const isCompletionId: IsId<'Completion'> = isId;
export const parseCompletionId: ParseId<'Completion'> = /* @__PURE__ */ idParser('Completion');

export type LearnerStatsId = Id<'LearnerStats'>;
export const isLearnerStatsId: IsId<'LearnerStats'> = isId;
export const parseLearnerStatsId: ParseId<'LearnerStats'> = /* @__PURE__ */ idParser('LearnerStats');

export type CertificateId = Id<'Certificate'>;
export const isCertificateId: IsId<'Certificate'> = isId;
export const parseCertificateId: ParseId<'Certificate'> = /* @__PURE__ */ idParser('Certificate');

export type CourseFileId = Id<'CourseFile'>;
export const isCourseFileId: IsId<'CourseFile'> = isId;
export const parseCourseFileId: ParseId<'CourseFile'> = /* @__PURE__ */ idParser('CourseFile');
