import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEmailAddress, type UserId } from '@codezest/db-types';
import { hash, verify } from '@node-rs/argon2';
import cookieParser from 'cookie-parser';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { Secret, TOTP } from 'otpauth';
import {
  authenticateSession,
  beginLogin,
  beginMailedLogin,
  beginSecondFactor,
  type CompletedLogin,
  completeLogin,
  consumeEmailVerification,
  consumePasswordReset,
  consumeWaysInConfirmation,
  createAccount,
  EmailTakenError,
  enableTwoFactor,
  endSession,
  httpAnswerOf,
  issueEmailVerification,
  issueWaysInConfirmation,
  type LoginStep,
  listLoginHistory,
  lockSession,
  type PrismaClient,
  proveMailedCode,
  provePassword,
  proveRecoveryCode,
  proveSecondFactor,
  readTwoFactorSecret,
  requestPasswordReset,
  rotateSession,
  startTwoFactorEnrolment,
  type TransactionClient,
  transaction,
} from '../../src/index.js';

const DAY = 24 * 3_600_000;
const cookie = (maxAge: number) => ({ httpOnly: true, secure: true, sameSite: 'lax', maxAge }) as const;

/** What the sender has written there; no text where it is missing, or is none. */
const textOf = ({ body }: Request, name: string) =>
  (typeof body?.[name] === 'string' ? body[name] : '') as string;
const cookieOf = ({ cookies }: Request, name: string) =>
  (typeof cookies?.[name] === 'string' ? cookies[name] : '') as string;

/** The step that a right code belongs to, by RFC 6238; null for a wrong one. */
function stepOf(secret: string, token: string): number | null {
  const timestamp = Date.now();
  const delta = new TOTP({ secret: Secret.fromBase32(secret) }).validate({ token, timestamp, window: 1 });
  return delta === null ? null : Math.floor(timestamp / 30_000) + delta;
}

const link = (page: string, token: string) => `https://codezest.example/${page}?token=${token}`;

/** `mail` puts a mail into a queue. An answer that waited for it would tell who has an account. */
export async function authService(
  client: PrismaClient,
  mail: (to: string, text: string) => void,
): Promise<Express> {
  const decoyHash = await hash(randomBytes(16)); // of no password, and made as all others are
  const app = express().use(express.json(), cookieParser());

  // A page behind each link posts what is in it, on a click: a mail scanner's GET does nothing.
  app.post('/register', newPassword, async (request, response) => {
    const answered = sleep(200); // longer than all of this takes, so that the time does not tell either
    const email = textOf(request, 'email');
    const [firstName, lastName] = [textOf(request, 'firstName'), textOf(request, 'lastName')];
    const passwordHash = await hash(textOf(request, 'password'));
    try {
      const { user, verificationToken } = await createAccount(client, {
        email,
        passwordHash,
        firstName,
        lastName,
      });
      if (verificationToken !== null) mail(user.email, link('verify', verificationToken));
    } catch (error) {
      if (!(error instanceof EmailTakenError)) throw error;
      mail(parseEmailAddress(email), 'You have an account already. Did you forget its password?');
    }
    await answered;
    response.sendStatus(202); // whether there was an account or not
  });
  app.post('/verify', async (request, response) => {
    await consumeEmailVerification(client, textOf(request, 'token'));
    response.sendStatus(204);
  });

  app.post('/login', async (request, response) => {
    const [emailOrUsername, password] = [textOf(request, 'name'), textOf(request, 'password')];
    const { token, passwordHash } = await beginLogin(client, {
      emailOrUsername,
      decoyHash,
      deviceToken: cookieOf(request, 'device'),
      ...originOf(request),
    });
    const isRight = await verify(passwordHash, password);
    await answer(response, await provePassword(client, { token, isRight }));
  });
  app.post('/login/code', async (request, response) => {
    const token = cookieOf(request, 'login');
    const { credentialId, secret } = await beginSecondFactor(client, token);
    const step = stepOf(secret, textOf(request, 'code'));
    await answer(response, await proveSecondFactor(client, { token, credentialId, step }));
  });
  app.post('/login/recovery-code', async (request, response) => {
    const [token, code] = [cookieOf(request, 'login'), textOf(request, 'code')];
    await answer(response, await proveRecoveryCode(client, { token, code }));
  });
  app.post('/login/new-password', newPassword, async (request, response) => {
    const newPasswordHash = await hash(textOf(request, 'password'));
    await answer(
      response,
      await completeLogin(client, { token: cookieOf(request, 'login'), newPasswordHash }),
    );
  });
  app.post('/login/mail', async (request, response) => {
    const begun = await beginMailedLogin(client, { email: textOf(request, 'email'), ...originOf(request) });
    if (begun.mail) mail(begun.mail.email, `Your code is ${begun.mail.code}.`);
    response.cookie('login', begun.token, cookie(600_000)).sendStatus(202); // the code works in this browser alone
  });
  app.post('/login/mail/code', async (request, response) => {
    const [token, code] = [cookieOf(request, 'login'), textOf(request, 'code')];
    await answer(response, await proveMailedCode(client, { token, code }));
  });

  /** Goes on with a login: one answer to all refusals, a question, or the session. */
  async function answer(response: Response, login: LoginStep | CompletedLogin): Promise<unknown> {
    if (login.step === 'PROVEN') return answer(response, await completeLogin(client, { token: login.token }));
    if (login.step === 'REFUSED') {
      if (login.locked) mail(login.locked.email, 'Five wrong passwords. If it was not you …');
      return response.status(401).json({ error: 'LOGIN_REFUSED', canRetry: login.canRetry });
    }
    if (login.step === 'COMPLETE') {
      if (login.deviceToken) response.cookie('device', login.deviceToken, cookie(400 * DAY));
      response.cookie('session', login.token, cookie(30 * DAY)).clearCookie('login');
      return response.json({ step: login.step, name: login.user.firstName });
    }
    if (login.step === 'UNVERIFIED') {
      const { email, token } = await issueEmailVerification(client, login.userId);
      mail(email, link('verify', token));
    }
    return response.cookie('login', login.token, cookie(600_000)).json({ step: login.step });
  }

  app.post('/refresh', async (request, response) => {
    const refreshed = await rotateSession(client, { token: cookieOf(request, 'session') });
    if (refreshed.outcome === 'ROTATED') response.cookie('session', refreshed.token, cookie(30 * DAY));
    if (refreshed.outcome === 'REUSE_DETECTED') {
      const { email } = await client.user.findUniqueOrThrow({ where: { id: refreshed.userId } });
      mail(email, 'Somebody else had your cookie, so you were logged out.');
      return void response.clearCookie('session').status(401).json({ error: 'SESSION_INVALID' });
    }
    response.sendStatus(204); // SUPERSEDED: another tab has set the cookie
  });
  app.post('/logout', async (request, response) => {
    await endSession(client, cookieOf(request, 'session'));
    response.clearCookie('session').sendStatus(204);
  });

  app.post('/forgot', async (request, response) => {
    const reset = await requestPasswordReset(client, {
      email: textOf(request, 'email'),
      ipAddress: request.ip,
    });
    if (reset) mail(reset.email, link('reset', reset.token));
    response.sendStatus(202);
  });
  app.post('/reset', newPassword, async (request, response) => {
    const passwordHash = await hash(textOf(request, 'password'));
    const { deviceToken } = await consumePasswordReset(client, {
      token: textOf(request, 'token'),
      passwordHash,
    });
    response.cookie('device', deviceToken, cookie(400 * DAY)).sendStatus(204);
  });

  app.get('/account', async (request, response) => {
    const found = await authenticateSession(client, cookieOf(request, 'session'));
    if (found === null) return void response.status(401).json({ error: 'SESSION_INVALID' });
    const { items } = await listLoginHistory(client, found.user.id, { limit: 20 });
    const logins = items.map(({ success, ipAddress, userAgent }) => ({ success, ipAddress, userAgent }));
    response.json({ id: found.user.id, role: found.user.role, logins });
  });
  app.post('/account/authenticator', async (request, response) => {
    const secret = new Secret({ size: 20 });
    await change(request, response, async (open, userId) => {
      await startTwoFactorEnrolment(open, { userId, secret: secret.base32 });
      return { uri: new TOTP({ issuer: 'CodeZest', label: userId, secret }).toString() };
    });
  });
  app.post('/account/authenticator/code', async (request, response) => {
    await change(request, response, async (open, userId) => {
      const { credentialId, secret } = await readTwoFactorSecret(open, userId);
      const step = stepOf(secret, textOf(request, 'code'));
      if (step === null) return { error: 'CODE_WRONG' };
      const recoveryCodes = await enableTwoFactor(open, { userId, credentialId, step });
      const { email, token } = await issueWaysInConfirmation(open, userId);
      mail(email, `Your account has an authenticator now. If it is yours: ${link('confirm', token)}`);
      return { recoveryCodes };
    });
  });
  app.post('/confirm', async (request, response) => {
    await consumeWaysInConfirmation(client, textOf(request, 'token'));
    response.sendStatus(204);
  });

  /** What changes how somebody gets in: in one transaction with the question who asks. */
  async function change(
    request: Request,
    response: Response,
    work: (open: TransactionClient, userId: UserId) => Promise<object>,
  ): Promise<void> {
    const changed = await transaction(client, async (open) => {
      const found = await lockSession(open, cookieOf(request, 'session'));
      return found && work(open, found.user.id);
    });
    if (changed === null) response.status(401).json({ error: 'SESSION_INVALID' });
    else response.status('error' in changed ? 400 : 200).json(changed);
  }

  return app.use(answerError);
}

const originOf = (request: Request) => ({ ipAddress: request.ip, userAgent: request.get('user-agent') });

function newPassword(request: Request, response: Response, next: () => void): void {
  if (textOf(request, 'password').length >= 8) next();
  else response.status(400).json({ error: 'PASSWORD_TOO_SHORT' });
}

/** Whatever was thrown: a status, a code, and a text that may be shown. */
const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
  const unreadable = {
    status: error.status,
    code: 'REQUEST_INVALID',
    message: 'The request cannot be read.',
  };
  const { status, code, message } = error.expose ? unreadable : httpAnswerOf(error); // `expose`: Express's own
  if (status >= 500) console.error(error); // names and codes, no value
  response.status(status).json({ error: code, message });
};
