import type { UserId } from '@codezest/db-types';
import {
  type Client,
  deleteLeaderboardsBefore,
  findStanding,
  foldLeaderboards,
  listLeaderboard,
  setCohort,
} from '../../src/index.js';

/** Every few seconds: what was awarded since comes into the leaderboards. */
export const bringUpToDate = (client: Client) => foldLeaderboards(client);

/** On Mondays, say: from now on the user's points count in this league too. */
export const enterLeague = (client: Client, userId: UserId, league: number) =>
  setCohort(client, { userId, cohort: `league-${league}` });

/** The ten best of this week in a league, and where the user stands among all of them. */
export async function weekOf(client: Client, userId: UserId, league: number) {
  const board = { period: 'WEEK', cohort: `league-${league}` } as const;
  const best = await listLeaderboard(client, board, { limit: 10 });
  const own = await findStanding(client, { ...board, userId, neighbours: 2 }); // null: no points yet
  return { best, own };
}

/** Daily. Last week's can be looked at for a quarter: `at` is a moment of it. */
export const forgetOldWeeks = (client: Client) =>
  deleteLeaderboardsBefore(client, new Date(Date.now() - 90 * 86_400_000));
