/** PostgreSQL's table locks, weakest first, each with what it makes wait. */
export const lockModes = [
  ['ACCESS SHARE', 'nothing'],
  ['ROW SHARE', 'nothing'],
  ['ROW EXCLUSIVE', 'nothing but the rows it writes'],
  ['SHARE UPDATE EXCLUSIVE', 'other migrations and vacuum'],
  ['SHARE', 'writes'],
  ['SHARE ROW EXCLUSIVE', 'writes'],
  ['EXCLUSIVE', 'writes'],
  ['ACCESS EXCLUSIVE', 'reads and writes'],
] as const;

export type LockMode = (typeof lockModes)[number][0];

/** What a statement does while it holds the lock: how long that takes grows with the table, or does not. */
export type Work =
  | 'changes the catalog only'
  | 'scans the table'
  | 'builds an index'
  | 'rewrites the table'
  | 'writes rows';

export interface TableLock {
  /** `schema.name`. */
  readonly table: string;
  readonly mode: LockMode;
  readonly work: Work;
}

export function stopsWhat(mode: LockMode): string {
  return lockModes.find(([name]) => name === mode)?.[1] ?? '';
}

export function strength(mode: LockMode): number {
  return lockModes.findIndex(([name]) => name === mode);
}
