import { randomUUID } from 'node:crypto';
import { isolationCase } from '@codezest/constraint-tests';
import type { UserId } from '@codezest/db-types';
import {
  type Client,
  cancelAt,
  cancelAtPeriodEnd,
  changePlan,
  endSubscription,
  expireSubscriptions,
  recordSubscription,
  renewSubscription,
  subscribe,
} from '../../src/index.js';
import { daysFromNow } from '../callers.js';
import { february, january, newUser, startPro } from '../fixtures.js';
import { type Own, rowsOf, type Stretch } from './rows.js';

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
