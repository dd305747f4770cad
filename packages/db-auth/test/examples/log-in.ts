import type { UserId } from '@codezest/db-types';
import {
  beginLogin,
  beginSecondFactor,
  type Client,
  completeLogin,
  type LegacyPasswordScheme,
  type LoginStep,
  listLoginHistory,
  provePassword,
  proveRecoveryCode,
  proveSecondFactor,
} from '../../src/index.js';

/** Your libraries. */
export interface Tools {
  /** A hash of no password, made once at the start like all others: its comparison takes as long. */
  decoyHash: string;
  hash(password: string): Promise<string>;
  /** By the scheme: null is argon2id or bcrypt. */
  matches(hash: string, password: string, scheme: LegacyPasswordScheme | null): Promise<boolean>;
  /** The step that a right code belongs to, by RFC 6238; null for a wrong one. */
  stepOf(secret: string, code: string): number | null;
  mail(to: string, text: string): void;
}

export interface Request {
  /** As Express and Fastify give it, or as the proxy's header has it. */
  ipAddress?: string;
  userAgent?: string;
  /** The cookie of 400 days. */
  deviceToken?: string;
}

/** POST /login */
export async function logIn(
  client: Client,
  tools: Tools,
  { emailOrUsername, password, ...request }: Request & { emailOrUsername: string; password: string },
) {
  const begun = await beginLogin(client, { ...request, emailOrUsername, decoyHash: tools.decoyHash });
  const { token, passwordHash, legacyPasswordScheme } = begun;
  const isRight = await tools.matches(passwordHash, password, legacyPasswordScheme);
  const isLegacy = isRight && legacyPasswordScheme !== null;
  const rehashed = isLegacy ? { newPasswordHash: await tools.hash(password) } : {};
  return answer(client, tools, await provePassword(client, { token, isRight, ...rehashed }));
}

/** POST /login/code, with the token of the first answer */
export async function secondFactor(client: Client, tools: Tools, token: string, code: string) {
  const { credentialId, secret } = await beginSecondFactor(client, token);
  const step = tools.stepOf(secret, code);
  return answer(client, tools, await proveSecondFactor(client, { token, credentialId, step }));
}

/** POST /login/recovery-code */
export const recoveryCode = async (client: Client, tools: Tools, token: string, code: string) =>
  answer(client, tools, await proveRecoveryCode(client, { token, code }));

/** POST /login/new-password, where the answer was MUST_CHANGE_PASSWORD */
export const newPassword = async (client: Client, tools: Tools, token: string, password: string) =>
  finish(client, token, await tools.hash(password));

/** One answer to all refusals: what was wrong is nobody's business. */
export async function answer(client: Client, tools: Tools, login: LoginStep) {
  if (login.step === 'REFUSED') {
    if (login.locked) tools.mail(login.locked.email, 'Five wrong passwords. If it was not you …');
    return { status: 401, body: { error: 'LOGIN_REFUSED', canRetry: login.canRetry } };
  }
  if (login.step === 'PROVEN') return finish(client, login.token);
  return { status: 200, body: { step: login.step, token: login.token } }; // ask for that, with the token
}

async function finish(client: Client, token: string, newPasswordHash?: string) {
  const login = await completeLogin(client, { token, ...(newPasswordHash && { newPasswordHash }) });
  if (login.step !== 'COMPLETE') return { status: 401, body: { step: login.step } };
  const { token: session, deviceToken, user } = login; // two cookies, HttpOnly, Secure, SameSite=Lax
  return { status: 200, body: { step: login.step, session, deviceToken, name: user.firstName } };
}

export const whoTried = (client: Client, userId: UserId, cursor?: string) =>
  listLoginHistory(client, userId, { limit: 20, cursor }); // { items: [{ success, ipAddress, userAgent, … }], nextCursor }
