import { erasureCases } from '@codezest/constraint-tests';
import {
  dailySend,
  device,
  email,
  givenNotification,
  givenType,
  notification,
  OTHER_USER,
  occurrence,
  preference,
  recipient,
  setting,
  USER,
} from './rows.js';

export const erasure = erasureCases(USER, OTHER_USER, {
  notifications: { given: givenType, row: notification() },
  notification_occurrences: { given: givenNotification, row: occurrence({ user_id: USER }) },
  daily_sends: { row: dailySend() },
  notification_keys: {
    row: `INSERT INTO notification_keys (event_id, user_id) VALUES (gen_random_uuid(), ${USER})`,
  },
  notification_preferences: { row: preference() },
  user_notification_settings: { given: givenType, row: setting() },
  user_devices: { row: device() },
  recipients: { row: recipient() },
  email_logs: { row: email() },
});
