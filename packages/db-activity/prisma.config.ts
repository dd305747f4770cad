import { defineConfig } from 'prisma/config';

/** Names no server, so that `generate` and `validate` need none; a command that connects says that it cannot. */
const PLACEHOLDER_URL = 'postgresql://localhost:5432/codezest_activity';

const url =
  process.env.ACTIVITY_MIGRATE_DATABASE_URL ??
  process.env.ACTIVITY_DATABASE_URL ??
  process.env.DATABASE_URL ??
  PLACEHOLDER_URL;

const shadowDatabaseUrl = process.env.SHADOW_DATABASE_URL;
if (shadowDatabaseUrl === url) {
  throw new Error(
    'SHADOW_DATABASE_URL names the main database, and a shadow database is emptied at each use.',
  );
}

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: { url, shadowDatabaseUrl },
});
