import type { ConstraintCase, TriggerEffect } from '@codezest/constraint-tests';
import { cardNumber, draft, id, invoice, issue, line, subscription } from './rows.js';

const given = subscription();

/** A write of a line locks its invoice, which shows in the invoice's locker; the update drops the lock of the inserts. */
export const invoiceLineEffects: TriggerEffect[] = [
  {
    trigger: 'invoice_lines_lock_invoice',
    given: `${given + draft()} UPDATE invoices SET updated_at = now();
      CREATE TEMP TABLE earlier ON COMMIT DROP AS SELECT xmax::text AS locker FROM invoices`,
    write: `UPDATE invoice_lines SET description = 'PRO'`,
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
  {
    object: 'invoice_lines_quantity_check',
    given: given + draft(),
    refused: line({ id: id(2), position: '2', quantity: '0', amount: '0' }),
    allowed: line({ id: id(2), position: '2', quantity: '1', unit_amount: '0', amount: '0' }),
  },
  {
    object: 'invoice_lines_unit_amount_check',
    given,
    refused:
      draft() +
      line({ id: id(2), position: '2', quantity: '1', unit_amount: '-1', amount: '-1' }) +
      line({ id: id(3), position: '3', quantity: '1', unit_amount: '1', amount: '1' }),
    allowed: draft() + line({ id: id(2), position: '2', quantity: '1', unit_amount: '0', amount: '0' }),
  },
  {
    object: 'invoice_lines_amount_check',
    given: given + draft(),
    refused: `UPDATE invoice_lines SET quantity = 3`,
    allowed: `UPDATE invoice_lines SET quantity = 1, unit_amount = 2000`,
  },
  {
    object: 'invoice_lines_card_number_check',
    given: given + draft(),
    refused: `UPDATE invoice_lines SET description = 'paid with ${cardNumber}'`,
    allowed: `UPDATE invoice_lines SET description = 'PRO, 2026-01-05 to 2026-02-05'`,
  },
  {
    object: 'invoice_lines_subtotal_rule',
    given: given + draft(),
    refused: line({ id: id(2), position: '2' }),
    allowed: `${line({ id: id(2), position: '2' })} UPDATE invoices SET subtotal = 4000, total = 3800`,
  },
  {
    object: 'invoice_lines_subtotal_rule',
    given: given + draft(),
    refused: `DELETE FROM invoice_lines`,
    allowed: `DELETE FROM invoice_lines; UPDATE invoices SET subtotal = 0, discount = 0, total = 300`,
  },
  ...[
    line({ id: id(2), position: '2', quantity: '1', unit_amount: '0', amount: '0' }),
    `UPDATE invoice_lines SET description = 'ENTERPRISE, January 2026'`,
    `DELETE FROM invoice_lines WHERE amount = 0`,
  ].map((change) => {
    const free = line({ id: id(3), position: '3', quantity: '1', unit_amount: '0', amount: '0' });
    return {
      object: 'invoice_lines_draft_only_rule',
      given: given + draft() + free + issue() + draft({ id: id(4) }),
      refused: change,
      allowed: `UPDATE invoice_lines SET description = 'ENTERPRISE' WHERE invoice_id = '${id(4)}'`,
    };
  }),
  {
    object: 'invoice_lines_no_truncate_rule',
    given: given + draft(),
    refused: `TRUNCATE invoice_lines; UPDATE invoices SET subtotal = 0, discount = 0, total = 300`,
    sqlState: '42501',
    allowed: `DELETE FROM invoice_lines; UPDATE invoices SET subtotal = 0, discount = 0, total = 300`,
  },
];
