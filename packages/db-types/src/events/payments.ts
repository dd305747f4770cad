import { SubscriptionPlan } from '../enums/subscription-plan.js';
import { SubscriptionStatus } from '../enums/subscription-status.js';
import type { UserId } from '../ids/auth.js';
import type { SubscriptionId } from '../ids/payments.js';
import { contract } from './contract.js';
import { instant, integer, object, oneOf, orNull, uuid } from './json-schema.js';

/**
 * A subscription began, changed or ended. The payload is an `EntitlementSnapshot`, and the aggregate is the user: their
 * subscriptions count on from one to the next, so the highest version is the present.
 */
export const entitlementChanged = /* @__PURE__ */ contract({
  type: 'entitlement.changed',
  version: 1,
  aggregateType: 'payments.entitlement',
  producer: 'payments',
  consumers: ['activity'],
  payload: /* @__PURE__ */ object({
    userId: /* @__PURE__ */ uuid<UserId>(),
    subscriptionId: /* @__PURE__ */ uuid<SubscriptionId>(),
    plan: /* @__PURE__ */ oneOf<SubscriptionPlan>(SubscriptionPlan),
    status: /* @__PURE__ */ oneOf<SubscriptionStatus>(SubscriptionStatus),
    validUntil: /* @__PURE__ */ orNull(/* @__PURE__ */ instant()),
    version: /* @__PURE__ */ integer(),
  }),
});
