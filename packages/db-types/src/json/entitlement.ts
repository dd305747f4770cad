import type { SubscriptionPlan } from '../enums/subscription-plan.js';
import type { SubscriptionStatus } from '../enums/subscription-status.js';
import type { UserId } from '../ids/auth.js';
import type { SubscriptionId } from '../ids/payments.js';

/**
 * What a user may use, as payments tells it to the other services. They keep the copy with the highest `version`
 * and drop the rest: snapshots arrive more than once and in any order.
 */
export type EntitlementSnapshot = {
  userId: UserId;
  subscriptionId: SubscriptionId;
  plan: SubscriptionPlan;
  status: SubscriptionStatus;
  /** ISO 8601 in UTC; null means without end, as the FREE plan is. */
  validUntil: string | null;
  /** `Subscription.version` at the time of the snapshot. */
  version: number;
};
