import type { UserId } from '@codezest/db-types';
import {
  deleteDeliveredEvents,
  entitlementOf,
  type PrismaClient,
  publish,
  transaction,
} from '../../src/index.js';

/** Tells what a user may use once more, such as for a service that was restored from a backup. */
export const tellAgain = (client: PrismaClient, userId: UserId) =>
  transaction(client, async (open) => {
    const entitlement = await entitlementOf(open, userId);
    if (entitlement === null) return null;
    return publish(open, {
      type: 'entitlement.changed',
      version: 1,
      aggregateType: 'payments.entitlement',
      aggregateId: userId,
      aggregateVersion: entitlement.version,
      payload: entitlement,
    });
  });

/** Daily. */
export const tidyUp = (client: PrismaClient) => deleteDeliveredEvents(client);
