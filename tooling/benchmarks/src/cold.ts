import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackages } from '@codezest/consumers/installed-packages';
import { packAll, run, SERVICES, type Tarballs } from '@codezest/consumers/tarballs';
import { createTestDatabase as createActivity } from '@codezest/db-activity/testing';
import { createTestDatabase as createAuth } from '@codezest/db-auth/testing';
import { createTestDatabase as createLearning } from '@codezest/db-learning/testing';
import { createTestDatabase as createNotifications } from '@codezest/db-notifications/testing';
import { createTestDatabase as createPayments } from '@codezest/db-payments/testing';
import type { Benchmark, BenchmarkOptions, Report } from './benchmark.js';
import { median } from './measure.js';

type Service = (typeof SERVICES)[number];

/** One row through the package's client: that loads all that a service's first request needs. */
const FIRST_QUERY: Record<Service, string> = {
  auth: 'user',
  learning: 'programmingLanguage',
  payments: 'currency',
  notifications: 'notificationType',
  activity: 'userEngagement',
};
const CREATE = {
  auth: createAuth,
  learning: createLearning,
  payments: createPayments,
  notifications: createNotifications,
  activity: createActivity,
};

const FUNCTION_FIRST = '@codezest/db-auth, a function first';

interface Way {
  readonly name: string;
  readonly dependencies: Record<string, string>;
  readonly tarballs: Tarballs;
  readonly service: Service;
  /** CommonJS with `url`; ends with the first row. */
  readonly script: string;
}

/** Process start to first row and memory then, of an installation as a service has it, against bare pg and Drizzle. */
export const cold: Benchmark = {
  name: 'cold',
  summary: 'tarball, installation, start to first query and memory, against bare pg and Drizzle',

  async run(options) {
    const directory = await mkdtemp(join(tmpdir(), 'codezest-cold-'));
    try {
      return await measure(directory, options);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function measure(directory: string, { effort, progress }: BenchmarkOptions): Promise<Report> {
  progress('packing');
  const tarballs = await packAll(join(directory, 'tarballs'));
  const databases = new Map<
    Service,
    Awaited<ReturnType<typeof createAuth>> | { url: string; drop(): Promise<void> }
  >();
  for (const service of SERVICES) databases.set(service, await CREATE[service]());
  const ways = waysFrom(tarballs);
  const times = new Map<Way, { ms: number; rss: number }[]>(ways.map((way) => [way, []]));

  const sizes = new Map<Way, number>();
  for (const [at, way] of ways.entries()) {
    progress(`installing ${way.name}`);
    const folder = join(directory, String(at));
    await installPackages(folder, way.tarballs, way.dependencies);
    await writeFile(join(folder, 'first-query.cjs'), programOf(way));
    sizes.set(way, await sizeOf(join(folder, 'node_modules')));
  }
  // In turns, so that a busy moment of the machine meets all; the first round warms the file cache.
  for (let round = 0; round <= effort * 5; round += 1) {
    for (const [at, way] of ways.entries()) {
      progress(`round ${round} of ${effort * 5}: ${way.name}`);
      const url = databases.get(way.service)?.url ?? '';
      const { stdout } = await run(process.execPath, ['first-query.cjs', url], {
        cwd: join(directory, String(at)),
      });
      if (round > 0) times.get(way)?.push(JSON.parse(stdout));
    }
  }
  const client = (await CREATE.auth()) as Awaited<ReturnType<typeof createAuth>>;
  const [server] = await client.client.$queryRaw<
    [{ version: string }]
  >`SELECT current_setting('server_version') AS version`;
  await client.drop();
  for (const database of databases.values()) await database.drop();

  const results = await Promise.all(
    ways.map(async (way) => {
      const runs = times.get(way) ?? [];
      const tarball = way.tarballs[`db-${way.service}`];
      return {
        name: way.name,
        tarball: tarball === undefined ? '' : kilobytes((await stat(tarball)).size),
        installed: (sizes.get(way) ?? 0) / 1e6,
        ms: median(runs.map(({ ms }) => ms)),
        rss: median(runs.map(({ rss }) => rss)) / 1e6,
      };
    }),
  );
  const of = (name: string) => results.find((result) => result.name === name);
  const slowest = Math.max(
    ...results.filter(({ name, tarball }) => tarball !== '' && name !== FUNCTION_FIRST).map(({ ms }) => ms),
  );
  return {
    server: `PostgreSQL ${server.version}`,
    tables: [
      {
        title: 'Cold start',
        columns: ['installed', 'tarball, kB', 'node_modules, MB', 'first row after, ms', 'RSS, MB'],
        rows: results.map(({ name, tarball, installed, ms, rss }) => [
          name,
          tarball,
          installed.toFixed(1),
          Math.round(ms),
          Math.round(rss),
        ]),
      },
    ],
    ratios: [
      { name: 'slowest package to bare pg, start', value: slowest / (of('pg')?.ms ?? Number.NaN) },
      {
        name: 'slowest package to Drizzle, start',
        value: slowest / (of('drizzle-orm, pg')?.ms ?? Number.NaN),
      },
      {
        name: 'db-auth to Drizzle, start, a function first',
        value: (of(FUNCTION_FIRST)?.ms ?? Number.NaN) / (of('drizzle-orm, pg')?.ms ?? Number.NaN),
        aim: { atMost: 1.2 },
      },
      {
        name: 'db-auth to bare pg, memory',
        value: (of('@codezest/db-auth')?.rss ?? 0) / (of('pg')?.rss ?? Number.NaN),
      },
    ],
  };
}

function waysFrom(tarballs: Tarballs): Way[] {
  const pg = { pg: versionOf('pg') };
  return [
    {
      name: 'pg',
      service: 'auth',
      tarballs: {},
      dependencies: pg,
      script: `const { Pool } = require('pg');
        const pool = new Pool({ connectionString: url });
        await pool.query('SELECT id, email, first_name FROM users LIMIT 1');
        end = () => pool.end();`,
    },
    {
      name: 'drizzle-orm, pg',
      service: 'auth',
      tarballs: {},
      dependencies: { ...pg, 'drizzle-orm': versionOf('drizzle-orm') },
      script: `const { Pool } = require('pg');
        const { drizzle } = require('drizzle-orm/node-postgres');
        const { pgTable, uuid, varchar } = require('drizzle-orm/pg-core');
        const users = pgTable('users', { id: uuid('id'), email: varchar('email'), firstName: varchar('first_name') });
        const pool = new Pool({ connectionString: url });
        await drizzle(pool).select().from(users).limit(1);
        end = () => pool.end();`,
    },
    ...SERVICES.map((service) => ({
      name: `@codezest/db-${service}`,
      service,
      tarballs: pick(tarballs, ['db-types', `db-${service}`]),
      dependencies: {},
      script: `const { createClient } = require('@codezest/db-${service}');
        const client = createClient({ url });
        await client.${FIRST_QUERY[service]}.findFirst();
        end = () => client.$disconnect();`,
    })),
    // Functions of ours never load Prisma's query compiler.
    {
      name: FUNCTION_FIRST,
      service: 'auth',
      tarballs: pick(tarballs, ['db-types', 'db-auth']),
      dependencies: {},
      script: `const { authenticateSession, createClient } = require('@codezest/db-auth');
        const client = createClient({ url });
        await authenticateSession(client, 'a token');
        end = () => client.$disconnect();`,
    },
  ];
}

/** `performance.now()` counts from the start of the process: loading is part of it. */
function programOf({ script }: Way): string {
  return `(async (url) => {
    let end;
    ${script}
    console.log(JSON.stringify({ ms: performance.now(), rss: process.memoryUsage.rss() }));
    await end();
  })(process.argv[2]);\n`;
}

function pick(tarballs: Tarballs, names: string[]): Tarballs {
  return Object.fromEntries(names.map((name) => [name, tarballs[name] as string]));
}

/** What this repository tests with is what is measured. */
function versionOf(name: string): string {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function kilobytes(bytes: number): string {
  return (bytes / 1_000).toFixed(0);
}
