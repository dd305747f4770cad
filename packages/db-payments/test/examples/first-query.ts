import type { UserId } from '@codezest/db-types';
import { connect, entitlementOf, prisma } from '../../src/index.js';

export async function planOf(userId: UserId): Promise<string> {
  await connect(); // rejects on a database that does not answer
  const entitlement = await entitlementOf(prisma, userId);
  return entitlement?.plan ?? 'FREE';
}
