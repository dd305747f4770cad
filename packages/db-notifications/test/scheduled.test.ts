import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cancelNotifications,
  claimDeliveries,
  inboxCounts,
  listInbox,
  markAllRead,
  notify,
  notifyMany,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { message, newType, newUser, racingDatabase, undone } from './fixtures.js';

let database: TestDatabase;
let typeSlug: string;

beforeAll(async () => {
  database = await racingDatabase();
  typeSlug = await newType(database.client);
});

afterAll(() => database.drop());

const inAnHour = () => new Date(Date.now() + 3_600_000);
const mailsOf = (userId: ReturnType<typeof newUser>) =>
  database.client.notificationDelivery.findMany({ where: { channel: 'EMAIL', notification: { userId } } });

describe('a scheduled notification', () => {
  it('is neither shown, counted nor sent before its time', async () => {
    const userId = newUser();
    const sendAt = inAnHour();

    const notification = await notify(database.client, { ...message(typeSlug), userId, sendAt });

    expect(notification).toMatchObject({ createdAt: sendAt, sendAt });
    expect((await listInbox(database.client, userId)).items).toEqual([]);
    expect(await inboxCounts(database.client, userId)).toEqual({ unread: 0, unseen: 0 });
    expect(await markAllRead(database.client, { userId })).toBe(0);
    expect(await mailsOf(userId)).toMatchObject([{ status: 'PENDING', nextAttemptAt: sendAt }]);
    const claimed = await claimDeliveries(database.client, { channel: 'EMAIL' });
    expect(claimed.filter(({ notification }) => notification.userId === userId)).toEqual([]);
  });

  it('stands in the inbox and is sent from its time on', async () => {
    const userId = newUser();
    const scheduled = await notify(database.client, { ...message(typeSlug), userId, sendAt: inAnHour() });
    const id = scheduled?.id as NonNullable<typeof scheduled>['id'];
    const [createdAt, past] = [new Date(Date.now() - 60_000), new Date(Date.now() - 60_000)];
    await database.client.notification.update({ where: { id }, data: { createdAt, sendAt: createdAt } });
    await database.client.notificationDelivery.updateMany({
      where: { notificationId: id, channel: 'EMAIL' },
      data: { createdAt, nextAttemptAt: past },
    });

    expect((await listInbox(database.client, userId)).items).toHaveLength(1);
    const claimed = await claimDeliveries(database.client, { channel: 'EMAIL' });
    expect(claimed.filter(({ notification }) => notification.userId === userId)).toHaveLength(1);
  });

  it('of the past is one of now, and one that never begins or has no time is refused', async () => {
    const userId = newUser();
    const past = await notify(database.client, { ...message(typeSlug), userId, sendAt: new Date(0) });

    expect(past?.sendAt).toBeNull();
    expect((await listInbox(database.client, userId)).items).toHaveLength(1);
    const at = inAnHour();
    for (const [values, code] of [
      [{ sendAt: new Date(Number.NaN) }, 'SEND_TIME_INVALID'],
      [{ sendAt: at, expiresAt: at }, 'EXPIRY_INVALID'],
    ] as const)
      await expect(
        notify(database.client, { ...message(typeSlug), userId, ...values }),
      ).rejects.toMatchObject({
        code,
      });
  });
});

describe('cancelNotifications', () => {
  it('takes back by event or by subject what has not gone out, of one user or of all', async () => {
    const [ada, ben] = [newUser(), newUser()];
    const [eventId, other] = [newId<'Event'>(), newId<'Event'>()];
    const about = { ...message(typeSlug), subject: `assignment:${eventId}` };
    await notifyMany(database.client, { ...about, eventId, userIds: [ada, ben], sendAt: inAnHour() });
    await notify(database.client, { ...about, eventId: other, userId: ada });

    expect(await cancelNotifications(database.client, { eventId, userId: ben })).toEqual({
      unscheduled: 1,
      canceled: 0,
      reduced: 0,
    });
    expect(await cancelNotifications(database.client, { subject: about.subject })).toEqual({
      unscheduled: 1,
      canceled: 1,
      reduced: 0,
    });
    expect(await cancelNotifications(database.client, { subject: about.subject })).toEqual({
      unscheduled: 0,
      canceled: 0,
      reduced: 0,
    });

    expect(await mailsOf(ada)).toMatchObject([{ status: 'CANCELED', cancelReason: 'WITHDRAWN' }]);
    expect((await listInbox(database.client, ada)).items).toHaveLength(1);
    expect(await notify(database.client, { ...about, eventId, userId: ben })).toBeUndefined();
  });

  it('leaves alone what a worker has, what was sent, and what is of another subject', async () => {
    const userId = newUser();
    const subject = `subject ${userId}`;
    await notify(database.client, { ...message(typeSlug, { priority: 'URGENT' }), userId, subject });
    await claimDeliveries(database.client, { channel: 'EMAIL' });
    await notify(database.client, { ...message(typeSlug), userId, subject: `${subject} 2` });

    expect(await cancelNotifications(database.client, { subject })).toEqual({
      unscheduled: 0,
      canceled: 0,
      reduced: 0,
    });
    expect((await mailsOf(userId)).map(({ status }) => status).sort()).toEqual(['PENDING', 'SENDING']);
    const inside = await undone(database.client, (tx) =>
      cancelNotifications(tx, { subject: `${subject} 2` }),
    );
    expect(inside).toEqual({ unscheduled: 0, canceled: 1, reduced: 0 });
  });

  it(`by ${CALLERS} at once takes each back once, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const eventId = newId<'Event'>();
      const userIds = Array.from({ length: 5 }, newUser);
      await notifyMany(database.client, { ...message(typeSlug), eventId, userIds });

      const { won, refused } = await race(() => cancelNotifications(database.client, { eventId }));

      expect(refused).toEqual({});
      expect(won.reduce((sum, { canceled }) => sum + canceled, 0)).toBe(5);
    }
  });
});
