import { type EnumGuard, guardOf } from './guard.js';

/** Where a subscription stands. ACTIVE, TRIALING, PAST_DUE and PAUSED are live: a user has at most one such. */
export const SubscriptionStatus = {
  ACTIVE: 'ACTIVE',
  TRIALING: 'TRIALING',
  /** A payment failed and is being tried again. */
  PAST_DUE: 'PAST_DUE',
  PAUSED: 'PAUSED',
  /** The tries are over, and nobody ended it: a payment makes it ACTIVE again. It entitles to nothing. */
  UNPAID: 'UNPAID',
  /** Its first payment has not come yet. It entitles to nothing. */
  INCOMPLETE: 'INCOMPLETE',
  /** Its first payment never came; terminal. */
  INCOMPLETE_EXPIRED: 'INCOMPLETE_EXPIRED',
  /** Ended by the user or by us; terminal. */
  CANCELED: 'CANCELED',
  /** Ran out without renewal; terminal. */
  EXPIRED: 'EXPIRED',
} as const;
export type SubscriptionStatus = (typeof SubscriptionStatus)[keyof typeof SubscriptionStatus];

export const isSubscriptionStatus: EnumGuard<SubscriptionStatus> =
  /* @__PURE__ */ guardOf(SubscriptionStatus);
