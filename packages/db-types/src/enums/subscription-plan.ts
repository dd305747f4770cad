import { type EnumGuard, guardOf } from './guard.js';

/** What a user pays for. Owned by payments; the others learn of it through an entitlement. */
export const SubscriptionPlan = {
  FREE: 'FREE',
  PRO: 'PRO',
  ENTERPRISE: 'ENTERPRISE',
} as const;
export type SubscriptionPlan = (typeof SubscriptionPlan)[keyof typeof SubscriptionPlan];

export const isSubscriptionPlan: EnumGuard<SubscriptionPlan> = /* @__PURE__ */ guardOf(SubscriptionPlan);
