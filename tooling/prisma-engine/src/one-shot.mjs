// The calls that the CLI makes before it starts the engine proper: is the database there, create it, drop it.
import { databaseName, server, withConnection, withDatabase } from './connection.mjs';
import { connectionError } from './connection-errors.mjs';
import { isKnownCode } from './errors.mjs';

/** Databases to be connected to while the one in question does not exist or must have no connections. */
const MAINTENANCE_DATABASES = ['postgres', 'template1'];

const quoteIdentifier = (name) => `"${name.replaceAll('"', '""')}"`;

export const oneShotCommands = {
  'can-connect-to-database': (url) => withConnection(url, (client) => client.query('SELECT 1')),
  'create-database': (url) => runOnServer(url, `CREATE DATABASE ${quoteIdentifier(databaseName(url))}`),
  'drop-database': (url) =>
    runOnServer(url, `DROP DATABASE ${quoteIdentifier(databaseName(url))} WITH (FORCE)`),
};

async function runOnServer(url, statement) {
  const run = (database) =>
    withConnection(withDatabase(url, database), (client) =>
      client.query(statement).catch((error) => {
        throw connectionError(error, server(url));
      }),
    );
  try {
    await run(MAINTENANCE_DATABASES[0]);
  } catch (error) {
    if (error.code !== 'P1003' || databaseName(url) === MAINTENANCE_DATABASES[0]) throw error;
    await run(MAINTENANCE_DATABASES[1]);
  }
}

/**
 * Runs one command and returns the exit code. The CLI ignores the first line of stderr and reads every other one as a
 * JSON log record, in which it looks for `error_code`.
 */
export async function runOneShot(command, url, { stderr = process.stderr } = {}) {
  try {
    const run = oneShotCommands[command];
    if (!run) throw new Error(`The schema engine does not know the command "cli ${command}".`);
    if (!url) throw new Error('The datasource has no url.');
    await run(url);
    return 0;
  } catch (error) {
    const record = {
      timestamp: new Date().toISOString(),
      level: 'ERROR',
      fields: {
        message: error.message,
        is_panic: false,
        error_code: isKnownCode(error.code) ? error.code : 'P1011',
      },
      target: 'schema_engine::logger',
    };
    stderr.write(`${command} failed\n${JSON.stringify(record)}\n`);
    return 1;
  }
}
