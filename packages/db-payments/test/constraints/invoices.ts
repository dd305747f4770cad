import type { ConstraintCase, TriggerEffect } from '@codezest/constraint-tests';
import { draft, id, invoice, issue, line, otherSubscription, subscription } from './rows.js';

const given = subscription();
const issued = given + draft() + issue();
const january = { period_start: '2026-01-01', period_end: '2026-02-01' };
const nothing = { subtotal: '0', discount: '0', tax: '0', total: '0' };

const references: ConstraintCase[] = [
  {
    object: 'invoices_subscription_id_user_id_fkey',
    given: given + otherSubscription(),
    refused: draft({ user_id: id(2) }),
    allowed: draft({ user_id: id(2), subscription_id: id(2) }),
  },
  {
    object: 'invoices_currency_fkey',
    given,
    refused: draft({ currency: 'ABC' }),
    allowed: draft({ currency: 'KWD' }),
  },
  {
    object: 'invoices_stripe_invoice_id_key',
    given: given + draft({ stripe_invoice_id: 'in_A' }),
    refused: draft({ id: id(2), stripe_invoice_id: 'in_A' }),
    allowed: draft({ id: id(2), stripe_invoice_id: 'in_B' }),
  },
  {
    object: 'invoices_billed_period_excl',
    given: given + draft({ ...january, reason: 'SUBSCRIPTION_CREATE' }),
    refused: draft({
      id: id(2),
      period_start: '2026-01-31',
      period_end: '2026-03-01',
      reason: 'SUBSCRIPTION_CYCLE',
    }),
    allowed:
      draft({ id: id(2), ...january, reason: 'SUBSCRIPTION_UPDATE' }) +
      draft({
        id: id(3),
        period_start: '2026-02-01',
        period_end: '2026-03-01',
        reason: 'SUBSCRIPTION_CYCLE',
      }),
  },
  {
    object: 'invoices_billed_period_excl',
    given: given + draft({ ...january, reason: 'SUBSCRIPTION_CYCLE' }),
    refused: draft({ id: id(2), ...january, reason: 'SUBSCRIPTION_CYCLE' }),
    allowed: `UPDATE invoices SET status = 'CANCELED', voided_at = now(); ${draft({ id: id(2), ...january, reason: 'SUBSCRIPTION_CYCLE' })}`,
  },
];

const credit = line({ quantity: '-2', amount: '-2000' });

const amounts: ConstraintCase[] = [
  {
    object: 'invoices_total_check',
    given,
    refused: draft({ total: '1801' }),
    allowed: draft({ total: '1800' }),
  },
  {
    object: 'invoices_total_check',
    given,
    refused: draft({ tax_included: 'true' }),
    allowed: draft({ tax_included: 'true', total: '1500' }),
  },
  {
    object: 'invoices_discount_check',
    given,
    refused: draft({ discount: '-1', total: '2301' }),
    allowed: draft({ discount: '0', total: '2300' }),
  },
  {
    object: 'invoices_discount_check',
    given,
    refused: draft({ discount: '2001', total: '299' }),
    allowed: draft({ discount: '2000', total: '300' }),
  },
  {
    object: 'invoices_discount_check',
    given,
    // Of credits nothing comes off.
    refused: invoice({ subtotal: '-2000', discount: '500', tax: '0', total: '-2500' }) + credit,
    allowed: invoice({ subtotal: '-2000', discount: '0', tax: '-300', total: '-2300' }) + credit,
  },
  ...['lines_amount', 'amount_paid', 'attempt_count'].map((column) => ({
    object: 'invoices_sums_rule',
    given: given + draft(),
    refused: `UPDATE invoices SET ${column} = ${column} + 1`,
    allowed: `UPDATE invoices SET ${column} = ${column}`,
  })),
  {
    object: 'invoices_sums_rule',
    given,
    refused: draft({ amount_paid: '1' }),
    allowed: draft({ amount_paid: '0' }),
  },
  {
    object: 'invoices_subtotal_rule',
    given,
    refused: invoice(),
    allowed: draft(),
  },
  {
    object: 'invoices_subtotal_rule',
    given: given + draft(),
    refused: `UPDATE invoices SET subtotal = 2001, total = 1801`,
    allowed: `UPDATE invoices SET subtotal = 2001, total = 1801;
              UPDATE invoice_lines SET quantity = 1, unit_amount = 2001, amount = 2001`,
  },
];

/** Twelve digits, and one more. */
const most = '999999999999';
const tooMuch = '1000000000000';
const emptied = 'UPDATE invoices SET subtotal = 0, discount = 0, tax = 0, total = 0';
const bounds: ConstraintCase[] = [
  ...[
    [
      { subtotal: tooMuch, total: '999999999999', discount: '1', tax: '0' },
      { subtotal: most, total: most, discount: '0', tax: '0' },
    ],
    [
      { tax: tooMuch, total: '0', subtotal: '-1000000000000', discount: '0' },
      { tax: most, total: '0', subtotal: `-${most}`, discount: '0' },
    ],
    [
      { total: tooMuch, subtotal: most, tax: '1', discount: '0' },
      { total: most, subtotal: most, tax: '0', discount: '0' },
    ],
  ].map(([refused, allowed]) => ({
    object: 'invoices_amounts_check',
    given,
    // The lines add up to the subtotal at commit.
    refused: `${invoice(refused)} ${emptied}`,
    allowed: `${invoice(allowed)} ${emptied}`,
  })),
];

const states: ConstraintCase[] = [
  {
    object: 'invoices_starts_as_draft_rule',
    given,
    // Without lines, which could not be added to it.
    refused: invoice({
      ...nothing,
      status: 'SENT',
      issued_at: '2026-02-01',
      invoice_number: 'CZ-2026-000001',
    }),
    allowed: draft() + issue(),
  },
  {
    object: 'invoices_issued_at_check',
    given,
    refused: draft({ issued_at: '2026-02-01', invoice_number: 'CZ-2026-000001' }),
    allowed: draft(),
  },
  {
    object: 'invoices_issued_at_check',
    given: given + draft(),
    refused: `UPDATE invoices SET status = 'SENT'`,
    allowed: issue(),
  },
  {
    object: 'invoices_paid_at_check',
    given: issued,
    refused: `UPDATE invoices SET status = 'PAID'`,
    allowed: `UPDATE invoices SET status = 'PAID', paid_at = '2026-02-02'`,
  },
  {
    object: 'invoices_paid_at_check',
    given: issued,
    refused: `UPDATE invoices SET paid_at = '2026-02-02'`,
    allowed: `UPDATE invoices SET paid_at = '2026-02-02', status = 'PAID'`,
  },
  {
    object: 'invoices_voided_at_check',
    given: issued,
    refused: `UPDATE invoices SET status = 'CANCELED'`,
    allowed: `UPDATE invoices SET status = 'CANCELED', voided_at = '2026-02-02'`,
  },
  {
    object: 'invoices_paid_out_of_band_check',
    given: issued,
    refused: `UPDATE invoices SET paid_out_of_band = true`,
    allowed: `UPDATE invoices SET status = 'PAID', paid_at = '2026-02-02'`,
  },
  {
    object: 'invoices_lines_rule',
    given: given + invoice({ ...nothing }),
    refused: issue(),
    allowed: line({ quantity: '0', amount: '0' }) + issue(),
  },
  {
    object: 'invoices_overdue_check',
    given: given + draft({ due_at: null }) + issue(),
    refused: `UPDATE invoices SET status = 'OVERDUE'`,
    allowed: `UPDATE invoices SET status = 'PAID', paid_at = '2026-02-02'`,
  },
  {
    object: 'invoices_due_at_check',
    given: given + draft({ due_at: '2026-01-31T23:59:59Z' }),
    refused: issue(),
    allowed: `UPDATE invoices SET due_at = '2026-02-01T00:00:00Z'; ${issue()}`,
  },
  {
    object: 'invoices_period_check',
    given,
    refused: draft({ period_start: '2026-01-01', period_end: '2026-01-01' }),
    allowed: draft({ period_start: '2026-01-01', period_end: '2026-01-02' }),
  },
  {
    object: 'invoices_period_check',
    given,
    refused: draft({ period_start: '2026-01-01' }),
    allowed: draft(),
  },
  {
    object: 'invoices_transition_rule',
    given: given + draft(),
    refused: `UPDATE invoices SET status = 'PAID', issued_at = '2026-02-01', paid_at = '2026-02-01'`,
    allowed: `${issue()} UPDATE invoices SET status = 'PAID', paid_at = '2026-02-01'`,
  },
  {
    object: 'invoices_transition_rule',
    given: `${issued} UPDATE invoices SET status = 'PAID', paid_at = '2026-02-01'`,
    refused: `UPDATE invoices SET status = 'CANCELED', paid_at = NULL, voided_at = '2026-02-02'`,
    allowed: `UPDATE invoices SET status = 'PAID'`,
  },
];

const documents: ConstraintCase[] = [
  ...[
    `due_at = '2026-03-01'`,
    `period_start = '2026-01-01', period_end = '2026-02-01'`,
    `stripe_invoice_id = 'in_A'`,
  ].map((change) => ({
    object: 'invoices_issued_immutable_rule',
    given: issued,
    refused: `UPDATE invoices SET ${change}`,
    allowed: `UPDATE invoices SET invoice_url = 'https://invoice.example.com/i/1'`,
  })),
  {
    object: 'invoices_issued_immutable_rule',
    given: issued,
    refused: `UPDATE invoices SET invoice_number = 'CZ-2026-000002'`,
    allowed: `UPDATE invoices SET invoice_number = 'CZ-2026-000001'`,
  },
  {
    object: 'invoices_settled_immutable_rule',
    given: `${issued} UPDATE invoices SET status = 'PAID', paid_at = '2026-02-02'`,
    refused: `UPDATE invoices SET paid_at = '2026-02-03'`,
    allowed: `UPDATE invoices SET invoice_url = NULL`,
  },
  {
    object: 'invoices_settled_immutable_rule',
    given: `${given + draft()} UPDATE invoices SET status = 'CANCELED', voided_at = '2026-02-02'`,
    refused: `UPDATE invoices SET due_at = NULL`,
    allowed: `UPDATE invoices SET invoice_url = NULL`,
  },
  {
    object: 'invoices_invoice_url_check',
    given,
    refused: draft({ invoice_url: 'javascript:alert(1)' }),
    allowed: draft({ invoice_url: 'https://invoice.example.com/i/1' }),
  },
  {
    object: 'invoices_no_delete_rule',
    given: given + invoice(nothing),
    refused: `DELETE FROM invoices`,
    sqlState: '42501',
    allowed: `UPDATE invoices SET status = 'CANCELED', voided_at = '2026-02-02'`,
  },
];

/** Without a transaction it was other money. */
export const invoiceEffects: TriggerEffect[] = [
  {
    trigger: 'invoices_note_other_money',
    given: issued,
    write: `UPDATE invoices SET status = 'PAID', paid_at = '2026-02-02'`,
    shows: 'SELECT paid_out_of_band FROM invoices',
  },
];

export const invoices: ConstraintCase[] = [...references, ...amounts, ...bounds, ...states, ...documents];
