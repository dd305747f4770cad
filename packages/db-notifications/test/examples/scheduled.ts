import type { UserId } from '@codezest/db-types';
import { type Client, cancelNotifications, notify } from '../../src/index.js';

export const remind = (client: Client, userId: UserId, assignment: string, deadline: Date) =>
  notify(client, {
    userId,
    typeSlug: 'assignment-graded',
    title: 'A day left',
    message: 'Your assignment is due tomorrow.',
    subject: `assignment:${assignment}`,
    sendAt: new Date(deadline.getTime() - 24 * 3_600_000),
    expiresAt: deadline,
  });

/** Handed in: whatever about it has not gone out yet is taken back. */
export const handedIn = (client: Client, userId: UserId, assignment: string) =>
  cancelNotifications(client, { userId, subject: `assignment:${assignment}` });
