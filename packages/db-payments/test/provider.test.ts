import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PrismaClient } from '../src/index.js';
import { racingDatabase } from './callers.js';
import type { TestDatabase } from './database.js';
import { expectSame } from './provider/compared.js';
import { play } from './provider/history.js';

const HISTORIES = Number(process.env.PROVIDER_HISTORIES ?? (process.env.LONG_TESTS ? 10_000 : 50));
/** Histories that run at the same time, each of a customer of its own. */
const CUSTOMERS = 8;

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

/** A failure names seed and path; `PROVIDER_SEED` and `PROVIDER_PATH` play that history again. */
test(`${HISTORIES} histories at the provider: what is written here is what it says, to the cent`, {
  timeout: 3 * 60 * 60 * 1000,
}, async () => {
  const met = { histories: 0, events: 0, deliveries: 0, crashes: 0 };
  const property = fc.asyncProperty(fc.gen(), async (choose) => {
    const played = await play(client, choose);
    met.histories += 1;
    met.events += played.stripe.events.length;
    met.deliveries += played.deliveries;
    met.crashes += played.crashes;
    const history = played.log.join('; ');
    expect(played.unprocessed, history).toEqual([]);
    await expectSame(client, played, history);
  });
  const { PROVIDER_SEED: seed, PROVIDER_PATH: path } = process.env;
  if (seed !== undefined) {
    await fc.assert(property, {
      seed: Number(seed),
      ...(path !== undefined && { path }),
      endOnFailure: true,
    });
    return;
  }
  const first = Date.now() % 1_000_000_007;
  const runs = { numRuns: Math.ceil(HISTORIES / CUSTOMERS), endOnFailure: true };
  await Promise.all(
    Array.from({ length: CUSTOMERS }, (_, customer) =>
      fc.assert(property, { ...runs, seed: first + customer }),
    ),
  );
  expect(met.histories).toBeGreaterThanOrEqual(HISTORIES);
  expect(met.crashes).toBeGreaterThan(0);
  expect(met.deliveries).toBeGreaterThan(met.events);
  expect(await client.stripeEvent.count({ where: { processedAt: null } })).toBe(0);
  if (process.env.LONG_TESTS) console.info(met);
});
