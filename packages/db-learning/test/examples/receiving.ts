import {
  deleteReceivedEvents,
  eventBacklog,
  type PrismaClient,
  receiveEvents,
  redriveEvents,
} from '../../src/index.js';

/** Until nothing is left to do now. With a client of the owner's role, or deletions of users wait. */
export async function applyEvents(owner: PrismaClient): Promise<void> {
  for (let left = true; left; ) {
    const { applied, failed, dead } = await receiveEvents(owner, { limit: 500 });
    left = applied + failed + dead > 0;
  }
}

/** For an alarm: `dead` waits for somebody, `oldest` grows where nobody applies. */
export const waitingEvents = (client: PrismaClient) => eventBacklog(client);

/** After the reason is mended. */
export const tryAgain = (client: PrismaClient) => redriveEvents(client);

/** Nightly. */
export const forgetApplied = (client: PrismaClient) => deleteReceivedEvents(client, { days: 90 });
