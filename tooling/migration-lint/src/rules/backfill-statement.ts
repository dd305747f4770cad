import {
  as,
  findAll,
  type Migration,
  type Node,
  type NodeOf,
  nameOf,
  relationsIn,
  type Statement,
} from '../parse.js';
import { writesIn } from './tables.js';

type Select = NodeOf<'SelectStmt'>;

/** A backfill as the runner needs it: one SELECT over named queries, one of which chooses the batch and others write. */
export interface BackfillStatement {
  readonly statement: Statement;
  readonly select: Select;
  /** The query with LIMIT $2. */
  readonly batch: { readonly name: string; readonly query: Select } | undefined;
  readonly writes: readonly Write[];
}

export interface Write {
  readonly node: Node;
  /** `schema.name`. */
  readonly table: string;
  /** Whether it takes its rows from the batch, be it through other named queries. */
  readonly fromBatch: boolean;
}

/** Nothing where the file is not one SELECT: other rules say so. */
export function backfillStatement({ statements }: Migration): BackfillStatement | undefined {
  const [statement] = statements;
  const select = statement && as(statement.node, 'SelectStmt');
  if (!statement || !select || statements.length > 1) return undefined;
  const named = namedQueries(select);
  const batches = named.flatMap(({ name, query }) => {
    const chosen = as(query, 'SelectStmt');
    return chosen && parametersIn(chosen.limitCount).includes(2) ? [{ name, query: chosen }] : [];
  });
  const [batch] = batches.length === 1 ? batches : [];
  const reached = batch ? reachedFrom(batch.name, named) : new Set<string>();
  const writes = named.flatMap(({ query: node }): Write[] => {
    const fromBatch = relationNames(node).some((name) => reached.has(name));
    return writesIn({ node }).map(({ table }) => ({ node, table: nameOf(table), fromBatch }));
  });
  return { statement, select, batch, writes };
}

/** The columns that the query which chooses the batch compares with its cursor: `key > $1`, `(day, id) > (…$1…)`. */
export function cursorKey(query: Select): readonly Node[] | undefined {
  for (const condition of conditionsOf(query)) {
    const expression = as(condition, 'A_Expr');
    const operator = as(expression?.name?.[0], 'String')?.sval;
    const key = expression?.lexpr;
    if (operator !== '>' || !key || !parametersIn(expression.rexpr).includes(1)) continue;
    if (parametersIn(key).length === 0) return as(key, 'RowExpr')?.args ?? [key];
  }
  return undefined;
}

/** The conditions that all have to hold; `$1 IS NULL OR key > $1` counts as both of its parts. */
export function conditionsOf({ whereClause }: Select): Node[] {
  const parts = (node: Node | undefined): Node[] => {
    const combined = as(node, 'BoolExpr');
    const isStart = combined?.boolop === 'OR_EXPR' && combined.args?.some(isNullTestOfCursor);
    if (combined?.boolop === 'AND_EXPR' || isStart) return (combined?.args ?? []).flatMap(parts);
    return node ? [node] : [];
  };
  return parts(whereClause);
}

/** Whether a NULL cursor, with which each pass begins, is before every row. */
export function beginsAtNull(query: Select): boolean {
  return (
    findAll(query.whereClause, 'CoalesceExpr').some((call) => parametersIn(call).includes(1)) ||
    findAll(query.whereClause, 'NullTest').some((test) => parametersIn(test).includes(1))
  );
}

export function parametersIn(root: unknown): number[] {
  return findAll(root, 'ParamRef').map(({ number }) => number ?? 0);
}

/** What an expression is, wherever in the file it stands. */
export function shapeOf(node: Node | undefined): string {
  return JSON.stringify(node, (key, value) => (key === 'location' ? undefined : value)) ?? '';
}

/** Tables that a statement names, `schema.name`; its own named queries are none. */
export function tablesOf({ node }: Pick<Statement, 'node'>): string[] {
  const own = new Set(findAll(node, 'CommonTableExpr').map(({ ctename }) => ctename));
  return relationsIn(node)
    .filter(({ schemaname, relname }) => schemaname || !own.has(relname ?? ''))
    .map(nameOf);
}

function namedQueries(select: Select): { name: string; query: Node }[] {
  return (select.withClause?.ctes ?? []).flatMap((node) => {
    const { ctename, ctequery } = as(node, 'CommonTableExpr') ?? {};
    return ctename && ctequery ? [{ name: ctename, query: ctequery }] : [];
  });
}

/** The batch and every named query that reads it. Each can only read those in front of it. */
function reachedFrom(batch: string, named: readonly { name: string; query: Node }[]): Set<string> {
  const reached = new Set([batch]);
  for (const { name, query } of named) {
    if (relationNames(query).some((read) => reached.has(read))) reached.add(name);
  }
  return reached;
}

function isNullTestOfCursor(node: Node): boolean {
  const test = as(node, 'NullTest');
  return test?.nulltesttype === 'IS_NULL' && parametersIn(test).includes(1);
}

function relationNames(root: unknown): string[] {
  return relationsIn(root).flatMap(({ schemaname, relname }) => (schemaname ? [] : (relname ?? [])));
}
