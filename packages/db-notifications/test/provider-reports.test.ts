import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  claimDeliveries,
  listSuppressions,
  type NotificationDelivery,
  recordDelivery,
  recordProviderReport,
  upsertRecipient,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newEmail, newUser, racingDatabase, undone } from './fixtures.js';

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

describe('the report of a provider', () => {
  const sent = async (providerMessageId: string) => {
    await recordDelivery(database.client, await newClaim(), { outcome: 'SENT', providerMessageId });
    return { channel: 'EMAIL', providerMessageId } as const;
  };

  const reader = async (email: string) => {
    const userId = newUser();
    await upsertRecipient(database.client, { userId, version: 1, email, firstName: 'A', lastName: 'B' });
    return userId;
  };
  const reasons = async (address: string) =>
    (await listSuppressions(database.client, { channel: 'EMAIL', address })).map(({ reason }) => reason);
  const sentTo = async (userId: UserId, providerMessageId: string) => {
    const { id } = await newEmail(database.client, { userId });
    return await recordDelivery(database.client, await claimed(id), { outcome: 'SENT', providerMessageId });
  };
  const bounce = { outcome: 'FAILED', errorCode: 'BOUNCED', errorMessage: 'mailbox full' } as const;

  it('in any order has the same outcome: a bounce counts more than an arrival', async () => {
    const reports = [bounce, { outcome: 'DELIVERED' }] as const;
    for (const [at, order] of [reports, reports.toReversed(), [bounce], [...reports, ...reports]].entries()) {
      const message = await sent(`order-${at}`);
      for (const report of order) await recordProviderReport(database.client, message, report);

      expect(await database.client.notificationDelivery.findFirstOrThrow({ where: message })).toMatchObject({
        status: 'FAILED',
        errorCode: 'BOUNCED',
        deliveredAt: null,
      });
    }
  });

  it('takes no arrival of years to come, and bounds one of a clock that is ahead', async () => {
    const message = await sent('ahead');
    for (const deliveredAt of [new Date('2099-01-01'), new Date(Number.NaN)])
      await expect(
        recordProviderReport(database.client, message, { outcome: 'DELIVERED', deliveredAt }),
      ).rejects.toMatchObject({ code: 'REPORT_TIME_INVALID' });
    expect((await database.client.notificationDelivery.findFirstOrThrow({ where: message })).status).toBe(
      'SENT',
    );

    const ahead = new Date(Date.now() + 200_000);
    const { deliveredAt } = await recordProviderReport(database.client, message, {
      outcome: 'DELIVERED',
      deliveredAt: ahead,
    });
    expect(deliveredAt?.getTime()).toBeLessThan(ahead.getTime());
  });

  it('of a hard bounce or a complaint suppresses the address that was written to, whoever has it by then', async () => {
    const [gone, angry, full] = [
      await reader('gone@example.com'),
      await reader('angry@example.com'),
      await reader('full@example.com'),
    ];
    await sentTo(gone, 'hard');
    const { notificationId } = await sentTo(angry, 'spam');
    await sentTo(full, 'soft');
    for (const userId of [gone, angry, full])
      await upsertRecipient(database.client, {
        userId,
        version: 2,
        email: `new-${userId}@example.com`,
        firstName: 'A',
        lastName: 'B',
      });
    const named = (providerMessageId: string) => ({ channel: 'EMAIL', providerMessageId }) as const;

    for (let time = 0; time < 2; time += 1) {
      await recordProviderReport(database.client, named('hard'), { ...bounce, permanent: true });
      await recordProviderReport(database.client, named('spam'), { outcome: 'COMPLAINED' });
      await recordProviderReport(database.client, named('soft'), bounce);
    }

    expect(await reasons('gone@example.com')).toEqual(['BOUNCE']);
    expect(await reasons('angry@example.com')).toEqual(['COMPLAINT']);
    expect(await reasons('full@example.com')).toEqual([]);
    const { typeId } = await database.client.notification.findUniqueOrThrow({
      where: { id: notificationId },
    });
    expect(
      await database.client.userNotificationSetting.findMany({ where: { userId: { in: [gone, angry] } } }),
    ).toMatchObject([{ userId: angry, typeId, email: false, push: null, sms: null }]);
    expect(await find((await sentTo(full, 'again')).id)).toMatchObject({ status: 'SENT' });
  });

  it('whose id several share concerns the one whose address it names, else all of them', async () => {
    const one = await sentTo(await reader('one@example.com'), 'shared');
    const two = await sentTo(await reader('two@example.com'), 'shared');
    const shared = { channel: 'EMAIL', providerMessageId: 'shared' } as const;

    await recordProviderReport(database.client, shared, {
      ...bounce,
      permanent: true,
      address: 'Two <Two@Example.com>',
    });
    await expect(
      recordProviderReport(database.client, shared, { outcome: 'DELIVERED', address: 'three@example.com' }),
    ).rejects.toMatchObject({ code: 'DELIVERY_NOT_FOUND' });
    expect((await find(one.id)).status).toBe('SENT');
    await recordProviderReport(database.client, shared, { outcome: 'DELIVERED' });

    expect(await find(one.id)).toMatchObject({ status: 'DELIVERED' });
    expect(await find(two.id)).toMatchObject({ status: 'FAILED' });
    expect(await reasons('two@example.com')).toEqual(['BOUNCE']);
    expect(await reasons('one@example.com')).toEqual([]);
  });

  it('reads an address that its provider spells oddly, and suppresses none that is no address', async () => {
    await sentTo(await reader('only@example.com'), 'odd');
    const odd = { channel: 'EMAIL', providerMessageId: 'odd' } as const;

    await recordProviderReport(database.client, odd, { ...bounce, permanent: true, address: 'nobody' });

    expect(await reasons('only@example.com')).toEqual(['BOUNCE']);
  });

  it('delivered and bounced end the delivery', async () => {
    const deliveredAt = new Date('2026-11-01T12:00:00Z');
    const arrived = await sent('ses-2');
    const bounced = await sent('ses-3');

    const first = await recordProviderReport(database.client, arrived, { outcome: 'DELIVERED', deliveredAt });
    const second = await recordProviderReport(database.client, bounced, bounce);

    expect(first).toMatchObject({ status: 'DELIVERED', deliveredAt, errorCode: null });
    expect(second).toMatchObject({ status: 'FAILED', errorCode: 'BOUNCED', errorMessage: 'mailbox full' });
    expect(await recordProviderReport(database.client, arrived, { outcome: 'DELIVERED' })).toEqual(first);
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
      const failures = won.filter(({ status }) => status === 'FAILED');
      expect(new Set(failures.map(({ failedAt }) => failedAt?.getTime())).size).toBe(1);
      expect(await database.client.notificationDelivery.findFirstOrThrow({ where: message })).toMatchObject({
        status: 'FAILED',
        deliveredAt: null,
      });
    }
  });
});
