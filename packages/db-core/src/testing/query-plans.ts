import type { QueryingClient } from '../sql/statement.js';

/** How PostgreSQL would run a statement. */
export interface QueryPlan {
  /** First words of the statement, to tell it by. */
  readonly statement: string;
  readonly indexes: readonly string[];
  readonly sequentialScans: readonly string[];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/**
 * An open transaction that asks for the plan of each hand-written statement before it runs it. Hand it to a function in
 * place of its client, and the plans are those of the very text and values that the function sends. Each statement is
 * planned twice: for its values, and for any, which is what a named statement comes to after five runs.
 */
export function explaining<Transaction extends QueryingClient>(
  transaction: Transaction,
  plans: QueryPlan[],
): Transaction {
  const explain = async (statement: string, values: unknown[]) => {
    const rows = await transaction.$queryRawUnsafe<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
      statement,
      ...values,
    );
    return nodesOf(rows[0]?.['QUERY PLAN'][0]?.Plan);
  };
  return {
    async $queryRawUnsafe(text: string, ...values: unknown[]) {
      const nodes = await explain(`EXPLAIN (FORMAT JSON) ${text}`, values);
      await transaction.$queryRawUnsafe('SET LOCAL plan_cache_mode = force_generic_plan');
      await transaction.$queryRawUnsafe(`PREPARE explained AS ${text}`);
      const nulls = values.length > 0 ? `(${values.map(() => 'NULL').join(', ')})` : '';
      nodes.push(...(await explain(`EXPLAIN (FORMAT JSON) EXECUTE explained${nulls}`, [])));
      await transaction.$queryRawUnsafe('DEALLOCATE explained');
      plans.push({
        statement: text.trim().split(/\s+/).slice(0, 6).join(' '),
        indexes: [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))],
        sequentialScans: [
          ...new Set(
            nodes.flatMap((node) => (node['Node Type'] === 'Seq Scan' ? (node['Relation Name'] ?? []) : [])),
          ),
        ],
      });
      return transaction.$queryRawUnsafe(text, ...values);
    },
    // The functions under test send everything through the one method above.
  } as unknown as Transaction;
}

function nodesOf(node: PlanNode | undefined): PlanNode[] {
  return node === undefined ? [] : [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
