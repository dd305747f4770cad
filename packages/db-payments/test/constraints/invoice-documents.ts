import type { ConstraintCase } from '@codezest/constraint-tests';
import {
  type Columns,
  cardNumber,
  coupon,
  creditNote,
  draft,
  id,
  invoice,
  issue,
  line,
  redemption,
  subscription,
  tax,
  taxedDraft,
} from './rows.js';

const given = subscription();
const issued = given + draft() + issue();
const free = { quantity: '1', unit_amount: '0', amount: '0' };
const nothing = { subtotal: '0', discount: '0', tax: '0', total: '0' };
const exempt = { category: 'E', rate: '0', tax: '0' };

const parties: ConstraintCase[] = [
  ...['seller', 'buyer', 'payment_means'].flatMap((column) =>
    ['[]', `{"name": "${'x'.repeat(8_192)}"}`].map((value) => ({
      object: 'invoices_parties_check',
      given,
      refused: draft({ [column]: value }),
      allowed: draft({ [column]: '{"name": "CodeZest"}' }),
    })),
  ),
  ...['seller', 'buyer', 'payment_means'].map((column) => ({
    object: 'invoices_parties_card_number_check',
    given,
    refused: draft({ [column]: `{"name": "${cardNumber}"}` }),
    // An id that others have made up.
    allowed: draft({ seller: '{"legalId": {"value": "4242424242424242"}}' }),
  })),
  {
    object: 'invoices_note_card_number_check',
    given,
    refused: draft({ note: `paid with ${cardNumber}` }),
    allowed: draft({ note: 'Thank you' }),
  },
];

const lines: ConstraintCase[] = [
  {
    object: 'invoice_lines_unit_code_check',
    given: given + draft(),
    refused: `UPDATE invoice_lines SET unit_code = 'month'`,
    allowed: `UPDATE invoice_lines SET unit_code = 'MON'`,
  },
  ...[
    `vat_category = 'S'`,
    `vat_rate = 19`,
    `vat_category = 'S', vat_rate = 0`,
    `vat_category = 'S', vat_rate = 100.001`,
    `vat_category = 'Z', vat_rate = 19`,
    `vat_category = 'AE', vat_rate = 19`,
    `vat_category = 'L', vat_rate = -1`,
  ].map((change) => ({
    object: 'invoice_lines_vat_check',
    given: given + draft(),
    refused: `UPDATE invoice_lines SET ${change}`,
    allowed: `UPDATE invoice_lines SET vat_category = 'S', vat_rate = 8.875;
      UPDATE invoice_lines SET vat_category = 'L', vat_rate = 0; UPDATE invoice_lines SET vat_category = 'AE'`,
  })),
  {
    object: 'invoice_lines_before_coupon_rule',
    // Without an amount, so that nothing but the rule misses the triggers that add the lines up.
    given: given + invoice(nothing) + line(free) + coupon() + redemption(),
    refused: line({ id: id(2), position: '2', ...free }),
    allowed: `UPDATE invoices SET due_at = NULL`,
  },
];

const wrongRates: Columns[] = [
  { rate: '0' },
  { rate: '101' },
  { category: 'Z' },
  { category: 'M', rate: '-1' },
];
const wrongAmounts: Columns[] = [
  { base: '1000000000000' },
  { base: '-1000000000000', discount: '0' },
  { tax: '1000000000000' },
  { discount: '2001' },
  { discount: '-1' },
  { base: '-1', discount: '1' },
];
const wrongExemptions: Columns[] = [
  exempt,
  { exemption_reason: 'Education' },
  { exemption_code: 'VATEX-EU-132' },
];

const taxes: ConstraintCase[] = [
  ...wrongRates.map((changes) => ({
    object: 'invoice_taxes_rate_check',
    given: given + draft(),
    refused: tax(changes),
    allowed: tax({ category: 'Z', rate: '0' }),
  })),
  ...wrongAmounts.map((changes) => ({
    object: 'invoice_taxes_amounts_check',
    given: given + draft(),
    refused: tax(changes),
    allowed: tax({ base: '-999999999999', discount: '0' }),
  })),
  ...wrongExemptions.map((changes) => ({
    object: 'invoice_taxes_exemption_check',
    given: given + draft(),
    refused: tax(changes),
    allowed: tax({ ...exempt, exemption_reason: 'Education' }),
  })),
  {
    object: 'invoice_taxes_exemption_code_check',
    given: given + draft(),
    refused: tax({ ...exempt, exemption_code: 'education' }),
    allowed: tax({ ...exempt, exemption_code: 'VATEX-EU-132-1I' }),
  },
  ...['  ', 'Educ\u0001ation'].map((exemption_reason) => ({
    object: 'invoice_taxes_exemption_reason_check',
    given: given + draft(),
    refused: tax({ ...exempt, exemption_reason }),
    allowed: tax({ ...exempt, exemption_reason: 'Éducation' }),
  })),
  {
    object: 'invoice_taxes_exemption_reason_card_number_check',
    given: given + draft(),
    refused: tax({ ...exempt, exemption_reason: cardNumber }),
    allowed: tax({ ...exempt, exemption_reason: 'Article 132' }),
  },
  {
    object: 'invoice_taxes_invoice_id_category_rate_key',
    given: given + draft() + tax(),
    refused: tax({ id: id(2), rate: '19.000' }),
    allowed: tax({ id: id(2), rate: '7' }),
  },
  {
    object: 'invoice_taxes_invoice_id_fkey',
    given: given + draft(),
    refused: tax({ invoice_id: id(9) }),
    otherwise: 'invoice_taxes_draft_only_rule',
    allowed: tax(),
  },
  ...[tax({ id: id(2), rate: '7' }), 'UPDATE invoice_taxes SET tax = 286', 'DELETE FROM invoice_taxes'].map(
    (refused) => ({
      object: 'invoice_taxes_draft_only_rule',
      given: given + taxedDraft() + issue(),
      refused,
      allowed: draft({ id: id(2) }) + tax({ id: id(2), invoice_id: id(2) }),
    }),
  ),
  {
    object: 'invoice_taxes_no_truncate_rule',
    given: given + taxedDraft(),
    refused: 'TRUNCATE invoice_taxes',
    sqlState: '42501',
    allowed: 'DELETE FROM invoice_taxes',
  },
  ...[
    'UPDATE invoice_taxes SET base = 1999;',
    'UPDATE invoice_taxes SET tax = 284;',
    'UPDATE invoice_taxes SET discount = 400;',
    'DELETE FROM invoice_taxes;',
    `UPDATE invoice_lines SET vat_category = NULL, vat_rate = NULL;`,
    tax({ id: id(2), rate: '7', base: '0', discount: '0', tax: '0' }),
    // One euro more than 19 %: BR-CO-17.
    'UPDATE invoice_taxes SET tax = 385; UPDATE invoices SET tax = 385, total = 1885;',
  ].map((change) => ({
    object: 'invoices_taxes_rule',
    given: given + taxedDraft(),
    refused: change + issue(),
    allowed: `UPDATE invoice_taxes SET tax = 384; UPDATE invoices SET tax = 384, total = 1884; ${issue()}`,
  })),
];

const credits: ConstraintCase[] = [
  ...[draft({ credit_key: 'k' }), draft({ kind: 'CREDIT_NOTE' })].map((refused) => ({
    object: 'invoices_credit_note_check',
    given,
    refused,
    allowed: draft() + creditNote(2),
  })),
  {
    object: 'invoices_credit_key_key',
    given: issued + creditNote(2),
    refused: creditNote(3, { credit_key: 'credit 2' }),
    allowed: creditNote(3),
  },
  {
    object: 'invoices_credited_invoice_id_user_id_currency_fkey',
    given: issued,
    refused: creditNote(2, { credited_invoice_id: id(9) }),
    allowed: creditNote(2),
  },
  {
    object: 'invoices_credited_amount_check',
    given: issued + creditNote(2) + issue(2) + creditNote(3),
    refused: issue(3),
    allowed: `UPDATE invoices SET status = 'CANCELED', voided_at = '2026-02-02' WHERE id = '${id(2)}'; ${issue(3)}`,
  },
  ...[
    given + draft() + creditNote(2),
    `${issued} UPDATE invoices SET status = 'CANCELED', voided_at = '2026-02-02'; ${creditNote(2)}`,
    // A credit note of a credit note.
    issued +
      invoice({ ...nothing, id: id(4) }) +
      line({ ...free, id: id(4), invoice_id: id(4) }) +
      issue(4) +
      creditNote(2) +
      issue(2) +
      creditNote(3, { credited_invoice_id: id(2) }),
  ].map((before, index) => ({
    object: 'invoices_credit_rule',
    given: before + draft({ id: id(8) }),
    refused: issue(index === 2 ? 3 : 2),
    allowed: issue(8),
  })),
];

export const invoiceDocuments: ConstraintCase[] = [...parties, ...lines, ...taxes, ...credits];
