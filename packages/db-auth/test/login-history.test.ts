import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LoginHistory, listLoginHistory, type PrismaClient } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newAccount, refusal } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function tried(times: number) {
  const { user } = await newAccount(client);
  const rows = Array.from({ length: times }, () => ({ userId: user.id, success: false }));
  await client.loginHistory.createMany({ data: rows });
  return user.id;
}

test('listLoginHistory lists page by page, latest first, and nothing of others', async () => {
  const userId = await tried(7);
  await tried(1);
  const pages: LoginHistory[][] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await listLoginHistory(client, userId, { limit: 3, cursor });
    pages.push(page.items);
    cursor = page.nextCursor;
  }

  const all = await client.loginHistory.findMany({
    where: { userId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
  expect(pages.flat()).toEqual(all);
  expect(await refusal(listLoginHistory(client, userId, { limit: 0 }))).toBe('PAGE_INVALID');
});
