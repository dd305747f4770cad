import { expect } from 'vitest';
import {
  createClient,
  draftInvoice,
  type Invoice,
  issueInvoice,
  type PrismaClient,
  type TransactionClient,
} from '../src/index.js';
import { createTestDatabase } from './database.js';
import { newUser, startPro } from './fixtures.js';

/** Callers of a race. */
export const CALLERS = 32;

export const DAY = 24 * 60 * 60 * 1000;

export function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY);
}

/** An invoice without tax that can be paid, for a user of its own. */
export async function sentInvoice(client: PrismaClient, unitAmount = 1900): Promise<Invoice> {
  const { id: subscriptionId } = await startPro(client, newUser());
  const lines = [{ description: 'PRO, one month', unitAmount }];
  const { id: invoiceId } = await draftInvoice(client, { subscriptionId, currency: 'EUR', lines });
  return issueInvoice(client, { invoiceId });
}

export interface RacingDatabase {
  readonly url: string;
  readonly client: PrismaClient;
  drop(): Promise<void>;
}

/** A test database with a connection for each caller of a race, all of them open. */
export async function createRacingDatabase(): Promise<RacingDatabase> {
  const database = await createTestDatabase();
  const client = createClient({
    url: `${database.url}?connection_limit=${CALLERS}`,
    transactionOptions: { maxWait: 20_000, timeout: 20_000 },
  });
  await Promise.all(Array.from({ length: CALLERS }, () => client.$queryRaw`SELECT pg_sleep(0.05)::text`));
  return {
    url: database.url,
    client,
    async drop() {
      await client.$disconnect();
      await database.drop();
    },
  };
}

export interface Race<Result> {
  /** What the successful ones got. */
  readonly won: Result[];
  /** How many each code refused. */
  readonly refused: Record<string, number>;
}

/** All callers call at once. */
export async function race<Result>(call: (caller: number) => Promise<Result>): Promise<Race<Result>> {
  const outcomes = await Promise.allSettled(Array.from({ length: CALLERS }, (_, caller) => call(caller)));
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

/** The code of the error that the work is refused with. */
export function refusalCode(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('it was accepted'),
    (error: { code?: unknown }) => error.code ?? error,
  );
}

class RolledBack extends Error {}

/** Runs work in a transaction that is then rolled back; gives what the work gave. */
export async function rolledBack<Result>(
  client: PrismaClient,
  work: (transaction: TransactionClient) => Promise<Result>,
): Promise<Result> {
  let result: Result | undefined;
  await client
    .$transaction(async (transaction) => {
      result = await work(transaction);
      throw new RolledBack();
    })
    .catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });
  return result as Result;
}
