import type { ConstraintCase } from '@codezest/constraint-tests';
import { cardNumber, dispute, failed, id, refund, stripeObject, succeeded } from './rows.js';

const given = succeeded();
const second = { id: id(2), amount: '1' };

export const refunds: ConstraintCase[] = [
  {
    object: 'refunds_transaction_id_fkey',
    given,
    // Of the states, only one that counts nothing gets past the payment that is not there.
    refused: refund({ transaction_id: id(9), status: 'CANCELED' }),
    allowed: refund(),
  },
  ...['idempotency_key', 'stripe_refund_id'].map((column) => ({
    object: `refunds_${column}_key`,
    given: given + refund({ [column]: 'A' }),
    refused: refund({ ...second, [column]: 'A' }),
    allowed: refund({ ...second, [column]: 'B' }),
  })),
  {
    object: 'refunds_amount_check',
    given,
    refused: refund({ amount: '0' }),
    allowed: refund({ amount: '1' }),
  },
  ...['', 'x'.repeat(256)].map((idempotency_key) => ({
    object: 'refunds_idempotency_key_check',
    given,
    refused: refund({ idempotency_key }),
    allowed: refund({ idempotency_key: 'x'.repeat(255) }),
  })),
  {
    object: 'refunds_of_payment_rule',
    given: failed() + succeeded({ id: id(2), idempotency_key: 'second' }),
    refused: refund(),
    allowed: refund({ transaction_id: id(2) }),
  },
  {
    object: 'refunds_transition_rule',
    given: given + refund({ status: 'FAILED' }),
    refused: `UPDATE refunds SET status = 'SUCCEEDED'`,
    allowed: `UPDATE refunds SET failure_reason = 'expired_or_canceled_card'`,
  },
  ...['amount = 501', `created_at = '2026-01-01'`].map((change) => ({
    object: 'refunds_immutable_rule',
    given: given + refund({ status: 'PENDING' }),
    refused: `UPDATE refunds SET ${change}`,
    allowed: `UPDATE refunds SET status = 'SUCCEEDED', stripe_refund_id = 're_A', reason = 'duplicate'`,
  })),
  ...['idempotency_key', 'stripe_refund_id'].map((column) => ({
    object: 'refunds_provider_ids_rule',
    given: given + refund({ [column]: 'A' }),
    refused: `UPDATE refunds SET ${column} = 'B'`,
    allowed: `UPDATE refunds SET ${column} = 'A'`,
  })),
  {
    object: 'refunds_no_delete_rule',
    given: given + refund(),
    refused: `DELETE FROM refunds`,
    sqlState: '42501',
    allowed: `UPDATE refunds SET status = 'FAILED'`,
  },
  ...['reason', 'failure_reason'].map((column) => ({
    object: `refunds_${column}_card_number_check`,
    given,
    refused: refund({ [column]: cardNumber }),
    allowed: refund({ [column]: 'lost_or_stolen_card 4242' }),
  })),
];

export const disputes: ConstraintCase[] = [
  {
    object: 'disputes_transaction_id_fkey',
    given,
    refused: dispute({ transaction_id: id(9), status: 'WON' }),
    allowed: dispute(),
  },
  {
    object: 'disputes_stripe_dispute_id_key',
    given: given + dispute(),
    refused: dispute({ id: id(2) }),
    allowed: dispute({ id: id(2), stripe_dispute_id: 'du_B' }),
  },
  {
    object: 'disputes_amount_check',
    given,
    refused: dispute({ amount: '0' }),
    allowed: dispute({ amount: '1801' }),
  },
  {
    object: 'refunds_amount_check',
    given: succeeded({ amount: '999999999999' }),
    refused: refund({ amount: '1000000000000', status: 'FAILED' }),
    allowed: refund({ amount: '999999999999' }),
  },
  {
    object: 'disputes_amount_check',
    given,
    refused: dispute({ amount: '1000000000000' }),
    allowed: dispute({ amount: '999999999999' }),
  },
  {
    object: 'disputes_of_payment_rule',
    given: failed() + succeeded({ id: id(2), idempotency_key: 'second' }),
    refused: dispute(),
    allowed: dispute({ transaction_id: id(2) }),
  },
  {
    object: 'disputes_transition_rule',
    given: given + dispute({ status: 'WON' }),
    refused: `UPDATE disputes SET status = 'UNDER_REVIEW'`,
    allowed: `UPDATE disputes SET status = 'LOST'`,
  },
  {
    object: 'disputes_immutable_rule',
    given: given + dispute(),
    refused: `UPDATE disputes SET stripe_dispute_id = 'du_B'`,
    allowed: `UPDATE disputes SET status = 'LOST', amount = 1900, reason = 'fraudulent'`,
  },
  {
    object: 'disputes_no_delete_rule',
    given: given + dispute(),
    refused: `DELETE FROM disputes`,
    sqlState: '42501',
    allowed: `UPDATE disputes SET status = 'WON'`,
  },
  {
    object: 'disputes_reason_card_number_check',
    given,
    refused: dispute({ reason: cardNumber }),
    allowed: dispute({ reason: 'fraudulent 4242' }),
  },
];

export const stripeObjects: ConstraintCase[] = [
  ...[
    `newest_event_at = '2026-01-31'`,
    `newest_event_at = NULL`,
    `id = 'pi_B'`,
    `readings = 1`,
    `newest_reading = 0`,
  ].map((change) => ({
    object: 'stripe_objects_newest_event_rule',
    given: stripeObject({ readings: '2', newest_reading: '1' }),
    refused: `UPDATE stripe_objects SET ${change}`,
    allowed: `UPDATE stripe_objects SET newest_event_at = '2026-02-02', readings = 3, newest_reading = 2`,
  })),
  {
    object: 'stripe_objects_newest_reading_check',
    given: '',
    refused: stripeObject({ readings: '1', newest_reading: '2' }),
    allowed: stripeObject({ readings: '2', newest_reading: '2' }),
  },
];
