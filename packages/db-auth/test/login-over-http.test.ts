import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { compare, hash } from 'bcryptjs';
import { Secret, TOTP } from 'otpauth';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { authenticateSession, type PrismaClient } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import {
  answer,
  logIn,
  newPassword,
  recoveryCode,
  secondFactor,
  type Tools,
  whoTried,
} from './examples/log-in.js';
import { mailCode, proveCode } from './examples/log-in-by-mail.js';
import { enrol, prove } from './examples/two-factor.js';
import { newAccount } from './fixtures.js';

/** The example of the README behind a server, with libraries that hash and count as in production. */
let database: TestDatabase;
let client: PrismaClient;
let server: Server;
let tools: Tools;
const mails: string[] = [];

const PASSWORD = 'correct horse';
const COST = 4;
const generator = (secret: string) => new TOTP({ secret: Secret.fromBase32(secret) });

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
  tools = {
    decoyHash: await hash(randomBytes(16).toString('hex'), COST),
    hash: (password) => hash(password, COST),
    matches: (stored, password) => compare(password, stored),
    stepOf: (secret, code) => {
      const delta = generator(secret).validate({ token: code, window: 1 });
      return delta === null ? null : Math.floor(Date.now() / 30_000) + delta;
    },
    mail: (to) => mails.push(to),
  };
  const routes: Record<string, (body: Record<string, string>, agent?: string) => Promise<unknown>> = {
    '/login': (body, userAgent) =>
      logIn(client, tools, {
        emailOrUsername: body.name ?? '',
        password: body.password ?? '',
        ipAddress: body.forwardedFor ?? '',
        deviceToken: body.device ?? '',
        ...(userAgent !== undefined && { userAgent }),
      }),
    '/login/code': ({ token = '', code = '' }) => secondFactor(client, tools, token, code),
    '/login/recovery-code': ({ token = '', code = '' }) => recoveryCode(client, tools, token, code),
    '/login/new-password': ({ token = '', password = '' }) => newPassword(client, tools, token, password),
    '/login/mail': ({ email = '' }) => mailCode(client, email, 'unknown'),
    '/login/mail/code': async ({ cookie = '', code = '' }) =>
      answer(client, tools, await proveCode(client, cookie, code)),
  };
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    const given = await routes[request.url ?? '']?.(body, request.headers['user-agent']);
    response.end(JSON.stringify(given));
  });
  await new Promise<void>((listening) => server.listen(0, listening));
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  await database?.drop();
});
beforeEach(() => {
  const key = () => randomBytes(32).toString('base64');
  vi.stubEnv('AUTH_ENCRYPTION_KEYS', `k1:${key()}`);
  vi.stubEnv('AUTH_LOOKUP_KEYS', `p1:${key()}`);
});
afterEach(() => vi.unstubAllEnvs());

interface Answer {
  status: number;
  body: { step: string; session: string; token: string; deviceToken: string | null };
  cookie: string;
  later: { to: string; text: string };
}

async function post(path: string, body: Record<string, unknown>): Promise<Answer> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  return (await response.json()) as Answer;
}

const person = async () => {
  const passwordHash = await hash(PASSWORD, COST);
  return (await newAccount(client, { passwordHash, emailVerified: true })).user;
};

test('a person logs in over HTTP, is remembered, and gets in while strangers are locked out', async () => {
  const user = await person();
  const { status, body } = await post('/login', {
    name: user.email.toUpperCase(),
    password: PASSWORD,
    forwardedFor: '203.0.113.7:51234, 10.0.0.1',
  });
  expect([status, body]).toEqual([
    200,
    { step: 'COMPLETE', session: expect.any(String), deviceToken: expect.any(String), name: 'Grace' },
  ]);
  expect((await authenticateSession(client, body.session))?.session.ipAddress).toBe('203.0.113.7');

  const answers = [];
  for (let n = 0; n < 6; n += 1) answers.push(await post('/login', { name: user.email, password: 'wrong' }));
  const locked = await post('/login', { name: user.email, password: PASSWORD });
  const nobody = await post('/login', { name: 'nobody@example.com', password: PASSWORD });
  expect(new Set([...answers, locked, nobody].map((each) => JSON.stringify(each))).size).toBe(1);
  expect(locked).toEqual({ status: 401, body: { error: 'LOGIN_REFUSED', canRetry: false } });
  expect(mails).toEqual([user.email]);

  const known = await post('/login', { name: user.email, password: PASSWORD, device: body.deviceToken });
  expect(known.body).toMatchObject({ step: 'COMPLETE', deviceToken: null });
  expect((await whoTried(client, user.id)).items).toHaveLength(9);
});

test('a second factor, a recovery code and a new password are asked for before there is a session', async () => {
  const user = await person();
  const secret = new Secret({ size: 20 }).base32;
  const code = (away: number) => generator(secret).generate({ timestamp: Date.now() + away * 30_000 });
  await enrol(client, user.id, secret);
  const codes = await prove(client, user.id, code(-1), tools.stepOf);
  await client.user.update({ where: { id: user.id }, data: { mustChangePassword: true } });
  const begin = async () => (await post('/login', { name: user.email, password: PASSWORD })).body;
  const first = await begin();
  expect(first).toEqual({ step: 'SECOND_FACTOR', token: expect.any(String) });

  const wrong = await post('/login/code', { token: first.token, code: '000000' });
  expect(wrong).toEqual({ status: 401, body: { error: 'LOGIN_REFUSED', canRetry: true } });
  const right = await post('/login/code', { token: first.token, code: code(0) });
  expect(right.body).toEqual({ step: 'MUST_CHANGE_PASSWORD', token: first.token });
  const done = await post('/login/new-password', { token: first.token, password: PASSWORD });

  expect((await authenticateSession(client, done.body.session))?.session.loginMethod).toBe('TWO_FACTOR');
  const second = await begin();
  const recovered = await post('/login/recovery-code', { token: second.token, code: codes?.[0] });
  expect(recovered.body.step).toBe('COMPLETE');
});

test('a mailed code logs in the browser that asked, and another one does not get in with it', async () => {
  const user = await person();
  const { cookie, later } = await post('/login/mail', { email: user.email });
  const code = later.text.match(/\d{8}/)?.[0];
  const { cookie: other } = await post('/login/mail', { email: user.email });

  expect(later.to).toBe(user.email);
  expect((await post('/login/mail/code', { cookie: other, code })).status).toBe(401);
  expect((await post('/login/mail/code', { cookie, code })).body.step).toBe('COMPLETE');
});
