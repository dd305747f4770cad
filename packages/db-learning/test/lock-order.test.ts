import { race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  analyseAttempt,
  analyseSubmission,
  answerQuestion,
  completeMaterial,
  enrol,
  extendClaim,
  failureClass,
  finishAttempt,
  gradeSubmission,
  issueCertificate,
  type PrismaClient,
  releaseClaim,
  renewCertificate,
  revokeCertificate,
  startAttempt,
  startMaterial,
  startModule,
  startRun,
  submitAssignment,
  type TransactionClient,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { type Course, createCourse, createLearner, only, racingDatabase } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;
let course: Course;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
  course = await createCourse(client);
});
afterAll(() => database?.drop());

/** Rows of a learner for every function to meet: an open attempt, a finished one, a submission and a certificate. */
async function createHistory() {
  const userId = await createLearner(client, course);
  const quizId = only(course.mcqQuizzes).id;
  const ended = await startAttempt(client, { userId, quizId });
  await finishAttempt(client, { userId, attemptId: ended.attempt.id });
  const open = await startAttempt(client, { userId, quizId });
  const handedIn = { userId, assignmentId: only(course.assignments).id, code: 'x', language: 'Python' };
  const { submission } = await submitAssignment(client, handedIn);
  return { userId, quizId, ended: ended.attempt.id, open, handedIn, submissionId: submission.id };
}

type History = Awaited<ReturnType<typeof createHistory>>;
type Step = (open: TransactionClient, history: History) => Promise<unknown>;

const model = { aiModel: 'reviewer-2' };

/** Every function that writes rows of one learner. */
const steps: Record<string, Step> = {
  startModule: (open, { userId }) => startModule(open, { userId, moduleId: course.id }),
  startMaterial: (open, { userId }) => startMaterial(open, { userId, materialId: only(course.materials).id }),
  completeMaterial: (open, { userId }) =>
    completeMaterial(open, { userId, materialId: only(course.materials).id }),
  enrol: (open, { userId }) => enrol(open, { userId, languageId: course.languageId }),
  submitAssignment: (open, { handedIn }) => submitAssignment(open, handedIn),
  startRun: (open, { submissionId }) => startRun(open, submissionId),
  gradeSubmission: (open, { submissionId }) =>
    gradeSubmission(open, { submissionId, status: 'PASSED', score: 90 }),
  startAttempt: (open, { userId, quizId }) => startAttempt(open, { userId, quizId }),
  answerQuestion: (open, { userId, open: { attempt, answers } }) =>
    answerQuestion(open, {
      userId,
      attemptId: attempt.id,
      questionId: only(answers).questionId,
      optionId: null,
    }),
  finishAttempt: (open, { userId, open: { attempt } }) =>
    finishAttempt(open, { userId, attemptId: attempt.id }),
  extendClaim: (open, { submissionId }) => extendClaim(open, { submissionId, claim: 1 }),
  releaseClaim: (open, { submissionId }) => releaseClaim(open, { submissionId, claim: 1 }),
  analyseSubmission: (open, { submissionId }) =>
    analyseSubmission(open, { submissionId, author: model, findings: {} }),
  analyseAttempt: (open, { ended }) => {
    const findings = { performanceBreakdown: { topics: [], skipped: 0 } };
    return analyseAttempt(open, { attemptId: ended, author: model, findings });
  },
  issueCertificate: (open, { userId }) =>
    issueCertificate(open, { userId, moduleId: course.id, title: 'Loops' }),
  renewCertificate: async (open, { userId }) => {
    const certificate = await open.certificate.findFirst({ where: { userId } });
    if (certificate) await renewCertificate(open, { certificateId: certificate.id });
  },
  revokeCertificate: async (open, { userId }) => {
    const certificate = await open.certificate.findFirst({ where: { userId } });
    if (certificate) await revokeCertificate(open, { certificateId: certificate.id, reason: 'Copied.' });
  },
};

/** What a step refuses for its own reasons does not matter here; the transaction goes on from before it. */
async function attempted(open: TransactionClient, step: Step, history: History): Promise<void> {
  await open.$executeRawUnsafe('SAVEPOINT step');
  try {
    await step(open, history);
    await open.$executeRawUnsafe('RELEASE SAVEPOINT step');
  } catch (error) {
    if (failureClass(error) === 'conflict') throw error;
    await open.$executeRawUnsafe('ROLLBACK TO SAVEPOINT step');
  }
}

const names = Object.keys(steps);

test.each(names.map((name, index) => ({ name, others: names.slice(index) })))(
  '$name and any step of a learner from there on, in either order at once, do not wait for each other',
  async ({ name, others }) => {
    for (const other of others) {
      const [one, two] = [steps[name], steps[other]] as [Step, Step];
      const history = await createHistory();
      const { won, refused } = await race(
        (caller) =>
          client.$transaction(async (open) => {
            const order = caller % 2 === 0 ? [one, two] : [two, one];
            for (const step of order) await attempted(open, step, history);
          }),
        4,
      );
      expect({ other, won: won.length, refused }).toEqual({ other, won: 4, refused: {} });
    }
  },
);
