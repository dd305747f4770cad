import { as, type Statement } from '../parse.js';
import { type Rule, statementRule } from '../rule.js';
import { numbersRows } from './listed-rules.js';
import { alterCommands, constraintsIn, existingTable } from './tables.js';

/** What blocks the users of a table that is in use, or makes one that nobody should have. */
export const tableRules: Rule[] = [
  {
    id: 'one-existing-table',
    why: 'Locks last until the commit: two tables in one file are locked together and in an order that can deadlock.',
    instead: 'One migration per table that is in use.',
    check(migration) {
      const first = new Map<string, Statement>();
      for (const statement of migration.statements) {
        const table = existingTable(statement, migration);
        if (table !== undefined && !first.has(table)) first.set(table, statement);
      }
      return [...first]
        .slice(1)
        .map(([table, at]) => ({ at, detail: `${table} is the file’s second table` }));
    },
  },
  statementRule(
    {
      id: 'trigger-apart',
      why: 'CREATE TRIGGER stops every write to the table until the file’s commit.',
      instead: 'On a table in use: a file that holds the trigger and its function alone.',
    },
    (statement, migration) =>
      'CreateTrigStmt' in statement.node &&
      existingTable(statement, migration) !== undefined &&
      migration.statements.some(
        ({ node }) =>
          !('CreateTrigStmt' in node || 'CreateFunctionStmt' in node || 'VariableSetStmt' in node),
      ),
  ),
  statementRule(
    {
      id: 'no-table-rewrite',
      why: 'It writes the whole table anew while nobody can read it.',
      instead: 'A new plain column or table, filled by a data migration, switched over in a later release.',
    },
    (statement, migration) =>
      existingTable(statement, migration) !== undefined &&
      (numbersRows(statement.node) ||
        alterCommands(statement).some(
          ({ subtype, def }) =>
            /^AT_(?:Set(?:Logged|UnLogged|TableSpace|AccessMethod)|AlterColumnType)$/.test(subtype ?? '') ||
            (subtype === 'AT_AddColumn' &&
              (as(def, 'ColumnDef')?.constraints ?? []).some((constraint) => {
                const { contype, generated_kind } = as(constraint, 'Constraint') ?? {};
                return contype === 'CONSTR_GENERATED' && generated_kind !== 'v';
              })),
        )),
  ),
  statementRule(
    {
      id: 'no-exclusion-on-existing',
      why: 'An exclusion constraint cannot be NOT VALID: its index is built while nobody can read the table.',
      instead: 'A new table with the constraint, or a trigger rule.',
    },
    (statement, migration) =>
      existingTable(statement, migration) !== undefined &&
      constraintsIn(statement).some(({ contype }) => contype === 'CONSTR_EXCLUSION'),
  ),
  statementRule(
    {
      id: 'no-cascade',
      why: 'DROP … CASCADE removes whatever depends on it, and nobody has listed that.',
      instead: 'Drop each dependent object by its name; without CASCADE the server names those you forgot.',
    },
    (statement) =>
      as(statement.node, 'DropStmt')?.behavior === 'DROP_CASCADE' ||
      alterCommands(statement).some(
        ({ subtype, behavior }) => subtype?.startsWith('AT_Drop') && behavior === 'DROP_CASCADE',
      ),
  ),
  statementRule(
    {
      id: 'no-if-exists',
      why: 'A file runs once on a known state; IF [NOT] EXISTS hides that a database is in another one.',
      instead: 'Leave it out: the file then fails as a whole, with nothing applied.',
    },
    (statement) => {
      const { node } = statement;
      // An administrator may have made these before, because the migrator's role may not.
      if ('CreateExtensionStmt' in node || 'CreateSchemaStmt' in node) return false;
      const guarded = Object.values(
        node as Record<string, { if_not_exists?: boolean; missing_ok?: boolean }>,
      );
      return (
        guarded.some((value) => value.if_not_exists || value.missing_ok) ||
        alterCommands(statement).some(({ missing_ok }) => missing_ok)
      );
    },
  ),
  statementRule(
    {
      id: 'no-unlogged-table',
      why: 'An unlogged table is empty after a crash and on every replica.',
      instead: 'CREATE TABLE.',
    },
    ({ node }) => as(node, 'CreateStmt')?.relation?.relpersistence === 'u',
  ),
  statementRule(
    {
      id: 'no-rewrite-rule',
      why: 'CREATE RULE rewrites other people’s statements: RETURNING, row counts and Prisma’s writes go wrong.',
      instead: 'A trigger.',
    },
    ({ node }) => 'RuleStmt' in node,
  ),
  statementRule(
    {
      id: 'named-constraint',
      why: 'A name that the server makes up is not the one that errors, tests and later migrations expect.',
      instead: 'CONSTRAINT "<table>_<what>_check" (…_key, …_fkey, …_excl) in front of it; indexes likewise.',
    },
    (statement) =>
      constraintsIn(statement).some(
        ({ contype, conname }) =>
          /^CONSTR_(?:CHECK|UNIQUE|FOREIGN|EXCLUSION)$/.test(contype ?? '') && !conname,
      ) || as(statement.node, 'IndexStmt')?.idxname === '',
  ),
  statementRule(
    {
      id: 'index-name',
      why: 'Errors and plans name the index; its name says the table and whether it is a rule (_key) or a help (_idx).',
      instead: '"<table>_<columns>_idx", and "<table>_<columns>_key" for a unique one.',
    },
    ({ node }) => {
      const index = as(node, 'IndexStmt');
      const { idxname, unique, relation } = index ?? {};
      if (!idxname) return false;
      return !(idxname.startsWith(`${relation?.relname}_`) && idxname.endsWith(unique ? '_key' : '_idx'));
    },
  ),
];
