import type { ServiceImport } from '../../engine/step.js';
import { invoices } from './invoices.js';
import { paymentMethods } from './payment-methods.js';
import { subscriptions } from './subscriptions.js';
import { transactions } from './transactions.js';

export const payments: ServiceImport = {
  service: 'payments',
  steps: async () => [subscriptions, paymentMethods, invoices, transactions],
};
