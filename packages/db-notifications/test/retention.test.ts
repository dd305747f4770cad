import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteOld, notify, notifyMany } from '../src/index.js';
import { factories } from '../src/testing.js';
import type { TestDatabase } from './database.js';
import { message, newType, newUser, racingDatabase, undone } from './fixtures.js';

let database: TestDatabase;
let typeSlug: string;

beforeAll(async () => {
  database = await racingDatabase();
  typeSlug = await newType(database.client);
});

afterAll(() => database.drop());

const age = (table: string, months: number) =>
  database.client.$executeRawUnsafe(
    `UPDATE ${table} SET created_at = now() - make_interval(months => ${months}, days => 1)`,
  );

async function told(users: number) {
  const eventId = newId<'Event'>();
  const userIds = Array.from({ length: users }, newUser);
  await notifyMany(database.client, { ...message(typeSlug), eventId, userIds });
  return { eventId, userIds };
}

it('deletes what is older than its months, each of its kind, and keeps the rest', async () => {
  const { eventId, userIds } = await told(1_200);
  await factories(database.client).emailLog();
  for (const table of ['notifications', 'notification_keys', 'email_logs']) await age(table, 13);
  await told(3);

  expect(await deleteOld(database.client, {})).toEqual({ inbox: 0, emailLogs: 0, keys: 0 });
  expect(await deleteOld(database.client, { inbox: 14, emailLogs: 14, keys: 14 })).toEqual({
    inbox: 0,
    emailLogs: 0,
    keys: 0,
  });
  expect(await deleteOld(database.client, { inbox: 13, keys: 14 })).toEqual({
    inbox: 1_200,
    emailLogs: 0,
    keys: 0,
  });
  const again = { ...message(typeSlug), eventId, userId: userIds[0] as never };
  expect(await notify(database.client, again)).toBeUndefined();
  expect(await deleteOld(database.client, { inbox: 13, emailLogs: 13, keys: 13 })).toEqual({
    inbox: 0,
    emailLogs: 1,
    keys: 1_200,
  });
  expect(await database.client.notification.count()).toBe(3);
});

it('refuses months that are none, and keys that would go before what they made', async () => {
  for (const retention of [
    { inbox: 0 },
    { emailLogs: 1.5 },
    { inbox: 1_201 },
    { inbox: Number.NaN },
    { inbox: 12, keys: 11 },
    { keys: 36 },
  ])
    await expect(deleteOld(database.client, retention)).rejects.toMatchObject({ code: 'RETENTION_INVALID' });
});

it(`by ${CALLERS} at once deletes each row once, ${ROUNDS} rounds, and is undone with its transaction`, async () => {
  await database.client.notification.deleteMany({});
  for (let round = 0; round < ROUNDS; round += 1) {
    await told(20);
    await age('notifications', 2);
    expect(await undone(database.client, (tx) => deleteOld(tx, { inbox: 1 }))).toMatchObject({ inbox: 20 });

    const { won, refused } = await race(() => deleteOld(database.client, { inbox: 1 }));

    expect(refused).toEqual({});
    expect(won.reduce((sum, { inbox }) => sum + inbox, 0)).toBe(20);
  }
});
