import type { MCQOptionId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answerQuestion,
  failureClass,
  finishAttempt,
  isForeignKeyViolation,
  type PrismaClient,
  publishQuiz,
  startAttempt,
  type TransactionClient,
  transaction,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createCourse, createLanguage, createLearner, createModule, only } from './fixtures.js';
import { createQuiz } from './rows.js';
import { heldUp } from './two-sessions.js';

// A transaction that keeps its snapshot decides on what was true when it began. Whoever decides on rows that another
// session may change, changes a row that the other one changes too: then PostgreSQL refuses the older one (40001).

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const LEVELS = ['RepeatableRead', 'Serializable'] as const;
type Level = (typeof LEVELS)[number];

/** `work` in a transaction whose snapshot is older than what `meanwhile` commits. */
function withOlderSnapshot<Result>(
  isolationLevel: Level,
  meanwhile: () => Promise<unknown>,
  work: (transaction: TransactionClient) => Promise<Result>,
): Promise<Result> {
  return client.$transaction(
    async (open) => {
      await open.$queryRaw`SELECT count(*) FROM programming_languages`;
      await meanwhile();
      return work(open);
    },
    { isolationLevel },
  );
}

const failureOf = (call: Promise<unknown>) => call.then(() => 'accepted', failureClass);

const waitsFor = (open: TransactionClient | PrismaClient, moduleId: string, prerequisiteId: string) =>
  open.$executeRaw`
    INSERT INTO module_prerequisites (id, module_id, prerequisite_id)
    VALUES (gen_random_uuid(), ${moduleId}::uuid, ${prerequisiteId}::uuid)`;

describe.each(LEVELS)('at %s', (level) => {
  test('an attempt is not finished without an answer that was committed meanwhile', async () => {
    const course = await createCourse(client, { questions: 1 });
    const userId = await createLearner(client, course);
    const { attempt, answers } = await startAttempt(client, { userId, quizId: only(course.mcqQuizzes).id });
    const { questionId, snapshot } = only(answers);
    const optionId = snapshot?.options.find(({ isCorrect }) => isCorrect)?.id as MCQOptionId;
    const learner = { userId, attemptId: attempt.id };

    let tries = 0;
    const finished = await transaction(
      client,
      async (open) => {
        await open.$queryRaw`SELECT count(*) FROM mcq_answers`;
        tries += 1;
        if (tries === 1) await answerQuestion(client, { ...learner, questionId, optionId });
        return finishAttempt(open, learner);
      },
      { isolationLevel: level },
    );

    expect(tries).toBe(2);
    expect(finished.attempt).toMatchObject({ score: 10, passed: true });
  });

  test('two editors do not close a cycle of prerequisites', async () => {
    const one = await createModule(client);
    const other = await createModule(client, one.languageId);

    const second = withOlderSnapshot(
      level,
      () => waitsFor(client, one.id, other.id),
      (open) => waitsFor(open, other.id, one.id),
    );

    expect(await failureOf(second)).toBe('conflict');
  });

  test('a module does not move away from a prerequisite that was added meanwhile', async () => {
    const one = await createModule(client);
    const other = await createModule(client, one.languageId);
    const { id: languageId } = await createLanguage(client);

    const moved = withOlderSnapshot(
      level,
      () => waitsFor(client, one.id, other.id),
      (open) => open.module.update({ where: { id: one.id }, data: { languageId } }),
    );

    expect(await failureOf(moved)).toBe('conflict');
  });

  test('a quiz is not published without the right option that was removed meanwhile, in either way', async () => {
    const ways = [
      (open: TransactionClient, id: Quiz['id']) => publishQuiz(open, id),
      (open: TransactionClient, id: Quiz['id']) =>
        open.mCQQuiz.update({ where: { id }, data: { publishedAt: new Date() } }),
    ];
    for (const publish of ways) {
      const quiz = await createQuiz(client, { published: false });
      const { id } = only(only(quiz.questions).options);
      const published = withOlderSnapshot(
        level,
        () => client.mCQOption.update({ where: { id }, data: { deletedAt: new Date() } }),
        (open) => publish(open, quiz.id),
      );
      expect(await failureOf(published)).toBe('conflict');
    }
  });

  test('two editors do not each remove one of the last two right options', async () => {
    const quiz = await createQuiz(client, { rightOptions: 2 });
    const [one, other] = only(quiz.questions).options;
    const remove = (open: TransactionClient | PrismaClient, id: string | undefined) =>
      open.$executeRaw`DELETE FROM mcq_options WHERE id = ${id}::uuid`;

    const second = withOlderSnapshot(
      level,
      () => remove(client, one?.id),
      (open) => remove(open, other?.id),
    );

    expect(await failureOf(second)).toBe('conflict');
  });

  test('a question and its options are not edited when somebody was shown them meanwhile', async () => {
    const course = await createCourse(client, { questions: 1 });
    const quiz = only(course.mcqQuizzes);
    const question = only(quiz.questions);
    const edits: ((open: TransactionClient) => Promise<unknown>)[] = [
      (open: TransactionClient) =>
        open.mCQQuestion.update({ where: { id: question.id }, data: { question: 'Why?' } }).then(),
      (open: TransactionClient) =>
        open.mCQOption
          .update({ where: { id: only(question.options).id }, data: { optionText: 'Other' } })
          .then(),
    ];
    for (const edit of edits) {
      const userId = await createLearner(client, course);
      const edited = withOlderSnapshot(level, () => startAttempt(client, { userId, quizId: quiz.id }), edit);
      expect(await edited.then(() => 'accepted', refusedOrCollided)).toBe(true);
      await client.mCQAttempt.deleteMany({ where: { quizId: quiz.id } });
    }
  });
});

test('a question is not edited while an answer to it is uncommitted', async () => {
  const course = await createCourse(client, { questions: 1 });
  const quiz = only(course.mcqQuizzes);
  const { id } = only(quiz.questions);
  const userId = await createLearner(client, course);

  const edited = heldUp(client, {
    first: (open) => startAttempt(open, { userId, quizId: quiz.id }),
    meanwhile: () => client.mCQQuestion.update({ where: { id }, data: { points: 7 } }).then(),
  });

  expect(await edited.catch(isForeignKeyViolation)).toBe(true);
});

type Quiz = Awaited<ReturnType<typeof createQuiz>>;

function refusedOrCollided(error: unknown): boolean {
  return isForeignKeyViolation(error) || failureClass(error) === 'conflict';
}
