import type { ConstraintCase } from '@codezest/constraint-tests';
import { draft, id, issue, subscription } from './rows.js';

const given = subscription();
const issued = given + draft() + issue();
const issueIn = (year: number): string =>
  `UPDATE invoices SET status = 'SENT', due_at = NULL, issued_at = '${year}-06-01T00:00:00Z'`;

export const invoiceNumbers: ConstraintCase[] = [
  {
    object: 'invoices_number_rule',
    given: given + draft(),
    refused: `UPDATE invoices SET status = 'SENT', issued_at = '2026-02-01', invoice_number = 'CZ-2026-000007'`,
    allowed: issue(),
  },
  {
    object: 'invoices_number_rule',
    given: given + draft(),
    // In the future.
    refused: issueIn(2999),
    allowed: issueIn(2020),
  },
  {
    object: 'invoices_number_rule',
    given: issued + draft({ id: id(2) }),
    // Before the one that has the number before it.
    refused: `UPDATE invoices SET status = 'SENT', issued_at = '2026-01-31' WHERE id = '${id(2)}'`,
    allowed: issue(2),
  },
  {
    object: 'invoices_number_check',
    given,
    refused: draft({ invoice_number: 'CZ-2026-000001' }),
    allowed: draft(),
  },
  {
    object: 'invoices_invoice_number_key',
    // A counter that is set back would give a number again: only without its rule can it be.
    given: `ALTER TABLE invoice_counters DISABLE TRIGGER invoice_counters_gapless_rule;
            ${issued + draft({ id: id(2) })} UPDATE invoice_counters SET last_number = 0`,
    refused: issue(2),
    allowed: `UPDATE invoice_counters SET last_number = 1; ${issue(2)}`,
  },
  {
    object: 'invoice_counters_gapless_rule',
    given: issued,
    refused: `UPDATE invoice_counters SET last_number = 2`,
    allowed: draft({ id: id(2) }) + issue(2),
  },
  {
    object: 'invoice_counters_gapless_rule',
    given: issued + draft({ id: id(2) }) + issue(2),
    refused: `UPDATE invoice_counters SET last_number = 1`,
    allowed: draft({ id: id(3) }) + issue(3),
  },
  {
    object: 'invoice_counters_gapless_rule',
    refused: `INSERT INTO invoice_counters (year, last_number, last_issued_at) VALUES (2026, 1, now())`,
    allowed: issued,
  },
  {
    object: 'invoice_counters_year_check',
    given: given + draft(),
    refused: issueIn(1999),
    allowed: issueIn(2000),
  },
  {
    object: 'invoice_counters_year_check',
    given: given + draft(),
    refused: `INSERT INTO invoice_counters (year, last_number, last_issued_at) VALUES (3000, 1, now())`,
    otherwise: 'invoice_counters_gapless_rule',
    allowed: issueIn(2020),
  },
  {
    object: 'invoice_counters_no_delete_rule',
    given: issued,
    refused: `DELETE FROM invoice_counters`,
    sqlState: '42501',
    allowed: `UPDATE invoice_counters SET last_number = last_number + 1 WHERE false; ${draft({ id: id(2) })} ${issue(2)}`,
  },
];
