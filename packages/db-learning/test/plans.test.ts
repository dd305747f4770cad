import { describePartialIndexes, withClient } from '@codezest/constraint-tests';
import { explaining, type QueryPlan } from '@codezest/db-core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.js';
import { rolledBack } from './fixtures.js';
import { cases } from './plan-cases.js';
import { filling } from './plan-rows.js';

/** Tables that stay small however many learners there are. */
const SMALL = ['programming_languages', 'submission_transitions', 'modules'];

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await withClient(database.owner.url, (owner) => owner.query(filling.join(';')));
});
afterAll(() => database?.drop());

const growing = (table: string) => !SMALL.includes(table);

test.each(cases)('$title reads by index, for its values and for any', async ({ run, indexes }) => {
  const plans: QueryPlan[] = [];
  await rolledBack(database.client, (transaction) => run(explaining(transaction, plans)));

  expect(plans.length).toBeGreaterThan(0);
  expect(plans.flatMap(({ sequentialScans }) => sequentialScans).filter(growing)).toEqual([]);
  expect(plans.flatMap((plan) => plan.indexes)).toEqual(expect.arrayContaining(indexes));
});

test.each(cases)('$title scans no table that grows, nor do the functions that it calls', async ({ run }) => {
  const scanned = await rolledBack(database.client, async (transaction) => {
    await run(transaction);
    return transaction.$queryRaw<{ relname: string }[]>`
      SELECT relname FROM pg_stat_xact_user_tables WHERE schemaname = 'public' AND seq_scan > 0`;
  });

  expect(scanned.map(({ relname }) => relname).filter(growing)).toEqual([]);
});

test('a scan is seen where there is one', async () => {
  const scanned = await rolledBack(database.client, async (transaction) => {
    await transaction.$queryRaw`SELECT count(*)::int FROM learner_stats WHERE courses_completed = 7`;
    return transaction.$queryRaw<{ relname: string }[]>`
      SELECT relname FROM pg_stat_xact_user_tables WHERE schemaname = 'public' AND seq_scan > 0`;
  });

  expect(scanned.map(({ relname }) => relname).filter(growing)).toEqual(['learner_stats']);
});

describePartialIndexes({
  database: () => database.owner,
  async plansWithout({ name, drop }) {
    const meant = cases.find(({ indexes }) => indexes.includes(name));
    if (meant === undefined) return undefined;
    const plans: QueryPlan[] = [];
    await rolledBack(database.owner.client, async (transaction) => {
      await transaction.$executeRawUnsafe(drop);
      await meant.run(explaining(transaction, plans));
    });
    return plans.flatMap((plan) => plan.indexes);
  },
});
