import { describeIsolation } from '@codezest/constraint-tests';
import { afterAll, beforeAll } from 'vitest';
import { type Client, type PrismaClient, transaction } from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newType, racingDatabase } from './fixtures.js';
import { addressCases } from './isolation/addresses.js';
import { broadcastCases } from './isolation/broadcasts.js';
import { inboxCases } from './isolation/inbox.js';
import type { Own } from './isolation/person.js';
import { sendingCases } from './isolation/sending.js';

let database: TestDatabase;
const own: Own = () => database.client;

beforeAll(async () => {
  database = await racingDatabase();
  await newType(database.client, { slug: 'told' });
  await newType(database.client, { slug: 'digest', inAppEnabled: false });
});
afterAll(() => database?.drop());

describeIsolation<Client>({
  client: own,
  transaction: (client, work, options) => transaction(client as PrismaClient, work, options),
  cases: { ...inboxCases(own), ...sendingCases(own), ...addressCases(own), ...broadcastCases(own) },
});
