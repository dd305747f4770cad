import { createTestDatabase, factories } from '../../src/testing.js';

export async function inATest(): Promise<{ activities: number; users: number }> {
  const { client, drop } = await createTestDatabase(); // in beforeAll
  try {
    const make = factories(client);
    const { userId } = await make.userActivity({ type: 'QUIZ_COMPLETED' });
    await make.userActivity({ userId });
    await make.userActivity(); // of another user
    return {
      activities: await client.userActivity.count(),
      users: (await client.userActivity.groupBy({ by: ['userId'] })).length,
    };
  } finally {
    await drop(); // in afterAll
  }
}
