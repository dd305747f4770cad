import { derivedUuid } from '../../engine/ids.js';
import type { Context, Rows, Step } from '../../engine/step.js';
import type { JsonObject } from '../../json.js';
import { Values } from '../../values/values.js';

const FROM = 'auth.user_profiles';

/** Longer than any streak that was kept by people. */
const LONGEST_STREAK = 3_650;

/**
 * Points and streak of a person; the level follows from the points. What the ledger of points lacks becomes an entry of its
 * own. A streak is made of days, so those are made up: the present one ends on the day of the last activity, and where the
 * longest was another one it ends two days before that begins.
 */
export const engagement: Step = {
  name: 'user_engagements',
  from: FROM,
  targets: [{ table: 'user_engagements', key: ['user_id'], set: { id: 't.id' }, incomparable: ['id'] }],
  convert,
  beforehand: `CREATE OR REPLACE FUNCTION pg_temp.import_engagement(given jsonb) RETURNS void LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public' AS $$
    BEGIN
      CREATE TEMP TABLE people ON COMMIT DROP AS SELECT * FROM jsonb_to_recordset(given) AS g(
        user_id uuid, points int, entry_id uuid, source_id uuid, entered_at timestamptz, zone text, last_at timestamptz,
        streak int, longest int);

      INSERT INTO points_entries (id, user_id, points, reason, source_event_id, created_at)
      SELECT p.entry_id, p.user_id, p.points - l.points, 'Before the move', p.source_id, p.entered_at
      FROM pg_temp.people p, LATERAL (SELECT coalesce(sum(e.points), 0)::int AS points FROM points_entries e WHERE e.user_id = p.user_id) l
      WHERE p.points > l.points
      ON CONFLICT DO NOTHING;

      DELETE FROM activity_days d USING pg_temp.people p WHERE d.user_id = p.user_id;
      INSERT INTO activity_days (user_id, day, time_zone, begins_at, ends_at, last_at)
      SELECT user_id, last_day - n, zone, rules.begin_of_day(last_day - n, zone), rules.begin_of_day(last_day - n + 1, zone),
        CASE WHEN n = 0 AND is_present THEN last_at ELSE rules.begin_of_day(last_day - n, zone) END
      FROM (
        SELECT user_id, zone, last_at, true AS is_present, (last_at AT TIME ZONE zone)::date AS last_day, streak AS days FROM pg_temp.people
        UNION ALL
        SELECT user_id, zone, last_at, false, (last_at AT TIME ZONE zone)::date - streak - 2, longest FROM pg_temp.people WHERE longest > streak
      ) AS runs, generate_series(0, days - 1) AS n;
      DROP TABLE pg_temp.people;
    END $$`,
  afterwards: { rows: 'days', sql: 'SELECT pg_temp.import_engagement($1::jsonb)' },
};

function convert(row: JsonObject, { notes }: Context): Rows {
  const values = new Values(row, FROM, notes);
  const userId = values.id('userId', 'auth.users') ?? '';
  const lastActiveAt = values.time('lastActiveAt');
  const points = values.atLeast('points', 0) ?? 0;
  if (values.number('level') !== null && values.number('level') !== levelOf(points))
    values.changed('level', 'follows from the points');
  const { streak, longest } = streaksOf(values, lastActiveAt);
  const entry = `${userId} ${points}`;
  return {
    user_engagements: [
      {
        id: derivedUuid('activity.user_engagements', userId),
        user_id: userId,
        points,
        level: levelOf(points),
        streak,
        longest_streak: longest,
        last_active_at: lastActiveAt,
        created_at: values.time('createdAt'),
        updated_at: values.time('updatedAt'),
      },
    ],
    days: [
      {
        user_id: userId,
        points,
        entry_id: derivedUuid('activity.points_entries', entry),
        source_id: derivedUuid('activity.points_entries.source', entry),
        entered_at: values.time('updatedAt'),
        zone: values.timeZone('timezone') ?? 'UTC',
        last_at: lastActiveAt,
        streak,
        longest,
      },
    ],
  };
}

function streaksOf(values: Values, lastActiveAt: string | null): { streak: number; longest: number } {
  const given = values.within('streak', 0, LONGEST_STREAK) ?? 0;
  const best = values.within('longestStreak', 0, LONGEST_STREAK) ?? 0;
  if (lastActiveAt === null) {
    if (given > 0 || best > 0) values.lost('streak', 'no day of the last activity');
    return { streak: 0, longest: 0 };
  }
  if (best > given) values.changed('longestStreak', 'its days are those before the present streak');
  return { streak: given, longest: Math.max(given, best) };
}

/** As `rules.level_of` of the database. */
const levelOf = (points: number): number => 1 + Math.floor(Math.sqrt(points / 100));
