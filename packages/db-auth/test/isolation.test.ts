import { randomBytes } from 'node:crypto';
import { describeIsolation } from '@codezest/constraint-tests';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { type Client, type PrismaClient, transaction } from '../src/index.js';
import type { TestDatabase } from './database.js';
import { racingDatabase } from './fixtures.js';
import { erasureCases } from './isolation/erasure.js';
import { loginCases } from './isolation/logins.js';
import { mailedTokenCases } from './isolation/mailed-tokens.js';
import { waysInCases } from './isolation/ways-in.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase(8);
});
afterAll(() => database?.drop());
beforeEach(() => {
  vi.stubEnv('AUTH_ENCRYPTION_KEYS', `k1:${key}`);
  vi.stubEnv('AUTH_LOOKUP_KEYS', `p1:${key}`);
  return () => vi.unstubAllEnvs();
});
const key = randomBytes(32).toString('base64');

const own = () => database.client;

describeIsolation<Client>({
  client: own,
  transaction: (client, work, options) => transaction(client as PrismaClient, work, options),
  cases: { ...loginCases(own), ...waysInCases(own), ...mailedTokenCases(own), ...erasureCases(own) },
});
