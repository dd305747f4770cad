import { type Seed, untoldEvents } from '@codezest/db-core/seed';
import { seedCoupons } from './coupons.js';
import { issueInvoices, seedDrafts, settleInvoices } from './invoices.js';
import { seedPaymentMethods } from './payment-methods.js';
import { seedStripeEvents } from './stripe-events.js';
import { seedSubscriptions } from './subscriptions.js';
import { seedRedemptions, seedRefunds, seedTransactions } from './transactions.js';

/** The shared cast as customers: what they subscribed to over the months, were billed and paid. Written under all rules of the database. */
export const seed: Seed = {
  steps: [
    { name: 'coupons', run: seedCoupons },
    { name: 'subscriptions', run: seedSubscriptions },
    { name: 'payment methods', run: seedPaymentMethods },
    { name: 'invoices', run: seedDrafts },
    { name: 'invoice numbers', commit: 'batch', run: issueInvoices },
    { name: 'invoice settlement', commit: 'batch', run: settleInvoices },
    { name: 'transactions', commit: 'batch', run: seedTransactions },
    { name: 'refunds', commit: 'batch', run: seedRefunds },
    { name: 'coupon redemptions', commit: 'batch', run: seedRedemptions },
    { name: 'Stripe events', commit: 'batch', run: seedStripeEvents },
    untoldEvents,
  ],
};
