import {
  type Factories as AnyFactories,
  createFactories,
  type Definitions,
  testHash,
  testId,
} from '@codezest/db-core/testing';
import type { Prisma } from '../../generated/client.js';
import type { SecretFields } from '../../generated/secret-fields.js';
import type { Client, PrismaClient } from '../client.js';

type Delegates = Pick<PrismaClient, keyof Data>;

/** What `create` gives for each model: the row without its secret fields. */
type Rows = {
  [Model in keyof Data]: Prisma.Result<
    Delegates[Model],
    Model extends keyof SecretFields ? { omit: SecretFields[Model] } : object,
    'create'
  >;
};

/** Makes valid rows of every model, each with the rows it needs: `make.notification()`. */
export interface Factories extends AnyFactories<Data, Rows> {}

/** Factories on a test database, one set per database: they count from 1, so that every run writes the same. */
export function factories(client: Client): Factories {
  return createFactories<Data, Rows>(client, definitions, [
    'broadcast',
    'notificationKey',
    'dailySend',
    'erasedUser',
  ]);
}

interface Data {
  notificationType: Prisma.NotificationTypeUncheckedCreateInput;
  userNotificationSetting: Prisma.UserNotificationSettingUncheckedCreateInput;
  notificationPreference: Prisma.NotificationPreferenceUncheckedCreateInput;
  notification: Prisma.NotificationUncheckedCreateInput;
  notificationOccurrence: Prisma.NotificationOccurrenceUncheckedCreateInput;
  notificationDelivery: Prisma.NotificationDeliveryUncheckedCreateInput;
  emailLog: Prisma.EmailLogUncheckedCreateInput;
  recipient: Prisma.RecipientUncheckedCreateInput;
  notificationKey: Prisma.NotificationKeyUncheckedCreateInput;
  broadcast: Prisma.BroadcastUncheckedCreateInput;
  dailySend: Prisma.DailySendUncheckedCreateInput;
  suppression: Prisma.SuppressionUncheckedCreateInput;
  userDevice: Prisma.UserDeviceUncheckedCreateInput;
  erasedUser: Prisma.ErasedUserUncheckedCreateInput;
  receivedEvent: Prisma.ReceivedEventUncheckedCreateInput;
}

const typeIdOf = async ({ typeId }: { typeId?: Data['notification']['typeId'] }, make: Factories) =>
  typeId ?? (await make.notificationType()).id;

const definitions: Definitions<Data, Rows> = {
  erasedUser: (n) => ({ userHash: testHash(n), requestId: testId('Event', n) }),
  receivedEvent: (n) => ({
    id: testId('Event', n),
    type: 'user.deleted',
    version: 1,
    aggregateType: 'auth.user',
    aggregateId: testId('User', n),
    aggregateVersion: 1,
    payload: { userId: testId('User', n) },
    occurredAt: new Date(),
  }),
  notificationType: (n) => ({ name: `Type ${n}`, slug: `type-${n}`, category: 'SYSTEM' }),
  userNotificationSetting: async (n, given, make) => ({
    userId: testId('User', n),
    typeId: await typeIdOf(given, make),
    email: true,
  }),
  notificationPreference: (n) => ({ userId: testId('User', n) }),
  notification: async (n, given, make) => ({
    userId: testId('User', n),
    typeId: await typeIdOf(given, make),
    title: `Notification ${n}`,
    message: 'Something happened.',
  }),
  notificationOccurrence: async (n, given, make) => ({
    notificationId: given.notificationId ?? (await make.notification()).id,
    userId: testId('User', n),
  }),
  notificationDelivery: async (_n, given, make) => ({
    notificationId: given.notificationId ?? (await make.notification()).id,
    channel: 'EMAIL',
  }),
  emailLog: (n) => ({ to: `user-${n}@example.com`, templateId: 'test', subject: `Mail ${n}` }),
  recipient: (n) => ({
    userId: testId('User', n),
    email: `user-${n}@example.com`,
    firstName: 'Test',
    lastName: `User ${n}`,
    version: 1,
  }),
  notificationKey: (n) => ({ eventId: testId('Event', n), userId: testId('User', n) }),
  broadcast: async (n, given, make) => ({
    id: testId('Event', n),
    typeId: await typeIdOf(given, make),
    title: `Broadcast ${n}`,
    message: 'Something happened.',
    total: 1,
  }),
  dailySend: (n) => ({ userId: testId('User', n), channel: 'EMAIL', day: new Date(0), sent: 1, granted: 1 }),
  suppression: (n) => ({ channel: 'EMAIL', address: `user-${n}@example.com`, reason: 'BOUNCE' }),
  userDevice: (n) => ({
    userId: testId('User', n),
    // In the form of an encrypted token; no key opens it.
    tokenEncrypted: `v1.test.${'n'.repeat(16)}.c.${'t'.repeat(22)}`,
    tokenHash: testHash(n),
    tokenHashKeyId: 'test',
    platform: 'WEB',
  }),
};
