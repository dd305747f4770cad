import { RecordNotFoundError, VersionConflictError } from '@codezest/db-core';
import { parseSubscriptionId, type SubscriptionId } from '@codezest/db-types';
import type { Subscription, SubscriptionStatus } from '../generated/client.js';
import type { Client } from './client.js';
import { SubscriptionEndedError } from './payment-errors.js';

/** A subscription as the caller has read it. Whoever has changed it since wins. */
export interface SubscriptionVersion {
  readonly subscriptionId: SubscriptionId;
  readonly version: number;
}

/** States of which a user has one at most; the predicate of the index that says so. */
export const LIVE = `('ACTIVE', 'TRIALING', 'PAST_DUE', 'PAUSED', 'UNPAID', 'INCOMPLETE')`;

/**
 * This moment to a subscription, in the milliseconds that a column keeps. The beginning of the transaction, which `now()`
 * is, may lie before what it or another session has done since; a time that a column rounds up is still to come.
 */
export const NOW = `date_trunc('milliseconds', statement_timestamp())`;

/** When a subscription ends that ends now: its stretch is never empty, and holds the moment in which it was canceled. */
export const END = `greatest(${NOW}, s.started_at + interval '1 millisecond', s.canceled_at)`;

const OVER: readonly SubscriptionStatus[] = ['CANCELED', 'EXPIRED', 'INCOMPLETE_EXPIRED'];

/** Terminal: the subscription does not change any more. */
export const isOver = (status: SubscriptionStatus): boolean => OVER.includes(status);

/** Says why a change met no row; `otherwise` names the reason where it is there, live and as the caller read it. */
export async function refuse(
  client: Client,
  { subscriptionId, version }: SubscriptionVersion,
  otherwise: (found: Subscription) => Error,
): Promise<never> {
  const found = await client.subscription.findUnique({
    where: { id: parseSubscriptionId(subscriptionId) },
  });
  if (found === null) throw new RecordNotFoundError('subscription');
  if (found.version !== version) throw new VersionConflictError();
  if (isOver(found.status)) throw new SubscriptionEndedError();
  throw otherwise(found);
}
