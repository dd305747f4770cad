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

/** The table whose rows a statement writes. */
export function writtenTable({ node }: Pick<Statement, 'node'>): NodeOf<'RangeVar'> | undefined {
  const copy = as(node, 'CopyStmt');
  return (
    as(node, 'UpdateStmt')?.relation ??
    as(node, 'DeleteStmt')?.relation ??
    as(node, 'InsertStmt')?.relation ??
    as(node, 'MergeStmt')?.relation ??
    (copy?.is_from ? copy.relation : undefined)
  );
}
