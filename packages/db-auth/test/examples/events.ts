import { parseEmailAddress, type UserId } from '@codezest/db-types';
import { type PrismaClient, publish, transaction } from '../../src/index.js';

/** Tells how a person is reached once more, such as for a service that was restored from a backup. */
export const tellAgain = (client: PrismaClient, userId: UserId) =>
  transaction(client, async (open) => {
    const { version, email, firstName, lastName, profile } = await open.user.findUniqueOrThrow({
      where: { id: userId },
      include: { profile: true },
    });
    return publish(open, {
      type: 'user.contact_changed',
      version: 1,
      aggregateType: 'auth.user',
      aggregateId: userId,
      aggregateVersion: version,
      payload: {
        userId,
        email: parseEmailAddress(email),
        firstName,
        lastName,
        phone: profile?.phone ?? null,
        timeZone: profile?.timezone ?? null,
      },
    });
  });
