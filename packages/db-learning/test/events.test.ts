import { eventContracts, parseEvent } from '@codezest/db-types';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  completeMaterial,
  deleteDeliveredEvents,
  gradeSubmission,
  issueCertificate,
  type NewEvent,
  publish,
  submitAssignment,
  transaction,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { tellAgain, tidyUp } from './examples/events.js';
import { createCourse, createLearner, only, refusal } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const told = async (userId: string) =>
  (
    await database.client.outboxEvent.findMany({
      where: { payload: { path: ['userId'], equals: userId } },
      orderBy: { id: 'asc' },
      include: { deliveries: true },
    })
  ).map(({ occurredAt, occurredTs: _, deliveries, ...event }) => {
    expect(deliveries.map(({ consumer }) => consumer)).toEqual(['activity']);
    return parseEvent({ ...event, occurredAt: occurredAt.toISOString() });
  });

async function course() {
  const created = await createCourse(database.client, { materials: 1, assignments: 1, quizzes: 0 });
  return { created, userId: await createLearner(database.client, created) };
}

it('goes to whom the contracts name, and no further', async () => {
  const rows = await database.client.$queryRawUnsafe<{ entry: string }[]>(
    `SELECT type || ' ' || version || ' ' || consumer AS entry FROM rules.event_consumers ORDER BY 1`,
  );

  expect(rows.map(({ entry }) => entry)).toEqual(
    eventContracts
      .filter(({ producer }) => producer === 'learning')
      .flatMap(({ type, version, consumers }) =>
        consumers.map((consumer) => `${type} ${version} ${consumer}`),
      )
      .sort(),
  );
});

it('a verdict, the completion of a module and a certificate are told with their titles, once', async () => {
  const { created, userId } = await course();
  const assignment = only(created.assignments);
  const { submission } = await submitAssignment(database.client, {
    userId,
    assignmentId: assignment.id,
    code: 'print(3)',
    language: 'Python 3.13',
  });
  await gradeSubmission(database.client, { submissionId: submission.id, status: 'PASSED', score: 92.5 });
  await completeMaterial(database.client, { userId, materialId: only(created.materials).id });
  await completeMaterial(database.client, { userId, materialId: only(created.materials).id });
  const { certificate } = await issueCertificate(database.client, {
    userId,
    moduleId: created.id,
    title: 'Loops',
  });

  const { title: moduleTitle } = await database.client.module.findUniqueOrThrow({
    where: { id: created.id },
  });
  expect((await told(userId)).map(({ type, payload }) => [type, payload])).toEqual([
    [
      'submission.graded',
      {
        userId,
        submissionId: submission.id,
        assignmentId: assignment.id,
        assignmentTitle: assignment.title,
        score: 92.5,
        maxScore: submission.maxScore,
      },
    ],
    ['module.completed', { userId, moduleId: created.id, moduleTitle }],
    [
      'certificate.issued',
      {
        userId,
        certificateId: certificate.id,
        certificateTitle: 'Loops',
        credentialId: certificate.credentialId,
      },
    ],
  ]);
});

it('what is rolled back is not told', async () => {
  const { created, userId } = await course();
  await transaction(database.client, async (open) => {
    await completeMaterial(open, { userId, materialId: only(created.materials).id });
    throw new Error('rolled back');
  }).catch(() => undefined);

  expect(await told(userId)).toEqual([]);
});

it('publish tells it again, in a transaction alone; delivered events go after a week', async () => {
  const { created, userId } = await course();
  await completeMaterial(database.client, { userId, materialId: only(created.materials).id });
  await transaction(database.client, async (open) => {
    const submission = await submitAssignment(open, {
      userId,
      assignmentId: only(created.assignments).id,
      code: 'print(3)',
      language: 'Python 3.13',
    });
    await gradeSubmission(open, { submissionId: submission.submission.id, status: 'PASSED', score: 100 });
  });
  const completion = await database.client.completion.findFirstOrThrow({
    where: { userId, languageId: null },
  });
  const id = await tellAgain(database.client, completion.id);

  const [first, again, ...more] = (await told(userId)).filter(({ type }) => type === 'module.completed');
  expect([again?.payload, again?.id, more]).toEqual([first?.payload, id, []]);
  expect(await refusal(publish(database.client, again as NewEvent))).toBe('TRANSACTION_MISSING');
  expect(await tidyUp(database.client)).toBe(0);
  expect(await refusal(deleteDeliveredEvents(database.client, { batch: 0 }))).toBe('BATCH_INVALID');
});
