import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startThrowawayServer, type ThrowawayServer } from '@codezest/local-databases/throwaway-server';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Scratch } from '../migrations/scratch.js';
import { bundleCommandLine, type CommandLine, createScratchPackage } from './command-line.js';

/** Debian's, which have the server beside the client programs: pg_dump refuses servers that are newer than itself. */
const PROGRAMS = ['/usr/lib/postgresql']
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((version) => join(folder, version)))
  .find((folder) =>
    ['initdb', 'postgres', 'pg_dump', 'pg_restore'].every((each) => existsSync(join(folder, 'bin', each))),
  );
const notRun = PROGRAMS === undefined ? ' (not run: no PostgreSQL with pg_dump in /usr/lib/postgresql)' : '';

describe.skipIf(PROGRAMS === undefined)(`backup and restore${notRun}`, () => {
  let server: ThrowawayServer;
  let cli: CommandLine;
  let scratch: Scratch;
  let folder: string;
  let file: string;
  beforeAll(async () => {
    server = await startThrowawayServer({ programs: PROGRAMS ?? '' });
    cli = await bundleCommandLine();
    scratch = await createScratchPackage();
    await query(server.url, 'CREATE ROLE app; CREATE ROLE reader; CREATE ROLE outsider LOGIN');
  });
  afterAll(async () => {
    await cli?.remove();
    await scratch?.drop();
    await server?.stop();
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'backup-'));
    file = join(folder, 'auth.dump');
    await query(server.url, 'CREATE DATABASE original');
    await query(server.url, 'CREATE DATABASE copy');
    await query(
      urlOf('original'),
      `CREATE SCHEMA rules;
       CREATE TABLE people (id int PRIMARY KEY, name text, at timestamptz, bytes bytea, amount numeric, tags jsonb);
       INSERT INTO people SELECT n, E'Name\\n' || n, now(), decode('00ff', 'hex'), n / 3.0, '{"a": null}' FROM generate_series(1, 500) n;
       CREATE TABLE events (id int, at date NOT NULL) PARTITION BY RANGE (at);
       CREATE TABLE events_default PARTITION OF events DEFAULT; INSERT INTO events VALUES (1, '2026-01-01');
       CREATE FUNCTION rules.one() RETURNS int LANGUAGE sql RETURN 1; REVOKE ALL ON FUNCTION rules.one() FROM PUBLIC;
       GRANT SELECT, INSERT ON people TO app; GRANT SELECT (id, name) ON people TO reader; GRANT USAGE ON SCHEMA rules TO app;
       ALTER TABLE events OWNER TO app`,
    );
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await query(server.url, 'DROP DATABASE original');
    await query(server.url, 'DROP DATABASE copy');
  });

  const urlOf = (database: string, user = 'postgres') => {
    const url = new URL(server.url);
    url.pathname = `/${database}`;
    url.username = user;
    return url.href;
  };
  const run = (command: string[], database: string, environment: Record<string, string> = {}) =>
    cli.run(scratch, command, {
      AUTH_DATABASE_URL: urlOf(database),
      PATH: `${PROGRAMS}/bin:${process.env.PATH}`,
      ...environment,
    });
  const backUp = (environment?: Record<string, string>) =>
    run(['backup', '--file', file], 'original', environment);
  const restore = (...flags: string[]) => run(['restore', '--file', file, ...flags], 'copy');

  test('a copy has every row, value, owner and right, and is proven to have them', async () => {
    expect(await backUp()).toMatchObject({ code: 0, stdout: expect.stringContaining('2 tables, 501 rows') });
    const { code, stdout } = await restore('--verify', '--json');

    // Every role may enter a new database: that is left to do.
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 2,
      tables: 2,
      rows: 501,
      verified: true,
      open: true,
    });
    expect(
      await query(urlOf('copy'), "SELECT has_column_privilege('reader', 'people', 'name', 'SELECT') AS may"),
    ).toEqual([{ may: true }]);
  });

  test('the files hold the rows for their owner alone, the description none, and no password is on a command line', async () => {
    const { stdout, stderr } = await backUp();

    expect([file, `${file}.json`].map((each) => statSync(each).mode & 0o777)).toEqual([0o600, 0o600]);
    const { password } = new URL(server.url);
    for (const text of [readFileSync(`${file}.json`, 'utf8'), stdout, stderr])
      expect(text).not.toContain(password);
    expect(readFileSync(`${file}.json`, 'utf8')).not.toContain('Name');
    expect(readdirSync(folder).sort()).toEqual(['auth.dump', 'auth.dump.json']);
  });

  test.each([
    ['a row that is gone', 'DELETE FROM people WHERE id = 7', /people has 499 rows instead of 500/],
    ['a value', "UPDATE people SET name = 'X' WHERE id = 7", /people has other values/],
    [
      'a right that is gone',
      'REVOKE SELECT ON people FROM app',
      /lost: table public.people of postgres: SELECT to app/,
    ],
    [
      'a right too many',
      'GRANT DELETE ON people TO reader',
      /added: table public.people of postgres: DELETE to reader/,
    ],
    ['an owner', 'ALTER TABLE events OWNER TO postgres', /lost: table public.events of app/],
  ])('%s is noticed', async (_what, change, said) => {
    await backUp();
    // As if the dump had lost it: the description stays that of the original.
    const description = readFileSync(`${file}.json`, 'utf8');
    for (const each of [file, `${file}.json`]) rmSync(each);
    await query(urlOf('original'), change);
    await backUp();
    writeFileSync(`${file}.json`, description);

    const { code, stderr } = await restore('--verify');

    expect([code, stderr]).toEqual([1, expect.stringMatching(said)]);
  });

  test('what would lose rows or rights is refused, and nothing is left behind', async () => {
    await query(
      urlOf('original'),
      'ALTER TABLE people ENABLE ROW LEVEL SECURITY; ALTER TABLE people OWNER TO app; ALTER TABLE people FORCE ROW LEVEL SECURITY',
    );
    await query(server.url, "ALTER ROLE outsider PASSWORD 'x'; GRANT app TO outsider");
    const url = new URL(urlOf('original', 'outsider'));
    url.password = 'x';
    const refused = await backUp({ AUTH_DATABASE_URL: url.href });
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/does not see all rows of .*people/),
    ]);
    expect(readdirSync(folder)).toEqual([]);

    await backUp();
    const twice = await backUp();
    expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining('is there already')]);

    const description = JSON.parse(readFileSync(`${file}.json`, 'utf8'));
    description.proof.roles.push('gone');
    writeFileSync(`${file}.json`, JSON.stringify(description));
    expect((await restore()).stderr).toMatch(/no role gone/);
    expect(await query(urlOf('copy'), "SELECT FROM pg_class WHERE relname = 'people'")).toEqual([]);

    await query(urlOf('copy'), 'CREATE TABLE mine (n int)');
    expect((await restore()).stderr).toMatch(/not empty/);
  });

  test('without the programs, or with a backup of another service, it says what is missing', async () => {
    expect((await backUp({ PATH: folder })).stderr).toMatch(/pg_dump is not installed. Install/);
    await backUp();
    writeFileSync(`${file}.json`, JSON.stringify({ service: 'learning' }));
    expect((await restore()).stderr).toMatch(/backup of learning. Use codezest-db-learning/);
    rmSync(`${file}.json`);
    expect((await restore()).stderr).toMatch(/cannot be read/);
  });
});

async function query(url: string, sql: string): Promise<object[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const result: unknown = await client.query(sql);
    return Array.isArray(result) ? [] : (result as { rows: object[] }).rows;
  } finally {
    await client.end();
  }
}
