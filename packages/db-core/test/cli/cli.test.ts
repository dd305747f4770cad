import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Scratch } from '../migrations/scratch.js';
import { bundleCommandLine, type CommandLine, createScratchPackage } from './command-line.js';

const first = '20260101000000_first';
const second = '20260102000000_second';

let cli: CommandLine;
let scratch: Scratch;
beforeAll(async () => {
  cli = await bundleCommandLine();
});
afterAll(() => cli.remove());
beforeEach(async () => {
  scratch = await createScratchPackage();
  scratch.write(first, 'CREATE TABLE people (id uuid PRIMARY KEY, username text NOT NULL);');
});
afterEach(() => scratch.drop());

test('help names the commands, the variables and the exit codes, without a database', async () => {
  const program = await cli.run(scratch, ['--help'], { AUTH_DATABASE_URL: '' });
  expect(program.code).toBe(0);
  expect(program.stdout).toContain('AUTH_MIGRATE_DATABASE_URL');
  expect(program.stdout).toContain('Exit codes');
  const commands = [...program.stdout.matchAll(/^ {2}([a-z]+)(?: \[| <| {2})/gm)].map(
    ([, name]) => name ?? '',
  );
  expect(commands).toEqual(
    expect.arrayContaining([
      'migrate',
      'status',
      'resolve',
      'baseline',
      'backfill',
      'wait',
      'seed',
      'doctor',
      'studio',
    ]),
  );

  const helps = await Promise.all(
    commands.map(async (command) => ({ command, help: await cli.run(scratch, [command, '--help']) })),
  );
  for (const { command, help } of helps) {
    expect(help.code, command).toBe(0);
    expect(help.stdout, command).toMatch(
      /--json[\s\S]*Examples:\n {2}[^\n]*codezest-db-auth[\s\S]*Exit codes:/,
    );
  }
});

test('a wrong word is answered with the right one, on stderr', async () => {
  const { code, stdout, stderr } = await cli.run(scratch, ['migrat']);

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('Did you mean migrate?');
  const json = await cli.run(scratch, ['resolve', '--json']);
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toEqual({
    error: { code: 'USAGE', message: 'name one migration, by --applied or by --rolled-back' },
  });
});

test('status leaves 2 before and 0 after migrate, and both speak JSON', async () => {
  const before = await cli.run(scratch, ['status']);
  expect(before.code).toBe(2);
  expect(before.stdout).toContain(`○ ${first}  pending`);

  const migrated = await cli.run(scratch, ['migrate', '--json']);
  expect(migrated.code).toBe(0);
  expect(JSON.parse(migrated.stdout)).toMatchObject({ service: 'auth', applied: [first], alreadyApplied: 0 });

  const after = await cli.run(scratch, ['status', '--json']);
  expect(after.code).toBe(0);
  expect(JSON.parse(after.stdout)).toMatchObject({
    upToDate: true,
    version: '1.2.3',
    applied: [{ name: first }],
  });
});

test('status leaves 4 for a changed file and for a failed attempt', async () => {
  await cli.run(scratch, ['migrate']);
  scratch.write(second, 'SELECT 1/0;');
  const failed = await cli.run(scratch, ['migrate']);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(
    /✖ Migration 20260102000000_second failed at statement 1 of 1, line 1:\n {4}SELECT 1\/0\n {2}ERROR: division by zero \(SQLSTATE 22012\)\n\n {2}Next: Nothing of this file was applied\./,
  );
  expect(failed.stderr).not.toMatch(/ at .*\.js:\d+/);
  expect((await cli.run(scratch, ['status'])).code).toBe(4);

  scratch.remove(second);
  scratch.write(first, 'SELECT 2;');
  const changed = await cli.run(scratch, ['status']);
  expect(changed.code).toBe(4);
  expect(changed.stdout).toContain('changed after it was applied');
  expect((await cli.run(scratch, ['migrate'])).code).toBe(4);
});

test('no URL, no server and no database leave 5 and say which; passwords stay out', async () => {
  const none = await cli.run(scratch, ['migrate'], { AUTH_DATABASE_URL: '' });
  expect(none.code).toBe(5);
  expect(none.stderr).toContain('AUTH_MIGRATE_DATABASE_URL or AUTH_DATABASE_URL or DATABASE_URL');

  const refused = 'postgresql://somebody:hunter2@localhost:1/codezest_auth?password=hunter3';
  const noServer = await cli.run(scratch, ['migrate', '--wait', '0'], { AUTH_MIGRATE_DATABASE_URL: refused });
  expect(noServer.code).toBe(5);
  expect(noServer.stderr).toContain('postgresql://localhost:1/codezest_auth');
  expect(noServer.stdout + noServer.stderr).not.toMatch(/hunter|somebody/);

  const url = new URL(scratch.url);
  url.pathname = '/does_not_exist';
  const json = await cli.run(scratch, ['migrate', '--json'], { AUTH_DATABASE_URL: url.toString() });
  expect(json.code).toBe(5);
  expect(JSON.parse(json.stdout)).toMatchObject({
    error: { code: 'DATABASE_UNREACHABLE', sqlState: '3D000' },
  });
});

test('a held lock leaves 3 and names the holder', async () => {
  const holder = await scratch.client();
  await holder.query('SELECT pg_advisory_lock(72707369)');

  const { code, stderr } = await cli.run(scratch, ['migrate', '--lock-timeout', '0.3']);

  expect(code).toBe(3);
  expect(stderr).toMatch(/pid \d+, a test/);
});

test('a dry run says what would run and changes nothing', async () => {
  const dry = await cli.run(scratch, ['migrate', '--dry-run']);
  expect(dry.code).toBe(0);
  expect(dry.stdout).toContain('CREATE TABLE people');
  expect(dry.stdout).toContain('1 migration would run. Nothing was changed.');

  const sql = await cli.run(scratch, ['migrate', '--dry-run', '--sql']);
  expect(sql.stdout).toBe(
    `-- ${first}: 1 statement, in one transaction\nCREATE TABLE people (id uuid PRIMARY KEY, username text NOT NULL);\n`,
  );
  expect(await scratch.query('SELECT 1 FROM pg_class WHERE relnamespace = $$public$$::regnamespace')).toEqual(
    [],
  );
});

test('resolve and baseline record decisions', async () => {
  const neither = await cli.run(scratch, ['resolve']);
  expect(neither.code).toBe(1);
  expect(neither.stderr).toContain('name one migration');

  await scratch.query('CREATE TABLE people (id uuid PRIMARY KEY, username text NOT NULL)');
  const adopted = await cli.run(scratch, ['baseline', first, '--json']);
  expect(adopted.code).toBe(0);
  expect(JSON.parse(adopted.stdout)).toMatchObject({ service: 'auth', recorded: [first] });
  expect((await cli.run(scratch, ['migrate'])).stdout).toContain('Up to date: 1 migration');
  await scratch.query('UPDATE _prisma_migrations SET finished_at = NULL');
  const resolved = await cli.run(scratch, ['resolve', '--applied', first, '--json']);
  expect(JSON.parse(resolved.stdout)).toMatchObject({ migration: first, recorded: 'applied' });
});

test('studio is a command to copy, for machines too', async () => {
  const studio = await cli.run(scratch, ['studio']);
  const json = await cli.run(scratch, ['studio', '--json']);

  expect(JSON.parse(json.stdout)).toMatchObject({
    variable: 'AUTH_DATABASE_URL',
    command: studio.stdout.trim(),
  });
});

test('seed waits for migrations, writes once, and repeats itself without a row', async () => {
  const early = await cli.run(scratch, ['seed']);
  expect(early.code).toBe(2);
  expect(early.stderr).toContain('codezest-db-auth migrate');

  await cli.run(scratch, ['migrate']);
  const seeded = await cli.run(scratch, ['seed', '--json']);
  expect(JSON.parse(seeded.stdout)).toMatchObject({ size: 'small', tables: { people: 60 }, rows: 60 });
  const again = await cli.run(scratch, ['seed']);
  expect(again.stdout).toContain('nothing new');
});

test('seed keeps out of production', async () => {
  const refusals: [Record<string, string>, string][] = [
    [{ NODE_ENV: 'production' }, 'NODE_ENV says production'],
    [{ CODEZEST_ENV: 'production' }, 'CODEZEST_ENV says production'],
    [{ AUTH_DATABASE_URL: 'postgresql://u:p@localhost/auth_prod' }, 'is called production'],
    [{ AUTH_DATABASE_URL: 'postgresql://u:p@db.internal/auth' }, '--allow-remote'],
  ];
  for (const [env, reason] of refusals) {
    const { code, stderr } = await cli.run(scratch, ['seed'], env);
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
  }
});

test('a pipe gets no colours, and neither does who asks for none', async () => {
  const forced = await cli.run(scratch, ['status'], { FORCE_COLOR: '1' });
  expect(forced.stdout).toContain('\u001b[');

  const quiet: Record<string, string>[] = [{}, { CI: '1' }, { NO_COLOR: '1', FORCE_COLOR: '1' }];
  for (const env of quiet) {
    expect((await cli.run(scratch, ['status'], env)).stdout).not.toContain('\u001b[');
  }
});
