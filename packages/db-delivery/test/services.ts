import type { Client as Connection } from 'pg';
import { receiveEvents as inActivity } from '../../db-activity/src/index.js';
import { createTestDatabase as createActivity } from '../../db-activity/test/database.js';
import { createTestDatabase as createAuth } from '../../db-auth/test/database.js';
import { receiveEvents as inLearning } from '../../db-learning/src/index.js';
import { createTestDatabase as createLearning } from '../../db-learning/test/database.js';
import { receiveEvents as inNotifications } from '../../db-notifications/src/index.js';
import { createTestDatabase as createNotifications } from '../../db-notifications/test/database.js';
import { receiveEvents as inPayments } from '../../db-payments/src/index.js';
import { createTestDatabase as createPayments } from '../../db-payments/test/database.js';
import type { Databases } from '../src/index.js';

/** Those that listen to auth. */
export const consumers = ['payments', 'notifications', 'activity', 'learning'] as const;
export type Consumer = (typeof consumers)[number];

/** The five databases, each with the ways in that production has. */
export async function createServices() {
  const [auth, learning, payments, notifications, activity] = await Promise.all([
    createAuth(),
    createLearning(),
    createPayments(),
    createNotifications(),
    createActivity(),
  ]);
  const all = { auth, learning, payments, notifications, activity };
  const databases: Databases = {
    outboxes: { auth: auth.relayUrl },
    inboxes: {
      learning: learning.inboxUrl,
      payments: payments.inboxUrl,
      notifications: notifications.inboxUrl,
      activity: activity.inboxUrl,
    },
  };
  return {
    ...all,
    databases,
    drop: async () => {
      await Promise.all(Object.values(all).map((database) => database.drop()));
    },
  };
}

export type Services = Awaited<ReturnType<typeof createServices>>;

/** Has every consumer apply what has arrived, as its process that owns the tables does. */
export async function applyReceived({
  learning,
  payments,
  notifications,
  activity,
}: Services): Promise<void> {
  const until = async (receive: () => Promise<{ applied: number; failed: number; dead: number }>) => {
    for (let sum = 1; sum > 0; ) {
      const { applied, failed, dead } = await receive();
      sum = applied + failed + dead;
    }
  };
  await Promise.all([
    until(() => inLearning(learning.owner.client)),
    until(() => inPayments(payments.owner.client)),
    until(() => inNotifications(notifications.owner.client)),
    until(() => inActivity(activity.owner.client)),
  ]);
}

/** Accounts by plain SQL, in the database of auth: its triggers tell what follows. Gives their ids. */
export async function registerAccounts(auth: Connection, number: number): Promise<string[]> {
  const { rows } = await auth.query<{ id: string }>(
    `INSERT INTO users (id, email, password, first_name, last_name, updated_at)
     SELECT gen_random_uuid(), 'user-' || n || '-' || gen_random_uuid() || '@example.com',
       '$argon2id$v=19$m=19456,t=2,p=1$Y29kZXplc3Qtc2VlZC0xNg$DHKN2pIk1dO9YsFGf75aeDX3lVJ9eWog52o1VoxuewU', 'Ada', 'Okafor', now()
     FROM generate_series(1, $1::int) AS n RETURNING id`,
    [number],
  );
  return rows.map(({ id }) => id);
}
