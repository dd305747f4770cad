import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeErasure } from '@codezest/constraint-tests';
import { runSeed } from '@codezest/db-core/seed';
import { ROUNDS, race } from '@codezest/db-core/testing';
import type { EventId, UserId } from '@codezest/db-types';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, type PrismaClient } from '../src/client.js';
import { eraseUser, exportUser } from '../src/erasure.js';
import { personalData } from '../src/personal-data.js';
import { roles } from '../src/roles.js';
import { seed } from '../src/seed/index.js';
import { draft, id, subscription } from './constraints/rows.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { copyFor, forget } from './examples/erasing.js';

let database: TestDatabase;
let owner: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  await runSeed({ url: database.owner.url, seed, size: 'small' });
  owner = createClient({ url: database.owner.url });
});

afterAll(async () => {
  await owner?.$disconnect();
  await database?.drop();
});

describeErasure({
  ownerUrl: () => database.owner.url,
  personalData,
  secretColumns: roles.secretColumns,
  eraseUser: ({ userId, requestId }, options) =>
    eraseUser(owner, { userId: userId as UserId, requestId: requestId as EventId }, options),
  exportUser: (userId, write) => exportUser(owner, userId as UserId, write),
  people: { table: 'invoices', column: 'user_id' },
  unchanged:
    'SELECT currency, sum(amount) AS amount, sum(refunded_amount) AS refunded FROM transactions GROUP BY 1 ORDER BY 1',
  // The provider has ended what it was still charging.
  prepare: `UPDATE subscriptions s SET status = 'CANCELED', valid_until = greatest(now(), s.started_at + interval '1 ms'),
    canceled_at = coalesce(s.canceled_at, greatest(now(), s.started_at + interval '1 ms'))
    WHERE user_id = $1 AND status NOT IN ('CANCELED', 'EXPIRED', 'INCOMPLETE_EXPIRED')`,
  insert: `INSERT INTO payment_methods (id, user_id, type) VALUES (gen_random_uuid(), $1, 'PAYPAL')`,
});

const newId = () => crypto.randomUUID();

it(`several erasures of one person report the same, ${ROUNDS} rounds`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const request = { userId: newId() as UserId, requestId: newId() as EventId };
    const { won, refused } = await race(() => eraseUser(owner, request), 4);

    expect(refused).toEqual({});
    expect(new Set(won.map((report) => JSON.stringify(report))).size).toBe(1);
  }
});

it('the example erases a person, and writes a copy first', async () => {
  const userId = newId() as UserId;
  const folder = mkdtempSync(join(tmpdir(), 'codezest-export-'));
  try {
    const path = join(folder, 'copy.json');
    await copyFor(owner, userId, path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ userId });
  } finally {
    rmSync(folder, { recursive: true });
  }
  const request = { requestId: newId() as EventId, userId, requestedAt: '', dueAt: '' };
  expect((await forget(owner, request)).tables).toEqual({});
});

it('an issued invoice loses who it was for with the person, and in no other way', async () => {
  const user = "'00000000-0000-7000-8000-000000000001'";
  const parties = { seller: '{"name": "CodeZest"}', buyer: '{"name": "Ada Lovelace"}' };
  const over = { status: 'CANCELED', valid_until: '2026-01-15Z', canceled_at: '2026-01-15Z' };
  const writer = new Client({ connectionString: database.owner.url });
  await writer.connect();
  // Several statements at once are one transaction: an invoice agrees with its lines at its end.
  const issued = `UPDATE invoices SET status = 'SENT', issued_at = now() WHERE id = '${id(1)}'`;
  await writer
    .query(subscription(over) + draft({ ...parties, due_at: null }) + issued)
    .finally(() => writer.end());

  await expect(
    owner.$executeRawUnsafe(`UPDATE invoices SET buyer = NULL WHERE user_id = ${user}`),
  ).rejects.toThrow('invoices_issued_immutable_rule');
  await eraseUser(owner, { userId: id(1) as UserId, requestId: newId() as EventId });

  const [left] = await owner.$queryRawUnsafe<object[]>(
    `SELECT seller, buyer, total FROM invoices WHERE id = '${id(1)}'`,
  );
  expect(left).toEqual({ seller: { name: 'CodeZest' }, buyer: null, total: expect.anything() });
});
