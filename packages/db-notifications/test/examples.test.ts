import { randomBytes } from 'node:crypto';
import { newId } from '@codezest/db-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  claimDeliveries,
  effectiveChannels,
  type Notification,
  notify,
  type PrismaClient,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { howToReach } from './examples/choices.js';
import { appStarted, devicesOf, devicesUnder, loggedOut } from './examples/devices.js';
import { digestsOfNow, linesOf } from './examples/digests.js';
import { statusOf } from './examples/errors.js';
import { countRecipients } from './examples/first-query.js';
import { badge, open, openInbox, readAll } from './examples/inbox.js';
import { announce, graded } from './examples/notify.js';
import { inATest } from './examples/own-tests.js';
import { cancel, chooseQuietHours, deleteExpired, deviceIsGone, sendAgain } from './examples/prisma-calls.js';
import { accountChanged } from './examples/recipients.js';
import { arrived, bounced, complained } from './examples/reports.js';
import { cleanUp } from './examples/retention.js';
import { counts, welcome } from './examples/retry.js';
import { rotate } from './examples/rotate-keys.js';
import { handedIn, remind } from './examples/scheduled.js';
import { sendEmails } from './examples/send.js';
import { sendTexts } from './examples/send-batch.js';
import { mailAgain, mailboxIsGone, whyNoMail } from './examples/suppressions.js';
import { unsubscribed, unsubscribeHeaders } from './examples/unsubscribe.js';
import { newType, newUser } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
  await newType(client, { slug: 'assignment-graded', emailTemplateId: 'email/assignment-graded' });
  await newType(client, { slug: 'platform-notice', isMandatory: true });
});
afterAll(() => database?.drop());
beforeEach(async () => {
  const key = () => randomBytes(32).toString('base64');
  vi.stubEnv('NOTIFICATIONS_DATABASE_URL', database.url);
  vi.stubEnv('NOTIFICATIONS_ENCRYPTION_KEYS', `k1:${key()}`);
  vi.stubEnv('NOTIFICATIONS_LOOKUP_KEYS', `l1:${key()}`);
  vi.stubEnv('NOTIFICATIONS_UNSUBSCRIBE_KEYS', `u1:${key()}`);
  await client.notification.deleteMany({});
});
afterEach(() => vi.unstubAllEnvs());

const newEvent = () => newId<'Event'>();
const account = {
  version: 1,
  email: 'maya@example.com',
  firstName: 'Maya',
  lastName: 'Lindqvist',
  timeZone: 'UTC',
};

test('the first query', async () => {
  expect(await countRecipients()).toBe(0);
});

test('a user is notified, and looks into the inbox', async () => {
  const userId = newUser();
  const eventId = newEvent();
  const first = (await graded(client, eventId, userId)) as Notification;
  expect(await graded(client, eventId, userId)).toEqual(first);
  expect(await announce(client, newEvent(), [userId, newUser()])).toBe(2);

  expect(await badge(client, userId)).toEqual({ unread: 2, unseen: 2 });
  const { items } = await openInbox(client, userId);
  expect(await badge(client, userId)).toEqual({ unread: 2, unseen: 0 });
  expect((await open(client, userId, first.id)).readAt).toBeInstanceOf(Date);
  expect(await readAll(client, userId, undefined)).toBe(0);
  expect(await readAll(client, userId, items[0]?.createdAt)).toBe(1);
});

test('a user chooses when to be reached', async () => {
  const userId = newUser();
  await chooseQuietHours(client, userId, 'Asia/Kolkata');
  const before = new Date();

  const { channels, notBefore } = await howToReach(client, userId);

  expect(channels).toEqual(['IN_APP', 'EMAIL', 'PUSH']);
  expect(notBefore === null || notBefore > before).toBe(true);
});

test('a worker sends what is due, and its provider reports', async () => {
  const [maya, unknown] = [newUser(), newUser()];
  await accountChanged(client, { ...account, userId: maya, version: 2 });
  expect(await accountChanged(client, { ...account, userId: maya, email: 'old@example.com' })).toMatchObject({
    version: 2,
    email: account.email,
  });
  await graded(client, newEvent(), maya);
  await graded(client, newEvent(), unknown);
  await graded(client, newEvent(), maya);
  let sent = 0;

  expect(
    await sendEmails(client, async (to, templateId) => {
      expect([to, templateId]).toEqual(['maya@example.com', 'email/assignment-graded']);
      sent += 1;
      return `ses-${sent}`;
    }),
  ).toBe(3);

  expect(sent).toBe(2);
  expect(await arrived(client, 'ses-1', new Date())).toMatchObject({ status: 'DELIVERED' });
  const lost = await bounced(client, 'ses-2', false);
  expect(lost).toMatchObject({ status: 'FAILED', errorCode: 'BOUNCED' });
  expect(await sendAgain(client, lost.id)).toMatchObject({ attemptGroup: 2, status: 'PENDING' });
  expect(await cancel(client, lost.notificationId)).toEqual({ count: 1 });
  expect(await bounced(client, 'unknown', true).catch(statusOf)).toBe(404);
});

test('a slow provider sends nothing twice, and a claim that is lost does not end the loop', async () => {
  const maya = newUser();
  await accountChanged(client, { ...account, userId: maya });
  for (let n = 0; n < 3; n += 1) await graded(client, newEvent(), maya);
  const sent: string[] = [];
  const other = async () => {
    await client.notificationDelivery.updateMany({
      where: { status: 'SENDING', id: { notIn: sending } },
      data: { leaseExpiresAt: new Date(0) },
    });
    while (
      (await client.notificationDelivery.count({ where: { status: { in: ['PENDING', 'SENDING'] } } })) > 1
    )
      await sendEmails(client, async (_to, _template, { id }) => `${sent.push(id)}`);
  };
  const sending: never[] = [];

  await sendEmails(client, async (_to, _template, { id }) => {
    if (sent.length > 0) return `${sent.push(id)}`;
    const [own] = await client.notificationDelivery.findMany({
      where: { notificationId: id, channel: 'EMAIL' },
    });
    sending.push(own?.id as never);
    // While it sends, the leases of the two behind it run out, and another worker takes them.
    await other();
    return `${sent.push(id)}`;
  });

  expect([sent.length, new Set(sent).size]).toEqual([3, 3]);
  expect(await client.notificationDelivery.count({ where: { channel: 'EMAIL', status: 'SENT' } })).toBe(3);
});

test('a day of notifications is one mail', async () => {
  const userId = newUser();
  await newType(client, { slug: 'digest', inAppEnabled: false });
  await accountChanged(client, { ...account, userId });
  await client.notificationPreference.create({ data: { userId, digest: 'DAILY' } });
  for (const title of ['One', 'Two'])
    await notify(client, { userId, typeSlug: 'assignment-graded', title, message: 'Something.' });
  await client.$executeRaw`UPDATE notifications SET created_at = now() - interval '2 days'`;
  await client.$executeRaw`UPDATE notification_deliveries SET next_attempt_at = now() WHERE status = 'HELD'`;

  expect(await digestsOfNow(client)).toBe(1);

  const [mail] = await claimDeliveries(client, { channel: 'EMAIL' });
  expect(mail && (await linesOf(client, mail))).toEqual(['One', 'Two']);
});

test('a reminder is scheduled, and taken back', async () => {
  const userId = newUser();
  const deadline = new Date(Date.now() + 48 * 3_600_000);
  await remind(client, userId, '42', deadline);

  expect(await badge(client, userId)).toEqual({ unread: 0, unseen: 0 });
  expect(await handedIn(client, userId, '42')).toEqual({ unscheduled: 1, canceled: 0, reduced: 0 });
});

test('what is old is cleaned away', async () => {
  await announce(client, newEvent(), [newUser()]);

  expect(await cleanUp(client)).toEqual({ inbox: 0, emailLogs: 0, keys: 0 });
});

test('a batch of texts is sent by one request', async () => {
  const userIds = [newUser(), newUser()];
  await newType(client, { slug: 'code', smsEnabled: true, isMandatory: true });
  for (const [at, userId] of userIds.entries())
    await accountChanged(client, { ...account, userId, phone: `+49151123456${at}` } as typeof account & {
      userId: typeof userId;
    });
  for (const userId of userIds)
    await notify(client, { userId, typeSlug: 'code', title: 'Code', message: '123456', priority: 'URGENT' });

  expect(await sendTexts(client, async (texts) => `batch of ${texts.length}`)).toBe(0);

  const sent = { channel: 'SMS', status: 'SENT', providerMessageId: 'batch of 2' } as const;
  expect(await client.notificationDelivery.count({ where: sent })).toBe(2);
});

test('a reader complains, unsubscribes, and has the address taken off the list', async () => {
  const maya = newUser();
  const email = 'reader@example.com';
  await accountChanged(client, { ...account, email, userId: maya });
  await graded(client, newEvent(), maya);
  const [claim] = await claimDeliveries(client, { channel: 'EMAIL', limit: 1 });
  const headers = claim && unsubscribeHeaders(claim);
  const token = headers?.['List-Unsubscribe'].slice(-44, -1) as string;

  expect(headers?.['List-Unsubscribe']).toMatch(
    /^<https:\/\/codezest\.com\/unsubscribe\/[A-Za-z0-9_-]{43}>$/,
  );
  expect(await unsubscribed(client, token)).toEqual(await unsubscribed(client, token));
  expect(await effectiveChannels(client, { userId: maya, typeSlug: 'assignment-graded' })).not.toContain(
    'EMAIL',
  );
  await mailboxIsGone(client, email);
  expect(await whyNoMail(client, email)).toMatchObject([{ reason: 'BOUNCE' }]);
  expect(await mailAgain(client, email)).toBe(true);

  await graded(client, newEvent(), maya);
  await client.userNotificationSetting.deleteMany({ where: { userId: maya } });
  await graded(client, newEvent(), maya);
  await sendEmails(client, async () => 'ses-spam');
  await complained(client, 'ses-spam', email);
  expect(await whyNoMail(client, email)).toMatchObject([{ reason: 'COMPLAINT' }]);
});

test('keys rotate', async () => {
  const userId = newUser();
  await appStarted(client, userId, 'token-0');
  for (const name of ['NOTIFICATIONS_ENCRYPTION_KEYS', 'NOTIFICATIONS_LOOKUP_KEYS']) {
    vi.stubEnv(name, `new:${randomBytes(32).toString('base64')},${process.env[name]}`);
  }

  expect(await rotate(client)).toEqual(['k1', 'l1']);
  expect(await devicesOf(client, [userId])).toMatchObject([{ token: 'token-0' }]);
});

test('a device is registered, and goes with the logout', async () => {
  const userId = newUser();
  const { id } = await appStarted(client, userId, 'token-1');

  expect(await devicesOf(client, [userId])).toMatchObject([{ deviceId: id, token: 'token-1' }]);
  expect(await devicesUnder(client, 'NOTIFICATIONS_ENCRYPTION_KEYS', [userId])).toHaveLength(1);
  expect(await loggedOut(client, userId, 'token-1')).toBe(true);
  expect(await deviceIsGone(client, id)).toMatchObject({ isActive: false });
});

test('what has expired is cleaned away', async () => {
  await announce(client, newEvent(), [newUser()]);

  expect(await deleteExpired(client)).toEqual({ count: 0 });
  expect(await deleteExpired(client, new Date(Date.now() + 8 * 24 * 3_600_000))).toEqual({ count: 1 });
});

test('a person is welcomed once', async () => {
  const eventId = newEvent();
  const recipient = { ...account, userId: newUser() };

  const greeting = await welcome(client, eventId, recipient);

  expect(await welcome(client, eventId, recipient)).toEqual(greeting);
  expect(await counts(client, recipient.userId)).toEqual({ unread: 1, unseen: 1 });
});

test('a test of a service has a database of its own', async () => {
  expect(await inATest()).toEqual({ notifications: 2, types: 2 });
});
