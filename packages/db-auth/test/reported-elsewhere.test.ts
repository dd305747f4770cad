import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  acceptTwoFactorCode,
  beginLogin,
  beginMailedLogin,
  completeLogin,
  consumePasswordReset,
  enableTwoFactor,
  issueEmailVerification,
  logInWithOAuth,
  type PrismaClient,
  provePassword,
  requestPasswordReset,
  startTwoFactorEnrolment,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newAccount, otherPasswordHash, passwordHash, refusal } from './fixtures.js';

/** What users of other systems reported as bugs, each with its source. */
let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());
beforeEach(() => {
  const key = Buffer.alloc(32, 7).toString('base64');
  vi.stubEnv('AUTH_ENCRYPTION_KEYS', `k1:${key}`);
  vi.stubEnv('AUTH_LOOKUP_KEYS', `p1:${key}`);
  return () => vi.unstubAllEnvs();
});

let sequence = 0;
const unique = () => {
  sequence += 1;
  return `reported${sequence}`;
};

describe('a name that a provider tells stops no registration', () => {
  test.each([
    ['null, as GitHub tells of who has set none (Infisical issue 3186, omniauth issue 858)', null, undefined],
    ['a blank one (adoptoposs pull request 130)', ' \u00a0', undefined],
    ['nothing, as Apple tells from the second login on', undefined, undefined],
    ['a longer one than the column', 'x'.repeat(5_000), 'x'.repeat(100)],
    ['one with NUL in it', 'Ad\0a', 'Ada'],
  ])('%s', async (_, firstName, stored) => {
    const local = unique();
    const login = { provider: 'GITHUB', providerId: local, email: `${local}@example.com` } as const;

    const { account } = await logInWithOAuth(client, { ...login, emailVerified: true, firstName });

    expect(account).toBe('REGISTERED');
    const user = await client.user.findFirstOrThrow({ where: { email: login.email } });
    expect(user).toMatchObject({ firstName: stored ?? local, lastName: '' });
  });
});

test('a reset lifts the lock: the new password gets its owner in at once (Keycloak issue 45388)', async () => {
  const { user } = await newAccount(client, { emailVerified: true });
  const begin = () => beginLogin(client, { emailOrUsername: user.email, decoyHash: otherPasswordHash });
  for (let n = 0; n < 6; n += 1)
    await provePassword(client, { token: (await begin()).token, isRight: false });

  const mail = await requestPasswordReset(client, { email: user.email });
  await consumePasswordReset(client, { token: mail?.token ?? '', passwordHash: otherPasswordHash });

  const { token, passwordHash: compared } = await begin();
  expect(compared).toBe(otherPasswordHash);
  await provePassword(client, { token, isRight: true });
  expect(await completeLogin(client, { token })).toMatchObject({ step: 'COMPLETE' });
});

test('what an administrator changes by himself ends what was mailed to the old address (Supabase pull request 2757)', async () => {
  const { user } = await newAccount(client, { emailVerified: true });
  const reset = await requestPasswordReset(client, { email: user.email });
  await issueEmailVerification(client, user.id);

  await client.user.update({ where: { id: user.id }, data: { email: `${unique()}@example.com` } });

  const consumed = consumePasswordReset(client, { token: reset?.token ?? '', passwordHash });
  expect(await refusal(consumed)).toBe('TOKEN_INVALID');
});

test('the code that switched the second factor on is not that of the next login (Nebula pull request 237)', async () => {
  const { user } = await newAccount(client);
  const userId = user.id;
  const credentialId = await startTwoFactorEnrolment(client, { userId, secret: 'JBSWY3DPEHPK3PXP' });
  const step = Math.floor(Date.now() / 30_000);
  await enableTwoFactor(client, { userId, credentialId, step });

  expect(await refusal(acceptTwoFactorCode(client, { userId, credentialId, step }))).toBe(
    'TWO_FACTOR_CODE_REUSED',
  );
});

test.each([
  ['an account', true],
  ['nobody', false],
])(
  'a question about the address of %s is answered after the same time (Supabase issue 2398)',
  async (_, isThere) => {
    const email = isThere ? (await newAccount(client)).user.email : `${unique()}@example.com`;
    for (const ask of [requestPasswordReset, beginMailedLogin]) {
      const asked = performance.now();
      await ask(client, { email, answerAfterMs: 300 });
      // A timer may fire a moment early; nothing here takes as long without it.
      expect(performance.now() - asked).toBeGreaterThan(290);
    }
  },
);
