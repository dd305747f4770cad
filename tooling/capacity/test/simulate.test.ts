import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Assumptions, defaults } from '../src/assumptions.js';
import { readMeasured } from '../src/measured-file.js';
import { freshPage, readPage } from '../src/page.js';
import { shapesOf } from '../src/shapes.js';
import { simulate } from '../src/simulate.js';

const shapes = shapesOf(readMeasured());
const assumptions: Assumptions = {
  ...defaults,
  users: 100_000_000,
  eventsPerDay: shapes.eventsPerActiveDay,
};
const forecastOf = (service: string, changed: Partial<Assumptions> = {}) => {
  const found = simulate(shapes, { ...assumptions, ...changed }).services.find(
    (each) => each.service === service,
  );
  if (found === undefined) expect.unreachable(service);
  return found;
};

describe('simulate', () => {
  it('reaches the first limit at the number of users that it says', () => {
    for (const service of ['auth', 'learning', 'payments', 'notifications', 'activity']) {
      const { firstLimit, usersAtFirstLimit } = forecastOf(service);
      const at = (share: number) => forecastOf(service, { users: Math.floor(usersAtFirstLimit * share) });

      // Within 1 %: tables that do not grow with people count as if they did.
      expect(at(1).load[firstLimit]).toBeCloseTo(1, 2);
      expect(at(0.99).servers).toBe(1);
      expect(at(1.01).servers).toBe(2);
    }
  });

  it('writes more at the peak and keeps more rows the more often users are active', () => {
    const [once, twice] = [forecastOf('activity'), forecastOf('activity', { activeShare: 0.2 })];

    expect(twice.rowsPerSecondAtPeak).toBeCloseTo(2 * once.rowsPerSecondAtPeak, 3);
    expect(twice.rows).toBeGreaterThan(1.9 * once.rows);
  });

  it('counts what is folded away among the rows that are written, and not in the size', () => {
    const without = {
      ...shapes,
      tables: shapes.tables.filter(({ growth }) => growth !== 'passing'),
    };
    const [all, none] = [shapes, without].map((each) =>
      simulate(each, assumptions).services.find(({ service }) => service === 'activity'),
    );

    expect(all?.bytes).toBe(none?.bytes);
    expect(all?.rowsPerSecondAtPeak).toBeGreaterThan(1.5 * (none?.rowsPerSecondAtPeak ?? Infinity));
  });

  it('keeps a copy for each standby, and sends the log to each', () => {
    const { bytes, bytesWithReplicas, walBytesPerSecondAtPeak, replicationBytesPerSecondAtPeak } = forecastOf(
      'payments',
      { replicas: 3 },
    );

    expect(bytesWithReplicas).toBe(4 * bytes);
    expect(replicationBytesPerSecondAtPeak).toBe(3 * walBytesPerSecondAtPeak);
  });

  it.each([
    ['users', -1],
    ['users', 0],
    ['users', 1.5],
    ['users', Number.NaN],
    ['users', 1e11],
    ['months', 0],
    ['activeShare', 1.1],
    ['ram', 0],
    ['serverWrites', Number.POSITIVE_INFINITY],
  ] as const)('refuses %s %d by name', (name, value) => {
    expect(() => simulate(shapes, { ...assumptions, [name]: value })).toThrowError(
      expect.objectContaining({ code: 'ASSUMPTION_INVALID', message: expect.stringContaining(name) }),
    );
  });
});

it('docs/scaling.md has the tables that the command makes', () => {
  const page = readPage();

  expect(page.match(/^### [\d,]+ users$/gm)).toHaveLength(3);
  expect(page === freshPage(page), 'docs/scaling.md is stale; write it with: pnpm capacity --write').toBe(
    true,
  );
});

describe('pnpm capacity', () => {
  const command = (...flags: string[]) =>
    promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      fileURLToPath(new URL('../src/cli.ts', import.meta.url)),
      ...flags,
    ]);

  it('prints JSON for the users that it is asked about', async () => {
    const { stdout } = await command('--users', '100_000_000', '--json');
    const { forecasts } = JSON.parse(stdout) as { forecasts: unknown[] };

    expect(forecasts).toEqual([JSON.parse(JSON.stringify(simulate(shapes, assumptions)))]);
  });

  it.each([
    [['--users', 'many'], 'Write a number.'],
    [['--users', '-5'], 'ASSUMPTION_INVALID'],
  ])('refuses %j', async (flags, said) => {
    await expect(command(...flags)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(said) });
  });
});
