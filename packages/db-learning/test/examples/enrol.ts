import type { ModuleId, ProgrammingLanguageId, UserId } from '@codezest/db-types';
import {
  arePrerequisitesSatisfied,
  type Client,
  enrol,
  startModule,
  unmetPrerequisites,
} from '../../src/index.js';

export const join = (client: Client, userId: UserId, languageId: ProgrammingLanguageId) =>
  enrol(client, { userId, languageId, weeklyHours: 6 });

/** What stands between the learner and the module: nothing, and it is started, or modules to complete first. */
export async function openModule(client: Client, userId: UserId, moduleId: ModuleId): Promise<string[]> {
  const learner = { userId, moduleId };
  if (await arePrerequisitesSatisfied(client, learner)) {
    await startModule(client, learner);
    return [];
  }
  return (await unmetPrerequisites(client, learner)).map(({ title }) => title);
}
