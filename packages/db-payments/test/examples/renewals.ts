import type { UserId } from '@codezest/db-types';
import {
  billingPeriodAt,
  claimDueRenewals,
  completeRenewal,
  failRenewal,
  type NewInvoiceLine,
  type PrismaClient,
  prorationLines,
  type Subscription,
  subscribe,
} from '../../src/index.js';

/** PRO by the month: what begins on the 31st is billed on the last day of a shorter month, in the customer's calendar. */
export const subscribeMonthly = (client: PrismaClient, userId: UserId, timeZone: string) =>
  subscribe(client, { userId, plan: 'PRO', cycle: { months: 1, timeZone } });

/** Until when somebody who begins on a day has paid. */
export const firstPeriodEnd = (anchor: Date, timeZone: string): Date =>
  billingPeriodAt({ anchor, months: 1, timeZone }, anchor).end;

/** The job of every few minutes, in as many processes as you like. `charge` bills the period and asks the provider. */
export async function renewDue(
  client: PrismaClient,
  charge: (subscription: Subscription, idempotencyKey: string) => Promise<boolean>,
): Promise<Subscription[]> {
  const renewed: Subscription[] = [];
  for (const due of await claimDueRenewals(client, { limit: 20, leaseSeconds: 600 })) {
    const renewal = { subscriptionId: due.id, claim: due.renewalClaim };
    const key = `${due.id}:${due.currentPeriodEnd?.toISOString()}:${due.renewalFailures}`;
    if (await charge(due, key)) renewed.push(await completeRenewal(client, renewal));
    else await failRenewal(client, renewal); // tried again after 3, 5 and 7 days, and UNPAID then
  }
  return renewed;
}

/** What a change of plan costs today: the same lines for the preview and for the invoice of it. */
export function upgradeLines(subscription: Subscription, at: Date): NewInvoiceLine[] {
  const { currentPeriodStart: start, currentPeriodEnd: end } = subscription;
  if (start === null || end === null) throw new Error('FREE has no period');
  const [from, to] = [
    { description: 'PRO, the rest of the month', unitAmount: 1900 },
    { description: 'ENTERPRISE, the rest of the month', unitAmount: 9900 },
  ];
  return prorationLines({ period: { start, end }, at, from, to });
}
