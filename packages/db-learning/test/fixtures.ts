import { newId } from '@codezest/db-core';
import { createRacingDatabase } from '@codezest/db-core/testing';
import type { ProgrammingLanguageId, UserId } from '@codezest/db-types';
import { createClient, enrol, type PrismaClient } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createLanguage, createModule, only } from './rows.js';

/** A database for races: its client has a connection for each caller. */
export function racingDatabase(): Promise<TestDatabase> {
  return createRacingDatabase(createTestDatabase, createClient);
}

export function someUser(): UserId {
  return newId<'User'>();
}

interface CourseSize {
  materials?: number;
  assignments?: number;
  quizzes?: number;
  questions?: number;
  languageId?: ProgrammingLanguageId;
}

/** A module with `materials` materials, one assignment and one published quiz of `questions` questions, 10 points each. */
export async function createCourse(
  client: PrismaClient,
  { materials = 2, assignments = 1, questions = 2, quizzes = 1, languageId }: CourseSize = {},
) {
  const module = await createModule(client, languageId);
  const content = await client.module.update({
    where: { id: module.id },
    data: {
      materials: {
        create: Array.from({ length: materials }, (_, order) => ({
          title: `Material ${order}`,
          type: 'ARTICLE' as const,
          content: 'Read this.',
          duration: 30,
          order,
        })),
      },
      assignments: {
        create: Array.from({ length: assignments }, () => ({
          title: 'Count words',
          description: 'Print how many words come in.',
          difficulty: 'BEGINNER' as const,
          testCases: [{ name: 'empty', input: '', expectedOutput: '0', hidden: false, points: 1 }],
          hints: ['Split the text.'],
          estimatedDuration: 60,
        })),
      },
      mcqQuizzes: {
        create: Array.from({ length: quizzes }, () => ({
          title: 'Loops',
          publishedAt: new Date(),
          estimatedDuration: 30,
          questions: {
            create: Array.from({ length: questions }, (_, order) => ({
              question: `Question ${order}`,
              points: 10,
              order,
              options: {
                create: [
                  { optionText: 'Right', isCorrect: true, order: 0 },
                  { optionText: 'Wrong', isCorrect: false, order: 1 },
                ],
              },
            })),
          },
        })),
      },
    },
    include: {
      materials: { orderBy: { order: 'asc' } },
      assignments: true,
      mcqQuizzes: {
        include: {
          questions: { orderBy: { order: 'asc' }, include: { options: { orderBy: { order: 'asc' } } } },
        },
      },
    },
  });
  return { ...content, languageId: module.languageId };
}

export type Course = Awaited<ReturnType<typeof createCourse>>;

/** Someone who learns the course's language. */
export async function createLearner(
  client: PrismaClient,
  course: Pick<Course, 'languageId'>,
): Promise<UserId> {
  const userId = someUser();
  await enrol(client, { userId, languageId: course.languageId });
  return userId;
}

/** The stable code of the refusal; fails where nothing was refused. */
export async function refusal(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
  throw new Error('It was not refused.');
}

/** Undone by the caller's transaction: what the call did there, and whether anything of it stayed. */
export async function rolledBack<Result>(
  client: PrismaClient,
  work: (transaction: Parameters<Parameters<PrismaClient['$transaction']>[0]>[0]) => Promise<Result>,
): Promise<Result> {
  let result: Result | undefined;
  const undo = new Error('undo');
  await client
    .$transaction(async (transaction) => {
      result = await work(transaction);
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return result as Result;
}

export { createLanguage, createModule, only };
