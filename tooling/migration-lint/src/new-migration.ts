import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase } from '@codezest/db-core/testing';

interface Target {
  readonly service: string;
  readonly directory: string;
}

/** Writes what Prisma would do about the schema's changes; returns the file, which a developer edits next. */
export async function createMigration(target: Target, words: string, now: Date): Promise<string> {
  const migrations = migrationsOf(target);
  const folder = join(migrations, newName(migrations, words, now));
  const sql = await schemaChanges(target, migrations);
  mkdirSync(folder);
  const file = join(folder, 'migration.sql');
  writeFileSync(file, withTimeouts(sql, words));
  return file;
}

/** Writes the frame of a backfill, in which the linter names what is still to be said. */
export function createBackfill(target: Target, words: string, now: Date): string {
  const migrations = migrationsOf(target);
  const file = join(migrations, `${newName(migrations, words, now)}.data.sql`);
  writeFileSync(file, backfillFrame(words));
  return file;
}

function migrationsOf({ directory }: Target): string {
  return join(directory, 'prisma', 'migrations');
}

function newName(migrations: string, words: string, now: Date): string {
  const existing = readdirSync(migrations)
    .filter((name) => /^\d{14}_/.test(name))
    .map((name) => name.replace(/\.data\.sql$/, ''));
  const same = existing.find((name) => name.slice(15) === words);
  if (same) throw new Error(`${same} is there already: give the new one another name.`);
  return `${timeStamp(now, existing)}_${words}`;
}

/** Later than every migration that is there, whatever the clock of this machine says. */
function timeStamp(now: Date, existing: readonly string[]): string {
  const current = now.toISOString().replace(/\D/g, '').slice(0, 14);
  const newest =
    existing
      .map((name) => name.slice(0, 14))
      .sort()
      .at(-1) ?? '0';
  return current > newest ? current : String(BigInt(newest) + 1n);
}

function withTimeouts(sql: string, words: string): string {
  return `-- ${words.replaceAll('_', ' ')}: say why, which lock that takes, and why it is short.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

${sql || '-- The schema asks for nothing: write what Prisma cannot say.\n'}`;
}

function backfillFrame(words: string): string {
  return `-- ${words.replaceAll('_', ' ')}: say why, and which rows are still in the old form.
-- batch: 1000
-- pause: 100
WITH batch AS (
  SELECT id FROM the_table
   WHERE id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000') AND new_form IS NULL
   ORDER BY id LIMIT $2 FOR UPDATE
), changed AS (
  UPDATE the_table SET new_form = old_form FROM batch WHERE the_table.id = batch.id
)
SELECT max(id::text) AS cursor, count(*) AS rows FROM batch
`;
}

/** What Prisma would do to get from the migrations to the schema; empty when they agree. */
async function schemaChanges({ service, directory }: Target, migrationsDirectory: string): Promise<string> {
  const database = await createTestDatabase({ service, migrationsDirectory });
  try {
    const { status, stdout, stderr } = spawnSync(
      join(directory, 'node_modules/.bin/codezest-prisma'),
      [
        'migrate',
        'diff',
        '--from-migrations',
        'prisma/migrations',
        '--to-schema',
        'prisma/schema',
        '--script',
      ],
      {
        cwd: directory,
        encoding: 'utf8',
        env: { ...process.env, [`${service.toUpperCase()}_MIGRATE_DATABASE_URL`]: database.url },
        shell: process.platform === 'win32',
      },
    );
    if (status !== 0) throw new Error(`Prisma’s diff failed:\n${stderr}${stdout}`);
    return stdout.includes('This is an empty migration') ? '' : stdout;
  } finally {
    await database.drop();
  }
}
