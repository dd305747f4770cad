import {
  connectionSettings,
  pause,
  reasonOf,
  ServicePool,
  type Waiter,
  type Wakeups,
  wakeups,
} from '@codezest/db-core/events';
import { type Batch, deliverBatch } from './deliver-batch.js';
import { InvalidDeliveryOptionError, NoRouteError } from './errors.js';
import { type ReconcileOptions, type Reconciliation, reconcileCopies } from './reconcile.js';
import { type Route, routes } from './routes.js';
import { type Databases, urlVariables } from './settings.js';
import { type OutboxState, redriveOf, stateOf } from './state.js';

export interface DeliveryOptions extends Databases {
  /** Events of one transaction, from 1 to 5000. Default 500. */
  readonly batch?: number;
  /** Until another process may take over what this one has claimed and not delivered. Default 30. */
  readonly leaseSeconds?: number;
  /** How often the inbox may refuse an event until it is dead. Default 10. */
  readonly attempts?: number;
  /** Longest time without a look into the outbox, for what no notification tells. Default 1000. */
  readonly pollMs?: number;
  /** Told of each batch that was not empty. */
  readonly onBatch?: (route: Route, batch: Batch) => void;
  /** Told that a database could not be reached, in codes alone; the delivery goes on by itself. */
  readonly onFailure?: (route: Route, reason: string, waitMs: number) => void;
}

export interface Delivery {
  /** The pairs of services between which it delivers. */
  readonly routes: readonly Route[];
  /** Delivers until the signal says so, and then finishes the batches that it has begun. */
  run(signal: AbortSignal): Promise<void>;
  /** Delivers what there is now, and tells how much it was. */
  drain(): Promise<number>;
  /** What waits in each outbox for each consumer. */
  status(): Promise<OutboxState[]>;
  /** Takes dead events up again, and tells how many there were. */
  redrive(route?: Partial<Route>): Promise<number>;
  /**
   * Compares what each service has of accounts with auth's database: ids and versions, a range at a time, as one number each.
   * What is missing, stale or orphaned is told again where `apply` says so; it is mended as soon as it is delivered and applied.
   * Needs the outbox of auth and the inboxes of the services.
   *
   * @throws {NoRouteError} DELIVERY_ROUTE_MISSING
   * @throws {InvalidDeliveryOptionError} DELIVERY_OPTION_INVALID
   * @throws {TooManyOrphansError} DELIVERY_ORPHANS_TOO_MANY
   * @example const found = await delivery.reconcile({ apply: true });
   */
  reconcile(options?: ReconcileOptions): Promise<Reconciliation[]>;
  /** Ends the connections. */
  end(): Promise<void>;
}

/**
 * Delivers events between the databases that are named. Several processes may run, and be killed at any moment: what one had claimed,
 * another delivers after the lease. Opens no connection before it is used.
 *
 * @throws {NoRouteError} DELIVERY_ROUTE_MISSING
 * @throws {InvalidDeliveryOptionError} DELIVERY_OPTION_INVALID
 * @throws InvalidDatabaseUrlError
 * @example
 * const delivery = createDelivery({ outboxes: { auth: authUrl }, inboxes: { notifications: notificationsUrl } });
 * await delivery.run(stopping.signal);
 */
export function createDelivery({
  outboxes,
  inboxes,
  batch = 500,
  leaseSeconds = 30,
  attempts = 10,
  pollMs = 1_000,
  onBatch = () => undefined,
  onFailure = () => undefined,
}: DeliveryOptions): Delivery {
  requireWhole('batch', batch, 5_000);
  requireWhole('leaseSeconds', leaseSeconds, 3_600);
  requireWhole('attempts', attempts, 1_000);
  requireWhole('pollMs', pollMs, 60_000);
  const ours = routes().filter(({ from, to }) => outboxes[from] !== undefined && inboxes[to] !== undefined);
  if (ours.length === 0) throw new NoRouteError(urlVariables);

  const pools = new Map<string, ServicePool>();
  const poolOf = (url: string): ServicePool => {
    const known = pools.get(url);
    if (known !== undefined) return known;
    const pool = new ServicePool({ ...connectionSettings(url, APPLICATION).pool, max: MOST_CONNECTIONS });
    // A connection that breaks while it is idle is replaced by the next query.
    pool.on('error', () => undefined);
    pools.set(url, pool);
    return pool;
  };
  // The first use is too late to learn that a URL is none.
  const outboxOf = new Map(ours.map(({ from }) => [from, poolOf(outboxes[from] as string)]));
  const inboxOf = new Map(ours.map(({ to }) => [to, poolOf(inboxes[to] as string)]));
  const next = ({ from, to }: Route): Promise<Batch> =>
    deliverBatch(outboxOf.get(from) as ServicePool, inboxOf.get(to) as ServicePool, to, {
      batch,
      leaseSeconds,
      attempts,
    });

  const deliverAlong = async (route: Route, hints: Waiter, signal: AbortSignal): Promise<void> => {
    for (let failures = 0; !signal.aborted; ) {
      try {
        const done = await next(route);
        failures = 0;
        if (done.claimed > 0) onBatch(route, done);
        else await hints.next(pollMs);
      } catch (error) {
        // Random, so that those who lost the same server don't come back to it together.
        const waitMs = Math.round((0.5 + Math.random() / 2) * Math.min(LONGEST_WAIT_MS, 100 * 2 ** failures));
        failures += 1;
        onFailure(route, reasonOf(error), waitMs);
        await pause(waitMs, signal);
      }
    }
  };

  return {
    routes: ours,
    async run(signal) {
      const hints = new Map(
        [...outboxOf.keys()].map((from) => [
          from,
          wakeups(outboxes[from] as string, OUTBOX_CHANNEL, APPLICATION),
        ]),
      );
      const end = () => Promise.all([...hints.values()].map((each) => each.end()));
      const stop = (): void => void end();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      try {
        await Promise.all(
          ours.map((route) => deliverAlong(route, (hints.get(route.from) as Wakeups).waiter(), signal)),
        );
      } finally {
        signal.removeEventListener('abort', stop);
        await end();
      }
    },
    async drain() {
      const counts = await Promise.all(
        ours.map(async (route) => {
          let sum = 0;
          for (let done = await next(route); done.claimed > 0; done = await next(route)) {
            sum += done.delivered;
            onBatch(route, done);
          }
          return sum;
        }),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async status() {
      const states = await Promise.all([...outboxOf].map(([service, pool]) => stateOf(service, pool)));
      return states.flat();
    },
    async redrive({ from, to } = {}) {
      let sum = 0;
      for (const route of ours)
        if ((from ?? route.from) === route.from && (to ?? route.to) === route.to)
          sum += await redriveOf(outboxOf.get(route.from) as ServicePool, route.to);
      return sum;
    },
    async reconcile(options = {}) {
      requireReconcileOptions(options);
      const compared = ours.filter(({ from, to }) => from === 'auth' && to === (options.to ?? to));
      if (compared.length === 0) throw new NoRouteError(urlVariables);
      return reconcileCopies(
        compared.map(({ from, to }) => ({
          auth: outboxOf.get(from) as ServicePool,
          inbox: inboxOf.get(to) as ServicePool,
          consumer: to,
        })),
        options,
      );
    },
    async end() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}

const APPLICATION = 'codezest-db-delivery';
const OUTBOX_CHANNEL = 'codezest_outbox';
/** To one database: a route needs one for a moment, and a role has twenty for all processes. */
const MOST_CONNECTIONS = 3;
const LONGEST_WAIT_MS = 10_000;

function requireReconcileOptions({ mostOrphans = 0, range = 1, waitMs = 0 }: ReconcileOptions): void {
  requireWhole('mostOrphans', mostOrphans, 10_000_000, 0);
  requireWhole('range', range, 10_000);
  requireWhole('waitMs', waitMs, 600_000, 0);
}

function requireWhole(option: string, value: number, most: number, least = 1): void {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new InvalidDeliveryOptionError(option, `a whole number from ${least} to ${most}`);
}
