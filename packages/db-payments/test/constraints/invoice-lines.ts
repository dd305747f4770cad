import type { ConstraintCase, TriggerEffect } from '@codezest/constraint-tests';
import { cardNumber, draft, id, invoice, issue, line, subscription } from './rows.js';

const given = subscription();
const nothing = { subtotal: '0', discount: '0', tax: '0', total: '0' };
const free = { quantity: '1', unit_amount: '0', amount: '0' };

/** A write of a line locks its invoice first, which shows in the invoice's locker where the write then does nothing. */
export const invoiceLineEffects: TriggerEffect[] = [
  {
    trigger: 'invoice_lines_lock_invoice',
    given: `${given + draft()} UPDATE invoices SET updated_at = now();
      CREATE TEMP TABLE earlier ON COMMIT DROP AS SELECT xmax::text AS locker FROM invoices`,
    write: `${line().slice(0, -1)} ON CONFLICT DO NOTHING`,
    shows: 'SELECT i.xmax::text <> e.locker FROM invoices i, earlier e',
  },
];

export const invoiceLines: ConstraintCase[] = [
  {
    object: 'invoice_lines_invoice_id_currency_fkey',
    given,
    refused: invoice() + line({ currency: 'USD' }),
    allowed: invoice({ currency: 'USD' }) + line({ currency: 'USD' }),
  },
  {
    object: 'invoice_lines_invoice_id_position_key',
    given: given + draft(),
    refused: line({ id: id(2), unit_amount: '0', amount: '0' }),
    allowed: line({ id: id(2), unit_amount: '0', amount: '0', position: '2' }),
  },
  {
    object: 'invoice_lines_position_check',
    given: given + draft(),
    refused: `UPDATE invoice_lines SET position = 0`,
    allowed: `UPDATE invoice_lines SET position = 2`,
  },
  ...["''", "'  '", "E'PRO\\u0001'", "E'PRO\\u000b month'"].map((description) => ({
    object: 'invoice_lines_description_check',
    given: given + draft(),
    refused: `UPDATE invoice_lines SET description = ${description}`,
    allowed: `UPDATE invoice_lines SET description = E'PRO\\tÜ 月'`,
  })),
  {
    object: 'invoice_lines_amount_check',
    given: given + draft(),
    refused: `UPDATE invoice_lines SET quantity = 3`,
    allowed: `UPDATE invoice_lines SET quantity = 1, unit_amount = 2000`,
  },
  ...[
    { quantity: '1', unit_amount: '1000000000000', amount: '1000000000000' },
    { quantity: '-1', unit_amount: '1000000000000', amount: '-1000000000000' },
    { quantity: '0', unit_amount: '-1000000000000', amount: '0' },
  ].map((values) => ({
    object: 'invoice_lines_amounts_check',
    given: given + invoice(nothing),
    refused: line(values),
    allowed: line({ quantity: '0', unit_amount: '999999999999', amount: '0' }),
  })),
  {
    object: 'invoice_lines_description_card_number_check',
    given: given + draft(),
    refused: `UPDATE invoice_lines SET description = 'paid with ${cardNumber}'`,
    allowed: `UPDATE invoice_lines SET description = 'PRO, 2026-01-05 to 2026-02-05'`,
  },
  {
    object: 'invoices_subtotal_rule',
    given: given + draft(),
    refused: line({ id: id(2), position: '2' }),
    allowed: `${line({ id: id(2), position: '2' })} UPDATE invoices SET subtotal = 4000, total = 3800`,
  },
  {
    object: 'invoices_subtotal_rule',
    given: given + draft(),
    refused: `DELETE FROM invoice_lines`,
    allowed: `DELETE FROM invoice_lines; UPDATE invoices SET subtotal = 0, discount = 0, total = 300`,
  },
  {
    object: 'invoices_subtotal_rule',
    given: given + draft() + draft({ id: id(2) }),
    refused: `UPDATE invoice_lines SET invoice_id = '${id(2)}', position = 2 WHERE invoice_id = '${id(1)}'`,
    allowed: `UPDATE invoice_lines SET invoice_id = '${id(2)}', position = 2 WHERE invoice_id = '${id(1)}';
      UPDATE invoices SET subtotal = lines_amount, discount = 0, tax = 0, total = lines_amount`,
  },
  ...[
    line({ id: id(2), position: '2', ...free }),
    `UPDATE invoice_lines SET description = 'ENTERPRISE, January 2026'`,
    `DELETE FROM invoice_lines WHERE amount = 0`,
  ].map((change) => ({
    object: 'invoice_lines_draft_only_rule',
    // Without an amount, so that nothing but the rule misses the triggers that add the lines up.
    given: `${given + invoice(nothing) + line(free) + issue() + invoice({ ...nothing, id: id(4) })}
      ${line({ id: id(4), invoice_id: id(4), ...free })}`,
    refused: change,
    allowed: `UPDATE invoice_lines SET description = 'ENTERPRISE' WHERE invoice_id = '${id(4)}'`,
  })),
  {
    object: 'invoice_lines_no_truncate_rule',
    given: given + draft(),
    refused: `TRUNCATE invoice_lines`,
    sqlState: '42501',
    allowed: `DELETE FROM invoice_lines; UPDATE invoices SET subtotal = 0, discount = 0, total = 300`,
  },
];
