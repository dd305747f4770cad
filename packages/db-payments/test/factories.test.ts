import { afterAll, beforeAll, expect, test } from 'vitest';
import { InvoiceStatus, Prisma } from '../src/index.js';
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

// A counter moves with the invoice that takes its number, and in no other way.
const models = Object.values(Prisma.ModelName)
  .filter((name) => name !== 'InvoiceCounter')
  .map((name) => (name.charAt(0).toLowerCase() + name.slice(1)) as keyof Factories);

test('every model has a factory', () => {
  expect(Object.keys(make).sort()).toEqual([...models].sort());
});

test.each(models)('%s: two rows that every rule accepts', async (model) => {
  await make[model]();
  await make[model]();

  const delegate = database.client[model] as unknown as { count(): Promise<number> };
  expect(await delegate.count()).toBeGreaterThanOrEqual(2);
});

test('a row that is made for another has its user and its currency', async () => {
  const subscription = await make.subscription();
  const invoice = await make.invoice({ subscriptionId: subscription.id });
  const method = await make.paymentMethod();
  const yen = await make.invoice({ currency: 'JPY' });

  const shared = { userId: subscription.userId, currency: invoice.currency };
  expect(invoice).toMatchObject({ subscriptionId: subscription.id, userId: subscription.userId });
  expect(await make.transaction({ invoiceId: invoice.id })).toMatchObject(shared);
  expect(await make.transaction({ invoiceId: yen.id })).toMatchObject({
    userId: yen.userId,
    currency: 'JPY',
  });
  expect(await make.transaction({ subscriptionId: subscription.id })).toMatchObject(shared);
  expect(await make.transaction({ paymentMethodId: method.id })).toMatchObject({ userId: method.userId });
  expect(await make.couponRedemption({ invoiceId: yen.id })).toMatchObject({
    userId: yen.userId,
    currency: 'JPY',
  });
});

test('an invoice in every state, and a further line of a draft', async () => {
  const issuedAt = new Date();
  for (const status of Object.values(InvoiceStatus)) {
    const invoice = await make.invoice({ status, ...(status === 'DRAFT' ? {} : { issuedAt }) });
    expect([invoice.status, invoice.invoiceNumber !== null]).toEqual([status, status !== 'DRAFT']);
  }
  const { id, subtotal, total } = await make.invoice();

  const line = await make.invoiceLine({ invoiceId: id, quantity: 2, amount: 500 });

  expect(line).toMatchObject({ position: 2, unitAmount: 250 });
  const after = await database.client.invoice.findUniqueOrThrow({ where: { id } });
  expect(after).toMatchObject({ subtotal: subtotal + 500, total: total + 500, linesAmount: subtotal + 500 });
});
