import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  applyStripeEvent,
  type PrismaClient,
  type ReceivedStripeEvent,
  subscribe,
  type TransactionClient,
} from '../src/index.js';
import { racingDatabase, refusalCode, rolledBack } from './callers.js';
import type { TestDatabase } from './database.js';
import { january, newUser } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

let sequence = 0;
function newEvent(): ReceivedStripeEvent {
  sequence += 1;
  return {
    id: `evt_test_${sequence}`,
    type: 'customer.subscription.created',
    livemode: false,
    occurredAt: january,
    apiVersion: '2026-06-24.basil',
    objectId: `sub_test_${sequence}`,
  };
}
const stored = ({ id }: ReceivedStripeEvent) => client.stripeEvent.findUnique({ where: { id } });
const start = (userId: UserId) => (transaction: TransactionClient) =>
  subscribe(transaction, { userId, plan: 'FREE' });

describe('applyStripeEvent', () => {
  test('acts, and marks the event, in one transaction', async () => {
    const [event, userId] = [newEvent(), newUser()];

    const outcome = await applyStripeEvent(client, event, start(userId));

    expect(outcome).toMatchObject({ applied: true, result: { userId } });
    expect(await stored(event)).toMatchObject({ ...event, attempts: 1, lastError: null });
    expect((await stored(event))?.processedAt).not.toBeNull();
  });

  test('does nothing with a second delivery', async () => {
    const event = newEvent();
    await applyStripeEvent(client, event, start(newUser()));

    const outcome = await applyStripeEvent(client, event, () => expect.unreachable('it acted twice'));

    expect(outcome).toEqual({ applied: false });
    expect((await stored(event))?.attempts).toBe(1);
  });

  test('keeps nothing of work that failed but the attempt and its reason, and lets the next delivery act', async () => {
    const [event, userId] = [newEvent(), newUser()];
    const failing = applyStripeEvent(client, event, async (transaction) => {
      await start(userId)(transaction);
      throw new Error('a person’s name');
    });

    await expect(failing).rejects.toThrow('a person’s name');
    expect(await client.subscription.count({ where: { userId } })).toBe(0);
    expect(await stored(event)).toMatchObject({ processedAt: null, attempts: 1, lastError: 'Error' });

    expect((await applyStripeEvent(client, event, start(userId))).applied).toBe(true);
    expect(await stored(event)).toMatchObject({ attempts: 2, lastError: null });
  });

  test('names the refusal by its code', async () => {
    const [event, userId] = [newEvent(), newUser()];
    await start(userId)(client);

    expect(await refusalCode(applyStripeEvent(client, event, start(userId)))).toBe('SUBSCRIPTION_EXISTS');
    expect((await stored(event))?.lastError).toBe('SubscriptionExistsError SUBSCRIPTION_EXISTS');
  });

  test('goes with the transaction it is part of', async () => {
    const event = newEvent();

    const outcome = await rolledBack(client, (transaction) =>
      applyStripeEvent(transaction, event, start(newUser())),
    );

    expect(outcome.applied).toBe(true);
    expect(await stored(event)).toBeNull();
  });

  test('keeps nothing of work that failed in a transaction of the caller, who goes on', async () => {
    const [event, userId] = [newEvent(), newUser()];

    await client.$transaction(async (transaction) => {
      const failing = applyStripeEvent(transaction, event, async (inner) => {
        await start(userId)(inner);
        await inner.$queryRaw`SELECT 1 / 0`;
      });
      expect(await refusalCode(failing)).toBe('P2010');
    });

    expect(await client.subscription.count({ where: { userId } })).toBe(0);
    expect(await stored(event)).toMatchObject({ processedAt: null, attempts: 1 });
  });

  test('does nothing with an event that is older than one of the same object, unless all shall act', async () => {
    const { objectId } = newEvent();
    const at = (seconds: number) => ({
      ...newEvent(),
      objectId,
      occurredAt: new Date(january.getTime() + seconds * 1000),
    });
    const act = async () => 'acted';
    const [older, newer, same, other] = [at(1), at(2), at(2), { ...at(1), objectId: 'sub_other' }];

    expect((await applyStripeEvent(client, newer, act)).applied).toBe(true);
    expect(await applyStripeEvent(client, older, act)).toEqual({ applied: false, outdated: true });
    expect((await stored(older))?.processedAt).not.toBeNull();
    expect(await applyStripeEvent(client, older, act)).toEqual({ applied: false });
    for (const event of [same, other, { ...at(1), objectId: null }])
      expect((await applyStripeEvent(client, event, act)).applied).toBe(true);
    expect((await applyStripeEvent(client, at(1), act, { order: 'any' })).applied).toBe(true);
  });

  test('that failed does not stand before an older one', async () => {
    const [older, newer] = [newEvent(), newEvent()];
    const event = { ...newer, objectId: older.objectId, occurredAt: new Date(january.getTime() + 1000) };

    expect(
      await refusalCode(applyStripeEvent(client, event, () => Promise.reject(new Error('down')))),
    ).toBeDefined();

    expect((await applyStripeEvent(client, older, async () => true)).applied).toBe(true);
  });

  test(`of ${CALLERS} events of one object the newest acts last, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { objectId } = newEvent();
      const acted: number[] = [];

      await race(async (caller) => {
        const occurredAt = new Date(january.getTime() + caller * 1000);
        const event = { ...newEvent(), objectId, occurredAt };
        const { applied } = await applyStripeEvent(client, event, async () => void acted.push(caller));
        return applied;
      });

      expect(acted).toEqual([...acted].sort((a, b) => a - b));
      expect(acted.at(-1)).toBe(CALLERS - 1);
    }
  });

  test(`of ${CALLERS} deliveries one acts, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [event, userId] = [newEvent(), newUser()];

      const { won, refused } = await race(() => applyStripeEvent(client, event, start(userId)));

      expect(refused).toEqual({});
      expect(won.filter(({ applied }) => applied)).toHaveLength(1);
    }
  });

  test(`of ${CALLERS} deliveries one acts although others fail, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [event, userId] = [newEvent(), newUser()];

      const { won } = await race((caller) =>
        applyStripeEvent(client, event, (transaction) => {
          if (caller % 2 === 0) throw new Error('the handler broke');
          return start(userId)(transaction);
        }),
      );

      expect(won.filter(({ applied }) => applied)).toHaveLength(1);
      expect(await client.subscription.count({ where: { userId } })).toBe(1);
      expect((await stored(event))?.lastError).toBeNull();
    }
  });
});
