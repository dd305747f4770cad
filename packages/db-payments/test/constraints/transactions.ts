import type { ConstraintCase } from '@codezest/constraint-tests';
import {
  cardNumber,
  dispute,
  draft,
  failed,
  id,
  issue,
  otherSubscription,
  paymentMethod,
  refund,
  refunded,
  subscription,
  succeeded,
  transaction,
} from './rows.js';

const second = { id: id(2), idempotency_key: 'second' };
const invoice = subscription() + draft() + issue();
const onInvoice = { invoice_id: id(1) };

const references: ConstraintCase[] = [
  { object: 'transactions_currency_fkey', refused: transaction({ currency: 'ABC' }), allowed: transaction() },
  {
    object: 'transactions_subscription_id_user_id_fkey',
    given: otherSubscription(),
    refused: transaction({ subscription_id: id(2) }),
    allowed: transaction({ subscription_id: id(2), user_id: id(2) }),
  },
  {
    object: 'transactions_payment_method_id_user_id_fkey',
    given: paymentMethod({ user_id: id(2) }),
    refused: transaction({ payment_method_id: id(1) }),
    allowed: transaction({ payment_method_id: id(1), user_id: id(2) }),
  },
  ...[transaction({ ...onInvoice, currency: 'USD' }), transaction({ ...onInvoice, user_id: id(2) })].map(
    (refused) => ({
      object: 'transactions_invoice_id_user_id_currency_fkey',
      given: invoice,
      refused,
      allowed: transaction(onInvoice),
    }),
  ),
  ...['idempotency_key', 'stripe_charge_id'].map((column) => ({
    object: `transactions_${column}_key`,
    given: transaction({ [column]: 'A' }),
    refused: transaction({ ...second, [column]: 'A' }),
    allowed: transaction({ ...second, [column]: 'B' }),
  })),
  {
    object: 'transactions_invoice_id_in_flight_key',
    given: invoice + transaction(onInvoice),
    refused: transaction({ ...onInvoice, ...second }),
    allowed:
      failed({ ...onInvoice, ...second }) + succeeded({ ...onInvoice, id: id(3), idempotency_key: 'third' }),
  },
  {
    object: 'transactions_payable_invoice_rule',
    given: invoice + transaction({ ...onInvoice, status: 'PROCESSING' }),
    refused: transaction({ ...onInvoice, ...second }),
    // The provider has it as well.
    allowed: transaction({ ...onInvoice, ...second, status: 'PROCESSING' }),
  },
  ...[subscription() + draft(), invoice + succeeded(onInvoice)].map((given) => ({
    object: 'transactions_payable_invoice_rule',
    given,
    refused: transaction({ ...onInvoice, ...second }),
    // Money that has come is written down all the same.
    allowed: succeeded({ ...onInvoice, ...second }),
  })),
  {
    object: 'transactions_payable_invoice_rule',
    given: `${invoice} UPDATE invoices SET status = 'PAID', paid_at = now();`,
    refused: transaction({ ...onInvoice, ...second }),
    allowed: failed({ ...onInvoice, ...second }),
  },
  {
    object: 'transactions_payable_invoice_rule',
    given:
      invoice +
      refunded({ ...onInvoice, amount: '1800' }) +
      succeeded({ ...onInvoice, id: id(3), idempotency_key: 'third', amount: '1' }),
    refused: transaction({ ...onInvoice, ...second }),
    // All of it went back, so it may be asked for again.
    allowed:
      refund({ id: id(3), transaction_id: id(3), amount: '1' }) + transaction({ ...onInvoice, ...second }),
  },
];

const amounts: ConstraintCase[] = [
  {
    object: 'transactions_amount_check',
    refused: transaction({ amount: '0' }),
    // Nothing given back of nothing would be all of it.
    otherwise: 'transactions_refunded_check',
    allowed: transaction({ amount: '1' }),
  },
  {
    object: 'transactions_amount_check',
    refused: transaction({ amount: '1000000000000' }),
    allowed: transaction({ amount: '999999999999' }),
  },
  {
    object: 'transactions_refunded_amount_check',
    given: succeeded(),
    refused: refund({ amount: '1801' }),
    allowed: refund({ amount: '1800' }),
  },
  {
    object: 'transactions_refunded_check',
    given: succeeded(),
    refused: `UPDATE transactions SET status = 'REFUNDED'`,
    allowed: refund({ amount: '1800' }),
  },
  {
    object: 'transactions_refunded_check',
    given: refunded(),
    refused: `UPDATE transactions SET status = 'SUCCEEDED'`,
    allowed: `UPDATE refunds SET status = 'FAILED'`,
  },
  ...['refunded_amount', 'disputed_amount'].map((column) => ({
    object: 'transactions_written_by_refunds_rule',
    given: succeeded() + refund(),
    refused: `UPDATE transactions SET ${column} = ${column} + 1`,
    allowed: refund({ id: id(2), amount: '1' }) + dispute(),
  })),
  {
    object: 'transactions_written_by_refunds_rule',
    refused: succeeded({ refunded_amount: '500', refunded_at: '2026-02-03' }),
    allowed: succeeded(),
  },
  ...['amount = 1801', `currency = 'USD'`].map((change) => ({
    object: 'transactions_amount_rule',
    given: transaction(),
    refused: `UPDATE transactions SET ${change}`,
    allowed: `UPDATE transactions SET amount = 1800, currency = 'EUR', description = 'PRO'`,
  })),
  {
    object: 'transactions_amount_rule',
    given: invoice + transaction(),
    refused: `UPDATE transactions SET invoice_id = '${id(1)}'`,
    allowed: `UPDATE transactions SET description = 'PRO'`,
  },
];

const times: ConstraintCase[] = [
  {
    object: 'transactions_paid_at_check',
    refused: succeeded({ paid_at: null }),
    allowed: succeeded(),
  },
  {
    object: 'transactions_paid_at_check',
    refused: transaction({ status: 'PROCESSING', paid_at: '2026-02-01' }),
    allowed: transaction({ status: 'PROCESSING' }),
  },
  { object: 'transactions_failed_at_check', refused: failed({ failed_at: null }), allowed: failed() },
  {
    object: 'transactions_failed_at_check',
    refused: succeeded({ failed_at: '2026-02-01' }),
    allowed: succeeded(),
  },
  { object: 'transactions_failure_code_check', refused: failed({ failure_code: null }), allowed: failed() },
  {
    object: 'transactions_failure_code_check',
    refused: succeeded({ failure_code: 'card_declined' }),
    allowed: succeeded(),
  },
  {
    object: 'transactions_failure_message_check',
    refused: succeeded({ failure_message: 'The card was declined.' }),
    allowed: failed({ failure_message: 'The card was declined.' }),
  },
  {
    object: 'transactions_refunded_at_check',
    given: succeeded() + refund(),
    refused: `UPDATE transactions SET refunded_at = NULL`,
    allowed: `UPDATE transactions SET refunded_at = '2026-02-04'`,
  },
  {
    object: 'transactions_refunded_at_check',
    refused: succeeded({ refunded_at: '2026-02-03' }),
    allowed: succeeded(),
  },
];

const states: ConstraintCase[] = [
  {
    object: 'transactions_transition_rule',
    given: failed(),
    refused: `UPDATE transactions SET status = 'PENDING', failed_at = NULL, failure_code = NULL`,
    allowed: `UPDATE transactions SET status = 'SUCCEEDED', failed_at = NULL, failure_code = NULL, paid_at = '2026-02-02'`,
  },
  {
    object: 'transactions_transition_rule',
    given: transaction({ status: 'PROCESSING' }),
    refused: `UPDATE transactions SET status = 'PENDING'`,
    allowed: `UPDATE transactions SET status = 'SUCCEEDED', paid_at = '2026-02-02'`,
  },
  ...['stripe_payment_intent_id', 'stripe_charge_id'].map((column) => ({
    object: 'transactions_provider_ids_rule',
    given: transaction({ [column]: 'A' }),
    refused: `UPDATE transactions SET ${column} = 'B'`,
    allowed: `UPDATE transactions SET stripe_charge_id = coalesce(stripe_charge_id, 'B'), stripe_payment_intent_id = coalesce(stripe_payment_intent_id, 'B')`,
  })),
  ...[`paid_at = '2026-02-02'`, `description = 'ENTERPRISE'`].flatMap((change) =>
    [succeeded(), refunded()].map((given) => ({
      object: 'transactions_paid_immutable_rule',
      given,
      refused: `UPDATE transactions SET ${change}`,
      allowed: `UPDATE transactions SET user_id = '${id(9)}', stripe_charge_id = 'ch_A'`,
    })),
  ),
  {
    object: 'transactions_failed_immutable_rule',
    given: failed(),
    refused: `UPDATE transactions SET description = 'PRO'`,
    allowed: `UPDATE transactions SET user_id = '${id(9)}', stripe_charge_id = 'ch_A'`,
  },
  {
    object: 'transactions_no_delete_rule',
    given: transaction(),
    refused: `DELETE FROM transactions`,
    sqlState: '42501',
    allowed: `UPDATE transactions SET status = 'FAILED', failed_at = '2026-02-01', failure_code = 'canceled'`,
  },
];

const texts: ConstraintCase[] = [
  ...['', 'x'.repeat(256)].map((idempotency_key) => ({
    object: 'transactions_idempotency_key_check',
    refused: transaction({ idempotency_key }),
    allowed: transaction({ idempotency_key: 'x'.repeat(255) }),
  })),
  {
    object: 'transactions_description_card_number_check',
    refused: transaction({ description: `for ${cardNumber}` }),
    allowed: transaction({ description: `for ${id(424242424242)}`, idempotency_key: cardNumber }),
  },
  ...['failure_code', 'failure_message'].map((column) => ({
    object: `transactions_${column}_card_number_check`,
    refused: failed({ [column]: cardNumber }),
    allowed: failed({ [column]: 'card_declined 4242' }),
  })),
];

export const transactions: ConstraintCase[] = [...references, ...amounts, ...times, ...states, ...texts];
