import { newId } from '@codezest/db-core';
import { deliver, toldEvent } from '@codezest/db-core/testing';
import type { CodezestEvent, UserId } from '@codezest/db-types';
import { Client as Connection } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  awardPoints,
  createClient,
  eventBacklog,
  findEngagement,
  listActivity,
  newActivityId,
  type PrismaClient,
  receiveEvents,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { applyEvents, forgetApplied, tryAgain, waitingEvents } from './examples/receiving.js';

let database: TestDatabase;
let owner: PrismaClient;
let inbox: Connection;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = createClient({ url: database.owner.url });
  inbox = new Connection({ connectionString: database.owner.url });
  await inbox.connect();
});
beforeEach(() => inbox.query('TRUNCATE received_events'));
afterAll(async () => {
  await inbox?.end();
  await owner?.$disconnect();
  await database?.drop();
});

const newUser = () => newId<'User'>() as UserId;

/** One event of each kind, and what the feed says of it. */
const told = (userId: UserId): [CodezestEvent, string][] => [
  [toldEvent('user.registered', { userId, role: 'STUDENT' }), 'USER_JOINED'],
  [
    toldEvent('module.completed', { userId, moduleId: newId<'Module'>(), moduleTitle: 'Pointers' }),
    'MODULE_COMPLETED',
  ],
  [
    toldEvent('submission.graded', {
      userId,
      submissionId: newId<'AssignmentSubmission'>(),
      assignmentId: newId<'Assignment'>(),
      assignmentTitle: 'Two sums',
      score: 92,
      maxScore: 100,
    }),
    'ASSIGNMENT_GRADED',
  ],
  [
    toldEvent('certificate.issued', {
      userId,
      certificateId: newId<'Certificate'>(),
      certificateTitle: 'Go',
      credentialId: 'CZ-1',
    }),
    'CERTIFICATE_EARNED',
  ],
  [
    toldEvent('entitlement.changed', {
      userId,
      subscriptionId: newId<'Subscription'>(),
      plan: 'PRO',
      status: 'ACTIVE',
      validUntil: null,
      version: 2,
    }),
    'SUBSCRIPTION_CHANGED',
  ],
];

it('each event is in the feed once, however often it is delivered and applied', async () => {
  const userId = newUser();
  const events = told(userId);
  for (const [event] of [...events, ...events]) {
    await deliver(inbox, event);
    await receiveEvents(database.client);
  }
  // As after a restore of an older backup: the inbox has forgotten them, the feed has not.
  await inbox.query('TRUNCATE received_events');
  await deliver(inbox, ...events.map(([event]) => event));
  expect(await receiveEvents(database.client)).toEqual({ applied: events.length, failed: 0, dead: 0 });

  const { items } = await listActivity(database.client, userId);
  expect(items.map(({ id, type }) => [id, type]).sort()).toEqual(
    events.map(([{ id }, type]) => [id, type]).sort(),
  );
  expect(items.map(({ description }) => description).sort()).toEqual([
    'Completed “Pointers”',
    'Earned the certificate for Go',
    'Got 92 of 100 points for “Two sums”',
    'Joined CodeZest',
    'Plan PRO is ACTIVE',
  ]);
  expect(items.find(({ type }) => type === 'CERTIFICATE_EARNED')?.metadata).toMatchObject({
    certificateTitle: 'Go',
    credentialId: 'CZ-1',
  });
});

it('who has joined begins without points, and who has some keeps them', async () => {
  const [newcomer, known] = [newUser(), newUser()];
  const activity = { type: 'BADGE_EARNED', description: 'A week', metadata: { badge: 'week' } } as const;
  await awardPoints(database.client, { id: newActivityId(), userId: known, ...activity }, { points: 25 });

  for (const userId of [newcomer, known])
    await deliver(inbox, toldEvent('user.registered', { userId, role: 'STUDENT' }));
  await receiveEvents(database.client);

  expect(await findEngagement(database.client, { userId: newcomer })).toMatchObject({ points: 0, streak: 0 });
  expect(await findEngagement(database.client, { userId: known })).toMatchObject({ points: 25 });
});

it('who is deleted is forgotten here and elsewhere, and nothing of them comes back', async () => {
  const userId = newUser();
  const events = told(userId).map(([event]) => event);
  const elsewhere: UserId[] = [];
  await deliver(inbox, ...events);
  await receiveEvents(database.client);

  await deliver(inbox, toldEvent('user.deleted', { userId }, 7));
  expect(await receiveEvents(database.client)).toMatchObject({ applied: 0 });
  const beforeErasure = async (of: UserId) => elsewhere.push(of);
  expect(await receiveEvents(owner, { beforeErasure })).toEqual({ applied: 1, failed: 0, dead: 0 });
  await deliver(inbox, ...events);
  expect(await receiveEvents(database.client)).toEqual({ applied: events.length, failed: 0, dead: 0 });

  expect(elsewhere).toEqual([userId]);
  expect((await listActivity(database.client, userId)).items).toEqual([]);
  expect(await findEngagement(database.client, { userId })).toBeNull();
  expect(await inbox.query('SELECT FROM received_events')).toMatchObject({ rowCount: 0 });
  expect(await eventBacklog(database.client)).toEqual({ open: 0, waiting: 0, dead: 0, oldest: null });
});

it('the examples apply, count, try again and forget', async () => {
  await deliver(inbox, toldEvent('user.deleted', { userId: newId<'User'>() as UserId }));
  expect(await waitingEvents(owner)).toMatchObject({ open: 1, dead: 0 });
  await applyEvents(owner);

  expect(await waitingEvents(owner)).toMatchObject({ open: 0, dead: 0 });
  expect(await tryAgain(owner)).toBe(0);
  expect(await forgetApplied(owner)).toBe(0);
});
