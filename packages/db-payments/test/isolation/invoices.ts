import { randomUUID } from 'node:crypto';
import { isolationCase } from '@codezest/constraint-tests';
import type { InvoiceId, SubscriptionId } from '@codezest/db-types';
import {
  type Client,
  creditInvoice,
  draftInvoice,
  issueInvoice,
  markInvoicePaid,
  markInvoiceUncollectible,
  redeemCoupon,
  voidInvoice,
} from '../../src/index.js';
import { daysFromNow } from '../callers.js';
import { february, january, newUser, startPro } from '../fixtures.js';
import { lines, type Own, record, rowsOf } from './rows.js';

export function invoiceCases(own: Own) {
  const { draft, sent, ofInvoice } = rowsOf(own);
  return {
    draftInvoice: isolationCase({
      given: async () => (await startPro(own(), newUser())).id,
      act: (client: Client, subscriptionId: SubscriptionId) =>
        draftInvoice(client, {
          subscriptionId,
          currency: 'EUR',
          lines,
          period: { start: january, end: february },
        }),
      rival: (client: Client, subscriptionId) =>
        draftInvoice(client, {
          subscriptionId,
          currency: 'EUR',
          lines,
          period: { start: new Date(january.getTime() + 1), end: daysFromNow(1) },
        }),
      state: (_client, subscriptionId) => own().invoice.count({ where: { subscriptionId } }),
    }),
    issueInvoice: isolationCase({
      given: draft,
      act: (client: Client, invoiceId: InvoiceId) => issueInvoice(client, { invoiceId }),
      rival: (client: Client, invoiceId) => voidInvoice(client, invoiceId),
      state: ofInvoice,
    }),
    creditInvoice: isolationCase({
      given: sent,
      act: (client: Client, invoiceId: InvoiceId) =>
        creditInvoice(client, { invoiceId, key: `first of ${invoiceId}` }),
      rival: (client: Client, invoiceId) =>
        creditInvoice(client, { invoiceId, key: `second of ${invoiceId}` }),
      state: async (_client, invoiceId) => {
        const { creditedAmount } = await own().invoice.findUniqueOrThrow({ where: { id: invoiceId } });
        const notes = await own().invoice.findMany({ where: { creditedInvoiceId: invoiceId } });
        return [creditedAmount, notes.map(({ total, status }) => [total, status])];
      },
    }),
    markInvoicePaid: isolationCase({ given: sent, act: markInvoicePaid, rival: record, state: ofInvoice }),
    voidInvoice: isolationCase({ given: sent, act: voidInvoice, rival: record, state: ofInvoice }),
    markInvoiceUncollectible: isolationCase({
      given: sent,
      act: markInvoiceUncollectible,
      rival: markInvoicePaid,
      state: ofInvoice,
    }),
    redeemCoupon: isolationCase({
      given: async () => {
        const code = `ONCE-${randomUUID().slice(0, 8).toUpperCase()}`;
        await own().coupon.create({
          data: {
            code,
            discountType: 'PERCENTAGE',
            discountValue: 20,
            maxRedemptions: 1,
            validFrom: january,
          },
        });
        return { code, first: await draft(), second: await draft() };
      },
      act: (client: Client, given: { code: string; first: InvoiceId; second: InvoiceId }) =>
        redeemCoupon(client, { code: given.code, invoiceId: given.first }),
      rival: (client: Client, { code, second }) => redeemCoupon(client, { code, invoiceId: second }),
      state: async (client, { code, first, second }) => [
        await ofInvoice(client, first),
        await ofInvoice(client, second),
        (await own().coupon.findUniqueOrThrow({ where: { code } })).redemptionCount,
      ],
    }),
  };
}
