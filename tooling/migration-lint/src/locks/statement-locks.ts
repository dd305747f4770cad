import { as, dottedName, findAll, isConcurrent, type NodeOf, nameOf, type Statement } from '../parse.js';
import { alterTableLocks } from './alter-table.js';
import { type LockMode, lockModes, type TableLock, type Work } from './lock-mode.js';

const catalogOnly = 'changes the catalog only';

/** The locks that a statement takes on tables which are there; none for what only makes new things. */
export function statementLocks(statement: Pick<Statement, 'node'>): TableLock[] {
  const { node } = statement;
  const concurrent = isConcurrent(statement);
  const lock = (
    relation: NodeOf<'RangeVar'> | undefined,
    mode: LockMode,
    work: Work = catalogOnly,
  ): TableLock[] => (relation ? [{ table: nameOf(relation), mode, work }] : []);

  const alter = as(node, 'AlterTableStmt');
  if (alter) return alter.objtype === 'OBJECT_TABLE' ? alterTableLocks(alter) : [];

  const index = as(node, 'IndexStmt');
  if (index) return lock(index.relation, concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', 'builds an index');

  const written =
    as(node, 'InsertStmt')?.relation ??
    as(node, 'UpdateStmt')?.relation ??
    as(node, 'DeleteStmt')?.relation ??
    as(node, 'MergeStmt')?.relation;
  if (written) return lock(written, 'ROW EXCLUSIVE', 'writes rows');

  const truncated = as(node, 'TruncateStmt')?.relations ?? [];
  if (truncated.length > 0) {
    return truncated.flatMap((table) =>
      lock(as(table, 'RangeVar'), 'ACCESS EXCLUSIVE', 'rewrites the table'),
    );
  }
  const explicit = as(node, 'LockStmt');
  if (explicit) {
    const mode = lockModes[(explicit.mode ?? 8) - 1]?.[0] ?? 'ACCESS EXCLUSIVE';
    return (explicit.relations ?? []).flatMap((table) => lock(as(table, 'RangeVar'), mode));
  }
  const created = as(node, 'CreateStmt');
  if (created) return createdTableLocks(created);
  if ('DropStmt' in node) return dropLocks(node.DropStmt, concurrent);

  const rename = as(node, 'RenameStmt');
  if (rename) return lock(rename.relation, 'ACCESS EXCLUSIVE');
  const reindex = as(node, 'ReindexStmt');
  if (reindex)
    return lock(reindex.relation, concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', 'builds an index');
  const cluster = as(node, 'ClusterStmt');
  if (cluster) return lock(cluster.relation, 'ACCESS EXCLUSIVE', 'rewrites the table');

  return [
    ...lock(as(node, 'CreateTrigStmt')?.relation, 'SHARE ROW EXCLUSIVE'),
    ...lock(as(node, 'CreatePolicyStmt')?.table, 'ACCESS EXCLUSIVE'),
    ...lock(as(node, 'RuleStmt')?.relation, 'ACCESS EXCLUSIVE'),
    ...commentLocks(as(node, 'CommentStmt')),
  ];
}

/** A new table is nobody's yet, but those that its foreign keys lead to get triggers, and its parent a partition. */
function createdTableLocks(created: NodeOf<'CreateStmt'>): TableLock[] {
  const referenced = findAll(created.tableElts, 'Constraint').flatMap(({ pktable }) => pktable ?? []);
  const parents = (created.inhRelations ?? []).flatMap((parent) => as(parent, 'RangeVar') ?? []);
  const parentMode = created.partbound ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE';
  return [
    ...referenced.map(
      (table): TableLock => ({ table: nameOf(table), mode: 'SHARE ROW EXCLUSIVE', work: catalogOnly }),
    ),
    ...parents.map((table): TableLock => ({ table: nameOf(table), mode: parentMode, work: catalogOnly })),
  ];
}

function dropLocks({ removeType, objects }: NodeOf<'DropStmt'>, concurrent: boolean): TableLock[] {
  const names = (objects ?? []).map((object) => as(object, 'List')?.items);
  const strongest = (table: string): TableLock => ({ table, mode: 'ACCESS EXCLUSIVE', work: catalogOnly });
  if (removeType === 'OBJECT_TABLE') return names.map((name) => strongest(dottedName(name)));
  if (removeType === 'OBJECT_TRIGGER' || removeType === 'OBJECT_POLICY') {
    return names.map((name) => strongest(dottedName(name?.slice(0, -1))));
  }
  if (removeType !== 'OBJECT_INDEX') return [];
  // Which table an index belongs to is not in the statement.
  return names.map((name) => ({
    table: `the table of ${dottedName(name)}`,
    mode: concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE',
    work: catalogOnly,
  }));
}

function commentLocks(comment: NodeOf<'CommentStmt'> | undefined): TableLock[] {
  const items = as(comment?.object, 'List')?.items;
  const table = { OBJECT_TABLE: items, OBJECT_COLUMN: items?.slice(0, -1) }[comment?.objtype as string];
  return table ? [{ table: dottedName(table), mode: 'SHARE UPDATE EXCLUSIVE', work: catalogOnly }] : [];
}
