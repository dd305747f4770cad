import {
  CodezestDbError,
  type Keyring,
  keyedHash,
  keyringFromEnvironment,
  newIdSql,
  requireText,
  rowsOf,
  sameHash,
  statement,
} from '@codezest/db-core';
import type { NotificationTypeId, UserId } from '@codezest/db-types';
import type { Client } from './client.js';

/** What a reader is rid of by one click: mails of one type, or all of the category MARKETING, or the digest. */
export type Subscription = { readonly typeSlug: string } | 'MARKETING' | 'DIGEST';

/** The token was not made by us, or its key is gone, or its type. */
export class InvalidUnsubscribeTokenError extends CodezestDbError {
  constructor() {
    super(
      'UNSUBSCRIBE_TOKEN_INVALID',
      'This is no token of a mail that we sent. Nothing was changed; show the page where preferences are set after a login.',
    );
  }
}

/** Default: from the environment, NOTIFICATIONS_UNSUBSCRIBE_KEYS. */
export interface UnsubscribeKeys {
  /** A key stays in the ring as long as mails that carry its tokens may be opened: for years. */
  readonly unsubscribe?: Keyring;
}

/**
 * The token of a mail's unsubscribe link: 43 characters of base64url. It says whom and what it is for and proves itself by
 * a key, so that nothing is stored per mail, and holds as long as its key stays in the ring. Whoever has it can do nothing
 * but unsubscribe this user from this.
 *
 * @throws {KeyringError}
 * @example
 * const url = `https://codezest.com/unsubscribe/${unsubscribeToken({ userId, from: { typeSlug: type.slug } })}`;
 */
export function unsubscribeToken(
  { userId, from }: { userId: UserId; from: Subscription },
  keys: UnsubscribeKeys = {},
): string {
  const keyring = unsubscribeKeys(keys);
  return Buffer.concat([bytesOf(userId), proof(userId, nameOf(from), keyring, keyring.current)]).toString(
    'base64url',
  );
}

/**
 * What the POST of a mail client to the unsubscribe link does (RFC 8058), without a login: mails of the type are switched
 * off, or the consent to marketing is withdrawn, or the digest is ended. Done twice it is the same, and answers the same.
 *
 * @throws {InvalidUnsubscribeTokenError} @throws {KeyringError}
 * @example const { userId, from } = await unsubscribe(prisma, token);
 */
export async function unsubscribe(
  client: Client,
  token: string,
  keys: UnsubscribeKeys = {},
): Promise<{ userId: UserId; from: Subscription }> {
  const keyring = unsubscribeKeys(keys);
  const given = bytesOfToken(token);
  const userId = userIdOf(given);
  const types = await rowsOf(client, typeSlugs, []);
  const offered: { from: Subscription; typeId?: NotificationTypeId }[] = [
    { from: 'MARKETING' },
    { from: 'DIGEST' },
    ...types.map(({ id, slug }) => ({ from: { typeSlug: slug }, typeId: id })),
  ];
  // Which one it is for is not written in it: there are few, so each is tried, which keeps the token short.
  const meant = offered.find(({ from }) =>
    [...keyring.keys.keys()].some((keyId) =>
      sameHash(proof(userId, nameOf(from), keyring, keyId), given.subarray(ID_BYTES)),
    ),
  );
  if (meant === undefined) throw new InvalidUnsubscribeTokenError();
  if (meant.typeId !== undefined) await rowsOf(client, switchOffType, [userId, meant.typeId]);
  else await rowsOf(client, meant.from === 'MARKETING' ? withdrawConsent : endDigest, [userId]);
  return { userId, from: meant.from };
}

const ID_BYTES = 16;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

function unsubscribeKeys({ unsubscribe }: UnsubscribeKeys): Keyring {
  return unsubscribe ?? keyringFromEnvironment('NOTIFICATIONS_UNSUBSCRIBE_KEYS');
}

/** Half of an HMAC-SHA-256: 128 bits cannot be guessed. */
function proof(userId: UserId, subscription: string, keyring: Keyring, keyId: string): Uint8Array {
  return keyedHash(`${userId} ${subscription}`, 'unsubscribe', keyring, keyId).subarray(0, ID_BYTES);
}

/** A slug is in lower case, so none of them is one of the two names. */
function nameOf(from: Subscription): string {
  return typeof from === 'string' ? from : from.typeSlug;
}

function bytesOf(userId: UserId): Buffer {
  requireText(userId, 'userId');
  return Buffer.from(userId.replaceAll('-', ''), 'hex');
}

function userIdOf(token: Buffer): UserId {
  const hex = token.toString('hex', 0, ID_BYTES);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as UserId;
}

/** The last character has two bits to spare: one spelling of each token is right. */
function bytesOfToken(given: unknown): Buffer {
  const bytes = typeof given === 'string' && TOKEN.test(given) ? Buffer.from(given, 'base64url') : undefined;
  if (bytes === undefined || bytes.toString('base64url') !== given) throw new InvalidUnsubscribeTokenError();
  return bytes;
}

const typeSlugs = statement<{ id: NotificationTypeId; slug: string }>(
  'notifications.type_slugs',
  'SELECT id, slug FROM notification_types',
);

const switchOffType = statement<object>(
  'notifications.unsubscribe_from_type',
  `INSERT INTO user_notification_settings AS s (id, user_id, type_id, email, created_at, updated_at)
   VALUES (${newIdSql}, $1::uuid, $2::uuid, false, now(), now())
   ON CONFLICT (user_id, type_id) DO UPDATE SET email = false, updated_at = now() WHERE s.email IS DISTINCT FROM false`,
);

// Without a preference there is neither consent nor digest: nothing to end.
const withdrawConsent = statement<object>(
  'notifications.withdraw_consent',
  `UPDATE notification_preferences SET marketing = false, updated_at = now() WHERE user_id = $1::uuid AND marketing`,
);

const endDigest = statement<object>(
  'notifications.end_digest',
  `UPDATE notification_preferences SET digest = 'NEVER', updated_at = now()
   WHERE user_id = $1::uuid AND digest <> 'NEVER'`,
);
