import { inTransaction } from '@codezest/db-core';
import type { InvoiceId } from '@codezest/db-types';
import type { Invoice, InvoiceLine, Prisma } from '../../generated/client.js';
import type { Client, TransactionClient } from '../client.js';

// Rows that one INSERT cannot make, because a rule wants several writes.

type NewInvoice = Partial<Prisma.InvoiceUncheckedCreateInput>;

/** An invoice begins as a draft, and gets its number when it is issued; then it is paid, overdue, given up or voided. */
export async function makeInvoice(
  client: Client,
  draft: (given: NewInvoice) => Promise<Invoice>,
  { status = 'DRAFT', issuedAt, paidAt, voidedAt, ...given }: NewInvoice,
): Promise<Invoice> {
  const made = await draft(status === 'OVERDUE' ? { dueAt: issuedAt ?? new Date(), ...given } : given);
  if (status === 'DRAFT') return made;
  const where = { id: made.id };
  const now = new Date();
  if (status !== 'CANCELED' || issuedAt)
    await client.invoice.update({ where, data: { status: 'SENT', issuedAt: issuedAt ?? now } });
  const at = {
    ...(status === 'PAID' ? { paidAt: paidAt ?? now } : {}),
    ...(status === 'CANCELED' ? { voidedAt: voidedAt ?? now } : {}),
  };
  return client.invoice.update({ where, data: { status, ...at } });
}

/** A further line of a draft, which the draft's sums follow. */
export async function addLine(
  client: Client,
  invoiceId: InvoiceId,
  data: Partial<Prisma.InvoiceLineUncheckedCreateInput> & { description: string; quantity: number },
): Promise<InvoiceLine> {
  return inTransaction(client, async (transaction: TransactionClient) => {
    const { currency } = await transaction.invoice.findUniqueOrThrow({ where: { id: invoiceId } });
    const last = await transaction.invoiceLine.aggregate({ where: { invoiceId }, _max: { position: true } });
    const position = (last._max.position ?? 0) + 1;
    const line = await transaction.invoiceLine.create({
      data: { position, currency, unitAmount: 0, amount: 0, ...data, invoiceId },
    });
    const sums = { subtotal: { increment: line.amount }, total: { increment: line.amount } };
    await transaction.invoice.update({ where: { id: invoiceId }, data: sums });
    return line;
  });
}

/** Only an invoice that was sent is charged. */
export async function issueDraft(client: Client, invoiceId: InvoiceId): Promise<void> {
  const data = { status: 'SENT', issuedAt: new Date() } as const;
  await client.invoice.updateMany({ where: { id: invoiceId, status: 'DRAFT' }, data });
}
