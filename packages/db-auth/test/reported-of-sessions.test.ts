import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  authenticateSession,
  beginLogin,
  changePassword,
  completeLogin,
  consumeEmailVerification,
  consumePasswordReset,
  createAccount,
  findPasskey,
  issuePasswordReset,
  logInWithOAuth,
  logInWithPasskey,
  type PrismaClient,
  passkeyUserHandle,
  provePassword,
  registerPasskey,
  rotateSession,
  startSession,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newAccount, otherPasswordHash, passwordHash, refusal } from './fixtures.js';

/** What users of other systems reported of sessions, links and passkeys, each with its source. */
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
  return `other${sequence}`;
};
const account = async () => (await newAccount(client, { emailVerified: true })).user;
const logIn = async ({ id: userId }: Awaited<ReturnType<typeof account>>) =>
  (await startSession(client, { userId, loginMethod: 'PASSWORD' })).token;
const isLive = async (token: string) => (await authenticateSession(client, token)) !== null;

describe('sessions', () => {
  test('a reset of the password ends all of them (better-auth issue 1780), more than any batch holds (better-convex pull request 127)', async () => {
    const user = await account();
    const tokens = await Promise.all(Array.from({ length: 130 }, () => logIn(user)));
    const { token } = await issuePasswordReset(client, { userId: user.id });

    await consumePasswordReset(client, { token, passwordHash: otherPasswordHash });

    expect(await Promise.all(tokens.map(isLive))).not.toContain(true);
  });

  test('a password that an administrator sets ends them (better-auth issue 9855)', async () => {
    const user = await account();
    const token = await logIn(user);

    await changePassword(client, { userId: user.id, passwordHash: otherPasswordHash });

    expect(await isLive(token)).toBe(false);
  });

  test('18 requests that refresh one token at once keep one login, with one successor (nightscout/nocturne pull request 326, auth-js issue 213)', async () => {
    const token = await logIn(await account());

    const refreshed = await Promise.all(Array.from({ length: 18 }, () => rotateSession(client, { token })));

    const tokens = refreshed.map((each) => (each.outcome === 'ROTATED' ? each.token : each.outcome));
    expect(new Set(tokens).size).toBe(1);
    expect(await isLive(tokens[0] ?? '')).toBe(true);
  });

  test('of three generations the eldest is not given the youngest (Supabase pull request 466)', async () => {
    const first = await logIn(await account());
    const second = await rotateSession(client, { token: first });
    const third =
      second.outcome === 'ROTATED' ? await rotateSession(client, { token: second.token }) : second;
    if (third.outcome !== 'ROTATED') throw new Error(third.outcome);

    expect((await rotateSession(client, { token: first })).outcome).toBe('SUPERSEDED');
    expect(await isLive(third.token)).toBe(true);
    expect((await rotateSession(client, { token: first, graceSeconds: 0 })).outcome).toBe('REUSE_DETECTED');
    expect(await isLive(third.token)).toBe(false);
  });
});

describe('links to accounts at providers', () => {
  const atProvider = (email: string, emailVerified: boolean) => ({
    provider: 'GOOGLE' as const,
    providerId: unique(),
    email,
    emailVerified,
    firstName: 'Mallory',
  });

  test('an address that the provider has not proven opens nobody’s account (ezauth issue 87, go-authgate pull request 99)', async () => {
    const { id, email } = await account();

    expect(await refusal(logInWithOAuth(client, atProvider(email, false)))).toBe('EMAIL_TAKEN');
    expect(await client.oAuthAccount.count({ where: { userId: id } })).toBe(0);
  });

  test('an account that a stranger registered is not linked to its victim’s provider (better-auth pull request 9578, authorizer pull request 503)', async () => {
    const email = `${unique()}@example.com`;
    const names = { firstName: 'Mallory', lastName: '' };
    const { user } = await createAccount(client, { email, passwordHash, ...names });

    expect(await refusal(logInWithOAuth(client, atProvider(email, true)))).toBe('EMAIL_TAKEN');
    expect(await client.oAuthAccount.count({ where: { userId: user.id } })).toBe(0);
  });

  test('guesses at the password keep nobody out who comes by a provider (Keycloak issue 38874)', async () => {
    const login = atProvider(`${unique()}@example.com`, true);
    const registered = await logInWithOAuth(client, login);
    if (registered.step === 'REFUSED') throw new Error(registered.reason);
    for (let n = 0; n < 6; n += 1) {
      const { token } = await beginLogin(client, {
        emailOrUsername: login.email,
        decoyHash: otherPasswordHash,
      });
      await provePassword(client, { token, isRight: false, answerAfterMs: 0 });
    }

    const again = await logInWithOAuth(client, login);
    if (again.step === 'REFUSED') throw new Error(again.reason);
    expect(await completeLogin(client, { token: again.token })).toMatchObject({ step: 'COMPLETE' });
  });
});

test('a login that began before the account was locked does not outlive its suspension (Keycloak issue 50996)', async () => {
  const user = await account();
  const { token } = await beginLogin(client, { emailOrUsername: user.email, decoyHash: otherPasswordHash });
  await provePassword(client, { token, isRight: true });

  await client.user.update({
    where: { id: user.id },
    data: { isSuspended: true, suspendedAt: new Date() },
  });

  expect(await completeLogin(client, { token })).toMatchObject({ step: 'REFUSED' });
});

test('a username that is another’s address locks nobody (Keycloak issue 52837)', async () => {
  const victim = await account();
  const names = { firstName: 'Mallory', lastName: '' };
  const email = `${unique()}@example.com`;

  const asAddress = createAccount(client, { email, passwordHash, ...names, username: victim.email });
  expect(await refusal(asAddress)).toBe('RULE_VIOLATED');
});

test('the token of the page that asks for another mail verifies nothing (sveltekit-auth-starter issue 17)', async () => {
  const { user } = await newAccount(client);
  const session = await logIn(user);
  const { token } = await beginLogin(client, { emailOrUsername: user.email, decoyHash: otherPasswordHash });
  const proven = await provePassword(client, { token, isRight: true });
  if (proven.step !== 'UNVERIFIED') throw new Error(proven.step);
  const reset = await issuePasswordReset(client, { userId: user.id });

  for (const other of [session, token, proven.token, reset.token, user.id])
    expect(await refusal(consumeEmailVerification(client, other))).toBe('TOKEN_INVALID');
});

describe('passkeys', () => {
  const register = async (signCount: number) => {
    const { id: userId } = await account();
    const credentialId = Buffer.from(unique());
    const traits = { backupEligible: true, backedUp: true, userVerified: true };
    await registerPasskey(client, {
      userId,
      credentialId,
      publicKey: Buffer.alloc(32, 1),
      signCount,
      ...traits,
    });
    return { userId, credentialId };
  };
  const present = (credentialId: Uint8Array, signCount: number, userHandle: string | null = null) =>
    logInWithPasskey(client, { credentialId, signCount, backedUp: true, userVerified: true, userHandle });

  test('that count 0 for ever get in each time (elixir-web_authn_lite pull request 10, passwordless-id issue 27)', async () => {
    const { credentialId } = await register(0);

    for (let n = 0; n < 3; n += 1) expect((await present(credentialId, 0)).step).not.toBe('REFUSED');
  });

  test('a login that comes late sets no counter back (LibreChat pull request 14715)', async () => {
    const { credentialId } = await register(3);
    await Promise.all([present(credentialId, 9), present(credentialId, 5)]);

    expect((await findPasskey(client, credentialId))?.signCount).toBe(9n);
  });

  test('the handle of another user opens nothing, and one in another spelling of base64 is none', async () => {
    const [one, two] = [await register(0), await register(0)];
    const handle = Buffer.from(passkeyUserHandle(two.userId));

    expect((await present(one.credentialId, 0, handle.toString('base64url'))).step).toBe('REFUSED');
    expect((await present(two.credentialId, 0, handle.toString('base64url'))).step).not.toBe('REFUSED');
    expect((await present(two.credentialId, 0, handle.toString('hex'))).step).toBe('REFUSED');
  });
});
