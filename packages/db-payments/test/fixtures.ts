import { randomUUID } from 'node:crypto';
import type { InvoiceId, SubscriptionId, UserId } from '@codezest/db-types';
import { expect } from 'vitest';
import type { Invoice, Prisma, Subscription, TransactionClient } from '../src/index.js';

export const january = new Date('2026-01-01T00:00:00Z');
export const february = new Date('2026-02-01T00:00:00Z');

export function newUser(): UserId {
  return randomUUID() as UserId;
}

export function startPro(
  client: Pick<TransactionClient, 'subscription'>,
  userId: UserId,
  values: Partial<Prisma.SubscriptionUncheckedCreateInput> = {},
): Promise<Subscription> {
  return client.subscription.create({
    data: {
      userId,
      plan: 'PRO',
      startedAt: january,
      currentPeriodStart: january,
      currentPeriodEnd: february,
      ...values,
    },
  });
}

/** €17.00 and 19 % of tax. */
export function draftInvoice(
  client: Pick<TransactionClient, 'invoice'>,
  subscription: { id: SubscriptionId; userId: UserId },
): Promise<Invoice> {
  return client.invoice.create({
    data: {
      subscriptionId: subscription.id,
      userId: subscription.userId,
      currency: 'EUR',
      subtotal: 1700,
      discount: 0,
      tax: 323,
      total: 2023,
      lines: {
        create: {
          position: 1,
          description: 'PRO, January 2026',
          quantity: 1,
          unitAmount: 1700,
          amount: 1700,
        },
      },
    },
  });
}

export function issueInvoice(
  client: Pick<TransactionClient, 'invoice'>,
  id: InvoiceId,
  issuedAt: Date = january,
): Promise<Invoice> {
  return client.invoice.update({ where: { id }, data: { status: 'SENT', issuedAt } });
}

export function chargeFor(invoice: Invoice): Prisma.TransactionUncheckedCreateInput {
  return {
    userId: invoice.userId,
    subscriptionId: invoice.subscriptionId,
    invoiceId: invoice.id,
    amount: invoice.total,
    currency: invoice.currency,
    idempotencyKey: randomUUID(),
  };
}

/** The error that the database answered with. */
export async function refusal(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('it was accepted'),
    (error: unknown) => error,
  );
}
