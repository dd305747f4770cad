import type { RoleDefinition } from '@codezest/db-core/roles';

/** What the roles of the payments database may not do. */
export const roles: RoleDefinition = {
  service: 'payments',
  // A redemption's user alone may change, when a person is erased.
  appendOnly: [],
  // Money is voided, refunded, canceled: what happened stays. Lines leave a draft, so they may be deleted; rules keep
  // those of issued invoices.
  neverDeleted: [
    'coupon_redemptions',
    'coupons',
    'disputes',
    'invoice_counters',
    'invoices',
    'refunds',
    'stripe_events',
    'subscriptions',
    'transactions',
  ],
  // Every stored amount is read through its currency's exponent.
  // Tombstones are the owner's to write: whoever could write them could shut a user out.
  referenceData: ['currencies', 'erased_users'],
  secretColumns: [],
  inbox: [],
};
