import type { UserActivityId, UserId } from '@codezest/db-types';
import { type Client, newActivityId, recordActivities, recordActivity } from '../../src/index.js';

/** Where it happens: the id is made once, and travels with every try to tell of it. */
export const badgeEarned = (userId: UserId, badge: string) => ({
  id: newActivityId(),
  userId,
  type: 'BADGE_EARNED' as const,
  description: `Earned the badge “${badge}”`,
  metadata: { badge },
});

export async function hear(
  client: Client,
  event: ReturnType<typeof badgeEarned>,
): Promise<UserActivityId | null> {
  const { outcome, activity } = await recordActivity(client, event);
  return outcome === 'recorded' ? activity.id : null; // 'known': it is there already, and was left as it is
}

/** How many were new. */
export async function importHistory(
  client: Client,
  events: ReturnType<typeof badgeEarned>[],
): Promise<number> {
  const outcomes = await recordActivities(client, events);
  return outcomes.filter((outcome) => outcome === 'recorded').length;
}
