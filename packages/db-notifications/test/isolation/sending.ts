import { randomUUID } from 'node:crypto';
import { isolationCase } from '@codezest/constraint-tests';
import { newId } from '@codezest/db-core';
import {
  type Client,
  cancelNotifications,
  claimDeliveries,
  type EmailLog,
  extendClaim,
  markSeen,
  type NotificationDelivery,
  recordDeliveries,
  recordDelivery,
  recordEmailReport,
  recordProviderReport,
  writeDigests,
} from '../../src/index.js';
import { newPerson, type Own, personCase, type Told, told } from './person.js';

interface Claimed extends Told {
  readonly delivery: NotificationDelivery;
}
interface Sent extends Claimed {
  readonly providerMessageId: string;
}

const sent = { outcome: 'SENT', providerMessageId: 'm1' } as const;
const failed = { outcome: 'FAILED', errorCode: 'TIMEOUT' } as const;
const digest = { typeSlug: 'digest', title: 'Your day', message: 'What happened.' };

export function sendingCases(own: Own) {
  const waiting = (): Promise<Told> => told(own, { priority: 'URGENT', subject: randomUUID() });
  const claimed = async (): Promise<Claimed> => {
    const given = await waiting();
    const all = await claimDeliveries(own(), { channel: 'EMAIL', limit: 1_000 });
    const mine = all.find(({ notification }) => notification.userId === given.userId);
    return { ...given, delivery: mine?.delivery as NotificationDelivery };
  };
  const withProvider = async (): Promise<Sent> => {
    const given = await claimed();
    const providerMessageId = randomUUID();
    await recordDelivery(own(), given.delivery, { outcome: 'SENT', providerMessageId });
    return { ...given, providerMessageId };
  };
  const held = async (): Promise<Told> => {
    const { userId } = await newPerson();
    await own().notificationPreference.create({ data: { userId, digest: 'DAILY' } });
    const given = await told(own);
    await own()
      .$executeRaw`UPDATE notifications SET user_id = ${userId}::uuid, created_at = now() - interval '8 days'
      WHERE id = ${given.notification.id}::uuid`;
    await own()
      .$executeRaw`DELETE FROM notification_deliveries WHERE notification_id = ${given.notification.id}::uuid`;
    await own()
      .$executeRaw`INSERT INTO notification_deliveries (id, notification_id, channel, status, next_attempt_at)
      VALUES (gen_random_uuid(), ${given.notification.id}::uuid, 'EMAIL', 'HELD', now() - interval '1 minute')`;
    return { userId, notification: given.notification };
  };
  return {
    claimDeliveries: personCase(own, {
      given: waiting,
      act: (client: Client) => claimDeliveries(client, { channel: 'EMAIL', limit: 1_000, perUserPerDay: 3 }),
      rival: (client, { userId, notification }) =>
        cancelNotifications(client, { subject: notification.subject ?? 'none', userId }),
    }),
    extendClaim: personCase(own, {
      given: claimed,
      act: (client, { delivery }: Claimed) => extendClaim(client, delivery),
      rival: (client, { delivery }) => recordDelivery(client, delivery, sent),
    }),
    recordDelivery: personCase(own, {
      given: claimed,
      act: (client, { delivery }: Claimed) => recordDelivery(client, delivery, sent),
      rival: (client, { delivery }) => recordDelivery(client, delivery, failed),
    }),
    recordDeliveries: personCase(own, {
      given: claimed,
      act: (client, { delivery }: Claimed) => recordDeliveries(client, [{ delivery, result: sent }]),
      rival: (client, { delivery }) => recordDelivery(client, delivery, failed),
    }),
    recordProviderReport: personCase(own, {
      given: withProvider,
      act: (client, { providerMessageId }: Sent) =>
        recordProviderReport(client, { channel: 'EMAIL', providerMessageId }, { outcome: 'DELIVERED' }),
      rival: (client, { providerMessageId }) =>
        recordProviderReport(client, { channel: 'EMAIL', providerMessageId }, failed),
    }),
    recordEmailReport: isolationCase({
      given: (): Promise<EmailLog> => {
        const id = newId<'EmailLog'>();
        return own().emailLog.create({
          data: {
            id,
            to: `${id}@example.com`,
            templateId: 'a',
            subject: 'A',
            status: 'SENT',
            provider: 'SES',
            providerId: id,
            sentAt: new Date(Date.now() + 60_000),
          },
        });
      },
      act: (client: Client, { providerId }: EmailLog) =>
        recordEmailReport(
          client,
          { provider: 'SES', providerId: providerId as string },
          { outcome: 'COMPLAINED' },
        ),
      rival: (client: Client, { providerId }) =>
        recordEmailReport(client, { provider: 'SES', providerId: providerId as string }, failed),
      state: async (_client, { id, to }) => ({
        status: (await own().emailLog.findUniqueOrThrow({ where: { id } })).status,
        reasons: await own().suppression.count({ where: { address: to } }),
      }),
    }),
    writeDigests: personCase(own, {
      given: held,
      act: (client: Client) => writeDigests(client, digest),
      rival: (client, { userId, notification }: Told) =>
        markSeen(client, { userId, notifications: [notification] }),
    }),
  };
}
