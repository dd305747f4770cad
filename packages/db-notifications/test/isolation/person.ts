import { isolationCase } from '@codezest/constraint-tests';
import type { UserId } from '@codezest/db-types';
import {
  type Client,
  type Notification,
  type NotificationMessage,
  notify,
  type PrismaClient,
} from '../../src/index.js';
import { message, newUser } from '../fixtures.js';

/** The client of the tests. */
export type Own = () => PrismaClient;

/** Somebody, of whom each case has one of its own. */
export interface Person {
  readonly userId: UserId;
}

/** With a notification, which waits to be mailed. */
export interface Told extends Person {
  readonly notification: Notification;
}

type Call<Given> = (client: Client, given: Given) => Promise<unknown>;

/** A case whose state is all that is stored of its person. */
export function personCase<Given extends Person>(
  own: Own,
  parts: { given(): Promise<Given>; act: Call<Given>; rival?: Call<Given> },
) {
  return isolationCase<Client, Given>({
    given: parts.given,
    act: parts.act,
    rival: parts.rival ?? parts.act,
    state: (_client, { userId }) => stateOf(own(), userId),
  });
}

export const newPerson = async (): Promise<Person> => ({ userId: newUser() });

export async function told(own: Own, values: Partial<NotificationMessage> = {}): Promise<Told> {
  const { userId } = await newPerson();
  return {
    userId,
    notification: (await notify(own(), { ...message('told', values), userId })) as Notification,
  };
}

async function stateOf(client: PrismaClient, userId: UserId) {
  const notifications = await client.notification.findMany({
    where: { userId },
    include: { deliveries: true, occurred: true },
  });
  const settings = await client.userNotificationSetting.findMany({ where: { userId } });
  const recipient = await client.recipient.findUnique({ where: { userId } });
  const devices = await client.userDevice.findMany({ where: { userId } });
  return {
    notifications: notifications
      .map(({ title, occurrences, occurred, readAt, seenAt, inApp, deliveries }) => ({
        title,
        inApp,
        counts: [occurrences, occurred.length],
        isRead: readAt !== null,
        isSeen: seenAt !== null,
        deliveries: deliveries
          .map(({ channel, status, attempts, cancelReason, errorCode, providerMessageId }) =>
            [channel, status, attempts, cancelReason, errorCode, providerMessageId !== null].join(' '),
          )
          .sort(),
      }))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    settings: settings.map(({ email, push }) => ({ email, push })),
    recipient: recipient && { email: recipient.email.split('-')[0], version: recipient.version },
    devices: devices.map(({ isActive, model }) => `${isActive} ${model}`).sort(),
  };
}
