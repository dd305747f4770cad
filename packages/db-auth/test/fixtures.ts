import { expect } from 'vitest';
import {
  type CreatedAccount,
  createAccount,
  createClient,
  type NewAccount,
  type PrismaClient,
} from '../src/index.js';
import { createTestDatabase } from './database.js';

/** Callers of a race. */
export const CALLERS = 32;

export const passwordHash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA';
export const otherPasswordHash = '$2b$12$abcdefghijklmnopqrstuv';

let sequence = 0;

export function newAccount(
  client: Parameters<typeof createAccount>[0],
  changes: Partial<NewAccount> = {},
): Promise<CreatedAccount> {
  sequence += 1;
  return createAccount(client, {
    email: `person${sequence}@example.com`,
    passwordHash,
    firstName: 'Grace',
    lastName: 'Hopper',
    ...changes,
  });
}

/** The code of the error that the work is refused with. */
export function refusal(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('it was accepted'),
    (error: { code?: unknown }) => error.code,
  );
}

export interface RacingDatabase {
  readonly client: PrismaClient;
  drop(): Promise<void>;
}

/** A test database with a connection for each caller of a race, all of them open. */
export async function createRacingDatabase(): Promise<RacingDatabase> {
  const database = await createTestDatabase();
  const client = createClient({ url: `${database.url}?connection_limit=${CALLERS}` });
  await Promise.all(Array.from({ length: CALLERS }, () => client.$queryRaw`SELECT pg_sleep(0.05)::text`));
  return {
    client,
    async drop() {
      await client.$disconnect();
      await database.drop();
    },
  };
}

/** What each caller got, all of them called at once. */
export function atOnce<Result>(
  call: (caller: number) => Promise<Result>,
): Promise<PromiseSettledResult<Result>[]> {
  return Promise.allSettled(Array.from({ length: CALLERS }, (_, caller) => call(caller)));
}

/** What the successful ones got. */
export function won<Result>(outcomes: PromiseSettledResult<Result>[]): Result[] {
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

/** Codes by which the others were refused, each once. */
export function refusals(outcomes: PromiseSettledResult<unknown>[]): unknown[] {
  return [
    ...new Set(
      outcomes.flatMap((outcome) =>
        outcome.status === 'rejected'
          ? [(outcome.reason as { code?: unknown }).code ?? String(outcome.reason)]
          : [],
      ),
    ),
  ];
}

/** Thrown to roll a transaction back, after the work in it was seen to succeed. */
export class RolledBack extends Error {}

/** Runs work in a transaction that is then rolled back; gives what the work gave. */
export async function rolledBack<Result>(
  client: PrismaClient,
  work: (transaction: Parameters<Parameters<PrismaClient['$transaction']>[0]>[0]) => Promise<Result>,
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
