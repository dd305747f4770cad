import { rowsOf, statement } from '@codezest/db-core';
import type { PendingLoginId, SessionId, UserId } from '@codezest/db-types';
import type { Client } from './client.js';
import { revokeAllSessions } from './sessions.js';

/** What a new proof ends in the account. Each is a statement of its own, after the one that locked the account. */
interface Eviction {
  readonly userId: UserId;
  readonly reason: 'PASSWORD_CHANGED' | 'MAILBOX_PROVEN';
  /** The login in which the proof was given. */
  readonly exceptSessionId?: SessionId | undefined;
  /** As `exceptSessionId`, where the login is not complete yet. */
  readonly exceptLoginId?: PendingLoginId;
  /** Leaves mailed resets alone, about which the caller decides. */
  readonly exceptResets?: boolean;
}

/**
 * Ends everything that is under way: sessions, logins, mailed tokens, and what was known of devices. Whoever knew the
 * old password, or the account before its owner did, may have begun it.
 */
export async function endAllUnderWay(
  transaction: Client,
  { userId, reason, exceptSessionId, exceptLoginId, exceptResets = false }: Eviction,
): Promise<void> {
  await rowsOf(transaction, endTokens, [userId, exceptLoginId ?? null, exceptResets]);
  await revokeAllSessions(transaction, { userId, reason, ...(exceptSessionId && { exceptSessionId }) });
}

const endTokens = statement<{ id: string }>(
  'auth.end_all_under_way',
  `WITH resets AS (
     UPDATE password_resets SET consumed_at = now(), updated_at = now()
     WHERE user_id = $1::uuid AND consumed_at IS NULL AND NOT $3::boolean
   ), verifications AS (
     UPDATE email_verifications SET consumed_at = now(), updated_at = now()
     WHERE user_id = $1::uuid AND consumed_at IS NULL
   ), changes AS (
     UPDATE email_changes SET consumed_at = now(), updated_at = now()
     WHERE user_id = $1::uuid AND consumed_at IS NULL
   ), logins AS (
     UPDATE pending_logins SET consumed_at = now(), updated_at = now()
     WHERE user_id = $1::uuid AND consumed_at IS NULL AND id IS DISTINCT FROM $2::uuid
   ), challenges AS (
     UPDATE passkey_challenges SET consumed_at = now(), updated_at = now()
     WHERE user_id = $1::uuid AND consumed_at IS NULL
   )
   DELETE FROM known_devices WHERE user_id = $1::uuid RETURNING id`,
);

/**
 * Removes the ways in that nobody with the account's mailbox is known to have made: linked accounts, passkeys, the second
 * factor. They may have been planted by whoever registered the address before its owner, or knew the password
 * (Sudhodanan and Paverd, Pre-hijacked accounts, USENIX Security 2022). The last way in stays.
 */
export async function removeUnprovenWaysIn(transaction: Client, userId: UserId): Promise<void> {
  await rowsOf(transaction, removeUnproven, [userId]);
  await rowsOf(transaction, removeUnprovenSecondFactor, [userId]);
}

const removeUnproven = statement<{ id: string }>(
  'auth.remove_unproven_ways_in',
  `WITH account AS (
     SELECT id FROM users u WHERE id = $1::uuid AND (password IS NOT NULL
       OR EXISTS (SELECT FROM oauth_accounts WHERE user_id = u.id AND proven_at IS NOT NULL)
       OR EXISTS (SELECT FROM passkeys WHERE user_id = u.id AND proven_at IS NOT NULL))
   ), links AS (
     DELETE FROM oauth_accounts o USING account WHERE o.user_id = account.id AND o.proven_at IS NULL
   )
   DELETE FROM passkeys p USING account WHERE p.user_id = account.id AND p.proven_at IS NULL RETURNING p.id`,
);

const removeUnprovenSecondFactor = statement<{ id: string }>(
  'auth.remove_unproven_second_factor',
  `WITH credential AS (
     DELETE FROM two_factor_credentials WHERE user_id = $1::uuid AND proven_at IS NULL RETURNING user_id
   ), account AS (
     UPDATE users u SET two_factor_enabled = false, two_factor_attempts = 0, two_factor_locked_until = NULL, updated_at = now()
     FROM credential WHERE u.id = credential.user_id
   )
   DELETE FROM recovery_codes r USING credential WHERE r.user_id = credential.user_id RETURNING r.id`,
);

/** The account moves to another mailbox, whose holder has confirmed none of its ways in yet. They go on working. */
export async function forgetProofs(transaction: Client, userId: UserId): Promise<void> {
  await rowsOf(transaction, unproven, [userId]);
}

const unproven = statement<{ id: string }>(
  'auth.forget_proofs',
  `WITH links AS (
     UPDATE oauth_accounts SET proven_at = NULL, updated_at = now() WHERE user_id = $1::uuid AND proven_at IS NOT NULL
   ), keys AS (
     UPDATE passkeys SET proven_at = NULL, updated_at = now() WHERE user_id = $1::uuid AND proven_at IS NOT NULL
   )
   UPDATE two_factor_credentials SET proven_at = NULL, updated_at = now()
   WHERE user_id = $1::uuid AND proven_at IS NOT NULL RETURNING id`,
);
