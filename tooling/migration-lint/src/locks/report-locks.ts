import { firstWords } from '@codezest/db-core/migrations';
import pc from 'picocolors';
import type { Migration } from '../parse.js';
import { stopsWhat, type TableLock } from './lock-mode.js';
import { statementLocks } from './statement-locks.js';

/** What each statement of a file takes from whom, for the person who decides whether it may run on a busy day. */
export function reportLocks(migration: Migration): string {
  const lines = migration.statements
    .filter(({ node }) => !('VariableSetStmt' in node))
    .flatMap((statement) => {
      const locks = statementLocks(statement).filter(({ table }) => !migration.created.has(table));
      return [
        `  ${pc.dim(`${statement.line}`.padStart(4))}  ${firstWords(statement)}`,
        ...(locks.length > 0 ? locks.map(describe) : [pc.green('        no table that is in use')]),
      ];
    });
  return [
    migration.concurrent
      ? 'Alone and outside of a transaction; the lock lasts for the statement:'
      : 'Locks last until the file’s commit:',
    ...lines,
  ].join('\n');
}

function describe({ table, mode, work }: TableLock): string {
  const stops = stopsWhat(mode);
  const heavy = work !== 'changes the catalog only' && /reads|writes$/.test(stops);
  const color = heavy ? pc.red : stops.includes('reads') ? pc.yellow : pc.green;
  return `        ${color(`${mode} on ${table.replace(/^public\./, '')}`)}: stops ${stops}; ${work}`;
}
