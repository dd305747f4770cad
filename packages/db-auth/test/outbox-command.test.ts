import { join } from 'node:path';
import { withClient } from '@codezest/constraint-tests';
import { executeCli } from '@codezest/db-core/cli';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { roles } from '../src/roles.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newAccount } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await newAccount(database.client);
});
afterAll(() => database?.drop());

async function command(...argv: string[]) {
  let out = '';
  const code = await executeCli(
    { service: 'auth', package: join(import.meta.dirname, '..'), roles },
    {
      argv,
      env: { AUTH_DATABASE_URL: database.owner.url },
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (out += text) },
    },
  );
  return { code, out };
}

it('shows what is open for each service, and tries the dead again', async () => {
  const state = JSON.parse((await command('outbox', '--json')).out);
  expect(state.consumers).toContainEqual(
    expect.objectContaining({ consumer: 'notifications', open: 1, dead: 0, oldest: expect.any(String) }),
  );

  await database.owner.client.outboxDelivery.updateMany({
    where: { consumer: 'notifications' },
    data: { deadAt: new Date(), reason: 'The inbox did not answer.' },
  });
  expect((await command('outbox')).out).toMatch(/notifications +open 0, dead 1/);
  expect((await command('doctor')).out).toMatch(/dead events for notifications \(1\)/);
  expect((await command('outbox', '--redrive', 'notifications')).out).toMatch(/^1 are tried again/);
});

it('prints a publication that Debezium reads, and doctor sees where it lacks the table', async () => {
  const { out } = await command('outbox', '--publication');
  // A role belongs to the server: another test's shall not meet it.
  const role = `reader_of_${database.name}`;
  const sql = out.replaceAll('auth_outbox_reader', role);
  await withClient(database.owner.url, async (owner) => {
    try {
      await owner.query(sql);
      await owner.query(sql);
      const { rows } = await owner.query(
        'SELECT pubinsert, pubupdate, pubdelete, pubtruncate FROM pg_publication',
      );
      expect(rows).toEqual([{ pubinsert: true, pubupdate: false, pubdelete: false, pubtruncate: false }]);
      expect((await command('doctor')).out).toMatch(/no slot reads it/);
      await owner.query('ALTER PUBLICATION codezest_outbox DROP TABLE outbox');
      expect((await command('doctor')).out).toMatch(/lacks the table outbox/);
    } finally {
      await owner.query(
        `DROP PUBLICATION IF EXISTS codezest_outbox; DROP OWNED BY "${role}"; DROP ROLE "${role}"`,
      );
    }
  });
});
