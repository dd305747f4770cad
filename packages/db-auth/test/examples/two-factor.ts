import type { UserId } from '@codezest/db-types';
import {
  acceptTwoFactorCode,
  type Client,
  consumeRecoveryCode,
  disableTwoFactor,
  enableTwoFactor,
  readTwoFactorSecret,
  replaceRecoveryCodes,
  startTwoFactorEnrolment,
} from '../../src/index.js';

/** The step that a right code belongs to, by RFC 6238; your TOTP library's. */
type CheckCode = (secret: string, code: string) => number | null;

export const enrol = (client: Client, userId: UserId, secret: string) =>
  startTwoFactorEnrolment(client, { userId, secret });

/** Ten recovery codes, shown once; null for a wrong code. Mail a confirmation. */
export async function prove(client: Client, userId: UserId, code: string, check: CheckCode) {
  const { credentialId, secret } = await readTwoFactorSecret(client, userId);
  const step = check(secret, code);
  return step === null ? null : enableTwoFactor(client, { userId, credentialId, step });
}

/** Before something that wants more than a session. At a login it is `beginSecondFactor`, which counts. */
export async function confirmAgain(client: Client, userId: UserId, code: string, check: CheckCode) {
  const { credentialId, secret } = await readTwoFactorSecret(client, userId);
  const step = check(secret, code);
  if (step !== null) await acceptTwoFactorCode(client, { userId, credentialId, step }); // throws for a used one
  return step !== null;
}

/** How many are left. */
export const recover = (client: Client, userId: UserId, code: string) =>
  consumeRecoveryCode(client, { userId, code });

export const newRecoveryCodes = (client: Client, userId: UserId) => replaceRecoveryCodes(client, userId);

export const switchOff = (client: Client, userId: UserId) => disableTwoFactor(client, userId);
