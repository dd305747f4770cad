import type { ConstraintCase } from '@codezest/constraint-tests';
import {
  CREATED,
  EARLIER,
  givenNotification,
  givenType,
  LATER,
  notification,
  OTHER_USER,
  occurrence,
  type,
} from './rows.js';

const EVENT = "'01900000-0000-7000-8000-0000000000e1'";

const openOne = { collapse_key: "'comments:42'", collapses_until: LATER };

const refusedAddresses = [
  "'javascript:alert(1)'",
  "'http://codezest.com/modules'",
  "'//evil.example/modules'",
  "'/\\evil.example'",
  "'/modules/a b'",
  "'https:///modules'",
  "'/' || repeat('m', 2048)",
];

export const inbox: ConstraintCase[] = [
  {
    object: 'notifications_type_id_fkey',
    given: givenType,
    refused: notification({ type_id: 'gen_random_uuid()' }),
    allowed: notification(),
  },
  {
    object: 'notifications_type_id_fkey',
    given: givenType + notification() + type({ slug: "'unused'" }),
    refused: "DELETE FROM notification_types WHERE slug = 'graded'",
    allowed: "DELETE FROM notification_types WHERE slug = 'unused'",
  },
  {
    object: 'notifications_event_id_user_id_key',
    given: givenType + notification({ event_id: EVENT }),
    refused: notification({ event_id: EVENT }),
    allowed: notification({ event_id: EVENT, user_id: OTHER_USER }) + notification() + notification(),
  },
  {
    object: 'notifications_title_not_blank_check',
    given: givenType,
    refused: notification({ title: "' '" }),
    allowed: notification({ title: "'.'" }),
  },
  {
    object: 'notifications_message_not_blank_check',
    given: givenType,
    refused: notification({ message: "''" }),
    allowed: notification({ message: "'.'" }),
  },
  {
    object: 'notifications_data_object_check',
    given: givenType,
    refused: notification({ data: "'[1]'" }),
    allowed: notification({ data: "'{}'" }),
  },
  ...refusedAddresses.map((address) => ({
    object: 'notifications_action_url_check',
    given: givenType,
    refused: notification({ action_url: address }),
    allowed:
      notification({ action_url: "'/'" }) +
      notification({ action_url: "'/modules/ownership?tab=quiz#q2'" }) +
      notification({ action_url: "'https://codezest.com/modules'" }),
  })),
  {
    object: 'notifications_read_is_seen_check',
    given: givenType,
    refused: notification({ read_at: LATER }),
    allowed: notification({ read_at: LATER, seen_at: LATER }),
  },
  {
    object: 'notifications_seen_after_created_check',
    given: givenType,
    refused: notification({ seen_at: EARLIER }),
    allowed: notification({ seen_at: CREATED }),
  },
  {
    object: 'notifications_read_after_created_check',
    given: givenType,
    refused: notification({ seen_at: LATER, read_at: EARLIER }),
    allowed: notification({ seen_at: LATER, read_at: CREATED }),
  },
  {
    object: 'notifications_send_at_check',
    given: givenType,
    refused: notification({ send_at: LATER }),
    allowed: notification({ send_at: CREATED }),
  },
  {
    object: 'notifications_subject_not_blank_check',
    given: givenType,
    refused: notification({ subject: "' '" }),
    allowed: notification({ subject: "'assignment:42'" }),
  },
  {
    object: 'notifications_expires_after_created_check',
    given: givenType,
    refused: notification({ expires_at: CREATED }),
    allowed: notification({ expires_at: LATER }),
  },
  {
    object: 'notifications_collapse_key_check',
    given: givenType,
    refused: notification({ collapse_key: "' '" }),
    allowed: notification({ collapse_key: "'comments:42'" }),
  },
  {
    object: 'notifications_collapses_by_key_check',
    given: givenType,
    refused: notification({ collapses_until: LATER }),
    allowed: notification({ collapse_key: "'comments:42'", collapses_until: LATER, occurrences: '2' }),
  },
  {
    object: 'notifications_occurrences_check',
    given: givenType,
    refused: notification({ collapse_key: "'comments:42'", occurrences: '0' }),
    allowed: notification({ collapse_key: "'comments:42'", occurrences: '5' }),
  },
  {
    object: 'notifications_collapse_open_key',
    given: givenType + notification(openOne),
    refused: notification(openOne),
    allowed:
      notification({ ...openOne, user_id: OTHER_USER }) +
      notification({ ...openOne, priority: "'HIGH'" }) +
      notification({ ...openOne, collapses_until: 'NULL' }) +
      notification({ ...openOne, seen_at: LATER }),
  },
  {
    object: 'notification_occurrences_notification_id_fkey',
    given: givenNotification,
    refused: occurrence({ notification_id: 'gen_random_uuid()' }),
    allowed: occurrence(),
  },
];
