import type { UserId } from '@codezest/db-types';
import { type Client, upsertRecipient } from '../../src/index.js';

interface AccountChanged {
  userId: UserId;
  version: number;
  email: string;
  firstName: string;
  lastName: string;
  timeZone: string;
}

/** Events may come twice and in any order: an older one changes nothing. */
export const accountChanged = (client: Client, event: AccountChanged) => upsertRecipient(client, event);
