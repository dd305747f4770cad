import type { MaterialId, UserId } from '@codezest/db-types';
import { type Client, completeMaterial, startMaterial } from '../../src/index.js';

export const open = (client: Client, userId: UserId, materialId: MaterialId) =>
  startMaterial(client, { userId, materialId });

/** What to report of it: each is reported once, however often the button is pressed. */
export async function complete(client: Client, userId: UserId, materialId: MaterialId) {
  const { progress } = await completeMaterial(client, { userId, materialId });
  return {
    percent: progress.moduleProgress.progressPercent,
    modulesCompleted: progress.stats.modulesCompleted,
    report: [
      ...(progress.completesModule ? ['MODULE_COMPLETED'] : []),
      ...(progress.completesLanguage ? ['LANGUAGE_COMPLETED'] : []),
    ],
  };
}
