import { createTestDatabase as createActivityDatabase } from '@codezest/db-activity/testing';
import { createTestDatabase as createAuthDatabase } from '@codezest/db-auth/testing';
import { createTestDatabase as createLearningDatabase } from '@codezest/db-learning/testing';
import { createTestDatabase as createNotificationsDatabase } from '@codezest/db-notifications/testing';
import { createTestDatabase as createPaymentsDatabase } from '@codezest/db-payments/testing';
import type { ServiceImport } from '../src/engine/step.js';
import { keysFrom } from '../src/environment.js';
import { activity } from '../src/services/activity/index.js';
import { auth } from '../src/services/auth/index.js';
import { learning } from '../src/services/learning/index.js';
import { notificationsImport } from '../src/services/notifications/index.js';
import { payments } from '../src/services/payments/index.js';

export interface TargetDatabase {
  readonly into: ServiceImport;
  readonly url: string;
  query<Row>(sql: string, ...values: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

const key = (byte: number) => `k1:${Buffer.alloc(32, byte).toString('base64')}`;

export const keyVariables = {
  AUTH_ENCRYPTION_KEYS: key(1),
  AUTH_LOOKUP_KEYS: key(2),
  NOTIFICATIONS_ENCRYPTION_KEYS: key(3),
  NOTIFICATIONS_LOOKUP_KEYS: key(4),
};

export const keys = keysFrom(keyVariables);

export const authTarget = async () => targetOf(auth, await createAuthDatabase());
export const learningTarget = async () => targetOf(learning, await createLearningDatabase());
export const paymentsTarget = async () => targetOf(payments, await createPaymentsDatabase());
export const notificationsTarget = async () =>
  targetOf(notificationsImport, await createNotificationsDatabase());
export const activityTarget = async () => targetOf(activity, await createActivityDatabase());

interface Created {
  readonly url: string;
  readonly client: { $queryRawUnsafe<Rows>(sql: string, ...values: unknown[]): Promise<Rows> };
  drop(): Promise<void>;
}

function targetOf(into: ServiceImport, { client, url, drop }: Created): TargetDatabase {
  return { into, url, drop, query: (sql, ...values) => client.$queryRawUnsafe(sql, ...values) };
}
