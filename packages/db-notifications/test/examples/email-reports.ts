import { type Client, recordEmailReport } from '../../src/index.js';

/** A mail that no notification caused, such as an invitation: the log knows its type, and that is switched off. */
export const calledSpam = (client: Client, providerId: string, address?: string) =>
  recordEmailReport(client, { provider: 'SES', providerId }, { outcome: 'COMPLAINED', address });
