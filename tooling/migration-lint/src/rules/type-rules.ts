import { as, findAll, type NodeOf, type Statement, strings } from '../parse.js';
import { type Rule, statementRule } from '../rule.js';

/** Types that a column must not have. Function bodies and arguments are free. */
export const typeRules: Rule[] = [
  statementRule(
    {
      id: 'no-json-column',
      why: '`json` keeps the text, has no equality and no index.',
      instead: 'JSONB.',
    },
    (statement) => columnTypes(statement).includes('json'),
  ),
  statementRule(
    {
      id: 'no-inexact-money',
      why: 'Floats lose cents, numeric comes back as a string, and `money` changes with a setting of the session.',
      instead: 'INTEGER or BIGINT in the currency’s minor units.',
    },
    (statement) =>
      columnTypes(statement).some((type) => ['float4', 'float8', 'numeric', 'money'].includes(type)),
  ),
  statementRule(
    {
      id: 'no-local-time',
      why: 'A time without a zone means another moment in each session’s zone.',
      instead: 'TIMESTAMPTZ(3), or DATE for a day; TIME with a column that names the zone.',
    },
    (statement) => columnTypes(statement).some((type) => ['timestamp', 'timetz'].includes(type)),
  ),
  statementRule(
    {
      id: 'no-enum-rename-value',
      why: 'The release that is still running writes the old name and fails.',
      instead: 'ADD VALUE, move the rows by a data migration, and stop using the old value.',
    },
    ({ node }) => Boolean(as(node, 'AlterEnumStmt')?.oldVal),
  ),
];

function columnTypes({ node }: Statement): string[] {
  if (!('CreateStmt' in node || 'AlterTableStmt' in node)) return [];
  return findAll(node, 'ColumnDef').map(
    (column: NodeOf<'ColumnDef'>) => strings(column.typeName?.names).at(-1) ?? '',
  );
}
