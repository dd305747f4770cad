import type { ConstraintCase } from '@codezest/constraint-tests';
import {
  CREATED,
  delivery,
  EARLIER,
  givenNotification,
  LATER,
  NOTIFICATION,
  notification,
  states,
} from './rows.js';

const { pending, held, digested, sending, sent, delivered, failed, canceled } = states;

/** A change of status with the columns that follow from it, so that only the rule on the change itself can object. */
function change(to: Record<string, string>): string {
  const cleared = {
    claimed_at: 'NULL',
    worker: 'NULL',
    lease_expires_at: 'NULL',
    next_attempt_at: 'NULL',
    ...to,
  };
  return `UPDATE notification_deliveries SET ${Object.entries(cleared)
    .map(([column, value]) => `${column} = ${value}`)
    .join(', ')}`;
}

const cases: ConstraintCase[] = [
  {
    object: 'notification_deliveries_notification_id_fkey',
    refused: delivery({ notification_id: 'gen_random_uuid()' }),
    allowed: delivery(),
  },
  {
    object: 'notification_deliveries_notification_channel_group_key',
    given: delivery(),
    refused: delivery(),
    allowed: delivery({ channel: "'PUSH'" }) + delivery({ attempt_group: '2' }),
  },
  {
    object: 'notification_deliveries_attempt_group_check',
    refused: delivery({ attempt_group: '0' }),
    allowed: delivery({ attempt_group: '1' }),
  },
  {
    object: 'notification_deliveries_max_attempts_check',
    refused: delivery({ max_attempts: '21' }),
    allowed: delivery({ max_attempts: '20' }),
  },
  {
    object: 'notification_deliveries_attempts_within_max_check',
    refused: delivery({ ...sending, attempts: '4', max_attempts: '3' }),
    allowed: delivery({ ...sending, attempts: '3', max_attempts: '3' }),
  },
  {
    object: 'notification_deliveries_attempted_check',
    refused: delivery({ ...sending, attempts: '0' }),
    allowed: delivery({ ...canceled, attempts: '0' }),
  },
  {
    object: 'notification_deliveries_attempt_left_check',
    refused: delivery({ ...pending, attempts: '3', max_attempts: '3' }),
    allowed: delivery({ ...pending, attempts: '2', max_attempts: '3' }),
  },
  {
    object: 'notification_deliveries_pending_is_scheduled_check',
    refused: delivery({ ...pending, next_attempt_at: 'NULL' }),
    allowed: delivery(pending),
  },
  {
    object: 'notification_deliveries_pending_is_scheduled_check',
    refused: delivery({ ...sending, next_attempt_at: LATER }),
    allowed: delivery(sending),
  },
  {
    object: 'notification_deliveries_pending_is_scheduled_check',
    refused: delivery({ ...held, next_attempt_at: 'NULL' }),
    allowed: delivery(held),
  },
  {
    object: 'notification_deliveries_digest_id_fkey',
    refused: delivery({ ...digested, digest_id: 'gen_random_uuid()' }),
    allowed: delivery({ ...digested, digest_id: NOTIFICATION }),
  },
  {
    object: 'notification_deliveries_digest_check',
    refused: delivery({ ...held, digest_id: NOTIFICATION }),
    allowed: delivery({ ...digested, digest_id: NOTIFICATION }),
  },
  {
    object: 'notification_deliveries_sending_is_claimed_check',
    refused: delivery({ ...sending, claimed_at: 'NULL' }),
    allowed: delivery(sending),
  },
  {
    object: 'notification_deliveries_sending_has_owner_check',
    refused: delivery({ ...sending, worker: 'NULL' }),
    allowed: delivery(sending),
  },
  {
    object: 'notification_deliveries_sending_has_lease_check',
    refused: delivery({ ...sending, lease_expires_at: 'NULL' }),
    allowed: delivery(sending),
  },
  {
    object: 'notification_deliveries_canceled_has_reason_check',
    refused: delivery({ ...canceled, cancel_reason: 'NULL' }),
    allowed: delivery(canceled),
  },
  {
    object: 'notification_deliveries_canceled_has_reason_check',
    refused: delivery({ ...pending, cancel_reason: "'EXPIRED'" }),
    allowed: delivery(pending),
  },
  {
    object: 'notification_deliveries_sent_time_check',
    refused: delivery({ ...sent, sent_at: 'NULL' }),
    allowed: delivery({ ...failed, sent_at: LATER }),
  },
  {
    object: 'notification_deliveries_sent_time_check',
    refused: delivery({ ...pending, sent_at: LATER }),
    allowed: delivery(pending),
  },
  {
    object: 'notification_deliveries_delivered_time_check',
    refused: delivery({ ...delivered, delivered_at: 'NULL' }),
    allowed: delivery(delivered),
  },
  {
    object: 'notification_deliveries_failed_time_check',
    refused: delivery({ ...failed, failed_at: 'NULL' }),
    allowed: delivery(failed),
  },
  {
    object: 'notification_deliveries_canceled_time_check',
    refused: delivery({ ...canceled, canceled_at: 'NULL' }),
    allowed: delivery(canceled),
  },
  {
    object: 'notification_deliveries_failed_has_error_check',
    refused: delivery({ ...failed, error_code: 'NULL' }),
    allowed: delivery(failed),
  },
  {
    object: 'notification_deliveries_error_of_attempt_check',
    refused: delivery({ ...sent, error_code: "'UNREACHABLE'" }),
    allowed: delivery({ ...pending, attempts: '1', error_code: "'UNREACHABLE'" }),
  },
  {
    object: 'notification_deliveries_error_of_attempt_check',
    refused: delivery({ ...pending, error_code: "'UNREACHABLE'" }),
    allowed: delivery(pending),
  },
  {
    object: 'notification_deliveries_error_message_check',
    refused: delivery({ ...sending, error_message: "'timed out'" }),
    allowed: delivery({ ...sending, error_code: "'UNREACHABLE'", error_message: "'timed out'" }),
  },
  {
    object: 'notification_deliveries_provider_message_sent_check',
    refused: delivery({ ...sending, provider_message_id: "'m1'" }),
    allowed: delivery({ ...sent, provider_message_id: "'m1'" }),
  },
  {
    object: 'notification_deliveries_after_created_check',
    refused: delivery({ ...sent, sent_at: EARLIER }),
    allowed: delivery({ ...sent, sent_at: CREATED }),
  },
  {
    object: 'notification_deliveries_transition_rule',
    given: delivery({ ...pending, attempts: '1' }),
    refused: change(sent),
    allowed: change({ ...sending, attempts: '2' }),
  },
  {
    object: 'notification_deliveries_transition_rule',
    given: delivery(failed),
    refused: change({ ...pending, failed_at: 'NULL', error_code: 'NULL' }),
    allowed: 'UPDATE notification_deliveries SET updated_at = now()',
  },
  ...[digested, delivered, failed, canceled].map((ended) => ({
    object: 'notification_deliveries_ended_immutable_rule',
    given: delivery(ended),
    refused: 'UPDATE notification_deliveries SET max_attempts = 6',
    allowed: 'UPDATE notification_deliveries SET updated_at = now()',
  })),
  {
    object: 'notification_deliveries_attempts_rule',
    given: delivery(pending),
    refused: change({ ...sending, attempts: '2' }),
    allowed: change(sending),
  },
  {
    object: 'notification_deliveries_attempts_rule',
    given: delivery(sending),
    refused: change({ ...pending, attempts: '0' }),
    allowed: change({ ...pending, attempts: '1', error_code: "'UNREACHABLE'" }),
  },
];

export const deliveries: ConstraintCase[] = cases.map((each) => ({
  ...each,
  given: givenNotification + notification() + (each.given ?? ''),
}));
