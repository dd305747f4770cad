import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, systemClock } from '../../src/migrations/index.js';
import { createScratch, type Scratch } from './scratch.js';
import { duringTraffic, migrateBehindReader, prepareBusyTable } from './stalls.js';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratch();
  await prepareBusyTable(scratch);
});
afterEach(() => scratch.drop());

// What a statement takes on this machine when nobody migrates is no stall of ours.
const noise = (): Promise<number> =>
  duringTraffic(scratch, () => systemClock.sleep(1_000)).then(({ max }) => max);

test('while 50 statements a second go on, six migrations of their table stop nobody', async () => {
  const undisturbed = await noise();

  const traffic = await duringTraffic(scratch, async () => {
    expect((await migrate(scratch.options())).applied).toHaveLength(6);
    await systemClock.sleep(500);
  });

  expect(traffic.errors).toEqual([]);
  expect(traffic.sent).toBeGreaterThan(20);
  expect(traffic.max).toBeLessThan(500 + undisturbed);
});

test('a held table: nobody waits longer than the lock timeout, and it is taken once it is free', async () => {
  const undisturbed = await noise();
  let outcome = { applied: [] as string[], retries: 0 };

  const traffic = await duringTraffic(scratch, async () => {
    outcome = await migrateBehindReader(scratch, 2_000, { statementLockTimeoutMs: 300 });
  });

  expect(outcome.applied).toHaveLength(6);
  expect(outcome.retries).toBeGreaterThan(0);
  expect(traffic.errors).toEqual([]);
  expect(traffic.max).toBeLessThan(300 + 500 + undisturbed);
});
