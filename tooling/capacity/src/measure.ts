import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createTestDatabase as createActivityDatabase } from '@codezest/db-activity/testing';
import { createTestDatabase as createAuthDatabase } from '@codezest/db-auth/testing';
import type { SeedSize } from '@codezest/db-core/seed';
import { createTestDatabase as createLearningDatabase } from '@codezest/db-learning/testing';
import { createTestDatabase as createNotificationsDatabase } from '@codezest/db-notifications/testing';
import { createTestDatabase as createPaymentsDatabase } from '@codezest/db-payments/testing';
import { SERVICES, type Service, urlVariable } from '@codezest/local-databases';
import { Client } from 'pg';

/** What a table takes in a seeded database, its partitions added up. Bytes are those of the files, free space included. */
export interface TableSize {
  readonly rows: number;
  /** Of the table and of what is stored out of line. */
  readonly heapBytes: number;
  readonly indexBytes: number;
  readonly partitioned: boolean;
}

export interface SeededDatabase {
  readonly tables: Readonly<Record<string, TableSize>>;
  /** Of the log that the seed wrote. A throw-away server writes no full-page images. */
  readonly walBytes: number;
}

export type Measured = Readonly<Record<Service, Readonly<Record<MeasuredSize, SeededDatabase>>>>;

/** Two points make the line; the seed of the larger one takes seconds. */
export const measuredSizes = ['small', 'medium'] as const satisfies readonly SeedSize[];
export type MeasuredSize = (typeof measuredSizes)[number];

const createDatabase: Readonly<Record<Service, () => Promise<{ url: string; drop(): Promise<void> }>>> = {
  auth: createAuthDatabase,
  learning: createLearningDatabase,
  payments: createPaymentsDatabase,
  notifications: createNotificationsDatabase,
  activity: createActivityDatabase,
};

/** Seeds a new database of each service with both sizes, one service after the other: the log is the whole server's. */
export async function measureAll(): Promise<Measured> {
  const measured: Partial<Record<Service, Record<MeasuredSize, SeededDatabase>>> = {};
  for (const service of SERVICES) measured[service] = await measureService(service, measuredSizes);
  return measured as Measured;
}

/** Seeds a new database of the service with each size in turn, and measures it after each. */
export async function measureService<Size extends MeasuredSize>(
  service: Service,
  seeds: readonly Size[],
): Promise<Record<Size, SeededDatabase>> {
  const { url, drop } = await createDatabase[service]();
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    const before = await writtenLog(client);
    const sizes: Partial<Record<Size, SeededDatabase>> = {};
    for (const size of seeds) {
      await seed(service, url, size);
      sizes[size] = { tables: await tableSizes(client), walBytes: (await writtenLog(client)) - before };
    }
    return sizes as Record<Size, SeededDatabase>;
  } finally {
    await client.end();
    await drop();
  }
}

/** By the command that an engineer runs, so that what is measured is what it writes. */
async function seed(service: Service, url: string, size: SeedSize): Promise<void> {
  const program = fileURLToPath(
    new URL(`../../../packages/db-${service}/bin/codezest-db-${service}.js`, import.meta.url),
  );
  await promisify(execFile)(process.execPath, [program, 'seed', '--size', size, '--json'], {
    env: { ...process.env, [urlVariable(service)]: url },
    maxBuffer: 16 * 1024 * 1024,
  });
}

async function writtenLog(client: Client): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    "SELECT (pg_current_wal_insert_lsn() - '0/0')::float8 AS bytes",
  );
  return rows[0]?.bytes ?? 0;
}

/** Prisma's history and the partitions, which are counted with their parents, are left out. */
async function tableSizes(client: Client): Promise<Record<string, TableSize>> {
  const { rows: tables } = await client.query<Omit<TableSize, 'rows'> & { name: string }>(
    `SELECT c.relname AS name, c.relkind = 'p' AS partitioned,
       (sum(pg_table_size(part.relid)))::float8 AS "heapBytes", (sum(pg_indexes_size(part.relid)))::float8 AS "indexBytes"
     FROM pg_class c LEFT JOIN LATERAL pg_partition_tree(c.oid) AS tree ON true
     CROSS JOIN LATERAL (SELECT coalesce(tree.relid, c.oid)::regclass AS relid) AS part
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations'
     GROUP BY c.oid, c.relname, c.relkind ORDER BY c.relname`,
  );
  const sizes: Record<string, TableSize> = {};
  for (const { name, ...size } of tables) {
    const { rows } = await client.query<{ rows: number }>(
      `SELECT count(*)::float8 AS rows FROM public.${client.escapeIdentifier(name)}`,
    );
    sizes[name] = { rows: rows[0]?.rows ?? 0, ...size };
  }
  return sizes;
}
