import { type Client, liftSuppression, listSuppressions, suppressAddress } from '../../src/index.js';

export async function whyNoMail(client: Client, address: string) {
  const suppressions = await listSuppressions(client, { channel: 'EMAIL', address });
  return suppressions.map(({ reason, createdAt }) => ({ reason, createdAt }));
}

/** The owner of the address has asked for mail again. */
export const mailAgain = (client: Client, address: string) =>
  liftSuppression(client, { channel: 'EMAIL', address });

/** After a bounce of mail that had no delivery, such as an invitation. */
export const mailboxIsGone = (client: Client, address: string) =>
  suppressAddress(client, { channel: 'EMAIL', address, reason: 'BOUNCE' });
