import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  ContentNotAvailableError,
  exportCourse,
  PrerequisitesUnmetError,
  type PrismaClient,
  startModule,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { handIn, nextForInstructor, requeue, review, take, work } from './examples/assignments.js';
import { badge, certificatePage, certify, renew, revoke } from './examples/certificates.js';
import { previewCourse, renameModule } from './examples/courses.js';
import {
  arrangeMaterials,
  arrangeModules,
  arrangeQuestions,
  bringBackLanguage,
  bringBackModule,
  goLive,
  mend,
  save,
} from './examples/editing.js';
import { join as joinLanguage, openModule } from './examples/enrol.js';
import { answerTo } from './examples/errors.js';
import { offeredLanguages } from './examples/first-query.js';
import { complete, open, refresh, report } from './examples/materials.js';
import { moduleForEditor, moduleForLearner } from './examples/module-tree.js';
import { inATest } from './examples/own-tests.js';
import { coursePage, find, instructorsPage, startPage } from './examples/pages.js';
import {
  abandon,
  deletedModules,
  figures,
  languageBySlug,
  pause,
  runFailed,
  submissionsOf,
  withdraw,
} from './examples/prisma-calls.js';
import { answer, begin, endRunOut, finish, misleading } from './examples/quizzes.js';
import { enrolAndBegin, moduleOf } from './examples/retry.js';
import { createCourse, createModule, only, someUser } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());
beforeEach(() => {
  vi.stubEnv('LEARNING_DATABASE_URL', database.url);
});
afterEach(() => vi.unstubAllEnvs());

test('the first query', async () => {
  expect(await offeredLanguages()).toEqual([]);
});

test('a learner goes through a module and earns its certificate', async () => {
  const course = await createCourse(client, { materials: 1, questions: 1 });
  const userId = someUser();
  await joinLanguage(client, userId, course.languageId);
  expect(await openModule(client, userId, course.id)).toEqual([]);

  const shown = await moduleForLearner(client, course.id);
  const materialId = only(shown?.materials ?? []).id;
  await open(client, userId, materialId);
  expect(await complete(client, userId, materialId)).toMatchObject({ percent: 33, completesModule: false });

  const submission = await handIn(client, userId, only(shown?.assignments ?? []).id, 'print(42)');
  const graded = await work(client, async ({ maxScore }) => maxScore);
  expect(graded?.submission).toMatchObject({ id: submission.id, status: 'PASSED' });
  expect(await work(client, async () => 0)).toBeNull();
  expect([await requeue(client), await nextForInstructor(client)]).toEqual([[], null]);
  expect((await review(client, submission.id, someUser())).analysisType).toBe('HYBRID');

  const { attemptId, questions } = await begin(client, userId, only(shown?.quizzes ?? []).id);
  const { questionId, options } = only(questions);
  await answer(client, { userId, attemptId }, questionId, only(options).id);
  expect(await endRunOut(client)).toBe(0);
  const { finished, progress, analysis } = await finish(client, { userId, attemptId }, 'Loops');
  expect([finished.passed, progress.completesLanguage, analysis.analysisType]).toEqual([true, true, 'AI']);
  expect(analysis.performanceBreakdown.topics).toEqual([{ topic: 'Loops', correct: 1, total: 1 }]);

  const credentialId = (await certify(client, userId, course.id)).split('/').at(-1) ?? '';
  expect(await certificatePage(client, credentialId)).toBe('Loops completed: VALID');
  const issued = await client.certificate.findFirstOrThrow({ where: { userId } });
  expect((await renew(client, issued.id, new Date('2090-01-01'))).certificate.renewalOfId).toBe(issued.id);
  expect(await badge(client, issued.id)).toMatchObject({ name: issued.title, issuer: { name: 'CodeZest' } });
  await revoke(client, issued.id);
  expect(await certificatePage(client, credentialId)).toBe('Loops completed: REVOKED');
  expect(await certificatePage(client, 'made up')).toBe('not found');
  expect(await complete(client, userId, materialId)).toEqual({
    percent: 100,
    modulesCompleted: 1,
    completesModule: false,
  });
  const told: string[] = [];
  await report(client, async (event) => void told.push(event));
  expect(told.sort()).toEqual(['LANGUAGE_COMPLETED', 'MODULE_COMPLETED']);
  await refresh(client, async () => {});
});

test('an editor works on a course', async () => {
  const course = await createCourse(client, { materials: 2, questions: 2 });
  const other = await createModule(client, course.languageId);
  const quiz = only((await moduleForEditor(client, course.id))?.mcqQuizzes ?? []);
  const content = { question: 'What?', options: [{ text: 'This.', isCorrect: true }] };

  const reordered = await arrangeQuestions(client, quiz, quiz.questions.map(({ id }) => id).reverse());
  await mend(client, only(reordered).id, content);
  const current = only((await moduleForEditor(client, course.id))?.mcqQuizzes ?? []);
  expect(current.questions.map(({ question }) => question)).toEqual(['What?', 'Question 0']);

  const saved = await save(client, current, [{ ...content, id: only(current.questions).id }]);
  expect(saved).toMatchObject({ passingScore: 80, questions: [{ id: only(current.questions).id }] });
  await withdraw(client, quiz.id);
  expect((await goLive(client, quiz)).publishedAt).toBeInstanceOf(Date);

  expect(await bringBackModule(client, course.id)).toMatchObject({ id: course.id, deletedAt: null });
  expect((await bringBackLanguage(client, course.languageId)).deletedAt).toBeNull();
  const modules = await arrangeModules(client, course.languageId, [other.id, course.id]);
  const ids = course.materials.map(({ id }) => id).reverse();
  expect(modules.map(({ id }) => id)).toEqual([other.id, course.id]);
  expect((await arrangeMaterials(client, course.id, ids)).map(({ id }) => id)).toEqual(ids);
});

test('a module that waits for another says so', async () => {
  const course = await createCourse(client);
  const required = await createCourse(client, { languageId: course.languageId });
  await client.modulePrerequisite.create({ data: { moduleId: course.id, prerequisiteId: required.id } });
  const userId = someUser();
  await joinLanguage(client, userId, course.languageId);

  expect(await openModule(client, userId, course.id)).toEqual([required.title]);
  const refused = await startModule(client, { userId, moduleId: course.id }).catch((error: unknown) => error);
  expect(answerTo(refused)).toMatchObject({ status: 403, message: 'Modules to complete first: 1.' });
});

test('the Prisma calls', async () => {
  const course = await createCourse(client);
  const userId = someUser();
  await joinLanguage(client, userId, course.languageId);
  const { slug } = await client.programmingLanguage.findUniqueOrThrow({ where: { id: course.languageId } });
  const assignmentId = only(course.assignments).id;
  const submission = await handIn(client, userId, assignmentId, 'x');
  const { attemptId } = await begin(client, userId, only(course.mcqQuizzes).id);

  expect((await languageBySlug(client, slug))?.id).toBe(course.languageId);
  expect((await submissionsOf(client, userId, assignmentId)).map(({ id }) => id)).toEqual([submission.id]);
  expect((await take(client, submission.id)).status).toBe('RUNNING');
  expect((await runFailed(client, submission.id, 'out of memory')).status).toBe('ERROR');
  expect(await abandon(client, userId, attemptId)).toEqual({ count: 1 });
  expect((await pause(client, userId, course.languageId)).status).toBe('PAUSED');
  expect((await joinLanguage(client, userId, course.languageId)).status).toBe('ACTIVE');
  expect(await figures(client, userId)).toMatchObject({ modulesCompleted: 0 });
});

test('refusals have an answer', () => {
  const unmet = new PrerequisitesUnmetError(2);

  expect(answerTo(unmet)).toMatchObject({ status: 403, message: 'Modules to complete first: 2.' });
  expect(answerTo(new ContentNotAvailableError('quiz')).status).toBe(404);
  expect(answerTo(new Error('?')).status).toBe(500);
});

test('an enrolment and a beginning are one', async () => {
  const { id: moduleId, languageId } = await createCourse(client);

  expect(await enrolAndBegin(client, { userId: someUser(), languageId, moduleId })).toMatchObject({
    moduleProgress: { moduleId },
  });
  expect((await moduleOf(client, moduleId))?.id).toBe(moduleId);
});

test('a database of its own', async () => {
  expect(await inATest()).toEqual({ modules: 2, languages: 1 });
});

test('the catalogue, a course, a start page and the queue of an instructor', async () => {
  const course = await createCourse(client, { materials: 1 });
  const userId = someUser();
  await joinLanguage(client, userId, course.languageId);

  expect(await find(client, course.title)).toContainEqual(expect.stringContaining(course.title));
  expect(await coursePage(client, userId, course.languageId)).toMatchObject({
    modules: [{ title: course.title, percent: 0, locked: false }],
    goOnWith: only(course.materials).title,
  });
  expect(await startPage(client, userId)).toEqual({ courses: 1, openAttempts: 0 });
  expect(await instructorsPage(client)).toEqual([]);
  expect(await deletedModules(client, course.languageId)).toEqual([]);
  expect(await misleading(client, only(course.mcqQuizzes).id)).toEqual([]);
});

test('a course by its content', async () => {
  const course = await createCourse(client, { materials: 1 });
  const { slug } = await client.programmingLanguage.findFirstOrThrow({ where: { id: course.languageId } });

  const { changes } = await renameModule(client, slug, course.slug, 'Another title');
  expect(changes).toContainEqual(
    expect.objectContaining({ action: 'change', kind: 'module', name: course.slug }),
  );
  expect(await client.module.findFirst({ where: { id: course.id } })).toMatchObject({
    title: 'Another title',
  });
  expect(await previewCourse(client, await exportCourse(client, slug))).toEqual([]);
});
