import { SEED_START, type SeedContext, seedId } from '@codezest/db-core/seed';
import type { NotificationCategory } from '../../generated/enums.js';

/** A channel that a type uses by default. */
type Channel = 'email' | 'push' | 'inApp';

interface TypeDefinition {
  readonly slug: string;
  readonly name: string;
  readonly category: NotificationCategory;
  readonly description: string;
  readonly channels: readonly Channel[];
  /** Sent whatever the user has chosen. */
  readonly mandatory?: boolean;
}

const definitions = [
  {
    slug: 'welcome',
    name: 'Welcome',
    category: 'ACCOUNT',
    description: 'First steps after signing up.',
    channels: ['email', 'inApp'],
  },
  {
    slug: 'email-verification',
    name: 'Verify your e-mail address',
    category: 'ACCOUNT',
    description: 'The link that proves an address.',
    channels: ['email'],
    mandatory: true,
  },
  {
    slug: 'password-reset',
    name: 'Reset your password',
    category: 'SECURITY',
    description: 'The link that sets a new password.',
    channels: ['email'],
    mandatory: true,
  },
  {
    slug: 'password-changed',
    name: 'Password changed',
    category: 'SECURITY',
    description: 'Tells the owner that somebody set a new password.',
    channels: ['email', 'inApp'],
    mandatory: true,
  },
  {
    slug: 'new-login',
    name: 'New login',
    category: 'SECURITY',
    description: 'A login from a device that was not seen before.',
    channels: ['email', 'push', 'inApp'],
  },
  {
    slug: 'language-enrolled',
    name: 'Enrolled in a language',
    category: 'LEARNING',
    description: 'Where to begin in a language.',
    channels: ['inApp'],
  },
  {
    slug: 'module-completed',
    name: 'Module completed',
    category: 'LEARNING',
    description: 'What comes after a completed module.',
    channels: ['push', 'inApp'],
  },
  {
    slug: 'study-reminder',
    name: 'Study reminder',
    category: 'LEARNING',
    description: 'A nudge at the time that the learner chose.',
    channels: ['push'],
  },
  {
    slug: 'assignment-graded',
    name: 'Assignment graded',
    category: 'ASSESSMENT',
    description: 'A submission has its score and its analysis.',
    channels: ['email', 'push', 'inApp'],
  },
  {
    slug: 'quiz-result',
    name: 'Quiz result',
    category: 'ASSESSMENT',
    description: 'The result of a quiz with what to look at again.',
    channels: ['inApp'],
  },
  {
    slug: 'certificate-earned',
    name: 'Certificate earned',
    category: 'ACHIEVEMENT',
    description: 'A certificate is ready to be shown around.',
    channels: ['email', 'push', 'inApp'],
  },
  {
    slug: 'badge-earned',
    name: 'Badge earned',
    category: 'ACHIEVEMENT',
    description: 'A badge for a streak or a first time.',
    channels: ['push', 'inApp'],
  },
  {
    slug: 'subscription-changed',
    name: 'Subscription changed',
    category: 'BILLING',
    description: 'A plan began, changed or ended.',
    channels: ['email', 'inApp'],
    mandatory: true,
  },
  {
    slug: 'payment-failed',
    name: 'Payment failed',
    category: 'BILLING',
    description: 'A charge was refused and will be tried again.',
    channels: ['email', 'push', 'inApp'],
    mandatory: true,
  },
  {
    slug: 'invoice-issued',
    name: 'Invoice',
    category: 'BILLING',
    description: 'An invoice to keep.',
    channels: ['email'],
    mandatory: true,
  },
  {
    slug: 'platform-notice',
    name: 'Notice',
    category: 'SYSTEM',
    description: 'Maintenance and changes of the terms.',
    channels: ['email', 'inApp'],
    mandatory: true,
  },
  {
    slug: 'product-news',
    name: 'News',
    category: 'MARKETING',
    description: 'New languages and offers, with consent only.',
    channels: ['email'],
  },
] as const satisfies readonly TypeDefinition[];

export type TypeSlug = (typeof definitions)[number]['slug'];

export const notificationTypes: ReadonlyMap<TypeSlug, TypeDefinition> = new Map(
  definitions.map((definition) => [definition.slug, definition]),
);

export function typeIdOf(slug: TypeSlug): string {
  return seedId('NotificationType', slug);
}

export async function seedNotificationTypes({ insert }: SeedContext): Promise<void> {
  await insert(
    'notification_types',
    [...notificationTypes.values()].map(({ slug, name, category, description, channels, mandatory }) => ({
      id: seedId('NotificationType', slug),
      name,
      slug,
      category,
      description,
      email_enabled: channels.includes('email'),
      push_enabled: channels.includes('push'),
      sms_enabled: false,
      in_app_enabled: channels.includes('inApp'),
      is_mandatory: mandatory ?? false,
      email_template_id: channels.includes('email') ? `email/${slug}` : null,
      push_template_id: channels.includes('push') ? `push/${slug}` : null,
      created_at: SEED_START,
      updated_at: SEED_START,
    })),
  );
}
