import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '@codezest/db-types';
import { tellAgain } from './copies.js';
import { type Difference, differentRanges, type Sides, secondLook } from './differences.js';
import { TooManyOrphansError } from './errors.js';

export interface ReconcileOptions {
  /** Tells what is missing, stale or orphaned again. Default: false, which changes nothing. */
  readonly apply?: boolean;
  /** Only what this service has. Default: all whose inbox is named. */
  readonly to?: Service;
  /**
   * The most people without an account whose rows may go, from 0 to 10000000. Default 100. More of them are rather an auth that was
   * restored from an old backup, or another one: then nothing is told.
   */
  readonly mostOrphans?: number;
  /** Accounts that are compared at once, from 1 to 10000. Default 2000. */
  readonly range?: number;
  /** How long to wait, in milliseconds from 0 to 600000, for what is on its way. Default 10000. */
  readonly waitMs?: number;
  /** Told of each range. */
  readonly onProgress?: (progress: { readonly to: Service; readonly accounts: number }) => void;
}

/** What the copies of one consumer lack. */
export interface Reconciliation {
  readonly to: Service;
  /** Accounts that were compared. */
  readonly accounts: number;
  /** Accounts without a copy. */
  readonly missing: number;
  /** Copies of an earlier version. */
  readonly stale: number;
  /** People with rows here and no account. */
  readonly orphaned: number;
  /** Copies of a version that the account has not reached. Raise the versions of accounts: no event mends it. */
  readonly ahead: number;
  /** Accounts of people who were erased here. No event mends it. */
  readonly erased: number;
  /** People of whom something is still to be delivered or applied. */
  readonly inFlight: number;
  /** Of the missing, stale and orphaned: about how many there is now an event in the outbox. */
  readonly told: number;
}

/**
 * Compares the copies of consumers with the accounts and, where asked to, has auth tell again what differs. Nothing is told
 * to anybody where one of them has too many orphans.
 */
export async function reconcileCopies(
  consumers: readonly Sides[],
  options: ReconcileOptions,
): Promise<Reconciliation[]> {
  const { apply = false, mostOrphans = 100 } = options;
  const compared = [];
  for (const sides of consumers) compared.push(await compareCopies(sides, options));
  if (!apply) return compared.map(({ counts }) => ({ ...counts, told: 0 }));
  for (const { counts } of compared)
    if (counts.orphaned > mostOrphans) throw new TooManyOrphansError(counts.to, counts.orphaned, mostOrphans);
  for (const { sides, mendable } of compared)
    for (const ids of slicesOf(mendable)) await tellAgain(sides.auth, sides.consumer, ids);
  return compared.map(({ counts, mendable }) => ({ ...counts, told: mendable.length }));
}

async function compareCopies(
  sides: Sides,
  { range = 2_000, waitMs = 10_000, onProgress = () => undefined }: ReconcileOptions,
) {
  const found = new Map<string, Difference>();
  let accounts = 0;
  for await (const compared of differentRanges(sides, range)) {
    accounts += compared.accounts;
    for (const ids of slicesOf(compared.ids))
      for (const [id, difference] of await secondLook(sides, ids)) found.set(id, difference);
    onProgress({ to: sides.consumer, accounts });
  }
  await settle(sides, found, waitMs);

  const numbers = { missing: 0, stale: 0, orphaned: 0, ahead: 0, erased: 0, inFlight: 0 };
  for (const difference of found.values()) numbers[difference] += 1;
  const mendable = [...found].flatMap(([id, difference]) => (MENDABLE.has(difference) ? [id] : []));
  return { sides, mendable, counts: { to: sides.consumer, accounts, ...numbers } };
}

const MENDABLE = new Set<Difference>(['missing', 'stale', 'orphaned']);

/** Looks again at what was on its way, until it has arrived or the time is over. */
async function settle(sides: Sides, found: Map<string, Difference>, waitMs: number): Promise<void> {
  for (const until = Date.now() + waitMs; ; await sleep(Math.min(LOOK_MS, waitMs))) {
    const open = [...found].filter(([, difference]) => difference === 'inFlight').map(([id]) => id);
    if (open.length === 0 || Date.now() >= until) return;
    for (const ids of slicesOf(open)) {
      const now = await secondLook(sides, ids);
      for (const id of ids) {
        const difference = now.get(id);
        if (difference === undefined) found.delete(id);
        else found.set(id, difference);
      }
    }
  }
}

const LOOK_MS = 250;
const IDS_AT_ONCE = 500;

function* slicesOf(ids: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) yield ids.slice(start, start + IDS_AT_ONCE);
}
