import { as, dottedName, findAll, type Migration, type NodeOf, nameOf, type Statement } from '../parse.js';

export function alterCommands({ node }: Pick<Statement, 'node'>): NodeOf<'AlterTableCmd'>[] {
  return (as(node, 'AlterTableStmt')?.cmds ?? []).flatMap((cmd) => as(cmd, 'AlterTableCmd') ?? []);
}

/** Every constraint that a statement makes, at columns and at tables. */
export function constraintsIn({ node }: Pick<Statement, 'node'>): NodeOf<'Constraint'>[] {
  return 'CreateStmt' in node || 'AlterTableStmt' in node ? findAll(node, 'Constraint') : [];
}

/** The table that a statement changes the definition of and that was there before the file, `schema.name`. */
export function existingTable({ node }: Pick<Statement, 'node'>, migration: Migration): string | undefined {
  const drop = as(node, 'DropStmt');
  const dropped =
    drop?.removeType === 'OBJECT_TABLE'
      ? dottedName(as(drop.objects?.[0], 'List')?.items)
      : drop?.removeType === 'OBJECT_TRIGGER'
        ? dottedName(as(drop.objects?.[0], 'List')?.items?.slice(0, -1))
        : undefined;
  const alter = as(node, 'AlterTableStmt');
  const relation =
    (alter?.objtype === 'OBJECT_TABLE' ? alter.relation : undefined) ??
    as(node, 'IndexStmt')?.relation ??
    as(node, 'CreateTrigStmt')?.relation ??
    as(node, 'CreatePolicyStmt')?.table ??
    (as(node, 'RenameStmt')?.renameType === 'OBJECT_TYPE' ? undefined : as(node, 'RenameStmt')?.relation);
  const name = dropped ?? (relation ? nameOf(relation) : undefined);
  return name === undefined || migration.created.has(name) ? undefined : name;
}

/** A write of rows, wherever in a statement it stands: `WITH moved AS (DELETE …) INSERT …` is two. */
export interface Write {
  readonly table: NodeOf<'RangeVar'>;
  /** UPDATE and DELETE without WHERE. */
  readonly unbounded: boolean;
}

export function writesIn({ node }: Pick<Statement, 'node'>): Write[] {
  // What a function or a trigger writes, it writes later; a body in SQL is parsed with its statement.
  if ('CreateFunctionStmt' in node) return [];
  const copies = findAll(node, 'CopyStmt').filter(({ is_from }) => is_from);
  return [
    ...[...findAll(node, 'UpdateStmt'), ...findAll(node, 'DeleteStmt')].map((write) => ({
      relation: write.relation,
      unbounded: write.whereClause === undefined,
    })),
    ...[...findAll(node, 'InsertStmt'), ...findAll(node, 'MergeStmt'), ...copies].map((write) => ({
      relation: write.relation,
      unbounded: false,
    })),
  ].flatMap(({ relation, unbounded }) => (relation ? [{ table: relation, unbounded }] : []));
}
