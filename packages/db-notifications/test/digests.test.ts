import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  claimDeliveries,
  digestItems,
  markSeen,
  type NotificationPriority,
  notify,
  notifyMany,
  type Prisma,
  writeDigests,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { message, newType, newUser, racingDatabase, undone } from './fixtures.js';

let database: TestDatabase;
let typeSlug: string;
let digest: { typeSlug: string; title: string; message: string };

beforeAll(async () => {
  database = await racingDatabase();
  typeSlug = await newType(database.client);
  digest = {
    typeSlug: await newType(database.client, { inAppEnabled: false }),
    title: 'Your day',
    message: 'What happened.',
  };
});

afterAll(() => database.drop());

beforeEach(async () => {
  await database.client.notification.deleteMany({});
});

async function reader(values: Partial<Prisma.NotificationPreferenceCreateInput> = {}): Promise<UserId> {
  const userId = newUser();
  await database.client.notificationPreference.create({ data: { userId, digest: 'DAILY', ...values } });
  return userId;
}

const tell = (userId: UserId, at?: string, values: { priority?: NotificationPriority } = {}) =>
  notify(database.client, { ...message(typeSlug, values), userId }, at ? { at: new Date(at) } : {});
const mailsOf = (userId: UserId) =>
  database.client.notificationDelivery.findMany({
    where: { channel: 'EMAIL', notification: { userId } },
    orderBy: { id: 'asc' },
  });
/** As if its time had come. */
const makeDue = (userId: UserId) =>
  database.client
    .$executeRaw`UPDATE notification_deliveries d SET next_attempt_at = now() - interval '1 minute'
    FROM notifications n WHERE n.id = d.notification_id AND n.user_id = ${userId}::uuid AND d.status = 'HELD'`;
/** Told two days ago, so that the digest after it is over by any clock. */
const tellEarlier = async (userId: UserId) => {
  const notification = await tell(userId);
  await database.client.$executeRaw`UPDATE notifications SET created_at = now() - interval '8 days'
    WHERE id = ${notification?.id}::uuid`;
  await makeDue(userId);
  return notification?.id as NonNullable<typeof notification>['id'];
};

describe('a digest is due', () => {
  it.each<[string, Partial<Prisma.NotificationPreferenceCreateInput>, string, string]>([
    ['today', {}, '2026-03-02T07:59:59Z', '2026-03-02T08:00:00Z'],
    ['tomorrow, once it is over', {}, '2026-03-02T08:00:00Z', '2026-03-03T08:00:00Z'],
    [
      'at the hour on the wall, also after the clocks changed',
      { timeZone: 'America/New_York', digestAt: 7 * 60 },
      '2026-03-08T04:00:00Z',
      '2026-03-08T11:00:00Z',
    ],
    [
      'once where its hour comes twice',
      { timeZone: 'Europe/Berlin', digestAt: 150 },
      '2026-10-25T00:30:00Z',
      '2026-10-26T01:30:00Z',
    ],
    [
      'on its day of the week',
      { digest: 'WEEKLY', digestWeekday: 7, digestAt: 0, timeZone: 'Asia/Kolkata' },
      '2026-03-02T00:00:00Z',
      '2026-03-07T18:30:00Z',
    ],
  ])('%s', async (_, values, at, due) => {
    const userId = await reader(values);

    await tell(userId, at);

    expect(await mailsOf(userId)).toMatchObject([{ status: 'HELD', nextAttemptAt: new Date(due) }]);
  });

  it('for nothing that is mandatory or urgent, nor for who wants none', async () => {
    const [userId, other] = [await reader(), await reader({ digest: 'NEVER' })];
    const must = await newType(database.client, { isMandatory: true });

    await tell(userId, undefined, { priority: 'HIGH' });
    await notify(database.client, { ...message(must), userId });
    await tell(other);

    expect((await mailsOf(userId)).map(({ status }) => status)).toEqual(['PENDING', 'PENDING']);
    expect(await mailsOf(other)).toMatchObject([{ status: 'PENDING' }]);
  });
});

describe('writeDigests', () => {
  it('gathers what is due of each user into one mail, which is claimed like any other', async () => {
    const [ada, ben] = [await reader(), await reader()];
    const ids = [await tellEarlier(ada), await tellEarlier(ada)];
    await tellEarlier(ben);
    const notYet = await tell(ben);

    expect(await claimDeliveries(database.client, { channel: 'EMAIL' })).toEqual([]);
    expect(await writeDigests(database.client, digest)).toBe(2);
    expect(await writeDigests(database.client, digest)).toBe(0);

    const claimed = await claimDeliveries(database.client, { channel: 'EMAIL' });
    expect(claimed).toHaveLength(2);
    const own = claimed.find(({ notification }) => notification.userId === ada)?.notification;
    expect(own).toMatchObject({ title: 'Your day', data: { count: 2 }, inApp: false });
    const items = await digestItems(database.client, own?.id as never);
    expect(items.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    expect(await digestItems(database.client, notYet?.id as never)).toEqual([]);
  });

  it('leaves out what expired, was seen or switched off, and writes no empty one', async () => {
    const userId = await reader();
    const quiet = await newType(database.client);
    const seen = await tellEarlier(userId);
    const expired = await tellEarlier(userId);
    const off = await notify(database.client, { ...message(quiet), userId });
    await markSeen(database.client, { userId, notifications: [{ id: seen, occurrences: 1 }] });
    await database.client.notification.update({
      where: { id: expired },
      data: { expiresAt: new Date(Date.now() - 1_000) },
    });
    await database.client.userNotificationSetting.create({
      data: { userId, email: false, type: { connect: { slug: quiet } } },
    });
    await makeDue(userId);

    expect(await writeDigests(database.client, digest)).toBe(0);

    const reasons = new Map(
      (await mailsOf(userId)).map(({ notificationId, cancelReason }) => [notificationId, cancelReason]),
    );
    expect(reasons).toEqual(
      new Map([
        [seen, 'SEEN'],
        [expired, 'EXPIRED'],
        [off?.id, 'SWITCHED_OFF'],
      ]),
    );
  });

  it('mails each by itself to who wants no digests any more, and waits for a later hour', async () => {
    const [ended, gone, moved] = [await reader(), await reader(), await reader()];
    for (const userId of [ended, gone]) await tellEarlier(userId);
    await tell(moved);
    await makeDue(moved);
    await database.client.notificationPreference.update({
      where: { userId: ended },
      data: { digest: 'NEVER' },
    });
    await database.client.notificationPreference.delete({ where: { userId: gone } });

    expect(await writeDigests(database.client, digest)).toBe(0);

    for (const userId of [ended, gone]) expect(await mailsOf(userId)).toMatchObject([{ status: 'PENDING' }]);
    const [later] = await mailsOf(moved);
    expect(later?.status).toBe('HELD');
    expect(later?.nextAttemptAt?.getTime()).toBeGreaterThan(later?.createdAt.getTime() ?? 0);
  });

  it('puts what is committed late into the next one', async () => {
    const userId = await reader();
    const first = await tellEarlier(userId);
    const late = await database.client.$transaction(async (transaction) => {
      const notification = await notify(transaction, { ...message(typeSlug), userId });
      expect(await writeDigests(database.client, digest)).toBe(1);
      return notification?.id as typeof first;
    });
    await database.client.$executeRaw`UPDATE notifications SET created_at = now() - interval '8 days'
      WHERE id = ${late}::uuid`;
    await makeDue(userId);

    expect(await writeDigests(database.client, digest)).toBe(1);

    const mails = (await mailsOf(userId)).filter(({ status }) => status === 'DIGESTED');
    expect(mails.map(({ notificationId }) => notificationId).sort()).toEqual([first, late].sort());
    expect(new Set(mails.map(({ digestId }) => digestId)).size).toBe(2);
  });

  it('refuses an unknown type, and is undone with its transaction', async () => {
    const userId = await reader();
    await tellEarlier(userId);

    await expect(writeDigests(database.client, { ...digest, typeSlug: 'unknown' })).rejects.toMatchObject({
      code: 'NOTIFICATION_TYPE_UNKNOWN',
    });
    expect(await undone(database.client, (tx) => writeDigests(tx, digest))).toBe(1);
    expect(await mailsOf(userId)).toMatchObject([{ status: 'HELD' }]);
  });

  it(`by ${CALLERS} at once puts each notification into one, and each user has one, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const users = await Promise.all(Array.from({ length: 6 }, () => reader()));
      for (let n = 0; n < 3; n += 1)
        await notifyMany(database.client, {
          ...message(typeSlug),
          userIds: users,
          eventId: newId<'Event'>(),
        });
      await database.client.$executeRaw`UPDATE notifications SET created_at = now() - interval '8 days'`;
      await database.client
        .$executeRaw`UPDATE notification_deliveries SET next_attempt_at = now() WHERE status = 'HELD'`;

      const { won, refused } = await race(() => writeDigests(database.client, digest));

      expect(refused).toEqual({});
      expect(won.reduce((sum, digests) => sum + digests, 0)).toBe(6);
      const gathered = await database.client.notificationDelivery.groupBy({
        by: ['digestId'],
        where: { status: 'DIGESTED' },
        _count: true,
      });
      expect(gathered.map(({ _count }) => _count)).toEqual([3, 3, 3, 3, 3, 3]);
      await database.client.notification.deleteMany({});
    }
  });
});
