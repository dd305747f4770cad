import {
  type Factories as AnyFactories,
  createFactories,
  type Definitions,
  testHash,
  testId,
} from '@codezest/db-core/testing';
import type { Prisma } from '../../generated/client.js';
import type { SecretFields } from '../../generated/secret-fields.js';
import type { Client, PrismaClient } from '../client.js';
import { percentageOf } from '../money.js';
import { addLine, issueDraft, makeInvoice } from './factories-of-steps.js';

type Delegates = Pick<PrismaClient, keyof Data>;

/** What `create` gives for each model: the row without its secret fields. */
type Rows = {
  [Model in keyof Data]: Prisma.Result<
    Delegates[Model],
    Model extends keyof SecretFields ? { omit: SecretFields[Model] } : object,
    'create'
  >;
};

/**
 * Makes valid rows of every model but InvoiceCounter, whose numbers come from issuing an invoice alone, each with the
 * rows it needs: `make.subscription()`.
 */
export interface Factories extends AnyFactories<Data, Rows> {}

/** Factories on a test database, one set per database: they count from 1, so that every run writes the same. */
export function factories(client: Client): Factories {
  const made = createFactories<Data, Rows>(client, definitionsOn(client), [
    'currency',
    'erasedUser',
    'outboxDelivery',
  ]);
  return {
    ...made,
    invoice: (given = {}) => makeInvoice(client, made.invoice, given),
    async invoiceLine(given = {}) {
      const { invoiceId } = given;
      if (invoiceId === undefined) return made.invoiceLine(given);
      const { quantity, unitAmount, amount } = lineOf(given.amount ?? AMOUNT, given.quantity);
      return addLine(client, invoiceId, { description: 'Test', quantity, unitAmount, amount, ...given });
    },
    async transaction(given = {}) {
      if (given.invoiceId) await issueDraft(client, given.invoiceId);
      return made.transaction(given);
    },
  };
}

interface Data {
  currency: Prisma.CurrencyUncheckedCreateInput;
  price: Prisma.PriceUncheckedCreateInput;
  subscription: Prisma.SubscriptionUncheckedCreateInput;
  invoice: Prisma.InvoiceUncheckedCreateInput;
  invoiceLine: Prisma.InvoiceLineUncheckedCreateInput;
  invoiceTax: Prisma.InvoiceTaxUncheckedCreateInput;
  paymentMethod: Prisma.PaymentMethodUncheckedCreateInput;
  transaction: Prisma.TransactionUncheckedCreateInput;
  refund: Prisma.RefundUncheckedCreateInput;
  dispute: Prisma.DisputeUncheckedCreateInput;
  coupon: Prisma.CouponUncheckedCreateInput;
  couponRedemption: Prisma.CouponRedemptionUncheckedCreateInput;
  stripeEvent: Prisma.StripeEventUncheckedCreateInput;
  stripeObject: Prisma.StripeObjectUncheckedCreateInput;
  idempotencyKey: Prisma.IdempotencyKeyUncheckedCreateInput;
  erasedUser: Prisma.ErasedUserUncheckedCreateInput;
  outboxEvent: Prisma.OutboxEventUncheckedCreateInput;
  outboxDelivery: Prisma.OutboxDeliveryUncheckedCreateInput;
  receivedEvent: Prisma.ReceivedEventUncheckedCreateInput;
}

/** One of those that the migration brings. */
const CURRENCY = 'EUR';
const AMOUNT = 1_000;

const definitionsOn = (client: Client): Definitions<Data, Rows> => ({
  outboxEvent: (n) => ({
    aggregateType: 'payments.test',
    aggregateId: testId('User', n),
    aggregateVersion: 1,
    type: 'test.told_nobody',
    payload: { userId: testId('User', n) },
  }),
  outboxDelivery: async (_n, { eventId }, make) => ({
    eventId: eventId ?? (await make.outboxEvent()).id,
    consumer: 'activity',
    aggregateType: 'payments.test',
    aggregateId: testId('User', 1),
  }),
  erasedUser: (n) => ({ userHash: testHash(n), requestId: testId('Event', n) }),
  receivedEvent: (n) => ({
    id: testId('Event', n),
    type: 'user.deleted',
    version: 1,
    aggregateType: 'auth.user',
    aggregateId: testId('User', n),
    aggregateVersion: 1,
    payload: { userId: testId('User', n) },
    occurredAt: new Date(),
  }),
  currency: (n) => ({ code: currencyCode(n), name: `Currency ${n}`, exponent: 2 }),
  // Not in the list, where there is one of a kind at a moment.
  price: () => ({ plan: 'PRO', interval: 'MONTH', currency: CURRENCY, unitAmount: AMOUNT, isListed: false }),
  subscription: (n) => ({ userId: testId('User', n) }),
  invoice: async (_n, given, make) => {
    const subscription =
      given.subscriptionId === undefined
        ? await make.subscription(ownerOf(given))
        : await client.subscription.findUniqueOrThrow({ where: { id: given.subscriptionId } });
    const subtotal = given.subtotal ?? AMOUNT;
    return {
      userId: subscription.userId,
      subscriptionId: subscription.id,
      currency: CURRENCY,
      subtotal,
      discount: 0,
      tax: 0,
      total: subtotal - (given.discount ?? 0) + (given.tax ?? 0),
      // Within the same statement: an invoice's subtotal is that of its lines whenever a transaction ends.
      ...(subtotal > 0 ? { lines: { create: [lineOf(subtotal)] } } : {}),
    };
  },
  invoiceLine: async (_n, given, make) => {
    const line = lineOf(AMOUNT, given.quantity);
    const { id, userId } = await make.subscription();
    const total = given.amount ?? line.amount;
    const invoice = { subtotal: total, discount: 0, tax: 0, total };
    return {
      ...line,
      invoice: {
        create: {
          ...invoice,
          currencyDefinition: { connect: { code: CURRENCY } },
          subscription: { connect: { id_userId: { id, userId } } },
        },
      },
    };
  },
  invoiceTax: async (_n, given, make) => ({
    invoiceId: given.invoiceId ?? (await make.invoice()).id,
    category: 'S',
    rate: '19',
    base: AMOUNT,
    tax: percentageOf(AMOUNT, '19'),
  }),
  paymentMethod: (n) => ({
    userId: testId('User', n),
    type: 'CARD',
    last4: '0000',
    brand: 'VISA',
    expiryMonth: 12,
    expiryYear: 2_099,
  }),
  transaction: async (n, given) => ({
    userId: testId('User', n),
    amount: AMOUNT,
    currency: CURRENCY,
    idempotencyKey: `test-${n}`,
    ...(await sharedWith(client, given)),
  }),
  refund: async (_n, given, make) => ({
    transactionId: given.transactionId ?? (await paid(make)).id,
    amount: given.amount ?? 1,
    status: 'SUCCEEDED',
  }),
  dispute: async (n, given, make) => ({
    transactionId: given.transactionId ?? (await paid(make)).id,
    amount: given.amount ?? 1,
    status: 'NEEDS_RESPONSE',
    stripeDisputeId: `du_test${n}`,
  }),
  coupon: (n) => ({ code: `TEST-${n}`, discountType: 'PERCENTAGE', discountValue: 10 }),
  couponRedemption: async (_n, given, make) => {
    const invoice =
      given.invoiceId === undefined
        ? await make.invoice(ownerOf(given))
        : await client.invoice.findUniqueOrThrow({ where: { id: given.invoiceId } });
    return {
      userId: invoice.userId,
      couponId: given.couponId ?? (await make.coupon()).id,
      invoiceId: invoice.id,
      discountAmount: 1,
      currency: invoice.currency,
    };
  },
  stripeEvent: (n) => ({
    id: `evt_test${n}`,
    type: 'invoice.paid',
    livemode: false,
    occurredAt: new Date(),
  }),
  stripeObject: (n) => ({ id: `pi_test${n}`, newestEventAt: new Date() }),
  idempotencyKey: (n) => ({
    scope: 'test',
    key: `key-${n}`,
    requestHash: testHash(n),
    expiresAt: new Date(Date.now() + 86_400_000),
  }),
});

const paid = (make: AnyFactories<Data, Rows>) =>
  make.transaction({ status: 'SUCCEEDED', paidAt: new Date() });

/** What a transaction has to share with the rows that it is given: their user, and the currency of an invoice. */
async function sharedWith(
  client: Client,
  { invoiceId, subscriptionId, paymentMethodId }: Partial<Data['transaction']>,
) {
  const select = { userId: true } as const;
  if (invoiceId) {
    return client.invoice.findUnique({ where: { id: invoiceId }, select: { ...select, currency: true } });
  }
  if (subscriptionId) return client.subscription.findUnique({ where: { id: subscriptionId }, select });
  if (paymentMethodId) return client.paymentMethod.findUnique({ where: { id: paymentMethodId }, select });
  return {};
}

function ownerOf({ userId }: { userId?: Data['invoice']['userId'] }) {
  return userId === undefined ? {} : { userId };
}

function lineOf(amount: number, quantity = 1) {
  return { position: 1, description: 'Test', quantity, unitAmount: amount / quantity, amount };
}

/** Codes from QAA on, which ISO 4217 gives to no country. */
function currencyCode(n: number): string {
  return `Q${letter(Math.floor(n / 26))}${letter(n)}`;
}

function letter(n: number): string {
  return String.fromCharCode(65 + (n % 26));
}
