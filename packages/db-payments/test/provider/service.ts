import type { InvoiceId, PaymentMethodId, TransactionId, UserId } from '@codezest/db-types';
import {
  applyStripeEvent,
  applyStripeObject,
  type Client,
  type CurrencyUnit,
  failTransaction,
  type PrismaClient,
  type RefundStatus,
  recordSubscription,
  refundTransaction,
  type StripeEventId,
  type SubscriptionNews,
  submitTransaction,
  succeedTransaction,
  type TransactionClient,
} from '../../src/index.js';
import { newsOf as wordsOf } from '../examples/stripe-subscriptions.js';
import { disputed, giveBack, pay } from '../examples/transactions.js';
import {
  type Charge,
  type Dispute,
  type Event,
  type Intent,
  type Outcome,
  type Refund,
  Refused,
  type Schedule,
  type Subscription,
} from './objects.js';
import type { StripeAccount } from './stripe.js';

// A payments service as the README describes one.

/** A request of a customer, which is made again with the same key until it has an answer. */
export type Request =
  | { readonly does: 'pay'; readonly key: string; readonly outcome: Outcome }
  | {
      readonly does: 'refund';
      readonly key: string;
      readonly transactionId: TransactionId;
      readonly amount?: number;
      readonly status: 'succeeded' | 'pending' | 'requires_action';
    };

export interface Customer {
  readonly userId: UserId;
  readonly invoiceId: InvoiceId;
  readonly paymentMethodId: PaymentMethodId;
}

/** `answered` is awaited between what happens at Stripe and its answer. */
export async function serve(
  client: PrismaClient,
  stripe: StripeAccount,
  { invoiceId, paymentMethodId }: Customer,
  request: Request,
  answered: () => Promise<void>,
): Promise<void> {
  const { key: idempotencyKey } = request;
  if (request.does === 'pay') {
    await pay(client, { invoiceId, paymentMethodId, idempotencyKey }, async ({ id, amount }) => {
      const metadata = { transactionId: id };
      const intent = stripe.createIntent(idempotencyKey, { amount, metadata }, request.outcome);
      await answered();
      const { id: paymentIntentId, latest_charge, last_payment_error } = intent;
      const ids = { paymentIntentId, ...(latest_charge !== null && { chargeId: latest_charge }) };
      if (last_payment_error !== null) return { ...ids, declined: last_payment_error.code };
      return intent.status === 'succeeded' ? ids : { paymentIntentId };
    });
    return;
  }
  const { transactionId, amount, status } = request;
  const paid = await client.transaction.findUniqueOrThrow({ where: { id: transactionId } });
  const refund = { transactionId, idempotencyKey, ...(amount !== undefined && { amount }) };
  await giveBack(client, refund, async (pending) => {
    try {
      const metadata = { idempotencyKey };
      const payment_intent = String(paid.stripePaymentIntentId);
      const made = stripe.createRefund(
        idempotencyKey,
        { payment_intent, amount: pending.amount, metadata },
        status,
      );
      await answered();
      return { refundId: made.id, status: upper(made.status) };
    } catch (refusal) {
      if (refusal instanceof Refused) return { refused: refusal.code };
      throw refusal;
    }
  });
}

/** The endpoint for webhooks. What it does not know it need not do. */
export async function receive(client: PrismaClient, stripe: StripeAccount, event: Event): Promise<void> {
  const { object } = event.data;
  const isOfSchedule = event.type.startsWith('subscription_schedule.');
  const objectId = isOfSchedule ? (object as Schedule).subscription : object.id;
  const received = {
    id: event.id as StripeEventId,
    type: event.type,
    livemode: event.livemode,
    apiVersion: event.api_version,
    occurredAt: new Date(event.created * 1000),
    objectId,
  };
  if (isOfSchedule || event.type.startsWith('customer.subscription.')) {
    await applyStripeObject(client, received, {
      retrieve: async () => {
        await new Promise((answered) => setImmediate(answered));
        const found = stripe.subscriptions.find(({ id }) => id === objectId) as Subscription;
        return structuredClone(found);
      },
      apply: (transaction, found) =>
        recordSubscription(transaction, { ...newsOf(found), toldAt: received.occurredAt }),
    });
    return;
  }
  // What is told of payment intents and charges may be written in any order, and all of it has to be: each attempt is one.
  const order = /^(payment_intent|charge\.[a-z]+$)/.test(event.type) ? 'any' : 'newest';
  await applyStripeEvent(client, received, (transaction) => act(transaction, event), { order });
}

async function act(transaction: TransactionClient, { type, data: { object } }: Event): Promise<unknown> {
  switch (type) {
    case 'payment_intent.requires_action':
    case 'payment_intent.processing':
      return submitTransaction(transaction, idsOfIntent(object as Intent));
    case 'payment_intent.succeeded':
      return succeedTransaction(transaction, idsOfIntent(object as Intent));
    case 'payment_intent.payment_failed':
    case 'payment_intent.canceled': {
      const { last_payment_error: failure, cancellation_reason: canceled } = object as Intent;
      const charge = failure?.charge && { stripeChargeId: failure.charge };
      const failureCode = failure?.code ?? canceled ?? 'failed';
      return failTransaction(transaction, { ...idsOfIntent(object as Intent), ...charge, failureCode });
    }
    case 'charge.pending':
      return submitTransaction(transaction, idsOfCharge(object as Charge));
    case 'charge.succeeded':
      return succeedTransaction(transaction, idsOfCharge(object as Charge));
    case 'charge.failed':
      return failTransaction(transaction, {
        ...idsOfCharge(object as Charge),
        failureCode: String((object as Charge).failure_code),
      });
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
    case 'charge.refund.updated': {
      const { id, amount, status, metadata, failure_reason } = object as Refund;
      return refundTransaction(transaction, {
        ...(await attemptOf(transaction, object as Refund)),
        stripeRefundId: id,
        amount,
        status: upper(status),
        ...(metadata?.idempotencyKey && { idempotencyKey: metadata.idempotencyKey }),
        ...(failure_reason && { failureReason: failure_reason }),
      });
    }
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated': {
      return disputed(transaction, await attemptOf(transaction, object as Dispute), object as Dispute);
    }
    default:
      return undefined;
  }
}

const upper = (status: string | null) => String(status).toUpperCase() as RefundStatus;

function idsOfIntent({ id, metadata, latest_charge }: Intent) {
  const transactionId = metadata.transactionId as TransactionId;
  return {
    transactionId,
    stripePaymentIntentId: id,
    ...(latest_charge !== null && { stripeChargeId: latest_charge }),
  };
}

function idsOfCharge({ id, metadata, payment_intent }: Charge) {
  const transactionId = metadata.transactionId as TransactionId;
  return { transactionId, stripePaymentIntentId: payment_intent, stripeChargeId: id };
}

/** Nothing here knows the payment yet: Stripe delivers the event again. */
export class PaymentUnknown extends Error {}

/** Refunds and disputes do not carry the metadata of the payment. */
async function attemptOf(client: Client, { charge, payment_intent }: Refund | Dispute) {
  const [stripeChargeId, stripePaymentIntentId] = [charge, payment_intent];
  const known = await client.transaction.findFirst({
    where: { OR: [{ stripeChargeId }, { stripePaymentIntentId }] },
  });
  if (known === null) throw new PaymentUnknown();
  return { transactionId: known.id, stripePaymentIntentId, stripeChargeId };
}

const units = new Map<string, CurrencyUnit>([['EUR', { code: 'EUR', exponent: 2 }]]);

/** A subscription of Stripe in our words. */
export const newsOf = (subscription: Subscription): SubscriptionNews => wordsOf(subscription, units);
