import { keyedHash } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { effectiveChannels, type Keyring, unsubscribe, unsubscribeToken } from '../src/index.js';
import type { TestDatabase } from './database.js';
import { keyring, newType, newUser, racingDatabase, undone } from './fixtures.js';

const keys = { unsubscribe: keyring('u1') };

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase();
});

afterAll(() => database.drop());

const invalid = { code: 'UNSUBSCRIBE_TOKEN_INVALID' };

describe('the token of an unsubscribe link', () => {
  it('is 43 characters of base64url, and the same for each mail', async () => {
    const userId = newUser();
    const token = unsubscribeToken({ userId, from: { typeSlug: 'weekly-news' } }, keys);

    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(unsubscribeToken({ userId, from: { typeSlug: 'weekly-news' } }, keys)).toBe(token);
    expect(unsubscribeToken({ userId: newUser(), from: { typeSlug: 'weekly-news' } }, keys)).not.toBe(token);
  });

  it('switches mails of its type off, once and again with one answer, and nothing else', async () => {
    const [slug, other] = [await newType(database.client), await newType(database.client)];
    const userId = newUser();
    const token = unsubscribeToken({ userId, from: { typeSlug: slug } }, keys);

    const answer = await unsubscribe(database.client, token, keys);
    const [setting] = await database.client.userNotificationSetting.findMany({ where: { userId } });

    expect(answer).toEqual({ userId, from: { typeSlug: slug } });
    expect(await unsubscribe(database.client, token, keys)).toEqual(answer);
    expect(await database.client.userNotificationSetting.findMany({ where: { userId } })).toEqual([setting]);
    expect(await effectiveChannels(database.client, { userId, typeSlug: slug })).toEqual(['IN_APP', 'PUSH']);
    expect(await effectiveChannels(database.client, { userId, typeSlug: other })).toContain('EMAIL');
  });

  it('keeps what the user chose for other channels', async () => {
    const slug = await newType(database.client);
    const userId = newUser();
    await database.client.userNotificationSetting.create({
      data: { userId, email: true, push: false, type: { connect: { slug } } },
    });

    await unsubscribe(database.client, unsubscribeToken({ userId, from: { typeSlug: slug } }, keys), keys);

    expect(await database.client.userNotificationSetting.findFirst({ where: { userId } })).toMatchObject({
      email: false,
      push: false,
    });
  });

  it('withdraws the consent to marketing, or ends the digest, and has no effect for who chose neither', async () => {
    const userId = newUser();
    await database.client.notificationPreference.create({
      data: { userId, marketing: true, digest: 'DAILY' },
    });
    const chosen = () =>
      database.client.notificationPreference.findUniqueOrThrow({
        where: { userId },
        select: { marketing: true, digest: true },
      });

    for (const from of ['MARKETING', 'DIGEST'] as const) {
      const token = unsubscribeToken({ userId, from }, keys);
      expect(await unsubscribe(database.client, token, keys)).toEqual({ userId, from });
      expect(await chosen()).toEqual({ marketing: false, digest: from === 'DIGEST' ? 'NEVER' : 'DAILY' });
      const nobody = { userId: newUser(), from };
      expect(await unsubscribe(database.client, unsubscribeToken(nobody, keys), keys)).toEqual(nobody);
    }
  });

  it('outlives rotations of its key as long as the ring has it', async () => {
    const userId = newUser();
    const slug = await newType(database.client);
    const old = unsubscribeToken({ userId, from: { typeSlug: slug } }, keys);
    const rotated: Keyring = {
      current: 'u2',
      keys: new Map([...keyring('u2').keys, ...keys.unsubscribe.keys]),
    };

    expect(await unsubscribe(database.client, old, { unsubscribe: rotated })).toMatchObject({ userId });
    expect(unsubscribeToken({ userId, from: 'DIGEST' }, { unsubscribe: rotated })).not.toBe(
      unsubscribeToken({ userId, from: 'DIGEST' }, keys),
    );
    await expect(unsubscribe(database.client, old, { unsubscribe: keyring('u2') })).rejects.toMatchObject(
      invalid,
    );
  });

  it('is refused with any character changed, of another length, of another purpose, and of no type', async () => {
    const userId = newUser();
    const slug = await newType(database.client);
    const token = unsubscribeToken({ userId, from: { typeSlug: slug } }, keys);
    const spelledOtherwise = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
      .map((last) => token.slice(0, -1) + last)
      .filter((other) => other !== token);
    const ofOtherPurpose = Buffer.concat([
      Buffer.from(userId.replaceAll('-', ''), 'hex'),
      keyedHash(`${userId} ${slug}`, 'push token', keys.unsubscribe).subarray(0, 16),
    ]).toString('base64url');

    for (const wrong of [
      '',
      `${token}=`,
      token.slice(1),
      `x${token.slice(1)}`,
      ...spelledOtherwise,
      ofOtherPurpose,
      unsubscribeToken({ userId, from: { typeSlug: 'no-such-type' } }, keys),
      undefined as never,
      [token] as never,
    ])
      await expect(unsubscribe(database.client, wrong, keys)).rejects.toMatchObject(invalid);
    expect(await database.client.userNotificationSetting.count({ where: { userId } })).toBe(0);
  });

  it('is part of the transaction that it is used in', async () => {
    const userId = newUser();
    const token = unsubscribeToken({ userId, from: { typeSlug: await newType(database.client) } }, keys);

    await undone(database.client, (transaction) => unsubscribe(transaction, token, keys));

    expect(await database.client.userNotificationSetting.count({ where: { userId } })).toBe(0);
  });

  it(`used by ${CALLERS} at once answers each of them, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const userId = newUser();
      const token = unsubscribeToken({ userId, from: { typeSlug: await newType(database.client) } }, keys);

      const { won } = await race(() => unsubscribe(database.client, token, keys));

      expect(won).toHaveLength(CALLERS);
      expect(await database.client.userNotificationSetting.count({ where: { userId } })).toBe(1);
    }
  });
});

describe('the keys', () => {
  afterEach(() => {
    delete process.env.NOTIFICATIONS_UNSUBSCRIBE_KEYS;
  });

  it('come from the environment, and their absence is told by the variable’s name', async () => {
    const request = { userId: newUser(), from: 'DIGEST' } as const;
    const refused = {
      code: 'KEYRING_INVALID',
      message: expect.stringContaining('NOTIFICATIONS_UNSUBSCRIBE_KEYS'),
    };
    expect(() => unsubscribeToken(request)).toThrow(expect.objectContaining(refused));
    await expect(unsubscribe(database.client, 'token')).rejects.toMatchObject(refused);

    process.env.NOTIFICATIONS_UNSUBSCRIBE_KEYS = `u1:${Buffer.alloc(32, 1).toString('base64')}`;
    expect(await unsubscribe(database.client, unsubscribeToken(request))).toEqual(request);
  });
});
