import type { InvoiceId } from '@codezest/db-types';
import {
  type Client,
  draftInvoice,
  issueInvoice,
  markInvoicePaid,
  markInvoiceUncollectible,
  type PrismaClient,
  percentageOf,
  redeemCoupon,
  type Subscription,
  voidInvoice,
} from '../../src/index.js';

const tax = (net: number) => percentageOf(net, '19');

/** The period of PRO that is under way, for €19.00 and tax, with the coupon that the user typed. It is billed once. */
export const bill = (
  client: PrismaClient,
  { id: subscriptionId, currentPeriodStart, currentPeriodEnd }: Subscription,
  code: string | null,
  dueAt: Date,
) =>
  client.$transaction(async (transaction) => {
    if (currentPeriodStart === null || currentPeriodEnd === null) throw new Error('FREE is not billed');
    const { id: invoiceId } = await draftInvoice(transaction, {
      subscriptionId,
      currency: 'EUR',
      lines: [{ description: 'PRO, one month', unitAmount: 1900 }],
      tax,
      period: { start: currentPeriodStart, end: currentPeriodEnd },
    });
    if (code !== null) await redeemCoupon(transaction, { code, invoiceId, tax });
    return issueInvoice(transaction, { invoiceId, dueAt });
  });

export const transferArrived = (client: Client, invoiceId: InvoiceId) => markInvoicePaid(client, invoiceId);

export const withdraw = (client: Client, invoiceId: InvoiceId) => voidInvoice(client, invoiceId);

/** Months after the last reminder. */
export const giveUp = (client: Client, invoiceId: InvoiceId) => markInvoiceUncollectible(client, invoiceId);
