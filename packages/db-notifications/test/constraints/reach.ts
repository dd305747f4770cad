import type { ConstraintCase } from '@codezest/constraint-tests';
import { device, OTHER_USER, recipient, suppression } from './rows.js';

const refusedZones = [
  "'Europe/Atlantis'",
  "'CEST'",
  "'UTC+2'",
  "'America/Chicago5'",
  "'europe/berlin'",
  "'Asia/Calcutta'",
  "''",
];

/** Recipients and their devices. */
export const reach: ConstraintCase[] = [
  {
    object: 'recipients_user_id_key',
    given: recipient(),
    refused: recipient(),
    allowed: recipient({ user_id: OTHER_USER }),
  },
  {
    object: 'recipients_email_check',
    refused: recipient({ email: "'Ada@example.com'" }),
    allowed: recipient({ email: "'ada+news@example.com'" }),
  },
  {
    object: 'recipients_email_check',
    refused: recipient({ email: "'ada@example.com, eve@example.com'" }),
    allowed: recipient(),
  },
  {
    object: 'recipients_phone_check',
    refused: recipient({ phone: "'0151 1234567'" }),
    allowed: recipient({ phone: "'+491511234567'" }),
  },
  {
    object: 'recipients_locale_check',
    refused: recipient({ locale: "'English'" }),
    allowed: recipient({ locale: "'en-US-u-hc-h12'" }),
  },
  {
    object: 'recipients_version_check',
    refused: recipient({ version: '-1' }),
    allowed: recipient({ version: '0' }),
  },
  {
    object: 'recipients_email_opens_check',
    refused: recipient({ email_opens: '-1' }),
    allowed: recipient({ email_opens: '0' }),
  },
  {
    object: 'recipients_email_clicks_check',
    refused: recipient({ email_clicks: '-1' }),
    allowed: recipient({ email_clicks: '0' }),
  },
  {
    object: 'recipients_version_rule',
    given: recipient(),
    refused: "UPDATE recipients SET email = 'old@example.com', version = 2",
    allowed: "UPDATE recipients SET email = 'new@example.com', version = 4",
  },
  {
    object: 'recipients_version_rule',
    given: recipient(),
    refused: "UPDATE recipients SET email = 'twice@example.com'",
    allowed: 'UPDATE recipients SET email_opens = email_opens + 1',
  },
  ...refusedZones.map((zone) => ({
    object: 'recipients_time_zone_check',
    refused: recipient({ time_zone: zone }),
    allowed: ["'UTC'", "'Asia/Kolkata'", "'America/Argentina/Buenos_Aires'", "'America/Port-au-Prince'"]
      .map((known, n) =>
        recipient({ time_zone: known, user_id: `'01900000-0000-7000-8000-00000000010${n}'` }),
      )
      .join(''),
  })),
  {
    object: 'recipients_time_zone_check',
    given: recipient(),
    refused: "UPDATE recipients SET time_zone = 'Europe/Atlantis', version = 4",
    allowed: "UPDATE recipients SET time_zone = 'Europe/Berlin', version = 4",
  },
  {
    object: 'user_devices_token_hash_key',
    given: device(),
    refused: device({ user_id: OTHER_USER }),
    allowed: `UPDATE user_devices SET is_active = false; ${device({ user_id: OTHER_USER })}`,
  },
  {
    object: 'user_devices_token_hash_length_check',
    refused: device({ token_hash: "'short'" }),
    allowed: device(),
  },
  {
    object: 'user_devices_token_hash_key_id_format_check',
    refused: device({ token_hash_key_id: "'h1:AAAA'" }),
    allowed: device({ token_hash_key_id: "'2026-01'" }),
  },
  {
    object: 'user_devices_token_is_encrypted_check',
    refused: device({ token_encrypted: "'fcm:APA91bHun4MxP5egoKMwt2KZFBaFUH'" }),
    allowed: device(),
  },
  {
    object: 'suppressions_channel_address_reason_key',
    given: suppression(),
    refused: suppression(),
    allowed: suppression({ reason: "'COMPLAINT'" }),
  },
  {
    object: 'suppressions_address_check',
    refused: suppression({ address: "'Ada@Example.com'" }),
    allowed: suppression(),
  },
  {
    object: 'suppressions_address_check',
    refused: suppression({ channel: "'SMS'" }),
    allowed: suppression({ channel: "'SMS'", address: "'+491511234567'" }),
  },
  {
    object: 'suppressions_address_check',
    refused: suppression({ channel: "'PUSH'" }),
    allowed: suppression(),
  },
];
