import { join } from 'node:path';
import { dumpStructure } from '@codezest/db-core/structure';
import { createTestDatabase } from '@codezest/db-core/testing';
import { packageDirectory, type Service } from '@codezest/schema-docs';
import { Client } from 'pg';
import { migrationsDirectory } from './repository.js';

/** The structure that a service's migrations lead to, as it is kept beside them for review. */
export function structureFile(service: Service): string {
  return join(packageDirectory(service), 'prisma', 'structure.sql');
}

/** The same, read from a database that was just migrated. */
export async function structureOf(service: Service): Promise<string> {
  const database = await createTestDatabase({ service, migrationsDirectory: migrationsDirectory(service) });
  const client = new Client({ connectionString: database.url });
  try {
    await client.connect();
    const heading = `-- What the migrations of db-${service} lead to, read from the catalogs. To be read, compared and never run.
-- pnpm structure:write\n\n`;
    return heading + (await dumpStructure(client));
  } finally {
    await client.end();
    await database.drop();
  }
}
