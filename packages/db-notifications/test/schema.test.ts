import {
  type EventId,
  NotificationChannel as SharedChannel,
  NotificationPriority as SharedPriority,
  type UserId,
} from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import * as surface from '../src/index.js';
import { isUniqueViolation, NotificationChannel, type NotificationType } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';

const ada = '01900000-0000-7000-8000-000000000001' as UserId;
const ben = '01900000-0000-7000-8000-000000000002' as UserId;

let database: TestDatabase;
let graded: NotificationType;

beforeAll(async () => {
  database = await createTestDatabase();
  graded = await database.client.notificationType.create({
    data: { name: 'Graded', slug: 'graded', category: 'ASSESSMENT' },
  });
});

afterAll(() => database.drop());

const notice = (values: { userId?: UserId; eventId?: EventId; readAt?: Date; seenAt?: Date } = {}) => ({
  userId: ada,
  typeId: graded.id,
  title: 'Graded',
  message: '92 of 100',
  ...values,
});

describe('names', () => {
  it('keep the channel and the type of a notification apart', () => {
    expect(NotificationChannel.EMAIL).toBe('EMAIL');
    expect(surface).not.toHaveProperty('NotificationType');
    expectTypeOf<NotificationType>().toHaveProperty('slug');
    expectTypeOf<NotificationChannel>().toEqualTypeOf<SharedChannel>();
  });

  it('of shared enums are those that other services use, in their order', () => {
    expect(Object.keys(surface.NotificationChannel)).toEqual(Object.keys(SharedChannel));
    expect(Object.keys(surface.NotificationPriority)).toEqual(Object.keys(SharedPriority));
  });
});

describe('the inbox', () => {
  it('holds one notification per event and user', async () => {
    const eventId = '0190abcd-0000-7000-8000-0000000000e1' as EventId;

    await database.client.notification.create({ data: notice({ eventId }) });
    const again = await database.client.notification
      .create({ data: notice({ eventId }) })
      .catch((error: unknown) => error);
    const other = await database.client.notification.createMany({
      data: [notice({ eventId }), notice({ eventId, userId: ben })],
      skipDuplicates: true,
    });

    expect(isUniqueViolation(again)).toBe(true);
    expect(other.count).toBe(1);
  });

  it('finds the unread ones through an index of their own', async () => {
    await database.client.notification.create({ data: notice({ seenAt: new Date(Date.now() + 3_600_000) }) });

    const plan = await database.client.$transaction(async (transaction) => {
      await transaction.$executeRaw`SET LOCAL enable_seqscan = off`;
      return transaction.$queryRaw<Record<string, string>[]>`
        EXPLAIN SELECT count(*) FROM notifications WHERE user_id = ${ada}::uuid AND read_at IS NULL AND in_app`;
    });

    expect(JSON.stringify(plan)).toContain('notifications_user_id_unread_idx');
  });

  it('takes its deliveries along when a notification goes, and leaves the e-mail log', async () => {
    const { id, deliveries } = await database.client.notification.create({
      data: { ...notice(), deliveries: { create: { channel: 'EMAIL' } } },
      include: { deliveries: true },
    });
    const deliveryId = deliveries[0]?.id;
    const { id: emailId } = await database.client.emailLog.create({
      data: { to: 'ada@example.com', templateId: 'email/graded', subject: 'Graded', deliveryId },
    });

    await database.client.notification.delete({ where: { id } });

    expect(await database.client.notificationDelivery.count({ where: { id: deliveryId } })).toBe(0);
    expect(await database.client.emailLog.findUnique({ where: { id: emailId } })).toMatchObject({
      deliveryId: null,
    });
  });
});

describe('a device', () => {
  it('keeps its token to itself', async () => {
    const device = await database.client.userDevice.create({ data: deviceOf(ada, 'a') });

    expect(device).not.toHaveProperty('tokenHash');
    expect(device).not.toHaveProperty('tokenEncrypted');
    expectTypeOf(device).not.toHaveProperty('tokenEncrypted');
  });

  it('takes its token to a new user, who alone has it then', async () => {
    const { tokenHash } = deviceOf(ada, 'b');
    await database.client.userDevice.create({ data: deviceOf(ada, 'b') });

    await database.client.$transaction([
      database.client.userDevice.updateMany({ where: { tokenHash }, data: { isActive: false } }),
      database.client.userDevice.create({ data: deviceOf(ben, 'b') }),
    ]);

    const live = await database.client.userDevice.findMany({ where: { tokenHash, isActive: true } });
    expect(live.map(({ userId }) => userId)).toEqual([ben]);
  });
});

function deviceOf(userId: UserId, name: string) {
  return {
    userId,
    platform: 'IOS' as const,
    tokenEncrypted: 'v1.k1.bm9uY2U.Y2lwaGVydGV4dA.dGFn',
    tokenHash: new Uint8Array(32).fill(name.charCodeAt(0)),
    tokenHashKeyId: 'h',
  };
}

describe('a recipient', () => {
  it('ends with what the highest version said, in whatever order the events arrive', async () => {
    const orders = [
      [1, 2, 3],
      [3, 2, 1],
      [2, 3, 1, 2],
    ];
    for (const [index, order] of orders.entries()) {
      const userId = `01900000-0000-7000-8000-00000000020${index}`;
      for (const version of order) {
        await database.client.$executeRaw`
          INSERT INTO recipients (id, user_id, email, first_name, last_name, version, updated_at)
          VALUES (gen_random_uuid(), ${userId}::uuid, ${`v${version}@example.com`}, 'Ada', 'Okafor', ${version}, now())
          ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, version = excluded.version
          WHERE recipients.version < excluded.version`;
      }

      const recipient = await database.client.recipient.findUnique({ where: { userId: userId as UserId } });
      expect(recipient).toMatchObject({ email: 'v3@example.com', version: 3 });
    }
  });
});
