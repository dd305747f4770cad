import { randomUUID } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { PaymentMethodId, UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type PaymentMethod,
  type PrismaClient,
  setDefaultPaymentMethod,
  type TransactionClient,
} from '../src/index.js';
import { racingDatabase, refusalCode, rolledBack } from './callers.js';
import type { TestDatabase } from './database.js';
import { newUser } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const card = (
  userId: UserId,
  on: Pick<TransactionClient, 'paymentMethod'> = client,
): Promise<PaymentMethod> =>
  on.paymentMethod.create({
    data: { userId, type: 'CARD', last4: '4242', brand: 'VISA', expiryMonth: 4, expiryYear: 2031 },
  });
const defaultsOf = (userId: UserId) => client.paymentMethod.findMany({ where: { userId, isDefault: true } });

describe('setDefaultPaymentMethod', () => {
  test('takes the place of the one before', async () => {
    const userId = newUser();
    const [first, second] = [await card(userId), await card(userId)];

    await setDefaultPaymentMethod(client, { userId, paymentMethodId: first.id });
    const chosen = await setDefaultPaymentMethod(client, { userId, paymentMethodId: second.id });
    const again = await setDefaultPaymentMethod(client, { userId, paymentMethodId: second.id });

    expect(chosen).toMatchObject({ id: second.id, isDefault: true });
    expect(await defaultsOf(userId)).toEqual([again]);
  });

  test("refuses what is not there, somebody else's or detached, and leaves the default as it is", async () => {
    const userId = newUser();
    const { id: kept } = await card(userId);
    await setDefaultPaymentMethod(client, { userId, paymentMethodId: kept });
    const others = await card(newUser());
    const detached = await card(userId);
    await client.paymentMethod.update({ where: { id: detached.id }, data: { detachedAt: new Date() } });

    for (const paymentMethodId of [others.id, detached.id, randomUUID() as PaymentMethodId]) {
      const refused = setDefaultPaymentMethod(client, { userId, paymentMethodId });
      expect(await refusalCode(refused)).toBe('RECORD_NOT_FOUND');
    }
    expect((await defaultsOf(userId)).map(({ id }) => id)).toEqual([kept]);
  });

  test('goes with the transaction it is part of', async () => {
    const userId = newUser();
    const { id: paymentMethodId } = await card(userId);

    await rolledBack(client, (transaction) =>
      setDefaultPaymentMethod(transaction, { userId, paymentMethodId }),
    );

    expect(await defaultsOf(userId)).toEqual([]);
  });

  test(`leaves one default after ${CALLERS} at once, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const userId = newUser();
      const cards = await Promise.all(Array.from({ length: 4 }, () => card(userId)));

      const { won, refused } = await race((caller) =>
        setDefaultPaymentMethod(client, { userId, paymentMethodId: (cards[caller % 4] as PaymentMethod).id }),
      );

      expect(refused).toEqual({});
      expect(won).toHaveLength(CALLERS);
      expect(await defaultsOf(userId)).toHaveLength(1);
    }
  });

  test(`leaves one default when ${CALLERS} first methods are added at once, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const userId = newUser();

      const { refused } = await race(() =>
        client.$transaction(async (transaction) => {
          const { id: paymentMethodId } = await card(userId, transaction);
          return setDefaultPaymentMethod(transaction, { userId, paymentMethodId });
        }),
      );

      expect(refused).toEqual({});
      expect(await defaultsOf(userId)).toHaveLength(1);
    }
  });
});
