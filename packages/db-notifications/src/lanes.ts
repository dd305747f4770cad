import { NotificationPriority } from '../generated/enums.js';

/** How much of a claim each priority has for itself, in tenths, while it has something due. */
const TENTHS = {
  [NotificationPriority.LOW]: 1,
  [NotificationPriority.MEDIUM]: 2,
  [NotificationPriority.HIGH]: 3,
  [NotificationPriority.URGENT]: 4,
};

/** The most that one claim takes. */
export const mostClaimed = 1_000;

/** The most urgent first. */
export const lanes: readonly NotificationPriority[] = ['URGENT', 'HIGH', 'MEDIUM', 'LOW'];

/**
 * How many of a claim's deliveries are kept for each priority, in the order of `lanes`. They add up to `limit`; of a
 * tenth that is no whole number chance decides, so that the shares hold over many small claims too. The most urgent lane
 * has at least one, whatever the others are owed.
 */
export function laneShares(limit: number, chance: number): number[] {
  let owed = 0;
  const shares = lanes.toReversed().map((lane) => {
    const before = Math.floor((limit * owed) / 10 + chance);
    owed += TENTHS[lane];
    return Math.floor((limit * owed) / 10 + chance) - before;
  });
  const [urgent = 0, ...others] = shares.toReversed();
  return [Math.max(urgent, 1), ...others];
}

/**
 * SQL of the common table expressions that lock what a claim takes, and `due`, which gathers them. In the first pass each
 * lane gets its share ($4 to $7, in the order of `lanes`), the most urgent one first and then the others from the lowest;
 * in the second one what is left of the limit ($2) goes to whoever is more urgent. Each row is locked in an expression of
 * its own: two workers never wait for each other, and neither sees what the other one has.
 *
 * A claim must cost the same however many rows wait. Of a limit that is computed the planner expects a tenth of what it
 * would be cut from, so a deep lane would be read whole and sorted. Hence the limit inside, a constant that no claim
 * exceeds. The outer limit stops the inner scan, so no row beyond it is locked. The locked rows are gathered in an array,
 * which the planner takes for a few rows; else it would read the tables that are joined to it whole.
 */
export function lanesSql(waiting: string): string {
  const steps: { name: string; sql: string }[] = [];
  const add = (lane: NotificationPriority, pass: number, share?: string) => {
    const taken = steps.map(({ name }) => ` - (SELECT count(*) FROM ${name})`).join('');
    const own = steps
      .filter(({ name }) => name === `${lane.toLowerCase()}_1`)
      .map(({ name }) => ` AND id <> ALL (ARRAY(SELECT id FROM ${name}))`);
    const limit = share ? `least(${share}, $2::int${taken})` : `$2::int${taken}`;
    steps.push({
      name: `${lane.toLowerCase()}_${pass}`,
      sql: `SELECT id FROM (
       SELECT id FROM notification_deliveries
       WHERE ${waiting} AND priority = '${lane}' AND next_attempt_at <= now()${own.join('')}
       ORDER BY next_attempt_at, id LIMIT ${mostClaimed} FOR UPDATE SKIP LOCKED
     ) AS oldest LIMIT greatest(0, ${limit})`,
    });
  };
  const shareOf = (lane: NotificationPriority) => `$${4 + lanes.indexOf(lane)}::int`;
  const [mostUrgent, ...others] = lanes;
  for (const lane of [mostUrgent as NotificationPriority, ...others.toReversed()])
    add(lane, 1, shareOf(lane));
  for (const lane of lanes) add(lane, 2);
  const all = steps.map(({ name }) => `SELECT id FROM ${name}`).join(' UNION ALL ');
  return `${steps.map(({ name, sql }) => `${name} AS (\n     ${sql}\n   )`).join(', ')}, due AS (
     SELECT id FROM unnest(ARRAY(${all})) AS taken(id)
   )`;
}
