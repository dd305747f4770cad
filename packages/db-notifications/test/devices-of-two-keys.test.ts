import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DeviceKeys, type Keyring, pushTargets, reencrypt, registerDevice } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { keyring, newUser } from './fixtures.js';

const _DEVICES = 600;
/** What each writer and each reader does at least, however quick the rotation is. */
const _AT_LEAST = 5;
const _WRITERS = 4;
const _READERS = 4;

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
const [before, _prepared, rotating, after] = [ringsOf(1), ringsOf(1, 2), ringsOf(2, 1), ringsOf(2)];

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

describe('a device of two keys', () => {
  it.each([
    ['the old key', before, after],
    ['the new key', after, before],
  ])('leaves a device that was registered twice to who came last, with %s', async (_, first, second) => {
    const [ada, ben] = [newUser(), newUser()];
    await register(ada, 'token', first);
    await register(ben, 'token', second);
    await register(newUser(), 'another token', before);

    const result = await reencrypt(database.client, rotating);

    expect(result.left).toBe(0);
    expect(await rowsOnOldKeys()).toBe(0);
    expect(await pushTargets(database.client, [ada, ben], after)).toMatchObject([
      { userId: ben, token: 'token' },
    ]);
  });

  it.each([
    ['an hour', "interval '1 hour'"],
    ['a microsecond', "interval '1 microsecond'"],
  ])('tells who came last by %s, whichever row is older', async (_, gap) => {
    for (const last of [0, 1]) {
      const users = [newUser(), newUser()] as const;
      await register(users[0], 'token', after);
      await register(users[1], 'token', before);
      const first = users[1 - last] as UserId;
      await database.client.$executeRawUnsafe(
        `UPDATE user_devices SET last_used_at = '2026-01-05 12:00:00.000100Z'::timestamptz
           + CASE WHEN user_id = '${first}' THEN interval '0' ELSE ${gap} END WHERE is_active`,
      );

      await reencrypt(database.client, rotating);

      expect(await pushTargets(database.client, [...users], after)).toMatchObject([{ userId: users[last] }]);
      await database.client.userDevice.deleteMany({});
    }
  });

  it('keeps a subscription of the web one device', async () => {
    const userId = newUser();
    const subscription = (auth: string) => JSON.stringify({ endpoint: 'https://push.example.com/1', auth });
    await register(userId, subscription('one'), before);

    await reencrypt(database.client, rotating);
    await register(userId, subscription('two'), after);

    expect(await pushTargets(database.client, [userId], after)).toMatchObject([
      { token: subscription('two') },
    ]);
  });

  it('ends also when both old rows of a device come to the same new hash at once', async () => {
    const ben = newUser();
    await register(newUser(), 'token', before);
    await register(ben, 'token', { encryption: before.encryption, lookup: keyring('h0') });

    await reencrypt(database.client, rotating);

    expect(await rowsOnOldKeys()).toBe(0);
    const active = await database.client.userDevice.findMany({ where: { isActive: true } });
    expect(active).toMatchObject([{ userId: ben }]);
  });
});
