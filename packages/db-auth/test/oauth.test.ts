import { randomBytes } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  forgetOAuthTokens,
  type Keyring,
  linkOAuthAccount,
  type PrismaClient,
  readOAuthTokens,
  unlinkOAuthAccount,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newAccount, racingDatabase, refusal, rolledBack } from './fixtures.js';

const keyring: Keyring = { current: 'k1', keys: new Map([['k1', randomBytes(32)]]) };

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

let sequence = 0;
function providerId(): string {
  sequence += 1;
  return `account-${sequence}`;
}

async function withoutPassword(): Promise<UserId> {
  return client.$transaction(async (tx) => {
    const { user } = await newAccount(tx, { passwordHash: null, emailVerified: true });
    await linkOAuthAccount(tx, { userId: user.id, provider: 'GITHUB', providerId: providerId() });
    return user.id;
  });
}

describe('linkOAuthAccount', () => {
  test('stores tokens that only the keys can read', async () => {
    const { user } = await newAccount(client);
    const expiresAt = new Date('2030-01-01T00:00:00Z');
    const tokens = { accessToken: 'access-canary', refreshToken: 'refresh-canary', expiresAt };

    const linked = await linkOAuthAccount(
      client,
      { userId: user.id, provider: 'GITHUB', providerId: providerId(), ...tokens },
      { encryption: keyring },
    );

    expect(linked).toEqual(await client.oAuthAccount.findUniqueOrThrow({ where: { id: linked.id } }));
    const stored = await client.$queryRaw`SELECT * FROM oauth_accounts WHERE id = ${linked.id}::uuid`;
    expect(JSON.stringify(stored)).toContain('v1.k1.');
    expect(JSON.stringify(stored)).not.toContain('canary');
    expect(
      await readOAuthTokens(client, { userId: user.id, provider: 'GITHUB' }, { encryption: keyring }),
    ).toEqual(tokens);
  });

  test('again stores the newer tokens in the same row', async () => {
    const { user } = await newAccount(client);
    const account = { userId: user.id, provider: 'GOOGLE', providerId: providerId() } as const;
    const first = await linkOAuthAccount(
      client,
      { ...account, accessToken: 'old', refreshToken: 'r' },
      { encryption: keyring },
    );

    const second = await linkOAuthAccount(
      client,
      { ...account, accessToken: 'new' },
      { encryption: keyring },
    );

    expect(second.id).toBe(first.id);
    expect(await readOAuthTokens(client, account, { encryption: keyring })).toEqual({
      accessToken: 'new',
      // The provider sends it at the first consent alone.
      refreshToken: 'r',
      expiresAt: null,
    });
    await forgetOAuthTokens(client, account);
    expect(await readOAuthTokens(client, account, { encryption: keyring })).toEqual({
      accessToken: null,
      refreshToken: null,
      expiresAt: null,
    });
  });

  test("refuses somebody else's account, and tokens without keys", async () => {
    const [one, two] = [(await newAccount(client)).user, (await newAccount(client)).user];
    const account = { provider: 'GITHUB', providerId: providerId() } as const;
    await linkOAuthAccount(client, { userId: one.id, ...account });
    const secret = {
      userId: two.id,
      provider: 'GOOGLE',
      providerId: providerId(),
      accessToken: 'a',
    } as const;

    expect(await refusal(linkOAuthAccount(client, { userId: two.id, ...account }))).toBe(
      'OAUTH_ACCOUNT_TAKEN',
    );
    expect(await refusal(linkOAuthAccount(client, secret))).toBe('KEYRING_INVALID');
    expect(await refusal(readOAuthTokens(client, { userId: two.id, provider: 'APPLE' }))).toBe(
      'OAUTH_ACCOUNT_NOT_FOUND',
    );
  });

  test('links several accounts at a provider, of which one is to be named', async () => {
    const { user } = await newAccount(client);
    const choice = { userId: user.id, provider: 'GITHUB' } as const;
    const [first, second] = [providerId(), providerId()];
    const link = (id: string) =>
      linkOAuthAccount(client, { ...choice, providerId: id, accessToken: id }, { encryption: keyring });
    await link(first);
    await link(second);

    expect(await refusal(readOAuthTokens(client, choice, { encryption: keyring }))).toBe(
      'OAUTH_ACCOUNT_AMBIGUOUS',
    );
    const named = { ...choice, providerId: second };
    expect(await readOAuthTokens(client, named, { encryption: keyring })).toMatchObject({
      accessToken: second,
    });
    await unlinkOAuthAccount(client, named);
    expect(await readOAuthTokens(client, choice, { encryption: keyring })).toMatchObject({
      accessToken: first,
    });
  });

  test('goes with the transaction it is part of', async () => {
    const { user } = await newAccount(client);
    await rolledBack(client, (tx) =>
      linkOAuthAccount(tx, { userId: user.id, provider: 'APPLE', providerId: providerId() }),
    );

    expect(await client.oAuthAccount.count({ where: { userId: user.id } })).toBe(0);
  });

  test(`gives an account to one of ${CALLERS} users, ${ROUNDS} rounds`, async () => {
    const users = await Promise.all(Array.from({ length: CALLERS }, () => newAccount(client)));
    for (let round = 0; round < ROUNDS; round += 1) {
      const account = { provider: 'FACEBOOK', providerId: providerId() } as const;

      const { won, refused } = await race((caller) =>
        linkOAuthAccount(client, { userId: users[caller]?.user.id as UserId, ...account }),
      );

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ OAUTH_ACCOUNT_TAKEN: CALLERS - 1 });
      await client.oAuthAccount.deleteMany({ where: account });
    }
  });
});

describe('unlinkOAuthAccount', () => {
  test('removes a way in, but never the last one', async () => {
    const userId = await withoutPassword();
    await linkOAuthAccount(client, { userId, provider: 'GOOGLE', providerId: providerId() });

    await unlinkOAuthAccount(client, { userId, provider: 'GITHUB' });

    expect(await refusal(unlinkOAuthAccount(client, { userId, provider: 'GOOGLE' }))).toBe('LAST_WAY_IN');
    expect(await refusal(unlinkOAuthAccount(client, { userId, provider: 'GITHUB' }))).toBe(
      'OAUTH_ACCOUNT_NOT_FOUND',
    );
  });

  test('goes with the transaction it is part of', async () => {
    const { user } = await newAccount(client);
    await linkOAuthAccount(client, { userId: user.id, provider: 'APPLE', providerId: providerId() });
    await rolledBack(client, (tx) => unlinkOAuthAccount(tx, { userId: user.id, provider: 'APPLE' }));

    expect(await client.oAuthAccount.count({ where: { userId: user.id } })).toBe(1);
  });

  test(`leaves one of two ways in for ${CALLERS} callers, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const userId = await withoutPassword();
      await linkOAuthAccount(client, { userId, provider: 'GOOGLE', providerId: providerId() });

      const { won, refused } = await race((caller) =>
        unlinkOAuthAccount(client, { userId, provider: caller % 2 ? 'GITHUB' : 'GOOGLE' }),
      );

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ LAST_WAY_IN: CALLERS / 2, OAUTH_ACCOUNT_NOT_FOUND: CALLERS / 2 - 1 });
    }
  });
});
