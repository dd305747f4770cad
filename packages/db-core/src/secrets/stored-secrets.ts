import type { Statement } from '../sql/statement.js';
import type { Keyring } from './keyring.js';

/** What of a database depends on keys. A rotation of the keys reads this and nothing else. */
export interface StoredSecrets {
  /** The environment variables that hold the keys. */
  readonly variables: Readonly<Record<KeyringName, string>>;
  readonly encrypted: readonly EncryptedTable[];
  readonly hashed: readonly HashedTable[];
}

export type KeyringName = 'encryption' | 'lookup';

export type Keyrings = Readonly<Record<KeyringName, Keyring>>;

/** A table with the primary key `id` and columns that hold envelopes, each bound to its row. */
export interface EncryptedTable {
  readonly table: string;
  readonly columns: readonly string[];
  readonly index?: BlindIndex;
}

/** Column with the keyed hash of an encrypted one, to find it by. What was encrypted is known again, so it can be rewritten. */
export interface BlindIndex {
  readonly column: string;
  readonly keyIdColumn: string;
  /** The encrypted column that it is the hash of. */
  readonly of: string;
  /** As in `keyedHash`. */
  readonly purpose: string;
  /** What of the value is hashed. Default: all of it. */
  readonly identity?: (text: string) => string;
  /**
   * What to do when the rewritten hash of the row $1 (uuid) is in use as $2 (hexadecimal): processes that did not know
   * each other's key have stored one value twice.
   */
  readonly settleDuplicate: Statement<{ id: string }>;
}

/** A table of keyed hashes of what nobody knows any more: they keep their key until they are used up or deleted. */
export interface HashedTable {
  readonly table: string;
  readonly column: string;
  readonly keyIdColumn: string;
  /** SQL condition of those that may still be used. */
  readonly live: string;
}
