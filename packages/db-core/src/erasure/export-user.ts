import { parseUserId, type UserId } from '@codezest/db-types';
import { type QueryingClient, rowOf, rowsOf, statement } from '../sql/statement.js';
import { OF_USER, type PersonalData, type PersonalRows } from './personal-data.js';
import { primaryKeyOf } from './statements.js';

const ROWS_OF_A_PART = 500;

/** A client that can open a transaction. */
interface ExportingClient {
  $transaction<Result>(
    work: (transaction: QueryingClient) => Promise<Result>,
    options: { isolationLevel: 'RepeatableRead'; timeout: number },
  ): Promise<Result>;
}

const LONGEST_EXPORT_MS = 600_000;

/** Hands `exportOfUser` to `write`, part by part, in a transaction of its own. */
export async function exportUser(
  client: ExportingClient,
  personalData: PersonalData,
  secretColumns: readonly string[],
  userId: UserId,
  write: (part: string) => unknown,
): Promise<void> {
  await client.$transaction(
    async (transaction) => {
      for await (const part of exportOfUser(transaction, personalData, secretColumns, userId))
        await write(part);
    },
    { isolationLevel: 'RepeatableRead', timeout: LONGEST_EXPORT_MS },
  );
}

/**
 * Everything that one database contains about a person, as one JSON document in parts: `service`, `userId`, `exportedAt` and
 * `tables`, an object with an array of rows per table (GDPR articles 15 and 20). Columns and values are those of PostgreSQL's
 * `to_jsonb`, which keeps every digit of a bigint. Secret columns are left out. The memory needed does not depend on the
 * number of rows. Needs an open transaction, REPEATABLE READ for a single point in time.
 *
 * @param secretColumns \`table.column\` of what is left out
 *
 * @throws {InvalidIdError} ID_INVALID
 */
export async function* exportOfUser(
  transaction: QueryingClient,
  personalData: PersonalData,
  secretColumns: readonly string[],
  user: UserId,
): AsyncGenerator<string, void, undefined> {
  const userId = parseUserId(user);
  const head = { service: personalData.service, userId, exportedAt: new Date().toISOString() };
  yield `${JSON.stringify(head).slice(0, -1)},"tables":{`;
  const exported = personalData.rows.filter((rows) => rows.exported !== false);
  for (const [index, rows] of exported.entries()) {
    yield `${index === 0 ? '' : ','}\n${JSON.stringify(rows.table)}:[`;
    yield* rowsAsJson(transaction, rows, secretColumns, userId);
    yield ']';
  }
  yield '}}\n';
}

/** A cursor: a page that begins behind the last key would sort all of a person's rows once more. */
async function* rowsAsJson(
  transaction: QueryingClient,
  { table, where = OF_USER }: PersonalRows,
  secretColumns: readonly string[],
  userId: UserId,
): AsyncGenerator<string, void, undefined> {
  const keys = (await rowOf(transaction, primaryKeyOf, [table]))?.columns ?? [];
  const secrets = secretColumns
    .filter((column) => column.startsWith(`${table}.`))
    .map((column) => column.slice(table.length + 1));
  await rowsOf(
    transaction,
    statement(
      `erasure.declare_${table}`,
      `DECLARE exported NO SCROLL CURSOR FOR
         SELECT (to_jsonb(t) - $2::text[])::text AS row FROM ${table} t
          WHERE ${where.replaceAll('$1', '$1::uuid')} ORDER BY ${keys.map((key) => `t.${key}`).join(', ')}`,
    ),
    [userId, secrets],
  );
  const fetch = statement<{ row: string }>('erasure.fetch', `FETCH ${ROWS_OF_A_PART} FROM exported`);
  for (let separator = ''; ; separator = ',') {
    const rows = await rowsOf(transaction, fetch, []);
    if (rows.length > 0) yield `${separator}\n${rows.map(({ row }) => row).join(',\n')}`;
    if (rows.length < ROWS_OF_A_PART) break;
  }
  await rowsOf(transaction, statement('erasure.close', 'CLOSE exported'), []);
}
