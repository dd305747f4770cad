import type { CrossServiceReference } from './reference.js';

const notifications = {
  service: 'notifications',
  store: 'postgresql',
  refersTo: 'auth.user',
  column: 'user_id',
  onDelete: 'delete',
} as const;

/** Users in the columns of db-notifications. */
export const notificationsReferences: readonly CrossServiceReference[] = [
  { ...notifications, table: 'notifications', reason: 'Written for one reader. Takes its deliveries along.' },
  {
    ...notifications,
    table: 'notification_keys',
    reason: 'What must not be told to somebody twice; nobody is left to be told.',
  },
  {
    ...notifications,
    table: 'notification_occurrences',
    reason: 'Who did what others are told of; without it, somebody did.',
  },
  { ...notifications, table: 'daily_sends', reason: 'How much one person was sent today.' },
  { ...notifications, table: 'notification_preferences', reason: 'Choices of one person.' },
  { ...notifications, table: 'user_notification_settings', reason: 'Choices of one person.' },
  { ...notifications, table: 'user_devices', reason: 'A push token reaches a person.' },
  {
    ...notifications,
    table: 'recipients',
    reason: 'A copy of the address, which must not outlive the account.',
  },
  { ...notifications, table: 'email_logs', reason: 'Nothing but address, subject and times.' },
  {
    ...notifications,
    table: 'email_logs',
    column: 'to_address',
    by: 'email',
    reason: 'Mail sent before the account existed has the address alone.',
  },
];
