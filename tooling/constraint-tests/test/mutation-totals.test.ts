import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mutationTotals } from '../src/mutation-totals.js';
import { REPORT_FOLDER } from '../src/report.js';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'codezest-mutation-')), 'db-shop');
  mkdirSync(join(folder, REPORT_FOLDER), { recursive: true });
  mkdirSync(join(folder, 'test'));
  writeFileSync(join(folder, 'test/constraints.test.ts'), '');
});
afterEach(() => rmSync(folder, { recursive: true }));

const report = (kind: string, survivors: string[] = []) =>
  writeFileSync(join(folder, REPORT_FOLDER, `${kind}.json`), JSON.stringify({ kind, mutants: 2, survivors }));

test('all killed is no fault', () => {
  report('constraints');
  report('triggers');

  const { reports, faults } = mutationTotals([folder]);

  expect(reports.map(({ package: name, kind, mutants }) => [name, kind, mutants])).toEqual([
    ['db-shop', 'constraints', 2],
    ['db-shop', 'triggers', 2],
  ]);
  expect(faults).toEqual([]);
});

test('what survived, and what was not reported, is a fault', () => {
  report('constraints', ['DROP INDEX a: no case']);

  expect(mutationTotals([folder]).faults).toEqual([
    'db-shop, constraints: DROP INDEX a: no case',
    'db-shop, triggers: no report',
  ]);
});
