import { connect, createClient, expectedMigration, readinessCheck } from '@codezest/db-learning';
import { createTestDatabase, type TestDatabase } from '@codezest/db-learning/testing';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

let database: TestDatabase;
let admin: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  admin = new Client({ connectionString: database.url });
  await admin.connect();
  // A cold client's first query can take longer than a check may.
  await connect(database.client);
  await admin.query('CREATE TABLE history AS TABLE _prisma_migrations');
});
afterEach(async () => {
  await admin.query('DROP TABLE IF EXISTS _prisma_migrations');
  await admin.query('CREATE TABLE _prisma_migrations AS TABLE history');
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const NEWER = '29991231235959_newer';
const check = () => readinessCheck(database.client);

test('a database that has the newest migration is ready, and it is named', async () => {
  expect(await check()).toMatchObject({ ready: true, healthy: true, migration: expectedMigration });
});

test('a database that a newer release has migrated is ready', async () => {
  await admin.query(
    `INSERT INTO _prisma_migrations (id, migration_name, finished_at) VALUES ('1', '${NEWER}', now())`,
  );

  expect(await check()).toMatchObject({ ready: true, migration: NEWER });
});

test.each([
  ['not begun', `DELETE FROM _prisma_migrations WHERE migration_name = '${expectedMigration}'`],
  [
    'not finished',
    `UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '${expectedMigration}'`,
  ],
  [
    'taken back',
    `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '${expectedMigration}'`,
  ],
])('a database whose migration is %s is healthy and not ready', async (_how, sql) => {
  await admin.query(sql);

  const { ready, healthy, migration, problem } = await check();

  expect({ ready, healthy }).toEqual({ ready: false, healthy: true });
  expect(migration).not.toBe(expectedMigration);
  expect(problem).toContain(expectedMigration);
});

test("another service's database, whose migrations have the same names, is not ready", async () => {
  await admin.query(
    `UPDATE _prisma_migrations SET checksum = '${'0'.repeat(64)}' WHERE migration_name = '${expectedMigration}'`,
  );

  expect(await check()).toMatchObject({
    ready: false,
    healthy: true,
    problem: expect.stringContaining('another service'),
  });
});

test('a database that was never migrated is not ready', async () => {
  await admin.query('DROP TABLE _prisma_migrations');

  expect(await check()).toMatchObject({
    ready: false,
    healthy: true,
    problem: expect.stringMatching(/not got/),
  });
});

test('a history that cannot be read in time is not ready, and the answer comes in time', async () => {
  await admin.query('BEGIN');
  await admin.query('LOCK TABLE _prisma_migrations');
  const started = performance.now();

  const readiness = await readinessCheck(database.client, { timeoutMs: 300 });

  expect(readiness).toMatchObject({
    ready: false,
    healthy: true,
    problem: expect.stringContaining('no answer'),
  });
  expect(performance.now() - started).toBeLessThan(10_000);
  await admin.query('ROLLBACK');
});

test('a server that is not there is neither healthy nor ready', async () => {
  const dead = createClient({ url: 'postgresql://someone:s3cret@127.0.0.1:1/nowhere' });

  const readiness = await readinessCheck(dead);

  expect(readiness).toMatchObject({ ready: false, healthy: false });
  expect(JSON.stringify(readiness)).not.toMatch(/s3cret|someone/);
});
