import { afterAll, beforeAll, expect, test } from 'vitest';
import { Prisma } from '../src/index.js';
import { type Factories, factories } from '../src/testing.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let database: TestDatabase;
let make: Factories;
beforeAll(async () => {
  database = await createTestDatabase();
  // Reference data and new months are not the service's to write.
  make = factories(database.owner.client);
});
afterAll(() => database.drop());

const models = Object.values(Prisma.ModelName).map(
  (name) => (name.charAt(0).toLowerCase() + name.slice(1)) as keyof Factories,
);

test('every model has a factory', () => {
  expect(Object.keys(make).sort()).toEqual([...models].sort());
});

test.each(models)('%s: two rows that every rule accepts', async (model) => {
  await make[model]();
  await make[model]();

  const delegate = database.client[model] as unknown as { count(): Promise<number> };
  expect(await delegate.count()).toBeGreaterThanOrEqual(2);
});
