import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gradeSubmission, type PrismaClient, startRun, submitAssignment } from '../src/index.js';
import type { TestDatabase } from './database.js';
import {
  createCourse,
  createLearner,
  only,
  racingDatabase,
  refusal,
  rolledBack,
  someUser,
} from './fixtures.js';
import { heldUp } from './two-sessions.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function createSubmission() {
  const course = await createCourse(client, { materials: 0, quizzes: 0 });
  const userId = await createLearner(client, course);
  const assignment = only(course.assignments);
  const handedIn = { userId, assignmentId: assignment.id, code: 'print(42)', language: 'Python 3.13' };
  return { course, handedIn, ...(await submitAssignment(client, handedIn)) };
}

test('code is handed in for the maximum of the moment, and starts the module', async () => {
  const { course, handedIn, submission, progress } = await createSubmission();
  await client.assignment.update({ where: { id: handedIn.assignmentId }, data: { maxScore: 7 } });

  const again = await submitAssignment(client, { ...handedIn, languageId: course.languageId });

  expect(submission).toEqual(await client.assignmentSubmission.findUnique({ where: { id: submission.id } }));
  expect(submission).toMatchObject({
    ...handedIn,
    languageId: null,
    status: 'PENDING',
    maxScore: 100,
    score: null,
  });
  expect(again.submission).toMatchObject({ languageId: course.languageId, maxScore: 7 });
  expect(progress.moduleProgress).toMatchObject({ status: 'IN_PROGRESS', progressPercent: 0 });
});

test('assignments are for the enrolled, while they are there', async () => {
  const { handedIn } = await createSubmission();
  const stranger = submitAssignment(client, { ...handedIn, userId: someUser() });

  expect(await refusal(stranger)).toBe('NOT_ENROLLED');
  await client.assignment.update({ where: { id: handedIn.assignmentId }, data: { deletedAt: new Date() } });
  expect(await refusal(submitAssignment(client, handedIn))).toBe('CONTENT_NOT_AVAILABLE');
});

test('an assignment waits for the prerequisites of its module', async () => {
  const course = await createCourse(client);
  const required = await createCourse(client, { languageId: course.languageId });
  await client.modulePrerequisite.create({ data: { moduleId: course.id, prerequisiteId: required.id } });
  const userId = await createLearner(client, course);

  const early = submitAssignment(client, {
    userId,
    assignmentId: only(course.assignments).id,
    code: 'x',
    language: 'Python',
  });

  expect(await refusal(early)).toBe('PREREQUISITES_UNMET');
});

test('a pass completes the module, and is final', async () => {
  const { submission } = await createSubmission();
  const running = await startRun(client, submission.id);
  const pass = { submissionId: submission.id, status: 'PASSED', score: 92, feedback: 'Clear.' } as const;

  const graded = await gradeSubmission(client, pass);

  expect(running.status).toBe('RUNNING');
  expect(graded.submission).toEqual(
    await client.assignmentSubmission.findUnique({ where: { id: submission.id } }),
  );
  expect(graded.submission).toMatchObject({ status: 'PASSED', score: 92, feedback: 'Clear.' });
  expect(graded.progress).toMatchObject({ completesModule: true, completesLanguage: true });
  expect(graded.progress.stats).toMatchObject({
    assignmentsPassed: 1,
    modulesCompleted: 1,
    totalLearningHours: 1,
  });
  expect(await refusal(gradeSubmission(client, pass))).toBe('ILLEGAL_TRANSITION');
  expect(await refusal(startRun(client, submission.id))).toBe('ILLEGAL_TRANSITION');
});

test('a fail completes nothing, and may be overruled by a pass alone', async () => {
  const { submission } = await createSubmission();
  const grade = (status: 'PASSED' | 'FAILED', score: number) =>
    gradeSubmission(client, { submissionId: submission.id, status, score });

  const failed = await grade('FAILED', 10);
  expect(failed.progress).toMatchObject({ completesModule: false, stats: { assignmentsPassed: 0 } });
  expect(await refusal(grade('FAILED', 20))).toBe('ILLEGAL_TRANSITION');
  expect((await grade('PASSED', 60)).progress.completesModule).toBe(true);
});

test('a refused transition says which', async () => {
  const { submission } = await createSubmission();
  await startRun(client, submission.id);

  await expect(startRun(client, submission.id)).rejects.toMatchObject({ from: 'RUNNING', to: 'RUNNING' });
});

test('a grade that waited for the start of a run is given from there', async () => {
  const { submission } = await createSubmission();

  const graded = await heldUp(client, {
    first: (transaction) => startRun(transaction, submission.id),
    meanwhile: () => gradeSubmission(client, { submissionId: submission.id, status: 'PASSED', score: 90 }),
  });

  expect(graded.submission).toMatchObject({ status: 'PASSED', score: 90 });
});

test('a score lies within the maximum, and a submission must be there', async () => {
  const { submission } = await createSubmission();
  const nobody = newId<'AssignmentSubmission'>();
  const grade = (submissionId: typeof nobody, score: number) =>
    gradeSubmission(client, { submissionId, status: 'PASSED', score });

  expect(await refusal(grade(submission.id, 101))).toBe('SCORE_OUT_OF_RANGE');
  expect(await refusal(grade(submission.id, -1))).toBe('SCORE_OUT_OF_RANGE');
  const inside = client.$transaction((transaction) =>
    gradeSubmission(transaction, { submissionId: submission.id, status: 'PASSED', score: 101 }),
  );
  expect(await refusal(inside)).toBe('SCORE_OUT_OF_RANGE');
  expect(await refusal(grade(nobody, 50))).toBe('RECORD_NOT_FOUND');
  expect(await refusal(startRun(client, nobody))).toBe('RECORD_NOT_FOUND');
});

test('submission, run and grade are rolled back with their transaction', async () => {
  const { handedIn } = await createSubmission();

  const graded = await rolledBack(client, async (transaction) => {
    const { submission } = await submitAssignment(transaction, handedIn);
    await startRun(transaction, submission.id);
    return gradeSubmission(transaction, { submissionId: submission.id, status: 'PASSED', score: 1 });
  });

  expect(graded.progress.completesModule).toBe(true);
  expect(await client.assignmentSubmission.count({ where: { userId: handedIn.userId } })).toBe(1);
  expect(await client.moduleProgress.findFirst({ where: { userId: handedIn.userId } })).toMatchObject({
    status: 'IN_PROGRESS',
  });
});

test(`${CALLERS} submissions at once are all there, and start the module once, ${ROUNDS} rounds`, async () => {
  const course = await createCourse(client, { materials: 0, quizzes: 0 });
  const assignmentId = only(course.assignments).id;

  for (let round = 0; round < ROUNDS; round += 1) {
    const userId = await createLearner(client, course);
    const { won } = await race((caller) =>
      submitAssignment(client, { userId, assignmentId, code: `print(${caller})`, language: 'Python' }),
    );
    expect(won).toHaveLength(CALLERS);
    expect(await client.assignmentSubmission.count({ where: { userId } })).toBe(CALLERS);
    const progress = await client.moduleProgress.findMany({ where: { userId } });
    expect(progress.map(({ status }) => status)).toEqual(['IN_PROGRESS']);
  }
});

test(`of ${CALLERS} workers one runs a submission, ${ROUNDS} rounds`, async () => {
  const { handedIn } = await createSubmission();

  for (let round = 0; round < ROUNDS; round += 1) {
    const { submission } = await submitAssignment(client, handedIn);
    const { won, refused } = await race(() => startRun(client, submission.id));
    expect(won).toHaveLength(1);
    expect(refused).toEqual({ ILLEGAL_TRANSITION: CALLERS - 1 });
  }
});

test(`of ${CALLERS} grades at once one counts, ${ROUNDS} rounds`, async () => {
  const { handedIn } = await createSubmission();

  for (let round = 0; round < ROUNDS; round += 1) {
    const { submission } = await submitAssignment(client, handedIn);
    const { won, refused } = await race((caller) =>
      gradeSubmission(client, { submissionId: submission.id, status: 'PASSED', score: caller }),
    );
    expect(won).toHaveLength(1);
    expect(refused).toEqual({ ILLEGAL_TRANSITION: CALLERS - 1 });
    const stored = await client.assignmentSubmission.findUnique({ where: { id: submission.id } });
    expect(stored?.score).toBe(won[0]?.submission.score);
  }
  expect(await client.learnerStats.findFirst({ where: { userId: handedIn.userId } })).toMatchObject({
    assignmentsPassed: 1,
  });
});
