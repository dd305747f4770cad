import type { ApplyContext } from './apply-context.js';
import { databaseAnswer } from './errors.js';
import { comesFromDatabase, isLockConflict, MigrationFailedError } from './failure.js';
import type { MigrationFile } from './files.js';
import { openTransactions } from './lock.js';
import { mendRemains } from './recover.js';
import { runScript, ScriptError } from './run-script.js';

/** Applies one file and records it, trying again while others hold a lock that it needs. */
export async function applyMigration(file: MigrationFile, context: ApplyContext): Promise<void> {
  const { connection, history, clock, options } = context;
  const attempts = options.attempts ?? 20;
  const started = clock.now();
  options.log?.({ type: 'applying', migration: file.name, message: `applying ${file.name}` });
  const id = await history.start(file, `${options.service}-migrate@${options.version ?? 'unknown'}`);

  for (let attempt = 1; ; attempt += 1) {
    try {
      await connection.prepareSession();
      if (file.mode === 'transaction') await runInTransaction(file, id, context);
      else await runConcurrently(file, id, context);
      break;
    } catch (error) {
      const { statement, cause } =
        error instanceof ScriptError ? error : { statement: undefined, cause: error };
      if (!comesFromDatabase(cause)) throw error;
      if (!isLockConflict(cause) || attempt >= attempts) {
        const failure = new MigrationFailedError(file, statement, cause, attempt);
        // A broken connection cannot record the failure; the unfinished row says enough.
        await history.fail(id, file.mode, failure.message).catch(() => undefined);
        throw failure;
      }
      await waitForLocks(file, cause, attempt, context);
    }
  }
  const durationMs = clock.now() - started;
  options.log?.({ type: 'applied', migration: file.name, durationMs, message: `applied ${file.name}` });
}

/** Script and record in one transaction: either both are there or neither, whenever the process dies. */
async function runInTransaction(file: MigrationFile, id: string, context: ApplyContext): Promise<void> {
  const { history, options } = context;
  const { client } = context.connection;
  const lockTimeoutMs = options.statementLockTimeoutMs ?? 3_000;
  const statementTimeoutMs = options.statementTimeoutMs ?? 15 * 60_000;
  try {
    await client.query(
      `BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}; SET LOCAL statement_timeout = ${statementTimeoutMs}`,
    );
    await runScript(file, context);
    await history.finish(id);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/**
 * A concurrent build waits for every older transaction of the database, under lock_timeout: any finite limit makes it fail
 * during a backup and leaves an INVALID index. So it has none here, whatever the role's default is.
 */
async function runConcurrently(file: MigrationFile, id: string, context: ApplyContext): Promise<void> {
  const { client } = context.connection;
  const { completed } = await mendRemains(client, file);
  await client.query('SET lock_timeout = 0; SET statement_timeout = 0');
  if (!completed) await runScript(file, context);
  await context.history.finish(id);
}

async function waitForLocks(
  file: MigrationFile,
  cause: unknown,
  attempt: number,
  context: ApplyContext,
): Promise<void> {
  const { clock, options } = context;
  // Users who waited behind us for as long as lock_timeout get their time back before we ask again.
  const pause = Math.min(10_000, 1_000 * 1.5 ** attempt) * (0.5 + clock.random());
  const open = await openTransactions(context.connection.client);
  const suspects = open.length ? `; open transactions: ${open.join('; ')}` : '';
  options.log?.({
    type: 'retrying',
    migration: file.name,
    message: `${file.name} met a lock: ${databaseAnswer(cause)}. Try ${attempt + 1} in ${(pause / 1000).toFixed(1)} s${suspects}`,
  });
  await clock.sleep(pause);
}
