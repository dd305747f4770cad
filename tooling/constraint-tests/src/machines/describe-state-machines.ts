import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attempt, rolledBack } from '../case.js';
import { reportMutation } from '../report.js';
import { transitionMutationScore } from './mutation.js';
import {
  changesOf,
  finalStatesOf,
  isAllowed,
  outcomeOf,
  type StateMachine,
  statesOf,
  storedChanges,
} from './state-machine.js';

export interface DescribeStateMachinesOptions {
  /** Called when the tests run, so that `beforeAll` may create the database. */
  database: () => { url: string };
  machines: readonly StateMachine[];
}

/**
 * Every pair of states tried by a raw write, final states tried column by column, and each pair of each table of
 * transitions taken away or added, which the write of that pair must notice.
 */
export function describeStateMachines({ database, machines }: DescribeStateMachinesOptions): void {
  describe('state machines', () => {
    let client: Client;

    beforeAll(async () => {
      client = new Client({ connectionString: database().url });
      await client.connect();
    });
    afterAll(() => client?.end());

    test('every table of transitions has its machine', async () => {
      const { rows } = await client.query<{ name: string }>(
        `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE tablename LIKE '%\\_transitions'`,
      );

      expect(machines.length).toBeGreaterThan(0);
      expect(rows.map(({ name }) => name).sort()).toEqual(
        machines.map(({ transitions }) => transitions).sort(),
      );
    });

    for (const machine of machines) describeStateMachine(machine, () => client);

    test('each pair taken away or added is missed by its write', { timeout: 60_000 }, async () => {
      const { mutants, survivors } = await transitionMutationScore(client, machines);

      reportMutation('transitions', mutants, survivors);
      expect(mutants).toBeGreaterThan(0);
      expect(survivors).toEqual([]);
    });
  });
}

function describeStateMachine(machine: StateMachine, client: () => Client): void {
  const changes = changesOf(machine);
  const expected = changes.filter((change) => isAllowed(machine, change));

  describe(machine.table, () => {
    test(`the table of transitions has these ${expected.length} and no other`, async () => {
      expect(await storedChanges(client(), machine)).toEqual(
        expected.map(({ from, to }) => `${from} ${to}`).sort(),
      );
    });

    test.each(changes)('$from to $to', async ({ from, to }) => {
      const outcome = await outcomeOf(client(), machine, { from, to });

      if (from === to || isAllowed(machine, { from, to })) return expect(outcome).toEqual({ rows: 1 });
      expect(outcome.refusedBy).toBe(machine.rule);
      expect(outcome).toMatchObject({ error: { code: '23514' } });
      const { message, hint } = (outcome as { error: { message: string; hint: string } }).error;
      expect(message).toContain(`"${machine.rule}"`);
      // The hint says what would have been allowed.
      const others = statesOf(machine).filter((state) => state !== from && state !== to);
      const said: readonly string[] = hint.match(/\w+/g) ?? [];
      expect(others.filter((state) => said.includes(state)).sort()).toEqual(
        [...(machine.allowed[from] ?? [])].sort(),
      );
    });

    test.each(finalStatesOf(machine))('a row that is %s does not change any more', async (state) => {
      const { rules, open } = machine.ended;
      const columns = await changedColumns(client(), machine.table);
      const outcomes: Record<string, string> = {};
      for (const [column, changed] of columns) {
        outcomes[column] = await rolledBack(client(), async () => {
          await client().query(machine.rowIn(state));
          const { refusedBy } = await attempt(client(), `UPDATE ${machine.table} SET ${column} = ${changed}`);
          return rules.includes(refusedBy ?? '') ? 'refused' : 'open';
        });
      }

      expect(
        Object.keys(outcomes)
          .filter((column) => outcomes[column] === 'open')
          .sort(),
      ).toEqual([...open].sort());
    });
  });
}

/** Each column with an expression that is another value of its type, whatever it holds. The state has tests of its own. */
async function changedColumns(client: Client, table: string): Promise<[column: string, changed: string][]> {
  const { rows } = await client.query<{ column: string; type: string; labels: string[] | null }>(
    `SELECT quote_ident(a.attname) AS column, t.typname AS type,
       (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) AS labels
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
     WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> 'status'`,
    [table],
  );
  return rows.map(({ column, type, labels }) => [column, changedValue(column, type, labels)]);
}

function changedValue(column: string, type: string, labels: string[] | null): string {
  if (labels !== null)
    return `CASE WHEN ${column} = '${labels[0]}' THEN '${labels[1]}' ELSE '${labels[0]}' END::"${type}"`;
  const changed: Record<string, string> = {
    uuid: 'gen_random_uuid()',
    int2: `coalesce(${column}, 0) + 1`,
    int4: `coalesce(${column}, 0) + 1`,
    int8: `coalesce(${column}, 0) + 1`,
    float8: `coalesce(${column}, 0) + 1`,
    bool: `NOT coalesce(${column}, false)`,
    text: `coalesce(${column}, '') || 'x'`,
    bpchar: `CASE ${column} WHEN 'EUR' THEN 'USD' ELSE 'EUR' END`,
    jsonb: `coalesce(${column}, '{}') || '{"other": 1}'`,
    timestamptz: `coalesce(${column}, now()) + interval '1 day'`,
  };
  const expression = changed[type];
  if (expression === undefined) throw new Error(`say in changedValue how a value of type ${type} is changed`);
  return expression;
}
