import type { Service } from '@codezest/db-types';
import {
  type Account,
  accountsAmong,
  accountsBetween,
  accountsFrom,
  type Copy,
  type CopyNow,
  copiesAmong,
  copiesBetween,
  copiesHash,
  hasCopies,
  hasVersions,
} from './copies.js';
import type { Database } from './deliver-batch.js';

/** The two sides of a comparison. */
export interface Sides {
  readonly auth: Database;
  readonly inbox: Database;
  readonly consumer: Service;
}

/**
 * - `missing`: an account, and no copy of it.
 * - `stale`: a copy of an earlier version.
 * - `orphaned`: rows about somebody who has no account.
 * - `ahead`: a copy of a version that the account has not reached, as after a restore of auth's backup.
 * - `erased`: an account of somebody whom the consumer has erased.
 * - `inFlight`: something about the person is still to be delivered or applied, so nobody can tell yet.
 */
export type Difference = 'missing' | 'stale' | 'orphaned' | 'ahead' | 'erased' | 'inFlight';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Goes through all accounts and copies, so many at a time, and gives the ids that differ at this first sight: of a range whose
 * two numbers are the same nothing else is read. What is written meanwhile differs too, so each of them needs a second look.
 */
export async function* differentRanges(
  { auth, inbox, consumer }: Sides,
  most: number,
): AsyncGenerator<{ readonly accounts: number; readonly ids: readonly string[] }, void, undefined> {
  const versioned = hasVersions(consumer);
  const copied = hasCopies(consumer);
  for (let from = FIRST_ID; ; ) {
    const range = await accountsFrom(auth, from, most, versioned);
    const isLast = range.last_id === null || range.accounts < most;
    const upto = isLast ? LAST_ID : (range.last_id as string);
    if (copied) {
      const theirs = await copiesHash(inbox, from, upto);
      const isSame = theirs?.copies === range.accounts && theirs.hash === range.hash;
      yield {
        accounts: range.accounts,
        ids: isSame
          ? []
          : differing(
              await accountsBetween(auth, from, upto, versioned),
              await copiesBetween(inbox, from, upto),
            ),
      };
    } else {
      const here = await copiesBetween(inbox, from, upto);
      yield {
        accounts: range.accounts,
        ids: await unknownAmong(
          auth,
          consumer,
          here.map(({ user_id }) => user_id),
        ),
      };
    }
    if (isLast) return;
    from = after(upto);
  }
}

/** Where both sides are not the same. */
function differing(accounts: readonly Copy[], copies: readonly Copy[]): string[] {
  const versions = new Map(accounts.map(({ user_id, version }) => [user_id, version]));
  const ids: string[] = [];
  for (const { user_id, version } of copies) {
    if (versions.get(user_id) !== version) ids.push(user_id);
    versions.delete(user_id);
  }
  return [...ids, ...[...versions].filter(([, version]) => version !== null).map(([id]) => id)];
}

async function unknownAmong(auth: Database, consumer: Service, ids: readonly string[]): Promise<string[]> {
  const accounts = ids.length === 0 ? [] : await accountsAmong(auth, consumer, ids, false);
  return accounts.filter(({ version }) => version === null).map(({ user_id }) => user_id);
}

/** The next possible id. */
function after(id: string): string {
  const next = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return next.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * What of these differs for good. Auth is asked before the consumer: whatever auth has told and does not hold as undelivered
 * any more was in the consumer's inbox before the consumer is asked, so what the consumer then neither has nor is about to
 * apply never came. People of the consumer were seen there before auth is asked whether it knows them. Nothing depends on time.
 */
export async function secondLook(
  { auth, inbox, consumer }: Sides,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Difference>> {
  const versioned = hasVersions(consumer);
  const accounts = byId(await accountsAmong(auth, consumer, ids, versioned));
  const copies = byId(await copiesAmong(inbox, ids));
  const found = new Map<string, Difference>();
  for (const id of ids) {
    const difference = differenceOf(accounts.get(id), copies.get(id), hasCopies(consumer));
    if (difference !== undefined) found.set(id, difference);
  }
  const ahead = [...found].filter(([, difference]) => difference === 'ahead').map(([id]) => id);
  if (ahead.length > 0)
    // The account may have gone on between the two questions, and its copy with it.
    for (const { user_id, version } of await accountsAmong(auth, consumer, ahead, versioned))
      if (version === null || version >= (copies.get(user_id)?.version ?? 0)) found.set(user_id, 'inFlight');
  return found;
}

function differenceOf(
  account: Account | undefined,
  copy: CopyNow | undefined,
  isCopied: boolean,
): Difference | undefined {
  if (account === undefined || copy === undefined) return undefined;
  const isGone = account.version === null;
  const isRight = isGone ? !copy.is_here : !isCopied || copy.version === account.version;
  if (isRight) return undefined;
  if (account.is_open || copy.is_waiting) return 'inFlight';
  if (account.version === null) return 'orphaned';
  if (copy.is_erased) return 'erased';
  if (copy.version === null) return 'missing';
  return copy.version < account.version ? 'stale' : 'ahead';
}

const byId = <Row extends { readonly user_id: string }>(rows: readonly Row[]): Map<string, Row> =>
  new Map(rows.map((row) => [row.user_id, row]));
