import { MigrationError } from './errors.js';
import type { MigrationSource } from './source.js';
import { bytesOf, namesIn } from './source-files.js';

/**
 * A data migration: `<14 digits>_<name>.data.sql` beside the migrations, in whose order it stands. One statement that does one
 * batch and says how far it came:
 *
 *   $1  the cursor of the batch before, text; NULL at the beginning of a pass
 *   $2  how many rows a batch has
 *   →   one row: `cursor` (text, NULL when there was nothing behind $1) and `rows`
 */
export interface Backfill {
  readonly name: string;
  readonly sql: string;
  readonly batchRows: number;
  readonly pauseMs: number;
}

const suffix = '.data.sql';

/** The package's backfills in their order. `-- batch: 500` and `-- pause: 200` (milliseconds) change the defaults. */
export async function readBackfills(source: MigrationSource): Promise<Backfill[]> {
  const names = (await namesIn(source)).files.filter((name) => name.endsWith(suffix));
  return Promise.all(
    names.map(async (file) => {
      const sql = (await bytesOf(source, file)).toString('utf8');
      const number = (word: string, otherwise: number): number =>
        Number(new RegExp(`^--\\s*${word}:\\s*(\\d+)`, 'm').exec(sql)?.[1] ?? otherwise);
      const name = file.slice(0, -suffix.length);
      if (!/\$1\b/.test(sql) || !/\$2\b/.test(sql)) throw withoutCursor(name);
      return { name, sql, batchRows: number('batch', 1_000), pauseMs: number('pause', 100) };
    }),
  );
}

function withoutCursor(name: string): MigrationError {
  return new MigrationError(
    'MIGRATION_FILES_INVALID',
    `${name} names no $1 (cursor) or no $2 (rows of a batch).`,
    {
      migration: name,
      nextStep: 'Write one batch: rows with a key above $1, in the order of the key, at most $2 of them.',
    },
  );
}
