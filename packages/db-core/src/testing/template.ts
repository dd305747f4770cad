import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { migrate } from '../migrations/index.js';
import type { MigrationSource } from '../migrations/source.js';
import { bytesOf, namesIn } from '../migrations/source-files.js';
import { databaseUrl } from './test-server.js';

export interface TemplateOptions {
  readonly service: string;
  readonly migrationsDirectory: MigrationSource;
  readonly serverUrl: string;
}

const PREFIX = 'codezest_template_';
const LIFETIME = '7 days';

/**
 * Named after the names and bytes of migrations and backfills: another state of the files is another template. Each role of the
 * server has its own, because only its owner may clone one.
 */
export async function templateName({
  service,
  migrationsDirectory,
  serverUrl,
}: TemplateOptions): Promise<string> {
  const hash = createHash('sha256').update(`${new URL(serverUrl).username}\n`);
  const { folders, files } = await namesIn(migrationsDirectory);
  const backfills = files.filter((name) => name.endsWith('.data.sql'));
  const paths = [...folders.map((name) => `${name}/migration.sql`), ...backfills];
  for (const path of paths.sort()) {
    const sql = await bytesOf(migrationsDirectory, path);
    hash.update(`${path} ${sql.length}\n`).update(sql);
  }
  return `${PREFIX}${service}_${hash.digest('hex').slice(0, 16)}`;
}

/**
 * Makes the template unless it is there: of all workers that ask at once, one does and the others wait. Migrated under
 * another name and then renamed, so that a template is complete or absent, whoever dies when.
 */
export async function ensureTemplate(client: Client, name: string, options: TemplateOptions): Promise<void> {
  if (await exists(client, name)) return;

  await underAdvisoryLock(client, name, async () => {
    if (await exists(client, name)) return;
    const draft = `${name}_draft`;
    await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${draft} TEMPLATE template0`);
    await migrate({
      url: databaseUrl(options.serverUrl, draft),
      migrationsDirectory: options.migrationsDirectory,
      service: options.service,
    });
    await client.query(`COMMENT ON DATABASE ${draft} IS '${new Date().toISOString()}'`);
    // A connection to the template would make every clone of it fail.
    await client.query(`ALTER DATABASE ${draft} WITH ALLOW_CONNECTIONS false`);
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
    await dropOldTemplates(client, name, options.service);
  });
}

/**
 * Templates of earlier states of the files, of this package alone. They are kept for a while, because people switch
 * between branches. One that is being cloned just now makes that worker build it again.
 */
async function dropOldTemplates(client: Client, current: string, service: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database
      WHERE datname LIKE $1 AND datname <> $2 AND pg_has_role(datdba, 'USAGE')
        AND shobj_description(oid, 'pg_database')::timestamptz < now() - $3::interval`,
    [`${PREFIX}${service}_`.replaceAll('_', '\\_').concat('%'), current, LIFETIME],
  );
  for (const { name } of rows) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

async function exists(client: Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  return rowCount === 1;
}

async function underAdvisoryLock(client: Client, name: string, work: () => Promise<void>): Promise<void> {
  const key = createHash('sha256').update(name).digest().readBigInt64BE().toString();
  await client.query('SELECT pg_advisory_lock($1)', [key]);
  try {
    await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [key]);
  }
}
