import { randomUUID } from 'node:crypto';
import type { InvoiceId, SubscriptionId, UserId } from '@codezest/db-types';
import type { Client } from 'pg';
import { draft, subscription } from '../constraints/rows.js';

/** The connection that raw writes go over. */
export type Connect = () => Client;

export interface InvoiceOfHistory {
  readonly userId: UserId;
  readonly subscriptionId: SubscriptionId;
  readonly invoiceId: InvoiceId;
}

/** A user, a subscription and a draft of 20.00 less 5.00 plus 3.00 of tax, that nobody else touches. */
export async function draftOfHistory(connection: Client): Promise<InvoiceOfHistory> {
  const [userId, subscriptionId, invoiceId] = [randomUUID(), randomUUID(), randomUUID()];
  await connection.query(
    subscription({ id: subscriptionId, user_id: userId }) +
      draft({
        id: invoiceId,
        user_id: userId,
        subscription_id: subscriptionId,
        reason: 'SUBSCRIPTION_CYCLE',
        due_at: '2090-01-15',
      }),
  );
  return {
    userId: userId as UserId,
    subscriptionId: subscriptionId as SubscriptionId,
    invoiceId: invoiceId as InvoiceId,
  };
}

/** The same, sent. */
export async function sentInvoice(connection: Client): Promise<InvoiceOfHistory> {
  const made = await draftOfHistory(connection);
  await connection.query(
    `UPDATE invoices SET status = 'SENT', issued_at = '2020-02-01' WHERE id = '${made.invoiceId}'`,
  );
  return made;
}
