import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changesOf, isAllowed } from '../machines/state-machine.js';
import type { History, Model } from './model.js';
import { historyOf, type Step } from './steps.js';
import { TRY_EACH } from './table.js';
import { type NameOf, type Seen, walk } from './walk.js';

/** At least so many, and more until the walk has met all that it must meet: what is rare is not left to chance. */
const STEPS = process.env.LONG_TESTS ? 10_000 : 1_000;
const MOST_STEPS = 50_000;
/** How long the history that fails is made shorter. */
const SHRINKING_MS = 30_000;

export interface DescribeModelsOptions {
  /** Called when the tests run, so that `beforeAll` may create the database. */
  database: () => { url: string };
  models: readonly Model[];
  /** The rule or constraint that an error of the client names. */
  constraintOf: NameOf;
}

/**
 * Random steps of each model, raw writes and calls of functions, after each of which model and database agree. A failure names seed and path; `MODEL_SEED` and `MODEL_PATH` run it again.
 */
export function describeModels({ database, models, constraintOf }: DescribeModelsOptions): void {
  describe('models', () => {
    let client: Client;

    beforeAll(async () => {
      client = new Client({ connectionString: database().url });
      await client.connect();
      await client.query(`SET TIME ZONE 'UTC'; ${TRY_EACH}`);
    });
    afterAll(() => client?.end());

    for (const model of models) {
      test(`${STEPS} steps: model and database agree on ${model.machine.table}`, {
        timeout: 300_000,
      }, async () => {
        const seen = await takeSteps(client, model, constraintOf);

        expect(missing(model, seen), 'what a walk of so many steps must meet').toEqual([]);
      });
    }
  });
}

async function takeSteps(client: Client, model: Model, constraintOf: NameOf): Promise<Seen> {
  const seen: Seen = new Map();
  let taken = 0;
  let failedAt: number | undefined;
  await fc.assert(
    fc.asyncProperty(historyOf(model), async (steps: Step[]) => {
      const hasMetAll = taken >= MOST_STEPS || (taken >= STEPS && missing(model, seen).length === 0);
      const isDone = failedAt === undefined ? hasMetAll : performance.now() - failedAt > SHRINKING_MS;
      if (isDone) return;
      taken += steps.length;
      await walk(client, model, steps, { seen, constraintOf }).catch((error: unknown) => {
        failedAt ??= performance.now();
        throw error;
      });
    }),
    // A history has about thirty steps; the rest are not walked. A number of runs that is not whole never ends.
    { numRuns: Math.ceil(MOST_STEPS / 15), ...replayed() },
  );
  if (process.env.MODEL_SEED === undefined) expect(taken).toBeGreaterThanOrEqual(STEPS);
  return seen;
}

function replayed(): { seed?: number; path?: string } {
  const { MODEL_SEED: seed, MODEL_PATH: path } = process.env;
  return { ...(seed === undefined ? {} : { seed: Number(seed) }), ...(path === undefined ? {} : { path }) };
}

/** Transitions that nobody made, rules that refused nothing, calls that never went well. */
function missing({ machine, ...model }: Model<History>, seen: Seen): string[] {
  const transitions = changesOf(machine)
    .filter((change) => isAllowed(machine, change))
    .map(({ from, to }) => `${from} to ${to}`);
  const rules = [model.checks, model.changes, model.beginnings ?? {}].flatMap((named) => Object.keys(named));
  return [
    ...transitions,
    ...[machine.rule, ...rules].map((rule) => `refused by ${rule}`),
    ...Object.keys(model.calls).map((name) => `${name}: done`),
  ].filter((what) => !seen.has(what));
}
