import type { SessionId, UserId } from '@codezest/db-types';
import { type Client, listSessions, revokeAllSessions, revokeSession } from '../../src/index.js';

export async function devices(client: Client, userId: UserId, cursor?: string) {
  const { items, nextCursor } = await listSessions(client, userId, { limit: 20, cursor });
  return {
    devices: items.map(({ id, userAgent, lastUsedAt }) => ({ id, userAgent, lastUsedAt })),
    nextCursor,
  };
}

export const logOut = (client: Client, userId: UserId, sessionId: SessionId) =>
  revokeSession(client, { userId, sessionId });

export const logOutElsewhere = (client: Client, userId: UserId, here: SessionId) =>
  revokeAllSessions(client, { userId, exceptSessionId: here });
