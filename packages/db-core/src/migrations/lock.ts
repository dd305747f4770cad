import type { Client } from 'pg';
import { noWrites, SERVER_ROLE, type ServerRole } from '../connection-url/target-session.js';
import { MigrationError } from './errors.js';
import type { MigrationClock, MigrationEvent } from './options.js';

/** Prisma's own key, so that a stray `prisma migrate deploy` stays out too. The lock is per database. */
const lockKey = 72707369;

export interface LockOptions {
  readonly lockTimeoutMs: number;
  readonly clock: MigrationClock;
  readonly log?: ((event: MigrationEvent) => void) | undefined;
}

/**
 * Takes the migration lock by asking again and again. Never `pg_advisory_lock`: who waits inside the server holds a
 * snapshot, and a CREATE INDEX CONCURRENTLY of the lock's holder waits for that snapshot, so that each waits for the other.
 *
 * The lock belongs to the session that runs the scripts: it is free exactly when the server works on none of them
 * any more, even if this process dies.
 */
export async function acquireMigrationLock(client: Client, options: LockOptions): Promise<void> {
  const { clock, lockTimeoutMs } = options;
  const started = clock.now();
  await refuseReadOnly(client);
  let told = false;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
      lockKey,
    ]);
    if (rows[0]?.locked) return;
    const waited = clock.now() - started;
    if (waited >= lockTimeoutMs) {
      const holder = (await migrationLockHolder(client)) ?? 'its session has just ended';
      throw new MigrationError(
        'MIGRATION_LOCKED',
        `Another migration is running on this database (${holder}); gave up after ${Math.round(waited / 1000)} s.`,
        {
          nextStep:
            'Wait until it ends and run again, or raise --lock-timeout. If it hangs: SELECT pg_terminate_backend(<pid>).',
        },
      );
    }
    if (!told && waited >= 2_000) {
      told = true;
      options.log?.({
        type: 'waiting-for-lock',
        message: `waiting for another migration (${(await migrationLockHolder(client)) ?? 'just ended'})`,
      });
    }
    await clock.sleep(Math.min(100 + clock.random() * 100, Math.max(1, lockTimeoutMs - waited)));
  }
}

/** A standby lets itself be asked and locked, and refuses the first change. */
async function refuseReadOnly(client: Client): Promise<void> {
  const { rows } = await client.query<ServerRole>(`SELECT ${SERVER_ROLE}`);
  const reason = rows[0] && noWrites(rows[0]);
  if (reason === undefined) return;
  throw new MigrationError('DATABASE_READ_ONLY', `No change can be made: ${reason}.`, {
    nextStep: 'Point the URL at the primary, or name all servers in it with target_session_attrs=read-write.',
  });
}

/** Who holds the migration lock, for messages; undefined when it is free. */
export function migrationLockHolder(client: Client): Promise<string | undefined> {
  return lockHolder(client, lockKey);
}

export async function lockHolder(client: Client, key: number): Promise<string | undefined> {
  const { rows } = await client.query<{ pid: number; name: string | null; user: string | null }>(
    `SELECT l.pid, a.application_name AS name, a.usename AS user
     FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = $1 AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [key],
  );
  const holder = rows[0];
  return holder && describeSession(holder);
}

/** The longest open transactions of other sessions: what a file that got no lock most probably waited for. */
export async function openTransactions(client: Client): Promise<string[]> {
  const { rows } = await client.query<{
    pid: number;
    name: string | null;
    user: string | null;
    seconds: number;
  }>(
    `SELECT pid, application_name AS name, usename AS user,
            extract(epoch FROM clock_timestamp() - xact_start)::int AS seconds
     FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
     ORDER BY xact_start LIMIT 3`,
  );
  return rows.map((row) => `${describeSession(row)}, open for ${row.seconds} s`);
}

export function describeSession(session: { pid: number; name: string | null; user: string | null }): string {
  const name = session.name || 'unnamed session';
  return `pid ${session.pid}, ${name}${session.user ? ` as ${session.user}` : ''}`;
}
