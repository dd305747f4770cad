import { CodezestDbError } from '../errors/base-error.js';
import { type MigrationClock, systemClock } from '../migrations/options.js';
import type { QueryingClient } from '../sql/statement.js';
import { countKeyUses, type KeyUse, rewritableRows } from './key-uses.js';
import { rewriteRows, type UnreadableValue } from './rewrite-rows.js';
import type { KeyringName, Keyrings, StoredSecrets } from './stored-secrets.js';

export interface ReencryptionOptions {
  /** Counts, and changes nothing. */
  readonly dryRun?: boolean;
  /** How long rows that others hold are tried again, after the first round over all. Milliseconds, default 60000. */
  readonly waitMs?: number;
  /** Called after each batch. */
  readonly onProgress?: (progress: ReencryptionProgress) => void;
  readonly clock?: Pick<MigrationClock, 'now' | 'sleep'>;
}

export interface ReencryptionProgress {
  readonly rewritten: number;
  /** Rows that were on old keys at the beginning. */
  readonly total: number;
}

export interface Reencryption {
  /** Rows that were written anew. */
  readonly rewritten: number;
  /** Rows on old keys that the keyring holds, and that could be rewritten. */
  readonly left: number;
  /** Who needs which key now, the current ones included. */
  readonly uses: readonly KeyUse[];
  /** Needed by rows, and not in the keyring. */
  readonly missing: readonly KeyUse[];
  /** Changed, moved from another place, or of another key with the same id. */
  readonly unreadable: readonly UnreadableColumn[];
  /** Keys that nothing needs any more. */
  readonly removable: Readonly<Record<KeyringName, readonly string[]>>;
}

/** Old keys are still needed. What could be rewritten was; `result` has the counts. */
export class ReencryptionError extends CodezestDbError {
  readonly result: Reencryption;

  constructor(code: string, message: string, result: Reencryption) {
    super(code, message);
    this.result = result;
  }
}

export interface UnreadableColumn {
  /** `table.column` */
  readonly column: string;
  readonly rows: number;
  /** Of the first few. */
  readonly rowIds: readonly string[];
}

const BATCH_ROWS = 250;
const PAUSE_BETWEEN_ROUNDS_MS = 500;

/**
 * Writes everything that was encrypted with another key than the current one anew, beside running readers and writers,
 * and counts who still needs which key. Killed at any moment it has lost nothing and continues when it is run again:
 * what is done is told by the rows themselves. Between batches it rests as long as the batch took.
 *
 * @throws {ReencryptionError} when old keys are needed still.
 */
export async function reencryptStored(
  client: QueryingClient,
  stored: StoredSecrets,
  keys: Keyrings,
  { dryRun = false, waitMs = 60_000, onProgress, clock = systemClock }: ReencryptionOptions = {},
): Promise<Reencryption> {
  let counted = await countKeyUses(client, stored, keys);
  const total = counted.rewritable;
  let rewritten = 0;
  let unreadable: UnreadableColumn[] = [];
  let deadline: number | undefined;
  const left = (): number => Math.max(0, counted.rewritable - sumOf(unreadable));

  // Rows that others hold, and those that a process with the old key writes meanwhile, are met in the next round.
  while (!dryRun && left() > 0) {
    const found = new Map<string, UnreadableColumn>();
    for (const table of stored.encrypted) {
      for await (const ids of rewritableRows(client, table, keys, BATCH_ROWS)) {
        const begun = clock.now();
        const batch = await rewriteRows(client, table, ids, keys);
        rewritten += batch.rewritten;
        for (const value of batch.unreadable) note(found, value);
        onProgress?.({ rewritten, total });
        await clock.sleep(clock.now() - begun);
      }
    }
    unreadable = [...found.values()];
    counted = await countKeyUses(client, stored, keys);
    deadline ??= clock.now() + waitMs;
    if (left() === 0 || clock.now() >= deadline) break;
    await clock.sleep(PAUSE_BETWEEN_ROUNDS_MS);
  }

  const { uses, missing } = counted;
  const removableOf = (name: KeyringName): string[] => {
    const needed = new Set(uses.filter(({ keyring }) => keyring === name).map(({ keyId }) => keyId));
    return [...keys[name].keys.keys()].filter((id) => id !== keys[name].current && !needed.has(id));
  };
  const removable = { encryption: removableOf('encryption'), lookup: removableOf('lookup') };
  const result = { rewritten, left: left(), uses, missing, unreadable, removable };
  const problem = problemOf(result, stored, dryRun);
  if (problem) throw problem;
  return result;
}

/** What keeps the old keys from being removed, with what to do about it. */
function problemOf(
  result: Reencryption,
  { variables }: StoredSecrets,
  dryRun: boolean,
): ReencryptionError | undefined {
  const { missing, unreadable, left } = result;
  if (missing.length > 0) {
    const needs = missing.map(
      ({ keyring, keyId, column, rows }) =>
        `${variables[keyring]} has no key "${keyId}", needed in ${column} (rows: ${rows})`,
    );
    return new ReencryptionError(
      'REENCRYPTION_KEY_MISSING',
      `Keys are missing: ${needs.join('; ')}. These rows stay as they are. Add the key again and run this once more, or delete the rows.`,
      result,
    );
  }
  if (unreadable.length > 0) {
    const columns = unreadable.map(({ column, rows }) => `${column} (rows: ${rows})`);
    return new ReencryptionError(
      'REENCRYPTION_VALUE_UNREADABLE',
      `The keys do not open ${columns.join(', ')}. These rows stay as they are. They were changed or moved, or ` +
        `${variables.encryption} has another key under the id of theirs: correct the key, or restore or delete the rows.`,
      result,
    );
  }
  if (left > 0 && !dryRun) {
    return new ReencryptionError(
      'REENCRYPTION_UNFINISHED',
      `Rows on old keys still: ${left}. Other sessions hold them, or a process has an old key as its current one. Run this once more.`,
      result,
    );
  }
  return undefined;
}

const ROW_IDS_NAMED = 5;

function note(columns: Map<string, UnreadableColumn>, { column, rowId }: UnreadableValue): void {
  const noted = columns.get(column) ?? { column, rows: 0, rowIds: [] };
  columns.set(column, {
    column,
    rows: noted.rows + 1,
    rowIds: noted.rows < ROW_IDS_NAMED ? [...noted.rowIds, rowId] : noted.rowIds,
  });
}

function sumOf(columns: readonly { readonly rows: number }[]): number {
  return columns.reduce((sum, { rows }) => sum + rows, 0);
}
