import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { type PartialIndex, partialIndexes } from './catalog.js';
import { eventPlansWithout } from './event-plans.js';
import type { MutationScore } from './mutation.js';
import { reportMutation } from './report.js';

export interface DescribePartialIndexesOptions {
  /** Called when the tests run; it holds the rows that the plans are made for. */
  database: () => { url: string };
  /**
   * The indexes of the plans that are meant to use this one, made after `drop` in the same transaction, which is rolled
   * back. Undefined where no plan is meant to.
   */
  plansWithout(index: PartialIndex): Promise<readonly string[] | undefined>;
}

/**
 * A partial index that refuses nothing is missed by nobody but its query. So a plan names each of them, and no longer
 * does once it is dropped: the test of that plan would be red.
 */
export function describePartialIndexes({ database, plansWithout }: DescribePartialIndexesOptions): void {
  describe('partial indexes', () => {
    test('each one taken away is missed by a plan', async () => {
      const indexes = await indexesOf(database().url);
      const { mutants, survivors } = await scoreOf(
        indexes,
        async (index) => (await eventPlansWithout(database().url, index)) ?? (await plansWithout(index)),
      );

      reportMutation('indexes', mutants, survivors);
      expect(mutants).toBeGreaterThan(0);
      expect(survivors).toEqual([]);
    });
  });
}

async function scoreOf(
  indexes: readonly PartialIndex[],
  plansWithout: DescribePartialIndexesOptions['plansWithout'],
): Promise<MutationScore> {
  const survivors: string[] = [];
  for (const index of indexes) {
    const used = await plansWithout(index);
    if (used === undefined) survivors.push(`${index.drop}: no plan is meant to use it`);
    else if (used.includes(index.name)) survivors.push(`${index.drop}: it is still used`);
  }
  return { mutants: indexes.length, survivors };
}

async function indexesOf(url: string): Promise<PartialIndex[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await partialIndexes(client);
  } finally {
    await client.end();
  }
}
