import { newId, rowOf, statement } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { Recipient } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';

/** What an event of auth says about an account. Left out is what the event does not speak of: it stays as it is. */
export interface RecipientEvent {
  readonly userId: UserId;
  /** Version of the account, which grows with each change. */
  readonly version: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** E.164; null when the user has removed it. */
  readonly phone?: string | null;
  /** BCP 47. At first: en. */
  readonly locale?: string;
  /** IANA name. At first: UTC. */
  readonly timeZone?: string;
}

/**
 * Takes over what auth says of a person, in one statement. Events come more than once and in any order: one whose
 * version is not higher than what is known changes nothing. Gives the recipient as it then stands.
 *
 * @example const recipient = await upsertRecipient(prisma, { userId, version: 1, email, firstName, lastName });
 */
export async function upsertRecipient(
  client: Client,
  { userId, version, email, firstName, lastName, phone, locale, timeZone }: RecipientEvent,
): Promise<Recipient> {
  const values = [
    userId,
    version,
    email,
    firstName,
    lastName,
    phone ?? null,
    locale ?? null,
    timeZone ?? null,
  ];
  const written = await rowOf(client, upsert, [newId<'Recipient'>(), ...values, phone !== undefined]);
  // Asked apart, because the statement above cannot see a row that another one wrote while it ran. There is one: it was
  // in the way.
  return written ?? ((await rowOf(client, recipientOfUser, [userId])) as Recipient);
}

const upsert = statement<Recipient>(
  'notifications.upsert_recipient',
  `INSERT INTO recipients AS r
     (id, user_id, version, email, first_name, last_name, phone, locale, time_zone, created_at, updated_at)
   VALUES ($1::uuid, $2::uuid, $3::int, lower($4), $5, $6, $7, coalesce($8, 'en'), coalesce($9, 'UTC'), now(), now())
   ON CONFLICT (user_id) DO UPDATE SET
     version = excluded.version, email = excluded.email,
     first_name = excluded.first_name, last_name = excluded.last_name,
     phone = CASE WHEN $10::boolean THEN excluded.phone ELSE r.phone END,
     locale = coalesce($8, r.locale), time_zone = coalesce($9, r.time_zone), updated_at = excluded.updated_at
   WHERE r.version < excluded.version
   RETURNING ${columnsOf.recipient('r')}`,
);

const recipientOfUser = statement<Recipient>(
  'notifications.recipient_of_user',
  `SELECT ${columnsOf.recipient('r')} FROM recipients r WHERE r.user_id = $1::uuid`,
);
