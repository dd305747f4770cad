import type { UserId } from '@codezest/db-types';
import {
  awardPoints,
  type Client,
  findEngagement,
  levelOf,
  type NewActivity,
  pointsForLevel,
} from '../../src/index.js';

export async function earn(client: Client, activity: NewActivity, timeZone: string) {
  const { outcome, engagement } = await awardPoints(client, activity, { points: 25, timeZone });
  return { isNew: outcome === 'recorded', streak: engagement?.streak ?? 0 };
}

export async function standing(client: Client, userId: UserId, timeZone: string) {
  const engagement = await findEngagement(client, { userId, timeZone }); // null: nothing was awarded yet
  if (!engagement) return { level: 1, streak: 0, missing: pointsForLevel(2) };
  const { points, level, streak } = engagement;
  return { level, streak, missing: pointsForLevel(level + 1) - points };
}

/** For a bar between two levels. */
export function progressTo(points: number): number {
  const level = levelOf(points);
  const [from, to] = [pointsForLevel(level), pointsForLevel(level + 1)];
  return (points - from) / (to - from);
}
