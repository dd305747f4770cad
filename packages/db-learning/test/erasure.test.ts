import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeErasure } from '@codezest/constraint-tests';
import { runSeed } from '@codezest/db-core/seed';
import { ROUNDS, race } from '@codezest/db-core/testing';
import type { EventId, UserId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, type PrismaClient } from '../src/client.js';
import { eraseUser, exportUser } from '../src/erasure.js';
import { personalData } from '../src/personal-data.js';
import { roles } from '../src/roles.js';
import { seed } from '../src/seed/index.js';
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
  people: { table: 'material_progress', column: 'user_id' },
  // Something is told, and nobody has delivered it.
  prepare: `INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
    VALUES (rules.new_event_id(), 'learning.test', '1', 1, 'test.told', jsonb_build_object('userId', $1::uuid))`,
  insert: `INSERT INTO learner_stats (id, user_id) VALUES (gen_random_uuid(), $1)`,
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
