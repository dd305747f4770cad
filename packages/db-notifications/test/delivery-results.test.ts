import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  claimDeliveries,
  type NotificationDelivery,
  recordDeliveries,
  recordDelivery,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newEmail, racingDatabase, undone } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase();
});

afterAll(() => database.drop());

beforeEach(async () => {
  await database.client.notification.deleteMany({});
});

const find = (id: NotificationDelivery['id']) =>
  database.client.notificationDelivery.findUniqueOrThrow({ where: { id } });

/** Makes it due at once and claims it. */
async function claimed(id: NotificationDelivery['id']): Promise<NotificationDelivery> {
  const { nextAttemptAt } = await find(id);
  if (nextAttemptAt)
    await database.client.notificationDelivery.update({
      where: { id },
      data: { nextAttemptAt: new Date(0) },
    });
  const [claim] = await claimDeliveries(database.client, { channel: 'EMAIL' });
  expect(claim?.delivery.id).toBe(id);
  return claim?.delivery as NotificationDelivery;
}

const newClaim = async () => await claimed((await newEmail(database.client)).id);
const failure = { outcome: 'FAILED', errorCode: 'TIMEOUT' } as const;

describe('the result of an attempt', () => {
  it('sent ends the claim', async () => {
    const delivery = await newClaim();

    const sent = await recordDelivery(database.client, delivery, {
      outcome: 'SENT',
      providerMessageId: 'ses-1',
    });

    expect(sent).toEqual(await find(delivery.id));
    expect(sent).toMatchObject({ status: 'SENT', attempts: 1, claimedAt: null, providerMessageId: 'ses-1' });
    expect(sent.sentAt).toBeInstanceOf(Date);
  });

  it('failed waits twice as long each time, up to half of it left to chance, and gives up at the last attempt', async () => {
    const { id } = await newEmail(database.client);
    for (const [attempt, seconds] of [30, 60, 120, 240].entries()) {
      const delivery = await recordDelivery(database.client, await claimed(id), {
        ...failure,
        errorMessage: `attempt ${attempt + 1}`,
      });

      expect(delivery).toMatchObject({
        status: 'PENDING',
        attempts: attempt + 1,
        errorMessage: `attempt ${attempt + 1}`,
      });
      const wait = (delivery.nextAttemptAt?.getTime() ?? 0) - delivery.updatedAt.getTime();
      // Each of the two times is rounded to milliseconds by itself.
      expect(wait).toBeGreaterThanOrEqual(seconds * 500 - 1);
      expect(wait).toBeLessThanOrEqual(seconds * 1_000 + 1);
    }
    expect(await recordDelivery(database.client, await claimed(id), failure)).toMatchObject({
      status: 'FAILED',
      attempts: 5,
      nextAttemptAt: null,
      errorCode: 'TIMEOUT',
      errorMessage: null,
    });
  });

  it('failed does not return together with what failed together', async () => {
    const waits = new Set<number>();
    for (let n = 0; n < 8; n += 1) {
      const delivery = await recordDelivery(database.client, await newClaim(), failure);
      waits.add((delivery.nextAttemptAt?.getTime() ?? 0) - delivery.updatedAt.getTime());
    }

    expect(waits.size).toBeGreaterThan(4);
  });

  it('failed waits an hour at most, and not less than the provider asks for', async () => {
    const { id } = await newEmail(database.client);
    await database.client.notificationDelivery.update({ where: { id }, data: { maxAttempts: 20 } });
    const wait = async (result: { retryAfterSeconds?: number }) => {
      const { nextAttemptAt, updatedAt } = await recordDelivery(database.client, await claimed(id), {
        ...failure,
        ...result,
      });
      return (nextAttemptAt?.getTime() ?? 0) - updatedAt.getTime();
    };

    expect(await wait({ retryAfterSeconds: 900 })).toBe(900_000);
    for (let attempt = 2; attempt < 12; attempt += 1) await wait({});
    const longest = await wait({});
    expect(longest).toBeGreaterThanOrEqual(1_800_000 - 1);
    expect(longest).toBeLessThanOrEqual(3_600_000 + 1);
  });

  it('failed for good is not tried again', async () => {
    const delivery = await recordDelivery(database.client, await newClaim(), { ...failure, permanent: true });

    expect(delivery).toMatchObject({ status: 'FAILED', attempts: 1 });
    expect(delivery.failedAt).toBeInstanceOf(Date);
  });

  it('a success after a failure keeps no error', async () => {
    const { id } = await newEmail(database.client);
    await recordDelivery(database.client, await claimed(id), { ...failure, errorMessage: 'slow' });

    const sent = await recordDelivery(database.client, await claimed(id), { outcome: 'SENT' });

    expect(sent).toMatchObject({ status: 'SENT', attempts: 2, errorCode: null, errorMessage: null });
  });

  it('is refused once the claim has gone to another worker, or has its result', async () => {
    const lost = await newClaim();
    const recorded = await recordDelivery(database.client, lost, failure);
    const current = await claimed(recorded.id);

    for (const result of [{ outcome: 'SENT' } as const, failure])
      await expect(recordDelivery(database.client, lost, result)).rejects.toMatchObject({
        code: 'DELIVERY_CLAIM_LOST',
      });
    expect(await find(current.id)).toEqual(current);
    await recordDelivery(database.client, current, { outcome: 'SENT' });
    await expect(recordDelivery(database.client, current, failure)).rejects.toMatchObject({
      code: 'DELIVERY_CLAIM_LOST',
    });
  });

  it('counts a wait that is none as none, and one of years as a day', async () => {
    for (const [retryAfterSeconds, least, most] of [
      [Number.NaN, 0, 31],
      [-5, 0, 31],
      [1e12, 86_400, 86_400],
    ] as const) {
      const { nextAttemptAt, updatedAt } = await recordDelivery(database.client, await newClaim(), {
        ...failure,
        retryAfterSeconds,
      });
      const wait = ((nextAttemptAt?.getTime() ?? 0) - updatedAt.getTime()) / 1_000;
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual(most);
    }
  });

  it('keeps what a provider says in a form that can be stored', async () => {
    const delivery = await recordDelivery(database.client, await newClaim(), {
      outcome: 'FAILED',
      errorCode: '',
      errorMessage: `\0\ud800${'x'.repeat(5_000)}`,
    });

    expect(delivery).toMatchObject({ errorCode: 'UNKNOWN', errorMessage: 'x'.repeat(1_000) });
  });

  it('of a batch is recorded in one call, with what was lost and one id for all', async () => {
    const [sent, failed, lost] = [await newClaim(), await newClaim(), await newClaim()];
    await recordDelivery(database.client, lost, { outcome: 'SENT' });
    const inBatch = { outcome: 'SENT', providerMessageId: 'batch-1' } as const;

    const result = await recordDeliveries(database.client, [
      { delivery: lost, result: inBatch },
      { delivery: sent, result: inBatch },
      { delivery: failed, result: { ...failure, permanent: true } },
      { delivery: failed, result: inBatch },
    ]);

    expect(result.lost).toEqual([lost.id]);
    expect(result.recorded.map(({ id }) => id).sort()).toEqual([sent.id, failed.id].sort());
    expect(await find(sent.id)).toMatchObject({ status: 'SENT', providerMessageId: 'batch-1' });
    expect(await find(failed.id)).toMatchObject({ status: 'FAILED', errorCode: 'TIMEOUT' });
    expect(await recordDeliveries(database.client, [])).toEqual({ recorded: [], lost: [] });
  });

  it(`of a batch recorded by ${CALLERS} at once in another order is one result each, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const claims: NotificationDelivery[] = [];
      for (let n = 0; n < 4; n += 1) claims.push(await newClaim());

      const { won, refused } = await race((caller) =>
        recordDeliveries(
          database.client,
          (caller % 2 ? claims : claims.toReversed()).map((delivery) => ({
            delivery,
            result: { outcome: 'SENT', providerMessageId: 'batch-2' } as const,
          })),
        ),
      );

      expect(refused).toEqual({});
      expect(won.reduce((sum, { recorded }) => sum + recorded.length, 0)).toBe(4);
      expect(won.reduce((sum, { lost }) => sum + lost.length, 0)).toBe(4 * (CALLERS - 1));
    }
  });

  it('is undone with the transaction that it is part of', async () => {
    const delivery = await newClaim();

    expect(await undone(database.client, (tx) => recordDelivery(tx, delivery, failure))).toMatchObject({
      status: 'PENDING',
    });
    expect(await find(delivery.id)).toEqual(delivery);
  });

  it(`recorded by ${CALLERS} at once counts once, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const delivery = await newClaim();

      const { won, refused } = await race((caller) =>
        recordDelivery(
          database.client,
          delivery,
          caller % 2 ? { ...failure, permanent: true } : { outcome: 'SENT' },
        ),
      );

      expect(won).toEqual([await find(delivery.id)]);
      expect(refused).toEqual({ DELIVERY_CLAIM_LOST: CALLERS - 1 });
    }
  });
});
