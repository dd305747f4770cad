import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NotificationDelivery } from '../src/index.js';
import {
  claimDeliveries,
  notifyMany,
  recordDelivery,
  suppressAddress,
  upsertRecipient,
} from '../src/index.js';
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

describe('claiming', () => {
  it('gives what is due on the channel, the oldest first, with what is to be said', async () => {
    const late = await newEmail(database.client, { data: { score: 92 } });
    const early = await newEmail(database.client);
    const notYet = await newEmail(database.client);
    const due = (id: NotificationDelivery['id'], nextAttemptAt: Date) =>
      database.client.notificationDelivery.update({ where: { id }, data: { nextAttemptAt } });
    await due(early.id, ago(60));
    await due(notYet.id, ago(-60));

    expect(await claimDeliveries(database.client, { channel: 'PUSH' })).toEqual([]);
    const [first, ...none] = await claimDeliveries(database.client, { channel: 'EMAIL', limit: 1 });
    const [second] = await claimDeliveries(database.client, { channel: 'EMAIL' });

    expect(none).toEqual([]);
    expect(first?.delivery).toEqual(await find(early.id));
    expect(first?.delivery).toMatchObject({ status: 'SENDING', attempts: 1, nextAttemptAt: null });
    expect(first?.delivery.claimedAt).toBeInstanceOf(Date);
    expect(second?.delivery.id).toBe(late.id);
    expect(second?.notification).toEqual(
      await database.client.notification.findUniqueOrThrow({ where: { id: late.notificationId } }),
    );
    expect(second?.notification.data).toEqual({ score: 92 });
    expect(second?.type).toEqual(
      await database.client.notificationType.findUniqueOrThrow({
        where: { id: second?.notification.typeId },
      }),
    );
    expect(await claimEmail()).toEqual([]);
  });

  it('cancels what has expired, and looks behind it', async () => {
    const expired = await newEmail(database.client);
    const live = await newEmail(database.client);
    const times = { createdAt: ago(60), expiresAt: ago(1) };
    await database.client.notification.update({ where: { id: expired.notificationId }, data: times });

    const claimed = await claimDeliveries(database.client, { channel: 'EMAIL', limit: 1 });

    expect(claimed.map(({ delivery }) => delivery.id)).toEqual([live.id]);
    expect(await find(expired.id)).toMatchObject({
      status: 'CANCELED',
      cancelReason: 'EXPIRED',
      attempts: 0,
    });
  });

  it('cancels what was switched off or lost its consent since, unless the type is mandatory', async () => {
    const { client } = database;
    const off = { email: false };
    const [plain, news, must] = [
      await newType(client, { inAppEnabled: false }),
      await newType(client, { inAppEnabled: false, category: 'MARKETING' }),
      await newType(client, { inAppEnabled: false, isMandatory: true }),
    ];
    const [ofType, ofChannel, ofConsent, stays] = [newUser(), newUser(), newUser(), newUser()];
    for (const userId of [ofConsent, stays])
      await client.notificationPreference.create({ data: { userId, marketing: true } });
    const canceled = [
      await newEmail(client, { userId: ofType, typeSlug: plain }),
      await newEmail(client, { userId: ofChannel, typeSlug: plain }),
      await newEmail(client, { userId: ofConsent, typeSlug: news }),
    ];
    const sent = [
      await newEmail(client, { userId: ofType, typeSlug: must }),
      await newEmail(client, { userId: ofChannel, typeSlug: must }),
      await newEmail(client, { userId: ofConsent, typeSlug: plain }),
      await newEmail(client, { userId: stays, typeSlug: news }),
    ];

    for (const slug of [plain, must])
      await client.userNotificationSetting.create({
        data: { userId: ofType, ...off, type: { connect: { slug } } },
      });
    await client.notificationPreference.create({ data: { userId: ofChannel, ...off } });
    await client.notificationPreference.update({ where: { userId: ofConsent }, data: { marketing: false } });

    const claimed = (await claimEmail()).map(({ id }) => id);
    expect(claimed.toSorted()).toEqual(sent.map(({ id }) => id).toSorted());
    for (const { id } of canceled)
      expect(await find(id)).toMatchObject({
        status: 'CANCELED',
        cancelReason: 'SWITCHED_OFF',
        attempts: 0,
        nextAttemptAt: null,
      });
  });

  it('puts off whoever is in quiet hours by now, unless the type is mandatory', async () => {
    const userId = newUser();
    const mandatory = await newType(database.client, { isMandatory: true });
    const choice = await newEmail(database.client, { userId });
    const must = await newEmail(database.client, { userId, typeSlug: mandatory });
    const minute = Math.floor(Date.now() / 60_000) % 1440;
    const [quietHoursStart, quietHoursEnd] = [(minute + 1410) % 1440, (minute + 30) % 1440];
    await database.client.notificationPreference.create({ data: { userId, quietHoursStart, quietHoursEnd } });

    expect((await claimEmail()).map(({ id }) => id)).toEqual([must.id]);
    const postponed = await find(choice.id);
    expect(postponed).toMatchObject({ status: 'PENDING', attempts: 0 });
    expect(postponed.nextAttemptAt?.getTime()).toBeGreaterThan(Date.now() + 28 * 60 * SECOND);
  });

  it('gives the delivery of a dead worker to another, with one attempt used up', async () => {
    const left = await abandoned();
    await newEmail(database.client);
    const [held] = await claimDeliveries(database.client, { channel: 'EMAIL', leaseSeconds: 3_600 });

    expect(await find(left.id)).toMatchObject({
      status: 'PENDING',
      attempts: 1,
      errorCode: 'LEASE_EXPIRED',
      leaseExpiresAt: null,
      worker: null,
    });
    expect(await claimEmail()).toMatchObject([{ id: left.id, attempts: 2 }]);
    expect(held && (await find(held.delivery.id))).toEqual(held?.delivery);
  });

  it('lets a delivery whose worker died at the last attempt fail', async () => {
    const { id } = await abandoned({ maxAttempts: 1 });

    expect(await claimEmail()).toEqual([]);
    expect(await find(id)).toMatchObject({ status: 'FAILED', attempts: 1, errorCode: 'LEASE_EXPIRED' });
  });

  it('leaves to a worker what it has claimed for longer than the next one asks for', async () => {
    const { id } = await newEmail(database.client);
    const [slow] = await claimDeliveries(database.client, {
      channel: 'EMAIL',
      leaseSeconds: 3_600,
      worker: 'slow',
    });
    await database.client.notificationDelivery.update({ where: { id }, data: { claimedAt: ago(-1) } });

    expect(await claimDeliveries(database.client, { channel: 'EMAIL', leaseSeconds: 0.001 })).toEqual([]);
    const held = await find(id);
    expect(held).toMatchObject({ status: 'SENDING', worker: 'slow', attempts: 1 });
    expect(held.leaseExpiresAt).toEqual(slow?.delivery.leaseExpiresAt);
  });

  it('of nothing gives nothing, and refuses what cannot be claimed', async () => {
    const { id } = await newEmail(database.client);

    expect(await claimDeliveries(database.client, { channel: 'EMAIL', limit: 0 })).toEqual([]);
    for (const request of [
      { limit: -1 },
      { limit: 1.5 },
      { limit: Number.NaN },
      { limit: 1_001 },
      { leaseSeconds: 0 },
      { leaseSeconds: Number.NaN },
      { leaseSeconds: 86_401 },
    ])
      await expect(claimDeliveries(database.client, { channel: 'EMAIL', ...request })).rejects.toMatchObject({
        code: 'CLAIM_INVALID',
      });
    expect(await find(id)).toMatchObject({ status: 'PENDING', attempts: 0 });
  });

  it('gives the address, and cancels what would go to one that is suppressed', async () => {
    const [gone, angry, fine, unknown] = [newUser(), newUser(), newUser(), newUser()];
    const must = await newType(database.client, { inAppEnabled: false, isMandatory: true });
    for (const [at, userId] of [gone, angry, fine].entries())
      await upsertRecipient(database.client, {
        userId,
        version: 1,
        email: `reader${at}@example.com`,
        firstName: 'A',
        lastName: 'B',
      });
    await suppressAddress(database.client, {
      channel: 'EMAIL',
      address: 'Reader0@Example.com',
      reason: 'BOUNCE',
    });
    await suppressAddress(database.client, {
      channel: 'EMAIL',
      address: 'reader1@example.com',
      reason: 'COMPLAINT',
    });
    const canceled = [
      await newEmail(database.client, { userId: gone }),
      await newEmail(database.client, { userId: gone, typeSlug: must }),
      await newEmail(database.client, { userId: angry }),
    ];
    const sent = [
      await newEmail(database.client, { userId: angry, typeSlug: must }),
      await newEmail(database.client, { userId: fine }),
      await newEmail(database.client, { userId: unknown }),
    ];

    const claimed = await claimEmail();

    expect(new Map(claimed.map(({ id, address }) => [id, address]))).toEqual(
      new Map([
        [sent[0]?.id, 'reader1@example.com'],
        [sent[1]?.id, 'reader2@example.com'],
        [sent[2]?.id, null],
      ]),
    );
    for (const { id } of canceled)
      expect(await find(id)).toMatchObject({ status: 'CANCELED', cancelReason: 'SUPPRESSED', attempts: 0 });
  });

  it('is undone with the transaction that it is part of', async () => {
    const { id } = await newEmail(database.client);

    const [claimed] = await undone(database.client, async (transaction) => {
      const [first] = await claimDeliveries(transaction, { channel: 'EMAIL' });
      if (first)
        return [
          await recordDelivery(transaction, first.delivery, { outcome: 'SENT', providerMessageId: 'm' }),
        ];
      return [];
    });

    expect(claimed).toMatchObject({ id, status: 'SENT', providerMessageId: 'm' });
    expect(await find(id)).toMatchObject({ status: 'PENDING', attempts: 0 });
  });

  it(`by ${CALLERS} workers at once gives each of 200 deliveries to one, ${ROUNDS} rounds`, async () => {
    const typeSlug = await newType(database.client, { inAppEnabled: false });
    for (let round = 0; round < ROUNDS; round += 1) {
      const userIds = Array.from({ length: 200 }, newUser);
      await notifyMany(database.client, { ...message(typeSlug), userIds, eventId: newId<'Event'>() });

      const { won } = await race(async () => {
        const ids: string[] = [];
        for (;;) {
          const claimed = await claimDeliveries(database.client, { channel: 'EMAIL', limit: 5 });
          if (claimed.length === 0) return ids;
          ids.push(...claimed.map(({ delivery }) => delivery.id));
        }
      });

      const ids = won.flat();
      expect(ids).toHaveLength(200);
      expect(new Set(ids).size).toBe(200);
      const attempts = await database.client.notificationDelivery.groupBy({
        by: ['status', 'attempts'],
        _count: true,
      });
      expect(attempts).toEqual([{ status: 'SENDING', attempts: 1, _count: 200 }]);
      await database.client.notification.deleteMany({});
    }
  });
});
