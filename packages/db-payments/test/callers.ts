import { createRacingDatabase } from '@codezest/db-core/testing';
import { expect } from 'vitest';
import {
  createClient,
  draftInvoice,
  type Invoice,
  issueInvoice,
  type PrismaClient,
  type TransactionClient,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newUser, startPro } from './fixtures.js';

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

/** A database for races: its client has a connection for each caller. */
export function racingDatabase(): Promise<TestDatabase> {
  return createRacingDatabase(createTestDatabase, createClient);
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
