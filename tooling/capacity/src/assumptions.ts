import { CodezestDbError } from '@codezest/db-core';

/** What the simulation cannot measure. Each is an option of `pnpm capacity`, and stands in what it prints. */
export interface Assumptions {
  /** Registered people. */
  readonly users: number;
  /** How long rows are kept, and the platform has run. */
  readonly months: number;
  /** Of all users, those who are active on a day. */
  readonly activeShare: number;
  /** Activities of a user on an active day. */
  readonly eventsPerDay: number;
  /** The rate at the peak over that of the day's mean. */
  readonly peak: number;
  /** Standbys of each server. */
  readonly replicas: number;
  /** Bytes of memory of a server. */
  readonly ram: number;
  /** Bytes of a server's disk. */
  readonly disk: number;
  /** Bytes of a table, or of one month of a partitioned one, beyond which VACUUM, an index or a restore takes too long. */
  readonly tableLimit: number;
  /** Rows that a server writes in a second. */
  readonly serverWrites: number;
}

/** An assumption that is no number, or outside of what it may be. */
export class InvalidAssumptionError extends CodezestDbError {
  constructor(name: string, may: string) {
    super('ASSUMPTION_INVALID', `Nothing was computed: ${name} must be ${may}.`);
  }
}

const GIB = 1024 ** 3;

export const defaults: Omit<Assumptions, 'users' | 'eventsPerDay'> = {
  months: 24,
  activeShare: 0.1,
  peak: 4,
  replicas: 2,
  ram: 256 * GIB,
  disk: 16 * 1024 * GIB,
  tableLimit: 1024 * GIB,
  // `pnpm bench events`: activities of the writer with 64 callers, on two cores that server and callers share. Its days and sums
  // are rows as well and not counted, so that this is the cautious side.
  serverWrites: 21_268,
};

const whole: readonly (keyof Assumptions)[] = ['users', 'months', 'replicas'];

/** @throws {InvalidAssumptionError} ASSUMPTION_INVALID */
export function checkAssumptions(assumptions: Assumptions): void {
  for (const [name, value] of Object.entries(assumptions) as [keyof Assumptions, number][]) {
    if (!Number.isFinite(value) || value < 0) throw new InvalidAssumptionError(name, 'a number, 0 or more');
    if (whole.includes(name) && !Number.isSafeInteger(value))
      throw new InvalidAssumptionError(name, 'a whole number');
    if (value === 0 && name !== 'replicas') throw new InvalidAssumptionError(name, 'greater than 0');
  }
  if (assumptions.users > 10_000_000_000) throw new InvalidAssumptionError('users', 'at most 10,000,000,000');
  if (assumptions.months > 1_200) throw new InvalidAssumptionError('months', 'at most 1,200');
  if (assumptions.activeShare > 1) throw new InvalidAssumptionError('activeShare', 'at most 1');
}
