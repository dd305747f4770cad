import type { MaterialId, UserId } from '@codezest/db-types';
import {
  type Client,
  completeMaterial,
  refreshStaleProgress,
  reportCompletions,
  startMaterial,
} from '../../src/index.js';

export const open = (client: Client, userId: UserId, materialId: MaterialId) =>
  startMaterial(client, { userId, materialId });

export async function complete(client: Client, userId: UserId, materialId: MaterialId) {
  const { progress } = await completeMaterial(client, { userId, materialId });
  const { moduleProgress, stats, completesModule } = progress;
  return {
    percent: moduleProgress.progressPercent,
    modulesCompleted: stats.modulesCompleted,
    completesModule,
  };
}

/** For a job: tells others what was completed. Each until it is marked, so once but for a crash in between. */
export const report = (client: Client, tell: (event: string, userId: UserId, id: string) => Promise<void>) =>
  reportCompletions(client, async (completions) => {
    for (const { id, userId, moduleId } of completions) {
      await tell(moduleId ? 'MODULE_COMPLETED' : 'LANGUAGE_COMPLETED', userId, id);
    }
  });

/** For a job, after content was added, removed, published or withdrawn. */
export async function refresh(client: Client, pause: () => Promise<void>): Promise<void> {
  while ((await refreshStaleProgress(client)).more) await pause();
}
