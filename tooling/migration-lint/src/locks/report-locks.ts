import { firstWords } from '@codezest/db-core/migrations';
import pc from 'picocolors';
import type { Migration, Statement } from '../parse.js';
import { backfillStatement } from '../rules/backfill-statement.js';
import { stopsWhat, type TableLock } from './lock-mode.js';
import { statementLocks } from './statement-locks.js';

/** What each statement of a file takes from whom, for the person who decides whether it may run on a busy day. */
export function reportLocks(migration: Migration): string {
  const lines = migrationLocks(migration).flatMap(({ line, words, locks }) => [
    `  ${pc.dim(`${line}`.padStart(4))}  ${words}`,
    ...(locks.length > 0 ? locks.map(describe) : [pc.green('        no table that is in use')]),
  ]);
  return [lockDuration(migration), ...lines].join('\n');
}

export interface StatementLocks {
  readonly line: number;
  readonly words: string;
  /** On tables that other programs may use: none of those that this migration creates. */
  readonly locks: TableLock[];
}

export function migrationLocks(migration: Migration): StatementLocks[] {
  return migration.statements
    .filter(({ node }) => !('VariableSetStmt' in node))
    .map((statement) => ({
      line: statement.line,
      words: firstWords(statement),
      locks: locksOf(statement, migration).filter(({ table }) => !migration.created.has(table)),
    }));
}

export function lockDuration({ kind, concurrent }: Migration): string {
  if (kind === 'data') return 'In batches; the locks of one last until its commit:';
  return concurrent
    ? 'Alone and outside of a transaction; the lock lasts for the statement:'
    : 'Locks last until the file’s commit:';
}

function locksOf(statement: Statement, migration: Migration): TableLock[] {
  if (migration.kind === 'schema') return statementLocks(statement);
  const written = backfillStatement(migration)?.writes.map(({ table }) => table) ?? [];
  return [...new Set(written)].map((table) => ({ table, mode: 'ROW EXCLUSIVE', work: 'writes rows' }));
}

function describe({ table, mode, work }: TableLock): string {
  const stops = stopsWhat(mode);
  const heavy = work !== 'changes the catalog only' && /reads|writes$/.test(stops);
  const color = heavy ? pc.red : stops.includes('reads') ? pc.yellow : pc.green;
  return `        ${color(`${mode} on ${table.replace(/^public\./, '')}`)}: stops ${stops}; ${work}`;
}
