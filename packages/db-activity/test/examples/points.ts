import type { UserActivityId, UserId } from '@codezest/db-types';
import {
  awardPoints,
  type Client,
  findEngagement,
  freezeDay,
  levelOf,
  type NewActivity,
  pointsForLevel,
  reversePoints,
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

/** A copied solution: the ledger keeps the award and what took it back. */
export const takeBack = (client: Client, activityId: UserActivityId) =>
  reversePoints(client, activityId, { reason: 'Copied solution' });

/** A day off that breaks no streak. How many a user has is yours to count. */
export const dayOff = (client: Client, userId: UserId, timeZone: string) =>
  freezeDay(client, { userId, timeZone });

/** For a bar between two levels. */
export function progressTo(points: number): number {
  const level = levelOf(points);
  const [from, to] = [pointsForLevel(level), pointsForLevel(level + 1)];
  return (points - from) / (to - from);
}
