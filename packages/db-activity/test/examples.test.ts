import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  newActivityId,
  newAnalyticsEventId,
  type PrismaClient,
  recordAnalyticsEvents,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { countPageView, countSoon, openWriter } from './examples/analytics.js';
import { badgesOf, isNewBadge } from './examples/badges.js';
import { addUp, quizzesByDay } from './examples/counts.js';
import { answerTo } from './examples/errors.js';
import { everybody, feed, quizzesOfLastWeek } from './examples/feed.js';
import { countActivity } from './examples/first-query.js';
import { bringUpToDate, enterLeague, forgetOldWeeks, weekOf } from './examples/leaderboards.js';
import { inATest } from './examples/own-tests.js';
import { dayOff, earn, progressTo, standing, takeBack } from './examples/points.js';
import { engagements, entry, howOften } from './examples/prisma-calls.js';
import { badgeEarned, hear, importHistory } from './examples/record.js';
import { keepTwoYears } from './examples/retention.js';
import { earnAndMeasure, engagement } from './examples/retry.js';
import { listen } from './examples/write.js';
import { badge, newUser } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());
beforeEach(() => vi.stubEnv('ACTIVITY_DATABASE_URL', database.url));
afterEach(() => vi.unstubAllEnvs());

test('the first query', async () => {
  expect(await countActivity()).toBe(0);
});

test('a service hears of something, twice, and imports what it missed', async () => {
  const user = newUser();
  const event = badgeEarned(user, 'A week in a row');

  expect([await hear(client, event), await hear(client, event)]).toEqual([event.id, null]);
  expect(await importHistory(client, [event, badgeEarned(user, 'First module')])).toBe(1);
});

test('a service listens to a queue, and answers each message', async () => {
  const user = newUser();
  const answers: string[] = [];
  async function* messages() {
    for (const description of ['good', ' ', 'good']) {
      yield {
        event: { ...badge(user), description },
        acknowledge: () => void answers.push('acknowledged'),
        discard: (reason: unknown) => void answers.push(answerTo(reason)),
      };
    }
  }

  await listen(client, messages());

  expect(answers.sort()).toEqual(['acknowledged', 'acknowledged', 'discard']);
  expect(answerTo(new Error('Connection terminated unexpectedly'))).toBe('send again');
});

test('a user looks at the feed, and so does everybody', async () => {
  const event = badge(newUser(), new Date());
  await hear(client, event as ReturnType<typeof badgeEarned>);

  expect(await feed(client, event.userId)).toMatchObject({ items: [{ id: event.id }], nextCursor: null });
  expect((await everybody(client)).items.map(({ id }) => id)).toContain(event.id);
  expect(await quizzesOfLastWeek(client, event.userId)).toBe(0);
});

test('a user earns points', async () => {
  const event = badge(newUser(), new Date());

  expect(await standing(client, event.userId, 'Europe/Berlin')).toEqual({
    level: 1,
    streak: 0,
    missing: 100,
  });
  expect(await earn(client, event, 'Europe/Berlin')).toEqual({ isNew: true, streak: 1 });
  expect(await earn(client, event, 'Europe/Berlin')).toEqual({ isNew: false, streak: 1 });
  expect(await standing(client, event.userId, 'Europe/Berlin')).toEqual({ level: 1, streak: 1, missing: 75 });
  expect(await engagements(client, [event.userId])).toHaveLength(1);
  expect((await dayOff(client, event.userId, 'Europe/Berlin'))?.streak).toBe(1);
  expect((await takeBack(client, event.id)).engagement?.points).toBe(0);
  expect([progressTo(0), progressTo(50), progressTo(100), progressTo(250)]).toEqual([0, 0.5, 0, 0.5]);
});

test('an entry is found by its id and time, an event is counted', async () => {
  const event = badge(newUser(), '2026-10-05T10:00:00Z');
  await earn(client, event, 'UTC');
  const at = new Date('2026-10-05T10:00:00Z');
  const pageView = { id: newAnalyticsEventId(at), eventName: 'page.viewed', userId: event.userId };
  await recordAnalyticsEvents(client, [pageView]);

  expect(await entry(client, event.id, at)).toMatchObject({ userId: event.userId });
  expect(await howOften(client, 'page.viewed', at, new Date(at.getTime() + 1))).toBe(1);
});

test('a badge is earned, once', async () => {
  const userId = newUser();
  const earned = { id: newActivityId(), userId, badge: 'first-module', description: 'First module' };

  expect([await isNewBadge(client, earned), await isNewBadge(client, earned)]).toEqual([true, false]);
  expect(await badgesOf(client, userId)).toMatchObject([{ badge: 'first-module' }]);
});

test('what everybody does is counted by the day', async () => {
  const day = new Date('2025-05-05T00:00:00Z');
  await hear(client, badge(newUser(), '2025-05-05T10:00:00Z') as ReturnType<typeof badgeEarned>);

  expect(await addUp(client)).toBeGreaterThan(0);
  expect(await quizzesByDay(client, day, new Date('2025-05-06T00:00:00Z'))).toEqual([{ day, quizzes: 0 }]);
});

test('months are made and dropped', async () => {
  const { dropped } = await keepTwoYears(database.owner.client, new Date());

  expect(dropped).toEqual([]);
});

test('page views are counted, alone and among many', async () => {
  const user = newUser();
  const writer = openWriter(client);

  await countPageView(client, user, '/python');
  await Promise.all([countSoon(writer, user, '/rust'), countSoon(writer, user, '/go')]);
  await writer.drain();

  expect(await client.analyticsEvent.count({ where: { userId: user } })).toBe(3);
});

test('points and the event behind them are one, however often', async () => {
  const event = badge(newUser(), new Date());
  const measured = { id: newAnalyticsEventId(), eventName: 'badge.earned', userId: event.userId };

  await earnAndMeasure(client, event, measured);
  await earnAndMeasure(client, event, measured);

  expect(await engagement(client, event.userId)).toMatchObject({ points: 25 });
});

test('a test of one’s own', async () => {
  expect(await inATest()).toEqual({ activities: 3, users: 2 });
});

test('a week of a league has its best and the own place', async () => {
  const userId = newUser();
  await enterLeague(client, userId, 7);
  await earn(client, badgeEarned(userId, 'week'), 'UTC');

  expect(await bringUpToDate(client)).toBeGreaterThan(0);

  const own = { userId, points: 25, rank: 1 };
  expect(await weekOf(client, userId, 7)).toEqual({
    best: [own],
    own: { ...own, users: 1, above: [], below: [] },
  });
  expect(await forgetOldWeeks(client)).toBe(0);
});
