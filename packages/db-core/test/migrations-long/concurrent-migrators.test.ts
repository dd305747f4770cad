import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../src/migrations/index.js';
import { bundleCommandLine, type CommandLine } from '../cli/command-line.js';
import type { Scratch } from '../migrations/scratch.js';
import {
  copyPackage,
  finishedOnce,
  index,
  last,
  migrationNames,
  services,
  slow,
  structureOf,
  undisturbed,
} from './package-copy.js';

const migrators = 8;
const rounds = 20;

/** Where the database stands when eight processes begin at once; the rounds take them in turn. */
const beginnings = {
  empty: [],
  'half migrated': [slow, index, last],
  'before the concurrent file': [index, last],
};

let cli: CommandLine;
beforeAll(async () => {
  cli = await bundleCommandLine();
});
afterAll(() => cli.remove());

test.each(services)(
  'db-%s: 20 rounds of eight migrators, each migration once, no deadlock',
  async (service) => {
    const expected = await undisturbed(service);
    const states = Object.entries(beginnings);

    for (let round = 0; round < rounds; round += 1) {
      const [state, pending] = states[round % states.length] ?? ['empty', []];
      const scratch = await copyPackage(service);
      try {
        if (pending.length > 0) await migrateWithout(scratch, pending);

        const runs = await Promise.all(
          Array.from({ length: migrators }, () => cli.run(scratch, ['migrate'])),
        );

        const what = `round ${round}, ${state}: ${runs.map(({ stderr }) => stderr).join('')}`;
        expect(
          runs.map(({ code }) => code),
          what,
        ).toEqual(Array(migrators).fill(0));
        expect(await finishedOnce(scratch), what).toEqual({
          finished: migrationNames(scratch),
          unfinished: 0,
        });
        expect(await scratch.query('SELECT count(*)::int AS n FROM many'), what).toEqual([{ n: 1 }]);
        expect(await structureOf(scratch), what).toBe(expected);
        const [statistics] = await scratch.query<{ deadlocks: string }>(
          'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
        );
        expect(statistics?.deadlocks, what).toBe('0');
      } finally {
        await scratch.drop();
      }
    }
  },
);

async function migrateWithout(scratch: Scratch, names: string[]): Promise<void> {
  const aside = (name: string): string => join(scratch.packageDirectory, name);
  for (const name of names) renameSync(join(scratch.directory, name), aside(name));
  await migrate(scratch.options());
  for (const name of names) renameSync(aside(name), join(scratch.directory, name));
}
