import { newId } from '@codezest/db-core';
import { CALLERS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AnalysisType,
  type AssignmentSubmission,
  analyseSubmission,
  claimReview,
  claimSubmission,
  extendClaim,
  gradeSubmission,
  type PrismaClient,
  releaseClaim,
  requeueStaleSubmissions,
  startRun,
  submitAssignment,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { createCourse, createLearner, only, racingDatabase, refusal, someUser } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

/** Submissions of one learner in a language of their own, oldest first. */
async function createQueue(types: readonly AnalysisType[]) {
  const course = await createCourse(client);
  const userId = await createLearner(client, course);
  const submissions: AssignmentSubmission[] = [];
  for (const analysisType of types) {
    const assignmentId = only(course.assignments).id;
    const { languageId } = course;
    const handedIn = { userId, assignmentId, code: 'x', language: 'Python', languageId, analysisType };
    submissions.push((await submitAssignment(client, handedIn)).submission);
  }
  const { languageId } = course;
  return {
    submissions,
    languageId,
    claim: () => claimSubmission(client, { languageId, worker: 'runner-7' }),
  };
}

const runOut = ({ id }: Pick<AssignmentSubmission, 'id'>) =>
  client.$executeRaw`
    UPDATE assignment_submissions SET claim_expires_at = claim_expires_at - interval '1 day',
      review_expires_at = review_expires_at - interval '1 day' WHERE id = ${id}::uuid`;

test('submissions are taken in the order in which they came in, each with a lease', async () => {
  const { submissions, claim } = await createQueue(['AI', 'MANUAL', 'HYBRID']);
  const [first, , third] = submissions;

  const taken = [await claim(), await claim(), await claim()];

  expect(taken.map((one) => one?.id)).toEqual([first?.id, third?.id, undefined]);
  expect(taken[0]).toMatchObject({ status: 'RUNNING', tries: 1, worker: 'runner-7' });
  expect(taken[0]).toEqual(await client.assignmentSubmission.findUnique({ where: { id: first?.id } }));
  expect(Number(taken[0]?.claimExpiresAt)).toBeGreaterThan(Date.now() + 200_000);
});

test(`of ${CALLERS} workers at once each gets another submission, 3 rounds`, async () => {
  for (let round = 0; round < 3; round += 1) {
    const { submissions, claim } = await createQueue(Array(CALLERS + 2).fill('AI'));
    const { won } = await race(claim);
    expect(new Set(won.map((one) => one?.id)).size).toBe(CALLERS);
    const rest = await race(() =>
      claimSubmission(client, { languageId: submissions[0]?.languageId ?? undefined }),
    );
    expect(rest.won.filter((one) => one !== null)).toHaveLength(2);
  }
});

test('a stalled worker’s late grade is refused by name, and the one of the next worker counts', async () => {
  const { claim } = await createQueue(['AI']);
  const stalled = only([await claim()]) as AssignmentSubmission;
  await runOut(stalled);
  const requeued = (await requeueStaleSubmissions(client)).filter(({ id }) => id === stalled.id);
  const late = () =>
    gradeSubmission(client, { submissionId: stalled.id, claim: stalled.tries, status: 'FAILED', score: 0 });

  expect(only(requeued)).toMatchObject({
    status: 'PENDING',
    tries: 1,
    worker: null,
    claimExpiresAt: null,
  });
  expect(await refusal(late())).toBe('CLAIM_LOST');
  const next = (await claim()) as AssignmentSubmission;
  expect(await refusal(late())).toBe('CLAIM_LOST');
  const claimless = gradeSubmission(client, { submissionId: stalled.id, status: 'FAILED', score: 0 });
  expect(await refusal(claimless)).toBe('CLAIM_LOST');
  const { submission } = await gradeSubmission(client, {
    submissionId: next.id,
    claim: next.tries,
    status: 'PASSED',
    score: 92.5,
  });
  expect(submission).toMatchObject({ status: 'PASSED', score: 92.5, claimExpiresAt: null });
  expect(await refusal(late())).toBe('CLAIM_LOST');
});

test('a claim is prolonged and given back by whoever has it', async () => {
  const { claim } = await createQueue(['AI']);
  const first = (await claim()) as AssignmentSubmission;
  const held = { submissionId: first.id, claim: first.tries };
  await runOut(first);

  await extendClaim(client, { ...held, leaseSeconds: 600 });
  expect((await requeueStaleSubmissions(client)).map(({ id }) => id)).not.toContain(first.id);
  expect(await releaseClaim(client, held)).toMatchObject({ status: 'PENDING', tries: 1 });
  expect(await refusal(releaseClaim(client, held))).toBe('CLAIM_LOST');
  expect(await refusal(extendClaim(client, held))).toBe('CLAIM_LOST');
  const nobody = { submissionId: newId<'AssignmentSubmission'>(), claim: 1 };
  expect(await refusal(releaseClaim(client, nobody))).toBe('RECORD_NOT_FOUND');
  expect(await refusal(extendClaim(client, nobody))).toBe('RECORD_NOT_FOUND');
  for (const leaseSeconds of [0, 1.5, 86_401, Number.NaN]) {
    expect(await refusal(claimSubmission(client, { leaseSeconds }))).toBe('LEASE_OUT_OF_RANGE');
    expect(await refusal(startRun(client, first.id, { leaseSeconds }))).toBe('LEASE_OUT_OF_RANGE');
  }
});

test('of jobs and workers at once each stale run is requeued by one, extended or given back by one, 3 rounds', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { claim } = await createQueue(['AI', 'AI']);
    const [one, other] = [await claim(), await claim()] as [AssignmentSubmission, AssignmentSubmission];
    await runOut(one);
    const requeued = await race(() => requeueStaleSubmissions(client), 4);
    expect(requeued.won.flat().filter(({ id }) => id === one.id)).toHaveLength(1);
    const held = { submissionId: other.id, claim: other.tries };
    const ends = await race(
      (caller) => (caller === 0 ? extendClaim(client, held) : releaseClaim(client, held)),
      4,
    );
    expect(ends.won.filter(({ status }) => status === 'PENDING')).toHaveLength(1);
  }
});

test('what has failed too often is not tried for ever', async () => {
  const { claim } = await createQueue(['AI']);
  for (const status of ['PENDING', 'ERROR']) {
    const taken = (await claim()) as AssignmentSubmission;
    await runOut(taken);
    const requeued = await requeueStaleSubmissions(client, { maxTries: 2 });
    expect(requeued.filter(({ id }) => id === taken.id)).toMatchObject([{ status }]);
  }
  expect(await claim()).toBeNull();
});

test('a score is a number within the maximum, and nothing is half done', async () => {
  const { claim } = await createQueue(['AI']);
  const { id, tries } = (await claim()) as AssignmentSubmission;
  for (const score of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 100.5, -0.5]) {
    const graded = gradeSubmission(client, { submissionId: id, claim: tries, status: 'PASSED', score });
    expect([score, await refusal(graded)]).toEqual([score, 'SCORE_OUT_OF_RANGE']);
  }
  expect(await client.assignmentSubmission.findUnique({ where: { id } })).toMatchObject({
    status: 'RUNNING',
  });
});

test('a language that is not there is refused by name', async () => {
  const course = await createCourse(client);
  const userId = await createLearner(client, course);
  const languageId = newId<'ProgrammingLanguage'>();
  const handedIn = {
    userId,
    assignmentId: only(course.assignments).id,
    code: 'x',
    language: 'Go',
    languageId,
  };

  expect(await refusal(submitAssignment(client, handedIn))).toBe('CONTENT_NOT_AVAILABLE');
  expect(await client.assignmentSubmission.count({ where: { userId } })).toBe(0);
});

test('people review what waits for them, oldest first, each by one', async () => {
  const { submissions, languageId } = await createQueue(['HYBRID', 'AI', 'MANUAL']);
  const [hybrid, , manual] = submissions as [
    AssignmentSubmission,
    AssignmentSubmission,
    AssignmentSubmission,
  ];
  const next = () => claimReview(client, { languageId });

  expect([(await next())?.id, await next()]).toEqual([manual.id, null]);
  await gradeSubmission(client, { submissionId: hybrid.id, status: 'PASSED', score: 80 });
  const first = (await next()) as AssignmentSubmission;
  expect(first).toMatchObject({ id: hybrid.id, reviewTries: 1 });
  await runOut(hybrid);
  const second = (await next()) as AssignmentSubmission;
  const review = ({ reviewTries }: AssignmentSubmission) =>
    analyseSubmission(client, {
      submissionId: hybrid.id,
      author: { analyzedBy: someUser() },
      findings: { detailedFeedback: 'Clear.' },
      claim: reviewTries,
    });
  expect(await refusal(review(first))).toBe('CLAIM_LOST');
  expect((await review(second)).analysisType).toBe('MANUAL');
  await runOut(hybrid);
  expect(await next()).toBeNull();
});

test(`of ${CALLERS} reviewers at once each gets another submission, 3 rounds`, async () => {
  for (let round = 0; round < 3; round += 1) {
    const { languageId } = await createQueue(Array(5).fill('MANUAL'));
    const { won } = await race(() => claimReview(client, { languageId }));
    expect(new Set(won.flatMap((one) => one?.id ?? [])).size).toBe(5);
    expect(won.filter((one) => one !== null)).toHaveLength(5);
  }
});
