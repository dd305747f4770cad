import { claimDeliveries, type Notification, type PrismaClient, recordDelivery } from '../../src/index.js';

/** Gives the provider's id of the message, or throws. */
type SendEmail = (to: string, templateId: string | null, notification: Notification) => Promise<string>;

export async function sendEmails(client: PrismaClient, send: SendEmail): Promise<number> {
  const claimed = await claimDeliveries(client, { channel: 'EMAIL', limit: 50, leaseSeconds: 120 });
  const recipients = await client.recipient.findMany({
    where: { userId: { in: claimed.map(({ notification }) => notification.userId) } },
  });
  for (const { delivery, notification, type } of claimed) {
    const recipient = recipients.find(({ userId }) => userId === notification.userId);
    if (!recipient) {
      await recordDelivery(client, delivery, { outcome: 'FAILED', errorCode: 'RECIPIENT_UNKNOWN' });
      continue;
    }
    const providerMessageId = await send(recipient.email, type.emailTemplateId, notification).catch(
      () => null,
    );
    await recordDelivery(
      client,
      delivery,
      providerMessageId === null
        ? { outcome: 'FAILED', errorCode: 'PROVIDER_UNREACHABLE' } // tried again, later each time
        : { outcome: 'SENT', providerMessageId },
    );
  }
  return claimed.length;
}
