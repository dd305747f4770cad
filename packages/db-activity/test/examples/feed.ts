import type { UserId } from '@codezest/db-types';
import { type Client, countActivities, listActivity, listAllActivity } from '../../src/index.js';

export const feed = (client: Client, userId: UserId, cursor?: string) =>
  listActivity(client, userId, { limit: 20, cursor }); // { items, nextCursor }

export const everybody = (client: Client, cursor?: string) => listAllActivity(client, { cursor });

export async function quizzesOfLastWeek(client: Client, userId: UserId, now = new Date()): Promise<number> {
  const from = new Date(now.getTime() - 7 * 24 * 3_600_000);
  const counts = await countActivities(client, { userId, from, to: now }); // leave userId out for everybody
  return counts.QUIZ_COMPLETED;
}
