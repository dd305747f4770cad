import { courseOf, languages, personAt, runSeed, SEED_NOW } from '@codezest/db-core/seed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refreshStaleProgress } from '../src/index.js';
import { contentOf } from '../src/seed/content/index.js';
import { parseCourse } from '../src/seed/content/parse-course.js';
import { seed } from '../src/seed/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';

describe('the content', () => {
  const modules = languages.flatMap(({ slug }) => contentOf(slug).modules);

  test('fills the shared catalogue, title by title', () => {
    expect(languages.length).toBeGreaterThanOrEqual(6);

    for (const language of languages) {
      const taught = contentOf(language.slug).modules;
      expect(taught.map(({ title }) => title)).toEqual(language.modules.map(({ title }) => title));
    }
  });

  test.each(modules)('of $title is complete', ({ description, materials, assignment, questions }) => {
    expect(description).not.toBe('');
    expect(materials).toHaveLength(4);
    expect(materials.every(({ minutes, content }) => minutes > 0 && content.length > 20)).toBe(true);
    expect(assignment?.starterCode).not.toBe('');
    expect(assignment?.tests.length).toBeGreaterThanOrEqual(3);
    expect(assignment?.tests.some(({ hidden }) => hidden)).toBe(true);
    expect(assignment?.hints.length).toBeGreaterThanOrEqual(1);
    expect(questions).toHaveLength(5);
    for (const { question, options, explanation } of questions) {
      expect(question).toMatch(/\?$/);
      expect(explanation).not.toBe('');
      expect(new Set(options).size).toBe(3);
    }
  });

  test('is refused where it is not in the notation', () => {
    const course = '@ BEGINNER A language\n# Module\n';

    expect(() => parseCourse('# Module', 'x')).toThrow(SyntaxError);
    expect(() => parseCourse(`${course}> fine\nARTICLE Title without minutes: text`, 'x')).toThrow(
      SyntaxError,
    );
    expect(() => parseCourse(`${course}TASK BEGINNER Sum: Add.\n  a test: 1 -> 2`, 'x')).toThrow(SyntaxError);
    expect(() => parseCourse(`${course}  nothing to continue`, 'x')).toThrow(SyntaxError);
  });
});

describe('the small seed', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  test('fills its tables, and a second run adds nothing', async () => {
    const first = await runSeed({ url: database.owner.url, seed, size: 'small' });
    const second = await runSeed({ url: database.owner.url, seed, size: 'small' });

    expect(Object.keys(first.tables).filter((table) => first.tables[table] === 0)).toEqual([]);
    expect(Object.keys(first.tables)).toHaveLength(19);
    expect(second.rows).toBe(0);
  });

  test('follows the course that all services share', async () => {
    const person = personAt(4);
    const course = courseOf(person);
    const { client } = database;

    const completed = await client.moduleProgress.count({
      where: { userId: person.id, status: 'COMPLETED' },
    });
    const attempts = await client.mCQAttempt.findMany({ where: { userId: person.id } });
    const stats = await client.learnerStats.findUniqueOrThrow({ where: { userId: person.id } });

    const modules = course.flatMap((enrollment) => enrollment.modules);
    expect(completed).toBeGreaterThan(0);
    expect(completed).toBe(modules.filter(({ completedAt }) => completedAt).length);
    expect(stats.modulesCompleted).toBe(completed);
    expect(
      new Map(attempts.map((attempt) => [attempt.id, (100 * Number(attempt.score)) / attempt.maxScore])),
    ).toEqual(new Map(modules.flatMap((module) => module.attempts.map(({ id, percent }) => [id, percent]))));
  });

  test('gives each attempt the answers that its score says', async () => {
    const attempts = await database.client.mCQAttempt.findMany({
      include: { answers: { include: { question: true } } },
    });

    expect(attempts.length).toBeGreaterThan(100);
    for (const { score, answers } of attempts) {
      const earned = answers
        .filter(({ isCorrect }) => isCorrect)
        .reduce((sum, { question }) => sum + question.points, 0);
      expect(earned).toBe(score);
    }
  });

  test('holds learners in every state, and each kind of analysis', async () => {
    const { client } = database;

    const enrollments = await client.languageEnrollment.groupBy({ by: ['status'] });
    const progress = await client.moduleProgress.groupBy({ by: ['status'] });
    const analyses = await client.assignmentAnalysis.groupBy({ by: ['analysisType'] });

    expect(enrollments.map(({ status }) => status).sort()).toEqual([
      'ACTIVE',
      'COMPLETED',
      'DROPPED',
      'PAUSED',
    ]);
    expect(progress.map(({ status }) => status).sort()).toEqual(['COMPLETED', 'IN_PROGRESS']);
    expect(analyses.map(({ analysisType }) => analysisType).sort()).toEqual(['AI', 'HYBRID', 'MANUAL']);
  });

  test('ends where its clock stands still', async () => {
    const late = { gt: SEED_NOW };
    const { client } = database;

    const counts = await Promise.all([
      client.languageEnrollment.count({ where: { updatedAt: late } }),
      client.moduleProgress.count({ where: { updatedAt: late } }),
      client.materialProgress.count({ where: { lastViewedAt: late } }),
      client.assignmentSubmission.count({ where: { updatedAt: late } }),
      client.mCQAttempt.count({ where: { updatedAt: late } }),
      client.mCQAnswer.count({ where: { answeredAt: late } }),
      client.certificate.count({ where: { issuedAt: late } }),
    ]);

    expect(counts).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  test('holds what the rules compute: recomputing every learner changes nothing', async () => {
    const { client } = database;
    const read = () =>
      Promise.all([
        client.learnerStats.findMany({ omit: { updatedAt: true }, orderBy: { id: 'asc' } }),
        client.moduleProgress.findMany({ omit: { updatedAt: true, version: true }, orderBy: { id: 'asc' } }),
        client.languageEnrollment.findMany({ omit: { updatedAt: true }, orderBy: { id: 'asc' } }),
        client.completion.findMany({ orderBy: { id: 'asc' } }),
      ]);
    const before = await read();

    expect(await refreshStaleProgress(client)).toMatchObject({ refreshed: 0, more: false });
    await client.$queryRaw`
      SELECT r.completes FROM module_progress p, rules.recompute_module(p.user_id, p.module_id, false) r`;
    await client.$queryRaw`SELECT r.completed_languages FROM language_enrollments e, rules.recompute_language(e.user_id, e.language_id) r`;
    await client.$queryRaw`SELECT r.id FROM learner_stats s, rules.recompute_learner_stats(s.user_id) r`;

    expect(before[0].length).toBeGreaterThan(10);
    expect(await read()).toEqual(before);
  });
});
