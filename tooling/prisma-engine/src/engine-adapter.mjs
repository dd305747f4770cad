// Prisma's own pg adapter, corrected where the schema engine needs something else than the client does.
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, DriverAdapterError } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { connectClient } from './connection.mjs';

const { CHAR, TEXT } = pg.types.builtins;

/**
 * @param {{
 *   pool: import('pg').Pool,
 *   url: string,
 *   note: (error: unknown) => Error, turns what went wrong below SQL into an error that the engine can carry
 *   noteScriptError: (error: import('pg').DatabaseError, script: string) => void,
 *   dispose: () => Promise<unknown>,
 * }} options
 */
export async function createEngineAdapter({ pool, url, note, noteScriptError, dispose }) {
  const schema = new URL(url).searchParams.get('schema') ?? undefined;
  const adapter = await new PrismaPg(pool, { schema }).connect();
  if (adapter.underlyingDriver() !== pool) throw new Error('@prisma/adapter-pg uses another copy of pg.');

  const connected = (task) => async (argument) => {
    try {
      (await connectClient(pool, url)).release();
      return await task(argument);
    } catch (error) {
      throw note(error);
    }
  };

  acceptCharacterColumns(adapter);
  adapter.queryRaw = connected(adapter.queryRaw.bind(adapter));
  adapter.executeRaw = connected(adapter.executeRaw.bind(adapter));
  // The adapter's own version cuts a script at every semicolon, function bodies included, and sends the pieces alone.
  // Sent whole and without parameters it is one simple query, hence one implicit transaction.
  adapter.executeScript = connected(async (script) => {
    try {
      await pool.query(script);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      noteScriptError(error, script);
      throw asServerMessage(error);
    }
  });
  adapter.dispose = async () => {
    await dispose();
  };

  const startTransaction = adapter.startTransaction.bind(adapter);
  adapter.startTransaction = connected(async (level) =>
    acceptCharacterColumns(await startTransaction(level)),
  );
  return adapter;
}

/** The adapter would turn `relation "x" does not exist` into "No such table"; who mends a migration needs the original. */
function asServerMessage({ code, severity, message, detail, hint }) {
  return new DriverAdapterError({ kind: 'postgres', code, severity, message, detail, hint });
}

/**
 * Catalog columns of the type "char" (`pg_constraint.contype`) are unknown to the adapter, and the engine, which reads
 * them as soon as a table has a CHECK or EXCLUDE constraint, insists on the column type Character.
 */
function acceptCharacterColumns(queryable) {
  const { performIO, queryRaw } = queryable;
  if (typeof performIO !== 'function') throw new Error('@prisma/adapter-pg has no performIO any more.');

  queryable.queryRaw = async (query) => {
    let characterColumns = [];
    const reader = Object.create(queryable, {
      performIO: {
        value: async (statement) => {
          const result = await performIO.call(queryable, statement);
          characterColumns = result.fields.flatMap((field, index) =>
            field.dataTypeID === CHAR ? [index] : [],
          );
          for (const index of characterColumns) result.fields[index].dataTypeID = TEXT;
          return result;
        },
      },
    });
    const resultSet = await queryRaw.call(reader, query);
    for (const index of characterColumns) resultSet.columnTypes[index] = ColumnTypeEnum.Character;
    return resultSet;
  };
  return queryable;
}
