import { as, findAll, nameOf, relationsIn, type Statement, strings } from '../parse.js';
import { type Rule, statementRule } from '../rule.js';

/** What would tie one service's database to another's. */
export const serviceRules: Rule[] = [
  statementRule(
    {
      id: 'no-foreign-table',
      why: 'Each service has its own database: the table is not there, and nothing may depend on another service’s.',
      instead: 'Keep the bare id, and what the service needs to know as a copy of its own.',
    },
    (statement, _, { foreignTables }) => {
      const named = relationsIn(statement.node).map(nameOf).concat(bodyTables(statement));
      const table = named.find((name) => foreignTables.has(name));
      return table === undefined ? false : `${table} belongs to ${foreignTables.get(table)}`;
    },
  ),
];

/** Tables named in the text of a function, behind the words that tables follow. */
function bodyTables({ node }: Statement): string[] {
  const bodies = findAll(node, 'DefElem')
    .filter(({ defname }) => defname === 'as')
    .flatMap(({ arg }) => strings(as(arg, 'List')?.items ?? (arg ? [arg] : [])));
  return bodies.flatMap((body) =>
    [...body.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:public\.)?"?([a-z_]+)"?/gi)].map(
      ([, name]) => `public.${name}`,
    ),
  );
}
