import * as activity from '@codezest/db-activity';
import * as auth from '@codezest/db-auth';
import * as learning from '@codezest/db-learning';
import * as notifications from '@codezest/db-notifications';
import * as payments from '@codezest/db-payments';
import type { EventId, ModuleId, ProgrammingLanguageId, UserId } from '@codezest/db-types';
import type { Service } from './history.js';

/** A service as the load drives it. What all five clients have in common is typed as that of auth. */
export interface Driven {
  readonly client: auth.PrismaClient;
  readonly healthCheck: typeof auth.healthCheck;
  readonly transaction: typeof auth.transaction;
  readonly failureClass: typeof auth.failureClass;
  /** What the service does all day, told apart by `n`. */
  write(n: number): Promise<unknown>;
  /** What it reads all day, by statements that share connections. */
  browse(): Promise<unknown>;
}

/** The database's rows of `write`, as their numbers, and what they need. */
export const PREPARATION: Readonly<Record<Service, string>> = {
  auth: '',
  learning: `INSERT INTO programming_languages (id, name, slug) VALUES ('${uuid(0)}', 'Chaos', 'chaos')`,
  payments: '',
  notifications: `INSERT INTO notification_types (id, name, slug, category) VALUES ('${uuid(0)}', 'Chaos', 'chaos', 'SYSTEM')`,
  activity: '',
};
/** Of no password that anybody has. */
const PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$Y29kZXplc3Qtc2VlZC0xNg$DHKN2pIk1dO9YsFGf75aeDX3lVJ9eWog52o1VoxuewU';
const FROM_UUID = "('x' || right(user_id::text, 12))::bit(48)::bigint::int";
export const WRITTEN: Readonly<Record<Service, string>> = {
  auth: "SELECT substring(email from '^chaos-(\\d+)@')::int AS n FROM users",
  learning: `SELECT ${FROM_UUID} AS n FROM language_enrollments`,
  payments: "SELECT substring(code from '^CHAOS-(\\d+)$')::int AS n FROM coupons",
  notifications: `SELECT ${FROM_UUID} AS n FROM notifications`,
  activity: 'SELECT description::int AS n FROM user_activities',
};

const USER = uuid(1) as UserId;

export function drive(service: Service, url: string): Driven {
  switch (service) {
    case 'auth': {
      const client = auth.createClient({ url });
      return driven(
        auth,
        client,
        () => auth.listSessions(client, USER),
        (n) =>
          auth.createAccount(client, {
            email: `chaos-${n}@example.com`,
            passwordHash: PASSWORD_HASH,
            firstName: 'Chaos',
            lastName: `${n}`,
          }),
      );
    }
    case 'learning': {
      const client = learning.createClient({ url });
      return driven(
        learning,
        client,
        () => learning.findModuleTree(client, uuid(0) as ModuleId),
        (n) =>
          learning.enrol(client, { userId: uuid(n) as UserId, languageId: uuid(0) as ProgrammingLanguageId }),
      );
    }
    case 'payments': {
      const client = payments.createClient({ url });
      return driven(
        payments,
        client,
        () => payments.entitlementOf(client, USER),
        (n) =>
          client.coupon.create({
            data: { code: `CHAOS-${n}`, discountType: 'PERCENTAGE', discountValue: 10 },
          }),
      );
    }
    // These two are repeated after a lost answer, and must be there once all the same.
    case 'notifications': {
      const client = notifications.createClient({ url });
      const message = { typeSlug: 'chaos', title: 'Chaos', message: 'Happens.' };
      return driven(
        notifications,
        client,
        () => notifications.inboxCounts(client, USER),
        (n) =>
          notifications.withRetry(
            () =>
              notifications.notify(client, {
                ...message,
                userId: uuid(n) as UserId,
                eventId: uuid(n) as EventId,
              }),
            { idempotent: true },
          ),
      );
    }
    case 'activity': {
      const client = activity.createClient({ url });
      return driven(
        activity,
        client,
        () => activity.listActivity(client, USER),
        (n) => {
          const id = activity.newActivityId();
          const event = { type: 'BADGE_EARNED', description: `${n}`, metadata: { badge: 'chaos' } } as const;
          return activity.withRetry(
            () => activity.recordActivity(client, { ...event, id, userId: uuid(n) as UserId }),
            { idempotent: true },
          );
        },
      );
    }
  }
}

function driven(module: unknown, client: unknown, browse: Driven['browse'], write: Driven['write']): Driven {
  const { healthCheck, transaction, failureClass } = module as typeof auth;
  return { client: client as auth.PrismaClient, healthCheck, transaction, failureClass, browse, write };
}

function uuid(n: number): string {
  return `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}
