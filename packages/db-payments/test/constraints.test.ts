import { describeConstraints, receivedEventCases } from '@codezest/constraint-tests';
import { afterAll, beforeAll } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/testing.js';
import { coupons } from './constraints/coupons.js';
import { currencies } from './constraints/currencies.js';
import { erasure } from './constraints/erasure.js';
import { eventEffects, events } from './constraints/events.js';
import { exactlyOnce } from './constraints/exactly-once.js';
import { invoiceDocuments } from './constraints/invoice-documents.js';
import { invoiceLineEffects, invoiceLines } from './constraints/invoice-lines.js';
import { invoiceNumbers } from './constraints/invoice-numbers.js';
import { invoiceEffects, invoices } from './constraints/invoices.js';
import { paymentMethods } from './constraints/payment-methods.js';
import { prices } from './constraints/prices.js';
import { disputes, refunds, stripeObjects } from './constraints/refunds.js';
import { subscriptions } from './constraints/subscriptions.js';
import { subscriptionEffects, subscriptionsToCome } from './constraints/subscriptions-to-come.js';
import { transactions } from './constraints/transactions.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

describeConstraints({
  database: () => database,
  cases: [
    ...receivedEventCases,
    ...currencies,
    ...prices,
    ...subscriptions,
    ...subscriptionsToCome,
    ...invoices,
    ...invoiceNumbers,
    ...invoiceDocuments,
    ...invoiceLines,
    ...paymentMethods,
    ...transactions,
    ...refunds,
    ...disputes,
    ...stripeObjects,
    ...coupons,
    ...exactlyOnce,
    ...erasure,
    ...events,
  ],
  effects: [...subscriptionEffects, ...invoiceEffects, ...invoiceLineEffects, ...eventEffects],
});
