import { isUniqueViolation } from '../errors/predicates.js';
import { type QueryingClient, rowsOf, type Statement, statement } from '../sql/statement.js';
import { decrypt, encrypt } from './envelope.js';
import { DecryptionError, UnknownKeyError } from './errors.js';
import type { EncryptedTable, Keyrings } from './stored-secrets.js';
import { keyedHash } from './tokens.js';

/** A value that no key of the ring opens although it names one. */
export interface UnreadableValue {
  /** `table.column` */
  readonly column: string;
  readonly rowId: string;
}

/**
 * Brings rows to the current keys. A row that somebody else has locked, or has written since it was read, stays as it
 * is, and nobody waits: the lock is that of one UPDATE, taken after everything was computed.
 */
export async function rewriteRows(
  client: QueryingClient,
  table: EncryptedTable,
  ids: readonly string[],
  keys: Keyrings,
): Promise<{ rewritten: number; unreadable: UnreadableValue[] }> {
  const unreadable: UnreadableValue[] = [];
  const given: GivenRow[] = [];
  for (const row of await rowsOf(client, readRows(table), [ids])) {
    const anew = rewrittenRow(row, table, keys, unreadable);
    if (anew) given.push(anew);
  }
  return { rewritten: await write(client, table, given), unreadable };
}

/** An UPDATE of all. Where one of them violates the blind index, each by itself, after its duplicate was settled. */
async function write(client: QueryingClient, table: EncryptedTable, given: GivenRow[]): Promise<number> {
  const store = storeRows(table);
  try {
    return (await rowsOf(client, store, [JSON.stringify(given)])).length;
  } catch (error) {
    if (!isUniqueViolation(error) || table.index === undefined) throw error;
  }
  let written = 0;
  for (const row of given) {
    await rowsOf(client, table.index.settleDuplicate, [row.id, row[table.index.column]]);
    written += (await rowsOf(client, store, [JSON.stringify([row])])).length;
  }
  return written;
}

type StoredRow = Readonly<Record<string, string | null>> & { readonly id: string };
/** The new values under the columns' names, the envelopes before under `<column>_before`. */
type GivenRow = Record<string, string | null> & { id: string };

function rewrittenRow(
  row: StoredRow,
  { table, columns, index }: EncryptedTable,
  keys: Keyrings,
  unreadable: UnreadableValue[],
): GivenRow | undefined {
  const given: GivenRow = { id: row.id };
  for (const column of columns) {
    const envelope = row[column] ?? null;
    const place = { table, column, rowId: row.id };
    try {
      const text = envelope === null ? null : decrypt(envelope, place, keys.encryption);
      given[column] = text === null ? null : encrypt(text, place, keys.encryption);
      given[`${column}_before`] = envelope;
      if (index?.of === column && text !== null) {
        const identity = index.identity?.(text) ?? text;
        given[index.column] = Buffer.from(keyedHash(identity, index.purpose, keys.lookup)).toString('hex');
        given[index.keyIdColumn] = keys.lookup.current;
      }
    } catch (error) {
      // Written since it was counted, with a key that nobody here knows: the next count finds it.
      if (error instanceof UnknownKeyError) return undefined;
      if (!(error instanceof DecryptionError)) throw error;
      unreadable.push({ column: `${table}.${column}`, rowId: row.id });
      return undefined;
    }
  }
  return given;
}

function readRows({ table, columns }: EncryptedTable): Statement<StoredRow> {
  return statement(
    `secrets.read_${table}`,
    `SELECT id, ${columns.join(', ')} FROM ${table} WHERE id = ANY($1::uuid[])`,
  );
}

// Not the row's `updated_at`: for everybody who reads the row nothing has changed.
function storeRows({ table, columns, index }: EncryptedTable): Statement<{ id: string }> {
  const columnsGiven = [
    'id uuid',
    ...columns.flatMap((column) => [`${column} text`, `${column}_before text`]),
    ...(index ? [`${index.column} text`, `${index.keyIdColumn} text`] : []),
  ];
  const values = [
    ...columns.map((column) => `${column} = given.${column}`),
    ...(index
      ? [
          `${index.column} = decode(given.${index.column}, 'hex')`,
          `${index.keyIdColumn} = given.${index.keyIdColumn}`,
        ]
      : []),
  ];
  const unchanged = columns.map((column) => `t.${column} IS NOT DISTINCT FROM given.${column}_before`);
  return statement(
    `secrets.store_${table}`,
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS given(${columnsGiven.join(', ')})
     ), free AS (
       SELECT t.id FROM ${table} t JOIN given ON given.id = t.id
       WHERE ${unchanged.join(' AND ')} FOR UPDATE OF t SKIP LOCKED
     )
     UPDATE ${table} t SET ${values.join(', ')}
     FROM given JOIN free ON free.id = given.id WHERE t.id = given.id
     RETURNING t.id`,
  );
}
