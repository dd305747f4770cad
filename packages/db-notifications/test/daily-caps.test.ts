import { rowsOf, statement } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { timeZoneNames, type UserId } from '@codezest/db-types';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nextDayOf } from '../src/daily-caps.js';
import {
  type ClaimRequest,
  claimDeliveries,
  type NotificationMessage,
  notify,
  recordDeliveries,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { message, newType, newUser, racingDatabase } from './fixtures.js';

let database: TestDatabase;
let typeSlug: string;
let mandatory: string;

beforeAll(async () => {
  database = await racingDatabase();
  typeSlug = await newType(database.client, { inAppEnabled: false });
  mandatory = await newType(database.client, { inAppEnabled: false, isMandatory: true });
});

afterAll(() => database.drop());

beforeEach(async () => {
  await database.client.notification.deleteMany({});
});

const send = async (userId: UserId, count: number, values: Partial<NotificationMessage> = {}) => {
  for (let n = 0; n < count; n += 1)
    await notify(database.client, { ...message(typeSlug, { title: `${n}` }), userId, ...values });
};
const claim = (perUserPerDay?: number, values: Partial<ClaimRequest> = {}) =>
  claimDeliveries(database.client, {
    channel: 'EMAIL',
    ...(perUserPerDay ? { perUserPerDay } : {}),
    ...values,
  });
const titles = (claimed: Awaited<ReturnType<typeof claim>>) =>
  claimed.map(({ notification }) => notification.title).sort();
const waitingOf = (userId: UserId) =>
  database.client.notificationDelivery.findMany({ where: { status: 'PENDING', notification: { userId } } });
const livesIn = (userId: UserId, timeZone: string) =>
  database.client.notificationPreference.upsert({
    where: { userId },
    create: { userId, timeZone },
    update: { timeZone },
  });
/** As if what was put off were due, on the same day or on the next. */
const makeDue = async (userId: UserId, daysLater = 0) => {
  await database.client
    .$executeRaw`UPDATE notification_deliveries d SET next_attempt_at = now() - interval '1 second'
    FROM notifications n WHERE n.id = d.notification_id AND n.user_id = ${userId}::uuid AND d.status = 'PENDING'`;
  await database.client
    .$executeRaw`UPDATE daily_sends SET day = day - ${daysLater}::int WHERE user_id = ${userId}::uuid`;
};

describe('a cap per day', () => {
  it('gives each user so many over a channel, the oldest first, and puts off the others to the next day there', async () => {
    const [ada, ben] = [newUser(), newUser()];
    await livesIn(ada, 'Pacific/Auckland');
    await send(ada, 5);
    await send(ben, 1, { title: 'for Ben' });

    expect(titles(await claim(2))).toEqual(['0', '1', 'for Ben']);
    expect(await claim(2)).toEqual([]);

    const midnight = Temporal.Now.zonedDateTimeISO('Pacific/Auckland').add({ days: 1 }).startOfDay();
    const waiting = await waitingOf(ada);
    expect(waiting.map(({ nextAttemptAt }) => nextAttemptAt?.getTime())).toEqual(
      Array(3).fill(midnight.epochMilliseconds),
    );
    expect(waiting.map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
  });

  it('counts anew on the next day, and not on the same one', async () => {
    const userId = newUser();
    await send(userId, 5);

    const days: string[][] = [titles(await claim(2))];
    for (const later of [0, 1, 1, 1]) {
      await makeDue(userId, later);
      days.push(titles(await claim(2)));
    }

    expect(days).toEqual([['0', '1'], [], ['2', '3'], ['4'], []]);
  });

  it('is the same day for who travels west over the date line, and another one east of it', async () => {
    const userId = newUser();
    await livesIn(userId, 'Etc/GMT+12');
    await send(userId, 5);
    const days = [titles(await claim(1))];
    for (const zone of ['Etc/GMT-14', 'Etc/GMT+12', 'Etc/GMT-14']) {
      await livesIn(userId, zone);
      await makeDue(userId);
      days.push(titles(await claim(1)));
    }

    // Fourteen hours east and twelve west are never one date.
    expect(days).toEqual([['0'], ['1'], [], []]);
  });

  it('neither stops nor counts what is mandatory or urgent, nor what is tried again', async () => {
    const userId = newUser();
    await send(userId, 2, { typeSlug: mandatory, title: 'mandatory' });
    await send(userId, 1, { priority: 'URGENT', title: 'urgent' });
    await send(userId, 2);

    const claimed = await claim(1);
    expect(titles(claimed)).toEqual(['0', 'mandatory', 'mandatory', 'urgent']);
    await recordDeliveries(
      database.client,
      claimed.map(({ delivery }) => ({ delivery, result: { outcome: 'FAILED', errorCode: 'TIMEOUT' } })),
    );
    await makeDue(userId);

    expect(titles(await claim(1))).toEqual(titles(claimed));
  });

  it('is of one channel, counts no canceled one, and is none where none is asked for', async () => {
    const userId = newUser();
    await send(userId, 4);
    await send(userId, 1, { title: 'expired', expiresAt: new Date(Date.now() + 3_600_000) });
    await database.client.$executeRaw`UPDATE notifications SET created_at = now() - interval '1 day',
      expires_at = now() - interval '1 second' WHERE title = 'expired'`;

    expect(titles(await claim(1))).toEqual(['0']);
    await makeDue(userId);
    expect(titles(await claim())).toEqual(['1', '2', '3']);
    expect(await database.client.dailySend.findMany({ where: { userId } })).toMatchObject([
      { channel: 'EMAIL', sent: 1 },
    ]);
  });

  it('lets those through who stand behind many of one user', async () => {
    const [busy, other] = [newUser(), newUser()];
    await send(busy, 20);
    await send(other, 1, { title: 'behind them' });

    expect(titles(await claim(1, { limit: 5 }))).toEqual(['0']);
    expect(titles(await claim(1, { limit: 5 }))).toEqual(['behind them']);
  });

  it.each([0, -1, 1.5, 1_001, Number.NaN])('of %s is refused', async (perUserPerDay) => {
    await expect(claimDeliveries(database.client, { channel: 'EMAIL', perUserPerDay })).rejects.toMatchObject(
      { code: 'CLAIM_INVALID' },
    );
  });

  it(`holds for ${CALLERS} workers at once, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const users = [newUser(), newUser()] as const;
      for (const userId of users) await send(userId, 24);

      const { won, refused } = await race(() => claim(3, { limit: 2 }));

      expect(refused).toEqual({});
      const claimed = won.flat();
      for (;;) {
        const more = await claim(3);
        if (more.length === 0) break;
        claimed.push(...more);
      }
      for (const userId of users)
        expect(claimed.filter(({ notification }) => notification.userId === userId)).toHaveLength(3);
    }
  });
});

it('the next day begins in every zone when Temporal says so, around each change of its clock', async () => {
  const given = [...new Set(timeZoneNames().values())].flatMap((zone) => {
    const at: { zone: string; at: string }[] = [];
    let change = Temporal.Instant.from('2025-01-01T00:00Z')
      .toZonedDateTimeISO(zone)
      .getTimeZoneTransition('next');
    for (; change && change.year < 2028; change = change.getTimeZoneTransition('next'))
      for (const hours of [-25, -23, -1, 0, 1, 23])
        at.push({ zone, at: change.toInstant().add({ hours }).toString() });
    return at;
  });

  const found = await rowsOf<{ next: Date }>(
    database.client,
    statement(
      'test.next_day',
      `SELECT ${nextDayOf('t.at', 't.zone')} AS next
       FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (zone text, at timestamptz)) WITH ORDINALITY AS t(zone, at, n) ORDER BY n`,
    ),
    [JSON.stringify(given)],
  );

  const wrong = given.filter(({ zone, at }, n) => {
    const day = Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDate().add({ days: 1 });
    return day.toZonedDateTime(zone).epochMilliseconds !== found[n]?.next.getTime();
  });
  expect(given.length).toBeGreaterThan(3_000);
  // A release of tzdata that one side lacks costs a few.
  expect(wrong.length).toBeLessThan(given.length / 100);
  expect(new Set(wrong.map(({ zone }) => zone)).size).toBeLessThan(5);
});
