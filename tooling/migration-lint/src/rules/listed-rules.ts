import { as, findAll, type Node, type NodeName, strings } from '../parse.js';
import { type Rule, statementRule } from '../rule.js';
import { alterCommands, existingTable } from './tables.js';

/**
 * What a migration may contain without a reason. The other rules say what is wrong with some of it; whatever nobody has
 * thought about stands on no list and is stopped here.
 */
const STATEMENTS: readonly NodeName[] = [
  'AlterDefaultPrivilegesStmt',
  'AlterEnumStmt',
  'AlterObjectSchemaStmt',
  'AlterTableStmt',
  'CallStmt',
  'CommentStmt',
  'CompositeTypeStmt',
  'CreateDomainStmt',
  'CreateEnumStmt',
  'CreateExtensionStmt',
  'CreateFunctionStmt',
  'CreatePolicyStmt',
  'CreateRangeStmt',
  'CreateSchemaStmt',
  'CreateSeqStmt',
  'CreateStatsStmt',
  'CreateStmt',
  'CreateTableAsStmt',
  'CreateTrigStmt',
  'DeleteStmt',
  'DropStmt',
  'GrantStmt',
  'IndexStmt',
  'InsertStmt',
  'MergeStmt',
  'ReindexStmt',
  'RenameStmt',
  'SelectStmt',
  'TruncateStmt',
  'UpdateStmt',
  'VacuumStmt',
  'VariableSetStmt',
  'ViewStmt',
];

/** What another rule refuses by name, with the reason and the right way. */
const REFUSED_BY_NAME: readonly NodeName[] = [
  'AlterDatabaseSetStmt',
  'AlterDatabaseStmt',
  'AlterOwnerStmt',
  'AlterRoleSetStmt',
  'AlterRoleStmt',
  'AlterSystemStmt',
  'CheckPointStmt',
  'CreateRoleStmt',
  'CreateTableSpaceStmt',
  'CreatedbStmt',
  'DoStmt',
  'DropRoleStmt',
  'DropdbStmt',
  'GrantRoleStmt',
  'LoadStmt',
  'LockStmt',
  'RuleStmt',
  'TransactionStmt',
];

/** What ALTER TABLE may do to a table in use. */
const COMMANDS = [
  'AT_AddColumn',
  'AT_AddConstraint',
  'AT_AlterColumnType',
  'AT_ColumnDefault',
  'AT_DetachPartition',
  'AT_DropColumn',
  'AT_DropConstraint',
  'AT_DropNotNull',
  'AT_EnableTrig',
  'AT_ResetOptions',
  'AT_ResetRelOptions',
  'AT_SetNotNull',
  'AT_SetOptions',
  'AT_SetRelOptions',
  'AT_SetStatistics',
  'AT_ValidateConstraint',
];

/** Functions that a SELECT may call: they write nothing, whatever the search path. */
const HARMLESS = ['count', 'max', 'min', 'set_config', 'sum'];

export const listedRules: Rule[] = [
  statementRule(
    {
      id: 'listed-statement',
      why: 'No rule knows this statement: nobody has looked at what it locks, rewrites or hides from the release at work.',
      instead:
        'The same by statements that migrations usually hold; or, above it, “-- lint-ignore listed-statement: <its lock, how long, and why the release at work goes on>”.',
    },
    (statement, migration) => {
      const { node } = statement;
      const kind = Object.keys(node)[0] ?? '';
      if (![...STATEMENTS, ...REFUSED_BY_NAME].includes(kind as NodeName)) return kind.replace(/Stmt$/, '');
      if (existingTable(statement, migration) === undefined) return false;
      const unlisted = alterCommands(statement).find(({ subtype = '' }) => !COMMANDS.includes(subtype));
      return unlisted?.subtype?.replace('AT_', 'ALTER TABLE: ') ?? false;
    },
  ),
  statementRule(
    {
      id: 'no-function-call',
      why: 'What a called function writes and locks stands in another place and may change; no rule sees it.',
      instead: 'The statements themselves; what moves rows is a data migration.',
    },
    (statement, _migration, { released }) => {
      // No table is in use before the first release.
      if (released.length === 0) return false;
      const { node } = statement;
      if ('CallStmt' in node) return 'CALL';
      if (!['SelectStmt', 'InsertStmt', 'CreateTableAsStmt'].some((kind) => kind in node)) return false;
      return calledIn(node).find((called) => !HARMLESS.includes(called)) ?? false;
    },
  ),
];

/** Names of called functions. What is written `pg_catalog.f` is meant to be the server's own. */
function calledIn(node: Node): string[] {
  return findAll(node, 'FuncCall').flatMap(({ funcname }) => {
    const parts = strings(funcname);
    return parts[0] === 'pg_catalog' ? [] : [parts.join('.')];
  });
}

/** An `ADD COLUMN` that gives every row that is there a number of its own. */
export function numbersRows(node: Node): boolean {
  return alterCommands({ node }).some(({ subtype, def }) => {
    const column = subtype === 'AT_AddColumn' ? as(def, 'ColumnDef') : undefined;
    const type = strings(column?.typeName?.names).at(-1) ?? '';
    const isIdentity = (column?.constraints ?? []).some(
      (constraint) => as(constraint, 'Constraint')?.contype === 'CONSTR_IDENTITY',
    );
    return isIdentity || /^(?:(?:small|big)?serial|serial[248])$/.test(type);
  });
}
