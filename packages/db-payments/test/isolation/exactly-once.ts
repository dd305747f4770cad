import { randomUUID } from 'node:crypto';
import { isolationCase } from '@codezest/constraint-tests';
import type { PaymentMethodId, UserId } from '@codezest/db-types';
import {
  answerIdempotencyKey,
  applyStripeEvent,
  applyStripeObject,
  type Client,
  claimIdempotencyKey,
  failTransaction,
  type IdempotencyClaim,
  releaseIdempotencyKey,
  setDefaultPaymentMethod,
  succeedTransaction,
} from '../../src/index.js';
import { january, newUser } from '../fixtures.js';
import { type Attempt, declined, type Own, rowsOf } from './rows.js';

interface Methods {
  readonly userId: UserId;
  readonly first: PaymentMethodId;
  readonly second: PaymentMethodId;
}
interface Request {
  readonly scope: string;
  readonly key: string;
  readonly request: string;
}
interface Held {
  readonly asked: Request;
  readonly claim: IdempotencyClaim;
}

const request = (): Request => ({ scope: 'checkout', key: randomUUID(), request: '{}' });

const event = (id: string, objectId: string, seconds: number) => ({
  id: `evt_${id}` as const,
  type: 'invoice.paid',
  livemode: false,
  occurredAt: new Date(january.getTime() + seconds * 1000),
  objectId,
});

export function exactlyOnceCases(own: Own) {
  const { pending, ofAttempt } = rowsOf(own);
  const held = async (): Promise<Held> => {
    const asked = request();
    return { asked, claim: (await claimIdempotencyKey(own(), asked)) as IdempotencyClaim };
  };
  const ofKey = async (key: string) => {
    const row = await own().idempotencyKey.findFirst({ where: { key } });
    return row && { isHeld: row.lockedAt !== null, status: row.responseStatus };
  };
  return {
    setDefaultPaymentMethod: isolationCase({
      given: async () => {
        const userId = newUser();
        const add = () => own().paymentMethod.create({ data: { userId, type: 'BANK_TRANSFER' } });
        return { userId, first: (await add()).id, second: (await add()).id };
      },
      act: (client: Client, { userId, first }: Methods) =>
        setDefaultPaymentMethod(client, { userId, paymentMethodId: first }),
      rival: (client: Client, { userId, second }) =>
        setDefaultPaymentMethod(client, { userId, paymentMethodId: second }),
      state: async (_client, { first, second }) =>
        Promise.all(
          [first, second].map(
            async (id) => (await own().paymentMethod.findUniqueOrThrow({ where: { id } })).isDefault,
          ),
        ),
    }),
    claimIdempotencyKey: isolationCase({
      given: async () => request(),
      act: (client: Client, asked: Request) => claimIdempotencyKey(client, asked),
      rival: (client: Client, asked) => claimIdempotencyKey(client, asked),
      state: (_client, { key }) => ofKey(key),
    }),
    answerIdempotencyKey: isolationCase({
      given: held,
      act: (client: Client, { claim }: Held) => answerIdempotencyKey(client, claim, { status: 201 }),
      rival: (client: Client, { claim }) => releaseIdempotencyKey(client, claim),
      state: (_client, { asked }) => ofKey(asked.key),
    }),
    releaseIdempotencyKey: isolationCase({
      given: held,
      act: (client: Client, { claim }: Held) => releaseIdempotencyKey(client, claim),
      rival: (client: Client, { claim }) => answerIdempotencyKey(client, claim, { status: 201 }),
      state: (_client, { asked }) => ofKey(asked.key),
    }),
    applyStripeEvent: isolationCase({
      given: async () => ({ ...(await pending()), name: randomUUID().replaceAll('-', '') }),
      act: (client: Client, given: Attempt & { name: string }) =>
        applyStripeEvent(client, event(`${given.name}a`, given.name, 1), (inner) =>
          failTransaction(inner, { ...given, ...declined }),
        ),
      rival: (client: Client, given) =>
        applyStripeEvent(client, event(`${given.name}b`, given.name, 2), (inner) =>
          succeedTransaction(inner, given),
        ),
      state: ofAttempt,
    }),
    applyStripeObject: isolationCase({
      given: async () => ({ ...(await pending()), name: randomUUID().replaceAll('-', '') }),
      act: (client: Client, given: Attempt & { name: string }) =>
        applyStripeObject(client, event(`${given.name}a`, given.name, 1), {
          retrieve: async () => declined,
          apply: (inner, failure) => failTransaction(inner, { ...given, ...failure }),
        }),
      rival: (client: Client, given) =>
        applyStripeObject(client, event(`${given.name}b`, given.name, 2), {
          retrieve: async () => given,
          apply: (inner, paid) => succeedTransaction(inner, paid),
        }),
      state: ofAttempt,
    }),
  };
}
