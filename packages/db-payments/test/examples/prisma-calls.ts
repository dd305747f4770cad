import type { CouponId, PaymentMethodId, SubscriptionId, UserId } from '@codezest/db-types';
import type { PrismaClient } from '../../src/index.js';

type Version = { id: SubscriptionId; version: number };

/** Of two writers the second finds no row: `isNotFound(error)`. */
export const markPastDue = (client: PrismaClient, { id, version }: Version) =>
  client.subscription.update({
    where: { id, version },
    data: { status: 'PAST_DUE', version: { increment: 1 } },
  });

export const keepAfterAll = (client: PrismaClient, { id, version }: Version) =>
  client.subscription.update({
    where: {
      id,
      version,
      status: { in: ['ACTIVE', 'TRIALING', 'PAST_DUE', 'PAUSED'] },
      validUntil: { gt: new Date() },
    },
    data: { cancelAtPeriodEnd: false, canceledAt: null, validUntil: null, version: { increment: 1 } },
  });

export const historyOf = (client: PrismaClient, userId: UserId) =>
  client.subscription.findMany({
    where: { userId },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
    take: 20,
  });

export const invoicesOf = (client: PrismaClient, userId: UserId) =>
  client.invoice.findMany({
    where: { userId },
    include: { lines: { orderBy: { position: 'asc' } } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 20,
  });

export const markOverdue = (client: PrismaClient) =>
  client.invoice.updateMany({
    where: { status: 'SENT', dueAt: { lt: new Date() } },
    data: { status: 'OVERDUE' },
  });

/** A charge without an invoice. A second one with the key is refused: `isUniqueViolation(error, 'idempotencyKey')`. */
export const chargeAlone = (client: PrismaClient, userId: UserId, amount: number, idempotencyKey: string) =>
  client.transaction.create({ data: { userId, amount, currency: 'EUR', idempotencyKey } });

/** The row stays, because transactions point at it. */
export const detach = (client: PrismaClient, id: PaymentMethodId) =>
  client.paymentMethod.update({ where: { id }, data: { detachedAt: new Date(), isDefault: false } });

export const withdrawCoupon = (client: PrismaClient, id: CouponId) =>
  client.coupon.update({ where: { id }, data: { isActive: false } });

export const deleteOldKeys = (client: PrismaClient) =>
  client.idempotencyKey.deleteMany({ where: { expiresAt: { lt: new Date() } } });
