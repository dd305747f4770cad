import { runSeed, type SeedResult } from '@codezest/db-core/seed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pointsFor } from '../src/seed/engagement.js';
import { seed } from '../src/seed/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let database: TestDatabase;
let first: SeedResult;

beforeAll(async () => {
  database = await createTestDatabase();
  first = await runSeed({ url: database.owner.url, seed, size: 'small' });
});

afterAll(() => database.drop());

describe('the seed', () => {
  it('fills every table, with every kind of activity, over months', async () => {
    const kinds = await database.client.userActivity.groupBy({ by: ['type'], _count: true });
    const [{ months } = { months: 0n }] = await database.client.$queryRaw<{ months: bigint }[]>`
      SELECT count(DISTINCT tableoid) AS months FROM user_activities`;

    expect(Object.keys(first.tables).sort()).toEqual([
      'activity_days',
      'analytics_events',
      'points_entries',
      'user_activities',
      'user_badges',
      'user_engagements',
    ]);
    expect(Math.min(...Object.values(first.tables))).toBeGreaterThanOrEqual(60);
    expect(kinds.map(({ type }) => type).sort()).toEqual(Object.keys(pointsFor).sort());
    expect(months).toBe(10n);
  });

  it('says in each row’s metadata what its type promises', async () => {
    const rows = await database.client.userActivity.findMany({ distinct: ['type'] });
    const keys = Object.fromEntries(
      rows.map(({ type, metadata }) => [type, Object.keys(metadata ?? {}).sort()]),
    );

    expect(keys).toEqual({
      USER_JOINED: ['role'],
      LANGUAGE_ENROLLED: ['languageId', 'languageName'],
      MODULE_STARTED: ['moduleId', 'moduleTitle'],
      MODULE_COMPLETED: ['moduleId', 'moduleTitle'],
      MATERIAL_COMPLETED: ['materialId', 'materialTitle', 'moduleId'],
      ASSIGNMENT_SUBMITTED: ['assignmentId', 'assignmentTitle', 'submissionId'],
      ASSIGNMENT_GRADED: ['assignmentId', 'assignmentTitle', 'maxScore', 'score', 'submissionId'],
      QUIZ_COMPLETED: ['attemptId', 'maxScore', 'passed', 'quizId', 'quizTitle', 'score'],
      CERTIFICATE_EARNED: ['certificateId', 'certificateTitle', 'credentialId'],
      BADGE_EARNED: ['badge'],
      SUBSCRIPTION_CHANGED: ['plan', 'status', 'subscriptionId'],
    });
  });

  it('adds nothing when it runs again', async () => {
    const second = await runSeed({ url: database.owner.url, seed, size: 'small' });

    expect(second.rows).toBe(0);
  });

  it('leaves no row waiting in a default partition', async () => {
    const [row] = await database.owner.client.$queryRaw<{ waiting: bigint }[]>`
      SELECT (SELECT count(*) FROM partitions.user_activities_default)
        + (SELECT count(*) FROM partitions.analytics_events_default) AS waiting`;

    expect(row?.waiting).toBe(0n);
  });

  it('counts the points, the streaks and the last moment of what is in the feed', async () => {
    const differing = await database.client.$queryRaw<unknown[]>`
      WITH active_days AS (
        SELECT DISTINCT user_id, (created_at AT TIME ZONE 'UTC')::date AS day FROM user_activities
      ), streaks AS (
        SELECT user_id, count(*) AS days, max(day) AS last_day
        FROM (SELECT user_id, day, day - (row_number() OVER (PARTITION BY user_id ORDER BY day))::int AS island
              FROM active_days) AS numbered
        GROUP BY user_id, island
      ), expected AS (
        SELECT user_id,
          (SELECT sum((${JSON.stringify(pointsFor)}::jsonb ->> type::text)::int)
             FROM user_activities WHERE user_id = streaks.user_id) AS points,
          (array_agg(days ORDER BY last_day DESC))[1] AS streak,
          max(days) AS longest_streak,
          (SELECT max(created_at) FROM user_activities
             WHERE user_id = streaks.user_id AND type <> 'BADGE_EARNED') AS last_active_at
        FROM streaks GROUP BY user_id
      )
      SELECT user_id FROM user_engagements e FULL JOIN expected x USING (user_id)
      WHERE (e.points, e.streak, e.longest_streak, e.last_active_at)
        IS DISTINCT FROM (x.points, x.streak, x.longest_streak, x.last_active_at)`;

    expect(differing).toEqual([]);
  });

  it('has the points and the streaks in the ledger and in the days as well', async () => {
    const differing = await database.client.$queryRaw<unknown[]>`
      SELECT e.user_id FROM user_engagements e CROSS JOIN LATERAL rules.streaks_of(e.user_id) AS s
      WHERE (e.points, e.streak, e.longest_streak) IS DISTINCT FROM
        ((SELECT sum(points) FROM points_entries p WHERE p.user_id = e.user_id), s.streak, s.longest)`;

    expect(differing).toEqual([]);
  });
});
