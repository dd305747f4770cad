import { freshOverview, readOverview } from '@codezest/schema-docs';
import { expect, it } from 'vitest';

it('the model tables of PLAN_OVERVIEW.md are those of the schemas', async () => {
  const overview = readOverview();

  expect(overview.match(/^#### \w+$/gm)?.length ?? 0).toBeGreaterThan(40);
  expect(
    overview === (await freshOverview(overview)),
    'PLAN_OVERVIEW.md is stale; write it with: pnpm --filter @codezest/schema-docs write',
  ).toBe(true);
});
