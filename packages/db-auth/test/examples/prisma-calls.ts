import type { UserId } from '@codezest/db-types';
import type { PrismaClient, User } from '../../src/index.js';

export const account = (client: PrismaClient, id: UserId) =>
  client.user.findUnique({ where: { id, deletedAt: null }, include: { profile: true } });

export const whoLogsInWithGitHub = (client: PrismaClient, providerId: string) =>
  client.oAuthAccount.findUnique({
    where: { provider_providerId: { provider: 'GITHUB', providerId } },
    include: { user: true },
  });

/** P2025, `isNotFound`: somebody else has changed the profile since it was read. */
export const saveBio = (client: PrismaClient, profile: { userId: UserId; version: number }, bio: string) =>
  client.userProfile.update({ where: profile, data: { bio, version: { increment: 1 } } });

export const suspend = (client: PrismaClient, id: UserId, reason: string): Promise<Omit<User, 'password'>> =>
  client.user.update({
    where: { id, deletedAt: null },
    data: { isSuspended: true, suspendedAt: new Date(), suspendedReason: reason },
  });

/** Hourly. Expired rows do nothing; without this they stay. */
export const deleteExpired = (client: PrismaClient, before = new Date()) =>
  client.$transaction([
    client.session.deleteMany({ where: { expiresAt: { lt: before } } }),
    client.passwordReset.deleteMany({ where: { expiresAt: { lt: before } } }),
    client.emailVerification.deleteMany({ where: { expiresAt: { lt: before } } }),
    client.emailChange.deleteMany({ where: { expiresAt: { lt: before } } }),
  ]);
