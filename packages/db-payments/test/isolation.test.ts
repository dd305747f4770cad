import { describeIsolation } from '@codezest/constraint-tests';
import { afterAll, beforeAll } from 'vitest';
import { type Client, type PrismaClient, transaction } from '../src/index.js';
import { racingDatabase } from './callers.js';
import type { TestDatabase } from './database.js';
import { exactlyOnceCases } from './isolation/exactly-once.js';
import { invoiceCases } from './isolation/invoices.js';
import { paymentCases } from './isolation/payments.js';
import { subscriptionCases } from './isolation/subscriptions.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase();
});
afterAll(() => database?.drop());

const own = () => database.client;

describeIsolation<Client>({
  client: own,
  transaction: (client, work, options) => transaction(client as PrismaClient, work, options),
  cases: { ...subscriptionCases(own), ...invoiceCases(own), ...paymentCases(own), ...exactlyOnceCases(own) },
});
