import { setTimeout as sleep } from 'node:timers/promises';
import { receiveEvents as inActivity } from '@codezest/db-activity';
import { createDelivery } from '@codezest/db-delivery';
import { receiveEvents as inLearning } from '@codezest/db-learning';
import { receiveEvents as inNotifications } from '@codezest/db-notifications';
import { receiveEvents as inPayments } from '@codezest/db-payments';
import type { UserId } from '@codezest/db-types';
import type { Clients } from './clients.js';
import type { DatabaseUrls } from './preparation.js';

/** What each service hears of the others, while it lasts. */
export interface Telling {
  /** What `look` finds once a service has heard of it. */
  heard<Found>(look: () => Promise<Found | null | undefined>): Promise<Found>;
  end(): Promise<void>;
}

/** Longer than any event takes on a busy machine. */
const LONGEST_MS = 60_000;

/**
 * The deliverer, and beside it the process of each service that applies what arrives: in production six processes, here one.
 * The services have nothing else in common.
 */
export function startTelling(urls: DatabaseUrls, clients: Clients): Telling {
  const { auth, learning, payments } = urls;
  const delivery = createDelivery({ outboxes: { auth, learning, payments }, inboxes: urls, pollMs: 200 });
  const stopping = new AbortController();
  const apply = async (receive: () => Promise<{ readonly applied: number }>): Promise<void> => {
    while (!stopping.signal.aborted) if ((await receive()).applied === 0) await sleep(25);
  };
  const beforeErasure = process.env.ACTIVITY_MONGODB_URL ? eraseLog : undefined;
  const running = Promise.all([
    delivery.run(stopping.signal),
    apply(() => inLearning(clients.learning)),
    apply(() => inPayments(clients.payments)),
    apply(() => inNotifications(clients.notifications)),
    apply(() => inActivity(clients.activity, beforeErasure === undefined ? {} : { beforeErasure })),
  ]);
  // Whoever waits hears of it below; until then it is nobody's.
  running.catch(() => undefined);
  return {
    async heard(look) {
      for (const until = Date.now() + LONGEST_MS; Date.now() < until; await sleep(10)) {
        const found = await look();
        if (found !== null && found !== undefined) return found;
      }
      throw new Error('An event did not arrive. `codezest-db-delivery status` says what waits.');
    },
    async end() {
      stopping.abort();
      await running;
      await delivery.end();
    },
  };
}

/** What activity keeps of a person in MongoDB goes first. */
async function eraseLog(userId: UserId): Promise<void> {
  const { createMongo, eraseUserData } = await import('@codezest/db-activity/mongo');
  const mongo = createMongo();
  try {
    await eraseUserData(mongo, userId);
  } finally {
    await mongo.close();
  }
}
