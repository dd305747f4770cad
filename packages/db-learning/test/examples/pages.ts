import type { ProgrammingLanguageId, UserId } from '@codezest/db-types';
import { type Client, courseOf, dashboardOf, listReviewQueue, searchCatalogue } from '../../src/index.js';

/** Words, their beginnings, and words with a typing error; without a text, everything there is to learn. */
export async function find(client: Client, text: string): Promise<string[]> {
  const entries = await searchCatalogue(client, { text, difficulty: 'BEGINNER', limit: 10 });
  return entries.map(({ language, module }) => `${language.name}: ${module.title}`);
}

/** The page of a course: modules with their state, and where to go on. */
export async function coursePage(client: Client, userId: UserId, languageId: ProgrammingLanguageId) {
  const course = await courseOf(client, { userId, languageId }); // null: answer 404
  return (
    course && {
      title: course.language.name,
      modules: course.modules.map(({ title, percent, locked }) => ({ title, percent, locked })),
      goOnWith: course.next?.title ?? null,
    }
  );
}

export async function startPage(client: Client, userId: UserId) {
  const { courses, openAttempts } = await dashboardOf(client, userId);
  return { courses: courses.length, openAttempts: openAttempts.length };
}

export const instructorsPage = (client: Client) => listReviewQueue(client, { limit: 20 });
