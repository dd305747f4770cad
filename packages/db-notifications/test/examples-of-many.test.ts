import { newId } from '@codezest/db-core';
import type { EventId, UserId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrismaClient, upsertRecipient } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { announceNews, controls, progressOf, tellEverybody } from './examples/broadcasts.js';
import { commented, whoDid } from './examples/collapse.js';
import { calledSpam } from './examples/email-reports.js';
import { openInbox } from './examples/inbox.js';
import { newType, newUser } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
  await newType(client, { slug: 'platform-notice', isMandatory: true });
});
afterAll(() => database?.drop());

const newEvent = () => newId<'Event'>() as EventId;
const person = (userId: UserId, firstName: string, locale = 'en') =>
  upsertRecipient(client, {
    userId,
    version: 1,
    email: `${userId}@example.com`,
    firstName,
    lastName: 'B',
    locale,
  });

test('several who comment are told of together', async () => {
  await newType(client, { slug: 'discussion-comment' });
  const reader = newUser();
  for (const firstName of ['Ben', 'Ana']) {
    const userId = newUser();
    await person(userId, firstName);
    await commented(client, newEvent(), userId, [reader]);
  }

  const { items } = await openInbox(client, reader);

  expect(await Promise.all(items.map((item) => whoDid(client, item)))).toEqual(['Ana and 1 others']);
});

test('news are told to everybody of a language, paused and resumed', async () => {
  await client.recipient.deleteMany({});
  const reader = newUser();
  await person(reader, 'Rui', 'pt-BR');
  const id = newEvent();
  await announceNews(client, id);
  await controls.pause(client, id);
  await tellEverybody(client, id);
  expect(await progressOf(client, id)).toMatchObject({ percent: 0, told: 0, completedAt: null });
  await controls.resume(client, id);
  await tellEverybody(client, id);

  expect(await progressOf(client, id)).toMatchObject({ percent: 100, told: 1, pausedAt: null });
  await expect(controls.cancel(client, id)).rejects.toMatchObject({ code: 'BROADCAST_ENDED' });
});

test('an invitation is called spam', async () => {
  const to = 'invited@example.com';
  const sent = {
    status: 'SENT',
    sentAt: new Date(Date.now() + 1_000),
    provider: 'SES',
    providerId: 'invitation-1',
  } as const;
  await client.emailLog.create({ data: { to, templateId: 'invitation', subject: 'Come in', ...sent } });

  expect(await calledSpam(client, 'invitation-1')).toMatchObject({ status: 'COMPLAINED' });
});
