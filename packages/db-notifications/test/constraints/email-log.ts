import type { ConstraintCase } from '@codezest/constraint-tests';
import {
  CREATED,
  delivery,
  EARLIER,
  email,
  emailStates,
  givenNotification,
  givenType,
  LATER,
  TYPE,
} from './rows.js';

const { sent, delivered, bounced, complained, failed } = emailStates;
const DELIVERY = "'01900000-0000-7000-8000-0000000000d1'";

export const emailLog: ConstraintCase[] = [
  {
    object: 'email_logs_type_id_fkey',
    given: givenType,
    refused: email({ type_id: 'gen_random_uuid()' }),
    allowed: email({ type_id: TYPE }),
  },
  {
    object: 'email_logs_delivery_id_fkey',
    given: givenNotification + delivery({ id: DELIVERY }),
    refused: email({ delivery_id: 'gen_random_uuid()' }),
    allowed: email({ delivery_id: DELIVERY }),
  },
  {
    object: 'email_logs_to_lower_case_check',
    refused: email({ to_address: "'Ada@example.com'" }),
    allowed: email(),
  },
  {
    object: 'email_logs_to_format_check',
    refused: email({ to_address: "'ada'" }),
    allowed: email(),
  },
  {
    object: 'email_logs_from_format_check',
    refused: email({ from_address: "'noreply'" }),
    allowed: email({ from_address: "'noreply@codezest.com'" }),
  },
  {
    object: 'email_logs_provider_id_check',
    refused: email({ provider_id: "'m1'" }),
    allowed: email({ provider: "'SES'", provider_id: "'m1'" }),
  },
  {
    object: 'email_logs_sent_by_provider_check',
    refused: email({ ...sent, provider: 'NULL' }),
    allowed: email(sent),
  },
  {
    object: 'email_logs_sent_time_check',
    refused: email({ ...sent, sent_at: 'NULL' }),
    allowed: email(sent),
  },
  {
    object: 'email_logs_sent_time_check',
    refused: email({ provider: "'SES'", sent_at: LATER }),
    allowed: email({ provider: "'SES'" }),
  },
  {
    object: 'email_logs_delivered_time_check',
    refused: email({ ...delivered, delivered_at: 'NULL' }),
    allowed: email({ ...complained, delivered_at: LATER }),
  },
  {
    object: 'email_logs_delivered_time_check',
    refused: email({ ...sent, delivered_at: LATER }),
    allowed: email(delivered),
  },
  {
    object: 'email_logs_bounced_time_check',
    refused: email({ ...bounced, bounced_at: 'NULL' }),
    allowed: email({ ...bounced, delivered_at: LATER }),
  },
  {
    object: 'email_logs_complained_time_check',
    refused: email({ ...complained, complained_at: 'NULL' }),
    allowed: email(complained),
  },
  {
    object: 'email_logs_failed_time_check',
    refused: email({ ...failed, failed_at: 'NULL' }),
    allowed: email(failed),
  },
  {
    object: 'email_logs_error_code_check',
    refused: email({ ...failed, error_code: 'NULL' }),
    allowed: email(failed),
  },
  {
    object: 'email_logs_error_code_check',
    refused: email({ ...sent, error_code: "'REJECTED'" }),
    allowed: email(sent),
  },
  {
    object: 'email_logs_opened_was_sent_check',
    refused: email({ opened_at: LATER }),
    allowed: email({ ...sent, opened_at: LATER }),
  },
  {
    object: 'email_logs_clicked_was_sent_check',
    refused: email({ clicked_at: LATER }),
    allowed: email({ ...sent, clicked_at: LATER }),
  },
  {
    object: 'email_logs_after_created_check',
    refused: email({ ...sent, sent_at: EARLIER }),
    allowed: email({ ...sent, sent_at: CREATED }),
  },
];
