import {
  type NotificationDeliveryId,
  type NotificationId,
  parseTimeZone,
  type UserDeviceId,
  type UserId,
} from '@codezest/db-types';
import type { PrismaClient } from '../../src/index.js';

export const chooseQuietHours = (client: PrismaClient, userId: UserId, timeZone: string) => {
  const choice = { quietHoursStart: 22 * 60, quietHoursEnd: 7 * 60, timeZone: parseTimeZone(timeZone) };
  return client.notificationPreference.upsert({
    where: { userId },
    create: { userId, ...choice },
    update: choice,
  });
};

/** Not wanted any more: whatever has not gone out yet stays here. */
export const cancel = (client: PrismaClient, notificationId: NotificationId) =>
  client.notificationDelivery.updateMany({
    where: { notificationId, status: 'PENDING' },
    data: {
      status: 'CANCELED',
      canceledAt: new Date(),
      cancelReason: 'WITHDRAWN',
      nextAttemptAt: null,
    },
  });

/** Once more, after it has failed for good. */
export async function sendAgain(client: PrismaClient, id: NotificationDeliveryId) {
  const { notificationId, channel, priority, attemptGroup } =
    await client.notificationDelivery.findUniqueOrThrow({ where: { id, status: 'FAILED' } });
  return client.notificationDelivery.create({
    data: { notificationId, channel, priority, attemptGroup: attemptGroup + 1 },
  });
}

/** The provider knows the token no more. */
export const deviceIsGone = (client: PrismaClient, id: UserDeviceId) =>
  client.userDevice.update({ where: { id }, data: { isActive: false } });

/** Daily. The e-mail log stays. */
export const deleteExpired = (client: PrismaClient, before = new Date()) =>
  client.notification.deleteMany({ where: { expiresAt: { lt: before } } });
