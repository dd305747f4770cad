import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Scratch } from '../migrations/scratch.js';
import { bundleCommandLine, type CommandLine, createScratchPackage } from './command-line.js';

let cli: CommandLine;
let scratch: Scratch;
let role: string;
beforeAll(async () => {
  cli = await bundleCommandLine();
});
afterAll(() => cli.remove());
beforeEach(async () => {
  scratch = await createScratchPackage();
  scratch.write('20260101000000_first', 'CREATE TABLE people (id uuid PRIMARY KEY, username text NOT NULL);');
  role = new URL(scratch.url).pathname.slice(1);
});
afterEach(async () => {
  await scratch.query(`DROP OWNED BY ${role}`).catch(() => undefined);
  await scratch.query(`DROP ROLE IF EXISTS ${role}`);
  await scratch.drop();
});

interface Report {
  healthy: boolean;
  findings: { check: string; result: string; finding: string; remedy?: string }[];
}

/** Examined as a service's role, while the migrator's URL stays the one that may do anything. */
async function asService(parameters = '', ...flags: string[]) {
  await scratch.query(`CREATE ROLE ${role} LOGIN PASSWORD 'hunter2'`);
  const url = new URL(`${scratch.url}${parameters}`);
  url.username = role;
  url.password = 'hunter2';
  const environment = { AUTH_DATABASE_URL: url.href, AUTH_MIGRATE_DATABASE_URL: scratch.url };
  return {
    grant: (sql: string) => scratch.query(`GRANT ${sql} TO ${role}`),
    async examine() {
      const { code, stdout, stderr } = await cli.run(scratch, ['doctor', '--json', ...flags], environment);
      expect(stdout + stderr).not.toContain('hunter2');
      const report = JSON.parse(stdout) as Report;
      return { code, report, of: (check: string) => report.findings.find((found) => found.check === check) };
    },
  };
}

test('a database as it should be has no finding but the rights of a developer', async () => {
  await cli.run(scratch, ['migrate']);

  const { code, stdout } = await cli.run(scratch, ['doctor']);

  expect(code).toBe(0);
  expect(stdout).toMatch(
    /✔ server .*\n.*✔ migrations .*1 applied, none pending\n[\s\S]*! rights .*superuser/,
  );
  expect(stdout).toContain('Nothing is broken.');
});

test('a role that may do all that the service does is no finding at all', async () => {
  await cli.run(scratch, ['migrate']);
  const service = await asService();
  await service.grant('SELECT, INSERT, UPDATE, DELETE ON people');
  await service.grant('SELECT ON _prisma_migrations');
  const database = new URL(scratch.url).pathname.slice(1);
  await service.grant(`CONNECT ON DATABASE ${database}`);
  await scratch.query(`REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`);

  const { code, report } = await service.examine();

  // How old the server's zone data is depends on the machine.
  expect(report.findings.filter(({ check, result }) => result !== 'ok' && check !== 'zone data')).toEqual([]);
  expect(code).toBe(0);
});

test('a database that every role of the server may enter is named, with what closes it', async () => {
  await cli.run(scratch, ['migrate']);
  const service = await asService();

  const { of } = await service.examine();

  expect(of('access')).toMatchObject({
    result: 'warning',
    remedy: expect.stringContaining('REVOKE CONNECT'),
  });
});

test('a right that is missing is named, and leaves 1', async () => {
  await cli.run(scratch, ['migrate']);
  const service = await asService();
  await service.grant('SELECT, INSERT, DELETE ON people');
  await service.grant('SELECT ON _prisma_migrations');

  const { code, report, of } = await service.examine();

  expect(of('rights')).toMatchObject({ result: 'problem', finding: `${role} lacks UPDATE on people` });
  expect(of('rights')?.remedy).toContain('codezest-db-auth roles --apply');
  expect(report.healthy).toBe(false);
  expect(code).toBe(1);
});

test('what only a migration mends leaves 2, as status does', async () => {
  const { code, stdout } = await cli.run(scratch, ['doctor']);

  expect(stdout).toMatch(/✖ migrations .*1 pending[\s\S]*mend: codezest-db-auth migrate/);
  expect(code).toBe(2);
});

test('behind a pooler the role must bring the timeouts, and the ALTER ROLE is printed; sessions are in UTC all the same', async () => {
  await cli.run(scratch, ['migrate']);
  await scratch.query(`ALTER DATABASE ${role} SET TimeZone = 'Asia/Kolkata'`);
  const service = await asService('?pgbouncer=true');
  await service.grant('ALL ON people');

  const { of } = await service.examine();

  expect(of('time zone')).toMatchObject({ result: 'ok', finding: 'UTC' });
  expect(of('timeouts')).toMatchObject({ result: 'warning' });
  expect(of('timeouts')?.remedy).toContain(`ALTER ROLE ${role} SET statement_timeout = '15s';`);
});

test('more processes than connections is a problem, with the pool that would fit', async () => {
  await cli.run(scratch, ['migrate']);
  const service = await asService('', '--processes', '4');
  await scratch.query(`ALTER ROLE ${role} CONNECTION LIMIT 20`);
  await service.grant('ALL ON people');

  expect((await service.examine()).of('connections')).toMatchObject({
    result: 'problem',
    remedy: expect.stringContaining('?connection_limit=4 '),
  });
});

test('no URL, no server and no database leave 5', async () => {
  const codeFor = async (url: string) =>
    (await cli.run(scratch, ['doctor'], { AUTH_DATABASE_URL: url })).code;

  expect(await codeFor('')).toBe(5);
  expect(await codeFor('postgresql://u:p@127.0.0.1:1/auth')).toBe(5);
  expect(await codeFor(new URL('/does_not_exist', scratch.url).href)).toBe(5);
});

test('studio names the variable and never its value', async () => {
  const { code, stdout } = await cli.run(scratch, ['studio']);

  expect(stdout).toMatch(/^npx prisma@\S+ studio --url "\$AUTH_DATABASE_URL"\n$/);
  expect(code).toBe(0);
});

test('what becomes worse by itself is told: months, indexes, sequences, each with its mend', async () => {
  scratch.write(
    '20260102000000_upkeep',
    `CREATE TABLE events (id int, at timestamptz NOT NULL) PARTITION BY RANGE (at);
     CREATE TABLE events_old PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
     CREATE TABLE counted (id int GENERATED BY DEFAULT AS IDENTITY);
     CREATE TABLE large (n int); CREATE INDEX large_n_idx ON large (n);`,
  );
  await cli.run(scratch, ['migrate']);
  // A sequence of integers by its column alone.
  await scratch.query("ALTER SEQUENCE counted_id_seq AS bigint; SELECT setval('counted_id_seq', 2000000000)");
  await scratch.query('INSERT INTO large SELECT generate_series(1, 450000)');
  await scratch.query('DELETE FROM large WHERE n % 20 <> 0');
  await scratch.query('VACUUM ANALYZE large');
  const service = await asService();
  await service.grant('SELECT ON _prisma_migrations');

  const { of } = await service.examine();

  expect(of('months')).toMatchObject({
    result: 'problem',
    remedy: expect.stringContaining('partitions run'),
  });
  expect(of('indexes')).toMatchObject({
    result: 'warning',
    finding: expect.stringContaining('public.large_n_idx'),
    remedy: expect.stringContaining('REINDEX INDEX CONCURRENTLY public.large_n_idx;'),
  });
  expect(of('transactions')).toMatchObject({ result: 'ok' });
  // Another's role learns of the numbers that it may use.
  expect(of('sequences')).toMatchObject({ result: 'ok' });
  await service.grant('USAGE ON SEQUENCE counted_id_seq');
  await scratch.query('REINDEX INDEX CONCURRENTLY public.large_n_idx');
  const after = JSON.parse((await cli.run(scratch, ['doctor', '--json'])).stdout) as Report;
  const now = (check: string) => after.findings.find((found) => found.check === check);
  expect(now('indexes')).toMatchObject({ result: 'ok' });
  expect(now('sequences')).toMatchObject({
    result: 'problem',
    finding: expect.stringContaining('counted_id_seq'),
  });
});

test('an index that an interrupted migration left invalid is named', async () => {
  scratch.write('20260102000000_twice', 'CREATE TABLE twice (n int);');
  await cli.run(scratch, ['migrate']);
  await scratch.query('INSERT INTO twice VALUES (1), (1)');
  await scratch.query('CREATE UNIQUE INDEX CONCURRENTLY twice_n_key ON twice (n)').catch(() => undefined);

  const { findings } = JSON.parse((await cli.run(scratch, ['doctor', '--json'])).stdout) as Report;

  expect(findings.find(({ check }) => check === 'indexes')).toMatchObject({
    result: 'problem',
    finding: expect.stringContaining('twice_n_key'),
  });
});
