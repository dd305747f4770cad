import type { EventId, UserId } from '@codezest/db-types';
import { actorsOf, type Client, type Notification, notifyMany } from '../../src/index.js';

/** Ana comments on a discussion: those who follow it are told once an hour, however many comment. */
export const commented = (client: Client, eventId: EventId, actorId: UserId, followers: UserId[]) =>
  notifyMany(client, {
    userIds: followers,
    eventId,
    typeSlug: 'discussion-comment',
    title: 'New comments',
    message: 'Somebody has commented on a discussion that you follow.',
    actionUrl: '/discussions/42',
    collapse: { key: 'comments:42', actorId, forSeconds: 3_600 },
  });

/** "Ana and 4 others", for a list or a mail. */
export async function whoDid(client: Client, { id }: Notification): Promise<string> {
  const [actors] = await actorsOf(client, [id], { limit: 1 });
  const name = actors?.latest[0]?.firstName ?? 'Somebody';
  const others = (actors?.count ?? 1) - 1;
  return others > 0 ? `${name} and ${others} others` : name;
}
