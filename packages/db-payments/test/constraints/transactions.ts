import type { ConstraintCase } from '@codezest/constraint-tests';
import {
  cardNumber,
  draft,
  failed,
  id,
  issue,
  otherSubscription,
  paymentMethod,
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
  ...['idempotency_key', 'stripe_payment_intent_id', 'stripe_charge_id'].map((column) => ({
    object: `transactions_${column}_key`,
    given: transaction({ [column]: 'A' }),
    refused: transaction({ ...second, [column]: 'A' }),
    allowed: transaction({ ...second, [column]: 'B' }),
  })),
  ...[transaction(onInvoice), transaction({ ...onInvoice, status: 'PROCESSING' }), succeeded(onInvoice)].map(
    (first) => ({
      object: 'transactions_invoice_id_in_flight_or_paid_key',
      given: invoice + first,
      refused: transaction({ ...onInvoice, ...second }),
      allowed: failed({ ...onInvoice, ...second }),
    }),
  ),
];

const amounts: ConstraintCase[] = [
  {
    object: 'transactions_amount_check',
    // Of all states, only this one lets a charge over nothing pass the other checks.
    refused: refunded({ amount: '0', refunded_amount: '0', refunded_at: null }),
    allowed: transaction({ amount: '1' }),
  },
  {
    object: 'transactions_refunded_amount_check',
    refused: succeeded({ refunded_amount: '1801', refunded_at: '2026-02-03' }),
    allowed: succeeded({ refunded_amount: '1799', refunded_at: '2026-02-03' }),
  },
  {
    object: 'transactions_refunded_amount_check',
    refused: succeeded({ refunded_amount: '-1' }),
    allowed: succeeded({ refunded_amount: '0' }),
  },
  {
    object: 'transactions_refunded_check',
    refused: succeeded({ refunded_amount: '1800', refunded_at: '2026-02-03' }),
    allowed: refunded(),
  },
  {
    object: 'transactions_refunded_check',
    refused: refunded({ refunded_amount: '1799' }),
    allowed: refunded({ refunded_amount: '1800' }),
  },
  {
    object: 'transactions_refund_of_payment_check',
    refused: failed({ refunded_amount: '1', refunded_at: '2026-02-03' }),
    allowed: succeeded({ refunded_amount: '1', refunded_at: '2026-02-03' }),
  },
  {
    object: 'transactions_refund_grows_rule',
    given: succeeded({ refunded_amount: '500', refunded_at: '2026-02-03' }),
    refused: `UPDATE transactions SET refunded_amount = 499`,
    allowed: `UPDATE transactions SET refunded_amount = 501`,
  },
  ...['amount = 1801', `currency = 'USD'`].map((change) => ({
    object: 'transactions_amount_rule',
    given: transaction(),
    refused: `UPDATE transactions SET ${change}`,
    allowed: `UPDATE transactions SET amount = 1800, currency = 'EUR', description = 'PRO'`,
  })),
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
    refused: succeeded({ refunded_amount: '1' }),
    allowed: succeeded({ refunded_amount: '1', refunded_at: '2026-02-03' }),
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
    refused: `UPDATE transactions SET status = 'SUCCEEDED', failed_at = NULL, failure_code = NULL, paid_at = '2026-02-02'`,
    allowed: `UPDATE transactions SET status = 'FAILED'`,
  },
  {
    object: 'transactions_transition_rule',
    given: transaction({ status: 'PROCESSING' }),
    refused: `UPDATE transactions SET status = 'PENDING'`,
    allowed: `UPDATE transactions SET status = 'SUCCEEDED', paid_at = '2026-02-02'`,
  },
  ...[`paid_at = '2026-02-02'`, `stripe_charge_id = 'ch_B'`, `description = 'ENTERPRISE'`].map((change) => ({
    object: 'transactions_paid_immutable_rule',
    given: succeeded({ stripe_charge_id: 'ch_A' }),
    refused: `UPDATE transactions SET ${change}`,
    allowed: `UPDATE transactions SET user_id = '${id(9)}', refunded_amount = 1, refunded_at = '2026-02-03'`,
  })),
  ...[failed(), refunded()].map((given) => ({
    object: 'transactions_settled_immutable_rule',
    given,
    refused: `UPDATE transactions SET description = 'PRO'`,
    allowed: `UPDATE transactions SET user_id = '${id(9)}'`,
  })),
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
  ...['idempotency_key', 'stripe_payment_intent_id', 'stripe_charge_id', 'description'].map((column) => ({
    object: 'transactions_card_number_check',
    refused: transaction({ [column]: `for ${cardNumber}` }),
    allowed: transaction({ [column]: `for ${id(424242424242)}` }),
  })),
  ...['failure_code', 'failure_message'].map((column) => ({
    object: 'transactions_card_number_check',
    refused: failed({ [column]: cardNumber }),
    allowed: failed({ [column]: 'card_declined 4242' }),
  })),
];

export const transactions: ConstraintCase[] = [...references, ...amounts, ...times, ...states, ...texts];
