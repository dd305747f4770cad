import { randomBytes } from 'node:crypto';
import { decrypt, encrypt, newId, reencryptStored } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  consumeRecoveryCode,
  enableTwoFactor,
  type Keyring,
  linkOAuthAccount,
  type PrismaClient,
  readOAuthTokens,
  readTwoFactorSecret,
  reencrypt,
  startTwoFactorEnrolment,
} from '../src/index.js';
import { storedSecrets } from '../src/stored-secrets.js';
import type { TestDatabase } from './database.js';
import { newAccount, passwordHash, racingDatabase, refusal } from './fixtures.js';

const USERS = 800;
const WRITERS = 4;
const READERS = 4;

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());
beforeEach(async () => {
  await database.owner.client.user.deleteMany();
});

const keys = new Map(['k0', 'k1', 'k2', 'p1', 'p2'].map((id) => [id, randomBytes(32)]));
const ring = (...ids: string[]): Keyring => ({
  current: ids[0] as string,
  keys: new Map(ids.map((id) => [id, keys.get(id) as Uint8Array])),
});
const lookupKeyring = ring('p1');

/** Tokens and secrets of each user, all of them telling the same number. */
async function store(userId: UserId, value: number, keyring: Keyring): Promise<void> {
  const tokens = { accessToken: `access ${value}`, refreshToken: `refresh ${value}` };
  await linkOAuthAccount(
    client,
    { userId, provider: 'GITHUB', providerId: userId, ...tokens },
    { encryption: keyring },
  );
  await startTwoFactorEnrolment(client, { userId, secret: `secret ${value}` }, { encryption: keyring });
}

async function read(userId: UserId, keyring: Keyring): Promise<(string | null)[]> {
  const { accessToken, refreshToken } = await readOAuthTokens(
    client,
    { userId, provider: 'GITHUB' },
    { encryption: keyring },
  );
  const { secret } = await readTwoFactorSecret(client, userId, { encryption: keyring });
  return [accessToken, refreshToken, secret];
}

/** As `store` by many: rows of the value 0. */
async function fill(count: number, keyring: Keyring): Promise<UserId[]> {
  const ids = Array.from({ length: count }, () => newId<'User'>());
  const envelope = (text: string, table: string, column: string, rowId: string) =>
    encrypt(text, { table, column, rowId }, keyring);
  await client.user.createMany({
    data: ids.map((id) => ({
      id,
      email: `${id}@example.com`,
      password: passwordHash,
      firstName: 'Grace',
      lastName: 'Hopper',
    })),
  });
  await client.oAuthAccount.createMany({
    data: ids.map((userId) => {
      const id = newId<'OAuthAccount'>();
      const accessToken = envelope('access 0', 'oauth_accounts', 'access_token', id);
      const refreshToken = envelope('refresh 0', 'oauth_accounts', 'refresh_token', id);
      return { id, userId, provider: 'GITHUB' as const, providerId: userId, accessToken, refreshToken };
    }),
  });
  await client.twoFactorCredential.createMany({
    data: ids.map((userId) => {
      const id = newId<'TwoFactorCredential'>();
      return { id, userId, secret: envelope('secret 0', 'two_factor_credentials', 'secret', id) };
    }),
  });
  return ids;
}

/** All that is stored, by user, in clear. */
async function readAll(keyring: Keyring): Promise<Map<UserId, string[]>> {
  const rows = await client.$queryRaw<
    { userId: UserId; table: string; column: string; rowId: string; envelope: string }[]
  >`
    SELECT user_id AS "userId", 'oauth_accounts' AS table, 'access_token' AS column, id AS "rowId", access_token AS envelope
    FROM oauth_accounts
    UNION ALL SELECT user_id, 'oauth_accounts', 'refresh_token', id, refresh_token FROM oauth_accounts
    UNION ALL SELECT user_id, 'two_factor_credentials', 'secret', id, secret FROM two_factor_credentials
    ORDER BY 1, 2, 3`;
  const texts = new Map<UserId, string[]>();
  for (const { userId, envelope, ...place } of rows) {
    texts.set(userId, [...(texts.get(userId) ?? []), decrypt(envelope, place, keyring)]);
  }
  return texts;
}

async function users(count: number): Promise<UserId[]> {
  const accounts = await Promise.all(Array.from({ length: count }, () => newAccount(client)));
  return accounts.map(({ user }) => user.id);
}

/** Rows that have a value of another key than this one. */
async function rowsNotOn(keyId: string): Promise<number> {
  const [row] = await client.$queryRaw<{ count: number }[]>`SELECT (
    (SELECT count(*) FROM oauth_accounts
      WHERE split_part(access_token, '.', 2) <> ${keyId} OR split_part(refresh_token, '.', 2) <> ${keyId})
    + (SELECT count(*) FROM two_factor_credentials WHERE split_part(secret, '.', 2) <> ${keyId}))::int AS count`;
  return row?.count ?? -1;
}

describe('reencrypt', () => {
  test('knows every column that holds an envelope, and every table of keyed hashes', async () => {
    const columns = await client.$queryRaw<{ column: string }[]>`
      SELECT c.conrelid::regclass || '.' || a.attname AS column
      FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
      WHERE pg_get_constraintdef(c.oid) LIKE '%^v1%' ORDER BY 1`;
    const hashes = await client.$queryRaw<{ table: string }[]>`
      SELECT attrelid::regclass::text AS table FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      WHERE attname LIKE '%key_id' AND relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`;

    expect(columns.map(({ column }) => column)).toEqual(
      storedSecrets.encrypted.flatMap(({ table, columns }) => columns.map((column) => `${table}.${column}`)),
    );
    expect(hashes.map(({ table }) => table)).toEqual(storedSecrets.hashed.map(({ table }) => table));
  });

  test(`under ${WRITERS} writers and ${READERS} readers fails no read, loses no write and leaves no row on the old key`, async () => {
    const ids = await fill(USERS, ring('k1'));
    const written = new Map(ids.map((id) => [id, 0]));
    // As operators do it: every process knows both keys, then each makes the new one its current one.
    let writeWith = ring('k1', 'k2');
    let running = true;
    let writes = 0;
    let reads = 0;
    const failures: unknown[] = [];
    const writer = async (at: number): Promise<void> => {
      const own = ids.filter((_, index) => index % WRITERS === at);
      for (let value = 1; running; value += 1) {
        const userId = own[value % own.length] as UserId;
        await store(userId, value, writeWith);
        written.set(userId, value);
        writes += 1;
      }
    };
    const reader = async (): Promise<void> => {
      while (running) {
        const userId = ids[Math.floor(Math.random() * ids.length)] as UserId;
        const values = await read(userId, ring('k2', 'k1')).catch((error) => failures.push(error));
        if (Array.isArray(values)) {
          expect(values).toEqual([
            expect.stringMatching(/^access \d+$/),
            expect.stringMatching(/^refresh \d+$/),
            expect.stringMatching(/^secret \d+$/),
          ]);
        }
        reads += 1;
      }
    };
    const others = [
      ...Array.from({ length: WRITERS }, (_, at) => writer(at)),
      ...Array.from({ length: READERS }, reader),
    ];

    const result = await reencrypt(client, {
      encryption: ring('k2', 'k1'),
      lookup: lookupKeyring,
      // The last process that wrote with the old key restarts while the rotation runs.
      onProgress: () => {
        writeWith = ring('k2', 'k1');
      },
    }).finally(() => {
      running = false;
    });
    await Promise.all(others);

    expect(failures).toEqual([]);
    expect(result).toMatchObject({ left: 0, missing: [], unreadable: [], removable: { encryption: ['k1'] } });
    expect(result.rewritten).toBeGreaterThan(USERS);
    expect(await rowsNotOn('k2')).toBe(0);
    const expected = [...written].map(([id, value]) => [
      id,
      [`access ${value}`, `refresh ${value}`, `secret ${value}`],
    ]);
    expect(await readAll(ring('k2'))).toEqual(new Map(expected as [UserId, string[]][]));
    expect(Math.min(writes, reads)).toBeGreaterThan(20);
  });

  test('never puts back what was replaced after it was read', async () => {
    const [userId] = (await users(1)) as [UserId];
    await store(userId, 1, ring('k1'));
    let replaced = false;
    // Between reading a row and writing it anew, somebody else writes it, once.
    const meddling = {
      async $queryRawUnsafe<Rows>(text: string, ...values: unknown[]): Promise<Rows> {
        const rows = await client.$queryRawUnsafe<Rows>(text, ...values);
        if (text.includes('= ANY(') && !replaced) {
          replaced = true;
          await store(userId, 2, ring('k1'));
        }
        return rows;
      },
    };

    const keys = { encryption: ring('k2', 'k1'), lookup: lookupKeyring };
    const { left } = await reencryptStored(meddling, storedSecrets, keys);

    expect({ left, replaced }).toEqual({ left: 0, replaced: true });
    expect(await read(userId, ring('k2'))).toEqual(['access 2', 'refresh 2', 'secret 2']);
  });

  test('writes again only what is on another key, and leaves the rest of the row alone', async () => {
    const [one, two] = (await users(2)) as [UserId, UserId];
    await store(one, 1, ring('k1'));
    await store(two, 2, ring('k2'));
    const rows = () => client.oAuthAccount.findMany({ omit: { accessToken: false, refreshToken: false } });
    const before = await rows();

    const { rewritten } = await reencrypt(client, { encryption: ring('k2', 'k1'), lookup: lookupKeyring });

    expect(rewritten).toBe(2);
    const after = await rows();
    const ofUser = (list: typeof before, id: UserId) => list.find(({ userId }) => userId === id);
    expect(ofUser(after, two)).toEqual(ofUser(before, two));
    const { accessToken, refreshToken, ...rest } = ofUser(after, one) ?? {};
    expect(ofUser(before, one)).toMatchObject(rest);
    expect([accessToken, refreshToken]).toEqual([
      expect.stringMatching(/^v1\.k2\./),
      expect.stringMatching(/^v1\.k2\./),
    ]);
  });

  test('stops at a key that is missing, with the rows that need it as they were', async () => {
    const [one, two] = (await users(2)) as [UserId, UserId];
    await store(one, 1, ring('k0'));
    await store(two, 2, ring('k1'));
    const keyring = ring('k2', 'k1');

    const error = await reencrypt(client, { encryption: keyring, lookup: lookupKeyring }).catch(
      (thrown) => thrown,
    );

    expect(error).toMatchObject({
      code: 'REENCRYPTION_KEY_MISSING',
      message: expect.stringContaining('no key "k0", needed in oauth_accounts.access_token (rows: 1)'),
      result: { rewritten: 2, left: 0, removable: { encryption: ['k1'] } },
    });
    expect(await read(one, ring('k0'))).toEqual(['access 1', 'refresh 1', 'secret 1']);
    expect(await read(two, ring('k2'))).toEqual(['access 2', 'refresh 2', 'secret 2']);
    expect(await refusal(read(one, keyring))).toBe('ENCRYPTION_KEY_UNKNOWN');
  });

  test('keeps the key of recovery codes until the last one is used', async () => {
    const [userId] = (await users(1)) as [UserId];
    await store(userId, 1, ring('k1'));
    const { credentialId } = await readTwoFactorSecret(client, userId, { encryption: ring('k1') });
    const code = { userId, credentialId, step: Math.floor(Date.now() / 30_000) };
    const codes = await enableTwoFactor(client, code, { lookup: lookupKeyring });
    const options = { encryption: ring('k1'), lookup: ring('p2', 'p1') };
    const unused = { keyring: 'lookup', keyId: 'p1', column: 'recovery_codes.code_hash', rows: 10 };

    const before = await reencrypt(client, options);
    for (const code of codes) await consumeRecoveryCode(client, { userId, code }, options);
    const after = await reencrypt(client, { ...options, dryRun: true });

    expect(before.uses).toContainEqual(unused);
    expect(before.removable.lookup).toEqual([]);
    expect(after.removable.lookup).toEqual(['p1']);
  });
});
