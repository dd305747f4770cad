import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PrismaClient } from '../src/index.js';
import type { TestDatabase } from './database.js';
import { racingDatabase } from './fixtures.js';
import { type Outcomes, play, type Step, step } from './histories/history.js';

const STEPS = process.env.LONG_TESTS ? 10_000 : 1_000;
const LONGEST_HISTORY = 50;
/** How long the history that fails is made shorter. */
const SHRINKING_MS = 30_000;

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

/** A failure names the seed; `HISTORY_SEED` plays the same histories again. */
const seed = process.env.HISTORY_SEED === undefined ? {} : { seed: Number(process.env.HISTORY_SEED) };

test(`progress is what the rows say, ${STEPS} steps in random order at every isolation level`, {
  timeout: 900_000,
}, async () => {
  const outcomes: Outcomes = {};
  let taken = 0;
  let failedAt: number | undefined;

  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: LONGEST_HISTORY, size: 'max' }),
      async (steps: Step[]) => {
        const isDone = failedAt === undefined ? taken >= STEPS : performance.now() - failedAt > SHRINKING_MS;
        if (isDone) return;
        taken += steps.length;
        await play(client, steps, outcomes).catch((error: unknown) => {
          failedAt ??= performance.now();
          throw error;
        });
      },
    ),
    { ...seed, numRuns: STEPS },
  );

  expect(taken).toBeGreaterThanOrEqual(STEPS);
  expect(outcomes.completions, 'completions').toBeGreaterThan(STEPS / 50);
  expect(Object.keys(outcomes).filter((name) => name.endsWith(' ACCEPTED')).length).toBeGreaterThan(40);
});
