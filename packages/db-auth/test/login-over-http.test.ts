import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Secret, type TOTP, URI } from 'otpauth';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.js';
import { authService } from './examples/service.js';

/** The service of the README. The consumers' tests run this file too, with the service and the package as npm installs them. */
let database: TestDatabase;
let server: Server;
const mails: { to: string; text: string }[] = [];

const PASSWORD = 'correct horse';
const STEP = 30_000;

beforeAll(async () => {
  const key = () => randomBytes(32).toString('base64');
  vi.stubEnv('AUTH_ENCRYPTION_KEYS', `k1:${key()}`);
  vi.stubEnv('AUTH_LOOKUP_KEYS', `p1:${key()}`);
  database = await createTestDatabase();
  const service = await authService(database.client, (to, text) => mails.push({ to, text }));
  server = await new Promise<Server>((listening) => {
    const started = service.listen(0, () => listening(started));
  });
});
afterAll(async () => {
  await new Promise((closed) => server?.close(closed));
  await database?.drop();
  vi.unstubAllEnvs();
});
// A code belongs to a time: none passes between its making and its check.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** One browser with its cookies. */
function browser(cookies = new Map<string, string>()) {
  const send = async (method: string, path: string, body?: string): Promise<Answer> => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { 'content-type': 'application/json', cookie };
    const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = set.match(/^(\w+)=([^;]*)/) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : {} };
  };
  return {
    cookies,
    get: (path: string) => send('GET', path),
    post: (path: string, body: object = {}) => send('POST', path, JSON.stringify(body)),
    send,
  };
}

let people = 0;
const newEmail = () => {
  people += 1;
  return `person${people}@example.com`;
};
const lastMail = (to: string) => mails.filter((mail) => mail.to === to).at(-1)?.text ?? '';
const tokenFor = (to: string) => lastMail(to).match(/token=([\w-]+)/)?.[1];

async function registered(): Promise<string> {
  const [here, email] = [browser(), newEmail()];
  const person = { email, password: PASSWORD, firstName: 'Maya', lastName: 'Lindqvist' };
  expect(await here.post('/register', person)).toMatchObject({ status: 202 });
  expect(await here.post('/verify', { token: tokenFor(email) })).toMatchObject({ status: 204 });
  return email;
}

const logIn = (on: ReturnType<typeof browser>, name: string, password = PASSWORD) =>
  on.post('/login', { name, password });
const COMPLETE = { status: 200, body: { step: 'COMPLETE', name: 'Maya' } };
const refused = (canRetry: boolean) => ({ status: 401, body: { error: 'LOGIN_REFUSED', canRetry } });

test('a person registers, proves the address, logs in, refreshes and logs out', async () => {
  const [here, email] = [browser(), newEmail()];
  const person = { email: email.toUpperCase(), password: PASSWORD, firstName: 'Maya', lastName: 'Lindqvist' };
  const first = await here.post('/register', person);
  const lost = tokenFor(email);
  expect(await logIn(here, email)).toEqual({ status: 200, body: { step: 'UNVERIFIED' } });
  expect(here.cookies.has('session')).toBe(false);
  expect(await here.post('/verify', { token: lost })).toMatchObject({ body: { error: 'TOKEN_INVALID' } });
  expect(await here.post('/verify', { token: tokenFor(email) })).toMatchObject({ status: 204 });
  expect(await here.post('/register', person)).toEqual(first);
  expect(lastMail(email)).toMatch(/have an account already/);

  expect(await logIn(here, email)).toEqual(COMPLETE);
  expect(await here.get('/account')).toMatchObject({ status: 200, body: { role: 'STUDENT' } });
  const otherTab = browser(new Map(here.cookies));
  expect(await here.post('/refresh')).toMatchObject({ status: 204 });
  expect(await otherTab.post('/refresh')).toMatchObject({ status: 204 });
  expect(otherTab.cookies.get('session')).toBe(here.cookies.get('session'));
  const copied = browser(new Map(here.cookies));

  expect(await here.post('/logout')).toMatchObject({ status: 204 });
  expect(here.cookies.has('session')).toBe(false);
  expect(await copied.get('/account')).toEqual({ status: 401, body: { error: 'SESSION_INVALID' } });
});

test('a second factor is asked for at each login, and survives a reset because the mailbox has confirmed it', async () => {
  const [here, email] = [browser(), await registered()];
  await logIn(here, email);
  const { body } = await here.post('/account/authenticator');
  const totp = URI.parse(body.uri as string) as TOTP;
  const code = (away: number) => totp.generate({ timestamp: Date.now() + away * STEP });
  expect(totp.secret).toBeInstanceOf(Secret);
  expect(await here.post('/account/authenticator/code', { code: '000' })).toMatchObject({ status: 400 });
  const enabled = await here.post('/account/authenticator/code', { code: code(-1) });
  const [recoveryCode] = enabled.body.recoveryCodes as string[];
  expect(await here.post('/confirm', { token: tokenFor(email) })).toMatchObject({ status: 204 });

  const there = browser();
  expect(await logIn(there, email)).toEqual({ status: 200, body: { step: 'SECOND_FACTOR' } });
  expect(await there.get('/account')).toMatchObject({ status: 401 });
  expect(await there.post('/login/code', { code: code(-1) })).toEqual(refused(true)); // was used
  expect(await there.post('/login/code', { code: '123' })).toEqual(refused(true));
  expect(await there.post('/login/code', { code: code(0) })).toEqual(COMPLETE);

  await there.post('/forgot', { email });
  const reset = { token: tokenFor(email), password: 'another horse' };
  expect(await there.post('/reset', { ...reset, password: 'short' })).toMatchObject({ status: 400 });
  expect(await there.post('/reset', reset)).toMatchObject({ status: 204 });
  expect(await there.post('/reset', reset)).toMatchObject({ status: 400, body: { error: 'TOKEN_INVALID' } });
  expect(await here.get('/account')).toMatchObject({ status: 401 });
  expect(await logIn(there, email)).toEqual(refused(false));
  expect(await logIn(there, email, 'another horse')).toMatchObject({ body: { step: 'SECOND_FACTOR' } });
  expect(await there.post('/login/recovery-code', { code: recoveryCode })).toEqual(COMPLETE);
});

test('a person gets in by a known browser while strangers have locked the account, and is told by mail', async () => {
  const [here, stranger, email] = [browser(), browser(), await registered()];
  await logIn(here, email);
  const answers = [];
  for (let n = 0; n < 6; n += 1) answers.push(await logIn(stranger, email, 'a guess'));
  const locked = await logIn(stranger, email);
  const nobody = await logIn(stranger, 'nobody@example.com');

  expect([...answers, locked, nobody]).toEqual(Array.from({ length: 8 }, () => refused(false)));
  expect(mails.filter(({ to, text }) => to === email && text.startsWith('Five wrong'))).toHaveLength(1);
  expect(await logIn(here, email)).toEqual(COMPLETE);
  expect((await here.get('/account')).body.logins).toHaveLength(9);
});

test('a mailed code logs in the browser that asked, and another one does not get in with it', async () => {
  const [here, there, email] = [browser(), browser(), await registered()];
  const told = await here.post('/login/mail', { email });
  const code = lastMail(email).match(/\d{8}/)?.[0];
  expect(await there.post('/login/mail', { email: 'nobody@example.com' })).toEqual(told);

  expect(await there.post('/login/mail/code', { code })).toMatchObject({ status: 401 });
  expect(await here.post('/login/mail/code', { code })).toEqual(COMPLETE);
});

test('a mail scanner that follows a link uses nothing up', async () => {
  const [here, email] = [browser(), newEmail()];
  const scanned = async (path: string) => {
    for (const method of ['GET', 'HEAD'])
      for (const cookies of [new Map<string, string>(), new Map(here.cookies)])
        expect(await browser(cookies).send(method, path)).toMatchObject({ status: 404 });
  };
  await here.post('/register', { email, password: PASSWORD, firstName: 'Maya', lastName: 'Lindqvist' });
  const token = tokenFor(email);
  await scanned(`/verify?token=${token}`);
  expect(await here.post('/verify', { token })).toMatchObject({ status: 204 });

  await here.post('/login/mail', { email });
  const code = lastMail(email).match(/\d{8}/)?.[0];
  await scanned(`/login/mail/code?code=${code}`);
  expect(await here.post('/login/mail/code', { code })).toEqual(COMPLETE);

  await here.post('/forgot', { email });
  const reset = { token: tokenFor(email), password: 'another horse' };
  await scanned(`/reset?token=${reset.token}`);
  expect(await here.post('/reset', reset)).toMatchObject({ status: 204 });
});

test('a new password is asked for before there is a session', async () => {
  const [here, email] = [browser(), await registered()];
  await database.client.user.update({ where: { email }, data: { mustChangePassword: true } });
  expect(await logIn(here, email)).toEqual({ status: 200, body: { step: 'MUST_CHANGE_PASSWORD' } });
  expect(here.cookies.has('session')).toBe(false);
  expect(await here.post('/login/new-password', { password: 'another horse' })).toEqual(COMPLETE);
  expect(await here.get('/account')).toMatchObject({ status: 200 });
});

test('a cookie that comes back after its grace ends the login, and the owner is told', async () => {
  const [here, email] = [browser(), await registered()];
  await logIn(here, email);
  const thief = browser(new Map(here.cookies));
  await here.post('/refresh');
  await database.client.session.updateMany({
    data: { revokedAt: new Date(Date.now() - 60_000) },
    where: { revokedAt: { not: null } },
  });

  expect(await thief.post('/refresh')).toEqual({ status: 401, body: { error: 'SESSION_INVALID' } });
  expect(await here.get('/account')).toMatchObject({ status: 401 });
  expect(lastMail(email)).toMatch(/logged out/);
});

test('no body of a request makes the service fail', async () => {
  const paths = ['register', 'verify', 'login', 'login/code', 'login/recovery-code', 'login/new-password'];
  const others = ['login/mail', 'login/mail/code', 'refresh', 'forgot', 'reset', 'account/authenticator'];
  const all = [...paths, ...others, 'account/authenticator/code', 'confirm', 'logout'];
  const names = ['email', 'name', 'password', 'token', 'code', 'firstName', 'lastName'];
  const withEach = (value: unknown) => JSON.stringify(Object.fromEntries(names.map((name) => [name, value])));
  const bodies = ['', '{', '[]', 'null', '{}', withEach('\0'), withEach({}), withEach('a'.repeat(50_000))];
  for (const path of all)
    for (const body of bodies) {
      const { status } = await browser(new Map([['session', 'j:{}']])).send('POST', `/${path}`, body);
      expect(status, `${path} ${body.slice(0, 40)}`).toBeLessThan(500);
    }
});
