import type { Client } from 'pg';
import type { IndexCreation } from './concurrent-statement.js';
import { errorCode } from './errors.js';

/** Refusals of the statement itself, and of a server that takes no writes. */
const cannotTell = /^(?:42|0A|25)/;

/**
 * Whether the valid index of this name is the one that the statement builds, and not another's that has its name. The server
 * writes definitions in a form of its own, so it is asked for that of the same index on an empty copy of the table, which is
 * rolled back. Where it cannot make one the answer is no: the statement runs again, and the server decides.
 */
export async function isBuiltAsWritten(
  client: Client,
  { name, table, unique, definition }: IndexCreation,
): Promise<boolean> {
  await client.query('BEGIN READ WRITE');
  try {
    await client.query(`CREATE TEMPORARY TABLE as_written (LIKE ${table})`);
    await client.query(`CREATE ${unique ? 'UNIQUE ' : ''}INDEX ON as_written ${definition}`);
    const { rowCount } = await client.query(
      `SELECT FROM pg_index built JOIN pg_index written ON written.indrelid = 'pg_temp.as_written'::regclass
        WHERE built.indexrelid = to_regclass($1) AND built.indrelid = to_regclass($2) AND built.indisvalid
          AND built.indisunique = written.indisunique
          AND ${method('built')} = ${method('written')}`,
      [name, table],
    );
    return rowCount === 1;
  } catch (error) {
    if (cannotTell.test(errorCode(error) ?? '')) return false;
    throw error;
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

/** From USING on: before it stand the names of index and table. */
function method(index: string): string {
  return `substring(pg_get_indexdef(${index}.indexrelid) FROM ' USING .*')`;
}
