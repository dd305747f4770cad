import type { UserActivityId, UserId } from '@codezest/db-types';
import type { PrismaClient } from '../../src/index.js';

/** The time beside the id: it says in which month to look. */
export const entry = (client: PrismaClient, id: UserActivityId, createdAt: Date) =>
  client.userActivity.findUnique({ where: { createdAt_id: { createdAt, id } } });

/** One step of a funnel. */
export const howOften = (client: PrismaClient, eventName: string, from: Date, to: Date) =>
  client.analyticsEvent.count({ where: { eventName, createdAt: { gte: from, lt: to } } });

export const engagements = (client: PrismaClient, userIds: UserId[]) =>
  client.userEngagement.findMany({ where: { userId: { in: userIds } } });

/** A person's right to be forgotten; nothing else may delete here. With the role that owns the tables. */
export const forget = (client: PrismaClient, userId: UserId) =>
  client.$transaction(async (transaction) => {
    await transaction.$queryRaw`SELECT set_config('codezest.erased_user', ${userId}, true)`;
    await transaction.userActivity.deleteMany({ where: { userId } });
    await transaction.analyticsEvent.deleteMany({ where: { userId } });
    await transaction.pointsEntry.deleteMany({ where: { userId } });
    await transaction.activityDay.deleteMany({ where: { userId } });
    await transaction.userBadge.deleteMany({ where: { userId } });
    await transaction.userEngagement.deleteMany({ where: { userId } });
  });
