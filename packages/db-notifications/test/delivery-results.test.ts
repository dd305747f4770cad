import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  claimDeliveries,
  type NotificationDelivery,
  recordDelivery,
  recordProviderReport,
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

describe('the report of a provider', () => {
  const sent = async (providerMessageId: string) => {
    await recordDelivery(database.client, await newClaim(), { outcome: 'SENT', providerMessageId });
    return { channel: 'EMAIL', providerMessageId } as const;
  };

  it('delivered and bounced end the delivery; the first one counts', async () => {
    const deliveredAt = new Date('2026-11-01T12:00:00Z');
    const arrived = await sent('ses-2');
    const bounced = await sent('ses-3');
    const bounce = { outcome: 'FAILED', errorCode: 'BOUNCED', errorMessage: 'mailbox full' } as const;

    const first = await recordProviderReport(database.client, arrived, { outcome: 'DELIVERED', deliveredAt });
    const second = await recordProviderReport(database.client, bounced, bounce);

    expect(first).toMatchObject({ status: 'DELIVERED', deliveredAt, errorCode: null });
    expect(second).toMatchObject({ status: 'FAILED', errorCode: 'BOUNCED', errorMessage: 'mailbox full' });
    expect(await recordProviderReport(database.client, arrived, bounce)).toEqual(first);
    expect(await recordProviderReport(database.client, bounced, { outcome: 'DELIVERED' })).toEqual(second);
  });

  it('is refused where nothing was sent under its id', async () => {
    await sent('ses-4');

    for (const unknown of [
      { channel: 'EMAIL', providerMessageId: 'other' },
      { channel: 'PUSH', providerMessageId: 'ses-4' },
    ] as const)
      await expect(
        recordProviderReport(database.client, unknown, { outcome: 'DELIVERED' }),
      ).rejects.toMatchObject({ code: 'DELIVERY_NOT_FOUND' });
  });

  it('is undone with the transaction that it is part of', async () => {
    const message = await sent('ses-5');
    const deliveredAt = new Date('2026-11-01T12:00:00Z');

    const inside = await undone(database.client, (transaction) =>
      recordProviderReport(transaction, message, { outcome: 'DELIVERED', deliveredAt }),
    );

    expect(inside.deliveredAt).toEqual(deliveredAt);
    expect((await database.client.notificationDelivery.findFirstOrThrow({ where: message })).status).toBe(
      'SENT',
    );
  });

  it(`brought by ${CALLERS} at once is taken once, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const message = await sent(`race-${round}`);

      const { won } = await race((caller) =>
        recordProviderReport(database.client, message, caller % 2 ? { outcome: 'DELIVERED' } : failure),
      );

      expect(won).toHaveLength(CALLERS);
      expect(new Set(won.map(({ status, updatedAt }) => `${status} ${updatedAt.toISOString()}`)).size).toBe(
        1,
      );
    }
  });
});
