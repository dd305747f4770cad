import { type EnumGuard, guardOf } from './guard.js';

/** Where a subscription stands. ACTIVE, TRIALING, PAST_DUE and PAUSED are live: a user has at most one such. */
export const SubscriptionStatus = {
  ACTIVE: 'ACTIVE',
  TRIALING: 'TRIALING',
  /** A payment failed and is being tried again. */
  PAST_DUE: 'PAST_DUE',
  PAUSED: 'PAUSED',
  /** Ended by the user or by us; terminal. */
  CANCELED: 'CANCELED',
  /** Ran out without renewal; terminal. */
  EXPIRED: 'EXPIRED',
} as const;
export type SubscriptionStatus = (typeof SubscriptionStatus)[keyof typeof SubscriptionStatus];

export const isSubscriptionStatus: EnumGuard<SubscriptionStatus> =
  /* @__PURE__ */ guardOf(SubscriptionStatus);
