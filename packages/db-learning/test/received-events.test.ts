import { newId } from '@codezest/db-core';
import { deliver, toldEvent } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { Client as Connection } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, eventBacklog, type PrismaClient, receiveEvents } from '../src/index.js';
import { factories } from '../src/testing.js';
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
afterAll(async () => {
  await inbox?.end();
  await owner?.$disconnect();
  await database?.drop();
});

it('who is deleted is unknown here, however often that is told', async () => {
  const { userId } = await factories(database.client).learnerStats();
  const deletion = toldEvent('user.deleted', { userId: userId as UserId }, 2);

  await deliver(inbox, deletion);
  expect(await receiveEvents(database.client)).toMatchObject({ applied: 0 });
  expect(await eventBacklog(database.client)).toMatchObject({ open: 1, waiting: 0, dead: 0 });
  expect(await receiveEvents(owner)).toEqual({ applied: 1, failed: 0, dead: 0 });
  await deliver(inbox, deletion);
  expect(await receiveEvents(owner)).toEqual({ applied: 1, failed: 0, dead: 0 });

  expect(await database.client.learnerStats.count({ where: { userId } })).toBe(0);
  expect(await inbox.query('SELECT FROM received_events')).toMatchObject({ rowCount: 0 });
});

it('the examples apply, count, try again and forget', async () => {
  await deliver(inbox, toldEvent('user.deleted', { userId: newId<'User'>() as UserId }));
  expect(await waitingEvents(owner)).toMatchObject({ open: 1, dead: 0 });
  await applyEvents(owner);

  expect(await waitingEvents(owner)).toMatchObject({ open: 0, dead: 0 });
  expect(await tryAgain(owner)).toBe(0);
  expect(await forgetApplied(owner)).toBe(0);
});
