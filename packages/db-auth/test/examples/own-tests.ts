import { createTestDatabase, factories } from '../../src/testing.js';

export async function inATest(): Promise<{ users: number; sessions: number }> {
  const { client, drop } = await createTestDatabase(); // in beforeAll
  try {
    const make = factories(client);
    const ada = await make.user({ firstName: 'Ada' });
    await make.session({ userId: ada.id });
    await make.session(); // and the user that it needs
    return { users: await client.user.count(), sessions: await client.session.count() };
  } finally {
    await drop(); // in afterAll
  }
}
