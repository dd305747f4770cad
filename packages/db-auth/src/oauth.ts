import {
  CodezestDbError,
  decrypt,
  encrypt,
  inTransaction,
  isUniqueViolation,
  newId,
  rowOf,
  statement,
} from '@codezest/db-core';
import type { OAuthAccountId, UserId } from '@codezest/db-types';
import type { OAuthAccount, OAuthProvider } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { lockAccount } from './account-state.js';
import type { Client } from './client.js';
import { type EncryptionOptions, encryptionKeys } from './encryption.js';

/** Somebody's account here is linked with this account at the provider. */
export class OAuthAccountTakenError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super('OAUTH_ACCOUNT_TAKEN', 'This account at the provider belongs to another account here.', options);
  }
}

/** The user has linked another account at this provider. */
export class OAuthProviderLinkedError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super('OAUTH_PROVIDER_LINKED', 'Another account at this provider is linked. Unlink it first.', options);
  }
}

/** The user has no account at this provider linked. */
export class OAuthAccountNotFoundError extends CodezestDbError {
  constructor() {
    super('OAUTH_ACCOUNT_NOT_FOUND', 'No account at this provider is linked.');
  }
}

/** Without it the user could never log in again. */
export class LastWayInError extends CodezestDbError {
  constructor() {
    super('LAST_WAY_IN', 'This is the only way to log in. Set a password or link another account first.');
  }
}

export type OAuthAccountWithoutSecrets = Omit<OAuthAccount, 'accessToken' | 'refreshToken'>;

export interface OAuthTokens {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  /** When the access token stops working. */
  readonly expiresAt: Date | null;
}

export interface LinkedOAuthAccount extends Partial<OAuthTokens> {
  readonly userId: UserId;
  readonly provider: OAuthProvider;
  /** The provider's own id of the account, never its e-mail address. */
  readonly providerId: string;
}

/**
 * Links the user with an account at a provider, or stores the newer tokens when it is linked already: so it is right at
 * every OAuth login. Tokens are encrypted for their row; those not given are removed.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {OAuthAccountTakenError} OAUTH_ACCOUNT_TAKEN
 * @throws {OAuthProviderLinkedError} OAUTH_PROVIDER_LINKED
 * @throws {KeyringError} KEYRING_INVALID, when there are tokens and no keys
 * @example
 * await linkOAuthAccount(prisma, { userId: user.id, provider: 'GITHUB', providerId: '1815', accessToken });
 */
export async function linkOAuthAccount(
  client: Client,
  account: LinkedOAuthAccount,
  options: EncryptionOptions = {},
): Promise<OAuthAccountWithoutSecrets> {
  const { userId, provider, providerId, accessToken, refreshToken, expiresAt } = account;
  try {
    return await inTransaction(client, async (transaction: Client) => {
      await lockAccount(transaction, userId);
      const linked = await rowOf(transaction, linkedAccount, [userId, provider, providerId]);
      const id = linked?.id ?? newId<'OAuthAccount'>();
      const stored = await rowOf(transaction, storeAccount, [
        id,
        userId,
        provider,
        providerId,
        accessToken ? encrypt(accessToken, accessTokenOf(id), encryptionKeys(options)) : null,
        refreshToken ? encrypt(refreshToken, refreshTokenOf(id), encryptionKeys(options)) : null,
        expiresAt ?? null,
      ]);
      return stored as OAuthAccountWithoutSecrets;
    });
  } catch (error) {
    if (isUniqueViolation(error, 'oauth_accounts_provider_provider_id_key')) {
      throw new OAuthAccountTakenError({ cause: error });
    }
    if (isUniqueViolation(error, 'oauth_accounts_user_id_provider_key')) {
      throw new OAuthProviderLinkedError({ cause: error });
    }
    throw error;
  }
}

const linkedAccount = statement<{ id: OAuthAccountId }>(
  'auth.linked_oauth_account',
  `SELECT id FROM oauth_accounts
   WHERE user_id = $1::uuid AND provider = $2::"OAuthProvider" AND provider_id = $3::text`,
);

const storeAccount = statement<OAuthAccountWithoutSecrets>(
  'auth.store_oauth_account',
  `INSERT INTO oauth_accounts AS a (id, user_id, provider, provider_id, access_token, refresh_token, expires_at)
   VALUES ($1::uuid, $2::uuid, $3::"OAuthProvider", $4::text, $5::text, $6::text, $7::timestamptz)
   ON CONFLICT (id) DO UPDATE SET access_token = excluded.access_token, refresh_token = excluded.refresh_token,
     expires_at = excluded.expires_at, updated_at = now()
   RETURNING ${columnsOf.oAuthAccount('a')}`,
);

/**
 * The tokens to act at the provider with, in clear: only where they are used, never into a response or a log.
 *
 * @throws {OAuthAccountNotFoundError} OAUTH_ACCOUNT_NOT_FOUND
 * @throws {UnknownKeyError} ENCRYPTION_KEY_UNKNOWN
 * @throws {DecryptionError} DECRYPTION_FAILED
 * @example
 * const { accessToken } = await readOAuthTokens(prisma, { userId: user.id, provider: 'GITHUB' });
 */
export async function readOAuthTokens(
  client: Client,
  { userId, provider }: { userId: UserId; provider: OAuthProvider },
  options: EncryptionOptions = {},
): Promise<OAuthTokens> {
  const stored = await rowOf(client, storedTokens, [userId, provider]);
  if (stored === undefined) throw new OAuthAccountNotFoundError();
  const { id, accessToken, refreshToken, expiresAt } = stored;
  return {
    accessToken: accessToken && decrypt(accessToken, accessTokenOf(id), encryptionKeys(options)),
    refreshToken: refreshToken && decrypt(refreshToken, refreshTokenOf(id), encryptionKeys(options)),
    expiresAt,
  };
}

const storedTokens = statement<OAuthTokens & { id: OAuthAccountId }>(
  'auth.oauth_tokens',
  `SELECT id, access_token AS "accessToken", refresh_token AS "refreshToken", expires_at AS "expiresAt"
   FROM oauth_accounts WHERE user_id = $1::uuid AND provider = $2::"OAuthProvider"`,
);

/**
 * Unlinks the user's account at a provider, unless it is the only way in. Of two that are unlinked at once the second
 * sees that the first has gone.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {OAuthAccountNotFoundError} OAUTH_ACCOUNT_NOT_FOUND
 * @throws {LastWayInError} LAST_WAY_IN
 * @example
 * await unlinkOAuthAccount(prisma, { userId: user.id, provider: 'GITHUB' });
 */
export function unlinkOAuthAccount(
  client: Client,
  { userId, provider }: { userId: UserId; provider: OAuthProvider },
): Promise<void> {
  return inTransaction(client, async (transaction: Client) => {
    await lockAccount(transaction, userId);
    const account = await rowOf(transaction, unlinkAccount, [userId, provider]);
    if (!account?.wasLinked) throw new OAuthAccountNotFoundError();
    if (!account.isUnlinked) throw new LastWayInError();
  });
}

// Not left to the deferred rule: that speaks at COMMIT, when the caller believes that it is done.
const unlinkAccount = statement<{ wasLinked: boolean; isUnlinked: boolean }>(
  'auth.unlink_oauth_account',
  `WITH unlinked AS (
     DELETE FROM oauth_accounts a USING users u
     WHERE a.user_id = $1::uuid AND a.provider = $2::"OAuthProvider" AND u.id = a.user_id
       AND (u.password IS NOT NULL
         OR EXISTS (SELECT FROM oauth_accounts o WHERE o.user_id = a.user_id AND o.provider <> a.provider))
     RETURNING a.id
   )
   SELECT EXISTS (SELECT FROM oauth_accounts WHERE user_id = $1::uuid AND provider = $2::"OAuthProvider") AS "wasLinked",
     EXISTS (SELECT FROM unlinked) AS "isUnlinked"`,
);

const accessTokenOf = (rowId: OAuthAccountId) => ({ table: 'oauth_accounts', column: 'access_token', rowId });
const refreshTokenOf = (rowId: OAuthAccountId) => ({
  table: 'oauth_accounts',
  column: 'refresh_token',
  rowId,
});
