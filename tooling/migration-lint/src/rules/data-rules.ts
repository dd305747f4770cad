import { as, nameOf } from '../parse.js';
import { type Rule, statementRule } from '../rule.js';
import { writesIn } from './tables.js';

/** What changes or loses rows. Schema `rules` holds the few rows that triggers read; they belong to the schema. */
export const dataRules: Rule[] = [
  statementRule(
    {
      id: 'no-unbounded-write',
      why: 'UPDATE or DELETE without WHERE locks every row until the commit and doubles the table.',
      instead:
        'A data migration (prisma/migrations/<time>_<name>.data.sql): batches with a pause, resumable, to be stopped.',
    },
    (statement, { created }) =>
      writesIn(statement).some(({ table, unbounded }) => unbounded && !created.has(nameOf(table))),
  ),
  statementRule(
    {
      id: 'no-data-in-schema-migration',
      why: 'Rows that a file writes stay locked until its commit, next to locks on whole tables; nobody can stop it halfway.',
      instead: 'A data migration (<time>_<name>.data.sql) between the schema’s expand and contract.',
    },
    (statement, { created }) =>
      writesIn(statement).some(({ table }) => table.schemaname !== 'rules' && !created.has(nameOf(table))),
  ),
  statementRule(
    {
      id: 'no-truncate',
      why: 'TRUNCATE takes every row under the strongest lock, and with a replica or an older release still reading.',
      instead: 'Delete in batches by a data migration, or drop the table with a contract.',
    },
    ({ node }, { created }) =>
      (as(node, 'TruncateStmt')?.relations ?? []).some((table) => {
        const name = as(table, 'RangeVar');
        return name !== undefined && !created.has(nameOf(name));
      }),
  ),
  statementRule(
    {
      id: 'no-do-block',
      why: 'What a DO block does is text to every other rule: it could write, lock and drop unseen.',
      instead: 'Plain statements; what needs a loop or a condition on rows is a data migration.',
    },
    ({ node }) => 'DoStmt' in node,
  ),
  statementRule(
    {
      id: 'no-explicit-lock',
      why: 'LOCK TABLE holds until the commit and is stronger than what the statement behind it needs.',
      instead: 'Let each statement take its own lock, one table per file.',
    },
    ({ node }) => 'LockStmt' in node,
  ),
  statementRule(
    {
      id: 'no-disabled-trigger',
      why: 'While a rule’s trigger rests, every session’s rows get past it.',
      instead: 'Write rows that keep the rule; if the rule is wrong, replace it in a migration.',
    },
    ({ node }) =>
      (as(node, 'AlterTableStmt')?.cmds ?? []).some((cmd) =>
        /^AT_DisableTrig/.test(as(cmd, 'AlterTableCmd')?.subtype ?? ''),
      ),
  ),
];
