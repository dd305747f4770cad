import { INBOX_CHANNEL, wakeups } from '@codezest/db-core/events';
import { createDelivery } from '@codezest/db-delivery';
import { createClient, receiveEvents } from '@codezest/db-notifications';
import type { Pool } from 'pg';
import { insertPeople, type Way } from './way.js';

/** Triggers fill the outbox, `createDelivery` brings, `receiveEvents` applies. */
export async function byOurs(producer: string, consumer: string): Promise<Way> {
  const delivery = createDelivery({ outboxes: { auth: producer }, inboxes: { notifications: consumer } });
  const client = createClient({ url: consumer });
  return {
    async tell(pool: Pool, people) {
      await pool.query(insertPeople, [people]);
    },
    async run(signal) {
      const arriving = wakeups(consumer, INBOX_CHANNEL, 'codezest-benchmark');
      const waiter = arriving.waiter();
      const receiving = (async () => {
        while (!signal.aborted) {
          const { applied, failed, dead } = await receiveEvents(client);
          if (applied + failed + dead === 0) await waiter.next(100);
        }
      })();
      await Promise.all([delivery.run(signal), receiving]);
      await arriving.end();
    },
    async end() {
      await delivery.end();
      await client.$disconnect();
    },
  };
}
