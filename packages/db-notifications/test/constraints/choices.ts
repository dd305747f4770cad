import type { ConstraintCase } from '@codezest/constraint-tests';
import { givenType, OTHER_USER, preference, setting, type } from './rows.js';

/** Types of notification, and what users chose for them. */
export const choices: ConstraintCase[] = [
  {
    object: 'notification_types_slug_key',
    given: type(),
    refused: type({ name: "'Other'" }),
    allowed: type({ slug: "'graded-2'" }),
  },
  {
    object: 'notification_types_slug_check',
    refused: type({ slug: "'Graded'" }),
    allowed: type({ slug: "'assignment-graded-2'" }),
  },
  {
    object: 'notification_types_mandatory_channel_check',
    refused: type({
      is_mandatory: 'true',
      email_enabled: 'false',
      push_enabled: 'false',
      sms_enabled: 'false',
      in_app_enabled: 'false',
    }),
    allowed: type({
      is_mandatory: 'true',
      email_enabled: 'false',
      push_enabled: 'false',
      in_app_enabled: 'true',
    }),
  },
  {
    object: 'notification_types_marketing_not_mandatory_check',
    refused: type({ category: "'MARKETING'", is_mandatory: 'true' }),
    allowed: type({ category: "'MARKETING'" }),
  },
  {
    object: 'user_notification_settings_user_id_type_id_key',
    given: givenType + setting(),
    refused: setting(),
    allowed: setting({ user_id: OTHER_USER }),
  },
  {
    object: 'user_notification_settings_type_id_fkey',
    given: givenType,
    refused: setting({ type_id: 'gen_random_uuid()' }),
    allowed: setting(),
  },
  {
    object: 'notification_preferences_user_id_key',
    given: preference(),
    refused: preference(),
    allowed: preference({ user_id: OTHER_USER }),
  },
  {
    object: 'notification_preferences_quiet_hours_pair_check',
    refused: preference({ quiet_hours_start: '1320' }),
    allowed: preference({ quiet_hours_start: '1320', quiet_hours_end: '420' }),
  },
  {
    object: 'notification_preferences_quiet_hours_range_check',
    refused: preference({ quiet_hours_start: '0', quiet_hours_end: '1440' }),
    allowed: preference({ quiet_hours_start: '0', quiet_hours_end: '1439' }),
  },
  {
    object: 'notification_preferences_quiet_hours_range_check',
    refused: preference({ quiet_hours_start: '60', quiet_hours_end: '60' }),
    allowed: preference({ quiet_hours_start: '60', quiet_hours_end: '61' }),
  },
  {
    object: 'notification_preferences_time_zone_check',
    refused: preference({ time_zone: "'Europe/Atlantis'" }),
    allowed: preference({ time_zone: "'Europe/Berlin'" }),
  },
  {
    object: 'notification_preferences_digest_at_check',
    refused: preference({ digest_at: '1440' }),
    allowed: preference({ digest_at: '1439' }),
  },
  {
    object: 'notification_preferences_digest_weekday_check',
    refused: preference({ digest_weekday: '0' }),
    allowed: preference({ digest_weekday: '7' }),
  },
];
