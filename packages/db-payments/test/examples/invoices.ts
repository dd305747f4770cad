import type { InvoiceId, SubscriptionId } from '@codezest/db-types';
import {
  type Client,
  draftInvoice,
  issueInvoice,
  markInvoicePaid,
  type PrismaClient,
  percentageOf,
  redeemCoupon,
  voidInvoice,
} from '../../src/index.js';

const tax = (net: number) => percentageOf(net, '19');

/** One month of PRO for €19.00 and tax, with the coupon that the user typed. */
export const bill = (
  client: PrismaClient,
  subscriptionId: SubscriptionId,
  code: string | null,
  dueAt: Date,
) =>
  client.$transaction(async (transaction) => {
    const { id: invoiceId } = await draftInvoice(transaction, {
      subscriptionId,
      currency: 'EUR',
      lines: [{ description: 'PRO, one month', unitAmount: 1900 }],
      tax,
    });
    if (code !== null) await redeemCoupon(transaction, { code, invoiceId, tax });
    return issueInvoice(transaction, { invoiceId, dueAt });
  });

export const transferArrived = (client: Client, invoiceId: InvoiceId) => markInvoicePaid(client, invoiceId);

export const withdraw = (client: Client, invoiceId: InvoiceId) => voidInvoice(client, invoiceId);
