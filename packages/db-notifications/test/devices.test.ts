import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pushTargets, registerDevice, retireDevice } from '../src/index.js';
import type { TestDatabase } from './database.js';
import { keyring, newUser, racingDatabase, undone } from './fixtures.js';

const keys = { encryption: keyring('k1'), lookup: keyring('h1') };

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase();
});

afterAll(() => database.drop());

const device = (token: string, userId = newUser()) => ({ userId, token, platform: 'IOS' as const });
const rowsOfToken = () => database.client.userDevice.findMany({ orderBy: { isActive: 'asc' } });

beforeEach(async () => {
  await database.client.userDevice.deleteMany({});
});

describe('a device', () => {
  it('is registered with its token unreadable in the row, and readable for sending', async () => {
    const own = device('token-1');

    const registered = await registerDevice(database.client, { ...own, model: 'iPhone 17' }, keys);

    expect(registered).toEqual(await database.client.userDevice.findFirstOrThrow());
    expect(registered).toMatchObject({
      userId: own.userId,
      platform: 'IOS',
      model: 'iPhone 17',
      isActive: true,
    });
    const row = await database.client.userDevice.findFirstOrThrow({
      omit: { tokenEncrypted: false, tokenHash: false },
    });
    expect(JSON.stringify(row)).not.toContain('token-1');
    expect(row.tokenHash).toHaveLength(32);
    expect(await pushTargets(database.client, [own.userId, own.userId], keys)).toEqual([
      { deviceId: registered.id, userId: own.userId, platform: 'IOS', token: 'token-1' },
    ]);
  });

  it('registered again is the same row, used later', async () => {
    const own = device('token-1');
    const first = await registerDevice(database.client, own, keys);
    await database.client.userDevice.update({ where: { id: first.id }, data: { lastUsedAt: new Date(0) } });

    const second = await registerDevice(database.client, { ...own, model: 'iPhone 17' }, keys);

    expect(second).toMatchObject({ id: first.id, createdAt: first.createdAt, model: 'iPhone 17' });
    expect(second.lastUsedAt.getTime()).toBeGreaterThanOrEqual(first.lastUsedAt.getTime());
  });

  it('is used later with each registration, whatever the clock says', async () => {
    const own = device('token-1');
    const ahead = new Date('2099-01-01T00:00:00Z');
    const { id } = await registerDevice(database.client, own, keys);
    await database.client.userDevice.update({ where: { id }, data: { lastUsedAt: ahead } });

    await registerDevice(database.client, own, keys);

    const [row] = await database.client.$queryRaw<unknown[]>`
      SELECT last_used_at > ${ahead} AS later, last_used_at < now() AS "byClock" FROM user_devices`;
    expect(row).toEqual({ later: true, byClock: false });
  });

  it('goes to the user who registers its token last', async () => {
    const [ada, ben] = [device('token-1'), device('token-1')];
    await registerDevice(database.client, ada, keys);

    await registerDevice(database.client, ben, keys);

    expect(await pushTargets(database.client, [ada.userId], keys)).toEqual([]);
    expect(await pushTargets(database.client, [ada.userId, ben.userId], keys)).toMatchObject([
      { userId: ben.userId, token: 'token-1' },
    ]);
    expect(await retireDevice(database.client, ada, keys)).toBe(false);
    expect(await rowsOfToken()).toMatchObject([{ userId: ben.userId, isActive: true }]);
  });

  it('of Apple is one in either case, and in the spelling of older apps', async () => {
    const hexadecimal = '740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad';
    const spelled = `<${hexadecimal.replace(/.{8}(?=.)/g, '$& ')}>`;
    const userId = newUser();
    for (const token of [hexadecimal.toUpperCase(), hexadecimal, spelled])
      await registerDevice(database.client, device(token, userId), keys);

    expect(await pushTargets(database.client, [userId], keys)).toMatchObject([{ token: hexadecimal }]);
    expect(await rowsOfToken()).toHaveLength(1);
    expect(await retireDevice(database.client, { userId, token: hexadecimal.toUpperCase() }, keys)).toBe(
      true,
    );
  });

  it('of others is told by the case of its token', async () => {
    const userId = newUser();
    for (const token of ['dQw4:APA91bH', 'dqw4:apa91bh', '{"endpoint":1}', '{'])
      await registerDevice(database.client, device(token, userId), keys);

    expect(await pushTargets(database.client, [userId], keys)).toHaveLength(4);
  });

  it('of the web is one by its endpoint, with the keys of the last registration', async () => {
    const [ada, ben] = [newUser(), newUser()];
    const subscription = (auth: string) =>
      JSON.stringify({ endpoint: 'https://push.example.com/Ab1', keys: { p256dh: 'p', auth } });
    const register = (userId: UserId, auth: string) =>
      registerDevice(database.client, { userId, token: subscription(auth), platform: 'WEB' }, keys);
    const first = await register(ada, 'one');
    const renewed = await register(ada, 'two');

    expect(renewed.id).toBe(first.id);
    expect(await pushTargets(database.client, [ada], keys)).toMatchObject([{ token: subscription('two') }]);
    await register(ben, 'three');
    expect(await pushTargets(database.client, [ada, ben], keys)).toMatchObject([
      { userId: ben, token: subscription('three') },
    ]);
    expect(await retireDevice(database.client, { userId: ben, token: subscription('four') }, keys)).toBe(
      true,
    );
  });

  it('retired is sent nothing, and may come back', async () => {
    const own = device('token-1');
    await registerDevice(database.client, own, keys);

    expect(await retireDevice(database.client, own, keys)).toBe(true);
    expect(await retireDevice(database.client, own, keys)).toBe(false);
    expect(await pushTargets(database.client, [own.userId], keys)).toEqual([]);
    await registerDevice(database.client, own, keys);
    expect(await pushTargets(database.client, [own.userId], keys)).toHaveLength(1);
    expect(await rowsOfToken()).toMatchObject([{ isActive: false }, { isActive: true }]);
  });

  it('is found and read while keys rotate', async () => {
    const own = device('token-1');
    const added = (old: typeof keys.lookup, id: string) => {
      const fresh = keyring(id);
      return { current: id, keys: new Map([...fresh.keys, ...old.keys]) };
    };
    const rotated = { encryption: added(keys.encryption, 'k2'), lookup: added(keys.lookup, 'h2') };
    await registerDevice(database.client, own, keys);

    expect(await pushTargets(database.client, [own.userId], rotated)).toMatchObject([{ token: 'token-1' }]);
    await registerDevice(database.client, own, rotated);
    await registerDevice(database.client, own, rotated);

    expect(await pushTargets(database.client, [own.userId], rotated)).toHaveLength(1);
    expect(await rowsOfToken()).toMatchObject([{ isActive: false }, { isActive: true }]);
    await registerDevice(database.client, device('token-2', own.userId), keys);
    expect(await retireDevice(database.client, { ...own, token: 'token-2' }, rotated)).toBe(true);
  });

  it('is undone with the transaction that it is part of', async () => {
    const own = device('token-1');

    const inside = await undone(database.client, async (transaction) => {
      const registered = await registerDevice(transaction, own, keys);
      const targets = await pushTargets(transaction, [own.userId], keys);
      return { registered, targets, retired: await retireDevice(transaction, own, keys) };
    });

    expect(inside.registered.lastUsedAt).toBeInstanceOf(Date);
    expect(inside).toMatchObject({ targets: [{ token: 'token-1' }], retired: true });
    expect(await rowsOfToken()).toEqual([]);
  });

  it(`registered by ${CALLERS} users at once has one owner, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const token = `race-${round}`;
      const userIds = Array.from({ length: CALLERS }, newUser);

      const { won } = await race((caller) =>
        registerDevice(database.client, device(token, userIds[caller]), keys),
      );

      expect(won).toHaveLength(CALLERS);
      const targets = await pushTargets(database.client, userIds, keys);
      expect(targets).toMatchObject([{ token }]);
      expect(new Set(won.map(({ id }) => id)).size).toBe(1);
    }
  });

  it(`retired by ${CALLERS} at once goes once, and comes back with whoever registers it, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const own = device(`race-${round}`);
      await registerDevice(database.client, own, keys);

      const retired = await race(() => retireDevice(database.client, own, keys));
      expect(retired.won.filter(Boolean)).toHaveLength(1);

      const { won, refused } = await race<unknown>((caller) =>
        caller % 2 ? retireDevice(database.client, own, keys) : registerDevice(database.client, own, keys),
      );
      expect([won.length, refused]).toEqual([CALLERS, {}]);
      const live = await database.client.userDevice.count({ where: { userId: own.userId, isActive: true } });
      expect(live).toBeLessThanOrEqual(1);
    }
  });
});

describe('the keys', () => {
  afterEach(() => {
    delete process.env.NOTIFICATIONS_ENCRYPTION_KEYS;
    delete process.env.NOTIFICATIONS_LOOKUP_KEYS;
  });

  it('come from the environment, and their absence is told by the variable’s name', async () => {
    const own = device('token-1');
    const refused = { code: 'KEYRING_INVALID', message: expect.stringContaining('NOTIFICATIONS_') };
    await expect(registerDevice(database.client, own)).rejects.toMatchObject(refused);
    await expect(retireDevice(database.client, own)).rejects.toMatchObject(refused);
    await expect(pushTargets(database.client, [own.userId])).rejects.toMatchObject(refused);

    process.env.NOTIFICATIONS_ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
    process.env.NOTIFICATIONS_LOOKUP_KEYS = `h1:${Buffer.alloc(32, 2).toString('base64')}`;
    await registerDevice(database.client, own);
    expect(await pushTargets(database.client, [own.userId])).toMatchObject([{ token: 'token-1' }]);
  });

  it('that are missing, and ciphertext of another row, are refused', async () => {
    const [ada, ben] = [device('token-1'), device('token-2')];
    const { id } = await registerDevice(database.client, ada, keys);
    await registerDevice(database.client, ben, keys);

    await expect(
      pushTargets(database.client, [ada.userId], { encryption: keyring('k9') }),
    ).rejects.toMatchObject({ code: 'ENCRYPTION_KEY_UNKNOWN' });
    await database.client.$executeRaw`UPDATE user_devices SET token_encrypted =
      (SELECT token_encrypted FROM user_devices WHERE user_id = ${ben.userId}::uuid) WHERE id = ${id}::uuid`;
    await expect(pushTargets(database.client, [ada.userId], keys)).rejects.toMatchObject({
      code: 'DECRYPTION_FAILED',
    });
  });
});
