import { releaseOf } from '@codezest/db-core/migrations';
import { as, type Migration, type NodeOf, nameOf } from '../parse.js';
import { type Rule, type Surroundings, statementRule } from '../rule.js';
import { alterCommands, existingTable } from './tables.js';

/** What concerns names, their order and what is released: of migrations and of backfills, which stand in one order. */
export const fileRules: Rule[] = [
  {
    id: 'migration-name',
    why: 'Files apply in the order of their names, so a name begins with the time it was made.',
    instead: '<14 digits>_<words_in_snake_case>, as migration:new writes it; a backfill’s ends in .data.sql.',
    check: ({ name }) => (/^\d{14}_[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name) ? [] : [{ at: 1 }]),
  },
  {
    id: 'migration-order',
    why: 'A database that has the newest release would run an older file after it, a new database before it.',
    instead: 'Give it a newer time stamp than the newest released migration.',
    check({ name }, { released }) {
      const newest = released.at(-1)?.name ?? '';
      return releaseOf(released, name) === undefined && name < newest
        ? [{ at: 1, detail: `${newest} is released` }]
        : [];
    },
  },
  {
    id: 'released-unchanged',
    why: 'Databases that have applied it will never run it again, and the runner refuses them.',
    instead: 'Restore the file as it was released; put the change into a new migration.',
    check: ({ name, text }, { released }) =>
      releaseOf(released, name)?.matches(text) === false ? [{ at: 1 }] : [],
  },
  {
    id: 'own-time-stamp',
    why: 'Of two files with the same time the rest of the name decides which is first, and nobody has thought about that.',
    instead: 'Give one of them another second.',
    check({ name, path }, { migrations }) {
      const other = migrations.find(
        (one) => one.path !== path && one.name.slice(0, 14) === name.slice(0, 14),
      );
      return other ? [{ at: 1, detail: `${other.path} has it too` }] : [];
    },
  },
];

/** What an older release still uses. */
export const contractRules: Rule[] = [
  statementRule(
    {
      id: 'contract-of',
      why: 'The release that is running while this is applied still uses what goes away here.',
      instead:
        'Expand first. Once a release no longer uses it, drop it in a migration with the line “-- contract-of: <the expanding migration>”, which must be released.',
    },
    (statement, migration, surroundings) =>
      takesAway(statement, migration) && (contractProblem(migration, surroundings) ?? false),
  ),
];

/** Squawk's names for what `contract-of` judges: silent in a file that is a contract. */
export const contractedRules = new Set([
  'ban-drop-column',
  'ban-drop-table',
  'ban-drop-not-null',
  'renaming-column',
  'renaming-table',
  'changing-column-type',
]);

export function isContract(migration: Migration, surroundings: Surroundings): boolean {
  return contractProblem(migration, surroundings) === undefined;
}

function contractProblem({ text, name }: Migration, { released }: Surroundings): string | undefined {
  const expansion = /^--\s*contract-of:\s*(\S+)/m.exec(text)?.[1];
  if (expansion === undefined) return 'there is no line “-- contract-of: …”';
  if (releaseOf(released, expansion) === undefined) return `${expansion} is not a released migration`;
  return expansion < name ? undefined : `${expansion} is not older than this`;
}

function takesAway(statement: { node: Parameters<typeof as>[0] }, migration: Migration): boolean {
  const { node } = statement;
  if (!node) return false;
  const rename = as(node, 'RenameStmt');
  const dropped = as(node, 'DropStmt')?.removeType ?? '';
  if (/^OBJECT_(?:VIEW|MATVIEW|TYPE|SCHEMA|FUNCTION|PROCEDURE)$/.test(dropped)) return true;
  if (/^OBJECT_(?:TYPE|ATTRIBUTE|ENUM|FUNCTION|PROCEDURE|SCHEMA|SEQUENCE)/.test(rename?.renameType ?? ''))
    return true;
  // Errors and code name constraints and indexes; a table, function or type in another schema is not found.
  if (/^OBJECT_(?:INDEX|TABCONSTRAINT|DOMCONSTRAINT)$/.test(rename?.renameType ?? ''))
    return !isOfNewTable(rename?.relation, migration);
  const moved = as(node, 'AlterObjectSchemaStmt');
  if (moved) return !isOfNewTable(moved.relation, migration);
  if (existingTable({ node }, migration) === undefined) return false;
  return (
    dropped === 'OBJECT_TABLE' ||
    /^OBJECT_(?:TABLE|COLUMN|VIEW)$/.test(rename?.renameType ?? '') ||
    alterCommands({ node }).some(
      ({ subtype, def }) =>
        subtype === 'AT_DropColumn' ||
        // Without its default, what the release at work inserts is refused or NULL.
        (subtype === 'AT_ColumnDefault' && def === undefined),
    )
  );
}

function isOfNewTable(relation: NodeOf<'RangeVar'> | undefined, { created }: Migration): boolean {
  return relation !== undefined && created.has(nameOf(relation));
}
