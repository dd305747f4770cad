import type { CrossServiceReference } from './reference.js';

// The law wants the papers of a payment kept for years, also against a wish to be forgotten (GDPR art. 17(3)(b)).
const payments = {
  service: 'payments',
  store: 'postgresql',
  refersTo: 'auth.user',
  column: 'user_id',
  onDelete: 'anonymize',
} as const;

/** Users in the columns of db-payments: all of a person's rows change their id in one statement. */
export const paymentsReferences: readonly CrossServiceReference[] = [
  { ...payments, table: 'subscriptions', reason: 'Says what its invoices were for.' },
  { ...payments, table: 'invoices', reason: 'Must be kept, and its number leaves no gap.' },
  { ...payments, table: 'transactions', reason: 'Must be kept, and the sums must stay what they were.' },
  { ...payments, table: 'payment_methods', reason: 'Transactions point at it.' },
  {
    ...payments,
    table: 'coupon_redemptions',
    reason: 'Explains a discount, and counts against the coupon’s limit.',
  },
];
