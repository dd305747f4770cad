import { randomBytes } from 'node:crypto';
import { inTransaction, newId, requireText, rowsOf, statement } from '@codezest/db-core';
import type { TwoFactorCredentialId, UserId } from '@codezest/db-types';
import type { LoginMethod } from '../generated/client.js';
import type { Client } from './client.js';
import type { EncryptionOptions, LookupOptions } from './encryption.js';
import { type Counted, countSecondFactor, forgiveSecondFactor } from './login-limits.js';
import {
  keepInHistory,
  type LiveLogin,
  type LoginStep,
  lockPendingLogin,
  type RefusalReason,
  refused,
  stepOf,
} from './pending-login.js';
import { consumeRecoveryCode, InvalidRecoveryCodeError } from './recovery-codes.js';
import {
  acceptTwoFactorCode,
  readTwoFactorSecret,
  TwoFactorCodeReusedError,
  TwoFactorReplacedError,
  type TwoFactorSecret,
} from './two-factor.js';

const SECRET_BYTES = 20;

/**
 * The secret to check the code of a login with. The attempt is counted now and forgiven when it turns out right: five wrong
 * ones lock the second factor for 30 minutes. A locked one gives the secret of nobody: then no code is right.
 *
 * @throws {UnknownKeyError} ENCRYPTION_KEY_UNKNOWN
 * @throws {DecryptionError} DECRYPTION_FAILED
 * @example
 * const { credentialId, secret } = await beginSecondFactor(prisma, token);
 */
export async function beginSecondFactor(
  client: Client,
  token: string,
  options: EncryptionOptions = {},
): Promise<TwoFactorSecret> {
  return inTransaction(client, async (transaction: Client) => {
    const login = await lockPendingLogin(transaction, token);
    if (!waitsForSecondFactor(login)) return decoy();
    const counted = await count(transaction, login);
    // Read in both cases, so that a locked factor takes as long.
    const secret = await readTwoFactorSecret(transaction, login.userId, options);
    return counted.isRefused ? decoy() : secret;
  });
}

type WaitingLogin = LiveLogin & { readonly userId: UserId };

function waitsForSecondFactor(login: LiveLogin | undefined): login is WaitingLogin {
  return (
    login?.isCurrent === true &&
    login.firstFactorAt !== null &&
    login.secondFactorAt === null &&
    login.twoFactorEnabled
  );
}

async function count(transaction: Client, login: WaitingLogin): Promise<Counted> {
  const counted = await countSecondFactor(transaction, login);
  await rowsOf(transaction, markLocking, [login.id, counted.hasLocked]);
  return counted;
}

const markLocking = statement<{ id: string }>(
  'auth.mark_locking_login',
  'UPDATE pending_logins SET has_locked = $2::boolean, updated_at = now() WHERE id = $1::uuid RETURNING id',
);

/** A base32 secret as an authenticator has, and nobody's. */
function decoy(): TwoFactorSecret {
  const secret = Array.from(randomBytes((SECRET_BYTES * 8) / 5), (byte) => BASE32[byte % 32]).join('');
  return { credentialId: newId<'TwoFactorCredential'>(), secret };
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export interface CheckedCode {
  /** The login's. */
  readonly token: string;
  /** From `beginSecondFactor`. */
  readonly credentialId: TwoFactorCredentialId;
  /** Unix time in seconds divided by 30, rounded down: that of the code. Null where the code was wrong. */
  readonly step: number | null;
}

/**
 * Says what comes of a checked code. One that was used before is refused like a wrong one.
 *
 * @throws {InvalidTwoFactorStepError} TWO_FACTOR_STEP_INVALID
 * @example
 * const login = await proveSecondFactor(prisma, { token, credentialId, step });
 */
export async function proveSecondFactor(
  client: Client,
  { token, credentialId, step }: CheckedCode,
): Promise<LoginStep> {
  return inTransaction(client, async (transaction: Client): Promise<LoginStep> => {
    const login = await lockPendingLogin(transaction, token);
    if (!waitsForSecondFactor(login)) return refused('EXPIRED');
    if (step === null || !(await isAccepted(transaction, { userId: login.userId, credentialId, step }))) {
      return wrong(transaction, login);
    }
    return proven(transaction, login, token, 'TWO_FACTOR');
  });
}

async function isAccepted(
  transaction: Client,
  code: { userId: UserId; credentialId: TwoFactorCredentialId; step: number },
): Promise<boolean> {
  try {
    await acceptTwoFactorCode(transaction, code);
    return true;
  } catch (error) {
    if (error instanceof TwoFactorCodeReusedError || error instanceof TwoFactorReplacedError) return false;
    throw error;
  }
}

/**
 * Takes a recovery code in place of the authenticator's. Counted with the codes of the authenticator.
 *
 * @throws {KeyringError} KEYRING_INVALID
 * @example
 * const login = await proveRecoveryCode(prisma, { token, code: '01234 56789' });
 */
export async function proveRecoveryCode(
  client: Client,
  { token, code }: { token: string; code: string },
  options: LookupOptions = {},
): Promise<LoginStep> {
  requireText(code, 'code');
  return inTransaction(client, async (transaction: Client): Promise<LoginStep> => {
    const login = await lockPendingLogin(transaction, token);
    if (!waitsForSecondFactor(login)) return refused('EXPIRED');
    const { isRefused, hasLocked } = await count(transaction, login);
    try {
      // Looked up in both cases, so that a locked factor answers alike; no code has other characters than digits.
      const compared = isRefused ? 'nobody’s' : code;
      await consumeRecoveryCode(transaction, { userId: login.userId, code: compared }, options);
    } catch (error) {
      if (!(error instanceof InvalidRecoveryCodeError)) throw error;
      return wrong(transaction, { ...login, hasLocked }, isRefused ? 'NOT_COMPARED' : 'WRONG');
    }
    return proven(transaction, login, token, 'RECOVERY_CODE');
  });
}

async function wrong(
  transaction: Client,
  login: WaitingLogin,
  reason: RefusalReason = 'WRONG',
): Promise<LoginStep> {
  await keepInHistory(transaction, login, false);
  const { userId, accountEmail: email, hasLocked } = login;
  return refused(reason, { canRetry: !hasLocked, locked: hasLocked ? { userId, email } : null });
}

async function proven(
  transaction: Client,
  login: WaitingLogin,
  token: string,
  factor: LoginMethod,
): Promise<LoginStep> {
  await forgiveSecondFactor(transaction, login);
  await rowsOf(transaction, markSecondFactor, [login.id, factor]);
  // Mailbox and authenticator in one login: the authenticator is known to be the owner's.
  if (login.loginMethod === 'EMAIL') await rowsOf(transaction, confirmAuthenticator, [login.userId]);
  return stepOf({ ...login, secondFactorAt: new Date() }, token);
}

const markSecondFactor = statement<{ id: string }>(
  'auth.prove_second_factor',
  `UPDATE pending_logins SET second_factor = $2::"LoginMethod", second_factor_at = now(), updated_at = now()
   WHERE id = $1::uuid RETURNING id`,
);

const confirmAuthenticator = statement<{ id: string }>(
  'auth.confirm_authenticator',
  `UPDATE two_factor_credentials SET proven_at = now(), updated_at = now()
   WHERE user_id = $1::uuid AND proven_at IS NULL RETURNING id`,
);
