import { newId } from '@codezest/db-core';
import {
  type Client,
  cancelNotifications,
  claimDeliveries,
  deleteOld,
  markAllRead,
  markRead,
  markSeen,
  notify,
  notifyMany,
} from '../../src/index.js';
import { message } from '../fixtures.js';
import { newPerson, type Own, type Person, personCase, type Told, told } from './person.js';

const collapse = { key: 'comments:42' };

export function inboxCases(own: Own) {
  const withEvent = async () => ({ ...(await newPerson()), eventId: newId<'Event'>() });
  const collapsed =
    (title: string) =>
    (client: Client, { userId }: Person) =>
      notify(client, { ...message('told', { title, collapse }), userId });
  return {
    notify: personCase(own, { given: newPerson, act: collapsed('Ana'), rival: collapsed('Ben') }),
    notifyMany: personCase(own, {
      given: withEvent,
      act: (client, { userId, eventId }) =>
        notifyMany(client, { ...message('told'), eventId, userIds: [userId] }),
      rival: (client, { userId, eventId }) =>
        notify(client, { ...message('told', { title: 'Told by itself' }), eventId, userId }),
    }),
    cancelNotifications: personCase(own, {
      given: async () => {
        const eventId = newId<'Event'>();
        return { ...(await told(own, { eventId })), eventId };
      },
      act: (client, { eventId }) => cancelNotifications(client, { eventId }),
      rival: (client) => claimDeliveries(client, { channel: 'EMAIL', limit: 1_000 }),
    }),
    markRead: personCase(own, {
      given: () => told(own),
      act: (client, { userId, notification: { id } }) => markRead(client, { userId, notificationId: id }),
      rival: (client, { userId, notification }) =>
        markSeen(client, { userId, notifications: [notification] }),
    }),
    markSeen: personCase(own, {
      given: () => told(own, { collapse }),
      act: (client, { userId, notification }: Told) =>
        markSeen(client, { userId, notifications: [notification] }),
      rival: collapsed('Ben'),
    }),
    markAllRead: personCase(own, {
      given: () => told(own),
      act: (client, { userId }: Told) => markAllRead(client, { userId }),
      rival: (client, { userId }) => notify(client, { ...message('told', { title: 'Later' }), userId }),
    }),
    deleteOld: personCase(own, {
      given: async () => {
        const old = await told(own);
        await own().$executeRaw`UPDATE notifications SET created_at = now() - interval '2 months'
          WHERE id = ${old.notification.id}::uuid`;
        return old;
      },
      act: (client: Client) => deleteOld(client, { inbox: 1 }),
    }),
  };
}
