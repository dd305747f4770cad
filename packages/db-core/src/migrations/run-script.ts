import type { EventEmitter } from 'node:events';
import type { Client } from 'pg';
import type { ApplyContext } from './apply-context.js';
import type { MigrationFile } from './files.js';
import { observe } from './observe.js';
import { failedStatement, type Statement } from './statements.js';

/** "… already exists, skipping": what IF NOT EXISTS is written for, and no news. */
const saysSkipped = new Set(['42P06', '42P07', '42710', '42701']);

/** The database's refusal together with the statement it was about. */
export class ScriptError extends Error {
  readonly statement: Statement | undefined;

  constructor(statement: Statement | undefined, cause: unknown) {
    super('the script failed', { cause });
    this.statement = statement;
  }
}

/**
 * Sends the file as one simple query. Together with an error the server confirms the statements it had completed, which
 * tells where a failure was that carries no position (1/0, a violated constraint).
 */
export async function runScript(file: MigrationFile, context: ApplyContext): Promise<void> {
  const { client } = context.connection;
  const { log } = context.options;
  let completed = 0;

  const count = (): void => {
    completed += 1;
  };
  const tellNotice = (notice: { code?: string; severity?: string; message?: string }): void => {
    if (saysSkipped.has(notice.code ?? '')) return;
    const message = `${notice.severity ?? 'NOTICE'}: ${notice.message ?? ''}`;
    log?.({ type: 'notice', migration: file.name, message });
  };
  const messages = protocolMessages(client);
  messages.on('commandComplete', count);
  client.on('notice', tellNotice);
  const stopObserving = observe(file, context);
  try {
    await client.query(file.sql);
  } catch (cause) {
    throw new ScriptError(failedStatement(file.sql, file.statements, cause, completed), cause);
  } finally {
    await stopObserving();
    messages.off('commandComplete', count);
    client.off('notice', tellNotice);
  }
}

/** pg emits every protocol message on its connection object, which its types leave out. */
function protocolMessages(client: Client): EventEmitter {
  return (client as Client & { connection: EventEmitter }).connection;
}
