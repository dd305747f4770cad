import { randomUUID } from 'node:crypto';
import { isolationCase } from '@codezest/constraint-tests';
import type { SubscriptionId, UserId } from '@codezest/db-types';
import {
  type Client,
  cancelAt,
  cancelAtPeriodEnd,
  changePlan,
  claimDueRenewals,
  completeRenewal,
  endSubscription,
  expireSubscriptions,
  failRenewal,
  recordSubscription,
  renewSubscription,
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
