import { newId } from '@codezest/db-core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type ClaimedDelivery,
  claimDeliveries,
  DeliveryClaimLostError,
  extendClaim,
  recordDelivery,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newType, racingDatabase } from './fixtures.js';

const HISTORIES = process.env.LONG_TESTS ? 10_000 : 200;
const LANES = ['URGENT', 'HIGH', 'MEDIUM', 'LOW'] as const;
/** Two for each lane. */
const WORKERS = 2 * LANES.length;
const MAX_ATTEMPTS = 3;
const LEASE_SECONDS = 60;

let database: TestDatabase;
let typeSlug: string;

beforeAll(async () => {
  database = await racingDatabase();
  typeSlug = await newType(database.client, { inAppEnabled: false });
});
afterAll(() => database.drop());

type End = 'sent' | 'failed' | 'refused' | 'dies';

/** What one worker does next. Those of a pair do it at the same time. */
type Deed =
  | { do: 'claim'; limit: number }
  /** Asks for its claim, then sends; one whose clock lies takes its own word for it. */
  | { do: 'send'; isLying: boolean; end: End }
  /** Forgets everything that it has. */
  | { do: 'die' };

type Step = { pair: [{ worker: number; deed: Deed }, { worker: number; deed: Deed }] } | { seconds: number };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('claim'), limit: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('send'),
      isLying: fc.boolean(),
      end: fc.constantFrom('sent', 'sent', 'failed', 'refused', 'dies'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die') }) },
) as fc.Arbitrary<Deed>;
const turn = fc.record({ worker: fc.nat(WORKERS - 1), deed });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ pair: fc.tuple(turn, turn) }) },
  {
    weight: 2,
    arbitrary: fc.record({ seconds: fc.constantFrom(1, 45, LEASE_SECONDS + 1, 3_600) }),
  },
);

it(`${HISTORIES.toLocaleString('en')} histories of eight workers: each delivery is sent once per lease at most, and in the end once at least or given up`, {
  timeout: 1_800_000,
}, async () => {
  const met = { lost: 0, kept: 0, given: 0, sent: 0, lied: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...LANES), { minLength: 1, maxLength: 5 }),
      fc.array(step, { maxLength: 20 }),
      async (lanes: string[], steps: Step[]) => {
        const ids = await given(lanes);
        const history = new History(ids);
        for (const taken of steps) {
          if ('seconds' in taken) await history.pass(taken.seconds);
          else await together(taken.pair.map(({ worker, deed }) => history.take(worker, deed)));
        }
        // Everybody has died, and one worker clears up. Each lease that it finds has run out.
        for (let round = 0; round < 2 * MAX_ATTEMPTS && !(await history.isOver()); round += 1) {
          await history.pass(86_400);
          history.end();
          await history.take(0, { do: 'claim', limit: 10 });
          while (history.has(0)) await history.take(0, { do: 'send', isLying: false, end: 'sent' });
        }
        await history.check();
        for (const name of Object.keys(met) as (keyof typeof met)[]) met[name] += history.met[name];
      },
    ),
    { numRuns: HISTORIES, examples: [false, true].map((isLying) => [['LOW'], lateFor(isLying)]) },
  );
  // What could go wrong has been there.
  for (const [what, times] of Object.entries(met)) expect(times, what).toBeGreaterThan(0);
});

/** A worker comes back to a delivery that another one has by now. */
function lateFor(isLying: boolean): Step[] {
  const both = (worker: number, deed: Deed): Step => ({
    pair: [
      { worker, deed },
      { worker, deed },
    ],
  });
  return [
    both(0, { do: 'claim', limit: 1 }),
    { seconds: LEASE_SECONDS + 1 },
    both(1, { do: 'claim', limit: 1 }),
    both(0, { do: 'send', isLying, end: 'sent' }),
  ];
}

/** Both end, also when one of them fails: nobody reaches into the next history. */
async function together(deeds: Promise<void>[]): Promise<void> {
  for (const deed of await Promise.allSettled(deeds)) if (deed.status === 'rejected') throw deed.reason;
}

/** A delivery in each lane, and nothing else. */
async function given(lanes: readonly string[]): Promise<string[]> {
  const ids = lanes.map(() => newId<'Notification'>());
  await database.owner.client.$executeRawUnsafe(
    `WITH old AS (DELETE FROM notifications), written AS (
       INSERT INTO notifications (id, user_id, type_id, title, message, in_app)
       SELECT g.id, g.id, t.id, 'A', 'B', false FROM notification_types t, unnest($1::uuid[]) AS g(id) WHERE t.slug = $3
       RETURNING id
     )
     INSERT INTO notification_deliveries (id, notification_id, channel, priority, max_attempts)
     SELECT g.id, g.id, 'EMAIL', g.priority::"NotificationPriority", $4::int
     FROM unnest($1::uuid[], $2::text[]) AS g(id, priority) JOIN written ON written.id = g.id`,
    ids,
    lanes,
    typeSlug,
    MAX_ATTEMPTS,
  );
  return ids;
}

class History {
  readonly met = { lost: 0, kept: 0, given: 0, sent: 0, lied: 0 };
  private readonly inHand = new Map<number, ClaimedDelivery[]>();
  /** Who was given which attempt of which delivery, and how often it was sent in that lease. */
  private readonly leases = new Map<string, { until: number; sent: number }>();
  /** Seconds that were let pass. */
  private passed = 0;
  private readonly recorded = new Map<string, string>();

  constructor(private readonly ids: readonly string[]) {}

  /** By the clock of the database, as far as anybody can tell. */
  private now(): number {
    return Date.now() / 1_000 + this.passed;
  }

  /** That clock cannot be moved, so everything that waits for it is. */
  async pass(seconds: number): Promise<void> {
    await database.owner.client.$executeRawUnsafe(
      `UPDATE notification_deliveries SET next_attempt_at = next_attempt_at - make_interval(secs => $1::int),
         lease_expires_at = lease_expires_at - make_interval(secs => $1::int)
       WHERE status IN ('PENDING', 'SENDING')`,
      seconds,
    );
    this.passed += seconds;
  }

  async isOver(): Promise<boolean> {
    return (
      (await database.client.notificationDelivery.count({ where: { sentAt: null, failedAt: null } })) === 0
    );
  }

  has(worker: number): boolean {
    return (this.inHand.get(worker) ?? []).length > 0;
  }

  /** Everybody dies. */
  end(): void {
    this.inHand.clear();
  }

  async take(worker: number, deed: Deed): Promise<void> {
    if (deed.do === 'claim') {
      // What was left behind is released by one claim and given by the next.
      await this.claim(worker, deed.limit);
      await this.claim(worker, deed.limit);
      return;
    }
    const holders = [...this.inHand.keys()].filter((each) => this.has(each));
    const holder = this.has(worker) ? worker : holders[worker % holders.length];
    if (holder === undefined) return;
    if (deed.do === 'die') this.inHand.delete(holder);
    else await this.send(holder, deed);
  }

  private async claim(worker: number, limit: number): Promise<void> {
    const until = this.now() + LEASE_SECONDS;
    const claimed = await claimDeliveries(database.client, {
      channel: 'EMAIL',
      limit,
      leaseSeconds: LEASE_SECONDS,
      worker: `worker ${worker}`,
    });
    for (const { delivery } of claimed) {
      const before = this.leases.get(`${delivery.id} ${delivery.attempts - 1}`);
      expect(before?.until ?? 0, 'the lease before has run out').toBeLessThanOrEqual(this.now());
      const lease = `${delivery.id} ${delivery.attempts}`;
      expect(this.leases.has(lease), 'a lease is one worker’s').toBe(false);
      expect(this.recorded.get(delivery.id), 'what ended is not claimed').toBeUndefined();
      this.leases.set(lease, { until, sent: 0 });
      this.met.given += 1;
    }
    this.inHand.set(worker, [...(this.inHand.get(worker) ?? []), ...claimed]);
  }

  private async send(worker: number, { isLying, end }: Deed & { do: 'send' }): Promise<void> {
    const delivery = this.inHand.get(worker)?.shift()?.delivery;
    if (delivery === undefined) return;
    const lease = this.leases.get(`${delivery.id} ${delivery.attempts}`);
    if (lease === undefined) throw new Error('nobody has given this');
    const isTaken = this.leases.has(`${delivery.id} ${delivery.attempts + 1}`);
    const until = this.now() + LEASE_SECONDS;
    if (isLying) this.met.lied += 1;
    else if (await extendClaim(database.client, delivery, { leaseSeconds: LEASE_SECONDS })) {
      expect(isTaken, 'a claim that another worker has by now is not extended').toBe(false);
      lease.until = until;
    } else {
      this.met.lost += 1;
      return;
    }
    if (end === 'sent' || end === 'dies') lease.sent += 1;
    if (end === 'dies') return;
    const result =
      end === 'sent'
        ? ({ outcome: 'SENT', providerMessageId: delivery.id } as const)
        : ({ outcome: 'FAILED', errorCode: 'X', permanent: end === 'refused' } as const);
    try {
      const { status } = await recordDelivery(database.client, delivery, result);
      expect(this.recorded.get(delivery.id), 'a result is recorded once').toBeUndefined();
      expect(isTaken, 'nor is its result taken').toBe(false);
      lease.until = 0;
      if (status !== 'PENDING') this.recorded.set(delivery.id, status);
      this.met.sent += 1;
    } catch (error) {
      if (!(error instanceof DeliveryClaimLostError)) throw error;
      this.met.kept += 1;
    }
  }

  async check(): Promise<void> {
    const rows = await database.client.notificationDelivery.findMany();
    expect(rows.map(({ id }) => id).toSorted()).toEqual(this.ids.toSorted());
    for (const { id, status, attempts, maxAttempts } of rows) {
      const sent = [...this.leases].filter(([lease]) => lease.startsWith(id)).map(([, lease]) => lease.sent);
      expect(Math.max(...sent), 'once per lease at most').toBeLessThanOrEqual(1);
      expect(sent.length, 'a lease is an attempt').toBe(attempts);
      expect(attempts).toBeLessThanOrEqual(maxAttempts);
      expect(['SENT', 'FAILED']).toContain(status);
      if (status === 'SENT') expect(sent.reduce((sum, one) => sum + one)).toBeGreaterThanOrEqual(1);
      if (this.recorded.has(id)) expect(status).toBe(this.recorded.get(id));
    }
  }
}
