import type { Client } from 'pg';
import { connectionSettings } from '../client/connection-settings.js';
import { openSession } from '../client/session.js';
import { CodezestDbError } from '../errors/base-error.js';
import { type InsertOptions, insertRows, type Queryable, type SeedRow } from './insert-rows.js';
import { type Person, people } from './people.js';
import { Random } from './random.js';
import type { SeedSize } from './size.js';

/** A package's seed: its steps run in order, parents before children. */
export interface Seed {
  readonly steps: readonly SeedStep[];
  /**
   * The table whose rows are people, each with the id that the cast gives. Where there are people and none of the cast, the seed
   * writes nothing: what is called 127.0.0.1 may be a tunnel to production. Whoever registers in a seeded database is no hindrance.
   */
  readonly peopleTable?: string;
}

export interface SeedStep {
  /** What it writes, in a word or two: shown as progress. */
  readonly name: string;
  /**
   * `step` (default): one transaction, so that rules over several rows see them together. `batch`: each statement of an
   * insert for itself; for millions of independent rows, of which an interrupted run then keeps what it has.
   */
  readonly commit?: 'step' | 'batch';
  run(context: SeedContext): Promise<void>;
}

export interface SeedContext {
  /** The step's connection, in its transaction. For what `insert` cannot say. */
  readonly pool: Queryable;
  readonly size: SeedSize;
  /** The cast of this size, made one by one. */
  people(): Iterable<Person>;
  /** Randomness of its own for each name, the same in every run. */
  random(...name: (string | number)[]): Random;
  /** Inserts rows by column name, leaves those alone that are there already, returns how many were new. */
  insert(
    table: string,
    rows: Iterable<SeedRow> | AsyncIterable<SeedRow>,
    options?: InsertOptions,
  ): Promise<number>;
  /** A line of progress. */
  report(message: string): void;
}

export interface SeedEvent {
  readonly type: 'started' | 'progress' | 'finished';
  readonly step: string;
  /** Rows the step has inserted so far. */
  readonly rows: number;
  readonly durationMs: number;
  readonly message?: string;
}

export interface RunSeedOptions {
  readonly url: string;
  readonly seed: Seed;
  readonly size: SeedSize;
  readonly service?: string;
  readonly progress?: (event: SeedEvent) => void;
  readonly now?: () => number;
}

export interface SeedResult {
  readonly size: SeedSize;
  /** New rows per table; 0 where they were there already. */
  readonly tables: Record<string, number>;
  readonly rows: number;
  readonly durationMs: number;
}

/**
 * Writes a package's seed. Running it again adds nothing, running a larger size adds the rest, running it after an
 * interruption continues: every id and every value is a function of the cast. Says nothing about where it may run;
 * the command line refuses production before it comes here.
 */
export async function runSeed(options: RunSeedOptions): Promise<SeedResult> {
  const now = options.now ?? (() => performance.now());
  const started = now();
  const tables: Record<string, number> = {};
  const client = await openSession(
    connectionSettings(options.url, `${options.service ?? 'codezest'}-seed`).session,
  );
  try {
    // A crash of the server may lose the last moments of a seed, which the next run writes again.
    await client.query("SET TimeZone = 'UTC'; SET synchronous_commit = off; SET statement_timeout = 0");
    await refuseForeignPeople(client, options);
    for (const step of options.seed.steps) await runStep(step, { options, client, tables, now });
    for (const table of Object.keys(tables)) {
      if (tables[table])
        await client.query(`ANALYZE ${table.split('.').map(client.escapeIdentifier).join('.')}`);
    }
    const rows = Object.values(tables).reduce((sum, count) => sum + count, 0);
    return { size: options.size, tables, rows, durationMs: now() - started };
  } finally {
    await client.end();
  }
}

/** A seed that is there already adds nobody, whoever has registered since. */
async function refuseForeignPeople(client: Client, { seed, size }: RunSeedOptions): Promise<void> {
  if (seed.peopleTable === undefined) return;
  const cast = [...people(size)].map(({ id }) => id);
  const { rows } = await client.query<{ all: number; own: number }>(
    `SELECT count(*)::int AS all, (count(*) FILTER (WHERE id = ANY ($1::uuid[])))::int AS own
     FROM ${client.escapeIdentifier(seed.peopleTable)}`,
    [cast],
  );
  const { all = 0, own = 0 } = rows[0] ?? {};
  if (all === own || own === cast.length) return;
  throw new CodezestDbError(
    'SEED_REFUSED',
    'The database has users who are not of the seed. Example accounts have a published password, so they never stand beside others: seed an empty database.',
  );
}

async function runStep(
  step: SeedStep,
  run: { options: RunSeedOptions; client: Client; tables: Record<string, number>; now: () => number },
): Promise<void> {
  const { options, client, tables, now } = run;
  const started = now();
  let rows = 0;
  let told = started;
  const tell = (type: SeedEvent['type'], message?: string): void => {
    const durationMs = now() - started;
    options.progress?.({
      type,
      step: step.name,
      rows,
      durationMs,
      ...(message === undefined ? {} : { message }),
    });
  };
  const context: SeedContext = {
    pool: client,
    size: options.size,
    people: () => people(options.size),
    random: (...name) => new Random(...name),
    report: (message) => tell('progress', message),
    insert: async (table, source, insertOptions) => {
      const counting: Queryable = {
        query: async (text, values) => {
          const result = await client.query(text, values);
          const inserted = result.rowCount ?? 0;
          rows += inserted;
          tables[table] = (tables[table] ?? 0) + inserted;
          if (now() - told >= 500) {
            told = now();
            tell('progress');
          }
          return result;
        },
      };
      tables[table] ??= 0;
      return insertRows(counting, table, source, insertOptions);
    },
  };

  tell('started');
  if (step.commit === 'batch') await step.run(context);
  else {
    await client.query('BEGIN');
    try {
      await step.run(context);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
  tell('finished');
}
