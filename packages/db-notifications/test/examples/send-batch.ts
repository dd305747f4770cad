import { claimDeliveries, type PrismaClient, recordDeliveries } from '../../src/index.js';

/** Sends all of a batch by one request, and gives its id. */
type SendTexts = (texts: { to: string | null; text: string }[]) => Promise<string>;

/** How many claims had ended before the provider answered: with a lease longer than a request takes, none. */
export async function sendTexts(client: PrismaClient, send: SendTexts): Promise<number> {
  const claimed = await claimDeliveries(client, { channel: 'SMS', limit: 100, leaseSeconds: 300 });
  const providerMessageId = await send(
    claimed.map(({ delivery, notification }) => ({ to: delivery.address, text: notification.message })),
  );
  const result = { outcome: 'SENT', providerMessageId } as const; // one id for all of them
  const { lost } = await recordDeliveries(
    client,
    claimed.map(({ delivery }) => ({ delivery, result })),
  );
  return lost.length;
}
