import { expect } from 'vitest';
import type { Prisma, PrismaClient, TransactionStatus } from '../../src/index.js';
import type { Played } from './history.js';
import type { Charge, Dispute, Intent, Subscription } from './objects.js';
import { newsOf } from './service.js';
import type { StripeAccount } from './stripe.js';

type Stretch = Prisma.SubscriptionGetPayload<{ include: { price: true; nextPrice: true } }>;

/** What the account says and what is written here are the same, to the cent. */
export async function expectSame(
  client: PrismaClient,
  { stripe, customer }: Played,
  history: string,
): Promise<void> {
  const { invoiceId, userId } = customer;
  const invoice = await client.invoice.findUniqueOrThrow({
    where: { id: invoiceId },
    include: { transactions: { include: { refunds: true, disputes: true } } },
  });
  const written = invoice.transactions.map((transaction) => ({
    intent: transaction.stripePaymentIntentId,
    charge: transaction.stripeChargeId,
    status: transaction.status,
    refunded: transaction.refundedAmount,
    disputed: transaction.disputedAmount,
    // One that the provider has refused never was there.
    refunds: transaction.refunds
      .filter(({ stripeRefundId, status }) => stripeRefundId !== null || status !== 'CANCELED')
      .map(({ stripeRefundId, amount, status }) => ({ id: stripeRefundId, amount, status }))
      .sort(byId),
    disputes: transaction.disputes
      .map(({ stripeDisputeId, amount, status }) => ({ id: stripeDisputeId, amount, status }))
      .sort(byId),
  }));
  const said = stripe.intents.flatMap((intent) => attemptsOf(stripe, intent));
  expect(written.sort(byCharge), history).toEqual(said.sort(byCharge));
  const came = stripe.charges.filter(({ status }) => status === 'succeeded');
  const went = said.reduce((sum, { refunded, disputed }) => sum + refunded + disputed, 0);
  const kept = came.reduce((sum, { amount }) => sum + amount, 0) - went;
  expect({ amountPaid: invoice.amountPaid, attempts: invoice.attemptCount }, history).toEqual({
    amountPaid: kept,
    attempts: said.length,
  });
  if (said.some(({ status }) => status === 'SUCCEEDED')) expect(invoice.status, history).toBe('PAID');

  const stretches = await client.subscription.findMany({
    where: { userId },
    include: { price: true, nextPrice: true },
  });
  for (const subscription of stripe.subscriptions) {
    const news = newsOf(subscription);
    const stretch = stretches.find(({ stripeSubscriptionId }) => stripeSubscriptionId === subscription.id);
    // One that was over before anybody here had heard of it may have no place.
    if (stretch === undefined && news.endedAt !== null) continue;
    const isTrial = news.status === 'TRIALING';
    // Of one that is over the last plan is not known, where nothing was told of it in between.
    const isLive = news.endedAt === null;
    const ours = {
      ...(isLive && { plan: stretch?.plan }),
      status: stretch?.status,
      customer: stretch?.stripeCustomerId,
      start: stretch?.currentPeriodStart,
      end: stretch?.currentPeriodEnd,
      atPeriodEnd: stretch?.cancelAtPeriodEnd,
      ...(isTrial && { trial: stretch?.trialEndsAt }),
      ...(isLive && { until: stretch?.validUntil, ...toComeOf(stretch) }),
    };
    expect(ours, history).toEqual({
      ...(isLive && { plan: news.plan }),
      status: news.status,
      customer: news.stripeCustomerId,
      start: news.currentPeriodStart,
      end: news.currentPeriodEnd,
      atPeriodEnd: isLive && news.cancelAtPeriodEnd,
      ...(isTrial && { trial: news.trialEndsAt }),
      ...(isLive && { until: news.cancelAt, ...toldToCome(subscription) }),
    });
  }
}

/** What is paid and what is to come, as it is written here. */
function toComeOf(stretch: Stretch | undefined) {
  return {
    price: [stretch?.price?.stripePriceId, stretch?.price?.unitAmount, stretch?.quantity],
    next: [stretch?.nextPlan, stretch?.nextPrice?.stripePriceId, stretch?.nextQuantity],
    nextAt: stretch?.nextChangeAt,
    nextExpires: stretch?.nextChangeExpiresAt,
    paused: stretch?.pauseCollection,
    resumes: stretch?.resumesAt,
  };
}

/** The same, from the objects at Stripe. */
function toldToCome(subscription: Subscription) {
  const { items, schedule, pending_update, pause_collection, cancel_at } = subscription;
  const [{ price, quantity, current_period_end: end }] = items.data;
  const [pending] = pending_update?.subscription_items ?? [];
  const phase = schedule?.phases.find(({ start_date }) => start_date >= schedule.current_phase.end_date);
  // It ends before that.
  const isNever = pending === undefined && cancel_at !== null && cancel_at <= (phase?.start_date ?? end);
  const next = isNever ? undefined : (pending ?? phase?.items[0]);
  const time = (seconds: number | null | undefined) => (seconds ? new Date(seconds * 1000) : null);
  return {
    price: [price.id, price.unit_amount, quantity],
    next: [next?.price.metadata.plan ?? null, next?.price.id, next?.quantity ?? null],
    nextAt: next === undefined || pending !== undefined ? null : time(phase?.start_date),
    nextExpires: next === undefined || pending === undefined ? null : time(pending_update?.expires_at),
    paused: pause_collection?.behavior.toUpperCase() ?? null,
    resumes: time(pause_collection?.resumes_at),
  };
}

interface Id {
  readonly id: string | null;
}
const byId = (a: Id, b: Id) => String(a.id).localeCompare(String(b.id));
const byCharge = (a: { intent: string | null; charge: string | null }, b: typeof a) =>
  `${a.intent} ${a.charge}`.localeCompare(`${b.intent} ${b.charge}`);

/** Without a charge yet an intent is one attempt all the same. */
const WITHOUT_CHARGE: Partial<Record<Intent['status'], TransactionStatus>> = {
  requires_action: 'PROCESSING',
  requires_payment_method: 'FAILED',
  canceled: 'FAILED',
};
const BANK_HAS_IT: readonly string[] = ['needs_response', 'under_review', 'lost'];

function attemptsOf(stripe: StripeAccount, intent: Intent) {
  const charges = stripe.charges.filter(({ payment_intent }) => payment_intent === intent.id);
  if (charges.length > 0) return charges.map((charge) => attemptOf(stripe, charge));
  // A try that has failed stays so, until a bank is asked.
  const hasFailed = stripe.events.some(
    ({ type, data }) => type === 'payment_intent.payment_failed' && data.object.id === intent.id,
  );
  const status = hasFailed ? 'FAILED' : (WITHOUT_CHARGE[intent.status] as TransactionStatus);
  const none = { refunded: 0, disputed: 0, refunds: [], disputes: [] };
  return [{ intent: intent.id, charge: null, status, ...none } as Attempt];
}

type Attempt = Omit<ReturnType<typeof attemptOf>, 'charge'> & { charge: string | null };

function attemptOf(stripe: StripeAccount, charge: Charge) {
  const refunded = charge.amount - stripe.refundable(charge);
  const disputes = stripe.disputes.filter((dispute) => dispute.charge === charge.id);
  const disputed = disputes
    .filter(({ status }) => BANK_HAS_IT.includes(status))
    .reduce((sum, { amount }) => sum + amount, 0);
  return {
    intent: charge.payment_intent,
    charge: charge.id as string | null,
    status: statusOf(charge, refunded),
    refunded,
    disputed,
    refunds: stripe.refunds
      .filter((refund) => refund.charge === charge.id)
      .map(({ id, amount, status }) => ({ id, amount, status: String(status).toUpperCase() }))
      .sort(byId),
    disputes: disputes
      .map(({ id, amount, status }: Dispute) => ({ id, amount, status: status.toUpperCase() }))
      .sort(byId),
  };
}

function statusOf({ status, amount }: Charge, refunded: number): TransactionStatus {
  if (status === 'pending') return 'PROCESSING';
  if (status === 'failed') return 'FAILED';
  return refunded === amount ? 'REFUNDED' : 'SUCCEEDED';
}
