import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult, type IViolation } from 'dependency-cruiser';
import { describe, expect, it } from 'vitest';

/** What reads a part of the code needs to know only what the part imports: nothing imports its own importer, types included. */
const { output } = await cruise(['packages', 'tooling'], {
  baseDir: fileURLToPath(new URL('../../..', import.meta.url)),
  validate: true,
  ruleSet: {
    forbidden: [
      { name: 'files', severity: 'error', from: {}, to: { circular: true } },
      { name: 'folders', severity: 'error', scope: 'folder', from: {}, to: { circular: true } },
    ],
  },
  includeOnly: { path: '^(?:packages|tooling)/[^/]+/src/' },
  exclude: { path: 'node_modules' },
  tsPreCompilationDeps: true,
});
const { modules, summary } = output as ICruiseResult;

describe('imports', () => {
  it('are read from every package', () => {
    expect(modules.length).toBeGreaterThan(500);
    expect(modules.filter(({ source }) => source.startsWith('packages/db-core/src/')).length).toBeGreaterThan(
      100,
    );
  });

  it('form no circle of files or folders', () => {
    expect(summary.violations.map(circle)).toEqual([]);
  });
});

function circle({ from, rule, cycle = [] }: IViolation): string {
  return `${rule.name}: ${[from, ...cycle.map(({ name }) => name)].join(' → ')}`;
}
