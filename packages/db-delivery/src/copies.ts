import { eventContracts, type Service, userContactChanged } from '@codezest/db-types';
import type { Database } from './deliver-batch.js';

// Accounts in the database of auth, and what another service has of them: by functions of the two databases alone, each as
// the role that delivers there.

/** Consumers that have a copy of each account, and not only rows about some of them. */
export function hasCopies(consumer: Service): boolean {
  return eventContracts.some(
    ({ aggregateType, consumers, ...rest }) =>
      aggregateType === 'auth.user' && !('final' in rest) && consumers.some((each) => each === consumer),
  );
}

/** Those whose copy has the version of the account. The others have only that there is one. */
export function hasVersions(consumer: Service): boolean {
  return userContactChanged.consumers.some((each) => each === consumer);
}

/** An account by its id: its version, 0 where the other side has none, and null where there is no account or no copy. */
export interface Copy {
  readonly user_id: string;
  readonly version: number | null;
}

export interface Account extends Copy {
  /** An event about it is still to be delivered to the consumer. */
  readonly is_open: boolean;
}

export interface CopyNow extends Copy {
  /** There are rows about the person. */
  readonly is_here: boolean;
  /** An event about the person is still to be applied. */
  readonly is_waiting: boolean;
  readonly is_erased: boolean;
}

/** Some accounts in the order of their ids. */
export interface Range {
  readonly last_id: string | null;
  readonly accounts: number;
  readonly hash: string;
}

const rowsOf = async <Row>(database: Database, sql: string, values: unknown[]): Promise<Row[]> =>
  (await database.query(sql, values)).rows as Row[];

export const accountsFrom = async (auth: Database, from: string, most: number, versioned: boolean) =>
  (
    await rowsOf<Range>(auth, 'SELECT * FROM rules.compare_accounts($1, $2, $3)', [from, most, versioned])
  )[0] as Range;

export const accountsBetween = (auth: Database, from: string, upto: string, versioned: boolean) =>
  rowsOf<Copy>(auth, 'SELECT * FROM rules.accounts_between($1, $2, $3)', [from, upto, versioned]);

export const accountsAmong = (
  auth: Database,
  consumer: Service,
  ids: readonly string[],
  versioned: boolean,
): Promise<Account[]> =>
  rowsOf(auth, 'SELECT * FROM rules.accounts_among($1, $2, $3)', [consumer, ids, versioned]);

export const tellAgain = async (auth: Database, consumer: Service, ids: readonly string[]): Promise<void> => {
  await rowsOf(auth, 'SELECT rules.tell_again($1, $2)', [consumer, ids]);
};

export const copiesHash = async (inbox: Database, from: string, upto: string) =>
  (
    await rowsOf<{ copies: number; hash: string }>(inbox, 'SELECT * FROM rules.compare_copies($1, $2)', [
      from,
      upto,
    ])
  )[0];

export const copiesBetween = (inbox: Database, from: string, upto: string): Promise<Copy[]> =>
  rowsOf(inbox, 'SELECT * FROM rules.copies_between($1, $2)', [from, upto]);

export const copiesAmong = (inbox: Database, ids: readonly string[]): Promise<CopyNow[]> =>
  rowsOf(inbox, 'SELECT * FROM rules.copies_among($1)', [ids]);
