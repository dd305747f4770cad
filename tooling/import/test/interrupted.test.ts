import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { uuidOf } from '../src/engine/ids.js';
import { verify } from '../src/verify/verify.js';
import { startCommand } from './command.js';
import { createOldDatabase, type OldDatabase } from './old-schema/old-database.js';
import { authTarget, keys, type TargetDatabase } from './targets.js';

let old: OldDatabase;
let target: TargetDatabase;

beforeAll(async () => {
  old = await createOldDatabase(2_000);
  target = await authTarget();
});
afterAll(async () => {
  await target.drop();
  await old.drop();
});

const run = () => startCommand(['run', '--service', 'auth', '--json'], old.url, [target]);

const progressOf = async (step: string) => {
  const [progress] = await target.query<{ key: string[] | null; horizon: bigint | null }>(
    'SELECT last_key AS key, horizon FROM codezest_import.steps WHERE step = $1',
    step,
  );
  return progress;
};

it('a run that is killed within a table goes on behind its last batch', async () => {
  // Whoever comes to this row waits for our transaction.
  const { rows } = await old.client.query(
    'SELECT id FROM "auth.login_history" ORDER BY id OFFSET 6000 LIMIT 1',
  );
  const [user] = (
    await old.client.query('SELECT "userId" AS id FROM "auth.login_history" WHERE id = $1', [rows[0].id])
  ).rows;
  const blocker = new Client({ connectionString: target.url });
  blocker.on('error', () => undefined);
  await blocker.connect();
  // The row that it refers to is not there yet, and this session checks no foreign keys.
  await blocker.query('SET session_replication_role = replica');
  await blocker.query('BEGIN');
  await blocker.query('INSERT INTO login_history (id, user_id, success) VALUES ($1, $2, true)', [
    uuidOf('auth.login_history', rows[0].id),
    uuidOf('auth.users', user.id),
  ]);

  const first = run();
  const { rows: own } = await blocker.query('SELECT pg_backend_pid() AS pid');
  for (;;) {
    const waiting = await target.query(
      `SELECT 1 FROM pg_stat_activity WHERE $1::int = ANY (pg_blocking_pids(pid))`,
      own[0].pid,
    );
    if (waiting.length > 0) break;
    if (first.process.exitCode !== null) throw new Error(`it ended by itself: ${(await first.ended).stderr}`);
    await sleep(20);
  }
  const before = await progressOf('login_history');
  first.process.kill('SIGKILL');
  expect((await first.ended).signal).toBe('SIGKILL');
  await blocker.query('ROLLBACK');
  await blocker.end();

  expect(before?.horizon).not.toBeNull();
  expect(before?.key).toEqual([expect.any(String)]);
  const { code, stdout, stderr } = await run().ended;
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const [report] = JSON.parse(stdout);
  const step = report.steps.find((each: { step: string }) => each.step === 'login_history');
  expect(step.read).toBeLessThan(4 * 2_000);
  expect(step.read).toBeGreaterThan(0);
  const { services, isEqual } = await verify({ sourceUrl: old.url, targets: [target], keys });
  expect(services[0]?.tables.find(({ table }) => table === 'login_history')?.stored).toBe(8_000);
  expect(isEqual).toBe(true);
});

it('kills at any moment beside a writer lose nothing and double nothing', async () => {
  let writing = true;
  const writer = (async () => {
    for (let n = 0; writing; n += 1) {
      await old.client.query(
        `UPDATE "auth.users" SET "firstName" = 'Renamed' || $1, "updatedAt" = now() WHERE "email" LIKE 'user' || ($1 % 90) || '%'`,
        [n],
      );
      await old.client.query(
        `INSERT INTO "auth.sessions" ("id", "userId", "token", "expiresAt")
         SELECT gen_random_uuid(), id, 'new-' || $1, now() + interval '20 days' FROM "auth.users" WHERE "deletedAt" IS NULL
         ORDER BY md5(id || $1) LIMIT 3`.replace("'new-' || $1", "'new-' || $1 || id"),
        [String(n)],
      );
      await sleep(5);
    }
  })();
  for (let kill = 0; kill < 4; kill += 1) {
    const command = run();
    await sleep(800 + Math.random() * 1_500);
    command.process.kill('SIGKILL');
    await command.ended;
  }
  writing = false;
  await writer;

  const { code, stderr } = await run().ended;
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const { isEqual, services } = await verify({ sourceUrl: old.url, targets: [target], keys });
  expect(services.flatMap(({ tables }) => tables).filter(({ different }) => different > 0)).toEqual([]);
  expect(isEqual).toBe(true);
});
