import { createTestDatabase, factories } from '../../src/testing.js';

export async function inATest(): Promise<{ notifications: number; types: number }> {
  const { client, drop } = await createTestDatabase(); // in beforeAll
  try {
    const make = factories(client);
    const type = await make.notificationType({ slug: 'assignment-graded' });
    await make.notification({ typeId: type.id });
    await make.notification(); // and the type that it needs
    return {
      notifications: await client.notification.count(),
      types: await client.notificationType.count(),
    };
  } finally {
    await drop(); // in afterAll
  }
}
