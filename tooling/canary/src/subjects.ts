import { randomBytes, randomUUID } from 'node:crypto';
import * as activity from '@codezest/db-activity';
import * as activityTesting from '@codezest/db-activity/testing';
import * as auth from '@codezest/db-auth';
import * as authTesting from '@codezest/db-auth/testing';
import * as learning from '@codezest/db-learning';
import * as learningTesting from '@codezest/db-learning/testing';
import * as notifications from '@codezest/db-notifications';
import * as notificationsTesting from '@codezest/db-notifications/testing';
import * as payments from '@codezest/db-payments';
import * as paymentsTesting from '@codezest/db-payments/testing';
import type { Service } from '@codezest/schema-docs';
import { activityWaysIn } from './ways-in/activity.js';
import { authWaysIn } from './ways-in/auth.js';
import { createCourse, learningWaysIn } from './ways-in/learning.js';
import type { AnyFactories } from './ways-in/models.js';
import { notificationsWaysIn } from './ways-in/notifications.js';
import { paymentsWaysIn } from './ways-in/payments.js';
import type { WaysIn } from './ways-in/way-in.js';

/** As much of a package as all five have. */
type AnyPackage = typeof auth;
export type AnyClient = auth.PrismaClient;

export interface Subject {
  readonly service: Service;
  readonly module: AnyPackage;
  createTestDatabase(): Promise<{ readonly name: string; readonly url: string; drop(): Promise<void> }>;
  factories(client: AnyClient): AnyFactories;
  /** @param make rows that the steps need and do not write themselves. */
  waysIn(module: AnyPackage, make: AnyFactories): Promise<WaysIn<AnyClient>>;
}

/** The packages differ in their models alone, of which nothing here speaks. */
function subject<Package extends object, Factories>(
  service: Service,
  module: Package,
  testing: {
    createTestDatabase: Subject['createTestDatabase'];
    factories(client: never): Factories;
  },
  waysIn: (module: Package, make: Factories) => Promise<unknown>,
): Subject {
  return {
    service,
    module: module as unknown as AnyPackage,
    createTestDatabase: testing.createTestDatabase,
    factories: (client) => testing.factories(client as never) as AnyFactories,
    waysIn: (observed, make) =>
      waysIn(observed as unknown as Package, make as Factories) as Promise<WaysIn<AnyClient>>,
  };
}

const newKeyring = (): auth.Keyring => ({ current: 'k1', keys: new Map([['k1', randomBytes(32)]]) });

export const subjects: readonly Subject[] = [
  subject('auth', auth, authTesting, async (module) =>
    authWaysIn(module, { encryption: newKeyring(), lookup: newKeyring() }),
  ),
  subject('learning', learning, learningTesting, async (module, make) =>
    learningWaysIn(module, await createCourse(make)),
  ),
  subject('payments', payments, paymentsTesting, async (module, make) => {
    const userId = randomUUID() as payments.ChosenPaymentMethod['userId'];
    const method = await make.paymentMethod({ userId });
    const coupon = await make.coupon();
    return paymentsWaysIn(module, { userId, paymentMethodId: method.id, couponCode: coupon.code });
  }),
  subject('notifications', notifications, notificationsTesting, async (module, make) => {
    const { slug } = await make.notificationType({ isMandatory: true });
    return notificationsWaysIn(module, { encryption: newKeyring(), lookup: newKeyring() }, slug);
  }),
  subject('activity', activity, activityTesting, async (module) => activityWaysIn(module)),
];
