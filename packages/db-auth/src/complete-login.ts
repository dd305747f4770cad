import { inTransaction, rowOf, rowsOf, statement } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { Client } from './client.js';
import { accountOf } from './email-verification.js';
import { rememberDevice, renewDevice } from './known-devices.js';
import { changePassword } from './password-reset.js';
import {
  endPendingLogin,
  keepInHistory,
  type LiveLogin,
  type LoginStep,
  lockPendingLogin,
  type RefusedLogin,
  refused,
  stepOf,
} from './pending-login.js';
import type { UserWithoutSecrets } from './rows.js';
import { type NewSession, type StartedSession, startSession } from './sessions.js';

export interface ProvenLogin extends Pick<NewSession, 'expiresInSeconds' | 'loginExpiresInSeconds'> {
  /** The login's. */
  readonly token: string;
  /** argon2id or bcrypt, where the step was MUST_CHANGE_PASSWORD. All other logins end. */
  readonly newPasswordHash?: string;
  /** Lets in who has not proven the address yet. */
  readonly acceptUnverified?: boolean;
}

export interface CompletedLogin extends StartedSession {
  readonly step: 'COMPLETE';
  readonly user: UserWithoutSecrets;
  /** For a cookie of 400 days, sent along with later logins. Null where the browser has one. */
  readonly deviceToken: string | null;
}

/**
 * Makes a session of a login that is proven, once: session, last login, history and the known device, or none of them. Where
 * something is still to be proven it answers with that step and changes nothing. Where the answer to it gets lost, log in
 * again.
 *
 * @throws {InvalidPasswordHashError} PASSWORD_HASH_INVALID
 * @example
 * const login = await completeLogin(prisma, { token });
 * if (login.step === 'COMPLETE') setCookies(login.token, login.deviceToken);
 */
export async function completeLogin(
  client: Client,
  { token, newPasswordHash, acceptUnverified = false, ...lifetimes }: ProvenLogin,
): Promise<CompletedLogin | Exclude<LoginStep, RefusedLogin> | RefusedLogin> {
  return inTransaction(client, async (transaction: Client) => {
    const login = await lockPendingLogin(transaction, token);
    if (login === undefined || login.firstFactorAt === null) return refused('EXPIRED');
    if (!login.isCurrent) return refused('OUTDATED');
    const { step } = stepOf(login, token);
    if (step === 'SECOND_FACTOR') return stepOf(login, token);
    if (step === 'MUST_CHANGE_PASSWORD' && newPasswordHash === undefined) return stepOf(login, token);
    if (!login.emailVerified && acceptUnverified !== true)
      return { step: 'UNVERIFIED', token, userId: login.userId as UserId };

    const userId = login.userId as UserId;
    await endPendingLogin(transaction, login.id);
    if (newPasswordHash !== undefined)
      await changePassword(transaction, { userId, passwordHash: newPasswordHash });
    await keepInHistory(transaction, login, true);
    await rowsOf(transaction, markLastLogin, [userId, login.ipAddress]);
    const { ipAddress, userAgent } = login;
    const loginMethod = login.secondFactor ?? login.loginMethod;
    const started = await startSession(transaction, {
      ...lifetimes,
      userId,
      loginMethod,
      ipAddress,
      userAgent,
    });
    const deviceToken = await deviceTokenFor(transaction, login, userId);
    const user = (await rowOf(transaction, accountOf, [userId])) as UserWithoutSecrets;
    return { step: 'COMPLETE', ...started, user, deviceToken };
  });
}

const markLastLogin = statement<{ id: UserId }>(
  'auth.mark_last_login',
  'UPDATE users SET last_login_at = now(), last_login_ip = $2::inet, updated_at = now() WHERE id = $1::uuid RETURNING id',
);

/** Null where the browser has a token that goes on to work. */
async function deviceTokenFor(
  transaction: Client,
  { deviceId, userAgent }: LiveLogin,
  userId: UserId,
): Promise<string | null> {
  const isKnown = deviceId !== null && (await renewDevice(transaction, deviceId, userAgent));
  return isKnown ? null : rememberDevice(transaction, userId, userAgent);
}
