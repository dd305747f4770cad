import { createTestDatabase, type TestDatabase } from '@codezest/db-activity/testing';

/** A migrated database of its own, on a throw-away server or the one that TEST_DATABASE_URL names, and what it runs on. */
export async function createActivityDatabase(): Promise<TestDatabase & { server: string }> {
  const database = await createTestDatabase();
  const [settings] = await database.client.$queryRawUnsafe<Record<string, string>[]>(
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS commit, current_setting('shared_buffers') AS buffers`,
  );
  const { version, fsync, commit, buffers } = settings ?? {};
  return {
    ...database,
    server: `PostgreSQL ${version}, fsync ${fsync}, synchronous_commit ${commit}, shared_buffers ${buffers}`,
  };
}
