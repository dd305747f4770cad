import {
  CodezestDbError,
  inTransaction,
  isUniqueViolation,
  newId,
  rowOf,
  statement,
  storableText,
} from '@codezest/db-core';
import { parseTimeZone, type UserId } from '@codezest/db-types';
import type { UserProfile } from '../generated/client.js';
import { EmailTakenError } from './account-errors.js';
import { USABLE } from './account-state.js';
import { isProvenByProvider } from './answers.js';
import type { Client } from './client.js';
import { storedAddress } from './email-address.js';
import type { EncryptionOptions } from './encryption.js';
import { isLinked, type ProviderAccount, storeOAuthAccount } from './oauth.js';
import {
  insertPendingLogin,
  type LoginOrigin,
  type LoginStep,
  lockPendingLogin,
  refused,
  stepOf,
} from './pending-login.js';
import { OAuthAccountTakenError } from './ways-in-errors.js';

/** The provider told no e-mail address, and an account needs one. */
export class EmailMissingError extends CodezestDbError {
  constructor() {
    super(
      'EMAIL_MISSING',
      'The provider gave no usable e-mail address. Ask the person for one and create the account.',
    );
  }
}

export interface LoginByOAuth extends ProviderAccount, Omit<LoginOrigin, 'deviceToken'> {
  /** As the provider tells it; where it tells none, as GitHub of who has set none, what stands before the @ of the address. */
  readonly firstName: string | null | undefined;
  readonly lastName?: string | null;
  readonly profile?: Partial<Pick<UserProfile, 'displayName' | 'avatar' | 'timezone'>>;
}

export type OAuthLogin = LoginStep & {
  /** `REGISTERED`: the account is new. `LINKED`: it was found by its address, which both sides have proven. */
  readonly account: 'KNOWN' | 'LINKED' | 'REGISTERED' | null;
};

/**
 * A login by a provider: finds the account that is linked, or links the one of the same address, or registers one, in one
 * locked step. By address only where the provider and we have proven it: else either side could be somebody else's. A
 * second factor is asked for as after a password.
 *
 * @throws {EmailTakenError} EMAIL_TAKEN: an account has the address, and one side has not proven it. Let the person log in
 * to it (`beginMailedLogin` proves our side), then link.
 * @throws {EmailMissingError} EMAIL_MISSING
 * @throws {OAuthAccountTakenError} OAUTH_ACCOUNT_TAKEN, when another login took it at this moment
 * @throws {KeyringError} KEYRING_INVALID, when there are tokens and no keys
 * @example
 * const login = await logInWithOAuth(prisma, {
 *   provider: 'GOOGLE', providerId: claims.sub, email: claims.email, emailVerified: claims.email_verified,
 *   firstName: claims.given_name, lastName: claims.family_name, refreshToken, accessToken,
 * });
 */
export async function logInWithOAuth(
  client: Client,
  login: LoginByOAuth,
  options: EncryptionOptions = {},
): Promise<OAuthLogin> {
  return inTransaction(client, async (transaction: Client): Promise<OAuthLogin> => {
    // Of two first logins at once the second waits for the account of the first, and then finds it.
    const found =
      (await findAccount(transaction, login)) ??
      (await registerAccount(transaction, login)) ??
      (await findAccount(transaction, login));
    if (found === undefined) throw new EmailTakenError();
    if (!found.isUsable) return { ...refused('NOT_COMPARED'), account: null };
    await storeOAuthAccount(transaction, { ...login, userId: found.id }, options);
    const { token } = await insertPendingLogin(transaction, {
      ...login,
      userId: found.id,
      loginMethod: 'OAUTH',
      isProven: true,
    });
    const pending = await lockPendingLogin(transaction, token);
    const step = pending === undefined ? refused('EXPIRED') : stepOf(pending, token);
    return { ...step, account: found.account };
  }).catch((error: unknown) => {
    throw isUniqueViolation(error, 'oauth_accounts_provider_provider_id_key')
      ? new OAuthAccountTakenError({ cause: error })
      : error;
  });
}

interface FoundAccount {
  readonly id: UserId;
  readonly isUsable: boolean;
  readonly account: 'KNOWN' | 'LINKED' | 'REGISTERED';
}

async function findAccount(transaction: Client, login: LoginByOAuth): Promise<FoundAccount | undefined> {
  const { provider, providerId, emailVerified } = login;
  const linked = await rowOf(transaction, accountOfProvider, [provider, providerId]);
  // Asked anew: what waited for the lock was found before a reset removed the link.
  if (linked !== undefined && (await isLinked(transaction, linked.id, login)))
    return { ...linked, account: 'KNOWN' };
  const email = addressOf(login);
  const sameAddress = await rowOf(transaction, accountOfAddress, [email]);
  if (sameAddress === undefined) return undefined;
  if (!isProvenByProvider(emailVerified) || !sameAddress.isVerified) throw new EmailTakenError();
  return { ...sameAddress, account: 'LINKED' };
}

function addressOf({ email }: LoginByOAuth): string {
  const address = email == null ? null : storedAddress(email);
  if (address === null) throw new EmailMissingError();
  return address;
}

// Locked by an UPDATE that changes nothing, as lockAccount does.
const accountOfProvider = statement<{ id: UserId; isUsable: boolean }>(
  'auth.account_of_provider',
  `UPDATE users u SET updated_at = u.updated_at FROM oauth_accounts o
   WHERE o.provider = $1::"OAuthProvider" AND o.provider_id = $2::text AND u.id = o.user_id AND u.deleted_at IS NULL
   RETURNING u.id, ${USABLE} AS "isUsable"`,
);

const accountOfAddress = statement<{ id: UserId; isUsable: boolean; isVerified: boolean }>(
  'auth.account_of_provider_address',
  `UPDATE users u SET updated_at = u.updated_at WHERE u.email = $1::text AND u.deleted_at IS NULL
   RETURNING u.id, ${USABLE} AS "isUsable", u.email_verified AS "isVerified"`,
);

async function registerAccount(transaction: Client, login: LoginByOAuth): Promise<FoundAccount | undefined> {
  const { profile = {} } = login;
  const email = addressOf(login);
  const registered = await rowOf(transaction, insertAccount, [
    newId<'User'>(),
    email,
    nameOf(login.firstName) || email.slice(0, email.lastIndexOf('@')),
    nameOf(login.lastName),
    isProvenByProvider(login.emailVerified),
    newId<'UserProfile'>(),
    profile.displayName ?? null,
    profile.avatar ?? null,
    profile.timezone == null ? null : parseTimeZone(profile.timezone),
  ]);
  return registered && { id: registered.id, isUsable: true, account: 'REGISTERED' };
}

/** A name is the person's to choose at the provider: it stops no registration. */
const nameOf = (name: string | null | undefined): string => storableText(name, NAME_LENGTH)?.trim() ?? '';
const NAME_LENGTH = 100;

// ON CONFLICT, so that the address that somebody else takes at this moment is waited for, and not an error.
const insertAccount = statement<{ id: UserId }>(
  'auth.register_by_provider',
  `WITH account AS (
     INSERT INTO users (id, email, first_name, last_name, email_verified)
     VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::boolean)
     ON CONFLICT DO NOTHING RETURNING id
   ), profile AS (
     INSERT INTO user_profiles (id, user_id, display_name, avatar, timezone)
     SELECT $6::uuid, id, $7::text, $8::text, $9::text FROM account
   )
   SELECT id FROM account`,
);
