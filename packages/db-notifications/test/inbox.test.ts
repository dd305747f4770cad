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
import { message, newType, newUser, racingDatabase } from './fixtures.js';

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

const find = (id: NotificationId | undefined) =>
  database.client.notification.findUniqueOrThrow({ where: { id: id as NotificationId } });

describe('the inbox', () => {
  it('comes newest first, page by page, no row lost or repeated, whatever arrives meanwhile', async () => {
    const { userId, ids } = await inboxOf(7);
    // Three of one moment: the id breaks the tie.
    const createdAt = new Date(Date.now() - 60_000);
    await database.client.notification.updateMany({
      where: { id: { in: ids.slice(2, 5) } },
      data: { createdAt },
    });
    const expected = await database.client.notification.findMany({
      where: { userId },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    });

    const first = await listInbox(database.client, userId, { limit: 3 });
    await notify(database.client, { ...message(typeSlug), userId });
    const second = await listInbox(database.client, userId, { limit: 3, cursor: first.nextCursor });
    const third = await listInbox(database.client, userId, { limit: 3, cursor: second.nextCursor });

    expect([...first.items, ...second.items, ...third.items]).toEqual(expected);
    expect(third.nextCursor).toBeNull();
  });

  it('refuses a limit out of bounds and the cursor of another inbox', async () => {
    const { userId } = await inboxOf(2);
    const { nextCursor } = await listInbox(database.client, userId, { limit: 1 });

    for (const request of [
      { limit: 0 },
      { limit: 101 },
      { cursor: 'nonsense' },
      { cursor: nextCursor, unreadOnly: true },
    ])
      await expect(listInbox(database.client, userId, request)).rejects.toMatchObject({
        code: 'PAGE_INVALID',
      });
    await expect(listInbox(database.client, newUser(), { cursor: nextCursor })).rejects.toMatchObject({
      code: 'PAGE_INVALID',
    });
  });

  it('neither shows, counts nor marks what expired, what has the app off, and what is another’s', async () => {
    const { userId, ids } = await inboxOf(1);
    const mailOnly = await newType(database.client, { inAppEnabled: false });
    expect((await notify(database.client, { ...message(mailOnly), userId }))?.inApp).toBe(false);
    const expired = await notify(database.client, { ...message(typeSlug), userId });
    const [createdAt, expiresAt] = [new Date(Date.now() - 60_000), new Date(Date.now() - 1_000)];
    await database.client.notification.update({ where: { id: expired?.id }, data: { createdAt, expiresAt } });
    await inboxOf(1);

    for (const unreadOnly of [false, true])
      expect((await listInbox(database.client, userId, { unreadOnly })).items.map(({ id }) => id)).toEqual(
        ids,
      );
    expect(await inboxCounts(database.client, userId)).toEqual({ unread: 1, unseen: 1 });
    expect(await markAllRead(database.client, { userId })).toBe(1);
    expect((await find(expired?.id)).readAt).toBeNull();
  });

  it('counts what is unread, and of that what is unseen', async () => {
    const { userId, ids } = await inboxOf(4);

    await markRead(database.client, { userId, notificationId: ids[0] as NotificationId });
    await markSeen(database.client, {
      userId,
      notifications: [{ id: ids[1] as NotificationId, occurrences: 1 }],
    });

    expect(await inboxCounts(database.client, userId)).toEqual({ unread: 3, unseen: 2 });
    expect((await listInbox(database.client, userId, { unreadOnly: true })).items).toHaveLength(3);
    expect(await inboxCounts(database.client, newUser())).toEqual({ unread: 0, unseen: 0 });
  });
});
