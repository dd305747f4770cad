// Lets the engine start where no database is needed.
//
// The engine asks the server for its version when it is constructed, even for a diff between two schema files. Such a
// diff must give the same SQL on every machine, so it is answered here and no server is asked.
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';

/** The answer of the oldest PostgreSQL that we support. */
const VERSION_ANSWER = {
  columnNames: ['exists', 'version', 'numeric_version'],
  columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
  rows: [[true, 'PostgreSQL 15.0', 150000]],
};

const asksForVersion = ({ sql }) => sql.includes("current_setting('server_version_num')");

/** The same adapter, whose version question is answered without a server while `isOffline()`. */
export function answerVersionOffline(adapter, isOffline) {
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) =>
    isOffline() && asksForVersion(query) ? VERSION_ANSWER : queryRaw(query);
  return adapter;
}

/** For a datasource without URL: `refuse` says what is missing, at the first statement. */
export function adapterWithoutDatabase(refuse) {
  return {
    provider: 'postgres',
    adapterName: 'codezest-schema-engine',
    queryRaw: refuse,
    executeRaw: refuse,
    executeScript: refuse,
    startTransaction: refuse,
    getConnectionInfo: () => ({ supportsRelationJoins: true }),
    dispose: async () => {},
  };
}

const DATABASE_FREE_TARGETS = new Set(['empty', 'schemaDatamodel']);

/** Only a diff between schemas and nothing can do without a database. */
export function needsDatabase(method, params) {
  return !(
    method === 'diff' &&
    DATABASE_FREE_TARGETS.has(params?.from?.tag) &&
    DATABASE_FREE_TARGETS.has(params?.to?.tag)
  );
}
