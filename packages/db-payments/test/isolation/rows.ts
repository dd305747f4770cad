import { randomUUID } from 'node:crypto';
import type { InvoiceId, SubscriptionId, TransactionId, UserId } from '@codezest/db-types';
import {
  type Client,
  draftInvoice,
  type PrismaClient,
  recordTransaction,
  succeedTransaction,
} from '../../src/index.js';
import { daysFromNow, sentInvoice } from '../callers.js';
import { newUser, startPro } from '../fixtures.js';

/** Where the cases make and read rows: outside the transaction that is tried. */
export type Own = () => PrismaClient;

export const lines = [{ description: 'PRO', unitAmount: 1900 }];
export const declined = { failureCode: 'card_declined' };

export interface Attempt {
  readonly invoiceId: InvoiceId;
  readonly transactionId: TransactionId;
}

export interface Stretch {
  readonly userId: UserId;
  readonly subscriptionId: SubscriptionId;
  readonly version: number;
}

export const record = (client: Client, invoiceId: InvoiceId) =>
  recordTransaction(client, { invoiceId, idempotencyKey: randomUUID() });

/** What cases begin with, and what they look at in the end. */
export function rowsOf(own: Own) {
  const sent = async () => (await sentInvoice(own())).id;
  const ofInvoice = async (_client: Client, id: InvoiceId) => {
    const { status, amountPaid, attemptCount, discount, total, paidOutOfBand } =
      await own().invoice.findUniqueOrThrow({ where: { id } });
    const attempts = await own().transaction.findMany({ where: { invoiceId: id } });
    const states = attempts.map((each) => [each.status, each.refundedAmount, each.disputedAmount].join());
    return { status, amountPaid, attemptCount, discount, total, paidOutOfBand, states: states.sort() };
  };
  const pending = async (): Promise<Attempt> => {
    const invoiceId = await sent();
    return { invoiceId, transactionId: (await record(own(), invoiceId)).id };
  };
  return {
    sent,
    ofInvoice,
    pending,
    async paid(): Promise<Attempt> {
      const attempt = await pending();
      await succeedTransaction(own(), attempt);
      return attempt;
    },
    ofAttempt: (client: Client, { invoiceId }: Attempt) => ofInvoice(client, invoiceId),
    async draft(): Promise<InvoiceId> {
      const { id: subscriptionId } = await startPro(own(), newUser());
      return (await draftInvoice(own(), { subscriptionId, currency: 'EUR', lines })).id;
    },
    async stretch(): Promise<Stretch> {
      const currentPeriodEnd = daysFromNow(30);
      const { id, userId, version } = await startPro(own(), newUser(), { currentPeriodEnd });
      return { subscriptionId: id, userId, version };
    },
    async ofUser(_client: Client, { userId }: { userId: UserId }) {
      const rows = await own().subscription.findMany({ where: { userId }, orderBy: { version: 'asc' } });
      return rows.map(({ plan, status, version, cancelAtPeriodEnd }) => ({
        plan,
        status,
        version,
        cancelAtPeriodEnd,
      }));
    },
  };
}
