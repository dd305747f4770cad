import {
  CodezestDbError,
  inTransaction,
  requireText,
  rowOf,
  rowsOf,
  statement,
  tokenHash,
} from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { LegacyPasswordScheme } from '../generated/client.js';
import { USABLE } from './account-state.js';
import { ANSWER_AFTER_MS, answeredSince } from './answer-time.js';
import { requireAnswer } from './answers.js';
import type { Client } from './client.js';
import { storedAddress } from './email-address.js';
import { knownDevice } from './known-devices.js';
import { countLogin, forgiveLogin } from './login-limits.js';
import { originOf } from './origin.js';
import { hashRefusal } from './password-hash.js';
import {
  endPendingLogin,
  insertPendingLogin,
  keepInHistory,
  type LiveLogin,
  type LoginOrigin,
  type LoginStep,
  lockPendingLogin,
  refused,
  stepOf,
} from './pending-login.js';

/** The hash was of a legacy scheme, and no new one was given in its place. */
export class PasswordRehashMissingError extends CodezestDbError {
  constructor() {
    super(
      'PASSWORD_REHASH_MISSING',
      'The hash is of a legacy scheme. Hash the password with argon2id or bcrypt and give that as newPasswordHash.',
    );
  }
}

export interface LoginByPassword extends LoginOrigin {
  /** As somebody typed it. */
  readonly emailOrUsername: string;
  /**
   * A hash of no password, made like those that you store: it is compared where there is nothing to compare, so that the
   * time of the answer tells nothing.
   */
  readonly decoyHash: string;
}

export interface BegunLogin {
  /** For `provePassword`, and then for the browser. */
  readonly token: string;
  /** To compare the password with; the decoy where nobody has that name, or the account is locked or may not be used. */
  readonly passwordHash: string;
  /** How the hash was made: null is argon2id or bcrypt. Where it is not null, give `provePassword` a new hash. */
  readonly legacyPasswordScheme: LegacyPasswordScheme | null;
}

/**
 * Begins a login by password. The attempt is counted now and forgiven when it turns out right: of guesses that come at
 * once, five are compared and no more, and the answer to the others is the same whatever they guessed. The lock of an
 * account does not concern browsers that have logged in to it before (`deviceToken`). Not within a transaction that the
 * refusal rolls back: that would forget the failure.
 *
 * @example
 * const { token, passwordHash } = await beginLogin(prisma, { emailOrUsername, decoyHash, ipAddress: '192.0.2.17' });
 */
export async function beginLogin(
  client: Client,
  { emailOrUsername, decoyHash, deviceToken, ...origin }: LoginByPassword,
): Promise<BegunLogin> {
  const [ipAddress] = originOf(origin);
  return inTransaction(client, async (transaction: Client) => {
    const account = isAddress(emailOrUsername)
      ? await rowOf(transaction, accountByEmail, [storedAddress(emailOrUsername)])
      : await rowOf(transaction, accountByUsername, [storedUsername(emailOrUsername)]);
    const userId = account?.id ?? null;
    const deviceId = await knownDevice(transaction, userId, deviceToken ? tokenHash(deviceToken) : null);
    const counted = await countLogin(transaction, { userId, deviceId, ipAddress });
    const isRefused = counted.isRefused || !account?.isUsable || account.passwordHash === null;
    const { token } = await insertPendingLogin(transaction, {
      ...origin,
      userId,
      loginMethod: 'PASSWORD',
      isRefused,
      hasLocked: counted.hasLocked,
      deviceId,
    });
    return {
      token,
      passwordHash: isRefused ? decoyHash : (account.passwordHash ?? decoyHash),
      legacyPasswordScheme: isRefused ? null : account.legacyPasswordScheme,
    };
  });
}

/**
 * A username holds no @, by its CHECK.
 *
 * @throws {InvalidValueError} VALUE_INVALID for what is no text
 */
function isAddress(emailOrUsername: string): boolean {
  requireText(emailOrUsername, 'emailOrUsername');
  return emailOrUsername.includes('@');
}

/** What was typed where a username may stand, or null where it is none. */
function storedUsername(typed: string): string | null {
  const name = typed.trim();
  return /^[A-Za-z0-9._-]{1,30}$/.test(name) ? name : null;
}

/** SQL condition: the account `u` has the address or the username $1. */
const NAMED = { email: 'u.email = $1::text', username: 'lower(u.username) = lower($1::text)' };

const accountBy = (column: 'email' | 'username') =>
  statement<{
    id: UserId;
    passwordHash: string | null;
    legacyPasswordScheme: LegacyPasswordScheme | null;
    isUsable: boolean;
  }>(
    `auth.begin_login_by_${column}`,
    `UPDATE users u SET updated_at = u.updated_at WHERE ${NAMED[column]} AND u.deleted_at IS NULL
     RETURNING u.id, u.password AS "passwordHash", u.legacy_password_scheme AS "legacyPasswordScheme",
       ${USABLE} AS "isUsable"`,
  );
const accountByEmail = accountBy('email');
const accountByUsername = accountBy('username');

export interface ComparedPassword {
  /** From `beginLogin`. */
  readonly token: string;
  /** Whether the password belongs to the hash that `beginLogin` gave. */
  readonly isRight: boolean;
  /** argon2id or bcrypt, in place of a legacy hash or of one with old parameters. Sessions go on. */
  readonly newPasswordHash?: string;
  /**
   * A refusal comes this many milliseconds after the login began at the earliest: 100. Give more than your slowest comparison
   * takes: accounts with hashes of other schemes or parameters, and nobody's, are then answered at the same time. A right
   * password does not wait. A transaction of yours is held for so long.
   */
  readonly answerAfterMs?: number;
}

/**
 * Says what comes of a compared password. Refusals are values, because an error would roll back the failure that it
 * reports.
 *
 * @throws {InvalidValueError} VALUE_INVALID where `isRight` is no boolean: a promise that was not awaited is none
 * @throws {PasswordRehashMissingError} PASSWORD_REHASH_MISSING
 * @throws {InvalidPasswordHashError} PASSWORD_HASH_INVALID
 * @example
 * const login = await provePassword(prisma, { token, isRight: await argon2.verify(passwordHash, password) });
 */
export async function provePassword(
  client: Client,
  { token, isRight, newPasswordHash, answerAfterMs = ANSWER_AFTER_MS }: ComparedPassword,
): Promise<LoginStep> {
  requireAnswer(isRight, 'isRight');
  let [ageMs, readAt] = [0, performance.now()];
  const proven = await inTransaction(client, async (transaction: Client): Promise<LoginStep> => {
    const login = await lockPendingLogin(transaction, token);
    [ageMs, readAt] = [login?.ageMs ?? 0, performance.now()];
    if (login?.loginMethod !== 'PASSWORD' || login.firstFactorAt !== null) return refused('EXPIRED');
    if (login.isRefused || !isRight || !login.isCurrent) return refuse(transaction, login, isRight);

    const userId = login.userId as UserId;
    await replaceHash(transaction, userId, newPasswordHash);
    await forgiveLogin(transaction, { ...login, userId });
    await rowsOf(transaction, proveFirstFactor, [login.id]);
    return stepOf(login, token);
  }).catch(hashRefusal);
  if (proven.step === 'REFUSED') await answeredSince(answerAfterMs, ageMs, readAt);
  return proven;
}

async function refuse(transaction: Client, login: LiveLogin, isRight: boolean): Promise<LoginStep> {
  await endPendingLogin(transaction, login.id);
  await keepInHistory(transaction, login, false);
  if (login.isRefused) return refused('NOT_COMPARED');
  if (isRight) return refused('OUTDATED');
  const { userId, accountEmail: email, hasLocked } = login;
  return refused('WRONG', { locked: hasLocked && userId !== null ? { userId, email } : null });
}

async function replaceHash(transaction: Client, userId: UserId, newHash: string | undefined): Promise<void> {
  if (newHash !== undefined) await rowsOf(transaction, rehash, [userId, newHash]);
  else if ((await rowOf(transaction, legacyScheme, [userId])) !== undefined)
    throw new PasswordRehashMissingError();
}

const rehash = statement<{ id: UserId }>(
  'auth.rehash_password',
  `UPDATE users SET password = $2::text, legacy_password_scheme = NULL, updated_at = now()
   WHERE id = $1::uuid RETURNING id`,
);

const legacyScheme = statement<{ id: UserId }>(
  'auth.legacy_password_scheme',
  'SELECT id FROM users WHERE id = $1::uuid AND legacy_password_scheme IS NOT NULL',
);

export const proveFirstFactor = statement<{ id: string }>(
  'auth.prove_first_factor',
  'UPDATE pending_logins SET first_factor_at = now(), updated_at = now() WHERE id = $1::uuid RETURNING id',
);
