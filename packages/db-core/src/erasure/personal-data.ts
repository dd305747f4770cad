import type { UserId } from '@codezest/db-types';
import type { QueryingClient } from '../sql/statement.js';

/**
 * Rows about a person in one table, and what becomes of them when that person is erased. Names and SQL expressions come from
 * the package's own source, never from a caller.
 */
export interface PersonalRows {
  readonly table: string;
  /** Condition that finds the rows; `$1` is the user's id. Default: `user_id = $1`. */
  readonly where?: string;
  /**
   * - `delete`: the rows are deleted.
   * - `cascade`: a foreign key deletes them with the row that they belong to.
   * - `keep`: nothing changes; no column identifies the person.
   * - columns with an SQL expression each: the rows are kept, and these columns are overwritten. `$2` is a random id, the same
   *   in all rows that contain it.
   */
  readonly onErasure: 'delete' | 'cascade' | 'keep' | Readonly<Record<string, string>>;
  /** Of rows that are kept: the columns that keep their values, by the reason. */
  readonly keeps?: Readonly<Record<string, readonly string[]>>;
  /**
   * Whether an export for the person contains the rows; false for what somebody wrote about another person, and for copies of
   * what it contains. Default: true.
   */
  readonly exported?: boolean;
}

/** Everything that a service's database contains about people. A check compares it with the schema, column by column. */
export interface PersonalData {
  readonly service: string;
  /** In the order of deletion: what is needed to find other rows comes after them. */
  readonly rows: readonly PersonalRows[];
  /** Tables without rows about a person, with the reason. */
  readonly impersonal: Readonly<Record<string, string>>;
  /** Ends what must not go on without these people, and says who must wait because somebody else has to end it first. */
  readonly beforeErasure?: (
    client: QueryingClient,
    userIds: readonly UserId[],
  ) => Promise<ReadonlyMap<UserId, Error>>;
}

export const OF_USER = 'user_id = $1';

/** Rows that are kept with other values. */
export function isOverwritten(
  rows: PersonalRows,
): rows is PersonalRows & { onErasure: Readonly<Record<string, string>> } {
  return typeof rows.onErasure === 'object';
}

/** Which received events are about a user. By text, because the payload of an event that is none may contain anything. */
export const RECEIVED = "payload ->> 'userId' = $1::text";
