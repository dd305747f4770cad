import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  backfill,
  backfillStatus,
  migrate,
  migrationStatus,
  pauseBackfill,
  planMigrations,
  resolveMigration,
  systemClock,
} from '../../src/migrations/index.js';
import { bundleCommandLine, type CommandLine, createScratchPackage } from '../cli/command-line.js';
import type { Scratch } from '../migrations/scratch.js';

const table = '20260101000000_table';
const fill = '20260102000000_fill';
const rows = 2_000;

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
    `CREATE TABLE a (id int PRIMARY KEY, old int, new int, touched int NOT NULL DEFAULT 0);
     INSERT INTO a (id, old) SELECT g, g FROM generate_series(1, ${rows}) g;`,
  );
  writeFileSync(
    join(scratch.directory, `${fill}.data.sql`),
    `-- batch: 100
-- pause: 5
WITH batch AS (
  SELECT id FROM a WHERE id > coalesce($1::int, 0) AND new IS NULL ORDER BY id LIMIT $2 FOR UPDATE
), changed AS (
  UPDATE a SET new = old, touched = touched + 1 FROM batch WHERE a.id = batch.id
)
SELECT max(id)::text AS cursor, count(*) AS rows FROM batch`,
  );
  await migrate(scratch.options());
});
afterEach(() => scratch.drop());

const hurried = { ...systemClock, sleep: () => Promise.resolve() };
const done = (): Promise<unknown[]> =>
  scratch.query('SELECT count(*)::int AS rows, sum(touched)::int AS touched FROM a WHERE new = old');

test('migrate leaves a backfill that nothing waits for to its own command', async () => {
  expect(await backfillStatus(scratch.options())).toEqual([
    { name: fill, state: 'pending', rows: 0, cursor: null },
  ]);

  expect(await backfill(scratch.options({ clock: hurried }))).toEqual([fill]);
  expect(await backfill(scratch.options())).toEqual([]);

  expect(await done()).toEqual([{ rows, touched: rows }]);
  expect(await backfillStatus(scratch.options())).toMatchObject([{ state: 'finished', rows }]);
});

test('what an older release writes behind the cursor of the last pass is found before it says that it is done', async () => {
  // Walks over all rows, so that a pass without work has many batches.
  writeFileSync(
    join(scratch.directory, `${fill}.data.sql`),
    `-- batch: 500
WITH batch AS (SELECT id, new FROM a WHERE id > coalesce($1::int, 0) ORDER BY id LIMIT $2 FOR UPDATE),
changed AS (UPDATE a SET new = old, touched = touched + 1 FROM batch WHERE a.id = batch.id AND batch.new IS NULL RETURNING 1)
SELECT max(id)::text AS cursor, (SELECT count(*) FROM changed) AS rows FROM batch`,
  );
  let written = 0;
  const clock = {
    ...hurried,
    // In the second pass, which finds nothing to do, a row appears that the pass has gone by.
    sleep: async () => {
      const [progress] = await backfillStatus(scratch.options());
      if (written > 0 || Number(progress?.rows) < rows || Number(progress?.cursor) < 1_000) return;
      const [left] = await scratch.query('SELECT count(*)::int AS left FROM a WHERE new IS NULL');
      if ((left as { left: number }).left > 0) return;
      written += 1;
      await scratch.query('UPDATE a SET new = NULL WHERE id = 1');
    },
  };

  await backfill(scratch.options({ clock }));

  expect(written).toBe(1);
  expect(await scratch.query('SELECT count(*)::int AS left FROM a WHERE new IS NULL')).toEqual([{ left: 0 }]);
});

test('killed in the middle, it continues where it was: every row once', async () => {
  const started = cli.start(scratch, ['backfill']);
  await progressBeyond(300);
  started.process.kill('SIGKILL');
  await started.finished;
  const [middle] = await backfillStatus(scratch.options());

  const { code, stdout } = await cli.run(scratch, ['backfill', '--json']);

  expect(middle).toMatchObject({ state: 'begun', cursor: String(middle?.rows) });
  expect(middle?.rows).toBeLessThan(rows);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ service: 'auth', finished: [fill] });
  expect(await done()).toEqual([{ rows, touched: rows }]);
});

test('a pause from anywhere ends it before the next batch, and only a resume lets it run', async () => {
  const clock = {
    ...hurried,
    sleep: async () => {
      await pauseBackfill({ ...scratch.options(), name: fill, paused: true });
    },
  };

  await expect(backfill(scratch.options({ clock }))).rejects.toMatchObject({ code: 'BACKFILL_PAUSED' });
  await expect(backfill(scratch.options())).rejects.toMatchObject({
    nextStep: `codezest-db-test backfill --resume ${fill}`,
  });
  expect(await backfillStatus(scratch.options())).toMatchObject([{ state: 'paused', rows: 100 }]);

  await pauseBackfill({ ...scratch.options(), name: fill, paused: false });
  expect(await backfill(scratch.options({ clock: hurried }))).toEqual([fill]);
});

test('it rests as long as a batch took, and at least the pause of its file', async () => {
  const pauses: number[] = [];
  let time = 0;

  await backfill(
    scratch.options({
      clock: {
        ...hurried,
        // Every look at the clock is 400 ms later than the one before.
        now: () => {
          time += 400;
          return time;
        },
        sleep: async (ms) => {
          pauses.push(ms);
        },
      },
    }),
  );

  const progress = scratch.events.filter(({ type }) => type === 'progress').map(({ message }) => message);
  expect(progress[0]).toMatch(new RegExp(`^${fill}: \\d+ rows, at \\d+$`));
  expect(pauses.length).toBeGreaterThan(rows / 100);
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(400);
});

test('a row that somebody holds is waited for and not passed by', async () => {
  const other = await scratch.client();
  await other.query('BEGIN; UPDATE a SET old = old WHERE id = 150');

  await backfill(
    scratch.options({
      clock: hurried,
      log: (event) => {
        scratch.events.push(event);
        if (event.type === 'retrying') void other.query('COMMIT');
      },
    }),
  );

  expect(scratch.events.map(({ type }) => type)).toContain('retrying');
  expect(await done()).toEqual([{ rows, touched: rows }]);
});

test('two jobs at once do every row once', async () => {
  await Promise.all([backfill(scratch.options()), backfill(scratch.options())]);

  expect(await done()).toEqual([{ rows, touched: rows }]);
});

test('migrate runs it before the migration behind it', async () => {
  scratch.write('20260103000000_contract', 'ALTER TABLE a DROP COLUMN old;');

  await migrate(scratch.options({ clock: hurried }));

  expect(await scratch.query('SELECT count(*)::int AS n FROM a WHERE new = id')).toEqual([{ n: rows }]);
  expect(await backfillStatus(scratch.options())).toMatchObject([{ state: 'finished' }]);
});

test('one that stands behind a migration which is not applied waits for it', async () => {
  scratch.write('20260101120000_before', 'ALTER TABLE a ADD COLUMN more int;');

  const { code, stderr } = await cli.run(scratch, ['backfill']);

  expect(code).toBe(2);
  expect(stderr).toContain(`${fill} stands behind 20260101120000_before, which is not applied`);
  expect(await done()).toEqual([{ rows: 0, touched: null }]);
});

test('a dry run names it where it runs, status says how far it is', async () => {
  expect(await planMigrations(scratch.options())).toEqual([]);
  scratch.write('20260103000000_contract', 'ALTER TABLE a DROP COLUMN old;');
  expect((await planMigrations(scratch.options())).map(({ name, mode }) => [name, mode])).toEqual([
    [fill, 'batches'],
    ['20260103000000_contract', 'transaction'],
  ]);
  const plan = await cli.run(scratch, ['migrate', '--dry-run']);
  const status = await cli.run(scratch, ['status']);
  const machines = await cli.run(scratch, ['backfill', '--status', '--json']);

  expect(machines.code).toBe(2);
  expect(JSON.parse(machines.stdout)).toMatchObject({
    backfills: [{ name: fill, state: 'pending', rows: 0 }],
  });
  expect(plan.stdout).toContain(`${fill}  1 statement, in batches`);
  expect(plan.stdout).toContain('1 migration and 1 backfill would run. Nothing was changed.');
  expect(status.stdout).toContain(`Backfill ${fill} is pending, 0 rows so far: codezest-db-auth backfill`);
  expect(await done()).toEqual([{ rows: 0, touched: null }]);
});

test('a role that may not read how far it is still learns where the migrations are', async () => {
  await backfill(scratch.options({ clock: hurried }));
  const role = `guest_${new URL(scratch.url).pathname.slice(1)}`;
  await scratch.query(
    `CREATE ROLE ${role} LOGIN PASSWORD 'guest'; GRANT SELECT ON _prisma_migrations TO ${role}`,
  );
  const url = new URL(scratch.url);
  [url.username, url.password] = [role, 'guest'];

  const status = await migrationStatus(scratch.options({ url: url.href }));

  await scratch.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  expect(status).toMatchObject({ upToDate: true, backfills: [] });
  expect(await migrationStatus(scratch.options())).toMatchObject({
    backfills: [{ state: 'finished', rows }],
  });
});

test('one that can never end is ended by a decision, and by another begun anew', async () => {
  const broken = `${fill}.data.sql`;
  writeFileSync(
    join(scratch.directory, broken),
    'WITH batch AS (SELECT id, 1 / (id - 150) AS x FROM a WHERE id > coalesce($1::int, 0) AND new IS NULL ORDER BY id LIMIT $2) ' +
      'SELECT max(id)::text AS cursor, count(x) AS rows FROM batch',
  );
  await expect(backfill(scratch.options({ clock: hurried }))).rejects.toMatchObject({
    sqlState: '22012',
    nextStep: expect.stringContaining(`resolve --applied ${fill}`),
  });

  await resolveMigration({ ...scratch.options(), name: fill, as: 'applied' });
  expect(await backfill(scratch.options())).toEqual([]);

  await resolveMigration({ ...scratch.options(), name: fill, as: 'rolled-back' });
  expect(await backfillStatus(scratch.options())).toMatchObject([{ state: 'begun', cursor: null }]);
});

test('who waits for another job says so', async () => {
  const holder = await scratch.client();
  await holder.query('SELECT pg_advisory_lock(72707370)');

  await backfill(
    scratch.options({
      clock: hurried,
      log: (event) => {
        scratch.events.push(event);
        if (event.type === 'waiting-for-lock') void holder.query('SELECT pg_advisory_unlock(72707370)');
      },
    }),
  );

  const waiting = scratch.events.find(({ type }) => type === 'waiting-for-lock');
  expect(waiting?.message).toMatch(/^waiting for another backfill \(pid \d+, a test/);
});

test('a file without a cursor is refused', async () => {
  writeFileSync(join(scratch.directory, `${fill}.data.sql`), 'UPDATE a SET new = old;');

  await expect(backfill(scratch.options())).rejects.toMatchObject({
    code: 'MIGRATION_FILES_INVALID',
    message: expect.stringContaining(fill),
  });
});

async function progressBeyond(amount: number): Promise<void> {
  for (;;) {
    const [state] = await backfillStatus(scratch.options());
    if (state && state.rows > amount) return;
    await systemClock.sleep(5);
  }
}
