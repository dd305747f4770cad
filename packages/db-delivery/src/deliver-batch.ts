import { failureClass, insertEvents, reasonOf } from '@codezest/db-core/events';
import type { Service } from '@codezest/db-types';

/** As much of a pool as a delivery needs. */
export interface Database {
  query(sql: string, values: unknown[]): Promise<{ readonly rows: unknown[] }>;
}

export interface BatchOptions {
  /** Events of one transaction of the inbox. */
  readonly batch: number;
  /** Until another deliverer may take what this one has claimed. Longer than any batch takes. */
  readonly leaseSeconds: number;
  /** Failures until an event that the inbox refuses is dead. */
  readonly attempts: number;
}

/** What became of one batch. `claimed` of 0: nothing can be delivered now. */
export interface Batch {
  readonly claimed: number;
  readonly delivered: number;
  /** Tried again later. */
  readonly failed: number;
  readonly dead: number;
}

interface Claimed {
  readonly event_id: string;
  readonly lease_token: string;
  readonly attempts: number;
  readonly event: unknown;
}

/**
 * Takes the next events for one consumer from an outbox, adds them to its inbox, and then says so. Whoever dies in between has
 * them delivered again after the lease: the inbox makes one of them. Events that the inbox refuses are tried one by one, so
 * that they hold up no other.
 *
 * @throws what the outbox answers, and what the inbox answers while it is away: nothing is lost, and the same may be tried again.
 */
export async function deliverBatch(
  outbox: Database,
  inbox: Database,
  consumer: Service,
  { batch, leaseSeconds, attempts }: BatchOptions,
): Promise<Batch> {
  const claimed = (
    await outbox.query(
      `SELECT event_id, lease_token, attempts, event FROM rules.claim_outbox($1, $2, $3 * interval '1 second')`,
      [consumer, batch, leaseSeconds],
    )
  ).rows as Claimed[];
  if (claimed.length === 0) return { claimed: 0, delivered: 0, failed: 0, dead: 0 };

  const add = (rows: readonly Claimed[]) =>
    inbox.query(insertEvents.text, [JSON.stringify(rows.map(({ event }) => event))]);
  const finish = (rows: readonly Claimed[]) =>
    outbox.query('SELECT rules.finish_outbox($1, $2) AS finished', [
      rows[0]?.lease_token,
      rows.map(({ event_id }) => event_id),
    ]);
  const fail = (rows: readonly Claimed[], error: unknown, seconds: number, isDead: boolean) =>
    outbox.query(`SELECT rules.fail_outbox($1, $2, $3, $4 * interval '1 second', $5) AS failed`, [
      rows[0]?.lease_token,
      rows.map(({ event_id }) => event_id),
      reasonOf(error),
      seconds,
      isDead,
    ]);
  const isAway = async (rows: readonly Claimed[], error: unknown): Promise<void> => {
    if (!PASSING.has(failureClass(error))) return;
    // Nobody needs to wait for the lease. Where the outbox is away as well, the lease ends by itself.
    await fail(rows, error, 0, false).catch(() => undefined);
    throw error;
  };

  try {
    await add(claimed);
    await finish(claimed);
    return { claimed: claimed.length, delivered: claimed.length, failed: 0, dead: 0 };
  } catch (error) {
    await isAway(claimed, error);
  }
  const counts = { claimed: claimed.length, delivered: 0, failed: 0, dead: 0 };
  for (const [place, row] of claimed.entries()) {
    try {
      await add([row]);
      await finish([row]);
      counts.delivered += 1;
    } catch (error) {
      await isAway(claimed.slice(place), error);
      const isDead = row.attempts >= attempts;
      await fail([row], error, Math.min(LONGEST_WAIT_SECONDS, 2 ** row.attempts), isDead);
      counts[isDead ? 'dead' : 'failed'] += 1;
    }
  }
  return counts;
}

/** What the events are not to blame for. */
const PASSING = new Set([
  'unavailable',
  'connection-lost',
  'read-only',
  'stale-session',
  'lock',
  'conflict',
  'cancelled',
]);
const LONGEST_WAIT_SECONDS = 300;
