import type { UserId } from '@codezest/db-types';
import { awardBadge, type Client, listBadges, type NewBadge } from '../../src/index.js';

/** True once, however many events say that it was earned. */
export async function isNewBadge(client: Client, earned: NewBadge): Promise<boolean> {
  const { outcome } = await awardBadge(client, earned);
  return outcome === 'recorded';
}

export const badgesOf = (client: Client, userId: UserId) => listBadges(client, userId);
