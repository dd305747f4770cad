import { type Person, type SeedContext, type SeedRow, seedId } from '@codezest/db-core/seed';
import { type Charge, chargesOf } from './charges.js';
import { stripeId } from './stripe-id.js';

/** All invoices as drafts, with their lines: the database numbers them when they are issued. */
export async function seedDrafts({ insert, people }: SeedContext): Promise<void> {
  await insert('invoices', draftRows(people()));
  await insert('invoice_lines', lineRows(people()));
}

function* draftRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    for (const charge of chargesOf(person)) {
      yield {
        id: charge.id,
        user_id: person.id,
        subscription_id: charge.subscriptionId,
        status: 'DRAFT',
        reason: 'SUBSCRIPTION_CYCLE',
        currency: charge.currency,
        subtotal: charge.subtotal,
        discount: charge.discount?.amount ?? 0,
        tax: charge.tax,
        total: charge.total,
        period_start: charge.period.start,
        period_end: charge.period.end,
        stripe_invoice_id: stripeId('in', charge.id),
        invoice_url: `https://invoice.example.com/i/${stripeId('live', charge.id)}`,
        due_at: charge.dueAt,
        created_at: charge.draftedAt,
        updated_at: charge.draftedAt,
      };
    }
  }
}

function* lineRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    for (const charge of chargesOf(person)) {
      for (const [index, { description, quantity, unitAmount }] of charge.lines.entries()) {
        yield {
          id: seedId('InvoiceLine', `${charge.id}/${index}`, charge.draftedAt),
          invoice_id: charge.id,
          position: index + 1,
          description,
          quantity,
          unit_amount: unitAmount,
          amount: quantity * unitAmount,
          currency: charge.currency,
          created_at: charge.draftedAt,
          updated_at: charge.draftedAt,
        };
      }
    }
  }
}

/**
 * In the order of time, so that the numbers are the same on every machine and rise with the dates; a join would update in
 * whatever order it finds the rows. Some hundred per transaction: each number adds a version of the counter's row, and
 * the next one reads through all those that its own transaction has made.
 */
export async function issueInvoices({ pool, people, report }: SeedContext): Promise<void> {
  const issued: { id: string; at: Date }[] = [];
  for (const person of people()) {
    for (const { id, issuedAt } of chargesOf(person)) {
      if (issuedAt) issued.push({ id, at: issuedAt });
    }
  }
  issued.sort((left, right) => left.at.getTime() - right.at.getTime() || (left.id < right.id ? -1 : 1));

  await pool.query(ISSUE_IN_ORDER);
  let count = 0;
  for (const chunk of chunks(issued, 500)) {
    await pool.query('SELECT pg_temp.issue_in_order($1)', [JSON.stringify(chunk)]);
    count += chunk.length;
    report(`${count} of ${issued.length} invoices have their number`);
  }
}

const ISSUE_IN_ORDER = `
  CREATE OR REPLACE FUNCTION pg_temp.issue_in_order(issued jsonb) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    due record;
  BEGIN
    FOR due IN SELECT * FROM jsonb_to_recordset(issued) AS r (id uuid, at timestamptz) LOOP
      -- A larger seed adds to a smaller one, whose numbers are taken.
      UPDATE invoices i SET status = 'SENT', issued_at = at.moment, due_at = greatest(i.due_at, at.moment), updated_at = due.at
      FROM (SELECT greatest(due.at, max(last_issued_at)) AS moment FROM invoice_counters
            WHERE kind = 'INVOICE' AND year = extract(year FROM due.at AT TIME ZONE 'UTC')) AS at
      WHERE i.id = due.id AND i.status = 'DRAFT';
    END LOOP;
  END $$`;

/** What became of the issued ones: paid, overdue or voided. */
export async function settleInvoices({ pool, people }: SeedContext): Promise<void> {
  for (const chunk of chunks(settledRows(people()), 1_000)) {
    await pool.query(
      `UPDATE invoices AS i
       SET status = s.status, paid_at = s.paid_at, voided_at = s.voided_at, updated_at = s.updated_at
       FROM jsonb_populate_recordset(NULL::invoices, $1::jsonb) AS s
       WHERE i.id = s.id AND i.status = 'SENT' AND s.status <> 'SENT'`,
      [JSON.stringify(chunk)],
    );
  }
}

function* settledRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    for (const { id, status, issuedAt, dueAt, paidAt, voidedAt } of chargesOf(person).filter(isSettled)) {
      yield {
        id,
        status,
        paid_at: paidAt,
        voided_at: voidedAt,
        updated_at: paidAt ?? voidedAt ?? dueAt ?? issuedAt,
      };
    }
  }
}

function isSettled({ status }: Charge): boolean {
  return status === 'PAID' || status === 'OVERDUE' || status === 'CANCELED';
}

function* chunks<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length === size) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}
