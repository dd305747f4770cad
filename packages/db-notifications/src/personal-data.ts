import { type PersonalData, RECEIVED } from '@codezest/db-core';

/** The addresses that are known for a user. */
const ADDRESSES = '(SELECT r.email FROM recipients r WHERE r.user_id = $1)';

/** What the notifications database contains about people. */
export const personalData: PersonalData = {
  service: 'notifications',
  rows: [
    // Mail from before the account existed has the address alone. The address is read from recipients, which go last.
    { table: 'email_logs', where: `user_id = $1 OR to_address IN ${ADDRESSES}`, onErasure: 'delete' },
    {
      table: 'suppressions',
      where: `(channel = 'EMAIL' AND address IN ${ADDRESSES}) OR (channel = 'SMS' AND address IN (SELECT r.phone FROM recipients r WHERE r.user_id = $1))`,
      onErasure: 'delete',
    },
    {
      table: 'notification_deliveries',
      where: 'notification_id IN (SELECT n.id FROM notifications n WHERE n.user_id = $1)',
      onErasure: 'cascade',
    },
    // Of the person's own notifications they go with these.
    { table: 'notification_occurrences', onErasure: 'delete' },
    { table: 'notifications', onErasure: 'delete' },
    { table: 'notification_keys', onErasure: 'delete' },
    { table: 'daily_sends', onErasure: 'delete' },
    { table: 'notification_preferences', onErasure: 'delete' },
    { table: 'user_notification_settings', onErasure: 'delete' },
    { table: 'user_devices', onErasure: 'delete' },
    { table: 'recipients', onErasure: 'delete' },
    // Last: the event that says that the person is gone is one of them, and is needed until all else is.
    // What they say of the person is in the tables that they led to.
    { table: 'received_events', where: RECEIVED, onErasure: 'delete', exported: false },
  ],
  impersonal: {
    erased_users: 'Contains a hash of the id alone.',
    broadcasts: 'Who is told stands in notifications; position is a place among the recipients.',
    notification_types: 'The catalogue of notifications.',
  },
};
