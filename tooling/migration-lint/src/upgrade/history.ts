import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { readMigrations } from '../repository.js';

/** What stands behind `released`, in its order: migrations and backfills. */
export function filesAfter(directory: string, released: string) {
  return readMigrations('', directory).filter(({ name }) => name > released);
}

/**
 * How far an older release has to work on a newer schema: up to the first migration that says it takes away what a release no
 * longer uses. Undefined where that is no further than the release itself came.
 */
export function worksUpTo(directory: string, released: string): string | undefined {
  const newer = filesAfter(directory, released);
  const contract = newer.findIndex(({ kind, text }) => kind === 'schema' && /^--\s*contract-of:/m.test(text));
  return (contract < 0 ? newer : newer.slice(0, contract)).at(-1)?.name;
}

/** The files up to this one. Without migrations.lock, which names more and refuses what differs. */
export function copyMigrations(directory: string, through: string, into: string): void {
  for (const { name, kind } of readMigrations('', directory)) {
    if (name > through) continue;
    const file = kind === 'data' ? `${name}.data.sql` : name;
    cpSync(join(directory, file), join(into, file), { recursive: true });
  }
}
