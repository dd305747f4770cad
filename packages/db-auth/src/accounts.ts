import {
  inTransaction,
  isUniqueViolation,
  newId,
  randomToken,
  rowOf,
  rowsOf,
  statement,
  tokenHash,
} from '@codezest/db-core';
import { parseEmailAddress, parseTimeZone, type UserId } from '@codezest/db-types';
import type { User, UserProfile } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { AccountNotFoundError, EmailTakenError, UsernameTakenError } from './account-errors.js';
import { requireAnswer } from './answers.js';
import type { Client } from './client.js';
import { hashRefusal } from './password-hash.js';
import type { UserWithoutSecrets } from './rows.js';

const DAY_IN_SECONDS = 24 * 60 * 60;

export interface NewAccount extends Pick<User, 'email' | 'firstName' | 'lastName'> {
  /** Made by the client, so it may be yours: for an event that goes out with the account. */
  readonly id?: UserId;
  /**
   * argon2id or bcrypt. Null for who logs in by an OAuth account or a passkey alone, which comes in the same transaction.
   */
  readonly passwordHash: string | null;
  /** Where the hash comes from another system: its scheme. It is verified once and then replaced. */
  readonly legacyPasswordScheme?: User['legacyPasswordScheme'];
  readonly username?: string | null;
  readonly role?: User['role'];
  /** True where a provider vouches for the address: then nothing has to be mailed. */
  readonly emailVerified?: boolean;
  readonly profile?: Partial<Pick<UserProfile, 'displayName' | 'avatar' | 'timezone'>>;
  /** How long the link in the mail works, in seconds: a day, at most seven. */
  readonly verificationExpiresInSeconds?: number;
}

export interface CreatedAccount {
  readonly user: UserWithoutSecrets;
  /** To be mailed; the database has only its hash. Null when the address is verified already. */
  readonly verificationToken: string | null;
}

/**
 * Creates the account, its profile and the proof of its address in one statement: none of them is ever there without
 * the others. The address is stored in the spelling of `parseEmailAddress`, and the zone in that of `parseTimeZone`, both of
 * @codezest/db-types.
 *
 * @throws {InvalidEmailAddressError} EMAIL_ADDRESS_INVALID, of @codezest/db-types
 * @throws {UnknownTimeZoneError} TIME_ZONE_UNKNOWN, of @codezest/db-types
 * @throws {EmailTakenError} EMAIL_TAKEN
 * @throws {UsernameTakenError} USERNAME_TAKEN
 * @throws {InvalidPasswordHashError} PASSWORD_HASH_INVALID
 * @example
 * const { user, verificationToken } = await createAccount(prisma, {
 *   email: 'maya@example.com', passwordHash, firstName: 'Maya', lastName: 'Lindqvist',
 * });
 */
export async function createAccount(client: Client, account: NewAccount): Promise<CreatedAccount> {
  const { profile = {}, emailVerified = false } = account;
  requireAnswer(emailVerified, 'emailVerified');
  const verificationToken = emailVerified ? null : randomToken();
  try {
    const [user] = await rowsOf(client, insertAccount, [
      account.id ?? newId<'User'>(),
      parseEmailAddress(account.email),
      account.passwordHash,
      account.firstName,
      account.lastName,
      account.username ?? null,
      account.role ?? 'STUDENT',
      emailVerified,
      newId<'UserProfile'>(),
      profile.displayName ?? null,
      profile.avatar ?? null,
      profile.timezone == null ? null : parseTimeZone(profile.timezone),
      newId<'EmailVerification'>(),
      verificationToken === null ? null : tokenHash(verificationToken),
      account.verificationExpiresInSeconds ?? DAY_IN_SECONDS,
      account.legacyPasswordScheme ?? null,
    ]);
    return { user: user as UserWithoutSecrets, verificationToken };
  } catch (error) {
    if (isUniqueViolation(error, 'email')) throw new EmailTakenError({ cause: error });
    if (isUniqueViolation(error, 'username')) throw new UsernameTakenError({ cause: error });
    return hashRefusal(error);
  }
}

const insertAccount = statement<UserWithoutSecrets>(
  'auth.create_account',
  `WITH account AS (
     INSERT INTO users (id, email, password, first_name, last_name, username, role, email_verified, legacy_password_scheme)
     VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::text, $6::text, $7::"UserRole", $8::boolean,
       $16::"LegacyPasswordScheme")
     RETURNING *
   ), profile AS (
     INSERT INTO user_profiles (id, user_id, display_name, avatar, timezone)
     SELECT $9::uuid, id, $10::text, $11::text, $12::text FROM account
   ), verification AS (
     INSERT INTO email_verifications (id, user_id, email, token_hash, expires_at)
     SELECT $13::uuid, id, email, $14::bytea, now() + make_interval(secs => $15::float8)
     FROM account WHERE NOT email_verified
   )
   SELECT ${columnsOf.user('u')} FROM account u`,
);

/**
 * Deletes an account: from here on nobody gets in, and its address, username and OAuth accounts are free for a new one.
 * Sessions end, mailed tokens stop working, passkeys, provider tokens and second factors are destroyed. The row itself and
 * its history stay until the operator erases them (`codezest-db-auth retention`).
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @example
 * await deleteAccount(prisma, user.id);
 */
export async function deleteAccount(client: Client, userId: UserId): Promise<UserWithoutSecrets> {
  return inTransaction(client, async (transaction: Client) => {
    const user = await rowOf(transaction, markDeleted, [userId]);
    if (user === undefined) throw new AccountNotFoundError();
    // Sessions and mailed tokens end by the rule users_end_access. This is a statement of its own, after the account is
    // locked: it sees what was linked meanwhile.
    await rowsOf(transaction, emptyAccount, [userId]);
    return user;
  });
}

const markDeleted = statement<UserWithoutSecrets>(
  'auth.mark_account_deleted',
  `UPDATE users u SET deleted_at = now(), two_factor_enabled = false, updated_at = now()
   WHERE u.id = $1::uuid AND u.deleted_at IS NULL
   RETURNING ${columnsOf.user('u')}`,
);

const emptyAccount = statement<{ id: UserId }>(
  'auth.empty_deleted_account',
  `WITH providers AS (
     DELETE FROM oauth_accounts WHERE user_id = $1::uuid
   ), keys AS (
     DELETE FROM passkeys WHERE user_id = $1::uuid
   ), codes AS (
     DELETE FROM recovery_codes WHERE user_id = $1::uuid
   )
   DELETE FROM two_factor_credentials WHERE user_id = $1::uuid RETURNING id`,
);
