import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  beginLogin,
  completeLogin,
  createAccount,
  logInWithOAuth,
  logInWithPasskey,
  type PrismaClient,
  provePassword,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { otherPasswordHash as decoyHash, newAccount, passwordHash, refusal } from './fixtures.js';

/** What a service hands on is not always of the type that was written down: a claim, or a promise that nobody awaited. */
let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const account = async () => (await newAccount(client, { emailVerified: true })).user;
const truthy: readonly unknown[] = ['false', 'true', 1, {}, [], Promise.resolve(false), new Date()];
const none: readonly unknown[] = [undefined, null, 0, ''];

/** A login by GitHub under somebody's address, with whatever it says of that. */
async function byProvider(email: string, emailVerified: unknown) {
  const claims = { email, emailVerified: emailVerified as boolean, firstName: 'Grace' };
  return logInWithOAuth(client, { provider: 'GITHUB', providerId: crypto.randomUUID(), ...claims });
}

describe('what is merely truthy proves nothing', () => {
  test('of a password', async () => {
    const { email } = await account();
    for (const isRight of [...truthy, ...none]) {
      const { token } = await beginLogin(client, { emailOrUsername: email, decoyHash });
      const proven = Promise.resolve().then(() =>
        provePassword(client, { token, isRight: isRight as boolean }),
      );

      expect(await refusal(proven)).toBe('VALUE_INVALID');
      expect((await completeLogin(client, { token })).step).toBe('REFUSED');
      await client.user.update({ where: { email }, data: { loginAttempts: 0 } });
    }
  });

  test('of the person at a passkey', async () => {
    for (const userVerified of [...truthy, ...none]) {
      const passkey = { credentialId: 'AAAA', signCount: 0, backedUp: false };
      const proven = Promise.resolve().then(() =>
        logInWithPasskey(client, { ...passkey, userVerified: userVerified as boolean }),
      );

      expect(await refusal(proven)).toBe('VALUE_INVALID');
    }
  });

  test('of the address of a new account', async () => {
    for (const emailVerified of truthy) {
      const names = { firstName: 'Grace', lastName: 'Hopper' };
      const made = createAccount(client, {
        email: 'grace@example.com',
        passwordHash,
        emailVerified: emailVerified as boolean,
        ...names,
      });

      expect(await refusal(made)).toBe('VALUE_INVALID');
    }
  });

  test('of a provider’s address, but for the text "true" of Apple', async () => {
    const { id, email } = await account();
    for (const emailVerified of [...truthy.filter((value) => value !== 'true'), ...none])
      expect(await refusal(byProvider(email, emailVerified))).toBe('EMAIL_TAKEN');
    expect(await client.oAuthAccount.count({ where: { userId: id } })).toBe(0);

    expect(await byProvider(email, 'true')).toMatchObject({ account: 'LINKED', userId: id });
    expect(await byProvider('new@example.com', 'true')).toMatchObject({
      account: 'REGISTERED',
      step: 'PROVEN',
    });
    expect(await byProvider('other@example.com', 'false')).toMatchObject({ step: 'UNVERIFIED' });
  });
});
