import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConstraintCase, failureOf } from './case.js';
import { type NamedObject, namedObjects, silentTriggers } from './catalog.js';
import { failureOfEffect, type TriggerEffect } from './effect.js';
import { mutationScore } from './mutation.js';
import { reportMutation } from './report.js';

export interface DescribeConstraintsOptions {
  /** Called when the tests run, so that `beforeAll` may create the database. */
  database: () => { url: string };
  cases: ConstraintCase[];
  /** Of the triggers that refuse nothing. */
  effects?: TriggerEffect[];
}

/** A test per case, and three over all of them: nothing uncovered, nothing unknown, every object missed when taken away. */
export function describeConstraints({ database, cases, effects = [] }: DescribeConstraintsOptions): void {
  describe('constraints', () => {
    let client: Client;
    let objects: Map<string, NamedObject>;

    beforeAll(async () => {
      client = new Client({ connectionString: database().url });
      await client.connect();
      objects = new Map((await namedObjects(client)).map((object) => [object.name, object]));
    });

    afterAll(() => client?.end());

    test('the database has named objects', () => {
      expect(objects.size).toBeGreaterThan(0);
    });

    test('every named object has a case', () => {
      const covered = new Set(cases.map(({ object }) => object));
      const uncovered = [...objects.values()].filter(({ name }) => !covered.has(name));

      expect(uncovered.map(({ table, kind, name }) => `${table}: ${kind} ${name}`)).toEqual([]);
    });

    test('every case names an object that exists', () => {
      expect(cases.map(({ object }) => object).filter((name) => !objects.has(name))).toEqual([]);
    });

    test.each(titled(cases))('%s refuses what it must and nothing more', async (_title, constraintCase) => {
      const object = objects.get(constraintCase.object);
      if (!object) throw new Error(`The database has no object named ${constraintCase.object}`);

      const failure = await failureOf(client, constraintCase, object);

      if (failure) throw new Error(`${object.name}: ${failure}`);
    });

    test('every trigger that refuses nothing has an effect that shows', async () => {
      const silent = (await silentTriggers(client)).map(({ name }) => name);
      const failures: (string | undefined)[] = [];
      for (const effect of effects) failures.push(await failureOfEffect(client, effect));

      expect([...new Set(effects.map(({ trigger }) => trigger))].sort()).toEqual(silent);
      expect(failures.filter((failure) => failure !== undefined)).toEqual([]);
    });

    test('each object taken away is missed by a case', { timeout: 60_000 }, async () => {
      const { constraints, triggers } = await mutationScore(database().url, cases, effects);

      reportMutation('constraints', constraints.mutants, constraints.survivors);
      reportMutation('triggers', triggers.mutants, triggers.survivors);
      expect(constraints.mutants).toBeGreaterThan(0);
      expect([...constraints.survivors, ...triggers.survivors]).toEqual([]);
    });
  });
}

/** Cases of the same object are numbered, since a report needs titles that differ. */
function titled(cases: ConstraintCase[]): [string, ConstraintCase][] {
  const seen = new Map<string, number>();
  return cases.map((constraintCase) => {
    const count = (seen.get(constraintCase.object) ?? 0) + 1;
    seen.set(constraintCase.object, count);
    return [count === 1 ? constraintCase.object : `${constraintCase.object} (${count})`, constraintCase];
  });
}
