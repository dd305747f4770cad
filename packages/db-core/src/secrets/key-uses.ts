import { type QueryingClient, rowsOf, statement } from '../sql/statement.js';
import type {
  BlindIndex,
  EncryptedTable,
  HashedTable,
  KeyringName,
  Keyrings,
  StoredSecrets,
} from './stored-secrets.js';

/** How many rows have a value in this column that was made with this key. */
export interface KeyUse {
  readonly keyring: KeyringName;
  readonly keyId: string;
  /** `table.column` */
  readonly column: string;
  readonly rows: number;
}

export interface KeyUses {
  readonly uses: readonly KeyUse[];
  /** Those whose key the keyring does not hold. */
  readonly missing: readonly KeyUse[];
  /** Rows that `rewriteRows` can bring to the current keys. */
  readonly rewritable: number;
}

/** Counts every value by the key that it needs. */
export async function countKeyUses(
  client: QueryingClient,
  { encrypted, hashed }: StoredSecrets,
  keys: Keyrings,
): Promise<KeyUses> {
  const counts = new Map<string, { -readonly [Part in keyof KeyUse]: KeyUse[Part] }>();
  const missing = new Set<string>();
  let rewritable = 0;

  const count = (keyed: KeyedColumn, keyId: string): void => {
    const key = `${keyed.column} ${keyId}`;
    const use = counts.get(key) ?? { keyring: keyed.keyring, keyId, column: keyed.column, rows: 0 };
    use.rows += 1;
    counts.set(key, use);
    if (keyed.needsItsKey && !keys[keyed.keyring].keys.has(keyId)) missing.add(key);
  };

  for (const table of [...encrypted, ...hashed]) {
    const columns = keyedColumns(table);
    for await (const rows of spansOf(client, table)) {
      for (const { keyIds } of rows) {
        for (const [at, keyed] of columns.entries()) if (keyIds[at]) count(keyed, keyIds[at]);
        if ('columns' in table && isRewritable(keyIds, columns, keys)) rewritable += 1;
      }
    }
  }
  const uses = [...counts.values()].sort((a, b) =>
    `${a.column} ${a.keyId}` < `${b.column} ${b.keyId}` ? -1 : 1,
  );
  return { uses, missing: uses.filter(({ column, keyId }) => missing.has(`${column} ${keyId}`)), rewritable };
}

/** Ids of the rows that can be brought to the current keys, in portions. */
export async function* rewritableRows(
  client: QueryingClient,
  table: EncryptedTable,
  keys: Keyrings,
  portion: number,
): AsyncGenerator<string[]> {
  const columns = keyedColumns(table);
  for await (const rows of spansOf(client, table)) {
    const ids = rows.filter(({ keyIds }) => isRewritable(keyIds, columns, keys)).map(({ id }) => id);
    for (let from = 0; from < ids.length; from += portion) yield ids.slice(from, from + portion);
  }
}

interface KeyedColumn {
  readonly column: string;
  readonly keyring: KeyringName;
  /** Nobody can read or check the value without it. A blind index is made anew from what it is the hash of. */
  readonly needsItsKey: boolean;
  /** SQL that gives the id of its key. */
  readonly keyId: string;
}

function keyedColumns(table: EncryptedTable | HashedTable): KeyedColumn[] {
  const lookup = ({ column, keyIdColumn }: BlindIndex | HashedTable, needsItsKey: boolean): KeyedColumn => ({
    column: `${table.table}.${column}`,
    keyring: 'lookup',
    needsItsKey,
    keyId: keyIdColumn,
  });
  if ('live' in table) return [lookup(table, true)];
  const envelopes = table.columns.map((column) => ({
    column: `${table.table}.${column}`,
    keyring: 'encryption' as const,
    needsItsKey: true,
    keyId: `split_part(${column}, '.', 2)`,
  }));
  return [...envelopes, ...(table.index ? [lookup(table.index, false)] : [])];
}

function isRewritable(keyIds: readonly (string | null)[], columns: KeyedColumn[], keys: Keyrings): boolean {
  const known = columns.map(({ keyring, needsItsKey }, at) => {
    const keyId = keyIds[at];
    return !keyId || !needsItsKey || keys[keyring].keys.has(keyId);
  });
  const old = columns.some(({ keyring }, at) => keyIds[at] && keyIds[at] !== keys[keyring].current);
  return old && !known.includes(false);
}

interface KeyedRow {
  readonly id: string;
  /** In the order of the columns; none where the value is NULL. */
  readonly keyIds: readonly (string | null)[];
}

/** By id and so many at a time: no statement takes long, however large the table and however few of its rows are old. */
const SPAN_ROWS = 2_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

async function* spansOf(
  client: QueryingClient,
  table: EncryptedTable | HashedTable,
): AsyncGenerator<KeyedRow[]> {
  const span = statement<KeyedRow>(
    `secrets.span_of_${table.table}`,
    `SELECT id, ARRAY[${keyedColumns(table)
      .map(({ keyId }) => `${keyId}::text`)
      .join(', ')}] AS "keyIds"
     FROM ${table.table} WHERE id > $1::uuid AND ${'live' in table ? table.live : 'true'} ORDER BY id LIMIT ${SPAN_ROWS}`,
  );
  let after = BEFORE_ALL;
  for (;;) {
    const rows = await rowsOf(client, span, [after]);
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < SPAN_ROWS) return;
    after = last.id;
  }
}
