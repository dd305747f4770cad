import type { Client } from 'pg';
import type { ApplyContext } from './apply-context.js';
import type { MigrationFile } from './files.js';
import { describeSession } from './lock.js';

const everyMs = 10_000;

/**
 * Tells every ten seconds what the server does with a long script: whom it waits for, how far an index is. From a second
 * session, opened only then: the first is busy, and the server sends nothing about a script before its end.
 * Returns how to stop.
 */
export function observe(
  file: MigrationFile,
  { connection, clock, options }: ApplyContext,
): () => Promise<void> {
  const started = clock.now();
  let observer: Promise<Client> | undefined;
  let telling: Promise<void> | undefined;

  const tell = async (): Promise<void> => {
    observer ??= connection.openObserver();
    const activity = await describeActivity(await observer, connection.pid);
    const seconds = Math.round((clock.now() - started) / 1_000);
    options.log?.({
      type: 'progress',
      migration: file.name,
      message: `${file.name}: ${seconds} s, ${activity}`,
    });
  };
  const stop = clock.every(everyMs, () => {
    // Nobody's migration fails because it could not be watched.
    telling ??= tell()
      .catch(() => undefined)
      .finally(() => {
        telling = undefined;
      });
  });
  return async () => {
    stop();
    await telling;
    await observer?.then((client) => client.end()).catch(() => undefined);
  };
}

async function describeActivity(observer: Client, pid: number): Promise<string> {
  const { rows: blockers } = await observer.query<{
    pid: number;
    name: string | null;
    user: string | null;
    seconds: number | null;
  }>(
    `SELECT pid, application_name AS name, usename AS user,
            extract(epoch FROM clock_timestamp() - xact_start)::int AS seconds
     FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids($1)) ORDER BY xact_start LIMIT 1`,
    [pid],
  );
  const blocker = blockers[0];
  if (blocker) {
    return `waiting for ${describeSession(blocker)}, whose transaction is open for ${blocker.seconds ?? 0} s`;
  }
  const { rows: builds } = await observer.query<{ phase: string; percent: number | null }>(
    `SELECT phase, (100 * greatest(blocks_done, tuples_done) / nullif(greatest(blocks_total, tuples_total), 0))::int AS percent
     FROM pg_stat_progress_create_index WHERE pid = $1`,
    [pid],
  );
  const build = builds[0];
  if (build) return `index: ${build.phase}${build.percent === null ? '' : `, ${build.percent} %`}`;
  return 'running';
}
