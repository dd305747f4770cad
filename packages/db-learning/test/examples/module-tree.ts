import type { ModuleId } from '@codezest/db-types';
import { type Client, findModuleTree } from '../../src/index.js';

/** For a learner: without right answers and hidden test cases. */
export async function moduleForLearner(client: Client, moduleId: ModuleId) {
  const module = await findModuleTree(client, moduleId); // one statement; null: answer 404
  return (
    module && {
      title: module.title,
      materials: module.materials.map(({ id, title, type }) => ({ id, title, type })),
      assignments: module.assignments.map(({ id, title, testCases }) => ({
        id,
        title,
        testCases: testCases.filter(({ hidden }) => !hidden),
      })),
      quizzes: module.mcqQuizzes.map(({ id, title, questions }) => ({ id, title, length: questions.length })),
    }
  );
}

export const moduleForEditor = (client: Client, moduleId: ModuleId) =>
  findModuleTree(client, moduleId, { drafts: true });
