// The database in which the engine replays the migrations to learn what they build.
//
// It is never the main database: the engine fills it, and a database that the user names is emptied before and after.
import { randomUUID } from 'node:crypto';
import { databaseName, withConnection, withDatabase } from './connection.mjs';

const EMPTY_DATABASE = `
DO $$
DECLARE namespace name;
BEGIN
  FOR namespace IN
    SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', namespace);
  END LOOP;
  CREATE SCHEMA public;
END $$`;

/**
 * @param {{ url: string, shadowDatabaseUrl?: string }} datasource
 * @returns {{ url: string, create: () => Promise<void>, drop: () => Promise<void> }} `drop` may be called at any time
 */
export function shadowDatabase({ url, shadowDatabaseUrl }) {
  return shadowDatabaseUrl ? namedDatabase(url, shadowDatabaseUrl) : temporaryDatabase(url);
}

function temporaryDatabase(mainUrl) {
  const name = `prisma_migrate_shadow_db_${randomUUID()}`;
  let creation;
  return {
    url: withDatabase(mainUrl, name),
    create: () => {
      creation = withConnection(mainUrl, async (client) => {
        // template0, since CREATE DATABASE fails while anyone is connected to its template, which nobody can be to this.
        await client.query(`CREATE DATABASE "${name}" TEMPLATE template0`);
        // For who finds one that a killed engine left behind.
        const comment = `Shadow of ${databaseName(mainUrl)} while the Prisma CLI runs; may be dropped afterwards.`;
        await client.query(`COMMENT ON DATABASE "${name}" IS ${client.escapeLiteral(comment)}`);
      });
      return creation;
    },
    drop: async () => {
      await creation?.catch(() => {});
      await withConnection(mainUrl, (client) =>
        client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
      );
    },
  };
}

function namedDatabase(mainUrl, shadowUrl) {
  assertUsableAsShadow(mainUrl, shadowUrl);
  const empty = () => withConnection(shadowUrl, (client) => client.query(EMPTY_DATABASE));
  return { url: shadowUrl, create: empty, drop: empty };
}

/**
 * Names are compared without hosts: one server has many host names, and emptying the main database under another one
 * of them must be impossible.
 */
export function assertUsableAsShadow(mainUrl, shadowUrl) {
  const shadow = databaseName(shadowUrl);
  if (!shadow.includes('shadow')) {
    throw new Error(
      `The shadow database is emptied at each use, so its name must contain "shadow"; "${shadow}" does not.`,
    );
  }
  if (shadow === databaseName(mainUrl)) {
    throw new Error(
      `The shadow database "${shadow}" must not be the main database: it is emptied at each use.`,
    );
  }
}
