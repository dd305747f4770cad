import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCanaries, markers } from '../src/canaries.js';
import { asTheyShouldBe, createGive } from '../src/give.js';
import { type Observer, observed } from '../src/observed.js';
import { subjects } from '../src/subjects.js';
import type { WaysIn } from '../src/ways-in/way-in.js';

/** What ends a text, a statement or a comment where values are pasted into SQL, JSON or paths. Short enough for a name. */
const storable: readonly string[] = [
  `'; DROP TABLE users; -- " \\' $$ ); $1 \${1} /* */ E'\\x27' `,
  '\u202Eright to left \u{1F600} e\u0301 \uFEFF \u0085 \u2028',
  '{"$where":"1","$gt":""} __proto__ constructor \\u0000 %00 %27',
];

const hostile: readonly string[] = [...storable, '\0', '\0 behind it'];

const longest = 'x'.repeat(1_000_000);

/** Where a place is cut. */
const PLACE = 200;

/**
 * How a text may differ from the one that was given: addresses are lower-cased and trimmed, a browser's name is cut and
 * loses what no column can hold.
 */
const normal = (text: string): string => text.replaceAll('\0', '').trim().toLowerCase().slice(0, 1_024);

describe.each(subjects.map((subject) => [subject.service, subject] as const))('db-%s', (service, subject) => {
  let database: Awaited<ReturnType<typeof subject.createTestDatabase>>;
  let client: ReturnType<typeof subject.module.createClient>;
  let admin: Client;
  let steps: WaysIn<never>;
  const canaries = createCanaries();
  const errors: unknown[] = [];
  let known = new Set<string>();
  const observer: Observer = { called: new Set(), strict: true, onError: (error) => errors.push(error) };

  beforeAll(async () => {
    database = await subject.createTestDatabase();
    client = subject.module.createClient({ url: database.url });
    admin = new Client({ connectionString: database.url });
    await admin.connect();
    const make = subject.factories(client as never);
    steps = await subject.waysIn(observed(subject.module, observer), make);
    for (const step of Object.values(steps)) {
      await step(createGive(service, canaries, asTheyShouldBe), client as never);
    }
    observer.strict = false;
    known = await stored();
  });
  afterAll(async () => {
    await client.$disconnect();
    await admin.end();
    await database.drop();
  });

  /** Every text that stands anywhere in the tables, also inside of JSON, and was given by us. */
  async function stored(): Promise<Set<string>> {
    const { rows: tables } = await admin.query<{ name: string }>(
      `SELECT oid::regclass::text AS name FROM pg_class
       WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('public', 'partitions')`,
    );
    const found = new Set<string>();
    for (const { name } of tables) {
      const { rows } = await admin.query<{ row: unknown }>(
        `SELECT to_jsonb(t) AS row FROM ${name} t WHERE position($1 IN t::text) > 0`,
        [markers.private],
      );
      for (const { row } of rows) collectTexts(row, found);
    }
    return found;
  }

  let injections = 0;

  /**
   * Through every function; how many texts were stored, and that each is what was given. What has a form, such as an
   * address, is hostile too, or else another one that fits: a refused account would keep its names from being tried.
   */
  async function inject(text: string, { alsoFormed }: { alsoFormed: boolean }): Promise<number> {
    const given = new Set<string>();
    const another = markers.private + String.fromCharCode(97 + injections++);
    const mood = {
      name: 'hostile',
      text: (value: string, formed: boolean) => {
        const changed = formed && !alsoFormed ? value.replace(markers.private, another) : value + text;
        given.add(normal(changed));
        return changed;
      },
    };
    errors.length = 0;
    for (const step of Object.values(steps)) {
      // A step that goes on with what an earlier call should have given may stumble; its calls are what counts.
      await step(createGive(service, canaries, mood), client as never).catch(() => undefined);
    }
    const all = await stored();
    const fresh = [...all].filter((value) => !known.has(value));
    known = all;

    const isGiven = (value: string) =>
      given.has(normal(value)) ||
      (value.length === PLACE && [...given].some((text) => text.startsWith(normal(value))));
    expect(fresh.filter((value) => !isGiven(value)).map((value) => value.slice(0, 200))).toEqual([]);
    expect(errors.filter((error) => !isTyped(error)).map(String)).toEqual([]);
    return fresh.length;
  }

  /** Told apart by a code, and so by a service that has to answer somebody. */
  const isTyped = (error: unknown): boolean => {
    const { name, code, sqlState } = subject.module.databaseErrorFacts(error);
    return code !== undefined || sqlState !== undefined || name === 'PrismaClientValidationError';
  };

  test('stores hostile texts as they are, or refuses them by an error with a code', async () => {
    for (const text of [...hostile, longest]) await inject(text, { alsoFormed: true });
    const any = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(any, async (text) => {
        await inject(text, { alsoFormed: true });
      }),
      { numRuns: 2 },
    );

    // Other texts than before, or what is stored already would count for nothing.
    for (const text of storable) {
      expect(await inject(`${text} again`, { alsoFormed: false }), text).toBeGreaterThan(0);
    }
  });
});

function collectTexts(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') {
    if (value.includes(markers.private)) into.add(value);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      collectTexts(key, into);
      collectTexts(inner, into);
    }
  }
}
