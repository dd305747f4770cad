import {
  inTransaction,
  keyedHash,
  randomCode,
  requireText,
  rowOf,
  rowsOf,
  sameHash,
  statement,
} from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import { USABLE } from './account-state.js';
import { ANSWER_AFTER_MS, type AnsweredLater, answeredAfter } from './answer-time.js';
import type { Client } from './client.js';
import { storedAddress } from './email-address.js';
import { type LookupOptions, lookupKeys } from './encryption.js';
import { endAllUnderWay, removeUnprovenWaysIn } from './eviction.js';
import { countLoginOnAddress, forgiveAddressOf } from './login-limits.js';
import { originOf } from './origin.js';
import { proveFirstFactor } from './password-login.js';
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

const DIGITS = 8;
const MAILS_PER_HOUR = 5;
const ATTEMPTS = 5;

export interface LoginByMail extends Omit<LoginOrigin, 'deviceToken'>, AnsweredLater {
  /** As somebody typed it. */
  readonly email: string;
}

export interface MailedLogin {
  /** For the cookie of the browser that asked: the code works there and nowhere else. */
  readonly token: string;
  readonly expiresAt: Date;
  /** Null where there is nothing to mail. Answer the same, and mail after the answer. */
  readonly mail: { readonly userId: UserId; readonly email: string; readonly code: string } | null;
}

/**
 * Begins a login by a code of eight digits that is mailed to the account's address, to be typed or followed as a link
 * (`/login?code=…`). It is the owner's way in while strangers have locked the account. A mail scanner that opens the link has
 * no cookie, and opening a page proves nothing: `proveMailedCode` belongs behind a POST. Five mails an hour for an account.
 *
 * @throws {KeyringError} KEYRING_INVALID
 * @example
 * const { token, mail } = await beginMailedLogin(prisma, { email: 'Maya@Example.com', ipAddress: '192.0.2.17' });
 */
export async function beginMailedLogin(
  client: Client,
  { email, answerAfterMs = ANSWER_AFTER_MS, ...origin }: LoginByMail,
  options: LookupOptions = {},
): Promise<MailedLogin> {
  const keyring = lookupKeys(options);
  const code = randomCode(DIGITS);
  const [ipAddress] = originOf(origin);
  const begun = inTransaction(client, async (transaction: Client) => {
    const account = await rowOf(transaction, accountOfMailedLogin, [storedAddress(email)]);
    const userId = account?.id ?? null;
    const mails = await rowOf(transaction, mailsOfLastHour, [userId]);
    const isFree = await countLoginOnAddress(transaction, ipAddress);
    const isRefused = !account?.isUsable || !isFree || (mails?.count ?? 0) >= MAILS_PER_HOUR;
    const hash = keyedHash(code, purposeOf(userId), keyring);
    const inserted = await insertPendingLogin(transaction, {
      ...origin,
      userId,
      loginMethod: 'EMAIL',
      isRefused,
      code: { email: account?.email ?? NOWHERE, hash, keyId: keyring.current },
    });
    const mail =
      isRefused || account === undefined ? null : { userId: account.id, email: account.email, code };
    return { ...inserted, mail };
  });
  return answeredAfter(answerAfterMs, begun);
}

const accountOfMailedLogin = statement<{ id: UserId; email: string; isUsable: boolean }>(
  'auth.account_of_mailed_login',
  `UPDATE users u SET updated_at = u.updated_at WHERE u.email = $1::text AND u.deleted_at IS NULL
   RETURNING u.id, u.email, ${USABLE} AS "isUsable"`,
);

const mailsOfLastHour = statement<{ count: number }>(
  'auth.mails_of_last_hour',
  `SELECT count(*)::int AS count FROM pending_logins
   WHERE user_id = $1::uuid AND login_method = 'EMAIL' AND NOT is_refused AND created_at > now() - interval '1 hour'`,
);

/**
 * Takes the code that was mailed, in the browser that asked for it; five tries. The address counts as proven: the first
 * proof evicts who registered it before its owner, as `consumeEmailVerification` does.
 *
 * @throws {KeyringError} KEYRING_INVALID
 * @throws {UnknownKeyError} ENCRYPTION_KEY_UNKNOWN
 * @example
 * const login = await proveMailedCode(prisma, { token, code: '01234567' });
 */
export async function proveMailedCode(
  client: Client,
  { token, code }: { token: string; code: string },
  options: LookupOptions = {},
): Promise<LoginStep> {
  const keyring = lookupKeys(options);
  requireText(code, 'code');
  const digits = code.replaceAll(/[\s-]/g, '');
  return inTransaction(client, async (transaction: Client): Promise<LoginStep> => {
    const login = await lockPendingLogin(transaction, token);
    const stored = await rowOf(transaction, codeOfLogin, [login?.id ?? null]);
    if (login?.loginMethod !== 'EMAIL' || login.firstFactorAt !== null || stored === undefined)
      return refused('EXPIRED');
    const given = keyedHash(digits, purposeOf(login.userId), keyring, stored.keyId);
    const isRight = sameHash(given, stored.hash);
    if (login.isRefused || !isRight) return wrong(transaction, login);
    if (!login.isCurrent || login.accountEmail !== login.email) {
      await endPendingLogin(transaction, login.id);
      return refused('OUTDATED');
    }
    const userId = login.userId as UserId;
    await forgiveAddressOf(transaction, login.ipAddress);
    if (!login.emailVerified) await proveMailbox(transaction, login, userId);
    await rowsOf(transaction, proveFirstFactor, [login.id]);
    const now = await lockPendingLogin(transaction, token);
    return now === undefined ? refused('EXPIRED') : stepOf(now, token);
  });
}

async function wrong(transaction: Client, login: LiveLogin): Promise<LoginStep> {
  await rowsOf(transaction, countCode, [login.id]);
  await keepInHistory(transaction, login, false);
  const canRetry = login.codeAttempts + 1 < ATTEMPTS;
  if (!canRetry) await endPendingLogin(transaction, login.id);
  return refused(login.isRefused ? 'NOT_COMPARED' : 'WRONG', { canRetry });
}

async function proveMailbox(transaction: Client, login: LiveLogin, userId: UserId): Promise<void> {
  await rowsOf(transaction, markVerified, [userId]);
  await endAllUnderWay(transaction, { userId, reason: 'MAILBOX_PROVEN', exceptLoginId: login.id });
  await removeUnprovenWaysIn(transaction, userId);
}

const codeOfLogin = statement<{ hash: Uint8Array; keyId: string }>(
  'auth.code_of_login',
  `SELECT code_hash AS hash, code_key_id AS "keyId" FROM pending_logins
   WHERE id = $1::uuid AND code_hash IS NOT NULL`,
);

const countCode = statement<{ id: string }>(
  'auth.count_mailed_code',
  'UPDATE pending_logins SET code_attempts = code_attempts + 1, updated_at = now() WHERE id = $1::uuid RETURNING id',
);

const markVerified = statement<{ id: UserId }>(
  'auth.mark_address_proven',
  'UPDATE users SET email_verified = true, updated_at = now() WHERE id = $1::uuid RETURNING id',
);

/** In place of an address that nobody has: what was typed is not kept. */
const NOWHERE = 'nobody@invalid';

const purposeOf = (userId: UserId | null) => `pending_logins:${userId ?? 'nobody'}`;
