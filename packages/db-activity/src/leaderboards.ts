import {
  CodezestDbError,
  pageLimit,
  read,
  rowOf,
  rowsOf,
  type Statement,
  statement,
} from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import { LeaderboardPeriod } from '../generated/enums.js';
import type { Client } from './client.js';

/** Which leaderboard: of a week that begins on Monday, of a month, or of all time, in UTC. */
export interface Leaderboard {
  readonly period: LeaderboardPeriod;
  /** A moment of the week or month. Default: now, by the database's clock. */
  readonly at?: Date;
  /** Of this cohort alone; see `setCohort`. Default: everybody. */
  readonly cohort?: string;
}

export interface Standing {
  readonly userId: UserId;
  readonly points: number;
  /** One more than how many have more points: two who are second have no third behind them. */
  readonly rank: number;
}

/** A user's own place, and who stands next to it. */
export interface OwnStanding extends Standing {
  /** How many users the leaderboard has. */
  readonly users: number;
  /** Those in front, the nearest one last. */
  readonly above: Standing[];
  /** Those behind, the nearest one first. */
  readonly below: Standing[];
}

/** There is no such leaderboard, or no such cohort. */
export class InvalidLeaderboardError extends CodezestDbError {
  constructor() {
    super(
      'LEADERBOARD_INVALID',
      'There is no such leaderboard: period is WEEK, MONTH or ALL_TIME, at a valid date, cohort a text of 1 to 100 characters, and neighbours a whole number from 0 to 10.',
    );
  }
}

/**
 * Puts a user into a cohort, such as a league: points that are awarded from now on count in its leaderboards too, besides
 * everybody's. What is taken back is taken from the cohort that it was given in. Null for none.
 *
 * @throws {InvalidLeaderboardError}
 * @example await setCohort(prisma, { userId, cohort: 'league-7' });
 */
export async function setCohort(
  client: Client,
  { userId, cohort }: { readonly userId: UserId; readonly cohort: string | null },
): Promise<void> {
  if (cohort === null) await rowsOf(client, leaveCohort, [userId]);
  else await rowsOf(client, enterCohort, [userId, cohortOf(cohort)]);
}

/**
 * Brings the leaderboards up to the ledger of points, and returns how many entries were new to them. To be called every few
 * seconds: what was awarded since is on no leaderboard yet. An entry counts for the week and the month of its activity, however
 * late it comes, once, and what is taken back goes from there. Only one caller works at a time; for the others there is nothing
 * to do.
 *
 * @example await foldLeaderboards(prisma);
 */
export async function foldLeaderboards(client: Client): Promise<number> {
  let folded = 0;
  for (;;) {
    const entries = (await rowOf(client, fold, [entriesPerStatement]))?.entries ?? 0;
    folded += entries;
    if (entries < entriesPerStatement) return folded;
  }
}

const entriesPerStatement = 1_000;

/**
 * The first of a leaderboard. Who has as many points has the same rank; in front stands who has had them for longer.
 *
 * @param options.limit how many, 1 to 100. Default 20.
 * @throws {InvalidLeaderboardError | InvalidPageError}
 * @example const best = await listLeaderboard(prisma, { period: 'WEEK' }, { limit: 10 });
 */
export async function listLeaderboard(
  client: Client,
  leaderboard: Leaderboard,
  options: { readonly limit?: number } = {},
): Promise<Standing[]> {
  return await rowsOf(client, first, [...valuesOf(leaderboard), pageLimit(options)]);
}

/**
 * A user's own rank, and the users next to it; null for who has no points there yet. Takes the same time at any place of any
 * leaderboard: it reads how many have so many points, and not who.
 *
 * @param request.neighbours how many on each side, 0 to 10. Default 2.
 * @throws {InvalidLeaderboardError}
 * @example const own = await findStanding(prisma, { userId, period: 'WEEK', cohort: 'league-7' });
 */
export async function findStanding(
  client: Client,
  {
    userId,
    neighbours = 2,
    ...leaderboard
  }: Leaderboard & { readonly userId: UserId; readonly neighbours?: number },
): Promise<OwnStanding | null> {
  if (!(Number.isInteger(neighbours) && neighbours >= 0 && neighbours <= 10))
    throw new InvalidLeaderboardError();
  return (await rowOf(client, own, [...valuesOf(leaderboard), userId, neighbours])) ?? null;
}

/**
 * Deletes the leaderboards of weeks and months that had ended before a moment, in batches, and returns how many scores that
 * were. The ledger and the leaderboards of all time stay. For a daily schedule.
 *
 * @throws {InvalidLeaderboardError}
 * @example await deleteLeaderboardsBefore(prisma, aYearAgo);
 */
export async function deleteLeaderboardsBefore(client: Client, before: Date): Promise<number> {
  if (!(before instanceof Date) || Number.isNaN(before.getTime())) throw new InvalidLeaderboardError();
  let deleted = 0;
  for (;;) {
    const scores = (await rowOf(client, deleteScores, [before, scoresPerStatement]))?.scores ?? 0;
    deleted += scores;
    if (scores < scoresPerStatement) break;
  }
  await rowsOf(client, deleteSteps, [before]);
  return deleted;
}

const scoresPerStatement = 1_000;

function valuesOf({ period, at, cohort }: Leaderboard) {
  if (!Object.hasOwn(LeaderboardPeriod, period)) throw new InvalidLeaderboardError();
  if (at !== undefined && !(at instanceof Date && Math.abs(at.getTime()) < latestTime))
    throw new InvalidLeaderboardError();
  return [period, at ?? null, cohort === undefined ? '' : cohortOf(cohort)];
}

/** The year 9999: what every date of PostgreSQL holds. */
const latestTime = 253_370_764_800_000;

function cohortOf(cohort: string): string {
  if (typeof cohort !== 'string' || cohort.trim() === '' || cohort.length > 100)
    throw new InvalidLeaderboardError();
  return cohort;
}

/** SQL: the first day of the period that contains a moment. */
const startOf = (period: string, at: string) =>
  `CASE ${period} WHEN 'ALL_TIME' THEN DATE '1970-01-01' ELSE date_trunc(lower(${period}), ${at} AT TIME ZONE 'UTC')::date END`;

const enterCohort = statement<object>(
  'activity.enter_cohort',
  `INSERT INTO leaderboard_cohorts AS c (user_id, cohort) VALUES ($1::uuid, $2)
   ON CONFLICT (user_id) DO UPDATE SET cohort = excluded.cohort, updated_at = excluded.updated_at WHERE c.cohort <> excluded.cohort`,
);

const leaveCohort = statement<object>(
  'activity.leave_cohort',
  'DELETE FROM leaderboard_cohorts WHERE user_id = $1::uuid',
);

// One at a time: two who changed the same steps in another order would lock each other out.
const fold = statement<{ entries: number }>(
  'activity.fold_leaderboards',
  `WITH turn AS MATERIALIZED (
     SELECT pg_try_advisory_xact_lock(hashtextextended('activity.fold_leaderboards', 0)) AS is_mine
   ), due AS (
     SELECT entry_id FROM leaderboard_changes WHERE (SELECT is_mine FROM turn) ORDER BY entry_id LIMIT $1::int FOR UPDATE SKIP LOCKED
   ), taken AS (
     DELETE FROM leaderboard_changes c USING due WHERE c.entry_id = due.entry_id RETURNING c.entry_id
   ), earned AS (
     SELECT e.user_id, e.points, e.cohort,
       coalesce(rules.uuid_v7_time(coalesce(o.source_event_id, e.source_event_id)), o.created_at, e.created_at) AS at
     FROM taken JOIN points_entries e ON e.id = taken.entry_id LEFT JOIN points_entries o ON o.id = e.reverses_id
     WHERE (SELECT true FROM erased_users x WHERE x.user_hash = rules.hash_of_user(e.user_id)) IS NULL
   ), sums AS (
     SELECT of.period, ${startOf('of.period::text', 'earned.at')} AS starts_on, board.cohort, earned.user_id,
       sum(earned.points)::int AS points, max(earned.at) AS at
     FROM earned
     CROSS JOIN unnest(enum_range(NULL::"LeaderboardPeriod")) AS of(period)
     CROSS JOIN LATERAL (SELECT '' UNION ALL SELECT earned.cohort WHERE earned.cohort IS NOT NULL) AS board(cohort)
     GROUP BY 1, 2, 3, 4
   ), scored AS (
     INSERT INTO leaderboard_scores AS s (period, starts_on, cohort, user_id, points, reached_at)
     SELECT period, starts_on, cohort, user_id, points, at FROM sums ORDER BY 1, 2, 3, 4
     ON CONFLICT (period, starts_on, cohort, user_id) DO UPDATE SET
       points = s.points + excluded.points, reached_at = greatest(s.reached_at, excluded.reached_at), updated_at = excluded.updated_at
   )
   SELECT count(*)::int AS entries FROM taken`,
);

const board = `period = $1::"LeaderboardPeriod" AND starts_on = ${startOf('$1::text', 'coalesce($2::timestamptz, now())')} AND cohort = $3::text`;

const ofSteps = `s.${board.replaceAll(' AND ', ' AND s.')}`;

const first: Statement<Standing> = read(
  'activity.leaderboard',
  `SELECT user_id AS "userId", points, (rank() OVER (ORDER BY points DESC))::int AS rank
   FROM (
     SELECT user_id, points, reached_at FROM leaderboard_scores WHERE ${board}
     ORDER BY points DESC, reached_at, user_id LIMIT $4::int
   ) AS best ORDER BY points DESC, reached_at, user_id`,
);

/**
 * Those in front or behind: of the same points first, then of the next. One condition over both would read the whole index.
 * Between them and the user stands nobody else, so their ranks follow from how many have the points of each.
 */
const nextTo = (side: 'above' | 'below') => {
  const isAbove = side === 'above';
  const [more, later] = isAbove ? ['>', '<'] : ['<', '>'];
  const order = isAbove ? 'points, reached_at DESC, user_id DESC' : 'points DESC, reached_at, user_id';
  const columns = 'user_id, points, reached_at';
  const rank = isAbove
    ? 'me.rank - sum(n.counted) OVER (ORDER BY n.points)'
    : 'me.rank + me.tied + sum(n.counted) OVER (ORDER BY n.points DESC) - n.users';
  return `SELECT coalesce(jsonb_agg(jsonb_build_object('userId', r.user_id, 'points', r.points, 'rank', r.rank)
       ORDER BY r.points DESC, r.reached_at, r.user_id), '[]') AS list
     FROM (
       SELECT n.*, CASE WHEN n.points = me.points THEN me.rank ELSE ${rank} END AS rank
       FROM (
         SELECT near.*, s.users, CASE WHEN near.points <> me.points AND row_number() OVER (PARTITION BY near.points) = 1
           THEN s.users ELSE 0 END AS counted
         FROM (
           (SELECT ${columns} FROM leaderboard_scores WHERE ${board} AND points = me.points
              AND (reached_at, user_id) ${later} (me.reached_at, me.user_id) ORDER BY ${order} LIMIT $5::int)
           UNION ALL
           (SELECT ${columns} FROM leaderboard_scores WHERE ${board} AND points ${more} me.points ORDER BY ${order} LIMIT $5::int)
           ORDER BY ${order} LIMIT $5::int
         ) AS near JOIN leaderboard_steps s ON ${ofSteps} AND s.level = 0 AND s.bucket = near.points
       ) AS n
     ) AS r`;
};

const own: Statement<OwnStanding> = read(
  'activity.own_standing',
  `WITH me AS MATERIALIZED (
     SELECT c.user_id, c.points, c.reached_at, s.users AS tied, rules.rank_of($1::text, c.starts_on, $3::text, c.points) AS rank
     FROM leaderboard_scores c JOIN leaderboard_steps s ON ${ofSteps} AND s.level = 0 AND s.bucket = c.points
     WHERE c.${board.replaceAll(' AND ', ' AND c.')} AND c.user_id = $4::uuid
   )
   SELECT me.user_id AS "userId", me.points, me.rank,
     (SELECT coalesce(sum(s.users), 0)::int FROM leaderboard_steps s WHERE ${ofSteps} AND s.level = 5) AS users,
     above.list AS above, below.list AS below
   FROM me
   CROSS JOIN LATERAL (${nextTo('above')}) AS above
   CROSS JOIN LATERAL (${nextTo('below')}) AS below`,
);

const ended = `period <> 'ALL_TIME' AND starts_on + CASE period WHEN 'WEEK' THEN interval '7 days' ELSE interval '1 month' END <= $1::timestamptz AT TIME ZONE 'UTC'`;

const deleteScores = statement<{ scores: number }>(
  'activity.delete_leaderboard_scores',
  `WITH old AS (
     SELECT period, starts_on, cohort, user_id FROM leaderboard_scores WHERE ${ended}
     ORDER BY 1, 2, 3, 4 LIMIT $2::int FOR UPDATE
   ), deleted AS (
     DELETE FROM leaderboard_scores s USING old
     WHERE (s.period, s.starts_on, s.cohort, s.user_id) = (old.period, old.starts_on, old.cohort, old.user_id) RETURNING 1
   ) SELECT count(*)::int AS scores FROM deleted`,
);

const deleteSteps = statement<object>(
  'activity.delete_leaderboard_steps',
  `DELETE FROM leaderboard_steps s WHERE ${ended} AND NOT EXISTS (
     SELECT 1 FROM leaderboard_scores o WHERE (o.period, o.starts_on, o.cohort) = (s.period, s.starts_on, s.cohort))`,
);
