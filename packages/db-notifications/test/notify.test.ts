import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notify, notifyMany } from '../src/index.js';
import type { TestDatabase } from './database.js';
import { message, newType, newUser, racingDatabase, undone } from './fixtures.js';

let database: TestDatabase;
let typeSlug: string;

beforeAll(async () => {
  database = await racingDatabase();
  typeSlug = await newType(database.client);
});

afterAll(() => database.drop());

const newEvent = () => newId<'Event'>();
const deliveriesOf = (notificationId: string | undefined) =>
  database.client.notificationDelivery.findMany({
    where: { notificationId: notificationId as never },
    orderBy: { channel: 'asc' },
  });

describe('notify', () => {
  it('writes the notification, arrived in the inbox, and queues the other channels', async () => {
    const userId = newUser();
    const notification = await notify(database.client, {
      ...message(typeSlug, { data: { score: 92 }, priority: 'HIGH', actionUrl: '/modules/1' }),
      userId,
    });

    expect(notification).toEqual(await database.client.notification.findFirstOrThrow({ where: { userId } }));
    expect(notification).toMatchObject({ data: { score: 92 }, priority: 'HIGH', actionUrl: '/modules/1' });
    expect(notification?.id).toMatch(/^.{14}7.{4}[89ab]/);
    expect(await deliveriesOf(notification?.id)).toMatchObject([
      { channel: 'IN_APP', status: 'DELIVERED', attempts: 1, deliveredAt: notification?.createdAt },
      { channel: 'EMAIL', status: 'PENDING', attempts: 0, nextAttemptAt: notification?.createdAt },
    ]);
  });

  it('reaches over push who has a device, and by SMS who has a number', async () => {
    const userId = newUser();
    const sms = await newType(database.client, { smsEnabled: true, inAppEnabled: false, isMandatory: true });
    const channels = async () =>
      (await deliveriesOf((await notify(database.client, { ...message(sms), userId }))?.id)).map(
        ({ channel }) => channel,
      );
    expect(await channels()).toEqual(['EMAIL']);

    await database.client.recipient.create({
      data: {
        userId,
        email: 'ada@example.com',
        firstName: 'Ada',
        lastName: 'Okafor',
        phone: '+4915112345678',
        version: 1,
      },
    });
    expect(await channels()).toEqual(['EMAIL', 'SMS']);

    const device = {
      tokenEncrypted: 'v1.k.a.b.c',
      tokenHash: new Uint8Array(32),
      tokenHashKeyId: 'h',
      platform: 'IOS',
    } as const;
    await database.client.userDevice.create({ data: { userId, ...device } });
    expect(await channels()).toEqual(['EMAIL', 'PUSH', 'SMS']);
  });

  it('gives the notification of the first time when an event comes again', async () => {
    const event = { ...message(typeSlug), userId: newUser(), eventId: newEvent() };

    const first = await notify(database.client, event);
    const second = await notify(database.client, event);

    expect(second).toEqual(first);
    expect(await deliveriesOf(first?.id)).toHaveLength(2);
  });

  it('does not tell again of an event whose notification was deleted', async () => {
    const event = { ...message(typeSlug), userId: newUser(), eventId: newEvent() };
    await notify(database.client, event);
    await database.client.notification.deleteMany({ where: { userId: event.userId } });

    expect(await notify(database.client, event)).toBeUndefined();
    expect(await notifyMany(database.client, { ...event, userIds: [event.userId, newUser()] })).toBe(1);
    expect(await database.client.notification.count({ where: { userId: event.userId } })).toBe(0);
  });

  it('writes nothing where no channel is in effect', async () => {
    const userId = newUser();
    const news = await newType(database.client, { category: 'MARKETING' });

    expect(await notify(database.client, { ...message(news), userId, eventId: newEvent() })).toBeUndefined();
    expect(await database.client.notification.count({ where: { userId } })).toBe(0);
  });

  it('writes nothing when it has expired already, and knows what the event has told before', async () => {
    const event = { ...message(typeSlug), userId: newUser(), eventId: newEvent() };
    const late = { ...event, expiresAt: new Date(Date.now() - 1_000) };

    expect(await notify(database.client, late)).toBeUndefined();
    expect(await notifyMany(database.client, { ...late, userIds: [event.userId] })).toBe(0);
    expect(await database.client.notification.count({ where: { userId: event.userId } })).toBe(0);
    const first = await notify(database.client, event);
    expect(await notify(database.client, late)).toEqual(first);
    await expect(notify(database.client, { ...late, typeSlug: 'unknown' })).rejects.toMatchObject({
      code: 'NOTIFICATION_TYPE_UNKNOWN',
    });
  });

  it('refuses an end that is no date', async () => {
    const event = { ...message(typeSlug, { expiresAt: new Date(Number.NaN) }), eventId: newEvent() };

    await expect(notify(database.client, { ...event, userId: newUser() })).rejects.toMatchObject({
      code: 'EXPIRY_INVALID',
    });
    await expect(notifyMany(database.client, { ...event, userIds: [newUser()] })).rejects.toMatchObject({
      code: 'EXPIRY_INVALID',
    });
  });

  it('refuses an unknown type', async () => {
    const unknown = { ...message('unknown'), eventId: newEvent() };

    await expect(notify(database.client, { ...unknown, userId: newUser() })).rejects.toMatchObject({
      code: 'NOTIFICATION_TYPE_UNKNOWN',
    });
    await expect(notifyMany(database.client, { ...unknown, userIds: [newUser()] })).rejects.toMatchObject({
      code: 'NOTIFICATION_TYPE_UNKNOWN',
    });
  });

  it('is part of the transaction that it is called in', async () => {
    const userId = newUser();
    const values = { data: { score: 92 }, eventId: newEvent(), expiresAt: new Date(Date.now() + 3_600_000) };
    const notification = await undone(database.client, async (transaction) => {
      const first = await notify(transaction, { ...message(typeSlug, values), userId });
      expect(await notify(transaction, { ...message(typeSlug, values), userId })).toEqual(first);
      return first;
    });

    expect(notification).toMatchObject({ data: { score: 92 }, expiresAt: values.expiresAt });
    expect(notification?.createdAt).toBeInstanceOf(Date);
    expect(await database.client.notification.count({ where: { userId } })).toBe(0);
  });

  it(`writes one notification of an event that ${CALLERS} deliver at once, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const event = { ...message(typeSlug), userId: newUser(), eventId: newEvent() };

      const { won } = await race(() => notify(database.client, event));

      expect(won).toHaveLength(CALLERS);
      expect(new Set(won.map((notification) => notification?.id)).size).toBe(1);
      expect(await deliveriesOf(won[0]?.id)).toHaveLength(2);
    }
  });
});

describe('notifyMany', () => {
  it('tells 10,000 users of one event, once', async () => {
    const userIds = Array.from({ length: 10_000 }, newUser);
    const event = {
      ...message(typeSlug),
      userIds: [...userIds, ...userIds.slice(0, 5)],
      eventId: newEvent(),
    };

    expect(await notifyMany(database.client, event)).toBe(10_000);
    expect(await notifyMany(database.client, { ...event, userIds: [...userIds, newUser()] })).toBe(1);

    const deliveries = await database.client.notificationDelivery.count({
      where: { notification: { eventId: event.eventId } },
    });
    expect(deliveries).toBe(20_002);
  });

  it(`tells nobody twice while ${CALLERS} deliver the same event at once in another order, ${ROUNDS} rounds`, async () => {
    const userIds = Array.from({ length: 50 }, newUser);
    for (let round = 0; round < ROUNDS; round += 1) {
      const eventId = newEvent();

      const { won } = await race((caller) =>
        notifyMany(database.client, {
          ...message(typeSlug),
          eventId,
          userIds: caller % 2 ? userIds : userIds.toReversed(),
        }),
      );

      expect(won).toHaveLength(CALLERS);
      expect(won.reduce((sum, told) => sum + told, 0)).toBe(userIds.length);
    }
  });

  it('locks nobody out who tells the same users in a transaction, in another order', async () => {
    const userIds = Array.from({ length: 1_500 }, newUser);
    for (let round = 0; round < 3; round += 1) {
      const eventId = newEvent();

      const { won } = await race(
        (caller) =>
          database.client.$transaction((transaction) =>
            notifyMany(transaction, {
              ...message(typeSlug),
              eventId,
              userIds: caller % 2 ? userIds : userIds.toReversed(),
            }),
          ),
        4,
      );

      expect(won.toSorted()).toEqual([0, 0, 0, 1_500]);
    }
  });

  it('tells all or none in a transaction', async () => {
    const eventId = newEvent();
    const userIds = Array.from({ length: 1_500 }, newUser);

    const told = await undone(database.client, (transaction) =>
      notifyMany(transaction, { ...message(typeSlug), eventId, userIds }),
    );

    expect(told).toBe(1_500);
    expect(await database.client.notification.count({ where: { eventId } })).toBe(0);
  });
});
