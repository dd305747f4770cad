import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRuleViolation, type Prisma, type PrismaClient, SubmissionStatus } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createModule } from './rows.js';

let database: TestDatabase;
let client: PrismaClient;
let assignmentId: Prisma.AssignmentSubmissionUncheckedCreateInput['assignmentId'];

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
  const { id: moduleId } = await createModule(client);
  const assignment = await client.assignment.create({
    data: { moduleId, title: 'Sum', description: 'Add.', difficulty: 'BEGINNER', testCases: [] },
  });
  assignmentId = assignment.id;
});
afterAll(() => database?.drop());

const statuses = Object.values(SubmissionStatus);
const allowed: Record<SubmissionStatus, SubmissionStatus[]> = {
  PENDING: ['RUNNING', 'PASSED', 'FAILED', 'ERROR'],
  RUNNING: ['PENDING', 'PASSED', 'FAILED', 'ERROR'],
  ERROR: ['PENDING'],
  FAILED: ['PASSED'],
  PASSED: [],
};

describe.each(statuses)('a submission that is %s', (from) => {
  test.each(statuses.filter((to) => to !== from))('becomes %s only if the rules say so', async (to) => {
    const { id } = await client.assignmentSubmission.create({
      data: {
        userId: '0198f0c4-7b1e-7c3a-9d52-3f6a1b2c4d5e' as UserId,
        assignmentId,
        code: 'print(3)',
        language: 'Python',
        maxScore: 100,
        ...inStatus(from),
      },
    });

    const outcome = await client.assignmentSubmission
      .update({ where: { id }, data: inStatus(to) })
      .catch((error: unknown) => error);

    if (allowed[from].includes(to)) expect(outcome).toMatchObject({ status: to });
    else expect(isRuleViolation(outcome, 'assignment_submissions_transition_rule')).toBe(true);
  });
});

/** With the grade that the status needs, so that the transition alone decides. */
function inStatus(status: SubmissionStatus) {
  const graded = status === 'PASSED' || status === 'FAILED';
  return { status, gradedAt: graded ? new Date(Date.now() + 60_000) : null, score: graded ? 50 : null };
}
