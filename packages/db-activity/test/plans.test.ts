import { withClient } from '@codezest/constraint-tests';
import { explaining, type QueryPlan } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  awardBadge,
  awardPoints,
  type Client,
  countActivities,
  createClient,
  findEngagement,
  findStanding,
  foldActivityCounts,
  freezeDay,
  listActivity,
  listActivityCounts,
  listAllActivity,
  listBadges,
  listLeaderboard,
  newAnalyticsEventId,
  PointsNotAwardedError,
  type PrismaClient,
  recordActivities,
  recordAnalyticsEvents,
  reversePoints,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { badge } from './fixtures.js';

const pageView = { id: newAnalyticsEventId(), eventName: 'page.viewed' };
const userId = '01900000-0000-7000-8000-000000000007' as UserId;

/** Two years of 1,000 users: 120,000 activities, one in twenty of the user above. */
const fill = `
  INSERT INTO user_activities (id, created_at, user_id, type, description, metadata)
  SELECT id, rules.uuid_v7_time(id),
    ('01900000-0000-7000-8000-' || lpad(to_hex(CASE WHEN n % 20 = 0 THEN 7 ELSE n % 1000 END), 12, '0'))::uuid,
    (enum_range(NULL::"ActivityType"))[1 + n % 11], 'Activity', '{}'
  FROM generate_series(1, 120000) AS n,
    LATERAL (SELECT floor(extract(epoch FROM now()) * 1000)::bigint - n * 500000::bigint AS at) AS moment,
    LATERAL (SELECT (lpad(to_hex(at), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid AS id) AS event`;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await withClient(database.owner.url, async (owner) => {
    await owner.query(fill);
    await owner.query(`INSERT INTO user_engagements (id, user_id, updated_at)
      SELECT gen_random_uuid(), gen_random_uuid(), now() FROM generate_series(1, 100000)`);
    await owner.query(`INSERT INTO activity_days (user_id, day, time_zone, begins_at, ends_at, last_at, updated_at)
      SELECT user_id, '2026-01-05'::date + n, 'UTC', '2026-01-05Z'::timestamptz + n * interval '1 day',
        '2026-01-06Z'::timestamptz + n * interval '1 day', '2026-01-05Z'::timestamptz + n * interval '1 day', now()
      FROM user_engagements, generate_series(0, 1) AS n`);
    await owner.query(`INSERT INTO points_entries (id, user_id, points, reason, source_event_id)
      SELECT gen_random_uuid(), user_id, 10, 'BADGE_EARNED', gen_random_uuid() FROM user_engagements`);
    await owner.query(`INSERT INTO leaderboard_scores (period, starts_on, cohort, user_id, points, reached_at)
      SELECT 'ALL_TIME'::"LeaderboardPeriod", '1970-01-01'::date, '', user_id, n * 7919 % 50000, now() FROM (
        SELECT user_id, row_number() OVER () AS n FROM user_engagements LIMIT 20000) AS users
      UNION ALL SELECT 'ALL_TIME', '1970-01-01', '', '${userId}'::uuid, 25000, now()`);
    await owner.query(`INSERT INTO user_badges (user_id, badge, source_event_id, earned_at)
      SELECT user_id, 'week-in-a-row', gen_random_uuid(), now() FROM user_engagements`);
    // Ten years in which everything happens every hour.
    await owner.query(`DELETE FROM activity_counts; INSERT INTO activity_counts (hour, type, part, count)
      SELECT date_trunc('hour', now()) - n * interval '1 hour', type, 0, 10
      FROM generate_series(0, 87600) AS n, unnest(enum_range(NULL::"ActivityType")) AS type WHERE n % 4 = 0 OR n < 400`);
    await owner.query('ANALYZE');
  });
});

afterAll(() => database.drop());

/** Plans of everything that a function sends. Where nothing is stored PostgreSQL may read it all: it grows last of all. */
async function planOf(call: (client: Client) => Promise<unknown>): Promise<QueryPlan> {
  const plans: QueryPlan[] = [];
  const empty = await database.client.$queryRawUnsafe<{ name: string }[]>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'partitions'::regnamespace AND reltuples <= 0`,
  );
  await database.client.$transaction(async (transaction) => {
    await call(explaining(transaction, plans));
  });
  const [plan] = plans;
  if (!plan) expect.unreachable('nothing was sent');
  const filled = (name: string) => !empty.some((relation) => relation.name === name);
  return { ...plan, sequentialScans: plan.sequentialScans.filter(filled) };
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
const monthsAgo = (months: number) => new Date(Date.now() - months * 30 * 86_400_000);

describe('the plan of', () => {
  it.each<[string, RegExp, (client: Client) => Promise<unknown>]>([
    [
      'a user’s feed',
      /^user_activities_\d{4}_\d\d_user_id_created_at_id_idx$/,
      (client) => listActivity(client, userId),
    ],
    ['everybody’s feed', /^user_activities_\d{4}_\d\d_pkey$/, (client) => listAllActivity(client)],
    [
      'a user’s counts',
      /^user_activities_\d{4}_\d\d_user_id_created_at_id_idx$/,
      (client) => countActivities(client, { userId, from: monthsAgo(2), to: new Date() }),
    ],
    [
      'a week of counts',
      /^activity_counts_pkey$/,
      (client) => listActivityCounts(client, { from: daysAgo(7), to: new Date(), by: 'day' }),
    ],
    ['adding up counts', /^activity_counts_(?:parts_idx|pkey)$/, (client) => foldActivityCounts(client)],
    [
      'a leaderboard',
      /^leaderboard_scores_rank_idx$/,
      (client) => listLeaderboard(client, { period: 'ALL_TIME' }),
    ],
    [
      'a user’s own standing',
      /^leaderboard_(?:scores_(?:rank_idx|user_id_idx|pkey)|steps_pkey)$/,
      (client) => findStanding(client, { period: 'ALL_TIME', userId }),
    ],
    ['a user’s badges', /^user_badges_pkey$/, (client) => listBadges(client, userId)],
    [
      'a user’s points',
      /^(?:user_engagements_user_id_key|activity_days_pkey)$/,
      (client) => findEngagement(client, { userId }),
    ],
  ])('%s reads its index and no table', async (_, index, call) => {
    const { indexes, sequentialScans } = await planOf(call);

    expect(sequentialScans).toEqual([]);
    expect(indexes.filter((name) => index.test(name)).length).toBeGreaterThan(0);
    expect(indexes.filter((name) => !index.test(name) && !name.includes('default'))).toEqual([]);
  });

  it.each<[string, (client: Client) => Promise<unknown>]>([
    ['recording', (client) => recordActivities(client, [badge(userId, new Date())])],
    ['recording analytics events', (client) => recordAnalyticsEvents(client, [pageView])],
    [
      'taking back',
      (client) =>
        reversePoints(client, badge(userId).id, { reason: 'Copied' }).catch((error: unknown) =>
          expect(error).toBeInstanceOf(PointsNotAwardedError),
        ),
    ],
    ['a day off', (client) => freezeDay(client, { userId })],
    [
      'a badge',
      (client) =>
        awardBadge(client, { ...badge(userId, new Date()), badge: 'month-in-a-row', description: 'A' }),
    ],
    ['an award', (client) => awardPoints(client, badge(userId, new Date()), { points: 1 })],
  ])('%s reads nothing that grows', async (_, call) => {
    expect((await planOf(call)).sequentialScans).toEqual([]);
  });
});

describe('the plan that is kept for a feed', () => {
  /** What the statement really read, planned for any values. */
  async function readFor(cursor?: string): Promise<{ plan: string; pages: number }> {
    const sent: [string, unknown[]][] = [];
    const recorder = {
      $queryRawUnsafe: async (text: string, ...values: unknown[]) => {
        sent.push([text, values]);
        return [];
      },
    } as unknown as Client;
    await listActivity(recorder, userId, { cursor });
    const [text = '', values = []] = sent[0] ?? [];
    const given = values.map((value) => `'${value}'`).join(', ');
    const rows = await database.client.$transaction(async (transaction) => {
      await transaction.$executeRawUnsafe('SET LOCAL plan_cache_mode = force_generic_plan');
      await transaction.$executeRawUnsafe(`PREPARE kept AS ${text}`);
      const explained = await transaction.$queryRawUnsafe<{ 'QUERY PLAN': string }[]>(
        `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) EXECUTE kept(${given})`,
      );
      await transaction.$executeRawUnsafe('DEALLOCATE kept');
      return explained;
    });
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    return { plan, pages: Number(/shared hit=(\d+)/.exec(plan)?.[1]) };
  }

  it('reads the first page from the newest rows of each month, and no more', async () => {
    const { plan, pages } = await readFor();

    expect(plan).toMatch(/actual rows=21\b/);
    expect(pages).toBeLessThan(200);
  });

  it('reaches a page far down without the months above it and without the rows before it', async () => {
    const lastSeen = [`activity of ${userId}`, monthsAgo(12).toISOString(), userId];
    const { plan, pages } = await readFor(Buffer.from(JSON.stringify(lastSeen)).toString('base64url'));

    const above = monthsAgo(10).toISOString().slice(0, 7).replace('-', '_');
    expect(plan).toContain('Subplans Removed');
    expect(plan).not.toContain(`user_activities_${above}`);
    expect(plan).toMatch(/actual rows=21\b/);
    expect(pages).toBeLessThan(150);
  });

  it.each<[string, (client: PrismaClient) => Promise<unknown>]>([
    ['a user’s feed', (client) => listActivity(client, userId)],
    ['everybody’s feed', (client) => listAllActivity(client)],
  ])('of %s is kept: planning so many months costs more than the page', async (_, call) => {
    const client = createClient({ url: `${database.url}?connection_limit=1` });

    for (let turn = 0; turn < 12; turn += 1) await call(client);
    const kept = await client.$queryRawUnsafe<{ generic: number }[]>(
      `SELECT generic_plans::int AS generic FROM pg_prepared_statements WHERE name ~ '^activity\\.(user_feed|feed_of_all)$'`,
    );
    await client.$disconnect();

    expect(kept).toEqual([{ generic: 7 }]);
  });
});
