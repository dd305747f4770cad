import type { PriceId, UserId } from '@codezest/db-types';
import {
  type Client,
  cancelScheduledChange,
  type NewInvoiceLine,
  type PrismaClient,
  pauseSubscription,
  priceOf,
  resumeSubscription,
  type Subscription,
  scheduleChange,
  setPrice,
  subscribe,
} from '../../src/index.js';

const seen = ({ id, version }: Subscription) => ({ subscriptionId: id, version });

/** PRO costs more from a day on. Who has subscribed before keeps the price. */
export const raisePrice = (client: Client, unitAmount: number, validFrom: Date) =>
  setPrice(client, { plan: 'PRO', interval: 'MONTH', currency: 'EUR', unitAmount, validFrom });

/** Some seats at the price of that many, by the month from now on. */
export async function subscribeTeam(client: PrismaClient, userId: UserId, quantity: number) {
  const price = await priceOf(client, { plan: 'PRO', interval: 'MONTH', currency: 'EUR', quantity });
  if (price === null) throw new Error('There is no such price');
  return subscribe(client, { userId, plan: 'PRO', priceId: price.id, quantity });
}

/** What a period of the subscription costs, for `draftInvoice`. */
export async function linesOf(client: PrismaClient, due: Subscription): Promise<NewInvoiceLine[]> {
  const { price } = await client.subscription.findUniqueOrThrow({
    where: { id: due.id },
    include: { price: true },
  });
  if (price === null) throw new Error('FREE is not billed');
  return [{ description: due.plan, quantity: due.quantity, unitAmount: price.unitAmount }];
}

/** From the next period on another price, such as that of a year; until then it stands in `nextPriceId`. */
export const payByTheYear = (client: Client, subscription: Subscription, priceId: PriceId) =>
  scheduleChange(client, { ...seen(subscription), plan: 'PRO', priceId });

/** At the end of what is paid for. */
export const downgrade = (client: Client, subscription: Subscription) =>
  scheduleChange(client, { ...seen(subscription), plan: 'FREE' });

export const stayAsItIs = (client: Client, subscription: Subscription) =>
  cancelScheduledChange(client, seen(subscription));

export const pause = (client: Client, subscription: Subscription, resumesAt: Date) =>
  pauseSubscription(client, { ...seen(subscription), resumesAt });

export const goOn = (client: Client, subscription: Subscription) =>
  resumeSubscription(client, seen(subscription));
