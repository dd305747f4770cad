import type { UserId } from '@codezest/db-types';
import {
  type Client,
  cancelAt,
  cancelAtPeriodEnd,
  changePlan,
  endSubscription,
  expireSubscriptions,
  renewSubscription,
  type Subscription,
  subscribe,
} from '../../src/index.js';

/** On `user.created`. */
export const signUp = (client: Client, userId: UserId) => subscribe(client, { userId, plan: 'FREE' });

const versionOf = ({ id, version }: Subscription) => ({ subscriptionId: id, version });

export const upgrade = (client: Client, subscription: Subscription, currentPeriodEnd: Date) =>
  changePlan(client, { ...versionOf(subscription), plan: 'PRO', currentPeriodEnd });

export const renew = (client: Client, subscription: Subscription, currentPeriodEnd: Date) =>
  renewSubscription(client, { ...versionOf(subscription), currentPeriodEnd });

export const cancel = (client: Client, subscription: Subscription) =>
  cancelAtPeriodEnd(client, versionOf(subscription));

/** On the day that the user has chosen. */
export const cancelOn = (client: Client, subscription: Subscription, at: Date) =>
  cancelAt(client, { ...versionOf(subscription), at });

export const refunded = (client: Client, subscription: Subscription) =>
  endSubscription(client, { ...versionOf(subscription), status: 'CANCELED' });

/** The job of every hour: a hundred at a time, and a week for a late payment. */
export async function expire(client: Client, tell: (ended: Subscription) => Promise<void>): Promise<void> {
  for (;;) {
    const ended = await expireSubscriptions(client, { graceSeconds: 7 * 24 * 60 * 60 });
    if (ended.length === 0) return;
    for (const subscription of ended) await tell(subscription);
  }
}
