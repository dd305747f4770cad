import type { UserId } from '@codezest/db-types';
import { type Client, effectiveChannels, quietUntil } from '../../src/index.js';

export async function howToReach(client: Client, userId: UserId) {
  return {
    channels: await effectiveChannels(client, { userId, typeSlug: 'assignment-graded' }),
    notBefore: await quietUntil(client, userId), // null: not in quiet hours
  };
}
