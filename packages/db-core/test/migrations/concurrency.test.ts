import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrate, migrationStatus } from '../../src/migrations/index.js';
import { bundleCommandLine, type CommandLine, createScratchPackage } from '../cli/command-line.js';
import type { Scratch } from './scratch.js';

const table = '20260101000000_table';
const slow = '20260102000000_slow';
const index = '20260103000000_index';
const last = '20260104000000_last';

let cli: CommandLine;
let scratch: Scratch;
beforeAll(async () => {
  cli = await bundleCommandLine();
});
afterAll(() => cli.remove());
beforeEach(async () => {
  scratch = await createScratchPackage();
  scratch.write(
    table,
    'CREATE TABLE a (id int PRIMARY KEY, name text);\nINSERT INTO a SELECT g FROM generate_series(1, 1000) g;',
  );
  scratch.write(slow, 'CREATE TABLE b (id int);\nSELECT pg_sleep(0.3);\nALTER TABLE b ADD COLUMN x int;');
  scratch.write(index, 'CREATE INDEX CONCURRENTLY a_name_idx ON a (name);');
  scratch.write(last, 'CREATE TABLE c (id int);');
});
afterEach(() => scratch.drop());

async function expectEverythingOnce(): Promise<void> {
  const rows = await scratch.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY started_at',
  );
  expect(rows.map((row) => row.name)).toEqual([table, slow, index, last]);
  expect(await migrationStatus(scratch.options())).toMatchObject({ upToDate: true, failed: [] });
  expect(
    await scratch.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_name_idx'::regclass"),
  ).toEqual([{ indisvalid: true }]);
}

test('eight migrators at once: each migration once, a concurrent index among them, nobody fails', async () => {
  const runs = await Promise.all(Array.from({ length: 8 }, () => cli.run(scratch, ['migrate'])));

  expect(runs.map((run) => run.code)).toEqual(Array(8).fill(0));
  expect(runs.map((run) => run.stderr).join('')).not.toContain('ERROR');
  expect(await scratch.query('SELECT migration_name FROM _prisma_migrations')).toHaveLength(4);
  await expectEverythingOnce();
});

test('killed at any moment: the next run finishes without a hand', async () => {
  for (const moment of [/a test is never here/, /sleep/, /INDEX/]) {
    const started = cli.start(scratch, ['migrate']);
    await Promise.race([waitForQuery(moment, 600), started.finished]);
    started.process.kill('SIGKILL');
    await started.finished;
  }

  const { code, stderr } = await cli.run(scratch, ['migrate']);

  expect({
    code,
    stderr: stderr.replace(/^.*(?:left nothing behind|waiting for another).*\n/gm, ''),
  }).toEqual({
    code: 0,
    stderr: '',
  });
  await expectEverythingOnce();
});

test('killed in the middle of a file: the server rolls back, frees the lock, and status says what happened', async () => {
  scratch.write(slow, 'CREATE TABLE b (id int);\nSELECT pg_sleep(60);');
  const started = cli.start(scratch, ['migrate']);
  await waitForQuery(/pg_sleep\(60\)/, 10_000);
  expect((await migrationStatus(scratch.options())).running).toContain('auth-migrate@1.2.3');

  started.process.kill('SIGKILL');
  await started.finished;
  scratch.write(slow, 'CREATE TABLE b (id int);');
  const result = await migrate(scratch.options({ service: 'auth' }));

  expect(result.applied).toEqual([slow, index, last]);
  expect(scratch.events.find((event) => event.type === 'recovered')?.message).toContain('was interrupted');
  await expectEverythingOnce();
});

test('a half-built index of an interrupted attempt is dropped and built again', async () => {
  await migrate(scratch.options());
  await scratch.query(`UPDATE _prisma_migrations SET finished_at = NULL, logs = 'codezest-migrate concurrent: test'
    WHERE migration_name = '${index}'`);
  await scratch.query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'a_name_idx'::regclass");

  const result = await migrate(scratch.options({ allowOutOfOrder: true }));

  expect(result.applied).toEqual([index]);
  expect(scratch.events.map((event) => event.message)).toContain('dropped the half-built index a_name_idx');
  expect(await migrationStatus(scratch.options())).toMatchObject({ upToDate: true });
});

test('a unique index that rows contradict leaves nothing behind once it is built', async () => {
  scratch.write(index, 'CREATE UNIQUE INDEX CONCURRENTLY a_name_idx ON a (name);');
  scratch.remove(last);
  scratch.write('20260102500000_rows', "UPDATE a SET name = 'one' WHERE id < 3;");

  await expect(migrate(scratch.options())).rejects.toMatchObject({ migration: index, sqlState: '23505' });
  expect(
    await scratch.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_name_idx'::regclass"),
  ).toEqual([{ indisvalid: false }]);
  await scratch.query("UPDATE a SET name = 'two' WHERE id = 2");
  expect(await migrate(scratch.options())).toMatchObject({ applied: [index] });

  expect(scratch.events.map((event) => event.message)).toContain('dropped the half-built index a_name_idx');
  expect(
    await scratch.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_name_idx'::regclass"),
  ).toEqual([{ indisvalid: true }]);
});

test('an index that was finished when its process died is recorded, not built twice', async () => {
  await migrate(scratch.options());
  await scratch.query(`UPDATE _prisma_migrations SET finished_at = NULL, logs = 'codezest-migrate concurrent: test'
    WHERE migration_name = '${index}'`);

  await migrate(scratch.options({ allowOutOfOrder: true }));

  expect(scratch.events.map((event) => event.message)).toContain(`${index} had finished; recorded it`);
  await expectEverythingOnce();
});

async function waitForQuery(pattern: RegExp, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    const rows = await scratch.query<{ query: string }>(
      "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()",
    );
    if (rows.some((row) => pattern.test(row.query))) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
