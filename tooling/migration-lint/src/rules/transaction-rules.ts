import { as, isConcurrent } from '../parse.js';
import { type Rule, statementRule } from '../rule.js';

/** What would end, leave or outlive the one transaction in which the runner applies a file. */
export const transactionRules: Rule[] = [
  statementRule(
    {
      id: 'no-transaction-control',
      why: 'File and history row are one transaction; a COMMIT inside tears them apart, and a killed run leaves half.',
      instead: 'Leave BEGIN, COMMIT, ROLLBACK and SAVEPOINT out: the runner supplies the transaction.',
    },
    ({ node }) => as(node, 'TransactionStmt') !== undefined,
  ),
  statementRule(
    {
      id: 'concurrently-alone',
      why: 'CONCURRENTLY runs outside of any transaction, so whatever stands beside it would be half applied.',
      instead: 'Give the statement a migration of its own, without SET: the runner lifts the limits for it.',
    },
    (statement, { statements }) => isConcurrent(statement) && statements.length > 1,
  ),
  statementRule(
    {
      id: 'enum-value-alone',
      why: 'A new enum value cannot be used before its transaction has committed.',
      instead: 'Only SET LOCAL beside ALTER TYPE … ADD VALUE; use the value in a later release.',
    },
    ({ node }, { statements }) => {
      const adds = as(node, 'AlterEnumStmt');
      const others = statements.filter((other) => other.node !== node && !as(other.node, 'VariableSetStmt'));
      return Boolean(adds?.newVal && !adds.oldVal) && others.length > 0;
    },
  ),
  statementRule(
    {
      id: 'no-server-command',
      why: 'It cannot run in a transaction or concerns the whole server, which a migration of one service may not touch.',
      instead: 'Do it as an operation on the server, outside of the migrations.',
    },
    ({ node }) =>
      // ANALYZE is a kind of VACUUM to the parser.
      as(node, 'VacuumStmt')?.is_vacuumcmd === true ||
      (
        [
          'AlterSystemStmt',
          'CreatedbStmt',
          'DropdbStmt',
          'AlterDatabaseStmt',
          'AlterDatabaseSetStmt',
          'CreateTableSpaceStmt',
          'CheckPointStmt',
          'LoadStmt',
        ] as const
      ).some((name) => name in node),
  ),
  statementRule(
    {
      id: 'no-session-settings',
      why: 'A plain SET outlives the file and changes what the next one meets.',
      instead: 'SET LOCAL, which ends with the file’s transaction.',
    },
    ({ node }) => {
      const set = as(node, 'VariableSetStmt');
      return set !== undefined && !set.is_local;
    },
  ),
  statementRule(
    {
      id: 'short-lock-timeout',
      why: 'Everybody who comes after a waiting ALTER TABLE waits behind it, so the limit is the longest stall of the site.',
      instead: "SET LOCAL lock_timeout = '3s' or less; the runner tries again.",
    },
    ({ node }) => {
      const set = as(node, 'VariableSetStmt');
      if (set?.name !== 'lock_timeout') return false;
      const value = as(set.args?.[0], 'A_Const');
      const milliseconds = duration(value?.sval?.sval ?? String(value?.ival?.ival ?? 0));
      return milliseconds === 0 || milliseconds > 3_000;
    },
  ),
  statementRule(
    {
      id: 'validate-apart',
      why: 'The lock of ADD … NOT VALID lasts to the commit: validating in the same file scans the table under it.',
      instead: 'VALIDATE CONSTRAINT in the next migration, where it takes a lock that blocks nobody.',
    },
    ({ node }, { statements }) => {
      const validated = (as(node, 'AlterTableStmt')?.cmds ?? []).flatMap((cmd) => {
        const command = as(cmd, 'AlterTableCmd');
        return command?.subtype === 'AT_ValidateConstraint' ? [command.name] : [];
      });
      const added = statements.flatMap((other) =>
        (as(other.node, 'AlterTableStmt')?.cmds ?? []).map(
          (cmd) => as(as(cmd, 'AlterTableCmd')?.def, 'Constraint')?.conname,
        ),
      );
      return validated.some((name) => added.includes(name));
    },
  ),
];

/** PostgreSQL's notation of a time: milliseconds without a unit. */
function duration(text: string): number {
  const [, amount = '0', unit = 'ms'] = /^\s*(\d+)\s*(ms|s|min|h)?\s*$/.exec(text) ?? [];
  return Number(amount) * ({ ms: 1, s: 1_000, min: 60_000, h: 3_600_000 }[unit] ?? 1);
}
