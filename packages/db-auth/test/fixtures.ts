import { createRacingDatabase } from '@codezest/db-core/testing';
import type { SessionId } from '@codezest/db-types';
import { expect } from 'vitest';
import {
  type CreatedAccount,
  createAccount,
  createClient,
  type NewAccount,
  type PrismaClient,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { letPass } from './passing-time.js';

export const passwordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$Y29kZXplc3Qtc2VlZC0xNg$DHKN2pIk1dO9YsFGf75aeDX3lVJ9eWog52o1VoxuewU';
export const otherPasswordHash = `$2b$12$${'a'.repeat(53)}`;

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

/** A database for races: its client has a connection for each caller. */
export function racingDatabase(callers?: number): Promise<TestDatabase> {
  return createRacingDatabase(createTestDatabase, createClient, callers);
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

/** Lets a session have expired. */
export function runOut(database: Pick<TestDatabase, 'owner'>, { id }: { id: SessionId }): Promise<unknown> {
  return letPass(database, 'sessions', 90 * 86_400, { column: 'id', value: id });
}
