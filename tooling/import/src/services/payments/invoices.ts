import { derivedUuid } from '../../engine/ids.js';
import { type Context, Refusal, type Rows, type Step } from '../../engine/step.js';
import type { JsonObject } from '../../json.js';
import { later } from '../../values/times.js';
import { Values } from '../../values/values.js';

const FROM = 'payments.invoices';

/**
 * Invoices get the numbers of the new counters, which rise with the moment of issue: so they are read in that order and
 * issued one after the other, first as drafts. The earlier number stands in the note.
 */
export const invoices: Step = {
  name: 'invoices',
  from: FROM,
  orderBy: 'issuedAt',
  facts: { userId: `SELECT s."userId" FROM "payments.subscriptions" s WHERE s."id" = t."subscriptionId"` },
  targets: [
    {
      table: 'invoices',
      set: { status: 't.status', updated_at: 't.updated_at', created_at: 't.created_at' },
      incomparable: ['status', 'created_at', 'updated_at'],
    },
    { table: 'invoice_lines' },
  ],
  convert,
  beforehand: `CREATE OR REPLACE FUNCTION pg_temp.issue_invoices(given jsonb) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      i record;
    BEGIN
      FOR i IN SELECT * FROM jsonb_to_recordset(given)
        AS g(id uuid, status "InvoiceStatus", issued_at timestamptz, paid_at timestamptz, voided_at timestamptz)
        ORDER BY issued_at, id
      LOOP
        CONTINUE WHEN i.status = 'DRAFT';
        UPDATE public.invoices SET status = 'SENT', issued_at = i.issued_at WHERE id = i.id AND status = 'DRAFT';
        CONTINUE WHEN i.status = 'SENT';
        UPDATE public.invoices SET status = i.status, paid_at = i.paid_at, voided_at = i.voided_at
        WHERE id = i.id AND status <> i.status;
      END LOOP;
    END $$`,
  afterwards: { rows: 'issued', sql: 'SELECT pg_temp.issue_invoices($1::jsonb)' },
};

function convert(row: JsonObject, { notes }: Context): Rows {
  const values = new Values(row, FROM, notes);
  const id = values.id('id', FROM) ?? '';
  const issuedAt = values.time('issuedAt') ?? '';
  const dueAt = values.time('dueAt');
  const due = dueAt === null ? null : later(dueAt, issuedAt);
  const status = values.text('status') === 'OVERDUE' && due === null ? 'SENT' : values.text('status');
  const currency = (values.text('currency') ?? '').toUpperCase();
  const [subtotal, tax, total] = [
    values.number('amount') ?? 0,
    values.number('tax') ?? 0,
    values.number('total') ?? 0,
  ];
  const discount = subtotal + tax - total;
  if (discount < 0 || discount > subtotal) throw new Refusal('invoices_total_check');
  if (discount > 0) values.changed('total', 'what it lacks of amount and tax is a discount');
  return {
    invoices: [
      {
        id,
        user_id: values.id('userId', 'auth.users'),
        subscription_id: values.id('subscriptionId', 'payments.subscriptions'),
        status: 'DRAFT',
        currency,
        subtotal,
        discount,
        tax,
        total,
        note: `Number before the move: ${values.text('invoiceNumber')}`,
        stripe_invoice_id: values.text('stripeInvoiceId'),
        invoice_url: values.url('invoiceUrl')?.replace(/^http:/, 'https:') ?? null,
        due_at: due,
        created_at: issuedAt,
        updated_at: issuedAt,
      },
    ],
    invoice_lines: [
      {
        id: derivedUuid('payments.invoice_lines', id),
        invoice_id: id,
        position: 1,
        description: 'Subscription',
        quantity: 1,
        unit_amount: subtotal,
        amount: subtotal,
        currency,
        created_at: issuedAt,
        updated_at: issuedAt,
      },
    ],
    issued: [
      {
        id,
        status,
        issued_at: issuedAt,
        paid_at: status === 'PAID' ? later(values.time('paidAt'), issuedAt) : null,
        voided_at: status === 'CANCELED' ? issuedAt : null,
      },
    ],
  };
}
