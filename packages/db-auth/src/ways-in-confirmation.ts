import { inTransaction, newId, rowOf, rowsOf, statement, tokenHash } from '@codezest/db-core';
import type { OAuthAccountId, PasskeyId, TwoFactorCredentialId, UserId } from '@codezest/db-types';
import type { OAuthProvider } from '../generated/client.js';
import type { Client } from './client.js';
import { consuming, InvalidTokenError, type IssuedToken, issueToken, issuing } from './one-time-tokens.js';

const DAY_IN_SECONDS = 24 * 60 * 60;

/** A way in that nobody with the account's mailbox is known to have made. */
export type UnconfirmedWayIn = { readonly addedAt: Date } & (
  | {
      readonly kind: 'OAUTH_ACCOUNT';
      readonly id: OAuthAccountId;
      readonly provider: OAuthProvider;
      /** The address at the provider, where that told it. */
      readonly name: string | null;
    }
  | {
      readonly kind: 'PASSKEY';
      readonly id: PasskeyId;
      readonly provider: null;
      readonly name: string | null;
    }
  | {
      readonly kind: 'AUTHENTICATOR';
      readonly id: TwoFactorCredentialId;
      readonly provider: null;
      readonly name: null;
    }
);

export interface IssuedConfirmation extends IssuedToken {
  /** What the token confirms, oldest first. The mail has to name all of it: a thief's may be among it. */
  readonly waysIn: readonly UnconfirmedWayIn[];
}

/**
 * A token for the mail that tells of a new second factor, passkey or linked account: "these can log in now: … If all of them
 * are yours, confirm; if not, set a new password". What nobody confirms goes when the password is reset, because whoever knew
 * the password may have planted it; what was confirmed stays.
 *
 * @param options.expiresInSeconds a day, at most seven.
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {AccountUnavailableError} ACCOUNT_UNAVAILABLE
 * @example
 * const { token, email, waysIn } = await issueWaysInConfirmation(prisma, user.id);
 */
export async function issueWaysInConfirmation(
  client: Client,
  userId: UserId,
  { expiresInSeconds = DAY_IN_SECONDS }: { expiresInSeconds?: number } = {},
): Promise<IssuedConfirmation> {
  return inTransaction(client, async (transaction: Client) => {
    const id = newId<'EmailVerification'>();
    const issued = await issueToken(transaction, userId, insertConfirmation, [id, expiresInSeconds]);
    return { ...issued, waysIn: await rowsOf(transaction, waysInOf, [id]) };
  });
}

const UNCONFIRMED = (table: string) =>
  `ARRAY(SELECT id FROM ${table} WHERE user_id = u.id AND proven_at IS NULL)`;

const insertConfirmation = issuing(
  'ways_in_confirmation',
  'email_verifications',
  {
    email: 'u.email',
    purpose: "'WAYS_IN'",
    oauth_account_ids: UNCONFIRMED('oauth_accounts'),
    passkey_ids: UNCONFIRMED('passkeys'),
    two_factor_credential_ids: UNCONFIRMED('two_factor_credentials'),
  },
  { where: "purpose = 'WAYS_IN'" },
);

const waysInOf = statement<UnconfirmedWayIn>(
  'auth.ways_in_of_confirmation',
  `SELECT found.* FROM email_verifications v, LATERAL (
     SELECT 'OAUTH_ACCOUNT' AS kind, id, provider::text, provider_email AS name, created_at AS "addedAt"
     FROM oauth_accounts WHERE user_id = v.user_id AND id = ANY (v.oauth_account_ids)
     UNION ALL
     SELECT 'PASSKEY', id, NULL, name, created_at FROM passkeys WHERE user_id = v.user_id AND id = ANY (v.passkey_ids)
     UNION ALL
     SELECT 'AUTHENTICATOR', id, NULL, NULL, created_at
     FROM two_factor_credentials WHERE user_id = v.user_id AND id = ANY (v.two_factor_credential_ids)
   ) found
   WHERE v.id = $1::uuid ORDER BY found."addedAt", found.id`,
);

/**
 * Takes the token, once: the ways in that were named when it was issued count as the owner's, and none that came after.
 * Returns how many were not before.
 *
 * @throws {InvalidTokenError} TOKEN_INVALID
 * @example
 * const confirmed = await consumeWaysInConfirmation(prisma, token);
 */
export async function consumeWaysInConfirmation(client: Client, token: string): Promise<number> {
  return inTransaction(client, async (transaction: Client) => {
    const consumed = await rowOf(transaction, takeConfirmation, [tokenHash(token)]);
    if (consumed === undefined) throw new InvalidTokenError();
    return (await rowsOf(transaction, confirmWaysIn, [consumed.id])).length;
  });
}

const takeConfirmation = statement<{ id: string }>(
  'auth.consume_ways_in_confirmation',
  `${consuming('email_verifications', 't.id', "t.purpose = 'WAYS_IN'")} SELECT id FROM consumed`,
);

const confirmWaysIn = statement<{ id: string }>(
  'auth.confirm_ways_in',
  `WITH confirmed AS (
     SELECT user_id, oauth_account_ids, passkey_ids, two_factor_credential_ids FROM email_verifications WHERE id = $1::uuid
   ), links AS (
     UPDATE oauth_accounts w SET proven_at = now(), updated_at = now() FROM confirmed c
     WHERE w.user_id = c.user_id AND w.id = ANY (c.oauth_account_ids) AND w.proven_at IS NULL RETURNING w.id
   ), keys AS (
     UPDATE passkeys w SET proven_at = now(), updated_at = now() FROM confirmed c
     WHERE w.user_id = c.user_id AND w.id = ANY (c.passkey_ids) AND w.proven_at IS NULL RETURNING w.id
   ), authenticators AS (
     UPDATE two_factor_credentials w SET proven_at = now(), updated_at = now() FROM confirmed c
     WHERE w.user_id = c.user_id AND w.id = ANY (c.two_factor_credential_ids) AND w.proven_at IS NULL RETURNING w.id
   )
   SELECT id FROM links UNION ALL SELECT id FROM keys UNION ALL SELECT id FROM authenticators`,
);
