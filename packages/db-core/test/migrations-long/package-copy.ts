import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/migrations/index.js';
import { dumpStructure } from '../../src/structure/index.js';
import { createScratchPackage } from '../cli/command-line.js';
import type { Scratch } from '../migrations/scratch.js';

export const services = ['auth', 'learning', 'payments', 'notifications', 'activity'] as const;
export type Service = (typeof services)[number];

export const slow = '29990101000000_slow';
export const index = '29990102000000_index';
export const last = '29990103000000_last';

/**
 * A copy of a package's migrations over an empty database, with three files more: one that takes its time, so that
 * others meet it, a concurrent index, and one behind it.
 */
export async function copyPackage(service: Service): Promise<Scratch> {
  const scratch = await createScratchPackage();
  const original = join(__dirname, '../../..', `db-${service}`, 'prisma/migrations');
  cpSync(original, scratch.directory, { recursive: true });
  scratch.write(
    slow,
    'CREATE TABLE many (id int, name text);\nSELECT pg_sleep(0.3);\nINSERT INTO many SELECT 1, $$x$$;',
  );
  scratch.write(index, 'CREATE INDEX CONCURRENTLY many_name_idx ON many (name);');
  scratch.write(last, 'ALTER TABLE many ADD COLUMN more int;');
  return scratch;
}

export function migrationNames(scratch: Scratch): string[] {
  return readdirSync(scratch.directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** What the package's files lead to when nothing disturbs them. */
export async function undisturbed(service: Service): Promise<string> {
  const scratch = await copyPackage(service);
  try {
    await migrate(scratch.options());
    return await structureOf(scratch);
  } finally {
    await scratch.drop();
  }
}

export async function structureOf(scratch: Scratch): Promise<string> {
  const client = new Client({ connectionString: scratch.url });
  await client.connect();
  try {
    return await dumpStructure(client);
  } finally {
    await client.end();
  }
}

/** Every migration recorded as finished, none begun and left; INVALID indexes are in the structure. */
export async function finishedOnce(scratch: Scratch): Promise<{ finished: string[]; unfinished: number }> {
  const rows = await scratch.query<{ name: string; finished: boolean }>(
    `SELECT migration_name AS name, finished_at IS NOT NULL AS finished FROM _prisma_migrations
      WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  );
  return {
    finished: rows.filter((row) => row.finished).map((row) => row.name),
    unfinished: rows.filter((row) => !row.finished).length,
  };
}
