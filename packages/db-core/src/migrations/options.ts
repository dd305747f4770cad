import type { MigrationSource } from './source.js';

/** Progress of a migration run: `type` for programs, `message` for people. */
export interface MigrationEvent {
  readonly type:
    | 'waiting-for-database'
    | 'waiting-for-lock'
    | 'waiting-for-migration'
    | 'recovered'
    | 'applying'
    | 'progress'
    | 'notice'
    | 'retrying'
    | 'applied';
  readonly message: string;
  readonly migration?: string;
  readonly durationMs?: number;
}

/** Time and chance as parameters, so that tests decide both. */
export interface MigrationClock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
  /** Calls `action` again and again until the returned function is called. */
  every(milliseconds: number, action: () => void): () => void;
}

export const systemClock: MigrationClock = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
  every: (milliseconds, action) => {
    const timer = setInterval(action, milliseconds);
    return () => clearInterval(timer);
  },
};

export interface MigrationTarget {
  /** Connection string of the migrator role; a direct connection, not a pooler's. */
  readonly url: string;
  readonly migrationsDirectory: MigrationSource;
  /** `auth`, `learning` …: names the session in `pg_stat_activity` and the command in messages. */
  readonly service: string;
  /** Version of the package, for the session's name. */
  readonly version?: string;
  /** How long a database that is starting is waited for. Default 30 s. */
  readonly waitMs?: number;
  readonly log?: (event: MigrationEvent) => void;
  readonly clock?: MigrationClock;
}

export interface MigrateOptions extends MigrationTarget {
  /** How long another migrator is waited for. Default 60 s. */
  readonly lockTimeoutMs?: number;
  /**
   * `lock_timeout` of a file that names none. Default 3 s: whoever queues behind our waiting ALTER TABLE is
   * blocked for as long as we wait, so we wait briefly and often.
   */
  readonly statementLockTimeoutMs?: number;
  /** `statement_timeout` of a file that names none. Default 15 min. */
  readonly statementTimeoutMs?: number;
  /** How often a file that met a lock is tried. Default 20. */
  readonly attempts?: number;
  /** Accept finished migrations whose file this package does not hold (an older release runs on a newer schema). */
  readonly allowUnknown?: boolean;
  /** Apply files older than the newest applied one. */
  readonly allowOutOfOrder?: boolean;
}
