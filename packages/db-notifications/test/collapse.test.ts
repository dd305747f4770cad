import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race, somebodyWaits } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  actorsOf,
  type Collapse,
  cancelNotifications,
  claimDeliveries,
  listInbox,
  markSeen,
  type Notification,
  type NotificationMessage,
  notify,
  notifyMany,
  upsertRecipient,
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

const collapse = (values: Partial<Collapse> = {}): Collapse => ({ key: 'comments:42', ...values });
const tell = (userId: UserId, values: Partial<NotificationMessage> = {}, client = database.client) =>
  notify(client, { ...message(typeSlug), userId, collapse: collapse(), ...values }) as Promise<Notification>;
const inboxOf = async (userId: UserId) => (await listInbox(database.client, userId)).items;
const mailsOf = (userId: UserId) =>
  database.client.notificationDelivery.findMany({
    where: { channel: 'EMAIL', notification: { userId } },
    orderBy: { id: 'asc' },
  });
const claimedBy = async (userId: UserId) =>
  (await claimDeliveries(database.client, { channel: 'EMAIL', limit: 1_000 })).filter(
    ({ notification }) => notification.userId === userId,
  );
/** As if the time to collapse were over. */
const endCollapsing = async (userId: UserId) => {
  await database.client.$executeRaw`UPDATE notifications SET collapses_until = now() - interval '1 second'
    WHERE user_id = ${userId}::uuid AND collapses_until IS NOT NULL`;
  await database.client
    .$executeRaw`UPDATE notification_deliveries d SET next_attempt_at = now() - interval '1 second'
    FROM notifications n WHERE n.id = d.notification_id AND n.user_id = ${userId}::uuid AND d.status = 'PENDING'`;
};

describe('collapsed notifications', () => {
  it('are one, with the texts of the last, which is raised in the inbox and mailed once', async () => {
    const userId = newUser();
    const first = await tell(userId, { title: 'Ana has commented' });
    const other = await notify(database.client, { ...message(typeSlug), userId });
    const last = await tell(userId, { title: 'Ben has commented', data: { comment: 2 } });

    expect(last).toMatchObject({
      id: first.id,
      occurrences: 2,
      title: 'Ben has commented',
      data: { comment: 2 },
    });
    expect((await inboxOf(userId)).map(({ id }) => id)).toEqual([first.id, other?.id]);
    const mails = (await mailsOf(userId)).filter(({ notificationId }) => notificationId === first.id);
    expect(mails).toMatchObject([{ status: 'PENDING', nextAttemptAt: first.collapsesUntil }]);
    expect(first.collapsesUntil?.getTime()).toBe(first.createdAt.getTime() + 3_600_000);
  });

  it('are of one type, one key, one priority and one user', async () => {
    const userId = newUser();
    await tell(userId);
    await tell(userId, { collapse: collapse({ key: 'comments:43' }) });
    await tell(userId, { priority: 'URGENT' });
    await notify(database.client, {
      ...message(await newType(database.client)),
      userId,
      collapse: collapse(),
    });
    await tell(newUser());

    const inbox = await inboxOf(userId);
    expect(inbox.map(({ occurrences }) => occurrences)).toEqual([1, 1, 1, 1]);
  });

  it('tell who is behind them, each person once, by the name that the person has now', async () => {
    const userId = newUser();
    const people = Array.from({ length: 5 }, newUser);
    const [ana, ben] = people as [UserId, UserId];
    await upsertRecipient(database.client, {
      userId: ana,
      version: 1,
      email: 'ana@example.com',
      firstName: 'Ana',
      lastName: 'Sousa',
    });
    for (const actorId of [...people, ben, ana]) await tell(userId, { collapse: collapse({ actorId }) });
    const plain = await notify(database.client, { ...message(typeSlug), userId });
    const [shown] = (await inboxOf(userId)).filter(({ occurrences }) => occurrences > 1);
    const ids = [plain?.id, shown?.id] as Notification['id'][];

    const [nobody, all] = await actorsOf(database.client, ids, { limit: 2 });

    expect(nobody).toEqual({ notificationId: ids[0], count: 0, latest: [] });
    expect(shown?.occurrences).toBe(7);
    expect(all).toEqual({
      notificationId: ids[1],
      count: 5,
      latest: [
        { userId: ana, firstName: 'Ana', lastName: 'Sousa' },
        { userId: ben, firstName: null, lastName: null },
      ],
    });
  });

  it('begin anew once the user has seen one, which is not mailed then', async () => {
    const userId = newUser();
    const first = await tell(userId);
    await markSeen(database.client, { userId, notifications: await inboxOf(userId) });
    const second = await tell(userId);

    expect(second.id).not.toBe(first.id);
    await endCollapsing(userId);
    expect((await claimedBy(userId)).map(({ notification }) => notification.id)).toEqual([second.id]);
    expect((await mailsOf(userId)).map(({ cancelReason }) => cancelReason)).toEqual(['SEEN', null]);
  });

  it('are not seen by who was shown fewer of them', async () => {
    const userId = newUser();
    await tell(userId);
    const shown = await inboxOf(userId);
    await tell(userId);

    expect(await markSeen(database.client, { userId, notifications: shown })).toBe(0);
    expect(await markSeen(database.client, { userId, notifications: await inboxOf(userId) })).toBe(1);
  });

  it('begin anew after their time, after what has expired, and after what was withdrawn', async () => {
    const userId = newUser();
    const subject = `subject ${userId}`;
    const ids = [(await tell(userId)).id];
    await endCollapsing(userId);
    ids.push((await tell(userId, { expiresAt: new Date(Date.now() + 3_600_000) })).id);
    await database.client.$executeRaw`UPDATE notifications SET created_at = created_at - interval '1 day',
      expires_at = now() - interval '1 second' WHERE id = ${ids[1]}::uuid`;
    ids.push((await tell(userId, { subject })).id);
    await cancelNotifications(database.client, { subject });
    ids.push((await tell(userId)).id);

    expect(new Set(ids).size).toBe(4);
  });

  it('that a worker has are not changed: what comes while they are claimed is a message of its own', async () => {
    const userId = newUser();
    await tell(userId);
    await database.client
      .$executeRaw`UPDATE notification_deliveries d SET next_attempt_at = now() - interval '1 second'
      FROM notifications n WHERE n.id = d.notification_id AND n.user_id = ${userId}::uuid AND d.status = 'PENDING'`;
    const [claimed] = await claimedBy(userId);
    const next = await tell(userId);

    expect(next.id).not.toBe(claimed?.notification.id);
    expect(await mailsOf(userId)).toHaveLength(2);
  });

  it('are left to the next claim by a worker who meets one that is not committed yet', async () => {
    const userId = newUser();
    await tell(userId);
    await endCollapsing(userId);
    await database.client.$executeRaw`UPDATE notifications SET collapses_until = now() + interval '1 hour'
      WHERE user_id = ${userId}::uuid`;

    await database.client.$transaction(async (transaction) => {
      await notify(transaction, { ...message(typeSlug), userId, collapse: collapse() });
      expect(await claimedBy(userId)).toEqual([]);
    });

    expect((await claimedBy(userId)).map(({ notification }) => notification.occurrences)).toEqual([2]);
  });

  it('count an event once, and give the notification that it came into when it comes again', async () => {
    const userId = newUser();
    const events = [newId<'Event'>(), newId<'Event'>()] as const;
    const [first] = [await tell(userId, { eventId: events[0] }), await tell(userId, { eventId: events[1] })];

    for (const eventId of [...events, ...events])
      expect(await tell(userId, { eventId })).toMatchObject({ id: first.id, occurrences: 2 });
    const eventId = events[1];
    const again = { ...message(typeSlug), collapse: collapse(), userIds: [userId, newUser()], eventId };
    expect(await notifyMany(database.client, again)).toBe(1);
    const third = { ...again, userIds: [userId], eventId: newId<'Event'>() };
    expect(await notifyMany(database.client, third)).toBe(1);
    expect((await inboxOf(userId))[0]?.occurrences).toBe(3);
  });

  it('stand for one less when one of them is taken back, and the last takes the notification along', async () => {
    const userId = newUser();
    const [ana, ben] = [newUser(), newUser()];
    const [byAna, byBen] = [newId<'Event'>(), newId<'Event'>()];
    const { id } = await tell(userId, { eventId: byAna, collapse: collapse({ actorId: ana }) });
    await tell(userId, { eventId: byBen, collapse: collapse({ actorId: ben }) });

    for (const reduced of [1, 0])
      expect(await cancelNotifications(database.client, { eventId: byBen })).toEqual({
        unscheduled: 0,
        canceled: 0,
        reduced,
      });
    expect(await actorsOf(database.client, [id])).toMatchObject([{ count: 1, latest: [{ userId: ana }] }]);
    expect((await inboxOf(userId))[0]?.occurrences).toBe(1);
    expect(await cancelNotifications(database.client, { eventId: byAna })).toMatchObject({ canceled: 1 });
  });

  it('are refused without a key, without an end, or scheduled', async () => {
    const userId = newUser();
    for (const values of [
      { collapse: collapse({ key: ' ' }) },
      { collapse: collapse({ key: 'k'.repeat(201) }) },
      { collapse: collapse({ forSeconds: 0 }) },
      { collapse: collapse({ forSeconds: Number.NaN }) },
      { collapse: collapse({ forSeconds: 604_801 }) },
      { sendAt: new Date(Date.now() + 60_000) },
    ])
      await expect(tell(userId, values)).rejects.toMatchObject({ code: 'COLLAPSE_INVALID' });
    await expect(actorsOf(database.client, [], { limit: 0 })).rejects.toMatchObject({ code: 'PAGE_INVALID' });
    expect(await inboxOf(userId)).toEqual([]);
  });

  it('are undone with their transaction, and seen within it', async () => {
    const userId = newUser();
    await tell(userId);

    const inside = await undone(database.client, async (transaction) => {
      const joined = await notify(transaction, { ...message(typeSlug), userId, collapse: collapse() });
      return joined?.occurrences;
    });

    expect(inside).toBe(2);
    expect((await inboxOf(userId)).map(({ occurrences }) => occurrences)).toEqual([1]);
  });

  it('wait for the first of their key, which is being written', async () => {
    const userId = newUser();
    let second: Promise<Notification> | undefined;
    const first = await database.client.$transaction(async (transaction) => {
      const open = await notify(transaction, { ...message(typeSlug), userId, collapse: collapse() });
      second = tell(userId);
      await somebodyWaits(database.client);
      return open;
    });

    expect(await second).toMatchObject({ id: first?.id, occurrences: 2 });
  });

  it(`by ${CALLERS} at once are one each, and none is lost, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [ada, ben] = [newUser(), newUser()];

      const { won, refused } = await race(async (caller) => {
        const eventId = newId<'Event'>();
        const told = { ...message(typeSlug), collapse: collapse({ actorId: newUser() }), eventId };
        if (caller % 2) return notifyMany(database.client, { ...told, userIds: [ben, ada] });
        await notify(database.client, { ...told, userId: ada });
        return 0;
      });

      expect(refused).toEqual({});
      const both = won.filter((told) => told === 2).length;
      expect(both).toBe(CALLERS / 2);
      expect((await inboxOf(ada)).map(({ occurrences }) => occurrences)).toEqual([CALLERS]);
      expect((await inboxOf(ben)).map(({ occurrences }) => occurrences)).toEqual([CALLERS / 2]);
      const [actors] = await actorsOf(
        database.client,
        (await inboxOf(ada)).map(({ id }) => id),
      );
      expect(actors?.count).toBe(CALLERS);
      expect(await mailsOf(ada)).toHaveLength(1);
    }
  });
});
