import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NotificationDelivery, NotificationPriority } from '../src/index.js';
import { claimDeliveries, extendClaim, notifyMany, recordDelivery } from '../src/index.js';
import { laneShares } from '../src/lanes.js';
import type { TestDatabase } from './database.js';
import { message, newEmail, newType, newUser, racingDatabase, undone } from './fixtures.js';

const SECOND = 1_000;

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase();
});

afterAll(() => database.drop());

// One queue for all: each test begins with an empty one.
beforeEach(async () => {
  await database.client.notification.deleteMany({});
});

const find = (id: NotificationDelivery['id']) =>
  database.client.notificationDelivery.findUniqueOrThrow({ where: { id } });
const ago = (seconds: number) => new Date(Date.now() - seconds * SECOND);

/** Claimed by a worker whose lease ran out a minute ago. */
async function abandoned(values: { maxAttempts?: number } = {}) {
  const { id } = await newEmail(database.client);
  await database.client.notificationDelivery.update({ where: { id }, data: values });
  await claimDeliveries(database.client, { channel: 'EMAIL' });
  return await database.client.notificationDelivery.update({
    where: { id },
    data: { leaseExpiresAt: ago(60) },
  });
}

const claimEmail = async () =>
  (await claimDeliveries(database.client, { channel: 'EMAIL' })).map(({ delivery }) => delivery);

describe('the lanes of a claim', () => {
  const waiting = async (priority: NotificationPriority, count: number) => {
    const typeSlug = await newType(database.client, { inAppEnabled: false });
    const userIds = Array.from({ length: count }, newUser);
    await notifyMany(database.client, {
      ...message(typeSlug, { priority }),
      userIds,
      eventId: newId<'Event'>(),
    });
  };
  const claimed = async (limit: number) => {
    const claims = await claimDeliveries(database.client, { channel: 'EMAIL', limit });
    return claims.map(({ delivery }) => delivery.priority);
  };
  const count = (priorities: NotificationPriority[]) =>
    (['URGENT', 'HIGH', 'MEDIUM', 'LOW'] as const).map((lane) => priorities.filter((p) => p === lane).length);

  it('let what is urgent pass whatever waited for longer, also in a claim of one', async () => {
    await waiting('LOW', 50);
    await waiting('URGENT', 2);

    expect(await claimed(1)).toEqual(['URGENT']);
    expect((await claimed(20)).slice(0, 2)).toEqual(['URGENT', 'LOW']);
  });

  it('keep a share for each priority, and give what one leaves to the most urgent', async () => {
    for (const priority of ['LOW', 'MEDIUM', 'HIGH', 'URGENT'] as const) await waiting(priority, 20);

    expect(count(await claimed(20))).toEqual([8, 6, 4, 2]);
    expect(count(await claimed(20))).toEqual([8, 6, 4, 2]);
    expect(count(await claimed(20))).toEqual([4, 8, 6, 2]);
    expect(count(await claimed(20))).toEqual([0, 0, 6, 14]);
    expect(await claimed(20)).toEqual([]);
  });

  it('share a claim of any size without a rest, the lowest in the long run a tenth', () => {
    const draws = Array.from({ length: 1_000 }, (_, n) => (n + 0.5) / 1_000);
    for (const limit of [2, 3, 7, 10, 99]) {
      const shares = draws.map((chance) => laneShares(limit, chance));
      for (const share of shares) {
        const sum = share.reduce((all, each) => all + each, 0);
        expect(sum === limit || (sum === limit + 1 && share[0] === 1)).toBe(true);
        expect(Math.min(...share)).toBeGreaterThanOrEqual(0);
      }
      const lowest = shares.reduce((sum, share) => sum + (share[3] ?? 0), 0) / 1_000;
      expect(lowest).toBeCloseTo(limit / 10, 1);
    }
  });
});

describe('a claim that is extended', () => {
  it('stays its worker’s, and never gets shorter', async () => {
    const { id } = await newEmail(database.client);
    const [claim] = await claimDeliveries(database.client, { channel: 'EMAIL', leaseSeconds: 600 });
    const delivery = claim?.delivery as NotificationDelivery;

    expect(await extendClaim(database.client, delivery, { leaseSeconds: 1 })).toBe(true);
    expect((await find(id)).leaseExpiresAt).toEqual(delivery.leaseExpiresAt);
    expect(await extendClaim(database.client, delivery, { leaseSeconds: 3_600 })).toBe(true);
    const lease = (await find(id)).leaseExpiresAt?.getTime() ?? 0;
    expect(lease - (delivery.claimedAt?.getTime() ?? 0)).toBeGreaterThanOrEqual(3_599_000);
    await expect(extendClaim(database.client, delivery, { leaseSeconds: -1 })).rejects.toMatchObject({
      code: 'CLAIM_INVALID',
    });
    expect(await undone(database.client, (tx) => extendClaim(tx, delivery))).toBe(true);
  });

  it('has ended once the delivery is another’s, or has its result', async () => {
    const left = await abandoned();
    await claimEmail();
    const [current] = await claimEmail();

    expect(await extendClaim(database.client, left)).toBe(false);
    expect(await extendClaim(database.client, current as NotificationDelivery)).toBe(true);
    await recordDelivery(database.client, current as NotificationDelivery, { outcome: 'SENT' });
    expect(await extendClaim(database.client, current as NotificationDelivery)).toBe(false);
  });

  it(`while ${CALLERS} others claim has one worker, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const left = await abandoned();
      const { won } = await race(async (caller) =>
        caller % 2 ? extendClaim(database.client, left) : (await claimEmail()).length > 0,
      );

      // Either the worker has kept it, or one other has it and the extensions failed from then on.
      const taken = won.filter((is, caller) => caller % 2 === 0 && is).length;
      expect(taken).toBeLessThanOrEqual(1);
      const row = await find(left.id);
      expect(row.attempts).toBe(1 + taken);
      expect(await extendClaim(database.client, left)).toBe(row.status === 'SENDING' && taken === 0);
      await database.client.notification.deleteMany({});
    }
  });
});
