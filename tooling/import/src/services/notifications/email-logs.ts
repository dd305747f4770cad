import { Refusal } from '../../engine/step.js';
import { later } from '../../values/times.js';
import { plainStep } from '../plain-step.js';

const FROM = 'notifications.email_logs';
const PROVIDERS = ['SES', 'SENDGRID', 'POSTMARK', 'SMTP'];
const STATUSES = ['PENDING', 'SENT', 'DELIVERED', 'BOUNCED', 'COMPLAINED', 'FAILED'];

/** Without the body, which holds links that reset passwords. The template was not noted. */
export const emailLogs = plainStep('email_logs', FROM, (values) => {
  const createdAt = values.time('createdAt') ?? '';
  const status = values.member('status', STATUSES, { ERROR: 'FAILED', QUEUED: 'PENDING' });
  if (status === null) throw new Refusal('email_status_unknown');
  const wasSent = ['SENT', 'DELIVERED', 'BOUNCED', 'COMPLAINED'].includes(status);
  const sentAt = wasSent ? later(values.time('sentAt'), createdAt) : null;
  const at = (state: string) =>
    status === state ? (sentAt ?? later(values.time('failedAt'), createdAt)) : null;
  const provider = values.member('provider', PROVIDERS, {
    AWS_SES: 'SES',
    AMAZON_SES: 'SES',
    NODEMAILER: 'SMTP',
  });
  if (values.text('body')) values.lost('body', 'not stored');
  if (provider === null && wasSent) values.changed('provider', 'SMTP, as it was not noted');
  const stored = provider ?? (wasSent || values.text('providerId') ? 'SMTP' : null);
  return {
    id: values.id('id', FROM),
    to_address: (values.text('to') ?? '').trim().toLowerCase(),
    from_address: values.text('from'),
    template_id: 'unknown',
    subject: values.text('subject'),
    status,
    provider: stored,
    provider_id: values.text('providerId'),
    error_code: status === 'FAILED' || status === 'BOUNCED' ? 'unknown' : null,
    created_at: createdAt,
    updated_at: sentAt ?? at('FAILED') ?? createdAt,
    sent_at: sentAt,
    delivered_at: at('DELIVERED'),
    bounced_at: at('BOUNCED'),
    complained_at: at('COMPLAINED'),
    failed_at: at('FAILED'),
  };
});
