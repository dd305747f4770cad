import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  entitlementOf,
  type PrismaClient,
  RecordNotFoundError,
  RefundExceedsPaymentError,
  type Subscription,
  setPrice,
} from '../src/index.js';
import { daysFromNow, refusalCode } from './callers.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { billElectronically, creditRefund } from './examples/electronic-invoices.js';
import { answerTo } from './examples/errors.js';
import { planOf } from './examples/first-query.js';
import { checkout } from './examples/idempotency.js';
import { bill, giveUp, transferArrived, withdraw } from './examples/invoices.js';
import { amountOf, chargeOf, netOf, received, totalFor, vatWithin } from './examples/money.js';
import { inATest } from './examples/own-tests.js';
import { addCard, choose } from './examples/payment-methods.js';
import {
  downgrade,
  goOn,
  linesOf,
  pause,
  payByTheYear,
  raisePrice,
  stayAsItIs,
  subscribeTeam,
} from './examples/prices.js';
import {
  chargeAlone,
  deleteOldKeys,
  detach,
  historyOf,
  invoicesOf,
  keepAfterAll,
  markOverdue,
  markPastDue,
  withdrawCoupon,
} from './examples/prisma-calls.js';
import { firstPeriodEnd, renewDue, subscribeMonthly, upgradeLines } from './examples/renewals.js';
import { entitlement, startWithPro } from './examples/retry.js';
import { paymentSucceeded, subscriptionChanged } from './examples/stripe-events.js';
import { cancel, cancelOn, expire, refunded, renew, signUp, upgrade } from './examples/subscriptions.js';
import { disputed, giveBack, pay } from './examples/transactions.js';
import { january, newUser, startPro } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());
beforeEach(() => {
  vi.stubEnv('PAYMENTS_DATABASE_URL', database.url);
});
afterEach(() => vi.unstubAllEnvs());

const newPro = async () => upgrade(client, await signUp(client, newUser()), daysFromNow(30));

test('the first query', async () => {
  expect(await planOf(newUser())).toBe('FREE');
});

test('a user signs up, upgrades, renews and cancels', async () => {
  const free = await signUp(client, newUser());
  const pro = await upgrade(client, free, daysFromNow(30));
  expect((await entitlementOf(client, free.userId))?.plan).toBe('PRO');

  const late = await markPastDue(client, pro);
  const renewed = await renew(client, late, daysFromNow(60));
  const ending = await cancel(client, renewed);
  const kept = await keepAfterAll(client, ending);
  const { id: other } = await newPro();
  const chosen = await client.subscription.findUniqueOrThrow({ where: { id: other } });
  expect((await cancelOn(client, chosen, daysFromNow(3))).validUntil).not.toBeNull();

  expect([renewed.status, ending.cancelAtPeriodEnd, kept.cancelAtPeriodEnd]).toEqual(['ACTIVE', true, false]);
  expect(await refusalCode(renew(client, renewed, daysFromNow(90)))).toBe('VERSION_CONFLICT');
  expect((await refunded(client, kept)).status).toBe('CANCELED');
  expect((await historyOf(client, free.userId)).map(({ plan }) => plan)).toEqual(['PRO', 'FREE']);
});

test('a job ends what was not paid for', async () => {
  const period = {
    startedAt: daysFromNow(-40),
    currentPeriodStart: daysFromNow(-40),
    currentPeriodEnd: daysFromNow(-8),
  };
  const userId = newUser();
  const { id: unpaid } = await client.subscription.create({ data: { userId, plan: 'PRO', ...period } });
  const told: Subscription[] = [];

  await expire(client, async (ended) => void told.push(ended));

  expect(told.map((row) => [row.id, row.status])).toEqual([[unpaid, 'EXPIRED']]);
});

test('a subscription is billed with a coupon, paid by card, and refunded', async () => {
  const subscription = await newPro();
  const { userId } = subscription;
  const coupon = await client.coupon.create({
    data: { code: 'WELCOME20', discountType: 'PERCENTAGE', discountValue: 20, validFrom: january },
  });
  const card = await addCard(client, userId, `pm_${randomUUID()}`);
  expect((await choose(client, userId, card.id)).isDefault).toBe(true);

  const invoice = await bill(client, subscription, 'welcome20', daysFromNow(14));
  expect(invoice).toMatchObject({ subtotal: 1900, discount: 380, tax: 289, total: 1809, status: 'SENT' });
  expect(await totalFor(client, invoice, 'en')).toBe('€18.09');
  expect(await amountOf(client, '18.09', 'EUR')).toBe(invoice.total);
  expect(await totalFor(client, { ...invoice, currency: 'HUF' }, 'en')).toMatch(/18\.09$/);
  expect(await chargeOf(client, { ...invoice, currency: 'ISK' })).toEqual({
    amount: 180_900,
    currency: 'isk',
  });
  expect(vatWithin(999)).toBe(160);
  expect(netOf([999, 999, 999])).toEqual([839, 840, 839]);
  expect(received({ amount: 500 }, { code: 'ISK', exponent: 0 })).toBe(5);

  const attempt = { invoiceId: invoice.id, paymentMethodId: card.id, idempotencyKey: randomUUID() };
  const charge = async () => ({ paymentIntentId: `pi_${randomUUID()}`, chargeId: `ch_${randomUUID()}` });
  const paid = await pay(client, attempt, charge);
  if (!('transaction' in paid)) throw new Error(paid.status);
  expect([paid.transaction.status, paid.invoice?.status]).toEqual(['SUCCEEDED', 'PAID']);
  expect(await pay(client, attempt, () => expect.unreachable('charged twice'))).toMatchObject({
    status: 'SUCCEEDED',
  });

  const { id: transactionId } = paid.transaction;
  const refund = async () => ({ refundId: `re_${randomUUID()}`, status: 'SUCCEEDED' as const });
  const part = { transactionId, amount: 500, idempotencyKey: randomUUID() };
  expect((await giveBack(client, part, refund)).transaction.refundedAmount).toBe(500);
  const rest = { transactionId, idempotencyKey: randomUUID() };
  expect((await giveBack(client, rest, refund)).transaction).toMatchObject({
    status: 'REFUNDED',
    refundedAmount: 1809,
  });
  const dispute = { id: `du_${randomUUID()}`, amount: 1809, status: 'needs_response' };
  expect((await disputed(client, { transactionId }, dispute)).transaction.disputedAmount).toBe(1809);
  expect((await invoicesOf(client, userId))[0]?.lines).toHaveLength(1);
  expect((await detach(client, card.id)).isDefault).toBe(false);
  expect((await withdrawCoupon(client, coupon.id)).isActive).toBe(false);
});

test('a declined card leaves the invoice open, which is then voided or paid by transfer', async () => {
  const subscription = await newPro();
  const { id: paymentMethodId } = await addCard(client, subscription.userId, `pm_${randomUUID()}`);
  const first = await bill(client, subscription, null, daysFromNow(14));
  expect(await refusalCode(bill(client, subscription, null, daysFromNow(14)))).toBe(
    'PERIOD_ALREADY_INVOICED',
  );
  const attempt = { invoiceId: first.id, paymentMethodId, idempotencyKey: randomUUID() };

  const failed = await pay(client, attempt, async () => ({
    paymentIntentId: `pi_${randomUUID()}`,
    declined: 'card_declined',
  }));

  expect(failed).toMatchObject({ status: 'FAILED' });
  expect((await withdraw(client, first.id)).status).toBe('CANCELED');
  const second = await bill(client, subscription, null, daysFromNow(14));
  expect((await giveUp(client, second.id)).status).toBe('UNCOLLECTIBLE');
  expect((await transferArrived(client, second.id)).status).toBe('PAID');
  expect(await markOverdue(client)).toEqual({ count: 0 });
});

test('a webhook acts once', async () => {
  const { userId } = await newPro();
  const { id } = await chargeAlone(client, userId, 500, randomUUID());
  const webhook = {
    id: 'evt_3QkTest',
    type: 'payment_intent.succeeded',
    livemode: false,
    created: 1_767_225_600,
    api_version: '2026-06-24.basil',
    data: { object: { id: 'pi_3QkTest', latest_charge: 'ch_3QkTest', metadata: { transactionId: id } } },
  };

  expect([await paymentSucceeded(client, webhook), await paymentSucceeded(client, webhook)]).toEqual([
    true,
    false,
  ]);
});

test('a checkout acts once, and can be tried again when the provider was down', async () => {
  const request = { scope: 'checkout', key: randomUUID(), request: '{}' };
  const write = async () => ({ status: 201, body: { paid: true } });
  const run = (ask: () => Promise<string>) => checkout(client, request, ask, write);

  await expect(run(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(await run(async () => 'charged')).toEqual({ status: 201, body: { paid: true } });
  expect(await run(() => expect.unreachable('asked twice'))).toEqual({ status: 201, body: { paid: true } });
  expect(await deleteOldKeys(client)).toEqual({ count: 0 });
});

test('refusals have an answer', () => {
  expect(answerTo(new RefundExceedsPaymentError(1400))).toMatchObject({ status: 409 });
  expect(answerTo(new RecordNotFoundError('invoice')).status).toBe(404);
  expect(answerTo(new Error('?')).status).toBe(500);
});

test('two steps are one', async () => {
  const { userId } = await startWithPro(client, newUser(), daysFromNow(30));

  expect(await entitlement(client, userId)).toMatchObject({ plan: 'PRO' });
});

test('a database of its own', async () => {
  expect(await inATest()).toEqual({ invoices: 2, subscriptions: 2 });
});

test('renewals: the job renews what was paid, and a change of plan is prorated', async () => {
  const begun = await subscribeMonthly(client, newUser(), 'Europe/Berlin');
  const period = { currentPeriodStart: daysFromNow(-31), currentPeriodEnd: daysFromNow(-1) };
  const data = { userId: newUser(), plan: 'PRO' as const, startedAt: period.currentPeriodStart, ...period };
  const cycle = { billingAnchor: period.currentPeriodEnd, billingMonths: 1, billingTimeZone: 'UTC' };
  const due = await client.subscription.create({ data: { ...data, ...cycle } });

  const renewed = await renewDue(client, async ({ id }) => id === due.id);

  expect(renewed.map(({ id }) => id)).toEqual([due.id]);
  const lines = upgradeLines(begun, begun.currentPeriodStart as Date);
  expect(lines.map(({ unitAmount }) => unitAmount)).toEqual([-1900, 9900]);
});

test('a price, seats, a change to come and a pause', async () => {
  const price = await raisePrice(client, 1900, january);
  const team = await subscribeTeam(client, newUser(), 12);
  expect(team).toMatchObject({ priceId: price.id, quantity: 12 });
  expect(await linesOf(client, team)).toEqual([{ description: 'PRO', quantity: 12, unitAmount: 1900 }]);
  const year = { plan: 'PRO', interval: 'YEAR', currency: 'EUR', unitAmount: 19_000 } as const;
  const yearly = await payByTheYear(client, team, (await setPrice(client, year)).id);
  const leaving = await downgrade(client, yearly);
  expect([yearly.nextPlan, leaving.nextPlan]).toEqual(['PRO', 'FREE']);
  const paused = await pause(client, await stayAsItIs(client, leaving), daysFromNow(60));
  expect(await goOn(client, paused)).toMatchObject({ status: 'ACTIVE', nextPlan: null });
});

test('an electronic invoice is billed, and credited with its refund', async () => {
  const { id: subscriptionId } = await startPro(client, newUser());
  const buyer = { name: 'Ada', address: { country: 'DE' } };

  const document = await billElectronically(client, subscriptionId, buyer);

  expect(document).toMatchObject({ 'BT-3': '380', 'BG-7': buyer, 'BG-22': { 'BT-112': '22.61' } });
  const { id } = await client.invoice.findUniqueOrThrow({ where: { invoiceNumber: document['BT-1'] } });
  const refund = { id: randomUUID(), amount: 100 } as never;
  const note = await creditRefund(client, id, refund);
  expect(note).toMatchObject({ kind: 'CREDIT_NOTE', total: 100 });
  expect(await creditRefund(client, id, refund)).toEqual(note);
});

test('cycles and subscriptions of the provider', async () => {
  const anchor = new Date('2027-01-31T12:00:00Z');
  expect(firstPeriodEnd(anchor, 'UTC')).toEqual(new Date('2027-02-28T12:00:00Z'));

  const webhook = {
    id: 'evt_changed',
    type: 'customer.subscription.updated',
    livemode: false,
    created: 1_767_225_600,
  };
  const period = { startedAt: january, currentPeriodStart: january, currentPeriodEnd: daysFromNow(9) };
  const news = {
    userId: newUser(),
    stripeSubscriptionId: 'sub_changed',
    plan: 'PRO' as const,
    status: 'ACTIVE' as const,
  };
  const retrieve = async () => ({ ...news, ...period });

  expect(await subscriptionChanged(client, webhook, news.stripeSubscriptionId, retrieve)).toBe(true);
  expect(await subscriptionChanged(client, webhook, news.stripeSubscriptionId, retrieve)).toBe(false);
});
