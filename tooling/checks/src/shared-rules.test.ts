import { expect, it } from 'vitest';
import { read } from './repository.js';
import { migrations, sharedRules, TIME_ZONES, timeZonesSql, withFreshCopies } from './shared-rules.js';

const functionsOf = (sql: string) =>
  [...sql.matchAll(/^CREATE FUNCTION ("rules"\."\w+")/gm)].map(([, name]) => name);

it('the rule on time zones has the names that db-types knows', () => {
  expect(read(TIME_ZONES)).toBe(timeZonesSql());
});

it('a migration has the shared rules as they stand in packages/db-core/rules (pnpm rules:write)', () => {
  expect(migrations().length).toBeGreaterThan(6);
  for (const path of migrations()) expect(read(path), path).toBe(withFreshCopies(read(path)));
});

it('no migration has such a function beside its markers', () => {
  const shared = sharedRules().flatMap((rule) => functionsOf(read(`packages/db-core/rules/${rule}.sql`)));
  expect(shared.length).toBeGreaterThan(4);
  for (const path of migrations()) {
    const own = read(path).replace(/^-- shared rule: [\s\S]*?^-- end of shared rule$/gm, '');
    expect(
      functionsOf(own).filter((name) => shared.includes(name)),
      path,
    ).toEqual([]);
  }
});
