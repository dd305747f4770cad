import type { ConstraintCase } from '@codezest/constraint-tests';
import { answered, cardNumber, hash, id, idempotencyKey, stripeEvent } from './rows.js';

const events: ConstraintCase[] = [
  ...['1MowQVLkdIwHu7ix', 'evt_', 'evt_a b'].map((wrong) => ({
    object: 'stripe_events_id_check',
    refused: stripeEvent({ id: wrong }),
    allowed: stripeEvent({ id: 'evt_1' }),
  })),
  {
    object: 'stripe_events_attempts_check',
    refused: stripeEvent({ attempts: '-1' }),
    allowed: stripeEvent({ attempts: '0' }),
  },
  {
    object: 'stripe_events_last_error_card_number_check',
    refused: stripeEvent({ last_error: cardNumber }),
    allowed: stripeEvent({ id: 'evt_00000000000000', object_id: cardNumber, last_error: '2026-01-05.basil' }),
  },
  {
    object: 'stripe_events_processed_rule',
    given: stripeEvent({ processed_at: '2026-02-01' }),
    refused: `UPDATE stripe_events SET processed_at = NULL`,
    allowed: `UPDATE stripe_events SET updated_at = now()`,
  },
];

const keys: ConstraintCase[] = [
  {
    object: 'idempotency_keys_scope_key_key',
    given: idempotencyKey(),
    refused: idempotencyKey({ id: id(2) }),
    allowed: idempotencyKey({ id: id(2), scope: 'refund' }),
  },
  ...['scope', 'key'].flatMap((column) =>
    ['', 'x'.repeat(256)].map((text) => ({
      object: `idempotency_keys_${column}_check`,
      refused: idempotencyKey({ [column]: text }),
      allowed: idempotencyKey({ [column]: 'x'.repeat(255) }),
    })),
  ),
  ...[31, 33].map((bytes) => ({
    object: 'idempotency_keys_request_hash_check',
    refused: idempotencyKey({ request_hash: hash(bytes) }),
    allowed: idempotencyKey({ request_hash: hash(32) }),
  })),
  {
    object: 'idempotency_keys_lock_check',
    refused: answered({ locked_at: '2026-02-01' }),
    allowed: idempotencyKey({ locked_at: '2026-02-01' }),
  },
  {
    object: 'idempotency_keys_completed_check',
    refused: answered({ response_status: null }),
    allowed: answered({ response_body: null }),
  },
  {
    object: 'idempotency_keys_completed_check',
    refused: idempotencyKey({ response_status: '201' }),
    allowed: idempotencyKey(),
  },
  {
    object: 'idempotency_keys_response_body_check',
    refused: idempotencyKey({ response_body: '{}' }),
    allowed: answered({ response_body: '{}' }),
  },
  ...['99', '600'].map((response_status) => ({
    object: 'idempotency_keys_response_status_check',
    refused: answered({ response_status }),
    allowed: answered({ response_status: '599' }),
  })),
  {
    object: 'idempotency_keys_expiry_check',
    refused: idempotencyKey({ expires_at: '2026-02-01T00:00:00Z' }),
    allowed: idempotencyKey({ expires_at: '2026-02-01T00:00:00.001Z' }),
  },
  {
    object: 'idempotency_keys_response_body_card_number_check',
    refused: answered({ response_body: `{"paid": ["with", "${cardNumber}"]}` }),
    allowed: answered({ response_body: `{"paid": [4242, 4242, 4242, 4242], "at": 1767225600000}` }),
  },
  ...[`scope = 'refund'`, `key = 'other'`, `request_hash = '${hash().replaceAll('ab', 'cd')}'`].map(
    (change) => ({
      object: 'idempotency_keys_request_rule',
      given: idempotencyKey(),
      refused: `UPDATE idempotency_keys SET ${change}`,
      allowed: `UPDATE idempotency_keys SET locked_at = now()`,
    }),
  ),
  {
    object: 'idempotency_keys_answer_rule',
    given: answered(),
    refused: `UPDATE idempotency_keys SET response_status = 500`,
    allowed: `UPDATE idempotency_keys SET expires_at = '2026-03-01'`,
  },
];

export const exactlyOnce: ConstraintCase[] = [...events, ...keys];
