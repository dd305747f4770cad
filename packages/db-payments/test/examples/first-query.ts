import type { UserId } from '@codezest/db-types';
import { connect, disconnect, entitlementOf, prisma } from '../../src/index.js';

export async function planOf(userId: UserId): Promise<string> {
  await connect(); // rejects on a database that does not answer
  try {
    const entitlement = await entitlementOf(prisma, userId);
    return entitlement?.plan ?? 'FREE';
  } finally {
    await disconnect(); // and the script ends
  }
}
