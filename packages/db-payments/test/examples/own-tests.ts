import { createTestDatabase, factories } from '../../src/testing.js';

export async function inATest(): Promise<{ invoices: number; subscriptions: number }> {
  const { client, drop } = await createTestDatabase(); // in beforeAll
  try {
    const make = factories(client);
    const { id: subscriptionId, userId } = await make.subscription();
    await make.invoice({ subscriptionId, userId });
    await make.invoice(); // and the subscription that it needs
    return {
      invoices: await client.invoice.count(),
      subscriptions: await client.subscription.count(),
    };
  } finally {
    await drop(); // in afterAll
  }
}
