import { SERVICES } from '@codezest/local-databases';
import { expect, it } from 'vitest';
import { measureService, type SeededDatabase } from '../src/measure.js';
import { readMeasured } from '../src/measured-file.js';
import { standingTables } from '../src/shapes.js';

const kept = readMeasured();

/** Of the rows that were kept: a feature adds a few to the seed, and the figures of docs/scaling.md have two digits. */
const tolerance = 0.25;
/** Of a service's rows: what has fewer decides nothing in docs/scaling.md. */
const largeShare = 0.05;

// Rows of the small seed only: the larger one takes a minute of the machine, and at 60 people most pages are half empty, so
// that bytes tell nothing.
it.each(SERVICES)('the large tables of %s have about the rows that were kept', async (service) => {
  const { small: now } = await measureService(service, ['small']);
  const { small: then } = kept[service];

  const large = new Set([...largeTables(now), ...largeTables(then)]);
  expect(large.size).toBeGreaterThan(0);
  const stale = [...large].flatMap((table) => {
    const [rows, before] = [now.tables[table]?.rows ?? 0, then.tables[table]?.rows ?? 0];
    return Math.abs(rows - before) > tolerance * before ? [`${table}: ${before}, now ${rows}`] : [];
  });
  expect(stale, 'stale: pnpm --filter @codezest/capacity measure').toEqual([]);
});

it.each(SERVICES)('the tables of which a user of %s has a few exist', (service) => {
  expect(Object.keys(kept[service].medium.tables)).toEqual(
    expect.arrayContaining([...standingTables[service]]),
  );
});

function largeTables({ tables }: SeededDatabase): string[] {
  const all = Object.values(tables).reduce((sum, { rows }) => sum + rows, 0);
  return Object.entries(tables).flatMap(([table, { rows }]) => (rows > largeShare * all ? [table] : []));
}
