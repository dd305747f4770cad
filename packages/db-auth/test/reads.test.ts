import { refusedReads } from '@codezest/constraint-tests';
import { expect, test, vi } from 'vitest';
import { createTestDatabase } from './database.js';

// What only reads shares a connection with other callers and may be sent twice, so it must be what it says.
const statements = vi.hoisted(() => new Map<string, string>());
vi.mock('@codezest/db-core', async (original) => {
  const core = await original<typeof import('@codezest/db-core')>();
  const read: typeof core.read = (name, text) => {
    statements.set(name, text);
    return core.read(name, text);
  };
  return { ...core, read };
});

test('statements that are said to read write nothing and lock no row', async () => {
  const database = await createTestDatabase();

  expect(statements.size).toBeGreaterThan(1);
  expect(await refusedReads(database.url, statements)).toEqual([]);

  await database.drop();
});
