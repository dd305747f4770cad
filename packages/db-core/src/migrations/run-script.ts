import type { EventEmitter } from 'node:events';
import type { Client } from 'pg';
import type { ApplyContext } from './apply.js';
import type { MigrationFile } from './files.js';
import { failedStatement, firstWords, type Statement } from './statements.js';

const progressEveryMs = 10_000;

/** The database's refusal together with the statement it was about. */
export class ScriptError extends Error {
  readonly statement: Statement | undefined;

  constructor(statement: Statement | undefined, cause: unknown) {
    super('the script failed', { cause });
    this.statement = statement;
  }
}

/**
 * Sends the file as one simple query and follows it: the server confirms each statement it has completed, which
 * tells how far a long script is, and where a failure was that carries no position (1/0, a violated constraint).
 */
export async function runScript(
  file: MigrationFile,
  { connection, clock, options }: ApplyContext,
): Promise<void> {
  const { client } = connection;
  const { log } = options;
  const started = clock.now();
  let completed = 0;

  const count = (): void => {
    completed += 1;
  };
  const tellNotice = (notice: { severity?: string | undefined; message?: string | undefined }): void => {
    const message = `${notice.severity ?? 'NOTICE'}: ${notice.message ?? ''}`;
    log?.({ type: 'notice', migration: file.name, message });
  };
  const tellProgress = (): void => {
    const statement = file.statements[completed];
    const seconds = Math.round((clock.now() - started) / 1000);
    if (!statement) return;
    log?.({
      type: 'progress',
      migration: file.name,
      message: `${seconds} s: statement ${statement.number} of ${file.statements.length}, line ${statement.line}: ${firstWords(statement)}`,
    });
  };

  const messages = protocolMessages(client);
  messages.on('commandComplete', count);
  client.on('notice', tellNotice);
  const stop = clock.every(progressEveryMs, tellProgress);
  try {
    await client.query(file.sql);
  } catch (cause) {
    throw new ScriptError(failedStatement(file.sql, file.statements, cause, completed), cause);
  } finally {
    stop();
    messages.off('commandComplete', count);
    client.off('notice', tellNotice);
  }
}

/** pg emits every protocol message on its connection object, which its types leave out. */
function protocolMessages(client: Client): EventEmitter {
  return (client as Client & { connection: EventEmitter }).connection;
}
