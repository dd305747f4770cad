import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { MigrationError } from '../../src/migrations/index.js';
import { createTestDatabase } from '../../src/testing/index.js';

const serverUrl = process.env.TEST_DATABASE_URL ?? '';
/** The server may be one that keeps what earlier runs left: names of this run's own. */
const run = randomBytes(3).toString('hex');
let migrationsDirectory: string;

beforeAll(() => {
  migrationsDirectory = mkdtempSync(join(tmpdir(), 'codezest-migrations-'));
  migration('20260101000000_first', 'CREATE TABLE languages (name text)');
});
afterAll(async () => {
  rmSync(migrationsDirectory, { recursive: true });
  for (const name of await databases(`codezest_%_${run}_%`)) {
    await query(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
  }
});
afterEach(() => vi.unstubAllEnvs());

describe('a test database', () => {
  it('is migrated, of its own, and gone after drop', async () => {
    const [one, other] = await Promise.all([create(), create()]);

    await query(one.url, `INSERT INTO languages VALUES ('TypeScript')`);
    const rows = await Promise.all([one, other].map(({ url }) => query(url, 'SELECT name FROM languages')));
    await one.drop();
    await one.drop();
    await other.drop();

    expect(rows).toEqual([[{ name: 'TypeScript' }], []]);
    expect(await databases(`codezest_test_example_${run}_%`)).toEqual([]);
  });

  it('is dropped while somebody is connected', async () => {
    const { url, drop } = await create();
    const client = new Client({ connectionString: url });
    const cut = new Promise((resolve) => client.on('error', resolve));
    await client.connect();

    await drop();

    await expect(cut).resolves.toMatchObject({ code: '57P01' });
  });

  it('counts its migrations as applied, as the runner and Prisma see it', async () => {
    const { url, drop } = await create();

    const rows = await query(
      url,
      'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL',
    );

    expect(rows).toEqual([{ migration_name: '20260101000000_first' }]);
    await drop();
  });

  it('follows its files: another migration is another template', async () => {
    const before = await templates('example');
    migration('20260102000000_second', 'CREATE TABLE modules ()');

    const { url, drop } = await create();

    expect(await query(url, `SELECT to_regclass('modules')::text AS modules`)).toEqual([
      { modules: 'modules' },
    ]);
    expect(await templates('example')).toHaveLength(before.length + 1);
    await drop();
  });
});

describe('many at once', () => {
  it('16 databases of 4 processes come from one template', async () => {
    const workers = Array.from({ length: 4 }, () => worker('worker', migrationsDirectory, 4));
    const urls = (await Promise.all(workers.map(said))).flat();

    expect(new Set(urls).size).toBe(16);
    expect(await templates('worker')).toHaveLength(1);
    for (const url of urls) {
      expect(await query(url, `SELECT to_regclass('languages') IS NOT NULL AS migrated`)).toEqual([
        { migrated: true },
      ]);
    }
    await Promise.all(workers.map(ended));
  });

  it('those of processes that ended are swept by the next', async () => {
    expect((await databases(`codezest_test_worker_${run}_%`)).length).toBeGreaterThan(0);

    const next = worker('worker', migrationsDirectory, 1);
    const [url = ''] = await said(next);

    expect(await databases(`codezest_test_worker_${run}_%`)).toEqual([new URL(url).pathname.slice(1)]);
    await ended(next);
  });
});

describe('a template', () => {
  it('that fails to migrate does not come to be, and does when the file is mended', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'codezest-migrations-'));
    const options = { service: `broken_${run}`, migrationsDirectory: folder };
    migration('20260101000000_first', 'CREATE TABLE (', folder);

    await expect(createTestDatabase(options)).rejects.toBeInstanceOf(MigrationError);
    const after = await templates('broken');
    migration('20260101000000_first', 'CREATE TABLE mended ()', folder);
    const { url, drop } = await createTestDatabase(options);

    expect(after.filter((name) => !name.endsWith('_draft'))).toEqual([]);
    expect(await query(url, `SELECT to_regclass('mended')::text AS mended`)).toEqual([{ mended: 'mended' }]);
    await drop();
    rmSync(folder, { recursive: true });
  });

  it('whose builder was killed half-way is built again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'codezest-migrations-'));
    migration('20260101000000_slow', 'SELECT pg_sleep(0.5); CREATE TABLE languages ();', folder);
    const builder = worker('killed', folder, 1);
    while ((await templates('killed')).every((name) => !name.endsWith('_draft'))) await pause();
    builder.kill('SIGKILL');

    const { url, drop } = await createTestDatabase({ service: `killed_${run}`, migrationsDirectory: folder });

    expect(await query(url, 'SELECT FROM languages')).toEqual([]);
    await drop();
    rmSync(folder, { recursive: true });
  });

  it('of files that are a week old goes when a new one is made', async () => {
    const [old] = await templates('example');
    await query(serverUrl, `COMMENT ON DATABASE ${old} IS '2026-01-01T00:00:00Z'`);
    migration('20260103000000_third', 'CREATE TABLE quizzes ()');

    const { drop } = await create();

    expect(await templates('example')).not.toContain(old);
    await drop();
  });
});

describe('a server that will not do', () => {
  it('does not answer: the error names it without its password', async () => {
    vi.stubEnv('TEST_DATABASE_URL', 'postgresql://someone:s3cret@127.0.0.1:1/postgres');

    await expect(create()).rejects.toMatchObject({
      name: 'TestDatabaseError',
      code: 'TEST_SERVER_UNREACHABLE',
      message: expect.stringMatching(/^(?!.*s3cret).*127\.0\.0\.1:1.*TEST_DATABASE_URL/),
    });
  });

  it('forbids databases: the error says which right is missing', async () => {
    const url = new URL(serverUrl);
    // PUBLIC may not connect any more where roles have been applied on this server.
    await query(
      serverUrl,
      `CREATE ROLE reader_${run} LOGIN PASSWORD 'reader';
       GRANT CONNECT ON DATABASE ${url.pathname.slice(1) || 'postgres'} TO reader_${run}`,
    );
    url.username = `reader_${run}`;
    url.password = 'reader';
    vi.stubEnv('TEST_DATABASE_URL', url.href);

    await expect(create()).rejects.toMatchObject({
      code: 'TEST_SERVER_FORBIDS_DATABASES',
      message: expect.stringContaining('CREATEDB'),
    });
    await query(serverUrl, `DROP OWNED BY reader_${run}; DROP ROLE reader_${run}`);
  });

  it('has a template that another role made: this one makes its own', async () => {
    const first = await create();
    const url = new URL(serverUrl);
    await query(serverUrl, `CREATE ROLE maker_${run} LOGIN CREATEDB PASSWORD 'maker'`);
    url.username = `maker_${run}`;
    url.password = 'maker';
    vi.stubEnv('TEST_DATABASE_URL', url.href);

    const second = await create();

    expect(second.name).not.toBe(first.name);
    await second.drop();
    await first.drop();
    vi.unstubAllEnvs();
    const made = await query(
      serverUrl,
      `SELECT datname AS name FROM pg_database WHERE datdba = 'maker_${run}'::regrole`,
    );
    expect(made).toHaveLength(1);
    await query(serverUrl, `DROP DATABASE ${made[0]?.name}`);
    await query(serverUrl, `DROP OWNED BY maker_${run}; DROP ROLE maker_${run}`);
  });
});

it('without TEST_DATABASE_URL a throw-away server is started, one for the whole process', async () => {
  vi.stubEnv('TEST_DATABASE_URL', '');

  const [one, other] = await Promise.all([create(), create()]);

  const [port, otherPort] = [one, other].map(({ url }) => new URL(url).port);
  expect(port).toBe(otherPort);
  expect(port).not.toBe(new URL(serverUrl).port);
  await one.drop();
  await other.drop();
});

function create() {
  return createTestDatabase({ service: `example_${run}`, migrationsDirectory });
}

function migration(name: string, sql: string, folder = migrationsDirectory): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'migration.sql'), sql);
}

function worker(service: string, folder: string, count: number): ChildProcessWithoutNullStreams {
  const args = [
    '--import',
    'tsx',
    join(__dirname, 'clone-worker.ts'),
    `${service}_${run}`,
    folder,
    String(count),
  ];
  return spawn(process.execPath, args);
}

async function said(child: ChildProcessWithoutNullStreams): Promise<string[]> {
  child.stderr.pipe(process.stderr);
  const [line] = await once(child.stdout, 'data');
  return JSON.parse(String(line)) as string[];
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<void> {
  child.stdin.end();
  await once(child, 'close');
}

function templates(service: string): Promise<string[]> {
  return databases(`codezest_template_${service}_${run}_%`);
}

async function databases(pattern: string): Promise<string[]> {
  const rows = await query(
    serverUrl,
    `SELECT datname AS name FROM pg_database WHERE datname LIKE '${pattern}' ORDER BY 1`,
  );
  return rows.map(({ name }) => String(name));
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
