import { inTransaction, newId, randomToken, rowOf, rowsOf, statement, tokenHash } from '@codezest/db-core';
import { parseUserId, type UserId } from '@codezest/db-types';
import { lockUsableAccount, USABLE } from './account-state.js';
import { requireAnswer } from './answers.js';
import type { Client } from './client.js';
import { bytesOf, InvalidPasskeyError, isCounter } from './passkeys.js';
import {
  insertPendingLogin,
  type LoginOrigin,
  type LoginStep,
  lockPendingLogin,
  refused,
  stepOf,
} from './pending-login.js';

const CHALLENGE_SECONDS = 5 * 60;

/** What a challenge is for. A login needs no user: the passkey itself says whose it is. */
export type PasskeyPurpose =
  | { readonly purpose: 'LOGIN' }
  | { readonly purpose: 'REGISTRATION'; readonly userId: UserId };

export interface IssuedChallenge {
  /** base64url of 32 random bytes, as libraries take it. */
  readonly challenge: string;
  /** Five minutes. */
  readonly expiresAt: Date;
}

/**
 * A challenge for the browser. The database remembers its hash, so that the answer to it works once.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {AccountUnavailableError} ACCOUNT_UNAVAILABLE
 * @example
 * const { challenge } = await issuePasskeyChallenge(prisma, { purpose: 'LOGIN' });
 */
export async function issuePasskeyChallenge(
  client: Client,
  purpose: PasskeyPurpose,
): Promise<IssuedChallenge> {
  const userId = purpose.purpose === 'REGISTRATION' ? purpose.userId : null;
  return inTransaction(client, async (transaction: Client) => {
    if (userId !== null) await lockUsableAccount(transaction, userId);
    const challenge = randomToken();
    const issued = await rowOf(transaction, insertChallenge, [
      newId<'PasskeyChallenge'>(),
      userId,
      purpose.purpose,
      tokenHash(challenge),
      CHALLENGE_SECONDS,
    ]);
    return { challenge, ...(issued as { expiresAt: Date }) };
  });
}

const insertChallenge = statement<{ expiresAt: Date }>(
  'auth.issue_passkey_challenge',
  `INSERT INTO passkey_challenges (id, user_id, purpose, challenge_hash, expires_at)
   VALUES ($1::uuid, $2::uuid, $3::"PasskeyChallengePurpose", $4::bytea, now() + make_interval(secs => $5::float8))
   RETURNING expires_at AS "expiresAt"`,
);

/**
 * Takes a challenge back, once: true where it was issued for this purpose (and this user), has not expired and was not
 * answered before. What a library takes as `expectedChallenge: (challenge) => consumePasskeyChallenge(…)`.
 *
 * @example
 * const isOurs = await consumePasskeyChallenge(prisma, { purpose: 'LOGIN', challenge });
 */
export async function consumePasskeyChallenge(
  client: Client,
  answered: PasskeyPurpose & { readonly challenge: string },
): Promise<boolean> {
  const userId = answered.purpose === 'REGISTRATION' ? answered.userId : null;
  const hash = tokenHash(answered.challenge);
  return (await rowOf(client, takeChallenge, [hash, answered.purpose, userId]))?.isLive ?? false;
}

const takeChallenge = statement<{ isLive: boolean }>(
  'auth.consume_passkey_challenge',
  `UPDATE passkey_challenges SET consumed_at = now(), updated_at = now()
   WHERE challenge_hash = $1::bytea AND purpose = $2::"PasskeyChallengePurpose" AND user_id IS NOT DISTINCT FROM $3::uuid
     AND consumed_at IS NULL
   RETURNING expires_at > now() AS "isLive"`,
);

/** An answer that the service's library has verified. */
export interface LoginByPasskey extends Omit<LoginOrigin, 'deviceToken'> {
  readonly credentialId: Uint8Array | string;
  /** The authenticator's, after this login. */
  readonly signCount: number;
  readonly backedUp: boolean;
  readonly userVerified: boolean;
  /** Of the answer, where it has one: it must name the owner of the passkey, which libraries do not compare. */
  readonly userHandle?: string | null | undefined;
}

/**
 * A login by a passkey whose signature was verified. With user verification (PIN, fingerprint) it is both factors; without,
 * an account with a second factor is asked for it. The counter is written so that it never goes back, whoever is faster.
 *
 * @throws {InvalidPasskeyError} PASSKEY_INVALID
 * @throws {InvalidValueError} VALUE_INVALID where `userVerified` is no boolean
 * @example
 * const login = await logInWithPasskey(prisma, { credentialId, signCount: newCounter, backedUp, userVerified, userHandle });
 */
export async function logInWithPasskey(client: Client, login: LoginByPasskey): Promise<LoginStep> {
  requireAnswer(login.userVerified, 'userVerified');
  if (!isCounter(login.signCount)) throw new InvalidPasskeyError();
  const credentialId = bytesOf(login.credentialId);
  return inTransaction(client, async (transaction: Client): Promise<LoginStep> => {
    const [owner] = await rowsOf(transaction, lockOwnerOfPasskey, [credentialId]);
    if (owner === undefined || !isHandleOf(owner.id, login.userHandle)) return refused('NOT_COMPARED');
    // Read anew: what waited for the lock was found before a reset removed the passkey.
    const used = await rowOf(transaction, usePasskey, [credentialId, login.signCount, login.backedUp]);
    if (used === undefined) return refused('NOT_COMPARED');
    const { token } = await insertPendingLogin(transaction, {
      ...login,
      userId: owner.id,
      loginMethod: 'PASSKEY',
      isProven: true,
      secondFactor: login.userVerified ? 'PASSKEY' : null,
    });
    const pending = await lockPendingLogin(transaction, token);
    return pending === undefined ? refused('EXPIRED') : stepOf(pending, token);
  });
}

/**
 * The user handle of a user for `userID` at registration: the 16 bytes of the id. The same at each call, or each passkey
 * would be an account of its own on the device.
 *
 * @throws {InvalidIdError} ID_INVALID
 * @example
 * const userID = passkeyUserHandle(user.id);
 */
export function passkeyUserHandle(userId: UserId): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(parseUserId(userId).replaceAll('-', ''), 'hex'));
}

function isHandleOf(userId: UserId, userHandle: string | null | undefined): boolean {
  if (userHandle === null || userHandle === undefined) return true;
  return userHandle === Buffer.from(passkeyUserHandle(userId)).toString('base64url');
}

const lockOwnerOfPasskey = statement<{ id: UserId }>(
  'auth.lock_owner_of_passkey',
  `UPDATE users u SET updated_at = u.updated_at FROM passkeys p
   WHERE p.credential_id = $1::bytea AND u.id = p.user_id AND ${USABLE} RETURNING u.id`,
);

/** Backed up only where it may be: a library that says otherwise is not believed. */
const usePasskey = statement<{ id: string }>(
  'auth.use_passkey',
  `UPDATE passkeys SET sign_count = greatest(sign_count, $2::bigint), backed_up = $3::boolean AND backup_eligible,
     last_used_at = now(), updated_at = now()
   WHERE credential_id = $1::bytea RETURNING id`,
);
