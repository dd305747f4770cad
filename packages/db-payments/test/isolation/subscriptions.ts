import { randomUUID } from 'node:crypto';
import { isolationCase } from '@codezest/constraint-tests';
import type { SubscriptionId, UserId } from '@codezest/db-types';
import {
  type Client,
  cancelAt,
  cancelAtPeriodEnd,
  cancelScheduledChange,
  changePlan,
  claimDueRenewals,
  completeRenewal,
  endSubscription,
  expireSubscriptions,
  failRenewal,
  pauseSubscription,
  recordPrice,
  recordSubscription,
  renewSubscription,
  resumeSubscription,
  scheduleChange,
  setPrice,
  subscribe,
} from '../../src/index.js';
import { daysFromNow } from '../callers.js';
import { february, january, newUser, startPro } from '../fixtures.js';
import { type Own, rowsOf, type Stretch } from './rows.js';

interface Held {
  readonly userId: UserId;
  readonly subscriptionId: SubscriptionId;
  readonly claim: number;
}

interface Told {
  readonly userId: UserId;
  readonly stripeSubscriptionId: string;
}

interface Kind {
  readonly intervalCount: number;
}

const priced = { plan: 'PRO', interval: 'DAY', currency: 'EUR' } as const;
const ofStripe = (intervalCount: number) => ({
  ...{ ...priced, intervalCount, unitAmount: 1900, createdAt: january },
  stripePriceId: `price_isolated_${intervalCount}`,
});
let kinds = 0;
/** A list of prices that no other case has. */
const nextKind = () => {
  kinds += 1;
  return kinds;
};

const told = {
  plan: 'PRO',
  startedAt: january,
  currentPeriodStart: january,
  currentPeriodEnd: february,
} as const;

export function subscriptionCases(own: Own) {
  const { stretch, ofUser } = rowsOf(own);
  /** Its period is over, and nobody has claimed it. */
  const due = async (): Promise<Stretch> => {
    const { id, userId, version } = await startPro(own(), newUser());
    return { subscriptionId: id, userId, version };
  };
  const held = async (): Promise<Held> => {
    const { id, userId } = await startPro(own(), newUser(), {
      renewalClaim: 1,
      nextRenewalAt: daysFromNow(1),
    });
    return { subscriptionId: id, userId, claim: 1 };
  };
  const ofKind = async (_client: Client, { intervalCount }: Kind) => {
    const rows = await own().price.findMany({
      where: { intervalCount, interval: 'DAY' },
      orderBy: { validFrom: 'asc' },
    });
    return rows.map(({ unitAmount, validUntil }) => ({ unitAmount, isOver: validUntil !== null }));
  };
  return {
    subscribe: isolationCase({
      given: async () => ({ userId: newUser() }),
      act: (client: Client, { userId }: { userId: UserId }) => subscribe(client, { userId, plan: 'FREE' }),
      rival: (client: Client, { userId }) => subscribe(client, { userId, plan: 'FREE' }),
      state: ofUser,
    }),
    changePlan: isolationCase({
      given: stretch,
      act: (client: Client, seen: Stretch) =>
        changePlan(client, { ...seen, plan: 'ENTERPRISE', currentPeriodEnd: daysFromNow(30) }),
      rival: (client: Client, seen) => cancelAtPeriodEnd(client, seen),
      state: ofUser,
    }),
    cancelAtPeriodEnd: isolationCase({
      given: stretch,
      act: (client: Client, seen: Stretch) => cancelAtPeriodEnd(client, seen),
      rival: (client: Client, seen) => endSubscription(client, { ...seen, status: 'CANCELED' }),
      state: ofUser,
    }),
    cancelAt: isolationCase({
      given: stretch,
      act: (client: Client, seen: Stretch) => cancelAt(client, { ...seen, at: daysFromNow(3) }),
      rival: (client: Client, seen) => cancelAtPeriodEnd(client, seen),
      state: ofUser,
    }),
    scheduleChange: isolationCase({
      given: stretch,
      act: (client: Client, seen: Stretch) => scheduleChange(client, { ...seen, plan: 'ENTERPRISE' }),
      rival: (client: Client, seen) => cancelAtPeriodEnd(client, seen),
      state: ofUser,
    }),
    cancelScheduledChange: isolationCase({
      given: async () => {
        const { userId, ...seen } = await stretch();
        const { version } = await scheduleChange(own(), { ...seen, plan: 'ENTERPRISE' });
        return { ...seen, userId, version };
      },
      act: (client: Client, seen: Stretch) => cancelScheduledChange(client, seen),
      rival: (client: Client, seen) =>
        renewSubscription(client, { ...seen, currentPeriodEnd: daysFromNow(60) }),
      state: ofUser,
    }),
    pauseSubscription: isolationCase({
      given: stretch,
      act: (client: Client, seen: Stretch) => pauseSubscription(client, seen),
      rival: (client: Client, seen) => cancelAtPeriodEnd(client, seen),
      state: ofUser,
    }),
    resumeSubscription: isolationCase({
      given: async () => {
        const { userId, ...seen } = await stretch();
        return { ...seen, userId, version: (await pauseSubscription(own(), seen)).version };
      },
      act: (client: Client, seen: Stretch) => resumeSubscription(client, seen),
      rival: (client: Client, seen) => endSubscription(client, { ...seen, status: 'CANCELED' }),
      state: ofUser,
    }),
    setPrice: isolationCase({
      given: async () => ({ intervalCount: nextKind() }),
      act: (client: Client, kind: Kind) => setPrice(client, { ...priced, ...kind, unitAmount: 1900 }),
      rival: (client: Client, kind) => setPrice(client, { ...priced, ...kind, unitAmount: 2500 }),
      state: ofKind,
    }),
    recordPrice: isolationCase({
      given: async () => ({ intervalCount: nextKind() }),
      act: (client: Client, { intervalCount }: Kind) =>
        recordPrice(client, { ...ofStripe(intervalCount), isActive: true }),
      rival: (client: Client, { intervalCount }) =>
        recordPrice(client, { ...ofStripe(intervalCount), isActive: false }),
      state: ofKind,
    }),
    renewSubscription: isolationCase({
      given: stretch,
      act: (client: Client, seen: Stretch) =>
        renewSubscription(client, { ...seen, currentPeriodEnd: daysFromNow(60) }),
      rival: (client: Client, seen) => cancelAtPeriodEnd(client, seen),
      state: ofUser,
    }),
    endSubscription: isolationCase({
      given: stretch,
      act: (client: Client, seen: Stretch) => endSubscription(client, { ...seen, status: 'EXPIRED' }),
      rival: (client: Client, seen) =>
        renewSubscription(client, { ...seen, currentPeriodEnd: daysFromNow(60) }),
      state: ofUser,
    }),
    recordSubscription: isolationCase({
      given: async () => ({ userId: newUser(), stripeSubscriptionId: `sub_${randomUUID()}` }),
      act: (client: Client, ids: Told) => recordSubscription(client, { ...told, ...ids, status: 'PAST_DUE' }),
      rival: (client: Client, ids) => recordSubscription(client, { ...told, ...ids, status: 'ACTIVE' }),
      state: ofUser,
    }),
    claimDueRenewals: isolationCase({
      given: due,
      act: (client: Client) => claimDueRenewals(client, { limit: 10_000 }),
      rival: (client: Client, seen: Stretch) => endSubscription(client, { ...seen, status: 'EXPIRED' }),
      state: ofUser,
    }),
    completeRenewal: isolationCase({
      given: held,
      act: (client: Client, taken: Held) =>
        completeRenewal(client, { ...taken, currentPeriodEnd: daysFromNow(30) }),
      rival: (client: Client, taken) => failRenewal(client, taken),
      state: ofUser,
    }),
    failRenewal: isolationCase({
      given: held,
      act: (client: Client, taken: Held) => failRenewal(client, taken),
      rival: (client: Client, taken) =>
        completeRenewal(client, { ...taken, currentPeriodEnd: daysFromNow(30) }),
      state: ofUser,
    }),
    expireSubscriptions: isolationCase({
      given: async () => {
        await expireSubscriptions(own(), { graceSeconds: 0 });
        const { id, userId, version } = await startPro(own(), newUser());
        return { subscriptionId: id, userId, version };
      },
      act: (client: Client) => expireSubscriptions(client, { graceSeconds: 0 }),
      rival: (client: Client, seen: Stretch) =>
        renewSubscription(client, { ...seen, currentPeriodEnd: daysFromNow(60) }),
      state: ofUser,
    }),
  };
}
