import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  analyseAttempt,
  analyseSubmission,
  finishAttempt,
  type PrismaClient,
  startAttempt,
  submitAssignment,
} from '../src/index.js';
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

const model = { aiModel: 'reviewer-2', aiPrompt: 'Review this.' };
const person = { analyzedBy: someUser() };
const breakdown = { topics: [{ topic: 'Loops', correct: 1, total: 2 }], skipped: 1 };

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function createSubmission() {
  const course = await createCourse(client);
  const assignmentId = only(course.assignments).id;
  const userId = await createLearner(client, course);
  return (await submitAssignment(client, { userId, assignmentId, code: 'x', language: 'Python' })).submission
    .id;
}

async function createAttempt() {
  const course = await createCourse(client);
  const userId = await createLearner(client, course);
  const { attempt } = await startAttempt(client, { userId, quizId: only(course.mcqQuizzes).id });
  return { userId, attemptId: attempt.id };
}

test('a model analyses a submission', async () => {
  const submissionId = await createSubmission();
  const findings = {
    overallScore: 88,
    strengths: ['clear names', 'a "quoted", tricky {text}'],
    codeQuality: { correctness: 92, readability: 90, efficiency: 80, issues: [] },
  };

  const analysis = await analyseSubmission(client, { submissionId, author: model, findings });

  expect(analysis).toEqual(await client.assignmentAnalysis.findUnique({ where: { submissionId } }));
  expect(analysis).toMatchObject({
    ...findings,
    ...model,
    analysisType: 'AI',
    analyzedBy: null,
    weaknesses: [],
    version: 0,
  });
});

test('a person adds to what a model found, and the other way round', async () => {
  const submissionId = await createSubmission();
  const byPersonFirst = await createSubmission();
  const first = await analyseSubmission(client, {
    submissionId,
    author: model,
    findings: { overallScore: 88, suggestions: ['test it'] },
  });
  const manual = await analyseSubmission(client, {
    submissionId: byPersonFirst,
    author: person,
    findings: {},
  });

  const second = await analyseSubmission(client, {
    submissionId,
    author: person,
    findings: { detailedFeedback: 'Good.' },
    version: first.version,
  });
  const third = await analyseSubmission(client, {
    submissionId: byPersonFirst,
    author: model,
    findings: { strengths: ['short'] },
    version: manual.version,
  });

  expect(second).toMatchObject({ ...model, ...person, analysisType: 'HYBRID', version: 1, overallScore: 88 });
  expect(second).toMatchObject({ suggestions: ['test it'], detailedFeedback: 'Good.' });
  expect(manual).toMatchObject({ ...person, analysisType: 'MANUAL', aiModel: null });
  expect(third).toMatchObject({ ...model, ...person, analysisType: 'HYBRID', strengths: ['short'] });
});

test('a model that runs again stays a model', async () => {
  const submissionId = await createSubmission();
  const { version } = await analyseSubmission(client, { submissionId, author: model, findings: {} });

  const again = await analyseSubmission(client, {
    submissionId,
    author: { aiModel: 'reviewer-3' },
    findings: {},
    version,
  });

  expect(again).toMatchObject({ analysisType: 'AI', aiModel: 'reviewer-3', version: 1 });
});

test('who has not seen the latest version is told', async () => {
  const submissionId = await createSubmission();
  const analysis = { submissionId, author: model, findings: {} };
  expect(await refusal(analyseSubmission(client, { ...analysis, version: 0 }))).toBe('VERSION_CONFLICT');
  await analyseSubmission(client, analysis);
  await analyseSubmission(client, { ...analysis, version: 0 });

  expect(await refusal(analyseSubmission(client, analysis))).toBe('VERSION_CONFLICT');
  expect(await refusal(analyseSubmission(client, { ...analysis, version: 0 }))).toBe('VERSION_CONFLICT');
});

test('a submission that is not there has no analysis', async () => {
  const analysis = { submissionId: newId<'AssignmentSubmission'>(), author: model, findings: {} };

  expect(await refusal(analyseSubmission(client, analysis))).toBe('RECORD_NOT_FOUND');
  expect(await refusal(analyseSubmission(client, { ...analysis, version: 0 }))).toBe('RECORD_NOT_FOUND');
});

test('an attempt is analysed once it is completed, with the time that a question took', async () => {
  const learner = await createAttempt();
  const analysis = {
    attemptId: learner.attemptId,
    author: model,
    findings: { performanceBreakdown: breakdown },
  };

  expect(await refusal(analyseAttempt(client, analysis))).toBe('ATTEMPT_NOT_COMPLETED');
  await client.$executeRaw`UPDATE mcq_attempts SET started_at = now() - interval '60 seconds' WHERE id = ${learner.attemptId}::uuid`;
  await finishAttempt(client, learner);
  const written = await analyseAttempt(client, analysis);

  expect(written).toEqual(await client.quizAnalysis.findUnique({ where: { attemptId: learner.attemptId } }));
  expect(written).toMatchObject({
    analysisType: 'AI',
    performanceBreakdown: breakdown,
    avgTimePerQuestion: 30,
  });
  expect(await refusal(analyseAttempt(client, { ...analysis, attemptId: newId<'MCQAttempt'>() }))).toBe(
    'RECORD_NOT_FOUND',
  );
});

test('analyses are rolled back with their transaction', async () => {
  const submissionId = await createSubmission();
  const learner = await createAttempt();

  const [submission, attempt] = await rolledBack(client, async (transaction) => {
    await finishAttempt(transaction, learner);
    const first = { submissionId, author: model, findings: { strengths: ['a'], weaknesses: [] } };
    await analyseSubmission(transaction, first);
    return [
      await analyseSubmission(transaction, { ...first, author: person, version: 0 }),
      await analyseAttempt(transaction, {
        attemptId: learner.attemptId,
        author: person,
        findings: { performanceBreakdown: breakdown, strongTopics: ['Loops'] },
      }),
    ];
  });

  expect([submission?.analysisType, attempt?.analysisType]).toEqual(['HYBRID', 'MANUAL']);
  expect(await client.assignmentAnalysis.count({ where: { submissionId } })).toBe(0);
  expect(await client.quizAnalysis.count({ where: { attemptId: learner.attemptId } })).toBe(0);
});

test(`of ${CALLERS} authors at one version one writes, ${ROUNDS} rounds`, async () => {
  const submissionId = await createSubmission();
  const write = (version?: number) =>
    race(() => analyseSubmission(client, { submissionId, author: model, findings: {}, version }));

  for (let round = 0; round < ROUNDS; round += 1) {
    const { won, refused } = await write(round === 0 ? undefined : round - 1);
    expect(won.map(({ version }) => version)).toEqual([round]);
    expect(refused).toEqual({ VERSION_CONFLICT: CALLERS - 1 });
  }
});

test(`a model and a person who analyse an attempt at once are both heard, ${ROUNDS} rounds`, async () => {
  const findings = { performanceBreakdown: breakdown };

  for (let round = 0; round < ROUNDS; round += 1) {
    const learner = await createAttempt();
    await finishAttempt(client, learner);
    await race((caller) =>
      caller === 0
        ? analyseAttempt(client, {
            ...learner,
            author: person,
            findings: { ...findings, insights: 'Rests too little.' },
          })
        : analyseAttempt(client, {
            ...learner,
            author: model,
            findings: { ...findings, strongTopics: ['Loops'] },
          }),
    );
    expect(await client.quizAnalysis.findMany({ where: { attemptId: learner.attemptId } })).toMatchObject([
      { analysisType: 'HYBRID', ...person, insights: 'Rests too little.', strongTopics: ['Loops'] },
    ]);
  }
});

test('null clears what was found, and what is left out stays', async () => {
  const submissionId = await createSubmission();
  const codeQuality = { correctness: 92, readability: 90, efficiency: 80, issues: [] };
  const findings = { overallScore: 87.5, strengths: ['clear'], codeQuality, detailedFeedback: 'Good.' };
  const { version } = await analyseSubmission(client, { submissionId, author: model, findings });

  const cleared = { overallScore: null, strengths: null, codeQuality: null };
  const analysis = await analyseSubmission(client, {
    submissionId,
    author: person,
    findings: cleared,
    version,
  });

  expect(analysis).toMatchObject({
    overallScore: null,
    strengths: [],
    codeQuality: null,
    detailedFeedback: 'Good.',
    analysisType: 'HYBRID',
  });
  const attempt = await createAttempt();
  await finishAttempt(client, attempt);
  const found = {
    performanceBreakdown: breakdown,
    insights: 'Good.',
    strongTopics: ['Loops'],
    timeManagement: 'Steady.',
  };
  await analyseAttempt(client, { attemptId: attempt.attemptId, author: model, findings: found });
  const again = { performanceBreakdown: breakdown, insights: null, strongTopics: null };
  expect(
    await analyseAttempt(client, { attemptId: attempt.attemptId, author: person, findings: again }),
  ).toMatchObject({
    insights: null,
    strongTopics: [],
    timeManagement: 'Steady.',
  });
});

test('an analysis has an author, and its scores are numbers, also when it is added to', async () => {
  const submissionId = await createSubmission();
  const { version } = await analyseSubmission(client, { submissionId, author: model, findings: {} });
  const nobody = [{}, { aiModel: '' }, { aiModel: ' ' }] as (typeof model)[];
  for (const author of nobody) {
    const added = analyseSubmission(client, { submissionId, author, findings: {}, version });
    expect(await refusal(added)).toBe('ANALYSIS_AUTHOR_MISSING');
  }
  for (const overallScore of [Number.NaN, -1, 100.5]) {
    const added = analyseSubmission(client, {
      submissionId,
      author: model,
      findings: { overallScore },
      version,
    });
    expect(await refusal(added)).toBe('SCORE_OUT_OF_RANGE');
  }
  const attempt = await createAttempt();
  await finishAttempt(client, attempt);
  const findings = { performanceBreakdown: breakdown, avgTimePerQuestion: 12.5 };
  const analysed = analyseAttempt(client, { attemptId: attempt.attemptId, author: model, findings });
  expect(await refusal(analysed)).toBe('SCORE_OUT_OF_RANGE');
});
