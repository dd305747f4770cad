import * as activity from '@codezest/db-activity';
import { createTestDatabase as createActivity } from '@codezest/db-activity/testing';
import * as auth from '@codezest/db-auth';
import { createTestDatabase as createAuth } from '@codezest/db-auth/testing';
import * as learning from '@codezest/db-learning';
import { createTestDatabase as createLearning } from '@codezest/db-learning/testing';
import * as notifications from '@codezest/db-notifications';
import { createTestDatabase as createNotifications } from '@codezest/db-notifications/testing';
import * as payments from '@codezest/db-payments';
import { createTestDatabase as createPayments } from '@codezest/db-payments/testing';

/** As much of a package as the contract speaks of. Auth stands for the shape that all five share. */
export type AnyPackage = Pick<
  typeof auth,
  | 'connect'
  | 'createClient'
  | 'disconnect'
  | 'drain'
  | 'expectedMigration'
  | 'healthCheck'
  | 'isConnectionLost'
  | 'isTimeout'
  | 'PrismaClient'
  | 'prisma'
  | 'readinessCheck'
>;

export interface PackageUnderTest {
  readonly service: string;
  readonly package: AnyPackage;
  createTestDatabase(): Promise<{ url: string; drop(): Promise<void> }>;
}

const underTest = (
  service: string,
  module: unknown,
  createTestDatabase: PackageUnderTest['createTestDatabase'],
) => ({
  service,
  package: module as AnyPackage,
  createTestDatabase,
});

export const packages: PackageUnderTest[] = [
  underTest('auth', auth, createAuth),
  underTest('learning', learning, createLearning),
  underTest('payments', payments, createPayments),
  underTest('notifications', notifications, createNotifications),
  underTest('activity', activity, createActivity),
];
