import { describeStateMachines } from '@codezest/constraint-tests';
import { afterAll, beforeAll } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/testing.js';
import { invoices } from './models/invoice.js';
import { disputes, refunds } from './models/refund.js';
import { subscriptions } from './models/subscription.js';
import { transactions } from './models/transaction.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

describeStateMachines({
  database: () => database,
  machines: [subscriptions, invoices, transactions, refunds, disputes],
});
