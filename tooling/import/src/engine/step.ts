import type { Keyring } from '@codezest/db-core';
import type { Service } from '@codezest/db-types';
import type { Json, JsonObject } from '../json.js';
import type { Notes } from './notes.js';
import type { Source } from './opened-source.js';

/** A row of the new schema, by the names of its columns. All rows of a table have the same columns. */
export type Row = Readonly<Record<string, Json>>;

/** Rows by table: what one row of the source becomes. They go in together or not at all. */
export type Rows = Readonly<Record<string, readonly Row[]>>;

export interface Target {
  readonly table: string;
  /** Columns of the key. Default: `id`. */
  readonly key?: readonly string[];
  /** Rows that the database never changes: what is there already stays. */
  readonly appendOnly?: true;
  /**
   * SQL for a column of a row that is there already, over `t` (stored) and `excluded` (new). For what the new database
   * decides itself, such as the end of a session.
   */
  readonly set?: Readonly<Record<string, string>>;
  /** SQL over `t`: rows that a rule keeps from changing, and that are removed and written anew where this holds. */
  readonly replacedIf?: string;
  /**
   * A trigger of the table that prepares what events tell, and no rule: an import tells nothing. It is switched off within the
   * transaction of a batch alone, so that whatever becomes of the import, it is on.
   */
  readonly untold?: string;
  /** Columns that verification does not compare: ciphertexts, and what the new database goes on to change. */
  readonly incomparable?: readonly string[];
  /** Rows that a later step writes as well, which stand here for a rule at the end of the transaction. */
  readonly also?: true;
  /** The column by which the rows of a batch's users are exactly those of the source; others are removed. */
  readonly wholeBy?: string;
}

export interface Along {
  readonly from: string;
  /** Column that holds the id of the step's row, or of the row between. */
  readonly by: string;
  /** A table between the two, whose rows hold the id of the step's row. */
  readonly through?: { readonly from: string; readonly by: string };
}

/** One table of the source, and the tables that its rows become. */
export interface Step {
  /** Name in the ledger and in reports. */
  readonly name: string;
  readonly from: string;
  /** Columns that identify a row of the source. Default: `id`. */
  readonly identity?: readonly string[];
  /** Column by which the source is read before `identity`, where the order of writing matters. */
  readonly orderBy?: string;
  /** Rows of other tables that are read with each row. A change of theirs counts as the row's. */
  readonly along?: Readonly<Record<string, Along>>;
  /** Tables whose changes count as the row's without being read. */
  readonly changedBy?: readonly Along[];
  /** More facts about a row: SQL over `t`. Their changes do not count. */
  readonly facts?: Readonly<Record<string, string>>;
  /**
   * Facts that are the same for all rows with one value of the column `by`: SQL over `t`, the row of `from` with that id. Their changes
   * do not count.
   */
  readonly shared?: Readonly<
    Record<string, { readonly by: string; readonly from: string; readonly sql: string }>
  >;
  /** Whether a row that is gone from the source is removed. Where it is not, verification reports it. */
  readonly removable?: true;
  readonly targets: readonly Target[];
  /** @throws {Refusal} when the row has no form in the new schema. */
  convert(row: JsonObject, context: Context): Rows;
  /**
   * SQL after the rows of a batch are written, `$1` the rows under this name as JSON: what the database computes, or does in
   * steps of its own. A name of no table is for it alone.
   */
  readonly afterwards?: { readonly rows: string; readonly sql: string };
  /** SQL before the first batch, for functions that `afterwards` calls. */
  readonly beforehand?: string;
}

export interface Keys {
  encryption(service: 'auth' | 'notifications'): Keyring;
  lookup(service: 'auth' | 'notifications'): Keyring;
}

export interface Context {
  readonly notes: Notes;
  readonly keys: Keys;
  readonly facts: Facts;
}

/** Ids of users of the source that stand back in a conflict. */
export interface Facts {
  /** Another live account has the same address but for upper case. */
  readonly emailLosers: ReadonlySet<string>;
  /** Another live account has the same user name but for upper case. */
  readonly usernameLosers: ReadonlySet<string>;
}

export interface ServiceImport {
  readonly service: Service;
  /** In the order of their foreign keys. */
  readonly steps: (source: Source) => Promise<readonly Step[]>;
}

/** The row cannot go; `reason` names the rule that it would violate. */
export class Refusal {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}
