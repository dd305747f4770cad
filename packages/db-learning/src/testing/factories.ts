import {
  type Factories as AnyFactories,
  createFactories,
  type Definitions,
  testHash,
  testId,
} from '@codezest/db-core/testing';
import type { Prisma } from '../../generated/client.js';
import type { SecretFields } from '../../generated/secret-fields.js';
import type { Client, PrismaClient } from '../client.js';

type Delegates = Pick<PrismaClient, keyof Data>;

/** What `create` gives for each model: the row without its secret fields. */
type Rows = {
  [Model in keyof Data]: Prisma.Result<
    Delegates[Model],
    Model extends keyof SecretFields ? { omit: SecretFields[Model] } : object,
    'create'
  >;
};

/** Makes valid rows of every model, each with the rows it needs: `make.module()`. */
export interface Factories extends AnyFactories<Data, Rows> {}

/** Factories on a test database, one set per database: they count from 1, so that every run writes the same. */
export function factories(client: Client): Factories {
  return createFactories<Data, Rows>(client, definitions, ['erasedUser', 'outboxDelivery']);
}

interface Data {
  programmingLanguage: Prisma.ProgrammingLanguageUncheckedCreateInput;
  module: Prisma.ModuleUncheckedCreateInput;
  courseFile: Prisma.CourseFileUncheckedCreateInput;
  modulePrerequisite: Prisma.ModulePrerequisiteUncheckedCreateInput;
  material: Prisma.MaterialUncheckedCreateInput;
  assignment: Prisma.AssignmentUncheckedCreateInput;
  mCQQuiz: Prisma.MCQQuizUncheckedCreateInput;
  mCQQuestion: Prisma.MCQQuestionUncheckedCreateInput;
  mCQOption: Prisma.MCQOptionUncheckedCreateInput;
  languageEnrollment: Prisma.LanguageEnrollmentUncheckedCreateInput;
  moduleProgress: Prisma.ModuleProgressUncheckedCreateInput;
  materialProgress: Prisma.MaterialProgressUncheckedCreateInput;
  completion: Prisma.CompletionUncheckedCreateInput;
  learnerStats: Prisma.LearnerStatsUncheckedCreateInput;
  assignmentSubmission: Prisma.AssignmentSubmissionUncheckedCreateInput;
  assignmentAnalysis: Prisma.AssignmentAnalysisUncheckedCreateInput;
  mCQAttempt: Prisma.MCQAttemptUncheckedCreateInput;
  mCQAnswer: Prisma.MCQAnswerUncheckedCreateInput;
  quizAnalysis: Prisma.QuizAnalysisUncheckedCreateInput;
  certificate: Prisma.CertificateUncheckedCreateInput;
  erasedUser: Prisma.ErasedUserUncheckedCreateInput;
  outboxEvent: Prisma.OutboxEventUncheckedCreateInput;
  outboxDelivery: Prisma.OutboxDeliveryUncheckedCreateInput;
  receivedEvent: Prisma.ReceivedEventUncheckedCreateInput;
}

const moduleIdOf = async ({ moduleId }: { moduleId?: Data['material']['moduleId'] }, make: Factories) =>
  moduleId ?? (await make.module()).id;

const definitions: Definitions<Data, Rows> = {
  outboxEvent: (n) => ({
    aggregateType: 'learning.test',
    aggregateId: testId('User', n),
    aggregateVersion: 1,
    type: 'test.told_nobody',
    payload: { userId: testId('User', n) },
  }),
  outboxDelivery: async (_n, { eventId }, make) => ({
    eventId: eventId ?? (await make.outboxEvent()).id,
    consumer: 'activity',
    aggregateType: 'learning.test',
    aggregateId: testId('User', 1),
  }),
  erasedUser: (n) => ({ userHash: testHash(n), requestId: testId('Event', n) }),
  receivedEvent: (n) => ({
    id: testId('Event', n),
    type: 'user.deleted',
    version: 1,
    aggregateType: 'auth.user',
    aggregateId: testId('User', n),
    aggregateVersion: 1,
    payload: { userId: testId('User', n) },
    occurredAt: new Date(),
  }),
  programmingLanguage: (n) => ({ name: `Language ${n}`, slug: `language-${n}` }),
  module: async (n, given, make) => ({
    languageId: given.languageId ?? (await make.programmingLanguage()).id,
    title: `Module ${n}`,
    slug: `module-${n}`,
    order: n,
  }),
  modulePrerequisite: async (_n, given, make) => {
    const module = given.moduleId === undefined ? await make.module() : undefined;
    const language = module === undefined ? {} : { languageId: module.languageId };
    return {
      moduleId: module?.id,
      prerequisiteId: given.prerequisiteId ?? (await make.module(language)).id,
    };
  },
  material: async (n, given, make) => ({
    moduleId: await moduleIdOf(given, make),
    title: `Material ${n}`,
    type: 'ARTICLE',
    content: 'Read this.',
    order: n,
  }),
  assignment: async (n, given, make) => ({
    moduleId: await moduleIdOf(given, make),
    title: `Assignment ${n}`,
    description: 'Print nothing.',
    difficulty: 'BEGINNER',
    testCases: [{ name: 'empty', input: '', expectedOutput: '', hidden: false, points: 1 }],
  }),
  courseFile: async (n, given, make) => ({
    ...(given.languageId || given.moduleId
      ? {}
      : { assignmentId: given.assignmentId ?? (await make.assignment()).id }),
    path: `file-${n}.txt`,
    content: new Uint8Array([n % 256]),
  }),
  mCQQuiz: async (n, given, make) => ({ moduleId: await moduleIdOf(given, make), title: `Quiz ${n}` }),
  mCQQuestion: async (n, given, make) => ({
    quizId: given.quizId ?? (await make.mCQQuiz()).id,
    question: `Question ${n}`,
    order: n,
  }),
  mCQOption: async (n, given, make) => ({
    questionId: given.questionId ?? (await make.mCQQuestion()).id,
    optionText: `Option ${n}`,
    isCorrect: false,
    order: n,
  }),
  languageEnrollment: async (n, given, make) => ({
    userId: testId('User', n),
    languageId: given.languageId ?? (await make.programmingLanguage()).id,
  }),
  moduleProgress: async (n, given, make) => ({
    userId: testId('User', n),
    moduleId: await moduleIdOf(given, make),
  }),
  materialProgress: async (n, given, make) => ({
    userId: testId('User', n),
    materialId: given.materialId ?? (await make.material()).id,
  }),
  completion: async (n, given, make) => ({
    userId: testId('User', n),
    moduleId:
      given.languageId == null ? await moduleIdOf({ moduleId: given.moduleId ?? undefined }, make) : null,
    completedAt: new Date('2026-01-01T12:00:00Z'),
  }),
  learnerStats: (n) => ({ userId: testId('User', n) }),
  assignmentSubmission: async (n, given, make) => ({
    userId: testId('User', n),
    assignmentId: given.assignmentId ?? (await make.assignment()).id,
    code: '',
    language: 'text',
    maxScore: 100,
  }),
  assignmentAnalysis: async (_n, given, make) => ({
    submissionId: given.submissionId ?? (await make.assignmentSubmission()).id,
    aiModel: 'test',
  }),
  mCQAttempt: async (n, given, make) => ({
    userId: testId('User', n),
    quizId: given.quizId ?? (await make.mCQQuiz()).id,
    attemptNumber: n,
    maxScore: 1,
    passingScore: 70,
  }),
  mCQAnswer: async (_n, given, make) => {
    const quiz = given.quizId === undefined ? {} : { quizId: given.quizId };
    const question = given.questionId === undefined ? await make.mCQQuestion(quiz) : undefined;
    const quizId = given.quizId ?? question?.quizId;
    return {
      quizId,
      questionId: question?.id,
      attemptId: given.attemptId ?? (await make.mCQAttempt(quizId === undefined ? {} : { quizId })).id,
      isCorrect: false,
    };
  },
  quizAnalysis: async (_n, given, make) => ({
    attemptId: given.attemptId ?? (await make.mCQAttempt()).id,
    performanceBreakdown: {},
    aiModel: 'test',
  }),
  certificate: async (n, given, make) => ({
    userId: testId('User', n),
    ...(given.moduleId
      ? { type: 'MODULE_COMPLETION' as const }
      : {
          type: 'LANGUAGE_COMPLETION' as const,
          languageId: given.languageId ?? (await make.programmingLanguage()).id,
        }),
    title: `Certificate ${n}`,
    credentialId: String(n).padStart(32, '0'),
  }),
};
