import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race, somebodyWaits } from '@codezest/db-core/testing';
import type { NotificationId, UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  inboxCounts,
  listInbox,
  markAllRead,
  markRead,
  markSeen,
  type Notification,
  notify,
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

async function inboxOf(size: number): Promise<{ userId: UserId; ids: NotificationId[] }> {
  const userId = newUser();
  const ids: NotificationId[] = [];
  for (let n = 0; n < size; n += 1) {
    const { id } = (await notify(database.client, { ...message(typeSlug), userId })) as Notification;
    ids.push(id);
  }
  return { userId, ids };
}

const shown = (ids: readonly NotificationId[]) => ids.map((id) => ({ id, occurrences: 1 }));
const find = (id: NotificationId | undefined) =>
  database.client.notification.findUniqueOrThrow({ where: { id: id as NotificationId } });

describe('marking', () => {
  it('read keeps the first time, and is seen', async () => {
    const { userId, ids } = await inboxOf(1);
    const own = { userId, notificationId: ids[0] as NotificationId };

    const first = await markRead(database.client, own);
    const second = await markRead(database.client, own);

    expect(first.readAt).toEqual(first.seenAt);
    expect(first.readAt).toBeInstanceOf(Date);
    expect(second).toEqual(first);
    expect(await find(ids[0])).toEqual(first);
  });

  it('read refuses what is another’s, and what is not there', async () => {
    const { userId, ids } = await inboxOf(1);

    for (const request of [
      { userId: newUser(), notificationId: ids[0] as NotificationId },
      { userId, notificationId: newId<'Notification'>() },
    ])
      await expect(markRead(database.client, request)).rejects.toMatchObject({
        code: 'NOTIFICATION_NOT_FOUND',
      });
    expect((await find(ids[0])).readAt).toBeNull();
  });

  it('all read up to the newest in view leaves unread what arrived later, and what was not seen', async () => {
    const { userId, ids } = await inboxOf(3);
    const createdAt = new Date(Date.now() + 3_600_000);
    await database.client.notification.update({ where: { id: ids[2] }, data: { createdAt } });
    const upTo = (await find(ids[1])).createdAt;
    await markSeen(database.client, { userId, notifications: shown(ids.slice(1)) });

    expect(await markAllRead(database.client, { userId, upTo })).toBe(1);
    expect((await find(ids[0])).readAt).toBeNull();
    expect((await find(ids[2])).readAt).toBeNull();
    await markSeen(database.client, { userId, notifications: shown(ids) });
    expect(await markAllRead(database.client, { userId, upTo })).toBe(1);
    expect(await markAllRead(database.client, { userId })).toBe(1);
    expect(await markAllRead(database.client, { userId })).toBe(0);
    // Written by a clock ahead of ours: never read before it was created.
    expect((await find(ids[2])).readAt).toEqual(createdAt);
  });

  it('all read after an empty page marks nothing, and refuses what is no time', async () => {
    const { userId } = await inboxOf(2);

    expect(await markAllRead(database.client, { userId, upTo: undefined })).toBe(0);
    await expect(markAllRead(database.client, { userId, upTo: new Date(Number.NaN) })).rejects.toMatchObject({
      code: 'READ_TIME_INVALID',
    });
    expect(await inboxCounts(database.client, userId)).toEqual({ unread: 2, unseen: 2 });
  });

  it('all read leaves unread what began before the page was read and was committed after it', async () => {
    const { userId } = await inboxOf(0);
    const late = await database.client.$transaction(async (transaction) => {
      const notification = await notify(transaction, { ...message(typeSlug), userId });
      await notify(database.client, { ...message(typeSlug), userId });
      const { items } = await listInbox(database.client, userId);
      await markSeen(database.client, { userId, notifications: items });
      return { notification, upTo: items[0]?.createdAt };
    });

    expect(await markAllRead(database.client, { userId, upTo: late.upTo })).toBe(1);
    expect((await find(late.notification?.id)).readAt).toBeNull();
  });

  it('seen leaves alone what is another’s', async () => {
    const { userId, ids } = await inboxOf(2);
    const other = await inboxOf(1);

    expect(await markSeen(database.client, { userId, notifications: shown([...ids, ...other.ids]) })).toBe(2);
    expect(await markSeen(database.client, { userId, notifications: shown(ids) })).toBe(0);
    expect((await find(other.ids[0])).seenAt).toBeNull();
  });

  it('is undone with the transaction that it is part of', async () => {
    const { userId, ids } = await inboxOf(3);

    const seen = await undone(database.client, async (transaction) => {
      const marked = await markSeen(transaction, { userId, notifications: shown(ids.slice(0, 2)) });
      const read = await markRead(transaction, { userId, notificationId: ids[0] as NotificationId });
      const page = await listInbox(transaction, userId, { limit: 2 });
      const counts = await inboxCounts(transaction, userId);
      return {
        marked,
        read: read.readAt,
        counts,
        all: await markAllRead(transaction, { userId }),
        page,
      };
    });

    expect(seen).toMatchObject({ marked: 2, counts: { unread: 2, unseen: 1 }, all: 2 });
    expect(seen.read).toBeInstanceOf(Date);
    expect(seen.page.items[0]?.createdAt).toBeInstanceOf(Date);
    expect(await inboxCounts(database.client, userId)).toEqual({ unread: 3, unseen: 3 });
  });

  it.each(['markAllRead', 'markSeen'] as const)(
    'by %s locks rows in the order of their ids, wherever they lie',
    async (name) => {
      const { userId, ids } = await inboxOf(5);
      const order = ids.toSorted();
      for (const id of order.toReversed())
        await database.client.notification.update({ where: { id }, data: { priority: 'LOW' } });
      let marking: Promise<number> | undefined;

      const free = await database.client.$transaction(async (transaction) => {
        await transaction.$queryRaw`SELECT 1 FROM notifications WHERE id = ${order[2]}::uuid FOR UPDATE`;
        marking =
          name === 'markSeen'
            ? markSeen(database.client, { userId, notifications: shown(ids) })
            : markAllRead(database.client, { userId });
        await somebodyWaits(database.client);
        return await database.client.$queryRaw<{ id: string }[]>`
        SELECT id FROM notifications WHERE user_id = ${userId}::uuid ORDER BY id FOR UPDATE SKIP LOCKED`;
      });

      expect(free.map(({ id }) => id)).toEqual(order.slice(3));
      expect(await marking).toBe(5);
    },
  );

  it(`by ${CALLERS} at once marks each notification once, ${ROUNDS} rounds, and nobody is locked out`, async () => {
    const { userId, ids } = await inboxOf(12);
    for (let round = 0; round < ROUNDS; round += 1) {
      await database.client.notification.updateMany({
        where: { userId },
        data: { readAt: null, seenAt: null },
      });

      const { won, refused } = await race(async (caller) => {
        if (caller % 2) return { read: await markAllRead(database.client, { userId }), seen: 0 };
        return { read: 0, seen: await markSeen(database.client, { userId, notifications: shown(ids) }) };
      });

      expect(refused).toEqual({});
      expect(won.reduce((sum, { read }) => sum + read, 0)).toBe(ids.length);
      expect(won.reduce((sum, { seen }) => sum + seen, 0)).toBeLessThanOrEqual(ids.length);
      expect(await inboxCounts(database.client, userId)).toEqual({ unread: 0, unseen: 0 });
    }
  });

  it(`one read by ${CALLERS} at once keeps one time, ${ROUNDS} rounds`, async () => {
    const { userId, ids } = await inboxOf(ROUNDS);
    for (const notificationId of ids) {
      const { won } = await race(() => markRead(database.client, { userId, notificationId }));

      expect(won).toHaveLength(CALLERS);
      expect(new Set(won.map(({ readAt }) => readAt?.getTime())).size).toBe(1);
    }
  });
});
