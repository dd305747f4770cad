import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, systemClock } from '../../src/migrations/index.js';
import { createScratch, type Scratch } from '../migrations/scratch.js';
import { duringTraffic, migrateBehindReader, prepareBusyTable, type Traffic } from '../migrations/stalls.js';

const lockTimeoutMs = 3_000;

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratch();
  await prepareBusyTable(scratch);
});
afterEach(() => scratch.drop());

const rounded = ({ sent, p50, p99, max, errors }: Traffic): string =>
  `${sent} statements: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ${max.toFixed(0)} ms, ${errors.length} errors`;

test('six migrations of a table in use', async () => {
  const before = await duringTraffic(scratch, () => systemClock.sleep(5_000));
  const traffic = await duringTraffic(scratch, async () => {
    await migrate(scratch.options());
    await systemClock.sleep(5_000);
  });

  console.log(`nobody migrates: ${rounded(before)}\nmigrating:       ${rounded(traffic)}`);
  expect(traffic.errors).toEqual([]);
  expect(traffic.max).toBeLessThan(lockTimeoutMs + 500);
});

test('a table that a reader holds for ten seconds', async () => {
  let outcome = { applied: [] as string[], retries: 0 };
  const traffic = await duringTraffic(scratch, async () => {
    outcome = await migrateBehindReader(scratch, 10_000, {});
    await systemClock.sleep(2_000);
  });

  console.log(`behind a reader: ${rounded(traffic)}, ${outcome.retries} retries`);
  expect(outcome.applied).toHaveLength(6);
  expect(outcome.retries).toBeGreaterThan(1);
  expect(traffic.errors).toEqual([]);
  expect(traffic.max).toBeLessThan(lockTimeoutMs + 500);
});
