import { randomUUID } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { InvoiceId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Coupon,
  draftInvoice,
  type Invoice,
  issueInvoice,
  type Prisma,
  type PrismaClient,
  percentageOf,
  redeemCoupon,
} from '../src/index.js';
import { daysFromNow, racingDatabase, refusalCode, rolledBack } from './callers.js';
import type { TestDatabase } from './database.js';
import { january, newUser, startPro } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

let sequence = 0;
const newCoupon = (values: Partial<Prisma.CouponUncheckedCreateInput> = {}): Promise<Coupon> => {
  sequence += 1;
  return client.coupon.create({
    data: {
      code: `OFFER-${sequence}`,
      discountType: 'PERCENTAGE',
      discountValue: 20,
      validFrom: january,
      ...values,
    },
  });
};
const tax = (net: number) => percentageOf(net, '19');

async function draft(userId = newUser(), unitAmount = 1700, currency = 'EUR'): Promise<Invoice> {
  const live = await client.subscription.findFirst({ where: { userId } });
  const { id: subscriptionId } = live ?? (await startPro(client, userId));
  return draftInvoice(client, { subscriptionId, currency, lines: [{ description: 'PRO', unitAmount }], tax });
}
const redeem = ({ code }: Coupon, { id: invoiceId }: { id: InvoiceId }) =>
  redeemCoupon(client, { code, invoiceId, tax });

describe('redeemCoupon', () => {
  test('takes the discount off the invoice and counts', async () => {
    const coupon = await newCoupon({ code: 'WELCOME20' });
    const invoice = await draft();

    const redeemed = await redeemCoupon(client, { code: ' welcome20 ', invoiceId: invoice.id, tax });

    expect(redeemed.invoice).toMatchObject({ subtotal: 1700, discount: 340, tax: 258, total: 1618 });
    expect(redeemed.invoice).toEqual(await client.invoice.findUniqueOrThrow({ where: { id: invoice.id } }));
    expect(redeemed.redemption).toEqual(
      await client.couponRedemption.findFirstOrThrow({ where: { couponId: coupon.id } }),
    );
    expect(redeemed.redemption).toMatchObject({
      userId: invoice.userId,
      discountAmount: 340,
      currency: 'EUR',
    });
    expect((await client.coupon.findUniqueOrThrow({ where: { id: coupon.id } })).redemptionCount).toBe(1);
  });

  test('gives a fixed amount, but never more than there is to pay', async () => {
    const coupon = await newCoupon({ discountType: 'FIXED', discountValue: 1000, currency: 'EUR' });

    expect((await redeem(coupon, await draft())).invoice).toMatchObject({
      discount: 1000,
      tax: 133,
      total: 833,
    });
    expect((await redeem(coupon, await draft(newUser(), 900))).invoice).toMatchObject({
      discount: 900,
      total: 0,
    });
  });

  test('takes the second coupon off what the first one has left', async () => {
    const invoice = await draft();

    await redeem(await newCoupon({ discountValue: 50 }), invoice);
    const { invoice: twice } = await redeem(await newCoupon({ discountValue: 50 }), invoice);

    expect(twice).toMatchObject({ discount: 1275, tax: 81, total: 506 });
  });

  test.each<[reason: string, values: Partial<Prisma.CouponUncheckedCreateInput>]>([
    ['INACTIVE', { isActive: false }],
    ['NOT_YET_VALID', { validFrom: daysFromNow(1) }],
    ['EXPIRED', { validUntil: daysFromNow(-1) }],
    ['OTHER_CURRENCY', { discountType: 'FIXED', currency: 'JPY' }],
  ])('refuses one that is %s', async (reason, values) => {
    const error = await redeem(await newCoupon(values), await draft()).catch((refusal: unknown) => refusal);

    expect(error).toMatchObject({ code: 'COUPON_NOT_REDEEMABLE', reason });
  });

  test('refuses where there is nothing to discount, no draft, no coupon, no invoice', async () => {
    const coupon = await newCoupon();
    const issued = await issueInvoice(client, { invoiceId: (await draft()).id });
    const free = redeem(coupon, await draft(newUser(), 0)).catch((refusal: unknown) => refusal);

    expect(await free).toMatchObject({ code: 'COUPON_NOT_REDEEMABLE', reason: 'NOTHING_TO_DISCOUNT' });
    expect(await refusalCode(redeem(coupon, issued))).toBe('INVOICE_NOT_DRAFT');
    expect(await refusalCode(redeem({ ...coupon, code: 'NOBODY' }, await draft()))).toBe('RECORD_NOT_FOUND');
    expect(await refusalCode(redeem(coupon, { id: randomUUID() as InvoiceId }))).toBe('RECORD_NOT_FOUND');
    expect((await client.coupon.findUniqueOrThrow({ where: { id: coupon.id } })).redemptionCount).toBe(0);
  });

  test('refuses to keep the tax of an amount that is not paid any more, and writes nothing', async () => {
    const [coupon, invoice] = [await newCoupon({ discountValue: 100 }), await draft()];
    const { code } = coupon;

    const { id: subscriptionId } = await startPro(client, newUser());
    const lines = [{ description: 'PRO', unitAmount: 1700 }];
    const untaxed = await draftInvoice(client, { subscriptionId, currency: 'EUR', lines });

    expect(await refusalCode(redeemCoupon(client, { code, invoiceId: invoice.id }))).toBe('TAX_MISSING');
    expect(await client.invoice.findUniqueOrThrow({ where: { id: invoice.id } })).toEqual(invoice);
    expect(await client.coupon.findUniqueOrThrow({ where: { id: coupon.id } })).toEqual(coupon);
    const { invoice: free } = await redeemCoupon(client, { code, invoiceId: untaxed.id });
    expect(free).toMatchObject({ discount: 1700, tax: 0, total: 0 });
  });

  test('leaves the transaction usable when it refuses, and goes with it when it succeeds', async () => {
    const once = await newCoupon({ maxRedemptions: 1 });
    const userId = newUser();
    await redeem(once, await draft(userId));
    const used = await newCoupon();
    await redeem(used, await draft(userId));
    const [coupon, invoice] = [await newCoupon(), await draft(userId)];

    await rolledBack(client, async (transaction) => {
      const attempt = ({ code }: Coupon) => redeemCoupon(transaction, { code, invoiceId: invoice.id, tax });
      expect(await refusalCode(attempt(once))).toBe('COUPON_EXHAUSTED');
      expect(await refusalCode(attempt(used))).toBe('COUPON_ALREADY_REDEEMED');
      expect((await attempt(coupon)).invoice.discount).toBe(340);
    });

    expect(await client.invoice.findUniqueOrThrow({ where: { id: invoice.id } })).toEqual(invoice);
    expect((await client.coupon.findUniqueOrThrow({ where: { id: coupon.id } })).redemptionCount).toBe(0);
  });

  test(`of ${CALLERS} users exactly as many as the limit allows redeem it, and the others’ transactions go on, in ${ROUNDS} rounds`, async () => {
    const drafts = await Promise.all(Array.from({ length: CALLERS }, () => draft(newUser(), 1_000_000)));
    for (let round = 0; round < ROUNDS; round += 1) {
      const coupon = await newCoupon({ maxRedemptions: 5, discountValue: 1 });

      const { won: codes } = await race((caller) =>
        client.$transaction(async (transaction) => {
          const { id: invoiceId } = drafts[caller] as Invoice;
          const attempt = redeemCoupon(transaction, { code: coupon.code, invoiceId, tax });
          const code = await attempt.then(
            () => 'REDEEMED',
            (error: { code: string }) => error.code,
          );
          await transaction.invoice.findUnique({ where: { id: invoiceId } });
          return code;
        }),
      );

      expect(codes.filter((code) => code === 'REDEEMED')).toHaveLength(5);
      expect(codes.filter((code) => code === 'COUPON_EXHAUSTED')).toHaveLength(CALLERS - 5);
      const { redemptionCount } = await client.coupon.findUniqueOrThrow({ where: { id: coupon.id } });
      expect(redemptionCount).toBe(5);
    }
  });

  test(`of ${CALLERS} invoices of one user one gets it, in ${ROUNDS} rounds`, async () => {
    const userId = newUser();
    const drafts = [await draft(userId, 1_000_000)];
    for (let n = 1; n < CALLERS; n += 1) drafts.push(await draft(userId, 1_000_000));
    for (let round = 0; round < ROUNDS; round += 1) {
      const coupon = await newCoupon({ discountValue: 1 });

      const { won, refused } = await race((caller) => redeem(coupon, drafts[caller] as Invoice));

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ COUPON_ALREADY_REDEEMED: CALLERS - 1 });
    }
  });
});
