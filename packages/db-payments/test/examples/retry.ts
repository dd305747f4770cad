import type { UserId } from '@codezest/db-types';
import {
  changePlan,
  entitlementOf,
  type PrismaClient,
  subscribe,
  transaction,
  withRetry,
} from '../../src/index.js';

/** A free subscription that becomes PRO in the same moment, or none at all. */
export const startWithPro = (client: PrismaClient, userId: UserId, currentPeriodEnd: Date) =>
  transaction(client, async (open) => {
    const { id, version } = await subscribe(open, { userId, plan: 'FREE' });
    return changePlan(open, { subscriptionId: id, version, plan: 'PRO', currentPeriodEnd });
  });

/** To read twice is the same as once, so also after a lost connection. */
export const entitlement = (client: PrismaClient, userId: UserId) =>
  withRetry(() => entitlementOf(client, userId), { idempotent: true });
