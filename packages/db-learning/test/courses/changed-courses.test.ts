import type { AssignmentId, UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answerQuestion,
  type CourseContent,
  completeMaterial,
  enrol,
  finishAttempt,
  gradeSubmission,
  importCourse,
  type PrismaClient,
  refreshStaleProgress,
  restoreLanguage,
  startAttempt,
  submitAssignment,
} from '../../src/index.js';
import type { TestDatabase } from '../database.js';
import { only, racingDatabase, refusal, someUser } from '../fixtures.js';
import { markdownOf, trackOf } from './courses.js';
import { idIn, markdownFiles, removeFolders } from './folders.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(async () => {
  removeFolders();
  await database?.drop();
});

const told = async (course: CourseContent) =>
  (await importCourse(client, course)).changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`);

async function learnerOf(slug: string): Promise<UserId> {
  const { id } = await client.programmingLanguage.findFirstOrThrow({ where: { slug } });
  const userId = someUser();
  await enrol(client, { userId, languageId: id });
  return userId;
}

async function pass(userId: UserId, assignmentId: AssignmentId) {
  const { submission } = await submitAssignment(client, {
    userId,
    assignmentId,
    code: 'print()',
    language: 'Wood',
  });
  await gradeSubmission(client, { submissionId: submission.id, status: 'PASSED', score: 100 });
}

describe('what learners did', () => {
  test('stays when an exercise goes, and counts again when it comes back', async () => {
    const slug = 'wood-1';
    await importCourse(client, trackOf(1));
    const userId = await learnerOf(slug);
    const stones = idIn(1, 2) as AssignmentId;
    await pass(userId, stones);
    const progress = () =>
      client.moduleProgress.findFirstOrThrow({ where: { userId, module: { slug: 'practice-exercises' } } });
    expect(await progress()).toMatchObject({ status: 'COMPLETED', progressPercent: 100 });

    const without = trackOf(1, (config) => {
      config.exercises.practice.shift();
    });
    expect(await told(without)).toContain('withdraw assignment stones');
    expect(await client.assignment.findFirst({ where: { id: stones } })).toBeNull();
    expect(
      await client.assignmentSubmission.count({ where: { assignmentId: stones, status: 'PASSED' } }),
    ).toBe(1);

    expect(await told(trackOf(1))).toContain('restore assignment practice-exercises/stones');
    expect(await client.assignment.findFirst({ where: { id: stones } })).toMatchObject({ slug: 'stones' });
    expect(
      await client.assignmentSubmission.count({ where: { assignmentId: stones, status: 'PASSED' } }),
    ).toBe(1);
  });

  test('is recomputed by the job after content has gone', async () => {
    await importCourse(client, markdownOf(2));
    const userId = await learnerOf('stone-2');
    const materials = await client.material.findMany({
      where: { module: { slug: 'first', language: { slug: 'stone-2' } } },
    });
    for (const { id } of materials) await completeMaterial(client, { userId, materialId: id });
    const progress = () =>
      client.moduleProgress.findFirstOrThrow({ where: { userId, module: { slug: 'first' } } });
    expect(await progress()).toMatchObject({ status: 'IN_PROGRESS', progressPercent: 66 });

    const folder = 'modules/first/assignments/add';
    await importCourse(
      client,
      markdownOf(2, {
        [`${folder}/assignment.md`]: undefined,
        [`${folder}/a.py`]: undefined,
        [`${folder}/b.py`]: undefined,
        [`${folder}/t/add_test.py`]: undefined,
        [`${folder}/notes.txt`]: undefined,
      }),
    );
    while ((await refreshStaleProgress(client)).more);
    expect(await progress()).toMatchObject({ status: 'COMPLETED', progressPercent: 100 });
  });

  test('keeps its question: a changed one is another', async () => {
    await importCourse(client, markdownOf(3));
    const userId = await learnerOf('stone-3');
    await pass(
      userId,
      (await client.assignment.findFirstOrThrow({ where: { module: { language: { slug: 'stone-3' } } } })).id,
    );
    for (const { id } of await client.material.findMany({
      where: { module: { language: { slug: 'stone-3' } } },
    }))
      await completeMaterial(client, { userId, materialId: id });
    const quiz = await client.mCQQuiz.findFirstOrThrow({
      where: { module: { language: { slug: 'stone-3' } } },
    });
    const { attempt, answers } = await startAttempt(client, { userId, quizId: quiz.id });
    for (const { questionId, snapshot } of answers) {
      const optionId = only(snapshot?.options.filter(({ isCorrect }) => isCorrect) ?? []).id;
      await answerQuestion(client, { userId, attemptId: attempt.id, questionId, optionId });
    }
    await finishAttempt(client, { userId, attemptId: attempt.id });

    const path = 'modules/second/quizzes/check.md';
    const text = String(markdownFiles()[path]);
    expect(await told(markdownOf(3, { [path]: text.replace('Which?', 'Which one?') }))).toEqual([
      'create question second/check',
      'withdraw question second/check',
    ]);
    const questions = () =>
      client.mCQQuestion.findMany({
        where: { quizId: quiz.id },
        orderBy: { order: 'asc' },
        include: { answers: true },
      });
    expect((await questions()).map(({ question, answers: given }) => [question, given.length])).toEqual([
      ['Which one?', 0],
      ['What?', 1],
    ]);
    expect(await client.mCQAnswer.count({ where: { attemptId: attempt.id, isCorrect: true } })).toBe(2);

    expect(await told(markdownOf(3))).toEqual([
      'restore question second/check',
      'withdraw question second/check',
    ]);
    expect((await questions()).map(({ question, answers: given }) => [question, given.length])).toEqual([
      ['Which?', 1],
      ['What?', 1],
    ]);
  });
});

describe('a part', () => {
  test('keeps its row under another slug and in another module, by its uuid', async () => {
    await importCourse(client, trackOf(4));
    const lamps = await client.assignment.findFirstOrThrow({ where: { id: idIn(4, 1) as AssignmentId } });
    const moved = trackOf(4, (config) => {
      Object.assign(config.exercises.concept[0] as object, { concepts: ['values'], prerequisites: [] });
      Object.assign(config.exercises.practice[1] as object, { slug: 'ancient' });
    });
    const changes = await told(moved);
    expect(changes).toContain('change assignment values/lamps');
    expect(changes).toContain('change assignment practice-exercises/ancient');
    expect(changes).not.toContain('create assignment practice-exercises/ancient');
    const now = await client.assignment.findFirstOrThrow({
      where: { id: lamps.id },
      include: { module: true },
    });
    expect(now.module.slug).toBe('values');
    expect(await client.assignment.findFirst({ where: { id: idIn(4, 3) as AssignmentId } })).toMatchObject({
      slug: 'ancient',
    });
  });

  test('may take the slug of another that has it no more', async () => {
    await importCourse(client, trackOf(5));
    const swapped = trackOf(5, ({ exercises: { practice } }) => {
      const [stones, old] = practice as [{ slug: string }, { slug: string }];
      [stones.slug, old.slug] = [old.slug, stones.slug];
    });
    await importCourse(client, swapped);
    const slugs = await client.assignment.findMany({
      where: { id: { in: [idIn(5, 2), idIn(5, 3)] as AssignmentId[] } },
      orderBy: { id: 'asc' },
    });
    expect(slugs.map(({ slug }) => slug)).toEqual(['old', 'stones']);
    expect(await importCourse(client, swapped)).toEqual({ changes: [] });
  });

  test('is another one with another uuid under the same slug', async () => {
    await importCourse(client, trackOf(6));
    const other = trackOf(6, ({ exercises: { practice } }) => {
      Object.assign(practice[0] as object, { uuid: idIn(6, 77) });
    });
    const changes = await told(other);
    expect(changes).toContain('create assignment practice-exercises/stones');
    expect(changes).toContain('withdraw assignment stones');
  });

  test('of another course cannot be taken away by its uuid', async () => {
    await importCourse(client, trackOf(7));
    const thief = { ...trackOf(7), slug: 'thief', name: 'Thief' };
    expect(await refusal(importCourse(client, thief))).toBe('COURSE_CONFLICT');
    expect(await client.programmingLanguage.findFirst({ where: { slug: 'thief' } })).toBeNull();
  });

  test('that people made by hand is left alone', async () => {
    await importCourse(client, markdownOf(8));
    const { id } = await client.module.findFirstOrThrow({
      where: { slug: 'first', language: { slug: 'stone-8' } },
    });
    const material = await client.material.create({
      data: { moduleId: id, title: 'By hand', type: 'ARTICLE', content: 'Typed in.' },
    });
    expect(await told(markdownOf(8))).toEqual([]);
    expect(await client.material.findFirst({ where: { id: material.id } })).not.toBeNull();
  });
});

test('a language that was deleted comes back with its course', async () => {
  await importCourse(client, trackOf(9));
  const { id } = await client.programmingLanguage.update({
    where: { slug: 'wood-9' },
    data: { deletedAt: new Date() },
  });
  expect(await told(trackOf(9))).toEqual(['restore language wood-9']);
  expect(await restoreLanguage(client, id)).toMatchObject({ id, deletedAt: null });
});
