import {
  claimDeliveries,
  DeliveryClaimLostError,
  extendClaim,
  type FailedAttempt,
  type Notification,
  type PrismaClient,
  recordDelivery,
  type Sent,
} from '../../src/index.js';

/** Gives the provider's id of the message, or throws. Ends within the lease. */
type SendEmail = (to: string, templateId: string | null, notification: Notification) => Promise<string>;

const leaseSeconds = 120;

/** One that another worker has by now does not end the loop. */
function unlessLost(error: unknown): void {
  if (!(error instanceof DeliveryClaimLostError)) throw error;
}

export async function sendEmails(client: PrismaClient, send: SendEmail): Promise<number> {
  const claimed = await claimDeliveries(client, { channel: 'EMAIL', limit: 50, leaseSeconds });
  for (const { delivery, notification, type } of claimed) {
    // However slow those before it were: this one is ours, for as long again.
    if (!(await extendClaim(client, delivery, { leaseSeconds }))) continue;
    const sending = async (): Promise<Sent | FailedAttempt> => {
      if (delivery.address === null) return { outcome: 'FAILED', errorCode: 'RECIPIENT_UNKNOWN' };
      const providerMessageId = await send(delivery.address, type.emailTemplateId, notification);
      return { outcome: 'SENT', providerMessageId };
    };
    const result = await sending().catch(
      (): FailedAttempt => ({ outcome: 'FAILED', errorCode: 'PROVIDER_UNREACHABLE' }), // tried again, later each time
    );
    await recordDelivery(client, delivery, result).catch(unlessLost);
  }
  return claimed.length;
}
