import { keyedHash } from '@codezest/db-core';
import { somebodyWaits } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type DeviceKeys,
  type Keyring,
  pushTargets,
  reencrypt,
  registerDevice,
  retireDevice,
} from '../src/index.js';
import { storedSecrets } from '../src/stored-secrets.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { keyring, newUser } from './fixtures.js';

const DEVICES = 600;
/** What each writer and each reader does at least, however quick the rotation is. */
const AT_LEAST = 5;
const WRITERS = 4;
const READERS = 4;

const encryption = keyring('k1', 'k2');
const lookup = keyring('h1', 'h2');
const only = (ring: Keyring, ...ids: string[]): Keyring => ({
  current: ids[0] as string,
  keys: new Map(ids.map((id) => [id, ring.keys.get(id) as Uint8Array])),
});
const ringsOf = (...versions: number[]): Required<DeviceKeys> => ({
  encryption: only(encryption, ...versions.map((version) => `k${version}`)),
  lookup: only(lookup, ...versions.map((version) => `h${version}`)),
});
/** Before the rotation, while it goes on, after it. */
const [before, prepared, rotating, after] = [ringsOf(1), ringsOf(1, 2), ringsOf(2, 1), ringsOf(2)];

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.client.userDevice.deleteMany({});
});

const register = (userId: UserId, token: string, keys: DeviceKeys) =>
  registerDevice(database.client, { userId, token, platform: 'IOS' }, keys);

async function rowsOnOldKeys(): Promise<number> {
  const [row] = await database.client.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM user_devices
    WHERE split_part(token_encrypted, '.', 2) <> 'k2' OR token_hash_key_id <> 'h2'`;
  return row?.count ?? -1;
}

describe('reencrypt', () => {
  it('knows every column that holds an envelope, and every keyed hash', async () => {
    const columns = await database.client.$queryRaw<{ column: string }[]>`
      SELECT c.conrelid::regclass || '.' || a.attname AS column
      FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
      WHERE pg_get_constraintdef(c.oid) LIKE '%^v1%' ORDER BY 1`;
    const keyIds = await database.client.$queryRaw<{ column: string }[]>`
      SELECT attrelid::regclass || '.' || attname AS column FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      WHERE attname LIKE '%key_id' AND relkind = 'r' AND relnamespace = 'public'::regnamespace`;

    expect(columns.map(({ column }) => column)).toEqual(
      storedSecrets.encrypted.flatMap(({ table, columns }) => columns.map((column) => `${table}.${column}`)),
    );
    expect(keyIds.map(({ column }) => column)).toEqual(
      storedSecrets.encrypted.map(({ table, index }) => `${table}.${index?.keyIdColumn}`),
    );
  });

  it(`under ${WRITERS} writers and ${READERS} readers fails no read, keeps each device once and leaves no old key`, {
    timeout: 60_000,
  }, async () => {
    const owners = new Map<string, UserId>();
    for (let from = 0; from < DEVICES; from += 100) {
      const tokens = Array.from({ length: 100 }, (_, at) => `token ${from + at}`);
      await Promise.all(
        tokens.map(async (token) => {
          const userId = newUser();
          await register(userId, token, before);
          owners.set(token, userId);
        }),
      );
    }
    const tokens = [...owners.keys()];
    let writeWith = prepared;
    let running = true;
    const done = Array.from({ length: WRITERS + READERS }, () => 0);
    const isBusy = (at: number) => running || (done[at] as number) < AT_LEAST;
    const failures: unknown[] = [];
    // Registers its devices again, hands some to other users, and logs some out and in.
    const writer = async (at: number): Promise<void> => {
      for (let step = 0; isBusy(at); step += 1) {
        const token = tokens[(step * WRITERS + at) % tokens.length] as string;
        const owner = owners.get(token) as UserId;
        if (step % 3 === 1)
          expect(await retireDevice(database.client, { userId: owner, token }, writeWith)).toBe(true);
        const userId = step % 3 === 2 ? newUser() : owner;
        await register(userId, token, writeWith);
        owners.set(token, userId);
        done[at] = step + 1;
      }
    };
    const reader = async (_: unknown, index: number): Promise<void> => {
      const at = WRITERS + index;
      for (let step = 0; isBusy(at); step += 1) {
        const userIds = Array.from({ length: 5 }, () =>
          owners.get(tokens[Math.floor(Math.random() * DEVICES)] ?? ''),
        );
        const targets = await pushTargets(database.client, userIds as UserId[], rotating).catch((error) => {
          failures.push(error);
          return [];
        });
        for (const { token } of targets) expect(token).toMatch(/^token \d+$/);
        done[at] = step + 1;
      }
    };
    const others = [
      ...Array.from({ length: WRITERS }, (_, at) => writer(at)),
      ...Array.from({ length: READERS }, reader),
    ];

    const result = await reencrypt(database.client, {
      ...rotating,
      // The last process that wrote with the old keys restarts while the rotation runs.
      onProgress: () => {
        writeWith = rotating;
      },
    }).finally(() => {
      running = false;
    });
    await Promise.all(others);

    expect(failures).toEqual([]);
    expect(result).toMatchObject({ left: 0, missing: [], removable: { encryption: ['k1'], lookup: ['h1'] } });
    expect(await rowsOnOldKeys()).toBe(0);
    const targets = await pushTargets(database.client, [...owners.values()], after);
    expect(new Map(targets.map(({ token, userId }) => [token, userId]))).toEqual(owners);
    expect(targets).toHaveLength(DEVICES);
    for (const token of tokens.slice(0, 20)) {
      const userId = owners.get(token) as UserId;
      expect(await retireDevice(database.client, { userId, token }, after)).toBe(true);
    }
  });

  it('finds a device by its token under any key meanwhile, and leaves its row alone otherwise', async () => {
    const userId = newUser();
    await register(userId, 'token', before);
    const row = await database.client.userDevice.findFirstOrThrow();

    // The lookup keys alone: those of the encryption come another time.
    await reencrypt(database.client, { encryption: before.encryption, lookup: rotating.lookup });

    const moved = await database.client.userDevice.findFirstOrThrow();
    expect(moved).toEqual({ ...row, tokenHashKeyId: 'h2' });
    expect((await register(userId, 'token', { ...rotating, encryption: before.encryption })).id).toBe(row.id);
    expect(await retireDevice(database.client, { userId, token: 'token' }, prepared)).toBe(true);
  });

  it('loses no logout that meets the row while its hash moves', async () => {
    const userId = newUser();
    await register(userId, 'token', before);
    const moved = keyedHash('token', 'push token', after.lookup);

    const retired = await database.client.$transaction(async (transaction) => {
      await transaction.$executeRaw`UPDATE user_devices SET token_hash = ${moved}, token_hash_key_id = 'h2'`;
      const waiting = retireDevice(database.client, { userId, token: 'token' }, rotating);
      await somebodyWaits(database.client);
      return { waiting };
    });

    expect(await retired.waiting).toBe(true);
  });

  it('leaves nothing to the owner before, when a process with the old key takes the device over while its hash moves', async () => {
    const [ada, ben] = [newUser(), newUser()];
    await register(ada, 'token', before);
    const moved = keyedHash('token', 'push token', after.lookup);

    const taken = await database.client.$transaction(async (transaction) => {
      await transaction.$executeRaw`UPDATE user_devices SET token_hash = ${moved}, token_hash_key_id = 'h2'`;
      const waiting = register(ben, 'token', prepared);
      await somebodyWaits(database.client);
      return { waiting };
    });
    await taken.waiting;

    expect(await pushTargets(database.client, [ada, ben], rotating)).toMatchObject([{ userId: ben }]);
  });

  it('needs no lost lookup key: hashes are made anew from what was encrypted', async () => {
    await register(newUser(), 'token', { encryption: before.encryption, lookup: keyring('lost') });

    const result = await reencrypt(database.client, rotating);

    expect(result).toMatchObject({ rewritten: 1, missing: [] });
    expect(await rowsOnOldKeys()).toBe(0);
  });
});
