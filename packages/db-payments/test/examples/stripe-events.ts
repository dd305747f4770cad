import type { TransactionId } from '@codezest/db-types';
import {
  applyStripeEvent,
  applyStripeObject,
  type PrismaClient,
  recordSubscription,
  type StripeEventId,
  type SubscriptionNews,
  succeedTransaction,
} from '../../src/index.js';

/** As much of Stripe's event as is needed, after its signature was checked. */
export interface StripeWebhook {
  id: string;
  type: string;
  livemode: boolean;
  created: number;
  api_version: string | null;
  data: { object: { id: string; latest_charge: string; metadata: { transactionId: string } } };
}

/** True when this delivery acted, false when one before it had. */
export async function paymentSucceeded(client: PrismaClient, webhook: StripeWebhook): Promise<boolean> {
  const { object } = webhook.data;
  const event = {
    id: webhook.id as StripeEventId,
    type: webhook.type,
    livemode: webhook.livemode,
    occurredAt: new Date(webhook.created * 1000),
    apiVersion: webhook.api_version,
    objectId: object.id,
  };
  const { applied } = await applyStripeEvent(client, event, (transaction) =>
    succeedTransaction(transaction, {
      transactionId: object.metadata.transactionId as TransactionId,
      stripePaymentIntentId: object.id,
      stripeChargeId: object.latest_charge,
    }),
  );
  return applied;
}

/** For `customer.subscription.…`: what is written is the subscription as it is at Stripe. */
export async function subscriptionChanged(
  client: PrismaClient,
  webhook: Pick<StripeWebhook, 'id' | 'type' | 'livemode' | 'created'>,
  subscriptionId: string,
  retrieve: () => Promise<SubscriptionNews>,
): Promise<boolean> {
  const event = {
    id: webhook.id as StripeEventId,
    type: webhook.type,
    livemode: webhook.livemode,
    occurredAt: new Date(webhook.created * 1000),
    objectId: subscriptionId,
  };
  const { applied } = await applyStripeObject(client, event, { retrieve, apply: recordSubscription });
  return applied;
}
