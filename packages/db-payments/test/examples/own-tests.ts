import { createTestDatabase } from '../../src/testing.js';

export async function inATest(): Promise<number> {
  const database = await createTestDatabase();
  try {
    return await database.client.subscription.count();
  } finally {
    await database.drop();
  }
}
