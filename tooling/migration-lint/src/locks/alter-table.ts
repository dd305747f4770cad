import { as, findAll, type NodeOf, nameOf, strings } from '../parse.js';
import type { LockMode, TableLock, Work } from './lock-mode.js';

type Command = NodeOf<'AlterTableCmd'>;
type Effect = readonly [LockMode, Work];

const catalogOnly = 'changes the catalog only';

/** What each form of ALTER TABLE takes, where the form alone decides. */
const effects: Partial<Record<NonNullable<Command['subtype']>, Effect>> = {
  AT_AlterColumnType: ['ACCESS EXCLUSIVE', 'rewrites the table'],
  AT_SetNotNull: ['ACCESS EXCLUSIVE', 'scans the table'],
  AT_SetLogged: ['ACCESS EXCLUSIVE', 'rewrites the table'],
  AT_SetUnLogged: ['ACCESS EXCLUSIVE', 'rewrites the table'],
  AT_SetTableSpace: ['ACCESS EXCLUSIVE', 'rewrites the table'],
  AT_SetAccessMethod: ['ACCESS EXCLUSIVE', 'rewrites the table'],
  AT_ValidateConstraint: ['SHARE UPDATE EXCLUSIVE', 'scans the table'],
  AT_SetStatistics: ['SHARE UPDATE EXCLUSIVE', catalogOnly],
  AT_SetOptions: ['SHARE UPDATE EXCLUSIVE', catalogOnly],
  AT_ResetOptions: ['SHARE UPDATE EXCLUSIVE', catalogOnly],
  AT_SetRelOptions: ['SHARE UPDATE EXCLUSIVE', catalogOnly],
  AT_ResetRelOptions: ['SHARE UPDATE EXCLUSIVE', catalogOnly],
  AT_ClusterOn: ['SHARE UPDATE EXCLUSIVE', catalogOnly],
  AT_EnableTrig: ['SHARE ROW EXCLUSIVE', catalogOnly],
  AT_EnableTrigUser: ['SHARE ROW EXCLUSIVE', catalogOnly],
  AT_EnableAlwaysTrig: ['SHARE ROW EXCLUSIVE', catalogOnly],
  AT_DisableTrig: ['SHARE ROW EXCLUSIVE', catalogOnly],
  AT_DisableTrigUser: ['SHARE ROW EXCLUSIVE', catalogOnly],
  AT_AttachPartition: ['SHARE UPDATE EXCLUSIVE', 'scans the table'],
};

/** Functions whose value is the same for every row of a statement: their default needs no rewrite. */
const stableDefaults = ['now', 'current_setting', 'timezone', 'statement_timestamp', 'transaction_timestamp'];

export function alterTableLocks(statement: NodeOf<'AlterTableStmt'>): TableLock[] {
  const table = statement.relation ? nameOf(statement.relation) : '';
  return (statement.cmds ?? []).flatMap((cmd) => {
    const command = as(cmd, 'AlterTableCmd') ?? {};
    const [mode, work] = effectOf(command);
    return [{ table, mode, work }, ...referencedLocks(command)];
  });
}

function effectOf({ subtype, def }: Command): Effect {
  const constraint = as(def, 'Constraint');
  if (subtype === 'AT_AddConstraint' && constraint) return constraintEffect(constraint);
  if (subtype === 'AT_AddColumn') return ['ACCESS EXCLUSIVE', addedColumnWork(as(def, 'ColumnDef'))];
  if (subtype === 'AT_DetachPartition') {
    const concurrent = as(def, 'PartitionCmd')?.concurrent;
    return [concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE', catalogOnly];
  }
  // Whatever is not named above takes the strongest lock, as in PostgreSQL itself.
  return (subtype && effects[subtype]) ?? ['ACCESS EXCLUSIVE', catalogOnly];
}

function constraintEffect({ contype, skip_validation, indexname }: NodeOf<'Constraint'>): Effect {
  const work = skip_validation ? catalogOnly : 'scans the table';
  if (contype === 'CONSTR_FOREIGN') return ['SHARE ROW EXCLUSIVE', work];
  if (contype === 'CONSTR_CHECK' || contype === 'CONSTR_NOTNULL') return ['ACCESS EXCLUSIVE', work];
  return ['ACCESS EXCLUSIVE', indexname ? catalogOnly : 'builds an index'];
}

function addedColumnWork(column: NodeOf<'ColumnDef'> | undefined): Work {
  const constraints = (column?.constraints ?? []).flatMap((node) => as(node, 'Constraint') ?? []);
  const calls = constraints
    .filter(({ contype }) => contype === 'CONSTR_DEFAULT')
    .flatMap(({ raw_expr }) => findAll(raw_expr, 'FuncCall'));
  const volatile = calls.some(({ funcname }) => !stableDefaults.includes(strings(funcname).at(-1) ?? ''));
  const stored = constraints.some((one) => one.contype === 'CONSTR_GENERATED' && one.generated_kind !== 'v');
  const identity = constraints.some(({ contype }) => contype === 'CONSTR_IDENTITY');
  const serial = /serial\d?$/.test(strings(column?.typeName?.names).at(-1) ?? '');
  if (volatile || stored || identity || serial) return 'rewrites the table';
  if (constraints.some(({ contype }) => contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY')) {
    return 'builds an index';
  }
  return constraints.some(({ contype }) => contype === 'CONSTR_CHECK') ? 'scans the table' : catalogOnly;
}

/** A foreign key gets triggers on the table it leads to; a partition comes with a lock of its own. */
function referencedLocks({ def }: Command): TableLock[] {
  const foreign = findAll(def, 'Constraint').concat(as(def, 'Constraint') ?? []);
  const referenced = foreign.flatMap(({ pktable }) => (pktable ? [nameOf(pktable)] : []));
  const partition = as(def, 'PartitionCmd')?.name;
  return [
    ...[...new Set(referenced)].map(
      (table): TableLock => ({ table, mode: 'SHARE ROW EXCLUSIVE', work: catalogOnly }),
    ),
    ...(partition
      ? [{ table: nameOf(partition), mode: 'ACCESS EXCLUSIVE', work: 'scans the table' } satisfies TableLock]
      : []),
  ];
}
