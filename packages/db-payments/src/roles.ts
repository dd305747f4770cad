import type { RoleDefinition } from '@codezest/db-core/roles';

/** What the roles of the payments database may not do. */
export const roles: RoleDefinition = {
  service: 'payments',
  // A redemption's user alone may change, when a person is erased.
  // What was told is not taken back.
  appendOnly: ['outbox'],
  // Money is voided, refunded, canceled: what happened stays. Lines leave a draft, so they may be deleted; rules keep
  // those of issued invoices.
  neverDeleted: [
    'coupon_redemptions',
    'coupons',
    'disputes',
    'invoice_counters',
    'invoices',
    'prices',
    'refunds',
    'stripe_events',
    'subscriptions',
    'transactions',
  ],
  // Every stored amount is read through its currency's exponent.
  // Tombstones are the owner's to write: whoever could write them could shut a user out. So are whom events go to and who
  // has them.
  referenceData: ['currencies', 'erased_users', 'outbox_deliveries'],
  secretColumns: [],
  inbox: ['received_events'],
};
