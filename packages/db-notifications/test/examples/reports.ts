import { type Client, recordProviderReport } from '../../src/index.js';

export const arrived = (client: Client, providerMessageId: string, deliveredAt: Date) =>
  recordProviderReport(
    client,
    { channel: 'EMAIL', providerMessageId },
    { outcome: 'DELIVERED', deliveredAt },
  );

export const bounced = (client: Client, providerMessageId: string) =>
  recordProviderReport(
    client,
    { channel: 'EMAIL', providerMessageId },
    { outcome: 'FAILED', errorCode: 'BOUNCED' },
  );
