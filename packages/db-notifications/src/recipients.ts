import { CodezestDbError, newId, read, rowOf, rowsOf, statement, storableText } from '@codezest/db-core';
import {
  type EventPayload,
  parseEmailAddress,
  parseLocale,
  parsePhoneNumber,
  parseTimeZone,
  type UserId,
} from '@codezest/db-types';
import type { Recipient } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';

/** The version in an event is no number that an account counts by. */
export class InvalidRecipientVersionError extends CodezestDbError {
  constructor() {
    super(
      'RECIPIENT_VERSION_INVALID',
      'Nothing was written: version is a whole number from 0 to 2147483647 that grows by each change of the account, not a time.',
    );
  }
}

/** What an event of auth says about an account. Left out is what the event does not speak of: it stays as it is. */
export interface RecipientEvent {
  readonly userId: UserId;
  /** Version of the account, which grows with each change. */
  readonly version: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** As people write it, with the country's code; null when the user has removed it. */
  readonly phone?: string | null;
  /** BCP 47, or what systems write instead. At first: en. */
  readonly locale?: string | null;
  /** A name of the IANA database, also an old one. At first: UTC. */
  readonly timeZone?: string | null;
}

/** A recipient as it stands, and which fields of the event said nothing that can be kept. */
export interface UpsertedRecipient extends Recipient {
  readonly leftOut: readonly (keyof RecipientEvent)[];
}

/**
 * Takes over what auth says of a person, in one statement. Events come more than once and in any order: one whose
 * version is not higher than what is known changes nothing. Gives the recipient as it then stands.
 *
 * Phone, locale and time zone are kept in the spelling of `parsePhoneNumber`, `parseLocale` and `parseTimeZone` of
 * @codezest/db-types. One that these refuse, or a name that is no text, is left out and named in `leftOut`, and the rest of
 * the event gets in: what was known of it stays, but for a phone number, which is not the user's any more.
 *
 * @throws {InvalidRecipientVersionError}
 * @throws {InvalidEmailAddressError} of @codezest/db-types: without an address there is nobody to reach.
 * @example const { leftOut } = await upsertRecipient(prisma, { userId, version: 1, email, firstName, lastName });
 */
export async function upsertRecipient(client: Client, event: RecipientEvent): Promise<UpsertedRecipient> {
  const { userId, version } = event;
  if (!(Number.isInteger(version) && version >= 0 && version <= 2_147_483_647))
    throw new InvalidRecipientVersionError();
  const leftOut: (keyof RecipientEvent)[] = [];
  const kept = (name: 'phone' | 'locale' | 'timeZone', parse: (text: string) => string): string | null => {
    const text = event[name];
    if (text === undefined || text === null) return null;
    try {
      return parse(text);
    } catch {
      leftOut.push(name);
      return null;
    }
  };
  const name = (field: 'firstName' | 'lastName'): string | null => {
    const text = storableText(event[field], longestName);
    if (text === null) leftOut.push(field);
    return text;
  };
  const values = [
    userId,
    version,
    parseEmailAddress(event.email),
    name('firstName'),
    name('lastName'),
    kept('phone', parsePhoneNumber),
    kept('locale', parseLocale),
    kept('timeZone', parseTimeZone),
  ];
  const written = await rowOf(client, upsert, [newId<'Recipient'>(), ...values, event.phone !== undefined]);
  // Asked apart, because the statement above cannot see a row that another one wrote while it ran. There is one: it was
  // in the way.
  const recipient = written ?? ((await rowOf(client, recipientOfUser, [userId])) as Recipient);
  return { ...recipient, leftOut };
}

/** What auth says of several people, each of them once: as `upsertRecipient` takes it over, in one statement or two. */
export async function upsertRecipients(
  client: Client,
  people: readonly (EventPayload<'user.contact_changed'> & { readonly version: number })[],
): Promise<void> {
  const kept = (text: string | null, parse: (text: string) => string): string | null => {
    try {
      return text === null ? null : parse(text);
    } catch {
      return null;
    }
  };
  const rows = people.map(({ userId, version, email, firstName, lastName, phone, timeZone }) => ({
    id: newId<'Recipient'>(),
    userId,
    version,
    email: parseEmailAddress(email),
    firstName: storableText(firstName, longestName) ?? '',
    lastName: storableText(lastName, longestName) ?? '',
    phone: kept(phone, parsePhoneNumber),
    timeZone: kept(timeZone, parseTimeZone),
  }));
  for (const hasZone of [true, false]) {
    const those = rows.filter(({ timeZone }) => (timeZone !== null) === hasZone);
    if (those.length > 0) await rowsOf(client, upsertAll, [JSON.stringify(those), hasZone]);
  }
}

/** Characters of a name; what is longer is cut. */
const longestName = 1_000;

const upsert = statement<Recipient>(
  'notifications.upsert_recipient',
  `INSERT INTO recipients AS r
     (id, user_id, version, email, first_name, last_name, phone, locale, time_zone, created_at, updated_at)
   VALUES ($1::uuid, $2::uuid, $3::int, $4, coalesce($5, ''), coalesce($6, ''), $7, coalesce($8, 'en'), coalesce($9, 'UTC'), now(), now())
   ON CONFLICT (user_id) DO UPDATE SET
     version = excluded.version, email = excluded.email,
     first_name = coalesce($5, r.first_name), last_name = coalesce($6, r.last_name),
     phone = CASE WHEN $10::boolean THEN excluded.phone ELSE r.phone END,
     locale = coalesce($8, r.locale), time_zone = coalesce($9, r.time_zone), updated_at = excluded.updated_at
   WHERE r.version < excluded.version
   RETURNING ${columnsOf.recipient('r')}`,
);

// `$2`: whether the events speak of the time zone. By user, as everybody who locks several.
const upsertAll = statement<never>(
  'notifications.upsert_recipients',
  `INSERT INTO recipients AS r
     (id, user_id, version, email, first_name, last_name, phone, locale, time_zone, created_at, updated_at)
   SELECT e.id, e."userId", e.version, e.email, e."firstName", e."lastName", e.phone, 'en', coalesce(e."timeZone", 'UTC'), now(), now()
   FROM jsonb_to_recordset($1::jsonb) AS e (id uuid, "userId" uuid, version int, email text, "firstName" text,
     "lastName" text, phone text, "timeZone" text)
   ORDER BY e."userId"
   ON CONFLICT (user_id) DO UPDATE SET
     version = excluded.version, email = excluded.email, first_name = excluded.first_name, last_name = excluded.last_name,
     phone = excluded.phone, time_zone = CASE WHEN $2::boolean THEN excluded.time_zone ELSE r.time_zone END,
     updated_at = excluded.updated_at
   WHERE r.version < excluded.version`,
);

const recipientOfUser = read<Recipient>(
  'notifications.recipient_of_user',
  `SELECT ${columnsOf.recipient('r')} FROM recipients r WHERE r.user_id = $1::uuid`,
);
