import type { UserId } from '@codezest/db-types';
import type { PrismaClient, User } from '../../src/index.js';

export const account = (client: PrismaClient, id: UserId) =>
  client.user.findUnique({ where: { id }, include: { profile: true } });

export const whoLogsInWithGitHub = (client: PrismaClient, providerId: string) =>
  client.oAuthAccount.findUnique({
    where: { provider_providerId: { provider: 'GITHUB', providerId } },
    include: { user: true },
  });

/** P2025, `isNotFound`: somebody else has changed the profile since it was read. */
export const saveBio = (client: PrismaClient, profile: { userId: UserId; version: number }, bio: string) =>
  client.userProfile.update({ where: profile, data: { bio, version: { increment: 1 } } });

/** All sessions end with it, and so does everything that is under way; lifting it brings none of that back. */
export const suspend = (client: PrismaClient, id: UserId, reason: string): Promise<Omit<User, 'password'>> =>
  client.user.update({
    where: { id, deletedAt: null },
    data: { isSuspended: true, suspendedAt: new Date(), suspendedReason: reason },
  });

export const liftSuspension = (client: PrismaClient, id: UserId): Promise<Omit<User, 'password'>> =>
  client.user.update({
    where: { id },
    data: { isSuspended: false, suspendedAt: null, suspendedReason: null },
  });
