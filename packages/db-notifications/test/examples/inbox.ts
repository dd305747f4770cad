import type { NotificationId, UserId } from '@codezest/db-types';
import { type Client, inboxCounts, listInbox, markAllRead, markRead, markSeen } from '../../src/index.js';

export const badge = (client: Client, userId: UserId) => inboxCounts(client, userId); // { unread, unseen }

export async function openInbox(client: Client, userId: UserId, cursor?: string) {
  const { items, nextCursor } = await listInbox(client, userId, { limit: 20, cursor });
  await markSeen(client, { userId, notifications: items });
  return { items, nextCursor };
}

export const open = (client: Client, userId: UserId, notificationId: NotificationId) =>
  markRead(client, { userId, notificationId });

/** What arrived after the page was loaded stays unread; of an empty page, where `newestShown` is undefined, everything. */
export const readAll = (client: Client, userId: UserId, newestShown: Date | undefined) =>
  markAllRead(client, { userId, upTo: newestShown });
