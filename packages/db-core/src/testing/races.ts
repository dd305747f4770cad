import { setTimeout as sleep } from 'node:timers/promises';
import { type TestDatabase, withClient } from './create-test-database.js';

/** Callers of a race: as many as a busy service has at once. */
export const CALLERS = 32;

/**
 * Rounds of a race. With this many callers a missing lock shows at once: of twelve locks taken out of the functions, one after the
 * other, six made a race fail, four of them in each single round and two in two of three; the others were caught by another guard,
 * in eight rounds as in one. `pnpm test:long` runs fifty, for what goes wrong in one of twenty orders of events.
 */
export const ROUNDS = process.env.LONG_TESTS ? 50 : 4;

export interface Race<Result> {
  /** What the successful ones got. */
  readonly won: Result[];
  /** How many were refused by which code; an error without one by its text. */
  readonly refused: Record<string, number>;
}

/** All callers call at once. */
export async function race<Result>(
  call: (caller: number) => Promise<Result>,
  callers = CALLERS,
): Promise<Race<Result>> {
  const outcomes = await Promise.allSettled(Array.from({ length: callers }, (_, caller) => call(caller)));
  const won: Result[] = [];
  const refused: Record<string, number> = {};
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') won.push(outcome.value);
    else {
      const code = (outcome.reason as { code?: string }).code ?? String(outcome.reason);
      refused[code] = (refused[code] ?? 0) + 1;
    }
  }
  return { won, refused };
}

/** Ends when a statement in the client's database waits for a lock that another session holds. */
export async function somebodyWaits(client: {
  $queryRawUnsafe(query: string): PromiseLike<unknown>;
}): Promise<void> {
  for (;;) {
    const waiting = await client.$queryRawUnsafe(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if ((waiting as unknown[]).length > 0) return;
    await sleep(20);
  }
}

interface TransactionOptions {
  readonly maxWait: number;
  readonly timeout: number;
}

interface RacingClient {
  $transaction<Result>(
    work: (transaction: { $queryRawUnsafe(query: string): PromiseLike<unknown> }) => Promise<Result>,
  ): Promise<Result>;
  $disconnect(): Promise<void>;
}

/** A busy machine lets the last of many callers wait for longer than a service would. */
const PATIENT: TransactionOptions = { maxWait: 30_000, timeout: 30_000 };

/** A test database whose client has a connection for each caller of a race, all of them open: who connects is late. */
export async function createRacingDatabase<
  Client extends RacingClient,
  Database extends TestDatabase & { readonly client: Client },
>(
  create: () => Promise<Database>,
  connect: (options: { url: string; transactionOptions: TransactionOptions }) => Client,
  callers = CALLERS,
): Promise<Database> {
  const database = await create();
  const client = connect({
    url: `${database.url}?connection_limit=${callers}&connect_timeout=30`,
    transactionOptions: PATIENT,
  });
  await openConnections(client, callers);
  return { ...database, ...withClient(database, client) };
}

/** Each transaction holds its connection until all of them have one. */
async function openConnections(client: RacingClient, count: number): Promise<void> {
  let open = 0;
  let allOpen = () => {};
  const all = new Promise<void>((resolve) => {
    allOpen = resolve;
  });
  await Promise.all(
    Array.from({ length: count }, () =>
      client.$transaction(async (transaction) => {
        await transaction.$queryRawUnsafe('SELECT 1');
        open += 1;
        if (open === count) allOpen();
        await all;
      }),
    ),
  );
}
