import { type Client, recordProviderReport } from '../../src/index.js';

const mail = (providerMessageId: string) => ({ channel: 'EMAIL', providerMessageId }) as const;

export const arrived = (client: Client, providerMessageId: string, deliveredAt: Date) =>
  recordProviderReport(client, mail(providerMessageId), { outcome: 'DELIVERED', deliveredAt });

/** `permanent`: there is no such mailbox, and the address goes on the suppression list. */
export const bounced = (client: Client, providerMessageId: string, permanent: boolean, address?: string) =>
  recordProviderReport(client, mail(providerMessageId), {
    outcome: 'FAILED',
    errorCode: 'BOUNCED',
    permanent,
    address,
  });

/** The reader called it spam: no more mail to the address but what is mandatory, and none of this type to the user. */
export const complained = (client: Client, providerMessageId: string, address?: string) =>
  recordProviderReport(client, mail(providerMessageId), { outcome: 'COMPLAINED', address });
