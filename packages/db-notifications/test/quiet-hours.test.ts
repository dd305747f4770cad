import { newId } from '@codezest/db-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notify, quietUntil } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { message, newType, newUser, undone } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

const clock = (text: string) => {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return hour * 60 + minute;
};

async function quietUser(start: string, end: string, timeZone: string | null, home?: string) {
  const userId = newUser();
  await database.client.notificationPreference.create({
    data: { userId, quietHoursStart: clock(start), quietHoursEnd: clock(end), timeZone },
  });
  if (home)
    await database.client.recipient.create({
      data: { userId, email: 'a@example.com', firstName: 'A', lastName: 'B', timeZone: home, version: 1 },
    });
  return userId;
}

describe('quiet hours', () => {
  it.each<[string, string, string, string, string, string | null]>([
    ['before their start', '22:00', '07:00', 'UTC', '2026-03-01T21:59:59Z', null],
    ['from their start', '22:00', '07:00', 'UTC', '2026-03-01T22:00:00Z', '2026-03-02T07:00:00Z'],
    ['after midnight', '22:00', '07:00', 'UTC', '2026-03-02T06:59:59Z', '2026-03-02T07:00:00Z'],
    ['at their end', '22:00', '07:00', 'UTC', '2026-03-02T07:00:00Z', null],
    ['within one day', '13:00', '14:30', 'UTC', '2026-03-02T13:20:00Z', '2026-03-02T14:30:00Z'],
    [
      'in half an hour’s zone',
      '22:00',
      '07:00',
      'Asia/Kolkata',
      '2026-03-01T17:00:00Z',
      '2026-03-02T01:30:00Z',
    ],
    ['not there while it is night here', '22:00', '07:00', 'Asia/Kolkata', '2026-03-02T02:00:00Z', null],
    // New York's clocks jump from 2 to 3 on 8 March 2026, and back from 2 to 1 on 1 November.
    [
      'over a jump forward',
      '22:00',
      '07:00',
      'America/New_York',
      '2026-03-08T04:00:00Z',
      '2026-03-08T11:00:00Z',
    ],
    [
      'over a jump back',
      '22:00',
      '07:00',
      'America/New_York',
      '2026-11-01T03:00:00Z',
      '2026-11-01T12:00:00Z',
    ],
    [
      'with an end that the jump leaves out',
      '22:00',
      '02:30',
      'America/New_York',
      '2026-03-08T06:50:00Z',
      '2026-03-08T07:30:00Z',
    ],
  ])('%s', async (_, start, end, timeZone, at, until) => {
    const userId = await quietUser(start, end, timeZone);

    const found = await quietUntil(database.client, userId, { at: new Date(at) });

    expect(found?.toISOString() ?? null).toBe(until && new Date(until).toISOString());
  });

  it('count in the zone of the preference, else of the recipient, else in UTC', async () => {
    const at = new Date('2026-03-01T17:00:00Z');
    const until = async (zone: string | null, home?: string) =>
      await quietUntil(database.client, await quietUser('22:00', '07:00', zone, home), { at });

    expect(await until('Asia/Kolkata', 'UTC')).not.toBeNull();
    expect(await until(null, 'Asia/Kolkata')).not.toBeNull();
    expect(await until(null)).toBeNull();
  });

  it('are none for who has set none', async () => {
    expect(await quietUntil(database.client, newUser())).toBeNull();
  });

  it('delay what is sent, not what stands in the inbox, nor what is mandatory', async () => {
    const userId = await quietUser('22:00', '07:00', 'Asia/Kolkata');
    const night = new Date('2199-03-01T17:00:00Z');
    const due = async (typeSlug: string, at: Date) => {
      const notification = await notify(database.client, { ...message(typeSlug), userId }, { at });
      const deliveries = await database.client.notificationDelivery.findMany({
        where: { notificationId: notification?.id },
        orderBy: { channel: 'asc' },
      });
      return deliveries.map(({ channel, status, nextAttemptAt }) => [
        channel,
        status,
        nextAttemptAt?.getTime() === notification?.createdAt.getTime() ? 'now' : nextAttemptAt?.toISOString(),
      ]);
    };

    const choice = await newType(database.client);
    const mandatory = await newType(database.client, { isMandatory: true });
    expect(await due(choice, night)).toEqual([
      ['IN_APP', 'DELIVERED', undefined],
      ['EMAIL', 'PENDING', '2199-03-02T01:30:00.000Z'],
    ]);
    expect(await due(choice, new Date('2199-03-01T12:00:00Z'))).toContainEqual(['EMAIL', 'PENDING', 'now']);
    expect(await due(mandatory, night)).toContainEqual(['EMAIL', 'PENDING', 'now']);
  });

  it('are asked for in a transaction as well', async () => {
    const until = await undone(database.client, async (transaction) => {
      const userId = newId<'User'>();
      await transaction.notificationPreference.create({
        data: { userId, quietHoursStart: 0, quietHoursEnd: 60 },
      });
      return await quietUntil(transaction, userId, { at: new Date('2026-03-01T00:10:30.500Z') });
    });

    expect(until).toEqual(new Date('2026-03-01T01:00:00Z'));
  });
});
