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

export async function prove(client: Client, userId: UserId, code: string, check: CheckCode) {
  const step = check(await readTwoFactorSecret(client, userId), code);
  return step === null ? null : enableTwoFactor(client, { userId, step }); // ten recovery codes, shown once
}

export async function secondFactor(client: Client, userId: UserId, code: string, check: CheckCode) {
  const step = check(await readTwoFactorSecret(client, userId), code);
  if (step !== null) await acceptTwoFactorCode(client, { userId, step }); // throws for a code that was used
  return step !== null;
}

export const recover = (client: Client, userId: UserId, code: string) =>
  consumeRecoveryCode(client, { userId, code });

export const newRecoveryCodes = (client: Client, userId: UserId) => replaceRecoveryCodes(client, userId);

export const switchOff = (client: Client, userId: UserId) => disableTwoFactor(client, userId);
