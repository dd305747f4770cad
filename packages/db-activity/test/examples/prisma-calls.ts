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
