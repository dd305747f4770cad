import type { EventId } from '@codezest/db-types';
import {
  inboxCounts,
  notify,
  type PrismaClient,
  type RecipientEvent,
  transaction,
  upsertRecipient,
  withRetry,
} from '../../src/index.js';

/** The address and the greeting, or neither. The event may come twice, so it may also be done twice. */
export const welcome = (client: PrismaClient, eventId: EventId, recipient: RecipientEvent) =>
  transaction(
    client,
    async (open) => {
      const { userId } = await upsertRecipient(open, recipient);
      const greeting = { title: 'Welcome', message: 'Good that you are here.' };
      return notify(open, { userId, eventId, typeSlug: 'platform-notice', ...greeting });
    },
    { idempotent: true },
  );

/** To read twice is the same as once, so also after a lost connection. */
export const counts = (client: PrismaClient, userId: RecipientEvent['userId']) =>
  withRetry(() => inboxCounts(client, userId), { idempotent: true });
