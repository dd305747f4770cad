import type { EventId, UserId } from '@codezest/db-types';
import { type Client, notify, notifyMany } from '../../src/index.js';

export const graded = (client: Client, eventId: EventId, userId: UserId) =>
  notify(client, {
    userId,
    eventId, // the event may come twice: it notifies once
    typeSlug: 'assignment-graded',
    title: 'Your assignment is graded',
    message: '92 of 100 points.',
    data: { score: 92, maxScore: 100 },
    priority: 'HIGH',
    actionUrl: '/assignments',
  });

/** How many were told now: who was told before a failure is not told again. */
export const announce = (client: Client, eventId: EventId, userIds: UserId[]) =>
  notifyMany(client, {
    userIds,
    eventId,
    typeSlug: 'platform-notice',
    title: 'Maintenance',
    message: 'Sunday, 2 to 3 o’clock.',
    expiresAt: new Date(Date.now() + 7 * 24 * 3_600_000),
  });
