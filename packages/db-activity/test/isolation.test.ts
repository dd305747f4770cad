import { describeIsolation } from '@codezest/constraint-tests';
import { afterAll, beforeAll } from 'vitest';
import { type Client, type PrismaClient, transaction } from '../src/index.js';
import type { TestDatabase } from './database.js';
import { racingDatabase } from './fixtures.js';
import { eventCases } from './isolation/events.js';
import { pointsCases } from './isolation/points.js';

let database: TestDatabase;
const own = () => database.client;

beforeAll(async () => {
  database = await racingDatabase();
});
afterAll(() => database?.drop());

describeIsolation<Client>({
  client: own,
  transaction: (client, work, options) => transaction(client as PrismaClient, work, options),
  cases: { ...eventCases(own), ...pointsCases(own) },
});
