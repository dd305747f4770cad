import { read, rowOf } from '@codezest/db-core';
import type { EntitlementSnapshot, UserId } from '@codezest/db-types';
import type { Subscription } from '../generated/client.js';
import type { Client } from './client.js';
import { NOW } from './subscription-version.js';

/**
 * What a user may use at this moment; null means that no subscription covers it. A subscription covers the stretch from
 * `startedAt` until `validUntil`, unless it is paused, unpaid or incomplete; a trial ends with its last moment. The end of a billing period takes nothing away by itself: the
 * payment for the next one arrives after it, and `expireSubscriptions` ends what was not paid for.
 *
 * @example
 * const plan = (await entitlementOf(prisma, userId))?.plan ?? 'FREE';
 */
export async function entitlementOf(client: Client, userId: UserId): Promise<EntitlementSnapshot | null> {
  const row = await rowOf(client, coveringSubscription, [userId]);
  return row === undefined ? null : { ...row, validUntil: row.validUntil?.toISOString() ?? null };
}

type CoveringSubscription = Omit<EntitlementSnapshot, 'validUntil'> & Pick<Subscription, 'validUntil'>;

// The stretches of a user don't overlap, so only the one that started last can cover this moment.
const coveringSubscription = read<CoveringSubscription>(
  'payments.entitlement_of',
  `SELECT s.user_id AS "userId", s.id AS "subscriptionId", s.plan, s.status, CASE WHEN s.status = 'TRIALING' THEN least(s.valid_until, s.trial_ends_at) ELSE s.valid_until END AS "validUntil", s.version
   FROM subscriptions s
   WHERE s.user_id = $1::uuid AND s.started_at <= ${NOW}
     AND (s.valid_until IS NULL OR ${NOW} < s.valid_until) AND s.status NOT IN ('PAUSED', 'UNPAID', 'INCOMPLETE', 'INCOMPLETE_EXPIRED', 'EXPIRED')
     AND (s.status <> 'TRIALING' OR ${NOW} < s.trial_ends_at)
   ORDER BY s.started_at DESC, s.id DESC LIMIT 1`,
);
