import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executeCli } from '@codezest/db-core/cli';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personalData } from '../src/personal-data.js';
import { roles } from '../src/roles.js';
import { factories } from '../src/testing.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'codezest-erasure-'));

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database?.drop();
});

async function cli(...argv: string[]) {
  let out = '';
  const code = await executeCli(
    { service: 'notifications', package: join(import.meta.dirname, '..'), personalData, roles },
    {
      argv,
      env: { NOTIFICATIONS_DATABASE_URL: database.owner.url },
      stdout: { write: (text) => (out += text) },
      stderr: { write: () => undefined },
    },
  );
  return { code, out };
}

test('a person is exported and erased, and erased again after a restore', async () => {
  const owner = database.owner.client;
  const userId = crypto.randomUUID() as UserId;
  const requestId = crypto.randomUUID();
  const write = () => factories(owner).notification({ userId });
  await write();

  const exported = await cli('export', '--user', userId);
  const erased = await cli('erase', '--user', userId, '--request', requestId, '--json');
  const list = await cli('tombstones');

  expect(JSON.parse(exported.out).tables.notifications).toHaveLength(1);
  expect(JSON.parse(erased.out)).toMatchObject({ requestId, tables: { notifications: 1 } });
  expect(list.out).toMatch(new RegExp(`^[0-9a-f]{64} ${requestId}\n$`));

  // What an older backup contains: the person, and no tombstone.
  await owner.$executeRawUnsafe('DELETE FROM erased_users');
  const file = join(folder, 'erased.txt');
  writeFileSync(file, list.out);
  await owner.notification.create({
    data: { userId, title: 'T', message: 'M', typeId: (await owner.notificationType.findFirstOrThrow()).id },
  });
  const again = await cli('erase', '--tombstones', file);

  expect([exported, erased, list, again].map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(again.out).toContain('Erased: 1 person');
  expect(await owner.notification.count({ where: { userId } })).toBe(0);
});

test('half a choice of whom to erase and a file that is no list are refused', async () => {
  const file = join(folder, 'other.txt');
  writeFileSync(file, 'ada\n');

  expect((await cli('erase', '--user', crypto.randomUUID())).code).not.toBe(0);
  expect((await cli('erase', '--tombstones', file, '--json')).out).toContain('TOMBSTONES_INVALID');
});
