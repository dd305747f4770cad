import { join } from 'node:path';
import { migrate, migrationStatus } from '@codezest/db-core/migrations';
import { packageDirectory, services } from '@codezest/schema-docs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prisma } from './prisma-cli.js';
import { type ScratchDatabase, scratchDatabase } from './scratch-database.js';

// One call of Prisma's CLI takes seconds, and several packages are checked at once.
const SLOW = 120_000;

const HISTORY = `
  SELECT migration_name, checksum, finished_at IS NOT NULL AS finished, rolled_back_at IS NULL AS stands
    FROM _prisma_migrations ORDER BY migration_name`;

/** Whatever a migration can leave behind, as PostgreSQL itself words it. */
const CATALOG = `
  WITH ours AS (
    SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  ), things(kind, name, definition) AS (
    SELECT 'column', attrelid::regclass || '.' || attname,
           format_type(atttypid, atttypmod) || attnotnull::text || coalesce(pg_get_expr(adbin, adrelid), '')
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE relnamespace IN (SELECT oid FROM ours) AND relkind IN ('r', 'p', 'v') AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace IN (SELECT oid FROM ours)
    UNION ALL
    SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid)
      FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace IN (SELECT oid FROM ours)
    UNION ALL
    SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
      FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function', oid::regprocedure::text, pg_get_functiondef(oid)
      FROM pg_proc WHERE pronamespace IN (SELECT oid FROM ours) AND prokind IN ('f', 'p')
       AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    UNION ALL
    SELECT 'enum', enumtypid::regtype::text, string_agg(enumlabel, ',' ORDER BY enumsortorder)
      FROM pg_enum GROUP BY enumtypid
  )
  SELECT kind, name, definition FROM things ORDER BY kind, name`;

describe.each(services)('db-%s', (service) => {
  const migrationsDirectory = join(packageDirectory(service), 'prisma/migrations');
  let byRunner: ScratchDatabase;
  let byPrisma: ScratchDatabase;

  beforeAll(async () => {
    [byRunner, byPrisma] = await Promise.all([scratchDatabase(service), scratchDatabase(service)]);
    await migrate({ url: byRunner.url, migrationsDirectory, service });
    const deployed = await prisma(service, byPrisma.url, ['migrate', 'deploy']);
    if (deployed.code !== 0) throw new Error(deployed.output);
  }, SLOW);

  afterAll(async () => {
    await byRunner?.drop();
    await byPrisma?.drop();
  });

  it('its migrations lead to its schema', { timeout: SLOW }, async () => {
    const diff = [
      'migrate',
      'diff',
      '--from-migrations',
      'prisma/migrations',
      '--to-schema',
      'prisma/schema',
    ];

    const { code, output } = await prisma(service, byRunner.url, [...diff, '--exit-code']);

    const next = `The schema says more than the migrations. Run: pnpm migration:new ${service} <what_it_adds>\n${output}`;
    expect(code, next).toBe(0);
    expect(output).toContain('No difference detected');
  });

  it('what our runner applied, Prisma calls up to date', { timeout: SLOW }, async () => {
    const { code, output } = await prisma(service, byRunner.url, ['migrate', 'status']);

    expect(output).toContain('Database schema is up to date');
    expect(code).toBe(0);
  });

  it('what Prisma applied, our runner calls up to date', async () => {
    const status = await migrationStatus({ url: byPrisma.url, migrationsDirectory, service });

    expect(status).toMatchObject({ upToDate: true, pending: [], changed: [], missing: [], failed: [] });
    expect(status.applied.length).toBeGreaterThan(0);
  });

  it('both write the same history', async () => {
    const history = await byRunner.query(HISTORY);

    expect(history.length).toBeGreaterThan(0);
    expect(history).toEqual(await byPrisma.query(HISTORY));
  });

  it('both build the same database', async () => {
    const catalog = await byRunner.query(CATALOG);

    expect(catalog.length).toBeGreaterThan(50);
    expect(catalog).toEqual(await byPrisma.query(CATALOG));
  });
});
