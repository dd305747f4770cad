import {
  decrypt,
  encrypt,
  inTransaction,
  isUniqueViolation,
  newId,
  read,
  rowOf,
  rowsOf,
  statement,
} from '@codezest/db-core';
import type { OAuthAccountId, UserId } from '@codezest/db-types';
import type { OAuthAccount, OAuthProvider } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { lockAccount, lockUsableAccount } from './account-state.js';
import { isProvenByProvider } from './answers.js';
import type { Client } from './client.js';
import { storedAddress } from './email-address.js';
import { type EncryptionOptions, encryptionKeys } from './encryption.js';
import {
  LastWayInError,
  OAuthAccountAmbiguousError,
  OAuthAccountNotFoundError,
  OAuthAccountTakenError,
} from './ways-in-errors.js';

export type OAuthAccountWithoutSecrets = Omit<OAuthAccount, 'accessToken' | 'refreshToken'>;

export interface OAuthTokens {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  /** When the access token stops working. */
  readonly expiresAt: Date | null;
}

/** An account at a provider, as that tells of it. */
export interface ProviderAccount extends Partial<OAuthTokens> {
  readonly provider: OAuthProvider;
  /** The provider's own id of the account, never its e-mail address. */
  readonly providerId: string;
  /** The address that the provider has for it. */
  readonly email?: string | null;
  /** Whether the provider has proven that address, as it says so: `email_verified` of OpenID Connect, a text at Apple. */
  readonly emailVerified?: boolean | 'true' | 'false' | null;
}

export interface LinkedOAuthAccount extends ProviderAccount {
  readonly userId: UserId;
}

/**
 * Links the user with an account at a provider, or stores the newer tokens when it is linked already. Tokens are encrypted
 * for their row. Those that the provider does not send are kept: Google sends a refresh token at the first consent alone.
 * The link counts as its owner's where the provider has proven the account's own, proven address; others want a
 * confirmation (`issueWaysInConfirmation`), or a password reset removes them.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {OAuthAccountTakenError} OAUTH_ACCOUNT_TAKEN
 * @throws {AccountUnavailableError} ACCOUNT_UNAVAILABLE
 * @throws {KeyringError} KEYRING_INVALID, when there are tokens and no keys
 * @example
 * await linkOAuthAccount(prisma, { userId: user.id, provider: 'GITHUB', providerId: '1815', accessToken });
 */
export async function linkOAuthAccount(
  client: Client,
  account: LinkedOAuthAccount,
  options: EncryptionOptions = {},
): Promise<OAuthAccountWithoutSecrets> {
  try {
    return await inTransaction(client, async (transaction: Client) => {
      await lockUsableAccount(transaction, account.userId);
      return storeOAuthAccount(transaction, account, options);
    });
  } catch (error) {
    throw isUniqueViolation(error, 'oauth_accounts_provider_provider_id_key')
      ? new OAuthAccountTakenError({ cause: error })
      : error;
  }
}

/** Needs the account's lock. */
export async function storeOAuthAccount(
  transaction: Client,
  account: LinkedOAuthAccount,
  options: EncryptionOptions,
): Promise<OAuthAccountWithoutSecrets> {
  const { userId, provider, providerId, accessToken, refreshToken, expiresAt, email, emailVerified } =
    account;
  const linked = await rowOf(transaction, linkedAccount, [userId, provider, providerId]);
  const id = linked?.id ?? newId<'OAuthAccount'>();
  const stored = await rowOf(transaction, storeAccount, [
    id,
    userId,
    provider,
    providerId,
    accessToken ? encrypt(accessToken, accessTokenOf(id), encryptionKeys(options)) : null,
    refreshToken ? encrypt(refreshToken, refreshTokenOf(id), encryptionKeys(options)) : null,
    accessToken ? (expiresAt ?? null) : null,
    email == null ? null : storedAddress(email),
    isProvenByProvider(emailVerified),
  ]);
  return stored as OAuthAccountWithoutSecrets;
}

/** Whether the account is linked now. Needs the account's lock. */
export async function isLinked(
  transaction: Client,
  userId: UserId,
  { provider, providerId }: ProviderAccount,
): Promise<boolean> {
  return (await rowOf(transaction, linkedAccount, [userId, provider, providerId])) !== undefined;
}

const linkedAccount = statement<{ id: OAuthAccountId }>(
  'auth.linked_oauth_account',
  `SELECT id FROM oauth_accounts
   WHERE user_id = $1::uuid AND provider = $2::"OAuthProvider" AND provider_id = $3::text`,
);

const storeAccount = statement<OAuthAccountWithoutSecrets>(
  'auth.store_oauth_account',
  `INSERT INTO oauth_accounts AS a (id, user_id, provider, provider_id, access_token, refresh_token, expires_at,
     provider_email, proven_at)
   SELECT $1::uuid, $2::uuid, $3::"OAuthProvider", $4::text, $5::text, $6::text, $7::timestamptz, $8::text,
     CASE WHEN $9::boolean AND u.email_verified AND u.email = $8::text THEN now() END
   FROM users u WHERE u.id = $2::uuid
   ON CONFLICT (id) DO UPDATE SET access_token = coalesce(excluded.access_token, a.access_token),
     refresh_token = coalesce(excluded.refresh_token, a.refresh_token),
     expires_at = CASE WHEN excluded.access_token IS NULL THEN a.expires_at ELSE excluded.expires_at END,
     provider_email = coalesce(excluded.provider_email, a.provider_email),
     proven_at = coalesce(a.proven_at, excluded.proven_at), updated_at = now()
   RETURNING ${columnsOf.oAuthAccount('a')}`,
);

/** Which of the user's accounts. */
export interface OAuthAccountChoice {
  readonly userId: UserId;
  readonly provider: OAuthProvider;
  /** Needed where the user has several at this provider. */
  readonly providerId?: string;
}

/** The one account that is meant. */
async function chosenAccount(client: Client, choice: OAuthAccountChoice): Promise<StoredTokens> {
  const { userId, provider, providerId } = choice;
  const [first, second] = await rowsOf(client, storedTokens, [userId, provider, providerId ?? null]);
  if (first === undefined) throw new OAuthAccountNotFoundError();
  if (second !== undefined) throw new OAuthAccountAmbiguousError();
  return first;
}

interface StoredTokens extends OAuthTokens {
  readonly id: OAuthAccountId;
}

/**
 * The tokens to act at the provider with, in clear: only where they are used, never into a response or a log.
 *
 * @throws {OAuthAccountNotFoundError} OAUTH_ACCOUNT_NOT_FOUND
 * @throws {OAuthAccountAmbiguousError} OAUTH_ACCOUNT_AMBIGUOUS
 * @throws {UnknownKeyError} ENCRYPTION_KEY_UNKNOWN
 * @throws {DecryptionError} DECRYPTION_FAILED
 * @example
 * const { accessToken } = await readOAuthTokens(prisma, { userId: user.id, provider: 'GITHUB' });
 */
export async function readOAuthTokens(
  client: Client,
  choice: OAuthAccountChoice,
  options: EncryptionOptions = {},
): Promise<OAuthTokens> {
  const { id, accessToken, refreshToken, expiresAt } = await chosenAccount(client, choice);
  return {
    accessToken: accessToken && decrypt(accessToken, accessTokenOf(id), encryptionKeys(options)),
    refreshToken: refreshToken && decrypt(refreshToken, refreshTokenOf(id), encryptionKeys(options)),
    expiresAt,
  };
}

const storedTokens = read<StoredTokens>(
  'auth.oauth_tokens',
  `SELECT id, access_token AS "accessToken", refresh_token AS "refreshToken", expires_at AS "expiresAt"
   FROM oauth_accounts WHERE user_id = $1::uuid AND provider = $2::"OAuthProvider"
     AND ($3::text IS NULL OR provider_id = $3::text) LIMIT 2`,
);

/**
 * Removes the tokens of an account that stays linked: the user has revoked the consent, or the provider refuses them.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {OAuthAccountNotFoundError} OAUTH_ACCOUNT_NOT_FOUND
 * @throws {OAuthAccountAmbiguousError} OAUTH_ACCOUNT_AMBIGUOUS
 * @example
 * await forgetOAuthTokens(prisma, { userId: user.id, provider: 'GOOGLE' });
 */
export async function forgetOAuthTokens(client: Client, choice: OAuthAccountChoice): Promise<void> {
  return inTransaction(client, async (transaction: Client) => {
    await lockAccount(transaction, choice.userId);
    const { id } = await chosenAccount(transaction, choice);
    await rowsOf(transaction, removeTokens, [id]);
  });
}

const removeTokens = statement<{ id: OAuthAccountId }>(
  'auth.forget_oauth_tokens',
  `UPDATE oauth_accounts SET access_token = NULL, refresh_token = NULL, expires_at = NULL, updated_at = now()
   WHERE id = $1::uuid RETURNING id`,
);

/**
 * Unlinks the user's account at a provider, unless it is the only way in. Of two that are unlinked at once the second
 * sees that the first has gone.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {OAuthAccountNotFoundError} OAUTH_ACCOUNT_NOT_FOUND
 * @throws {OAuthAccountAmbiguousError} OAUTH_ACCOUNT_AMBIGUOUS
 * @throws {LastWayInError} LAST_WAY_IN
 * @example
 * await unlinkOAuthAccount(prisma, { userId: user.id, provider: 'GITHUB' });
 */
export async function unlinkOAuthAccount(client: Client, choice: OAuthAccountChoice): Promise<void> {
  return inTransaction(client, async (transaction: Client) => {
    await lockAccount(transaction, choice.userId);
    const { id } = await chosenAccount(transaction, choice);
    if ((await rowOf(transaction, unlinkAccount, [id])) === undefined) throw new LastWayInError();
  });
}

// Not left to the deferred rule: that speaks at COMMIT, when the caller believes that it is done.
const unlinkAccount = statement<{ id: OAuthAccountId }>(
  'auth.unlink_oauth_account',
  `DELETE FROM oauth_accounts a USING users u
   WHERE a.id = $1::uuid AND u.id = a.user_id
     AND (u.password IS NOT NULL OR EXISTS (SELECT FROM passkeys p WHERE p.user_id = a.user_id)
       OR EXISTS (SELECT FROM oauth_accounts o WHERE o.user_id = a.user_id AND o.id <> a.id))
   RETURNING a.id`,
);

const accessTokenOf = (rowId: OAuthAccountId) => ({ table: 'oauth_accounts', column: 'access_token', rowId });
const refreshTokenOf = (rowId: OAuthAccountId) => ({
  table: 'oauth_accounts',
  column: 'refresh_token',
  rowId,
});
