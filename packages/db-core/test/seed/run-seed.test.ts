import { afterEach, beforeEach, expect, test } from 'vitest';
import { insertRows, personAt, runSeed, type Seed, type SeedEvent } from '../../src/seed/index.js';
import { createScratch, type Scratch } from '../migrations/scratch.js';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratch();
  await scratch.query(`
    CREATE TYPE role AS ENUM ('STUDENT', 'INSTRUCTOR', 'ADMIN');
    CREATE TABLE people (id uuid PRIMARY KEY, username text NOT NULL UNIQUE, role role NOT NULL,
      joined_at timestamptz(3) NOT NULL, goals jsonb, tags text[], hash bytea, big bigint, note text DEFAULT 'x');
    CREATE TABLE visits (id bigint PRIMARY KEY, person_id uuid NOT NULL REFERENCES people);`);
});
afterEach(() => scratch.drop());

const seed: Seed = {
  steps: [
    {
      name: 'people',
      run: async ({ insert, people }) => {
        const rows = function* (): Generator<Record<string, unknown>> {
          for (const { id, username, role, joinedAt, goals } of people()) {
            yield { id, username, role, joined_at: joinedAt, goals };
          }
        };
        await insert('people', rows());
      },
    },
    {
      name: 'visits',
      commit: 'batch',
      run: async ({ insert, people, random, report }) => {
        report('counting');
        const rows = [...people()].flatMap((person) =>
          Array.from({ length: random('visits', person.index).int(1, 60) }, (_, visit) => ({
            id: person.index * 1_000 + visit,
            person_id: person.id,
          })),
        );
        await insert('visits', rows);
      },
    },
  ],
};

const content = (): Promise<unknown[]> =>
  scratch.query(`SELECT (SELECT md5(string_agg(p::text, '|' ORDER BY id)) FROM people p) AS people,
    (SELECT md5(string_agg(v::text, '|' ORDER BY id)) FROM visits v) AS visits`);

test('a seed writes the same rows wherever it runs, and none when it runs again', async () => {
  const first = await runSeed({ url: scratch.url, seed, size: 'small' });
  expect(first.tables.people).toBe(60);
  expect(first.tables.visits).toBeGreaterThan(1_000);
  const before = await content();

  const again = await runSeed({ url: scratch.url, seed, size: 'small' });
  expect(again).toMatchObject({ rows: 0, tables: { people: 0, visits: 0 } });
  expect(await content()).toEqual(before);

  await scratch.query('TRUNCATE people, visits');
  await runSeed({ url: scratch.url, seed, size: 'small' });
  expect(await content()).toEqual(before);
});

test('an interrupted seed goes on where it stopped, and a larger size adds the rest', async () => {
  await runSeed({ url: scratch.url, seed, size: 'small' });
  await scratch.query('DELETE FROM visits WHERE id % 3 = 0');

  const rest = await runSeed({ url: scratch.url, seed, size: 'small' });
  expect(rest.tables.people).toBe(0);
  expect(rest.tables.visits).toBeGreaterThan(0);

  const larger = await runSeed({ url: scratch.url, seed, size: 'medium' });
  expect(larger.tables.people).toBe(1_940);
});

test('a step that fails leaves nothing of itself, and what was before stays', async () => {
  const failing: Seed = {
    steps: [
      ...seed.steps.slice(0, 1),
      {
        name: 'broken',
        run: async ({ insert, pool }) => {
          await insert('visits', [{ id: 1, person_id: personAt(0).id }]);
          await pool.query('SELECT 1/0');
        },
      },
    ],
  };

  await expect(runSeed({ url: scratch.url, seed: failing, size: 'small' })).rejects.toThrow(
    'division by zero',
  );

  expect(await scratch.query('SELECT count(*)::int AS people FROM people')).toEqual([{ people: 60 }]);
  expect(await scratch.query('SELECT * FROM visits')).toEqual([]);
});

test('progress names the steps and counts their rows', async () => {
  const events: SeedEvent[] = [];
  await runSeed({ url: scratch.url, seed, size: 'small', progress: (event) => events.push(event) });

  expect(events.map(({ step, type, message }) => [step, type, message])).toEqual([
    ['people', 'started', undefined],
    ['people', 'finished', undefined],
    ['visits', 'started', undefined],
    ['visits', 'progress', 'counting'],
    ['visits', 'finished', undefined],
  ]);
  expect(events[1]).toMatchObject({ rows: 60 });
});

test('every type of column arrives as it was given', async () => {
  const client = await scratch.client();
  const row = {
    id: '019b97af-3280-7bba-88ee-f7fcdb18a648',
    username: 'o\'brien "x" \\ 🙂',
    role: 'ADMIN',
    joined_at: new Date('2026-02-03T04:05:06.789Z'),
    goals: { nested: [1, { a: null }] },
    tags: ['a', 'b,c', '{}'],
    hash: Buffer.from([0, 255, 16]),
    big: 9_007_199_254_740_993n,
    note: undefined,
  };

  expect(await insertRows(client, 'public.people', [row])).toBe(1);
  expect(await insertRows(client, 'people', [row])).toBe(0);
  await expect(insertRows(client, 'people', [row], { conflict: 'fail' })).rejects.toMatchObject({
    code: '23505',
  });

  expect(await scratch.query('SELECT * FROM people')).toEqual([
    { ...row, big: '9007199254740993', note: null },
  ]);
});

test('rows of different columns are refused, because the missing one would become NULL', async () => {
  const client = await scratch.client();
  const rows = [{ id: 1, person_id: null }, { id: 2 }];

  await expect(insertRows(client, 'visits', rows)).rejects.toMatchObject({ code: 'SEED_ROW_INVALID' });
});

test('nothing to insert is fine', async () => {
  expect(await insertRows(await scratch.client(), 'visits', [])).toBe(0);
});
