import { asAppRole, type ServiceDatabase } from '@codezest/constraint-tests';
import { applyRoles } from '@codezest/db-core/roles';
import { createClient, type PrismaClient } from '../src/index.js';
import { roles } from '../src/roles.js';
import { createTestDatabase as createOwnedDatabase } from '../src/testing.js';

export type TestDatabase = ServiceDatabase<PrismaClient>;

/** What this package's tests run on. Nothing that passes here needs a right that the service lacks in production. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return asAppRole(await createOwnedDatabase(), applyRoles, roles, createClient);
}
