import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backfill, migrate } from '../../src/migrations/index.js';
import { createScratch, type Scratch } from '../migrations/scratch.js';
import { clients } from './split-name/clients.js';

const steps = ['20260101000000', '20260201000000', '20260201000100', '20260401000000'] as const;
const states = ['before', 'expanded', 'backfilled', 'contracted'] as const;
type State = (typeof states)[number];

/** Which release works on which state: each on that of its own deploy and on its neighbours', for both run at once. */
const works: Record<keyof ReturnType<typeof clients>, State[]> = {
  'release 1': ['before', 'expanded', 'backfilled'],
  'release 2': ['expanded', 'backfilled'],
  'release 3': ['backfilled', 'contracted'],
};
const ada = { given: 'Ada', family: 'King Lovelace' };

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratch();
});
afterEach(() => scratch.drop());

/** The package as it was shipped when this state was the newest. */
async function reach(state: State): Promise<void> {
  cpSync(join(__dirname, 'split-name/migrations'), scratch.directory, { recursive: true });
  const until = steps[states.indexOf(state)] ?? '';
  for (const name of readdirSync(scratch.directory)) {
    if (name.slice(0, 14) > until) rmSync(join(scratch.directory, name), { recursive: true });
  }
  await migrate(scratch.options());
  await backfill(scratch.options());
}

describe.each(states)('%s', (state) => {
  test.each(Object.entries(works))('%s works, or is not meant to', async (release, expected) => {
    await reach('before');
    const { 'release 1': first, ...others } = clients(scratch);
    await first.write(1, ada);
    await reach(state);
    const client = release === 'release 1' ? first : others[release as keyof typeof others];

    const run = async (): Promise<unknown> => {
      await client.write(2, ada);
      return [await client.read(1), await client.read(2)];
    };

    const answer = await run().catch((error: Error) => error.message);
    if (expected.includes(state)) expect(answer).toEqual([ada, ada]);
    else expect(answer).not.toEqual([ada, ada]);
  });
});

test('releases that run at once read what the other has written', async () => {
  for (const [state, one, other] of [
    ['expanded', 'release 1', 'release 2'],
    ['backfilled', 'release 2', 'release 3'],
  ] as const) {
    await reach(state);
    await scratch.query('DELETE FROM people');
    const both = clients(scratch);

    await both[one].write(1, ada);
    if (state === 'backfilled') await both[other].write(2, ada);

    expect(await both[other].read(1)).toEqual(ada);
  }
});

test('what release 1 writes during the backfill is found by another pass', async () => {
  await reach('expanded');
  cpSync(join(__dirname, 'split-name/migrations'), scratch.directory, { recursive: true });
  rmSync(join(scratch.directory, '20260401000000_drop_full_name'), { recursive: true });
  const { 'release 1': old, 'release 3': newest } = clients(scratch);
  for (const id of [10, 20, 30]) await old.write(id, ada);
  let late = false;

  await backfill(
    scratch.options({
      clock: {
        now: () => performance.now(),
        random: Math.random,
        every: () => () => undefined,
        // Behind the cursor already.
        sleep: async () => {
          if (!late) await old.write(5, ada);
          late = true;
        },
      },
    }),
  );

  expect(await newest.read(5)).toEqual(ada);
  expect(await scratch.query('SELECT count(*)::int AS n FROM people WHERE given_name IS NULL')).toEqual([
    { n: 0 },
  ]);
});

test('the contract is not applied before the backfill is through', async () => {
  await reach('before');
  await clients(scratch)['release 1'].write(1, ada);

  await reach('contracted');

  expect(await clients(scratch)['release 3'].read(1)).toEqual(ada);
});
