import { randomBytes, randomUUID } from 'node:crypto';
import type * as Notifications from '@codezest/db-notifications';
import { receiveTold } from './received-events.js';
import type { WaysIn } from './way-in.js';

type PrismaClient = Notifications.PrismaClient;
type UserId = Parameters<typeof Notifications.inboxCounts>[1];
type EventId = NonNullable<Notifications.NotificationMessage['eventId']>;

export function notificationsWaysIn(
  notifications: typeof Notifications,
  keys: Required<Notifications.DeviceKeys>,
  typeSlug: string,
): WaysIn<PrismaClient> {
  const userId = randomUUID() as UserId;
  const unsubscribing = { unsubscribe: keys.lookup };
  let notification = {} as Notifications.Notification;

  return {
    'a recipient': (give, client) =>
      notifications.upsertRecipient(client, {
        userId: give.id(userId),
        version: 1,
        email: give.text('e-mail', (text) => `${text}@example.com`),
        firstName: give.text('first name'),
        lastName: give.text('last name'),
        phone: '+4930123456',
      }),
    async 'a device'(give, client) {
      const token = give.secret('push token');
      await notifications.registerDevice(
        client,
        { userId: give.id(userId), token, platform: 'IOS', model: give.text('model') },
        keys,
      );
      await notifications.pushTargets(client, [give.id(userId)], keys);
      await give.refusal(notifications.pushTargets(client, [userId], { encryption: keys.lookup }));
      const old = give.secret('push token of a retired device');
      await notifications.registerDevice(client, { userId, token: old, platform: 'WEB' }, keys);
      await notifications.retireDevice(client, { userId: give.id(userId), token: old }, keys);
    },
    async 'keys that rotate'(give, client) {
      const key = randomBytes(32);
      give.issued('encryption key', key.toString('base64url'));
      const both = { ...keys.encryption, keys: new Map([...keys.encryption.keys, ['k2', key]]) };
      const waiting = { lookup: keys.lookup, waitMs: 0 };
      await notifications.reencrypt(client, { ...waiting, encryption: { ...both, current: 'k2' } });
      await notifications.reencrypt(client, { ...waiting, encryption: both });
      const without = { current: 'k2', keys: new Map([['k2', key]]) };
      await give.refusal(notifications.reencrypt(client, { ...waiting, encryption: without }));
    },
    async 'a key that is none'(give) {
      process.env.CANARY_KEYS = `k1:${give.secret('key')}`;
      await give.refusal((async () => notifications.keyringFromEnvironment('CANARY_KEYS'))());
      delete process.env.CANARY_KEYS;
    },
    async 'a notification'(give, client) {
      const message = {
        typeSlug,
        title: give.text('title'),
        message: give.text('message'),
        actionUrl: give.text('action', (text) => `https://example.com/${text}`),
        data: { [give.text('key of data')]: give.text('data') },
        eventId: give.id(randomUUID() as EventId),
      };
      notification =
        (await notifications.notify(client, { ...message, userId: give.id(userId) })) ?? notification;
      await notifications.notifyMany(client, { ...message, userIds: [give.id(userId)] });
      const unknown = { ...message, typeSlug: give.text('unknown type'), userId };
      await give.refusal(notifications.notify(client, unknown));
    },
    async 'collapsed notifications'(give, client) {
      const told = {
        typeSlug,
        title: give.text('title of a collapsed one'),
        message: give.text('message of a collapsed one'),
        userId: give.id(userId),
      };
      const collapse = { key: give.text('key of collapsing'), actorId: give.id(userId), forSeconds: 60 };
      await notifications.notify(client, { ...told, collapse });
      const joined = await notifications.notify(client, { ...told, collapse });
      await notifications.actorsOf(client, [give.id(joined?.id ?? notification.id)], { limit: 2 });
      await give.refusal(notifications.notify(client, { ...told, collapse: { ...collapse, forSeconds: 0 } }));
    },
    async 'a broadcast'(give, client) {
      const broadcast = (id: EventId) => ({
        id: give.id(id),
        typeSlug,
        title: give.text('title of a broadcast'),
        message: give.text('message of a broadcast'),
        data: { [give.text('key of a broadcast')]: give.text('data of a broadcast') },
        priority: 'LOW' as const,
        actionUrl: '/news',
        expiresAt: new Date(Date.now() + 86_400_000),
        segment: { locales: [give.text('locale of a segment')], timeZones: [give.text('zone of a segment')] },
      });
      const [id, other] = [randomUUID() as EventId, randomUUID() as EventId];
      await notifications.startBroadcast(client, broadcast(id));
      await notifications.startBroadcast(client, broadcast(other));
      await notifications.pauseBroadcast(client, give.id(id));
      await notifications.resumeBroadcast(client, give.id(id));
      await notifications.cancelBroadcast(client, give.id(other));
      await notifications.runBroadcast(client, give.id(id), { usersPerStep: 100 });
      await notifications.findBroadcast(client, give.id(id));
      await give.refusal(notifications.pauseBroadcast(client, id));
      await give.refusal(notifications.findBroadcast(client, give.id(randomUUID() as EventId)));
    },
    async 'a report on an e-mail of the log'(give, client) {
      const providerId = give.text('id of a provider in the log');
      await client.emailLog.create({
        data: {
          to: 'canary@example.com',
          templateId: 'invitation',
          subject: 'Come in',
          status: 'SENT',
          provider: 'SES',
          providerId,
          sentAt: new Date(Date.now() + 60_000),
        },
      });
      const failed = {
        outcome: 'FAILED' as const,
        errorCode: give.text('code of a bounce'),
        permanent: false,
      };
      await notifications.recordEmailReport(client, { provider: 'SES', providerId }, failed);
      const unknown = { provider: 'SES' as const, providerId: give.text('unknown id in the log') };
      await give.refusal(notifications.recordEmailReport(client, unknown, failed));
    },
    async 'a delivery'(give, client) {
      const channel = 'EMAIL' as const;
      const claimed = await notifications.claimDeliveries(client, { channel, perUserPerDay: 100 });
      const failed = {
        outcome: 'FAILED' as const,
        errorCode: give.text('code of a provider'),
        errorMessage: give.text('message of a provider'),
      };
      const lost = { id: give.id(notification.id) as never, attempts: 1 };
      await give.refusal(notifications.recordDelivery(client, lost, failed));
      for (const { delivery } of claimed) {
        const providerMessageId = give.text('id of a provider');
        await notifications.recordDelivery(client, delivery, { outcome: 'SENT', providerMessageId });
        await notifications.recordProviderReport(client, { channel, providerMessageId }, failed);
      }
      const unknown = { channel, providerMessageId: give.text('unknown id of a provider') };
      await give.refusal(notifications.recordProviderReport(client, unknown, failed));
      const given = { delivery: lost, result: failed };
      await notifications.recordDeliveries(client, [given]);
      await notifications.extendClaim(client, lost);
    },
    async 'a digest'(give, client) {
      const digest = { typeSlug, title: give.text('title of digest'), message: give.text('text of digest') };
      await notifications.writeDigests(client, digest);
      await notifications.digestItems(client, give.id(notification.id));
      await give.refusal(
        notifications.writeDigests(client, { ...digest, typeSlug: give.text('unknown type of digest') }),
      );
    },
    async 'what is taken back or old'(give, client) {
      await notifications.cancelNotifications(client, { subject: give.text('subject') });
      await notifications.deleteOld(client, { inbox: 1_200 });
    },
    async 'a suppressed address'(give, client) {
      const reached = {
        channel: 'EMAIL' as const,
        address: give.text('suppressed address', (text) => `${text}@example.com`),
      };
      await notifications.suppressAddress(client, { ...reached, reason: 'BOUNCE' });
      await notifications.listSuppressions(client, reached);
      await notifications.liftSuppression(client, reached);
      const none = { ...reached, address: give.secret('address that is none') };
      await give.refusal(notifications.listSuppressions(client, none));
    },
    async 'an unsubscribe link'(give, client) {
      const user = give.id(userId);
      const token = notifications.unsubscribeToken({ userId: user, from: { typeSlug } }, unsubscribing);
      give.issued('unsubscribe token', token);
      await notifications.unsubscribe(client, token, unsubscribing);
      await give.refusal(notifications.unsubscribe(client, give.secret('token of others'), unsubscribing));
    },
    async 'an inbox'(give, client) {
      const user = give.id(userId);
      await notifications.listInbox(client, user);
      await give.refusal(notifications.listInbox(client, user, { cursor: give.secret('token as a cursor') }));
      await notifications.inboxCounts(client, user);
      const shown = { id: give.id(notification.id), occurrences: 1 };
      await notifications.markSeen(client, { userId: user, notifications: [shown] });
      await notifications.markRead(client, { userId: user, notificationId: give.id(notification.id) });
      await notifications.markAllRead(client, { userId: user });
      await notifications.effectiveChannels(client, { userId: user, typeSlug: give.text('unknown type') });
      await notifications.quietUntil(client, user);
    },
    async 'what others tell'(give, client) {
      await receiveTold(notifications, client, give, {
        type: 'user.contact_changed',
        aggregateType: 'auth.user',
        aggregateId: userId,
        payload: {
          userId: give.id(userId),
          email: give.text('e-mail that auth tells', (text) => `${text}@example.com`),
          firstName: give.text('first name that auth tells'),
          lastName: give.text('last name that auth tells'),
          phone: null,
          timeZone: null,
        },
      });
    },
    async 'the rights of a person'(give, client) {
      const person = randomUUID() as Parameters<typeof Notifications.exportUser>[1];
      await notifications.exportUser(client, give.id(person), () => undefined);
      // Only the owner of the tables may; what a service is told is printed where it is not.
      await notifications
        .eraseUser(client, {
          userId: person,
          requestId: randomUUID() as Parameters<typeof Notifications.eraseUser>[1]['requestId'],
        })
        .catch(() => undefined);
    },
  };
}
